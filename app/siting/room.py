"""Joins the planning page to the desk's window; made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.desk import Desk
from app.window.page_window import PageRoom, PageWindow
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from app.siting.page import SitingPage
    from dispatch.log import Log

KEY = "Ctrl+Shift+K"
PARTS = (
    "app.times.words", "app.charts.view", "app.siting.results", "app.siting.side", "app.siting.page",
    "app.siting.saving",
)  # fmt: skip


class SitingRoom(PageRoom):
    """Open and close the planning window. `log` gives the log that is open now; plans are kept in `keep_in`."""

    def __init__(
        self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None, *, keep_in: Path | None = None
    ) -> None:
        self._desk, self._log, self._keep_in = desk, log, keep_in
        super().__init__(
            window,
            self._make_page,
            key=KEY,
            menu="menu_incident",
            words=text("siting.menu", desk.language),
            parts=PARTS,
        )

    def close(self) -> None:
        """Put the page away for good, with what runs beside it."""
        if self.shown is not None:
            page: SitingPage = self.shown.page  # type: ignore[assignment]
            page.close_all()
        super().close()

    def _make_page(self) -> PageWindow:
        from app.siting.bench import Bench
        from app.siting.page import SitingPage
        from app.siting.saving import Saving

        folder = getattr(self._desk.city, "folder", None)
        page = SitingPage(self._desk, Bench(Path(folder) if folder is not None else Path()), keep_in=self._keep_in)
        Saving(self._desk, page, self._log)
        return PageWindow(self._desk, page, name="siting_window", title=text("siting.title", self._desk.language))

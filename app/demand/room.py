"""Joins the page of demand to the desk's window; made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desk import Desk
from app.window.page_window import PageRoom, PageWindow
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from app.demand.page import DemandPage
    from dispatch.log import Log

KEY = "Ctrl+Shift+D"
PARTS = (
    "app.times.words", "app.demand.ahead_view", "app.figures.count", "app.demand.ask_bar", "app.demand.place_map",
    "app.demand.page", "app.demand.saving",
)  # fmt: skip


class DemandRoom(PageRoom):
    """Open and close the window of demand. `log` gives the log that is open now."""

    def __init__(
        self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None, *, workers: int | None = None
    ) -> None:
        self._desk, self._log, self._workers = desk, log, workers
        self.page: DemandPage | None = None
        super().__init__(
            window, self._made, key=KEY, menu="menu_incident", words=text("demand.menu", desk.language), parts=PARTS
        )

    def close(self) -> None:
        """Put the page away for good."""
        if self.page is not None:
            self.page.stop()
            self.page = None
        super().close()

    def _made(self) -> PageWindow:
        from app.demand.page import DemandPage
        from app.demand.saving import Saving

        self.page = DemandPage(self._desk, workers=self._workers)
        Saving(self._desk, self.page, self._log)
        return PageWindow(self._desk, self.page, name="demand_window", title=text("demand.title", self._desk.language))

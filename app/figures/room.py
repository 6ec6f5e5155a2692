"""Joins the page of figures to the desk's window; made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desk import Desk
from app.window.page_window import PageRoom, PageWindow
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from dispatch.log import Log

KEY = "Ctrl+G"
PARTS = ("app.figures.count", "app.figures.period_bar", "app.figures.page", "app.figures.saving")


class FiguresRoom(PageRoom):
    """Open and close the window of figures. `log` gives the log that is open now."""

    def __init__(self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None) -> None:
        self._desk, self._log = desk, log
        super().__init__(
            window, self._page, key=KEY, menu="menu_cases", words=text("figures_page.menu", desk.language), parts=PARTS
        )

    def _page(self) -> PageWindow:
        from app.figures.page import FiguresPage
        from app.figures.saving import Saving

        page = FiguresPage(self._desk)
        Saving(self._desk, page, self._log)
        return PageWindow(
            self._desk, page, name="figures_window", title=text("figures_page.title", self._desk.language)
        )

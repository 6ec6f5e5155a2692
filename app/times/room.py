"""Joins the page of response times to the desk's window; made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desk import Desk
from app.window.page_window import PageRoom, PageWindow
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from dispatch.log import Log

KEY = "Ctrl+Shift+T"
PARTS = (
    "app.times.words", "app.figures.count", "app.figures.period_bar", "app.times.charts", "app.times.page",
    "app.times.saving",
)  # fmt: skip


class TimesRoom(PageRoom):
    """Open and close the window of response times. `log` gives the log that is open now."""

    def __init__(self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None) -> None:
        self._desk, self._log = desk, log
        super().__init__(
            window, self._page, key=KEY, menu="menu_incident", words=text("times.menu", desk.language), parts=PARTS
        )

    def _page(self) -> PageWindow:
        from app.times.page import TimesPage
        from app.times.saving import Saving

        page = TimesPage(self._desk)
        Saving(self._desk, page, self._log)
        return PageWindow(self._desk, page, name="times_window", title=text("times.title", self._desk.language))

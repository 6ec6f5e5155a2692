"""Joins the import of history to the desk's window; made when first asked for."""

from __future__ import annotations

from app.desk import Desk
from app.window.page_window import PageRoom, PageWindow
from app.window.window import MainWindow
from app.wording import text

KEY = "Ctrl+Shift+H"
PARTS = ("app.history_in.draft", "app.history_in.columns", "app.history_in.parts", "app.history_in.page")


class HistoryRoom(PageRoom):
    """Open and close the window that imports history."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        super().__init__(
            window, self._page, key=KEY, menu="menu_desk", words=text("history.menu", desk.language), parts=PARTS
        )
        # Who plays an exercise could look up here what really happened; a replay is looked at and nothing else.
        self.action.setEnabled(desk.kind not in ("exercise", "replay"))

    def _page(self) -> PageWindow:
        from app.history_in.page import HistoryPage

        page = HistoryPage(self._desk)
        return PageWindow(self._desk, page, name="history_window", title=text("history.title", self._desk.language))

    def close(self) -> None:
        if self.shown is not None:
            self.shown.page.stop()  # type: ignore[attr-defined]
        super().close()

"""Joins the page of response times to the desk's window: its line in the menu and its key; made when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.desk import Desk
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from app.times.window import TimesWindow
    from dispatch.log import Log

KEY = "Ctrl+Shift+T"


class TimesRoom(QObject):
    """Open and close the window of response times."""

    def __init__(self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None) -> None:
        super().__init__(window)
        self._desk, self._log = desk, log
        self.shown: TimesWindow | None = None
        self.action = QAction(text("times.menu", desk.language), window)
        self.action.setShortcut(QKeySequence(KEY))
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.triggered.connect(lambda checked=False: self.toggle())
        window.menus.extend("menu_incident", self.action)
        window.menus.keys.append((KEY, self.action.text()))
        window.leaving.connect(self.close)

    def toggle(self) -> None:
        """Bring the response times to the front; put them away where they are there already."""
        if self.shown is not None and self.shown.isActiveWindow():
            self.shown.close()
        else:
            self.open()

    def open(self) -> None:
        """Show the response times."""
        if self.shown is None:
            from app.times.saving import Saving
            from app.times.window import TimesWindow

            self.shown = TimesWindow(self._desk)
            Saving(self._desk, self.shown.page, self._log)
        if not self.shown.isVisible():
            self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()

    def close(self) -> None:
        """Put the response times away for good."""
        if self.shown is not None:
            self.shown.close()
            self.shown.deleteLater()
            self.shown = None

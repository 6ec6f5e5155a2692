"""Joins the page of figures to the desk's window: its line in the menu and its key; made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.desk import Desk
from app.window.window import MainWindow
from app.wording import text

if TYPE_CHECKING:
    from app.figures.window import FiguresWindow
    from dispatch.log import Log

KEY = "Ctrl+G"


class FiguresRoom(QObject):
    """Open and close the window of figures."""

    def __init__(self, desk: Desk, window: MainWindow, log: Callable[[], Log] | None = None) -> None:
        super().__init__(window)
        self._desk, self._log = desk, log
        self.shown: FiguresWindow | None = None
        self.action = QAction(text("figures_page.menu", desk.language), window)
        self.action.setShortcut(QKeySequence(KEY))
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.triggered.connect(lambda checked=False: self.toggle())
        window.menus.extend("menu_cases", self.action)
        window.menus.keys.append((KEY, self.action.text()))
        window.leaving.connect(self.close)

    def toggle(self) -> None:
        """Bring the figures to the front; put them away where they are there already."""
        if self.shown is not None and self.shown.isActiveWindow():
            self.shown.close()
        else:
            self.open()

    def open(self) -> None:
        """Show the figures."""
        if self.shown is None:
            from app.figures.saving import Saving
            from app.figures.window import FiguresWindow

            self.shown = FiguresWindow(self._desk)
            Saving(self._desk, self.shown.page, self._log)
        if not self.shown.isVisible():
            self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()

    def close(self) -> None:
        """Put the figures away for good."""
        if self.shown is not None:
            self.shown.close()
            self.shown.deleteLater()
            self.shown = None

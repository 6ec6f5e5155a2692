"""A page that lies over a window; Esc takes it away."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget


class OverPage(QFrame):
    """Lie over a window, hidden at first, and take one's place anew whenever that changes its size."""

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self.setObjectName("overlay")
        self.setAccessibleName(name)
        over.installEventFilter(self)
        self.hide()

    @abstractmethod
    def place(self) -> None:
        """Take one's place over the window as large as that is now."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False

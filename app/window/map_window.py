"""The window of the second screen, and whether a window can be taken hold of on any screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from app.window.frame import Frame


class MapWindow(QMainWindow):
    """The second screen: the map with the cameras beside it."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("map_window")
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.frame = Frame(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.left.emit()
        super().closeEvent(event)


def is_seen(window: QWidget) -> bool:
    """Tell whether enough of a window's head is on some screen to take hold of it."""
    frame = window.frameGeometry()
    head = QRect(frame.left(), frame.top(), frame.width(), 40)
    for screen in QGuiApplication.screens():
        shared = screen.availableGeometry().intersected(head)
        if shared.width() >= 100 and shared.height() >= 20:
            return True
    return False

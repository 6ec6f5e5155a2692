"""The window that the page of response times stands in: of its own, so that it can lie on another screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow

from app.desk import Desk
from app.times.page import TimesPage
from app.window.frame import Frame
from app.wording import text

SIZE = (1480, 900)


class TimesWindow(QMainWindow):
    """Hold the page; Esc closes it, and what it showed is there when it comes back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._desk = desk
        self.setObjectName("times_window")
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.setMinimumSize(760, 640)
        self.page = TimesPage(desk)
        self.page.setObjectName("page")
        self.setCentralWidget(self.page)
        self.frame = Frame(self)
        self.resize(*SIZE)
        desk.state_changed.connect(self._on_state)
        self._on_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _on_state(self, entry: object = None, state: object = None) -> None:
        kind = self._desk.state.kind
        self.frame.show_kind(kind.value if kind is not None else "")
        title = text("times.title", self._desk.language)
        if self.windowTitle() != title:
            self.setWindowTitle(title)

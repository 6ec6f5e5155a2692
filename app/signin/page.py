"""A page over the middle of the window: it is asked for, and Esc puts it away as it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.parts.forms import plain_label

MARGIN_PX = 60


class Page(QFrame):
    """Hold a title and what is under it in `column`; `left` says that it was put away."""

    left = Signal()

    def __init__(self, over: QWidget, title: str, wanted: QSize) -> None:
        super().__init__(over)
        self._wanted = wanted
        self._before: QWidget | None = None
        self.setObjectName("overlay")
        self.setAccessibleName(title)
        self.title = plain_label(title, role="title", wraps=False)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(22, 16, 22, 16)
        self.column.setSpacing(8)
        self.column.addWidget(self.title)
        over.installEventFilter(self)
        self.hide()

    def come(self) -> None:
        """Show the page in front of everything."""
        self._place()
        self.show()
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        over = self.parentWidget()
        width = min(self._wanted.width(), over.width() - MARGIN_PX)
        height = min(self._wanted.height(), over.height() - MARGIN_PX)
        self.setGeometry((over.width() - width) // 2, (over.height() - height) // 2, width, height)

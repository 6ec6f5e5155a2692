"""The place over the foot of the map where the desk is signed in to, and where it says what was forced."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.signin.page import Page

WIDTH = 620
ABOVE_FOOT_PX = 44  # the map's scale and its attribution stay in sight


class Corner(QWidget):
    """Stand cards over each other at the foot of the map, or of the window where the map is in another one."""

    def __init__(self, window: QMainWindow, over: QWidget) -> None:
        super().__init__(window)
        self._window, self._over = window, over
        self._cards: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.arrange)
        window.installEventFilter(self)
        over.installEventFilter(self)
        self.hide()

    def add(self, card: QWidget) -> None:
        """Put a card under the others; it is seen when it shows itself."""
        self._cards.append(card)
        self._column.addWidget(card)
        card.installEventFilter(self)

    def arrange(self) -> None:
        """Take the room that the cards need now."""
        if not any(not one.isHidden() for one in self._cards):
            self.hide()
            return
        place = self._place()
        width = min(WIDTH, max(300, place.width() - 24))
        self.setFixedWidth(width)
        self.show()
        for one in self._cards:
            for part in (one, *one.findChildren(QWidget)):
                part.ensurePolished()
            layout = one.layout()
            if layout is not None:
                layout.invalidate()
        self._column.invalidate()
        self._column.activate()
        height = max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height())
        top = max(0, place.bottom() - ABOVE_FOOT_PX - height)
        self.setGeometry(place.left() + (place.width() - width) // 2, top, width, height)
        self.raise_()
        for page in self._window.findChildren(Page):
            if page.isVisible():  # it was asked for, and is put away by a key
                page.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)
        if event.type() in kinds:
            self._later.start(0)
        return False

    def _place(self) -> QRect:
        over = self._over
        if over.window() is self._window and over.isVisible():
            return QRect(over.mapTo(self._window, QPoint(0, 0)), over.size())
        return self._window.rect()

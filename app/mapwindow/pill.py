"""A few words at the top right of a map that say what moves it, with a cross."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

MARGIN_PX, TOP_PX = 12, 10


class Pill(QFrame):
    """Stand over a map while there is something to say; `pressed` tells that its button was."""

    pressed = Signal()

    def __init__(self, over: QWidget, button: str, button_name: str) -> None:
        super().__init__(over)
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QToolButton()
        self.button.setText(button)
        self.button.setToolTip(button_name)
        self.button.setAccessibleName(button_name)
        self.button.setProperty("role", "flat")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 4, 3)
        row.setSpacing(6)
        row.addWidget(self.words)
        row.addWidget(self.button)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Show these words; none hide it."""
        if words == self.words.text() and bool(words) == self.isVisibleTo(self.parentWidget()):
            return
        self.words.setText(words)
        self.setVisible(bool(words))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        for part in (self, self.words, self.button):
            part.ensurePolished()
        self.adjustSize()
        self.move(max(0, self.parentWidget().width() - self.width() - MARGIN_PX), TOP_PX)
        self.raise_()

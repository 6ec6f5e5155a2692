"""The one question before a whole plan goes: how many units to how many incidents."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.wording import text


class AskAll(QFrame):
    """Ask once, plainly, whether all of it goes: Enter sends, Esc gives up, and whatever changes meanwhile gives up."""

    agreed = Signal()
    given_up = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.question = plain_label()
        self.yes = button(text("plan.all_yes", desk.language), self._agree, role="primary")
        self.no = button(text("plan.all_no", desk.language), self.give_up)
        for one in (self.yes, self.no):
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter means one thing here wherever the focus was
        buttons = QHBoxLayout()
        buttons.addWidget(self.yes, 1)
        buttons.addWidget(self.no)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.addWidget(self.question)
        layout.addLayout(buttons)
        self.hide()

    def ask(self, words: str) -> None:
        """Show the question and take the keys."""
        show_words(self.question, words, "warning")
        self.setAccessibleName(words)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self._agree()
        elif event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def give_up(self) -> None:
        """Send nothing."""
        self.hide()
        self.given_up.emit()

    def _agree(self) -> None:
        if self.isVisible():
            self.hide()
            self.agreed.emit()

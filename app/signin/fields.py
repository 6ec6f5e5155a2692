"""Fields of the cards: names, passwords, and Tab that stays on the card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget

from app.parts.forms import caption


class PasswordEntry(QLineEdit):
    """A password: never shown, never kept by an input method, and Enter is a signal."""

    entered = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self.setAccessibleName(words)
        self.setMaxLength(800)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class Card(QFrame):
    """Stand over the map; Tab goes round among its own fields, for outside nothing takes keys meanwhile."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("overlay")
        self.setAccessibleName(name)

    def focusNextPrevChild(self, forward: bool) -> bool:
        chain = self._chain()
        if not chain:
            return True
        held = self.focusWidget()
        at = chain.index(held) if held in chain else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        chain[(at + (1 if forward else -1)) % len(chain)].setFocus(reason)
        return True

    def _chain(self) -> list[QWidget]:
        found: list[QWidget] = []
        one = self.nextInFocusChain()
        while one is not None and one is not self:
            takes_tab = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if self.isAncestorOf(one) and takes_tab and one.isVisibleTo(self) and one.isEnabled():
                found.append(one)
            one = one.nextInFocusChain()
        return found


def add_field(grid: QGridLayout, row: int, words: str, field: QWidget) -> QWidget:
    """Put a field with its caption into a row; return the caption."""
    named = caption(words, field)
    grid.addWidget(named, row, 0)
    grid.addWidget(field, row, 1)
    return named

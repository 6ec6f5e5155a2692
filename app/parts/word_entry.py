"""A line of text for a seat where Chinese is written too: Enter that commits a word does nothing else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class WordEntry(QLineEdit):
    """Tell apart an Enter for the field and an Enter for the input method; hand Up and Down to a list beside it."""

    entered = Signal()
    meant = Signal()  # Ctrl+Enter: do what this line is for
    moved = Signal(int)  # rows to move in the list that belongs to this field

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_composing = False
        self._has_just_committed = False
        self.takes_tab: Callable[[], bool] = lambda: False  # Tab takes the row in hand where there is one

    @property
    def is_composing(self) -> bool:
        """Tell whether an input method holds a word that is not committed yet, or has committed one just now."""
        return self._is_composing or self._has_just_committed

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the input method's preedit text."""
        self._is_composing = bool(event.preeditString())
        if event.commitString():
            # Some input methods let the committing Enter through in the same turn of the event loop.
            self._has_just_committed = True
            QTimer.singleShot(0, self, self._forget_commit)
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """Let Tab take the row in hand as Enter does."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
            and not self.is_composing
            and self.takes_tab()
        ):
            self.entered.emit()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Enter, Up and Down into signals; never let Enter reach a default button."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.is_composing:
                is_meant = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                (self.meant if is_meant else self.entered).emit()
            event.accept()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not self.is_composing:
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _forget_commit(self) -> None:
        self._has_just_committed = False

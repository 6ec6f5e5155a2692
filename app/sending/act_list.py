"""A list of rows that is worked by keys: Enter does what it is for, arrows step sideways, letters look for a unit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.parts.row_list import RowList

_WITH_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class ActList(RowList):
    """Tell what the keys ask for. No input method writes here, so that Enter may do something."""

    accepted = Signal()
    stepped = Signal(int)  # 1 by the right arrow, -1 by the left
    typed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter once however long it is held; leave Space and the arrows up and down to the list."""
        key, is_plain = event.key(), not event.modifiers() & _WITH_OTHERS
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if is_plain and not event.isAutoRepeat():
                self.accepted.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and is_plain:
            self.stepped.emit(1 if key == Qt.Key.Key_Right else -1)
        elif is_plain and event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

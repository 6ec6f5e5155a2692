"""A line inside a panel that asks to whom something is handed over, and with which words. Nothing is modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout

from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.parts.seats import Receiver, receivers
from app.parts.word_entry import WordEntry
from app.wording import one_line, text


class HandOverForm(QFrame):
    """Offer those who can take it; `asked` carries whom was chosen and the note, which may be empty."""

    asked = Signal(object, str)  # Receiver, note

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: tuple[Receiver, ...] = ()
        language = desk.language
        self.setObjectName("bar")
        self.question = plain_label(role="muted")
        self.to = QComboBox()
        self.to.setAccessibleName(text("room.to", language))
        self.to.view().setAccessibleName(text("room.to", language))
        self.to.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.to.setMinimumContentsLength(10)
        self.note = WordEntry()
        self.note.setPlaceholderText(text("room.note", language))
        self.note.setAccessibleName(text("room.note", language))
        self.note.setMaxLength(2000)
        self.do_button = button(text("room.do_hand", language), self._do, role="primary")
        self.cancel_button = button(text("incident.cancel", language), self.hide)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.to, 1)
        first.addWidget(self.cancel_button)
        first.addWidget(self.do_button)
        second.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.question)
        column.addLayout(second)
        column.addLayout(first)
        self.note.entered.connect(self._do)
        self.note.meant.connect(self._do)
        desk.seats_changed.connect(self._refill)
        self._but = ""
        self.hide()

    def ask(self, question: str, *, but: str = "") -> None:
        """Show the question and take the focus: the operator has just asked for it. `but` is whose it is now."""
        self._but = but
        self.note.clear()
        self.to.clear()
        self._found = ()
        self._refill()
        self.do_button.setEnabled(bool(self._found))
        show_words(self.question, question if self._found else text("room.nobody_to_take", self._desk.language))
        self.show()
        self.to.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _refill(self, _: object = None) -> None:
        """Offer who can take it now; who was chosen stays chosen, and nothing changes under the hand that chooses."""
        if (self.isHidden() and self._found) or self.to.view().isVisible():
            return
        found = receivers(self._desk, but=self._but)
        if found == self._found:
            return
        held = self.to.currentData()
        self._found = found
        self.to.clear()
        for each in found:
            self.to.addItem(one_line(each.words, 80), (each.to_seat, each.to_actor))
        place = next((n for n, each in enumerate(found) if (each.to_seat, each.to_actor) == held), 0)
        self.to.setCurrentIndex(place)
        self.do_button.setEnabled(bool(found))

    def _do(self) -> None:
        place = self.to.currentIndex()
        if self.isVisible() and 0 <= place < len(self._found):
            self.hide()
            self.asked.emit(self._found[place], self.note.text().strip())

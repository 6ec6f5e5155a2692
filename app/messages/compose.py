"""A message being written: to whom, about what, whether a receipt is wanted. Ctrl+Enter sends it, Enter never does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.case_forms.fields import WordsField
from app.desk import Desk
from app.messages.unread import known_seats
from app.messages.words import seat_words
from app.parts.flow import Flow
from app.parts.forms import button, number_field, plain_label, show_words
from app.parts.names import department_name
from app.wording import text
from dispatch.message import RECEIVED_WITHIN_MIN, TO_DEPARTMENT, TO_SEAT, Addressee
from dispatch.message_commands import SendMessage

EVERYBODY = Addressee(TO_DEPARTMENT, "")


class Compose(QWidget):
    """Write one message; `asked` carries it, `left` says that it was given up."""

    asked = Signal(object)  # SendMessage
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        language = desk.language
        self.to: dict[Addressee, QPushButton] = {}
        self._incident_id: int | None = None
        self._case_id: int | None = None
        self.chips = Flow()
        self.seat = QLineEdit()
        self.seat.setMaxLength(100)
        self.seat.setPlaceholderText(text("messages.other_seat", language))
        self.seat.setAccessibleName(self.seat.placeholderText())
        self.words = WordsField(text("messages.words", language))
        self.about = QCheckBox()
        self.about.setAccessibleName(text("messages.about", language))
        self.receipt = QCheckBox(text("messages.receipt", language))
        self.within = number_field()
        self.within.setRange(1, 24 * 60)
        self.within.setSuffix(text("messages.minutes", language))
        self.within.setAccessibleName(text("messages.within", language))
        self.missing = plain_label(role="muted")
        self.send_button = button(text("messages.send", language), self._ask, role="primary")
        self.send_button.setToolTip("Ctrl+Enter")
        self.cancel_button = button(text("incident.cancel", language), self.left.emit)
        wanted = QHBoxLayout()
        wanted.addWidget(self.receipt)
        wanted.addWidget(self.within)
        wanted.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.seat, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(5)
        layout.addWidget(plain_label(text("messages.to", language), role="muted"))
        layout.addWidget(self.chips)
        layout.addWidget(self.words)
        layout.addWidget(self.about)
        layout.addLayout(wanted)
        layout.addWidget(self.missing)
        layout.addLayout(buttons)
        self.receipt.toggled.connect(self.within.setEnabled)
        self.words.textChanged.connect(self.check)
        self.seat.textChanged.connect(lambda _: self.check())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._ask)

    @property
    def addressees(self) -> tuple[Addressee, ...]:
        """Return who is chosen, empty for every department."""
        if self.to_everybody:
            return ()
        chosen = [each for each, made in self.to.items() if made.isChecked()]
        seat = self.seat.text().strip()
        return tuple(dict.fromkeys((*chosen, *((Addressee(TO_SEAT, seat),) if seat else ()))))

    @property
    def to_everybody(self) -> bool:
        """Tell whether it goes to every department."""
        return EVERYBODY in self.to and self.to[EVERYBODY].isChecked()

    def open_for(self, incident_id: int | None, case_id: int | None, *, to: tuple[Addressee, ...] = ()) -> None:
        """Begin a message about what is in hand and take the focus: the operator asked for it."""
        self._incident_id, self._case_id = incident_id, case_id
        self._offer(to)
        self.words.clear()
        self.seat.clear()
        language = self._desk.language
        key, number = ("messages.about_incident", incident_id) if incident_id is not None else ("", case_id)
        words = text(key or "messages.about_case", language, number=number) if number is not None else ""
        self.about.setText(words)
        self.about.setAccessibleName(words)
        self.about.setChecked(bool(words))
        self.about.setVisible(bool(words))
        self.receipt.setChecked(True)
        self.within.setValue(round(RECEIVED_WITHIN_MIN))
        self.check()
        self.words.setFocus()

    def message(self) -> SendMessage:
        """Return what is written."""
        is_about = self.about.isChecked()
        return SendMessage(
            self.words.words,
            self.addressees,
            incident_id=self._incident_id if is_about else None,
            case_id=self._case_id if is_about and self._incident_id is None else None,
            needs_receipt=self.receipt.isChecked(),
            receipt_within_min=float(self.within.value()),
        )

    def check(self) -> None:
        """Let the button follow what is missing."""
        language = self._desk.language
        lacks = ""
        if not self.to_everybody and not self.addressees:
            lacks = text("messages.needs_to", language)
        elif not self.words.words:
            lacks = text("messages.needs_words", language)
        show_words(self.missing, lacks)
        self.send_button.setEnabled(not lacks)

    def _offer(self, to: tuple[Addressee, ...]) -> None:
        """Offer every department and the seats that are known; all departments where nobody is named."""
        self.chips.empty()
        state, language, who = self._desk.state, self._desk.language, self._desk.who
        self.to = {}
        offers = [(EVERYBODY, text("messages.to_all", language))]
        names = sorted((department_name(state, each, language), each) for each in state.departments)
        offers += [(Addressee(TO_DEPARTMENT, each), name) for name, each in names if each != who.department]
        seats = [*known_seats(state, who), *(each.id for each in to if each.kind == TO_SEAT)]
        offers += [(Addressee(TO_SEAT, each), seat_words(each, language)) for each in dict.fromkeys(seats)]
        for addressee, words in offers:
            made = QPushButton(words.replace("&", "&&"))
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setAccessibleName(f"{text('messages.to', language)}: {words}")
            made.setChecked(addressee in to or (not to and addressee == EVERYBODY))
            made.clicked.connect(lambda _=False, addressee=addressee: self._on_chip(addressee))
            self.to[addressee] = made
            self.chips.add(made)

    def _on_chip(self, addressee: Addressee) -> None:
        """One or several departments, or all: one excludes the other."""
        if self.to[addressee].isChecked():
            for each, made in self.to.items():
                if (each == EVERYBODY) != (addressee == EVERYBODY):
                    made.setChecked(False)
        self.check()

    def _ask(self) -> None:
        self.check()
        if self.send_button.isEnabled():
            self.asked.emit(self.message())

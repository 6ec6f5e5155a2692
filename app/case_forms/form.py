"""What every form of a case has: its fields, what is still missing, the keys, and a way out. Nothing is modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.case_forms.evidence_field import EvidenceField
from app.case_forms.fields import WordsField
from app.case_forms.shelf import Held, Shelf
from app.desk import Desk
from app.parts.forms import at_right, button, plain_label, show_words
from app.wording import label, sentence, text
from dispatch.case import Case
from dispatch.case_offers import refusal_of
from dispatch.commands import Body
from dispatch.refused import Refused

_LEAST_PX = 110


class CaseForm(QWidget):
    """One form: `open_for` fills it, `asked` carries the commands that it makes, `left` says that it was given up.

    Ctrl+Enter does what the form is for, Enter alone never.
    """

    asked = Signal(object)  # tuple of bodies
    left = Signal()

    def __init__(self, desk: Desk, command: type, *, role: str = "primary") -> None:
        super().__init__()
        self._desk = desk
        self.command = command
        self.case: Case | None = None
        self._entries: list[WordsField] = []
        self._needed: list[WordsField] = []
        self._photos: list[EvidenceField] = []
        self._needs_key = "case_form.needs_words"
        name = command.__name__
        self.title = plain_label(label("case_deed_title", name, desk.language), role="title")
        self._held = Held()
        self.fields = QVBoxLayout(self._held)
        self.fields.setContentsMargins(0, 0, 0, 0)
        self.fields.setSpacing(5)
        self.missing = plain_label(role="muted")
        self.do_button = button(label("case_do", name, desk.language), self._ask, role=role)
        self.cancel_button = button(text("incident.cancel", desk.language), self.left.emit)
        self.do_button.setToolTip(text("case_form.do_tip", desk.language))
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._ask)

    def open_for(self, case: Case) -> None:
        """Fill the form from a case and take the focus: the operator asked for it."""
        self.case = case
        self.fill(case)
        self.check()
        self.take_focus()

    def show_case(self, case: Case) -> None:
        """Take the case as it stands now; what was typed stays."""
        self.case = case
        self.check()

    def let_go(self) -> None:
        """Let go of what is in the form: it was done, or given up."""
        for field in self._photos:
            field.clear()
        self.case = None

    def fill(self, case: Case) -> None:
        """Show what stands now, and empty what is to be written."""
        for entry in self._entries:
            entry.clear()
        for field in self._photos:
            field.on_case = frozenset(each.evidence.id for each in case.evidence)
            field.clear()

    def bodies(self) -> tuple[Body, ...]:
        """Return the commands that the form means; the rules are asked about the first while it is being filled."""
        return ()

    def needs(self) -> str:
        """Return in words what this form misses beside words, photographs and what the rules ask for."""
        return ""

    def lacks(self) -> str:
        """Return in words why it cannot be done yet; empty where it can."""
        if any(field.is_busy for field in self._photos):
            return self._words("case_form.photos_wait")
        if any(not entry.words for entry in self._needed):
            return self._words(self._needs_key)
        own = self.needs()
        if own:
            return own
        bodies = self.bodies()
        desk = self._desk
        refused = refusal_of(bodies[0], desk.who, desk.state, desk.clock()) if bodies else None
        return self._sentence(refused) if refused is not None else ""

    def take_focus(self) -> None:
        """Put the focus where something is to be entered first: words that are needed, else the button."""
        for entry in (*self._needed, *self._entries):
            entry.setFocus()
            return
        (self.do_button if self.do_button.isEnabled() else self.cancel_button).setFocus()

    def check(self) -> None:
        """Let the button follow what is missing."""
        words = self.lacks() if self.case is not None else ""
        show_words(self.missing, words)
        self.do_button.setEnabled(not words)

    @property
    def number(self) -> int:
        """Return the number of the case in the form."""
        return self.case.id if self.case is not None else 0

    def place(self) -> tuple[float, float] | None:
        """Return lon/lat of the case in the form."""
        if self.case is None:
            return None
        return self.case.place.location.lon, self.case.place.location.lat

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)

    def _sentence(self, refused: Refused) -> str:
        return sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _ask(self) -> None:
        self.check()
        if self.do_button.isEnabled() and self.case is not None:
            self.asked.emit(self.bodies())

    def _add(self, key: str, field: QWidget) -> QLabel:
        """Add a field below its caption, which is returned."""
        caption = plain_label(self._words(key), role="muted")
        caption.setBuddy(field)
        self.fields.addWidget(caption)
        self.fields.addWidget(field)
        return caption

    def _add_words(self, key: str, *, is_needed: bool = False) -> WordsField:
        """Add a field for words; its name stands in it until something is written."""
        field = WordsField(self._words(key))
        field.textChanged.connect(self.check)
        self.fields.addWidget(field)
        self._entries.append(field)
        if is_needed:
            self._needed.append(field)
        return field

    def _add_photos(self, *kinds: str) -> EvidenceField:
        field = EvidenceField(self._desk, kinds=kinds, place=self.place)
        field.changed.connect(self.check)
        self.fields.addWidget(field)
        self._photos.append(field)
        return field

    def _lay_out(self) -> None:
        buttons = at_right(self.cancel_button, self.do_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(5)
        layout.addWidget(self.title)
        layout.addWidget(Shelf(self._held, least_px=_LEAST_PX))  # the buttons stay in sight in a low dock
        layout.addWidget(self.missing)
        layout.addLayout(buttons)


class WordsForm(CaseForm):
    """A form that takes words and nothing else: a reason, a note."""

    def __init__(self, desk: Desk, command: type, key: str, *, is_needed: bool = True, role: str = "primary") -> None:
        super().__init__(desk, command, role=role)
        self.entry = self._add_words(key, is_needed=is_needed)
        if is_needed and key != "case_form.reason":
            self._needs_key = "case_form.needs_text"

    def bodies(self) -> tuple[Body, ...]:
        """Return the command with the words."""
        return (self.command(self.number, self.entry.words),)

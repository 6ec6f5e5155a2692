"""Forms that open inside the panel of duties: to give one, to say why, whose it is, by when. Nothing is modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.case_forms.fields import DepartmentField, WordsField
from app.desk import Desk
from app.duties.fields import BeforeField, LimitField
from app.duties.offers import MOVES, speaks_for
from app.parts.forms import at_right, button, plain_label, show_words
from app.wording import label, text
from dispatch import duty_commands as d
from dispatch.commands import Body
from dispatch.duty import DEPARTMENT, DUTY_MOVES, OVER, Duty
from dispatch.incident import Incident

_NEEDS_REASON = frozenset(command for command, move in MOVES.items() if DUTY_MOVES[move].needs_reason)
_OF_DEPARTMENT = frozenset(command for command, move in MOVES.items() if DUTY_MOVES[move].side == DEPARTMENT)
_DANGER = frozenset({d.CancelDuty, d.HandBackDuty, d.RejectDuty})


class DutyForm(QWidget):
    """One form: `asked` carries the command that it makes, `left` says that it was given up.

    Ctrl+Enter does what the form is for; Enter alone never does.
    """

    asked = Signal(object)  # body
    left = Signal()

    def __init__(self, desk: Desk, title: str, do_words: str, *, role: str = "primary") -> None:
        super().__init__()
        self._desk = desk
        self._entries: list[WordsField] = []
        self.title = plain_label(title, role="title")
        self.fields = QVBoxLayout()
        self.fields.setSpacing(4)
        self.missing = plain_label(role="muted")
        self.do_button = button(do_words, self._ask, role=role)
        self.do_button.setToolTip("Ctrl+Enter")
        self.cancel_button = button(text("incident.cancel", desk.language), self.left.emit)
        buttons = at_right(self.cancel_button, self.do_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addLayout(self.fields)
        layout.addWidget(self.missing)
        layout.addLayout(buttons)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._ask)

    def body(self) -> Body | None:
        """Return the command that the form means; None where something is missing."""
        return None

    def lacks(self) -> str:
        """Return in words what is missing; empty where nothing is."""
        return ""

    def check(self) -> None:
        """Let the button follow what is missing."""
        words = self.lacks()
        show_words(self.missing, words)
        self.do_button.setEnabled(not words)

    def _begin(self) -> None:
        """Empty the words, and put the focus where something is to be entered: the operator asked for the form."""
        for entry in self._entries:
            entry.clear()
        self.check()
        (self._entries[0] if self._entries else self.do_button).setFocus()

    def _ask(self) -> None:
        self.check()
        body = self.body() if self.do_button.isEnabled() else None
        if body is not None:
            self.asked.emit(body)

    def _add(self, key: str, field: QWidget) -> QLabel:
        caption = plain_label(text(key, self._desk.language), role="muted")
        caption.setBuddy(field)
        self.fields.addWidget(caption)
        self.fields.addWidget(field)
        return caption

    def _add_words(self, key: str) -> WordsField:
        field = WordsField(text(key, self._desk.language))
        field.textChanged.connect(self.check)
        self.fields.addWidget(field)
        self._entries.append(field)
        return field


class GiveForm(DutyForm):
    """Give one duty by hand."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("duties.give_title", desk.language), text("duties.do_give", desk.language))
        self._incident_id: int | None = None
        self._case_id: int | None = None
        self.what = self._add_words("duties.what")
        self.department = DepartmentField(desk)
        self.limit = LimitField(desk)
        self.before = BeforeField(desk)
        self._add("duties.department", self.department)
        self._add("duties.limit", self.limit)
        self.before_caption = self._add("duties.before", self.before)
        self.department.currentIndexChanged.connect(lambda _: self.check())

    def open_for(self, incident_id: int | None, case_id: int | None, lead: str, siblings: list[Duty]) -> None:
        """Begin a duty of an incident or a case."""
        self._incident_id, self._case_id = incident_id, case_id
        self.department.show_departments("")
        self.department.setCurrentIndex(self.department.findData(lead))
        self.limit.reset()
        waited = [duty for duty in siblings if duty.state not in OVER]
        self.before.show_duties(waited)
        self.before_caption.setVisible(bool(waited))
        self._begin()

    def lacks(self) -> str:
        """Return what is missing: what is to be done, or by whom."""
        if not self.what.words:
            return text("duties.needs_what", self._desk.language)
        return "" if self.department.department else text("duties.needs_department", self._desk.language)

    def body(self) -> Body | None:
        """Return the duty."""
        draft = d.DutyDraft(
            self.what.words, self.department.department, limit=self.limit.limit, depends_on=self.before.chosen
        )
        return d.GiveDuties((draft,), self._incident_id, self._case_id)


class MoveForm(DutyForm):
    """Ask what one move of a duty needs: the reason, the department, the deadline, and why the desk speaks for it."""

    def __init__(self, desk: Desk, command: type) -> None:
        name = command.__name__
        words = label("duty_deed", name, desk.language).rstrip("…")
        super().__init__(desk, words, words, role="danger" if command in _DANGER else "primary")
        self.command = command
        self.duty: Duty | None = None
        self._siblings: list[Duty] = []
        self.needs_reason = command in _NEEDS_REASON or command is d.SetDutyDeadline
        self.of = plain_label(role="muted")
        self.fields.addWidget(self.of)
        self.reason: WordsField | None = None
        self.department: DepartmentField | None = None
        self.limit: LimitField | None = None
        self.before: BeforeField | None = None
        if command is not d.LinkDuty and command not in (d.AcceptDuty, d.StartDuty):
            self.reason = self._add_words("duties.reason" if self.needs_reason else "duties.words")
        if command in (d.ReassignDuty, d.RuleDuty):
            self.department = DepartmentField(desk)
            self._add("duties.department", self.department)
            self.department.currentIndexChanged.connect(lambda _: self.check())
        if command in (d.ReassignDuty, d.RuleDuty, d.SetDutyDeadline):
            self.limit = LimitField(desk, keeps=command is not d.SetDutyDeadline)
            self._add("duties.limit", self.limit)
        if command is d.LinkDuty:
            self.before = BeforeField(desk)
            self._add("duties.before", self.before)
        self.behalf: WordsField | None = None
        if command in _OF_DEPARTMENT:
            self.behalf = WordsField(text("duties.behalf", desk.language))
            self.behalf.textChanged.connect(self.check)
            self.fields.addWidget(self.behalf)

    def open_for(self, duty: Duty, siblings: list[Duty], behalf: str) -> None:
        """Ask about a duty; `behalf` is how the desk spoke for a department the last time."""
        self.duty = duty
        self.of.setText(text("duties.one", self._desk.language, number=duty.id, what=duty.text[:200]))
        self.of.show()
        if self.department is not None:
            self.department.show_departments("")
            same = self.command is d.RuleDuty or not duty.hand_backs
            self.department.setCurrentIndex(self.department.findData(duty.department) if same else -1)
        if self.limit is not None:
            self.limit.reset()
        if self.before is not None:
            self.before.show_duties([each for each in siblings if each.id != duty.id], duty.depends_on)
        if self.behalf is not None:
            self.behalf.setPlainText(behalf)
            self.behalf.selectAll()
            self.behalf.setVisible(not speaks_for(duty, self._desk.who))
        self._begin()
        if not self._entries and self.behalf is not None and self.behalf.isVisibleTo(self):
            self.behalf.setFocus()

    @property
    def speaks_how(self) -> str:
        """Return why somebody else speaks for the department, empty where nobody has to."""
        return self.behalf.words if self.behalf is not None and not self.behalf.isHidden() else ""

    def lacks(self) -> str:
        """Return what is missing: the reason, the department, or why the desk speaks for it."""
        language = self._desk.language
        if self.needs_reason and self.reason is not None and not self.reason.words:
            return text("case_form.needs_words", language)
        if self.department is not None and not self.department.department:
            return text("duties.needs_department", language)
        if self.behalf is not None and not self.behalf.isHidden() and not self.behalf.words:
            return text("duties.needs_behalf", language)
        return ""

    def body(self) -> Body | None:
        """Return the move."""
        duty, command = self.duty, self.command
        if duty is None:
            return None
        words = self.reason.words if self.reason is not None else ""
        if command in (d.AcceptDuty, d.StartDuty):
            return command(duty.id, self.speaks_how)
        if command in (d.ReportDutyDone, d.HandBackDuty):
            return command(duty.id, words, self.speaks_how)
        if command in (d.ReassignDuty, d.RuleDuty) and self.department is not None and self.limit is not None:
            return command(duty.id, self.department.department, words, self.limit.limit)
        if command is d.LinkDuty and self.before is not None:
            return d.LinkDuty(duty.id, self.before.chosen)
        if command is d.SetDutyDeadline and self.limit is not None:
            return d.SetDutyDeadline(duty.id, words, self.limit.limit)
        return command(duty.id, words)


class LeadForm(DutyForm):
    """Name the department that leads."""

    def __init__(self, desk: Desk) -> None:
        words = text("duties.lead_title", desk.language)
        super().__init__(desk, words, text("duties.do_lead", desk.language))
        self._incident: Incident | None = None
        self.department = DepartmentField(desk)
        self._add("duties.department", self.department)
        self.reason = self._add_words("duties.reason")
        self.department.currentIndexChanged.connect(lambda _: self.check())

    def open_for(self, incident: Incident) -> None:
        """Ask who leads an incident from now on."""
        self._incident = incident
        self.department.show_departments("")
        self.department.setCurrentIndex(self.department.findData(incident.lead))
        self._begin()
        self.department.setFocus()

    def lacks(self) -> str:
        """Return what is missing: another department, or why."""
        language = self._desk.language
        chosen = self.department.department
        if not chosen or self._incident is None or chosen == self._incident.lead:
            return text("duties.needs_other", language)
        return "" if self.reason.words else text("case_form.needs_words", language)

    def body(self) -> Body | None:
        """Return who leads."""
        if self._incident is None:
            return None
        return d.NameLead(self._incident.id, self.department.department, self.reason.words)

"""The incident in hand: its facts, its units with their instants, its story, and what may be done with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.charge.charge_line import ChargeLine
from app.desk import Desk
from app.incident.deeds import IncidentDeeds
from app.incident.forms import Form
from app.incident.head import IncidentHead
from app.incident.repair import RepairOrder
from app.incident.seen_by import SeenBy
from app.incident.status_line import StatusLine
from app.incident.story_filter import StoryFilter
from app.incident.timeline import Timeline
from app.incident.units import unit_rows
from app.parts.allow import allow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.theme import mark
from app.wording import listed, text
from dispatch.commands import (
    AddNote,
    Body,
    ChangeAlarmLevel,
    Command,
    ReleaseUnit,
    ReportStatus,
)
from dispatch.events import Entry, OrderChanged
from dispatch.incident import Incident, Stage
from dispatch.state import State
from resources.status import Status

LOW_PX = 500


class IncidentPanel(QWidget):
    """Follow the desk's selection; every button sends one command and says where it was refused."""

    repair_wanted = Signal(int)  # incident: what is left of it is to be reported as a case
    major_wanted = Signal(int)  # incident: it is to be declared a major one, or its room is to be shown

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._timeline = Timeline(desk)
        self._own = OwnCommands(desk, self)
        self._against_order: ReportStatus | None = None
        self.head = IncidentHead(desk)
        self.charge = ChargeLine(desk)
        self.seen_by = SeenBy(desk)
        self.units = RowList(self._words("incident.units"), grows=True, most_rows=3, least_rows=1)
        self.no_units = plain_label(self._words("incident.no_units"), role="muted")
        self.statuses = StatusLine(desk, self)
        self.status_buttons, self.release_button = self.statuses.buttons, self.statuses.release_button
        self.deeds = deeds = IncidentDeeds(desk, self)
        self.close_button, self.reopen_button, self.raise_button = (
            deeds.close_button,
            deeds.reopen_button,
            deeds.raise_button,
        )
        self.kind_button, self.place_button, self.calls_button = (
            deeds.kind_button,
            deeds.place_button,
            deeds.calls_button,
        )
        self.close_form, self.reopen_form, self.calls_form = deeds.close_form, deeds.reopen_form, deeds.calls_form
        self.kind_form, self.place_form, self.forms = deeds.kind_form, deeds.place_form, deeds.forms
        self.major_button = small_button(
            self._words("major.button"), self.show_major, tip=self._words("major.button_tip")
        )
        self.said = plain_label()
        self.crew_button = small_button(
            self._words("incident.crew_says"), self._say_crew, tip=self._words("incident.crew_says_tip")
        )
        self.timeline = RowList(self._words("incident.timeline"))
        self.story_filter = StoryFilter(desk)
        self.note = WordEntry()
        self.note.setPlaceholderText(self._words("incident.note_hint"))
        self.note.setAccessibleName(self._words("incident.note"))
        self.note.setMaxLength(10_000)
        self.note_button = small_button(self._words("incident.note_add"), self.add_note)
        self.repair = RepairOrder(desk, self)
        allow(self.note_button, desk, AddNote)
        allow(self.note, desk, AddNote)
        allow(self.crew_button, desk, ReportStatus)
        self._lay_out()
        self._connect()
        self._say("")
        self._on_selection()

    @property
    def incident(self) -> Incident | None:
        """Return the incident in hand as it stands."""
        number = self._desk.selection.incident_id
        return self._desk.state.incidents.get(number) if number is not None else None

    @property
    def unit_id(self) -> str:
        """Return the unit that the status buttons speak of."""
        return self.units.current_key

    def report(self, status: Status) -> None:
        """Report a status of the unit in hand."""
        if self.unit_id:
            self._do(ReportStatus(self.unit_id, status))
        else:
            show_words(self.said, self._words("incident.pick_unit"), "warning")

    def release(self) -> None:
        """Take the unit in hand off the incident."""
        if self.unit_id:
            self._do(ReleaseUnit(self.unit_id))

    def raise_level(self) -> None:
        """Raise the alarm level by one."""
        incident = self.incident
        if incident is not None:
            self._do(ChangeAlarmLevel(incident.id, incident.alarm_level + 1))

    def add_note(self) -> None:
        """Add the line as a note."""
        incident, words = self.incident, self.note.text().strip()
        if incident is not None and words:
            self._do(AddNote(incident.id, words))
            self.note.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story_filter.set_low(self.height() < LOW_PX)

    def show_major(self) -> None:
        """Ask for the room of a major incident, where this one is declared if it is none yet."""
        incident = self.incident
        if incident is not None:
            self.major_wanted.emit(incident.id)

    def _lay_out(self) -> None:
        refusal = QHBoxLayout()
        refusal.addWidget(self.said, 1)
        refusal.addWidget(self.crew_button)
        self.parts = QWidget()
        inside = QVBoxLayout(self.parts)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.seen_by)
        inside.addWidget(self.no_units)
        inside.addWidget(self.units)
        inside.addLayout(self.statuses.line)
        note = QHBoxLayout()
        note.addWidget(self.note, 1)
        note.addWidget(self.note_button)
        note.addWidget(self.repair.button)
        note.addWidget(self.major_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addWidget(self.head)
        layout.addWidget(self.charge)
        layout.addLayout(self.deeds.line)
        for form in self.forms:
            layout.addWidget(form)
            form.hide()
        layout.addLayout(refusal)
        layout.addWidget(self.parts)
        layout.addWidget(self.story_filter)
        layout.addWidget(self.timeline, 1)
        layout.addStretch(0)
        layout.addWidget(self.repair.deed)
        layout.addWidget(self.repair.deed.said)
        layout.addLayout(note)

    def _connect(self) -> None:
        desk = self._desk
        desk.selection_changed.connect(self._on_selection)
        desk.looked.connect(self._on_state)
        self._own.not_done.connect(self._on_not_done)
        self._own.refused.connect(self._on_refused)
        desk.ticked.connect(self._on_tick)
        self.statuses.status_wanted.connect(self.report)
        self.statuses.release_wanted.connect(self.release)
        self.deeds.form_wanted.connect(self._open)
        self.deeds.raise_wanted.connect(self.raise_level)
        self.units.chosen.connect(self._on_unit)
        self.units.pointed.connect(self._show_buttons)
        self.story_filter.chosen.connect(self._on_story)
        for form in self.forms:
            form.asked.connect(self._on_asked)
            form.left.connect(self._close_forms)
        self.note.meant.connect(self.add_note)
        self.repair.wanted.connect(self.repair_wanted)
        QShortcut(QKeySequence("Alt+N"), self, self.note.setFocus)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._close_forms)

    def _on_selection(self) -> None:
        selection = self._desk.selection
        if selection.incident_id != self._timeline.incident_id:
            self._timeline.show(selection.incident_id)
            self._show_story()
            self.timeline.scrollToTop()
            self._close_forms()
            self._own.forget()
            self._say("")
            self.note.clear()
        self._refresh()
        if selection.unit_id:
            self.units.take_key(selection.unit_id)
        self._show_buttons()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        number = self._desk.selection.incident_id
        if entry is None:
            self._timeline.show(number)
        elif self._own.take(entry):
            self._say("")
            if not self._own.is_waiting:
                self._close_forms()  # what was asked there is done; a refusal leaves its words standing
            self._tell_new_orders(entry)
        if number is None:
            return
        added = [self._timeline.add(*one) for one in self._desk.looks.told]
        if entry is None or any(added):
            self._show_story()
        self._refresh()

    def _tell_new_orders(self, entry: Entry) -> None:
        assignments = self._desk.state.assignments
        changed = [event.assignment_id for event in entry.events if isinstance(event, OrderChanged)]
        units = listed((assignments[key].unit_id for key in changed if key in assignments), self._desk.language)
        if units:
            self._say(self._words("incident.reordered", units=units), "notice")

    def _show_story(self) -> None:
        self.timeline.set_rows(self._timeline.rows)
        self.story_filter.show_departments(self._timeline.departments, self._timeline.department)

    def _on_story(self, department: str) -> None:
        self._timeline.department = department
        self._show_story()

    def _on_unit(self, unit_id: str) -> None:
        self._desk.select(incident_id=self._desk.selection.incident_id, unit_id=unit_id)

    def _on_tick(self) -> None:
        incident = self.incident
        self.head.tick(incident)
        if incident is not None and incident.stage is not Stage.CLOSED:
            self.units.set_rows(unit_rows(self._desk, incident))

    def _refresh(self) -> None:
        incident = self.incident
        self.head.show_incident(incident)
        self.charge.show_incident(incident)
        rows = unit_rows(self._desk, incident) if incident is not None else []
        self.units.set_rows(rows, take_first=True)
        self.units.setVisible(bool(rows))
        self.no_units.setVisible(incident is not None and not rows)
        self.deeds.show_incident(incident)
        major = self._desk.state.majors.get(incident.id) if incident is not None else None
        is_major = major is not None and major.is_declared
        self.major_button.setText(self._words("major.button_on" if is_major else "major.button"))
        mark(self.major_button, "level", "warning" if is_major else "")
        for widget in (self.note, self.note_button, self.major_button, self.timeline):
            widget.setVisible(incident is not None)
        self.repair.show_incident(incident)
        self._show_parts()
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.statuses.show_unit(self.unit_id, self.incident, has_units=bool(self.units.rows))

    def _open(self, form: Form) -> None:
        incident = self.incident
        is_open = form.isVisible()
        self._close_forms()
        if incident is not None and not is_open:
            self._say("")
            form.show()
            self._show_parts()
            form.open_for(incident)

    def _close_forms(self) -> None:
        for form in self.forms:
            form.hide()
        self._show_parts()

    def _show_parts(self) -> None:
        # A form needs the room: the units stand aside while one is open.
        self.parts.setVisible(self.incident is not None and all(form.isHidden() for form in self.forms))

    def _on_asked(self, bodies: tuple[Body, ...]) -> None:
        for body in bodies:
            self._do(body)

    def _do(self, body: Body) -> None:
        self._say("")
        self._own.do(body)
        self._show_buttons()

    def _say_crew(self) -> None:
        body = self._against_order
        if body is not None:
            self._do(ReportStatus(body.unit_id, body.status, source="crew"))

    def _on_not_done(self, reason: str, level: str) -> None:
        self._say(self._words("incident.refused", reason=reason), level)

    def _on_refused(self, command: Command, refused: Any) -> None:
        if refused.code == "status_against_order" and isinstance(command.body, ReportStatus):
            self._against_order = command.body
            self.crew_button.show()

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)
        self._against_order = None
        self.crew_button.hide()

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)

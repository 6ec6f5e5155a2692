"""The trainer plays who speaks to the room: callers, crews and the radio."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox

from app.intake.place_field import PlaceField
from app.parts.forms import number_field, plain_label, show_words
from app.parts.names import department_name
from app.trainer.form import Form, Note, NotYet, Wish, voice
from app.trainer.inject_words import inject_words
from app.trainer.picks import IncidentPick, UnitPick
from app.trainer.sitting import Sitting
from app.wording import label, one_line
from app.wording.durations import clock_span
from dispatch import injects as i
from dispatch.commands import ReportStatus
from dispatch.injects import Inject
from dispatch.scenario_file import CHANNELS
from resources.status import ORDER_ON_ASSIGNMENT, Signal, Status

MESSAGE = "message"
STATUSES = (*ORDER_ON_ASSIGNMENT[1:], Status.AVAILABLE_BY_RADIO, Status.AVAILABLE)
HIGHEST_LEVEL = 9


class CallForm(Form):
    """A telephone rings: about something new, or one more call about an incident that is known."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.about = IncidentPick(sitting, self.words("trainer.something_new"))
        self.note = Note(self.words("trainer.call_hint"))
        self.place = PlaceField(sitting.desk)
        self.channel = QComboBox()
        for each in CHANNELS:
            self.channel.addItem(label("channel", each, sitting.language), each)
        self.channel.setMaximumWidth(220)
        self.row("trainer.about", self.about)
        self.row("trainer.caller_says", self.note)
        self.row("trainer.calls_from", self.place, self.place.entry)
        self.row("trainer.channel", self.channel)
        self.ringing = plain_label(role="muted")
        self.line(self.ringing)
        self.about.currentIndexChanged.connect(lambda _: self._take_place())
        self.place.finished.connect(self.channel.setFocus)
        self.setFocusProxy(self.note)

    def wish(self) -> Wish:
        """Return a call. Raises NotYet."""
        if not self.note.words:
            raise NotYet(self.note, self.words("trainer.say_call"))
        location = self.place.location
        if location is None and self.place.entry.text().strip():
            raise NotYet(self.place.entry, self.words("trainer.take_place"))
        where: dict[str, Any] = {"lon": location.lon, "lat": location.lat} if location is not None else {}
        inject = Inject(self.new_id(), i.CALL, (), self.note.words, channel=self.channel.currentData(), **where)
        return Wish(inject_words(self._sitting, inject), inject)

    def refresh(self) -> None:
        self.about.refresh()
        state = self._sitting.state
        calls = (state.calls.get(each) for each in state.loose_calls)
        rung = [call.ringing_at for call in calls if call is not None and call.rings and call.ringing_at is not None]
        longest = clock_span((self._sitting.at - min(rung)).total_seconds()) if rung else ""
        show_words(self.ringing, self.words("trainer.ringing", count=f"{len(rung):,}", longest=longest) if rung else "")

    def empty(self) -> None:
        self.note.clear()
        self.about.setCurrentIndex(0)
        self.place.set_location(None)

    def _take_place(self) -> None:
        incident = self.about.incident
        self.place.set_location(incident.location if incident is not None else None)


class CallerForm(Form):
    """A caller says more about an incident, or answers what was asked."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.about = IncidentPick(sitting)
        self.note = Note(self.words("trainer.answer_hint"))
        self.row("trainer.about", self.about)
        self.row("trainer.caller_says", self.note)
        self.setFocusProxy(self.note)

    def wish(self) -> Wish:
        """Return what the caller says. Raises NotYet."""
        incident = self.about.incident
        if incident is None:
            raise NotYet(self.about, self.words("trainer.no_incident"))
        if not self.note.words:
            raise NotYet(self.note, self.words("trainer.say_words"))
        inject = Inject(self.new_id(), i.CALLER, (), self.note.words, incident=self.key_of(incident.id))
        return Wish(inject_words(self._sitting, inject), inject)

    def refresh(self) -> None:
        self.about.refresh()

    def empty(self) -> None:
        self.note.clear()


class CrewForm(Form):
    """A crew reports what it does, asks to speak, calls for help, or says something."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.unit = UnitPick(sitting)
        self.says = QComboBox()
        self.says.addItem(self.words("trainer.crew_message"), MESSAGE)
        for signal in Signal:
            self.says.addItem(label("signal", signal, sitting.language), signal.value)
        for status in STATUSES:
            self.says.addItem(
                self.words("trainer.crew_status", status=label("status", status, sitting.language)), status.value
            )
        self.says.setMaxVisibleItems(16)
        self.note = Note(self.words("trainer.crew_hint"))
        self.row("trainer.unit", self.unit, self.unit.box)
        self.row("trainer.crew_does", self.says)
        self.row("trainer.crew_says", self.note)
        self.setFocusProxy(self.unit)

    def wish(self) -> Wish:
        """Return what the crew says. Raises NotYet."""
        unit_id, says, words = self.unit.unit_id, str(self.says.currentData()), self.note.words
        if not unit_id:
            raise NotYet(self.unit.box, self.unit.missing_words)
        if says in STATUSES:
            held = self._sitting.state.units[unit_id].assignment_id
            body = ReportStatus(unit_id, Status(says), words, source="crew", assignment_id=held)
            status = label("status", says, self._sitting.language)
            return Wish(
                self.words("trainer.crew_did", unit=one_line(unit_id), status=status), deeds=((body, voice(unit_id)),)
            )
        if says == MESSAGE and not words:
            raise NotYet(self.note, self.words("trainer.say_words"))
        number = self.unit.incident_id
        key = self.key_of(number) if number else ""
        signal = "" if says == MESSAGE else says
        inject = Inject(self.new_id(), i.CREW, (), words, incident=key, unit=unit_id, signal=signal)
        told = inject_words(self._sitting, inject)
        if key or (signal and not words):
            return Wish(told, inject)
        if signal:
            raise NotYet(self.note, self.words("trainer.no_words_here", unit=one_line(unit_id)))
        department = self._sitting.state.units[unit_id].unit.department
        spoken = self.words("trainer.crew_by_radio", unit=one_line(unit_id), text=words)
        return Wish(told, Inject(self.new_id(), i.RADIO, (), spoken, department=department))

    def refresh(self) -> None:
        self.unit.refresh()

    def empty(self) -> None:
        self.note.clear()


class RadioForm(Form):
    """A message to a department, or to all."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.to = QComboBox()
        self.to.addItem(self.words("trainer.to_all"), "")
        for each in sitting.state.roster.departments:
            self.to.addItem(department_name(sitting.state, each.id, sitting.language), each.id)
        self.about = IncidentPick(sitting, self.words("trainer.about_none"))
        self.note = Note(self.words("trainer.radio_hint"))
        self.row("trainer.to", self.to)
        self.row("trainer.about", self.about)
        self.row("trainer.message", self.note)
        self.setFocusProxy(self.note)

    def wish(self) -> Wish:
        """Return a message. Raises NotYet."""
        if not self.note.words:
            raise NotYet(self.note, self.words("trainer.say_words"))
        incident = self.about.incident
        key = self.key_of(incident.id) if incident is not None else ""
        inject = Inject(self.new_id(), i.RADIO, (), self.note.words, incident=key, department=self.to.currentData())
        return Wish(inject_words(self._sitting, inject), inject)

    def refresh(self) -> None:
        self.about.refresh()

    def empty(self) -> None:
        self.note.clear()


class RaisedForm(Form):
    """The officer on the scene raises the alarm level."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.about = IncidentPick(sitting)
        self.level = number_field()
        self.level.setRange(1, HIGHEST_LEVEL)
        self.level.setMaximumWidth(220)
        self.note = Note(self.words("trainer.raised_hint"), lines=2)
        self.row("trainer.about", self.about)
        self.row("trainer.level", self.level)
        self.row("trainer.reason", self.note)
        self.about.currentIndexChanged.connect(lambda _: self._take_level())
        self.setFocusProxy(self.about)
        self._take_level()

    def wish(self) -> Wish:
        """Return another alarm level. Raises NotYet."""
        incident = self.about.incident
        if incident is None:
            raise NotYet(self.about, self.words("trainer.no_incident"))
        if self.level.value() == incident.alarm_level:
            raise NotYet(self.level, self.words("trainer.same_level", level=incident.alarm_level))
        key, level = self.key_of(incident.id), self.level.value()
        inject = Inject(self.new_id(), i.RAISED, (), self.note.words, incident=key, level=level)
        return Wish(inject_words(self._sitting, inject), inject)

    def refresh(self) -> None:
        held = self.about.currentData()
        self.about.refresh()
        if self.about.currentData() != held:
            self._take_level()

    def empty(self) -> None:
        self.note.clear()
        self._take_level()

    def _take_level(self) -> None:
        incident = self.about.incident
        self.level.setValue(min(HIGHEST_LEVEL, incident.alarm_level + 1) if incident is not None else 2)

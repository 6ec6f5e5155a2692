"""The story of one incident, line by line, from the log's entries; of all departments, or of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import get_args

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts import tints
from app.parts.names import department_name
from app.parts.row import Row
from app.wording import is_worded, label, listed, one_line, plain, sentence, text
from app.wording.durations import clock, clock_span, distance
from app.wording.major_log_texts import code_of
from dispatch import events as ev
from dispatch import major_events as major
from dispatch.events import Entry
from dispatch.situation_log import StoryRow, names_incident, tell, tell_major
from dispatch.state import State

LATE_AFTER = timedelta(seconds=60)
_TONES = {"duty_overdue": "alarm", "receipt_overdue": "alarm", "duty_began": "muted", "message_received": "muted"}
_OF_DEPARTMENTS = frozenset({"department", "addressees"})  # parameters that carry their ids
MAJOR_EVENTS: tuple[type, ...] = get_args(major.MajorEvent)
LOUD = {
    major.PeopleMissing: "alarm",
    major.MajorIncidentDeclared: "warn",
    major.RollCallOverdue: "warn",
    major.RollCallUnanswered: "warn",
    major.ElapsedTimeDue: "warn",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that happened: words, and how loud they are."""

    words: str
    tone: str = "normal"
    department: str = ""  # whose doing it is; empty: the desk's own


class Timeline:
    """Word the events that name one incident; keep the lines of the incident in hand, newest first."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.incident_id: int | None = None
        self.department = ""  # only this one's part of the story is shown; empty: everybody's
        self._all: list[tuple[Row, str]] = []
        self._worded: dict[type, Callable[..., _Line | None]] = {
            ev.CallRecorded: self._call,
            ev.CallAttached: lambda e: _Line(self._words("time.call_attached")),
            ev.CallDetached: lambda e: _Line(self._words("time.call_detached")),
            ev.CallerLocated: lambda e: _Line(self._words("time.caller_located", radius=distance(e.position.radius_m))),
            ev.IncidentReported: lambda e: _Line(
                self._words(
                    "time.reported",
                    kind=kind_name(desk, e.kind),
                    priority=e.priority,
                    place=one_line(e.location.text, 100),
                )
                + (f"\n{plain(e.text)}" if e.text else "")
            ),
            ev.LocationCorrected: lambda e: self._because(
                self._words("time.location", place=one_line(e.location.text, 100)), e.reason
            ),
            ev.KindChanged: lambda e: _Line(
                self._words("time.kind", kind=kind_name(desk, e.kind), priority=e.priority)
            ),
            ev.PriorityChanged: lambda e: self._because(self._words("time.priority", priority=e.priority), e.reason),
            ev.AlarmRaised: lambda e: self._because(self._words("time.level", level=e.alarm_level), e.reason),
            ev.NoteAdded: lambda e: _Line(plain(e.text)),
            ev.UnitAssigned: self._assigned,
            ev.OrderChanged: lambda e: _Line(self._words("time.order_changed", unit=self._unit(e.assignment_id))),
            ev.OrderMoved: lambda e: _Line(
                self._words(
                    "time.order_moved",
                    unit=self._unit(e.assignment_id),
                    state=label("order_state", e.state, desk.language),
                ),
                "muted",
            ),
            ev.OrderOverdue: lambda e: _Line(
                self._words("time.order_overdue", unit=self._unit(e.assignment_id)), "alarm"
            ),
            ev.StatusReported: self._status,
            ev.UnitReleased: lambda e: self._because(self._words("time.released", unit=one_line(e.unit_id)), e.reason),
            ev.SignalRaised: lambda e: _Line(
                self._words("time.signal", unit=one_line(e.unit_id), signal=label("signal", e.signal, desk.language)),
                "alarm",
            ),
            ev.SignalAcknowledged: lambda e: _Line(
                self._words(
                    "time.signal_taken", unit=one_line(e.unit_id), signal=label("signal", e.signal, desk.language)
                )
            ),
            ev.PerimeterDrawn: lambda e: self._because(
                self._words("time.perimeter_drawn", what=label("perimeter_kind", e.perimeter.kind, desk.language)),
                e.perimeter.label,
            ),
            ev.PerimeterLifted: lambda e: self._because(self._words("time.perimeter_lifted"), e.reason),
            ev.DeadlinePassed: lambda e: _Line(self._words("time.deadline"), "warn"),
            ev.IncidentClosed: lambda e: self._because(
                self._words("time.closed", disposition=label("disposition", e.disposition, desk.language)), e.text
            ),
            ev.IncidentReopened: lambda e: self._because(self._words("time.reopened"), e.reason),
            **dict.fromkeys(MAJOR_EVENTS, self._major),
        }

    @property
    def rows(self) -> list[Row]:
        """Return the lines that are shown."""
        return [row for row, department in self._all if self.department in ("", department)]

    @property
    def departments(self) -> tuple[str, ...]:
        """Return whose doings the story tells of, in the order of the roster."""
        found = {department for _, department in self._all}
        return tuple(each.id for each in self._desk.state.roster.departments if each.id in found)

    def show(self, incident_id: int | None) -> None:
        """Take an incident in hand and read its story from the log where the desk can."""
        if incident_id != self.incident_id:
            self.department = ""
        self.incident_id = incident_id
        self._all = []
        if incident_id is not None and self._desk.history is not None:
            for entry in self._desk.history(incident_id):
                self.add(entry, self._desk.state)

    def add(self, entry: Entry, state: State) -> bool:
        """Add what an entry says about the incident in hand; tell whether it says anything."""
        if self.incident_id is None or (self._all and int(self._all[0][0].key.split(":")[0]) >= entry.sequence):
            return False
        lines = list(self._lines(entry, state, self.incident_id))
        zone = state.time_zone
        for number, line in enumerate(lines):
            # Crews, the clock and the one who reads need no name; of other people at desks it is said who.
            is_plain = entry.role in ("crew", "system") or entry.actor == self._desk.who.actor
            detail = [] if is_plain else [one_line(entry.actor, 40)]
            if entry.recorded_at - entry.occurred_at > LATE_AFTER:
                written = clock(entry.recorded_at, zone)
                detail.append(self._words("time.late", clock=clock(entry.occurred_at, zone), written=written))
            row = Row(
                f"{entry.sequence}:{number}",
                line.words,
                right=clock(entry.occurred_at, zone, seconds=True),
                detail=" · ".join(detail) if number == len(lines) - 1 else "",
                tone=line.tone,
                mark_colour=self._colour(line.department),
                is_quiet=True,
            )
            self._all.insert(0, (row, line.department))
        return bool(lines)

    def _lines(self, entry: Entry, state: State, incident_id: int) -> Iterator[_Line]:
        assigned = {event.unit_id for event in entry.events if isinstance(event, ev.UnitAssigned)}
        for event in entry.events:
            if isinstance(event, ev.StatusReported) and event.unit_id in assigned:
                continue  # sent and alerted are one thing to a reader
            if _names(event, state, incident_id) or names_incident(event, state, incident_id):
                told = tell(event, entry, state)
                words = self._worded.get(type(event))
                line = words(event) if words is not None else self._told(told)
                if line is not None:
                    yield replace(line, department=told.department)

    def _told(self, told: StoryRow) -> _Line | None:
        """Word what only the shared log of all departments tells; None where nothing is to be read of it."""
        code = f"log.{told.code}"
        if not is_worded(code):
            return None
        desk = self._desk
        parameters = {
            name: self._named(value) if name in _OF_DEPARTMENTS else value
            for name, value in dict(told.parameters).items()
        }
        words = sentence(code, parameters, desk.language, zone=desk.state.time_zone)
        return _Line(one_line(words, 600), _TONES.get(told.code, "normal"))

    def _named(self, value: object) -> str:
        each = value if isinstance(value, tuple) else (value,)
        language = self._desk.language
        return listed((department_name(self._desk.state, str(one), language) for one in each), language)

    def _colour(self, department: str) -> str:
        found = self._desk.state.departments.get(department)
        return tints.department(found.kind) if found is not None else tints.ground("line").name()

    def _call(self, event: ev.CallRecorded) -> _Line | None:
        channel = label("channel", event.call.channel, self._desk.language)
        return _Line(self._words("time.call_recorded", channel=channel), "muted")

    def _assigned(self, event: ev.UnitAssigned) -> _Line:
        unit = one_line(event.unit_id)
        if event.eta_s is None:
            words = self._words("time.assigned_plain", unit=unit)
        else:
            words = self._words("time.assigned", unit=unit, span=clock_span(event.eta_s))
        if event.override_reason:
            words = self._words("time.override", sentence=words, reason=one_line(event.override_reason))
        return _Line(words)

    def _status(self, event: ev.StatusReported) -> _Line:
        status = label("status", event.status, self._desk.language)
        unit = one_line(event.unit_id)
        if event.destination:
            words = self._words("time.status_to", unit=unit, status=status, destination=one_line(event.destination))
        else:
            words = self._words("time.status", unit=unit, status=status)
        if event.marks:
            marks = listed((label("mark", mark, self._desk.language) for mark in event.marks), self._desk.language)
            words = self._words("time.marked", sentence=words, marks=marks)
        return self._because(words, event.reason)

    def _major(self, event: major.MajorEvent) -> _Line:
        state, code = self._desk.state, code_of(type(event).__name__)
        words = sentence(code, tell_major(event, state), self._desk.language, zone=state.time_zone)
        return _Line(words, LOUD.get(type(event), "normal"))

    def _because(self, words: str, reason: str) -> _Line:
        return _Line(self._words("time.because", sentence=words, reason=one_line(reason, 400)) if reason else words)

    def _unit(self, assignment_id: str) -> str:
        assignment = self._desk.state.assignments.get(assignment_id)
        return one_line(assignment.unit_id) if assignment is not None else ""

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _names(event: ev.Event, state: State, incident_id: int) -> bool:
    """Tell whether an event is about an incident: by its number, an assignment, a call, or a unit bound by it."""
    number = getattr(event.perimeter if isinstance(event, ev.PerimeterDrawn) else event, "incident_id", None)
    if number is not None:
        return bool(number == incident_id)
    assignment = state.assignments.get(getattr(event, "assignment_id", ""))
    if assignment is not None:
        return assignment.incident_id == incident_id
    if isinstance(event, (ev.CallRecorded, ev.CallerLocated)):
        call_id = event.call.id if isinstance(event, ev.CallRecorded) else event.call_id
        incident = state.incidents.get(incident_id)
        return incident is not None and call_id in incident.call_ids
    if isinstance(event, (ev.SignalRaised, ev.SignalAcknowledged)):
        unit = state.units.get(event.unit_id)
        bound = state.assignments.get(unit.assignment_id) if unit is not None else None
        return bound is not None and bound.incident_id == incident_id
    return False

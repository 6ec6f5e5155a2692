"""The shared log of one incident: what all departments did, as rows that a screen or a page words.

Codes are the names of events in small letters (`unit_assigned`, `duty_moved`); their parameters are plain values,
and the `details` of what happens to a major incident are `Words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, get_args

from dispatch import case_events, desk_events, duty_events, events, message_events
from dispatch.events import Entry, Event
from dispatch.ics_activity import words_with
from dispatch.major_events import MajorEvent
from dispatch.state import State

Parameters = tuple[tuple[str, Any], ...]
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What the log keeps and no other department needs to read: the way of an order to its crew, calls as they are typed.
_QUIET = frozenset(
    {"OrderMoved", "OrderChanged", "CallRecorded", "CallAttached", "CallDetached", "CallerLocated", "TaskDone"}
)


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One line: when, who, for which department (empty: the desk's own), and what, as a code with its parameters."""

    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str
    seat: str
    department: str
    code: str
    parameters: Parameters = ()


def joint_story(entries: Iterable[Entry], state: State, incident_id: int) -> Iterator[StoryRow]:
    """Yield what entries say of an incident, in their order; `state` is one at their end or later.

    `department` is whose doing it is: that of the unit, duty or task where there is one, else the asker's own.
    """
    for entry in entries:
        sent = {event.unit_id for event in entry.events if isinstance(event, events.UnitAssigned)}
        for event in entry.events:
            if isinstance(event, events.StatusReported) and event.unit_id in sent:
                continue  # sent and alerted are one thing to a reader
            if type(event).__name__ in _QUIET or not names_incident(event, state, incident_id):
                continue
            yield tell(event, entry, state)


def tell(event: Event, entry: Entry, state: State) -> StoryRow:
    """Return one event of an entry as a row, whatever it is about."""
    told = dict(_TOLD.get(type(event), _plainly)(event, state))
    return StoryRow(
        entry.sequence,
        entry.occurred_at,
        entry.recorded_at,
        entry.actor,
        entry.role,
        entry.seat,
        str(told.get("department") or _department_of(event, state) or entry.department),
        _WORDS.sub("_", type(event).__name__).lower(),
        tuple(told.items()),
    )


def names_incident(event: Event, state: State, incident_id: int) -> bool:
    """Tell whether an event is about an incident: by its number, an assignment, a duty, a message, or a bound unit."""
    number = getattr(getattr(event, "perimeter", event), "incident_id", None)
    if number is not None:
        return bool(number == incident_id)
    assignment = state.assignments.get(getattr(event, "assignment_id", ""))
    if assignment is not None:
        return assignment.incident_id == incident_id
    duty = state.duties.get(getattr(event, "duty_id", 0))
    if duty is not None:
        return duty.incident_id == incident_id
    message = state.messages.get(getattr(event, "message_id", 0))
    if message is not None:
        return message.incident_id == incident_id
    if isinstance(event, (events.SignalRaised, events.SignalAcknowledged)):
        unit = state.units.get(event.unit_id)
        bound = state.assignments.get(unit.assignment_id) if unit is not None else None
        return bound is not None and bound.incident_id == incident_id
    return False


def _department_of(event: Any, state: State) -> str:
    unit_id = getattr(event, "unit_id", "")
    if not unit_id and (assignment := state.assignments.get(getattr(event, "assignment_id", ""))) is not None:
        unit_id = assignment.unit_id
    unit = state.units.get(unit_id)
    return unit.unit.department if unit is not None else ""


def _plainly(event: Any, state: State) -> Parameters:
    """Tell an event by its plain fields."""
    found = ((field.name, getattr(event, field.name)) for field in fields(event))
    return tuple((name, value) for name, value in found if isinstance(value, (str, int, float, datetime)))


def _unit_of(event: Any, state: State) -> Parameters:
    assignment = state.assignments.get(event.assignment_id)
    return (("unit_id", assignment.unit_id if assignment is not None else ""), *_plainly(event, state))


def _place(event: Any, state: State) -> Parameters:
    return (*_plainly(event, state), ("place", event.location.text))


def _perimeter(event: Any, state: State) -> Parameters:
    return (("perimeter_kind", event.perimeter.kind.value), ("text", event.perimeter.label))


def _of_duty(event: Any, state: State) -> Parameters:
    """Tell what happened to a duty with the department that had it then, or has it now."""
    duty = state.duties.get(event.duty_id)
    department = getattr(event, "department", "") or (duty.department if duty is not None else "")
    more: list[tuple[str, Any]] = [("department", department)]
    if isinstance(event, duty_events.DutyMoved):
        more.append(("duty_move", event.move))
    if isinstance(event, duty_events.DutyLinked):
        more.append(("duties", event.depends_on))
    return (*_plainly(event, state), *more)


def _addressed(event: Any, state: State) -> Parameters:
    return (*_plainly(event, state), ("addressees", tuple(each.id for each in event.addressees)))


def _received(event: Any, state: State) -> Parameters:
    return (*_plainly(event, state), ("addressees", (event.addressee.id,)))


def _case_moved(event: Any, state: State) -> Parameters:
    return (("case_id", event.case_id), ("case_move", event.move), ("reason", event.reason))


def _taken(event: Any, state: State) -> Parameters:
    return (*_plainly(event, state), ("charge_way", event.way))


def tell_major(event: Any, state: State) -> Parameters:
    """Tell what happened to a major incident by its plain fields, with the names and numbers that a reader wants."""
    return (*_plainly(event, state), ("details", words_with(state, event)))


_TOLD: dict[type, Callable[[Any, State], Parameters]] = {
    **dict.fromkeys(get_args(MajorEvent), tell_major),
    events.IncidentReported: _place,
    events.LocationCorrected: _place,
    events.OrderOverdue: _unit_of,
    events.PerimeterDrawn: _perimeter,
    duty_events.DutyMoved: _of_duty,
    duty_events.DutyBegan: _of_duty,
    duty_events.DutyLinked: _of_duty,
    duty_events.DutyDeadlineSet: _of_duty,
    duty_events.DutyOverdue: _of_duty,
    message_events.MessageSent: _addressed,
    message_events.MessageReceived: _received,
    message_events.ReceiptOverdue: _addressed,
    case_events.CaseMoved: _case_moved,
    desk_events.IncidentTaken: _taken,
}

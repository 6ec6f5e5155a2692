"""What an exercise asks of its log, and in whose voice: incoming calls, injects, and what busy units report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dispatch import injects as i
from dispatch.commands import (
    AddNote,
    AssignUnits,
    Body,
    ChangeAlarmLevel,
    Choice,
    CloseRoad,
    RaiseSignal,
    RecordCall,
    ReportIncident,
    ReportStatus,
    ReportWeather,
    Who,
)
from dispatch.exercise.due import incident_of, inject_id_of
from dispatch.exercise.exercise import (
    CONTROL,
    CONTROL_SEAT,
    CREW,
    PREFIX,
    TRAINER,
    Carried,
    Exercise,
    Incoming,
    call_id_of,
)
from dispatch.incident import CallerPosition, Closure
from dispatch.injects import Inject
from dispatch.message import TO_DEPARTMENT, Addressee
from dispatch.message_commands import SendMessage
from dispatch.state import State
from resources.status import Signal, Status

CALLER = Who("caller", "crew", "", CONTROL_SEAT)  # may say something, and do nothing
CELL_RADIUS_M = 150.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One command to come, under the id by which it is known whether it was answered."""

    id: str
    at: datetime
    who: Who
    body: Body


def coming_in(exercise: Exercise, item: Incoming) -> Iterator[Asked]:
    """Yield the call of an incident and its taking in."""
    at, call_id = exercise.at(item.after_s), call_id_of(item.key)
    called_at = exercise.at(item.after_s - item.called_before_s)
    call = RecordCall(call_id, item.channel, ringing_at=called_at, answered_at=called_at, text=item.text)
    yield Asked(call_id, called_at, CONTROL, call)
    report = ReportIncident(
        item.kind, item.location, item.priority, call_id=call_id, text=item.text, received_at=called_at
    )
    yield Asked(f"{PREFIX}-incident-{item.key}", at, CONTROL, report)


def was_sent(exercise: Exercise, item: Carried, state: State) -> Asked | None:
    """Return the sending of a unit that was busy when the exercise began; None where its incident is not there."""
    incident = incident_of(state, item.key)
    if incident is None:
        return None
    body = AssignUnits(incident.id, (Choice(item.unit_id, item.need_id),))
    return Asked(f"{PREFIX}-sent-{item.key}-{item.unit_id}", exercise.at(item.after_s), CONTROL, body)


def assignment_of(state: State, item: Carried) -> str:
    """Return the open assignment that a busy unit was carried into the exercise with; empty once it has another."""
    unit = state.units.get(item.unit_id)
    incident = incident_of(state, item.key) if unit is not None and unit.assignment_id else None
    if unit is None or incident is None:
        return ""
    sent = state.answered.get(f"{PREFIX}-sent-{item.key}-{item.unit_id}")
    held = state.assignments[unit.assignment_id]
    return held.id if sent is not None and held.incident_id == incident.id else ""


def told(exercise: Exercise, item: Carried, state: State, *, until: datetime) -> Iterator[Asked]:
    """Yield what a busy unit has reported by an instant and the log does not say yet."""
    assignment_id = assignment_of(state, item)
    for number, each in enumerate(item.told if assignment_id else ()):
        name, at = f"{PREFIX}-told-{item.key}-{item.unit_id}-{number}", exercise.at(each.after_s)
        if at <= until and name not in state.answered:
            body = ReportStatus(item.unit_id, each.status, source="crew", assignment_id=assignment_id)
            yield Asked(name, at, CREW, body)


def next_told_at(exercise: Exercise, item: Carried, state: State) -> datetime:
    """Return when the first report of a busy unit that the log does not answer yet is due; far off for none."""
    left = (
        each.after_s
        for number, each in enumerate(item.told)
        if f"{PREFIX}-told-{item.key}-{item.unit_id}-{number}" not in state.answered
    )
    first_s = min(left, default=None)
    return exercise.at(first_s) if first_s is not None else datetime.max.replace(tzinfo=UTC)


def happening(exercise: Exercise, inject: Inject, state: State, at: datetime) -> tuple[Asked, ...]:
    """Return what an inject asks; the first bears its id. Nothing where the incident it names is not there."""
    bodies = _BODIES[inject.kind](exercise, inject, state, at)
    name = inject_id_of(inject)
    return tuple(
        Asked(name if number == 0 else f"{name}-{number}", at, who, body) for number, (who, body) in enumerate(bodies)
    )


def by_trainer(asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Return the same as done at the trainer's own seat, in the voice of whoever speaks."""
    return tuple(
        Asked(
            each.id,
            each.at,
            TRAINER if each.who == CONTROL else Who(each.who.actor, each.who.role, each.who.department, TRAINER.seat),
            each.body,
        )
        for each in asked
    )


Voiced = tuple[Who, Body]


def _call(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    position = None
    if inject.lon is not None and inject.lat is not None:
        position = CallerPosition(inject.lon, inject.lat, CELL_RADIUS_M, PREFIX)
    call = RecordCall(f"{PREFIX}-ring-{inject.id}", inject.channel, ringing_at=at, position=position, text=inject.text)
    return [(CONTROL, call)]


def _radio(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    addressees = (Addressee(TO_DEPARTMENT, inject.department),) if inject.department else ()
    incident = incident_of(state, inject.incident) if inject.incident else None
    return [(CONTROL, SendMessage(inject.text, addressees, incident.id if incident is not None else None))]


def _closure(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    ground = inject.ground
    closure = Closure(
        f"{PREFIX}-{inject.id}",
        ground.geometry_type,
        ground.coordinates,
        ground.way_ids,
        inject.text,
        at,
        _until(inject, at),
        kind=ground.kind,
        speed_factor=ground.speed_factor,
    )
    return [(CONTROL, CloseRoad(closure))]


def _failure(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    until = _until(inject, at)
    return [(CREW, ReportStatus(inject.unit, Status.OUT_OF_SERVICE, inject.text, until, source="crew"))]


def _weather(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    return [(CONTROL, ReportWeather(inject.weather, _until(inject, at)))]


def _raised(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    incident = incident_of(state, inject.incident)
    if incident is None:
        return []
    return [(CONTROL, ChangeAlarmLevel(incident.id, inject.level, inject.text))]


def _caller(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    incident = incident_of(state, inject.incident)
    return [] if incident is None else [(CALLER, AddNote(incident.id, inject.text))]


def _crew(exercise: Exercise, inject: Inject, state: State, at: datetime) -> list[Voiced]:
    incident = incident_of(state, inject.incident) if inject.incident else None
    unit_id = inject.unit or _first_there(state, incident.id if incident is not None else 0)
    who = Who(unit_id or "crew", "crew", "", CONTROL_SEAT)
    said: list[Voiced] = []
    if incident is not None and inject.text:
        said.append((who, AddNote(incident.id, inject.text)))
    if inject.signal and unit_id:
        said.append((who, RaiseSignal(unit_id, Signal(inject.signal))))
    return said


def _first_there(state: State, incident_id: int) -> str:
    held = [state.assignments[each] for each in state.assignments_of.get(incident_id, ())]
    there = [(each.on_scene_at, each.unit_id) for each in held if each.on_scene_at is not None and each.is_open]
    return min(there)[1] if there else ""


def _until(inject: Inject, at: datetime) -> datetime | None:
    return at + timedelta(seconds=inject.for_s) if inject.for_s > 0 else None


_BODIES: dict[str, Callable[[Exercise, Inject, State, datetime], list[Voiced]]] = {
    i.CALL: _call,
    i.RADIO: _radio,
    i.CLOSURE: _closure,
    i.FAILURE: _failure,
    i.WEATHER: _weather,
    i.RAISED: _raised,
    i.CALLER: _caller,
    i.CREW: _crew,
}

"""Which injects are due: a pure question of the state, so that a log gone back to tells the same again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from dispatch import fact
from dispatch import injects as i
from dispatch.exercise.exercise import PREFIX, call_id_of
from dispatch.incident import Assignment, Incident
from dispatch.injects import Condition, Inject
from dispatch.state import State
from resources.status import FREE

OWN = "#"  # no id of a scenario begins with it
INSTANT_OF = {
    "assigned": "assigned_at",
    "acknowledged": "acknowledged_at",
    "en_route": "en_route_at",
    "staged": "staged_at",
    "on_scene": "on_scene_at",
    "transporting": "transporting_at",
    "at_destination": "at_destination_at",
    "released": "released_at",
}


def inject_id_of(inject: Inject) -> str:
    """Return the id of the command by which an inject happens, once."""
    return f"{PREFIX}-inject-{inject.id}"


def own_key(incident_id: int) -> str:
    """Return how an inject names an incident that the trainees opened themselves."""
    return f"{OWN}{incident_id}"


def due(injects: Iterable[Inject], state: State, at: datetime, *, start_at: datetime) -> tuple[Inject, ...]:
    """Return the injects that have not happened yet and whose conditions all hold at `at`, in their order."""
    return tuple(
        inject
        for inject in injects
        if inject_id_of(inject) not in state.answered
        and all(holds(each, state, at, start_at=start_at) for each in inject.when)
    )


def holds(condition: Condition, state: State, at: datetime, *, start_at: datetime) -> bool:
    """Tell whether a condition holds at `at`."""
    if condition.kind == i.FEW_FREE:
        return _free(condition, state) <= condition.count
    began_at = came_true(condition, state, start_at=start_at)
    return began_at is not None and began_at + timedelta(seconds=condition.after_s) <= at


def came_true(condition: Condition, state: State, *, start_at: datetime) -> datetime | None:
    """Return when what a condition asks came true, None where it has not; `after_s` counts from there."""
    return _WHEN[condition.kind](condition, state, start_at)


def incident_of(state: State, key: str) -> Incident | None:
    """Return the incident that an exercise calls `key`, None where it has not come in or its call was taken off it.

    One that the trainees opened themselves is called by `own_key`.
    """
    if key.startswith(OWN):
        own = state.incidents.get(int(key[1:])) if key[1:].isdecimal() else None
        came_in = own is not None and any(each.startswith(call_id_of("")) for each in own.call_ids)
        return None if came_in else own  # in another branch the number may be that of another incident
    call = state.calls.get(call_id_of(key))
    return None if call is None or call.incident_id is None else state.incidents.get(call.incident_id)


def _clock(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    return start_at


def _on_scene(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    there = sorted(
        each.on_scene_at
        for each in _assignments(state, condition.incident)
        if each.on_scene_at is not None and _is_able(state, each.unit_id, condition.capability)
    )
    return there[condition.count - 1] if len(there) >= condition.count else None


def _unattended(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    """Count from when it was taken in, as long as nobody was sent: later it is not so any more."""
    incident = incident_of(state, condition.incident)
    if incident is None or incident.id not in state.open_incidents or incident.first_assigned_at is not None:
        return None
    return incident.reported_at


def _unit(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    name = INSTANT_OF[condition.status]
    if condition.incident:
        asked: Sequence[Assignment] = _assignments(state, condition.incident)
    else:
        asked = [state.assignments[each] for each in state.assignments_by_unit.get(condition.unit, ())]
    found = [
        getattr(each, name)
        for each in asked
        if condition.unit in ("", each.unit_id) and _is_able(state, each.unit_id, condition.capability)
    ]
    since = [at for at in found if at is not None and at >= start_at]
    return min(since, default=None)


def _alarm(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    incident = incident_of(state, condition.incident)
    if incident is None or incident.alarm_level < condition.count:
        return None
    change = state.changed.get(fact.of_incident(incident.id, "alarm_level"))
    return change.at if change is not None else incident.reported_at


def _closed(condition: Condition, state: State, start_at: datetime) -> datetime | None:
    incident = incident_of(state, condition.incident)
    return None if incident is None else incident.closed_at


def _free(condition: Condition, state: State) -> int:
    return sum(
        unit.on_roster and unit.status in FREE and not unit.held and _has(unit.unit.capabilities, condition.capability)
        for unit in state.units.values()
    )


def _assignments(state: State, key: str) -> list[Assignment]:
    incident = incident_of(state, key)
    names = () if incident is None else state.assignments_of.get(incident.id, ())
    return [state.assignments[each] for each in names]


def _is_able(state: State, unit_id: str, capability: str) -> bool:
    unit = state.units.get(unit_id)
    return unit is not None and _has(unit.unit.capabilities, capability)


def _has(capabilities: Sequence[str], capability: str) -> bool:
    return not capability or capability in capabilities


_WHEN: dict[str, Callable[[Condition, State, datetime], datetime | None]] = {
    i.CLOCK: _clock,
    i.ON_SCENE: _on_scene,
    i.UNATTENDED: _unattended,
    i.UNIT: _unit,
    i.ALARM: _alarm,
    i.CLOSED: _closed,
}

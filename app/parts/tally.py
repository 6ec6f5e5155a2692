"""Count what the strip and the status line say, from the state alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.events import Entry, LogOpened, RosterLoaded, RunCardsLoaded
from dispatch.incident import Assignment, Incident, OrderState, Stage
from dispatch.state import State, UnitState
from resources.status import FREE


@dataclass(frozen=True, slots=True)
class DepartmentTally:
    """Count one department: `free` of `total` units on the roster."""

    department: str
    name: str
    name_zh: str
    kind: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Hold the figures of one moment; waits in seconds, None where nothing waits."""

    open_incidents: int
    unassigned: int
    oldest_wait_s: float | None
    unacknowledged: int
    overdue_orders: int
    distress: tuple[str, ...]
    speak: tuple[str, ...]
    departments: tuple[DepartmentTally, ...]


_last: list[tuple[State, Tally, datetime | None]] = []


@dataclass(frozen=True, slots=True)
class Touched:
    """Name what an entry changed; `everything` where rows came or went as a whole."""

    incidents: frozenset[int]
    units: frozenset[str]
    everything: bool


def tally(state: State, at: datetime) -> Tally:
    """Count a state at the instant `at`. Several widgets ask at every entry: the counts of the last state are kept."""
    if not _last or _last[0][0] is not state:
        _last[:] = [(state, *_count(state))]
    _, counted, oldest_at = _last[0]
    return replace(counted, oldest_wait_s=max(0.0, (at - oldest_at).total_seconds()) if oldest_at else None)


def _count(state: State) -> tuple[Tally, datetime | None]:
    waiting = [state.incidents[one] for one in state.open_incidents if state.incidents[one].stage is Stage.WAITING]
    oldest = min((incident.received_at for incident in waiting), default=None)
    bound = [state.assignments[one] for one in state.open_assignments]
    unheard = [one for one in bound if one.order_state is not OrderState.ACKNOWLEDGED]
    free: dict[str, int] = dict.fromkeys(state.departments, 0)
    total: dict[str, int] = dict.fromkeys(state.departments, 0)
    speak: list[tuple[datetime, str]] = []
    for unit_id, unit in state.units.items():
        if unit.on_roster:
            total[unit.unit.department] = total.get(unit.unit.department, 0) + 1
            free[unit.unit.department] = free.get(unit.unit.department, 0) + is_free(unit)
        if unit.speak_at is not None:
            speak.append((unit.speak_at, unit_id))
    counted = Tally(
        open_incidents=len(state.open_incidents),
        unassigned=len(waiting),
        oldest_wait_s=None,
        unacknowledged=len(unheard),
        overdue_orders=sum(one.order_overdue for one in unheard),
        distress=in_distress(state),
        speak=tuple(unit_id for _, unit_id in sorted(speak)),
        departments=tuple(
            DepartmentTally(one.id, one.name, one.name_zh, one.kind, free.get(one.id, 0), total.get(one.id, 0))
            for one in state.roster.departments
        ),
    )
    return counted, oldest


def in_distress(state: State) -> tuple[str, ...]:
    """Return who calls in distress, the longest first; quick enough to be asked at each of thousands of entries."""
    calls = [(called_at, caller) for caller, called_at in state.strays.items()]
    calls += [(unit.distress_at, unit_id) for unit_id, unit in state.units.items() if unit.distress_at is not None]
    return tuple(caller for _, caller in sorted(calls))


def is_free(unit: UnitState) -> bool:
    """Tell whether a unit can be sent now."""
    return unit.status in FREE and not unit.assignment_id


def in_stage_since(state: State, incident: Incident) -> datetime:
    """Return when an incident came to the stage it is in; its report where no instant says better."""
    known: datetime | None = None
    if incident.stage is Stage.ASSIGNED:
        known = incident.first_assigned_at
    elif incident.stage is Stage.WORKING:
        known = incident.first_on_scene_at
    elif incident.stage is Stage.CLEARED:
        known = max((one.released_at for one in assignments(state, incident.id) if one.released_at), default=None)
    elif incident.stage is Stage.CLOSED:
        known = incident.closed_at
    return known or incident.reported_at


def assignments(state: State, incident_id: int) -> list[Assignment]:
    """Return every assignment of an incident, in the order of sending."""
    return [state.assignments[one] for one in state.assignments_of.get(incident_id, ())]


def touched(entry: Entry | None, state: State) -> Touched:
    """Tell which rows an entry changed; None (a first look) changes everything."""
    if entry is None:
        return Touched(frozenset(), frozenset(), True)
    incidents: set[int] = set()
    units: set[str] = set()
    for event in entry.events:
        if isinstance(event, LogOpened | RosterLoaded | RunCardsLoaded):
            return Touched(frozenset(), frozenset(), True)
        assignment = state.assignments.get(getattr(event, "assignment_id", ""))
        if assignment is not None:
            incidents.add(assignment.incident_id)
            units.add(assignment.unit_id)
        duty = state.duties.get(getattr(event, "duty_id", 0))
        message = state.messages.get(getattr(event, "message_id", 0))
        about = next((one for one in (duty, message) if one is not None), event)
        incident_id = getattr(getattr(event, "perimeter", about), "incident_id", None)
        if isinstance(incident_id, int):
            incidents.add(incident_id)
        unit_id = getattr(event, "unit_id", "")
        if unit_id:
            units.add(unit_id)
            bound = state.assignments.get(state.units[unit_id].assignment_id) if unit_id in state.units else None
            if bound is not None:
                incidents.add(bound.incident_id)
    return Touched(frozenset(incidents), frozenset(units), False)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts call signs as people count: E2 before E10."""
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d{1,9})", text) if part
    )

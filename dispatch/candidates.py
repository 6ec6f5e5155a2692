"""Which units and task forces may go to an incident, how soon they leave, and what stands against the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from dispatch.recommendation import Reason
from dispatch.roll import Force, Roll, Rolls, Row
from dispatch.runcard import Need
from dispatch.state import State, UnitState
from dispatch.travels import Start
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import FRESHNESS, Freshness, is_home, last_scene, locate, start_of
from resources.position import Fix
from resources.shifts import is_on_duty
from resources.status import TURNING_OUT, Status
from resources.unit import Unit

__all__ = ["Barred", "Candidate", "Field", "find_candidates", "start_of", "turnout_time_s"]

_ROLLS = Rolls()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One unit that may go: for which needs (their positions), from where, and after how long a turnout.

    `resources` are what sending it uses up: its id, and `crew:` with the word of a crew that it shares. A task force
    has `members`, one candidate a unit, and all that they use up; its `unit` is all of them as one, under the force's
    id, and its `start` and `turnout_s` are its leader's. It is there when the slowest of its members is.
    """

    unit: UnitState
    needs: tuple[int, ...]
    start: Start
    turnout_s: float
    fix_age_s: float | None
    members: tuple[Candidate, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    """One unit or task force that may not go, and why; `needs` are those that it could fill otherwise."""

    unit: UnitState
    needs: tuple[int, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Field:
    """All units sorted by id, then task forces by id: those that may go and those that may not."""

    candidates: tuple[Candidate, ...]
    barred: tuple[Barred, ...]


def find_candidates(
    state: State,
    fixes: Mapping[str, Fix],
    needs: Sequence[Need],
    filled: Sequence[Need],
    *,
    incident_id: int | None,
    at: datetime,
    leaving: Collection[str] = (),
    freshness: Freshness = FRESHNESS,
) -> Field:
    """Sort every unit of the state into those that may fill one of `needs` and those that may not.

    `filled` are needs of the card that units on their way fill already; `at` is the moment asked about (aware UTC).
    A task force stands there only where a need asks for what it can do. Units `leaving` count although they are on
    their way to something; who still turns out for that has a part of the turnout behind it.
    """
    wanted: dict[str, list[int]] = {}
    for position, need in enumerate(needs):
        for capability in need.any_of:
            wanted.setdefault(capability, []).append(position)
    already = {capability for need in filled for capability in need.any_of}
    roll = _ROLLS.of(state)
    fits = [_fit(unit, wanted, needs, already) for unit in roll.kinds]
    stand = _standing(state, fixes, incident_id, at, freshness)
    candidates: list[Candidate] = []
    barred: list[Barred] = []
    for row in roll.rows:
        able, misfit = fits[row.kind]
        bound = row.against or (_bound(state, row.unit, incident_id) if row.unit.assignment_id else None)
        against = misfit if row.id in leaving else bound or misfit
        found = against or stand(row, able)
        if isinstance(found, Reason):
            barred.append(Barred(row.unit, able, found))
        else:
            candidates.append(found)
    if roll.forces and wanted:
        _add_forces(roll, wanted, needs, lambda row: _member(state, row, incident_id, stand), candidates, barred)
    return Field(tuple(candidates), tuple(barred))


Stand = Callable[[Row, tuple[int, ...]], Candidate | Reason]


def _standing(
    state: State, fixes: Mapping[str, Fix], incident_id: int | None, at: datetime, freshness: Freshness
) -> Stand:
    """Return what places a free unit at one moment: as a candidate for needs, or with a reason why it cannot go."""
    local = at.astimezone(_zone(state.time_zone))
    off_duty = frozenset(shift.id for shift in state.roster.shifts if not is_on_duty(shift, local.time()))
    turnouts: dict[tuple[str, Status, bool, float], float] = {}

    def stand(row: Row, able: tuple[int, ...]) -> Candidate | Reason:
        unit, fix = row.unit, fixes.get(row.id)
        is_off = unit.unit.shift in off_duty and unit.status is Status.AVAILABLE
        if is_off and is_home(unit, fix, freshness):
            return Reason("off_shift", (("shift", unit.unit.shift),))
        place = locate(unit, fix, last_scene(state, unit), at, freshness)
        if isinstance(place, Reason):
            return place
        start, fix_age_s, is_moving = place
        spent_s = _spent_s(state, unit, at) if unit.status in TURNING_OUT else 0.0
        manner = (unit.unit.turnout, unit.status, is_moving, spent_s)
        turnout_s = turnouts.get(manner)
        if turnout_s is None:
            turnout = state.turnouts.get(unit.unit.turnout)
            turnout_s = turnouts[manner] = turnout_time_s(
                turnout, unit.status, local.hour, is_moving=is_moving, spent_s=spent_s
            )
        return Candidate(unit, able, start, turnout_s, fix_age_s, (), row.resources)

    return stand


def _spent_s(state: State, unit: UnitState, at: datetime) -> float:
    """Give the seconds since the crew was alerted for what it is turning out for."""
    ids = state.assignments_by_unit.get(unit.unit.id)
    alerted_at = state.assignments[ids[-1]].assigned_at if ids else unit.since
    return max(0.0, (at - alerted_at).total_seconds())


def _member(state: State, row: Row, incident_id: int | None, stand: Stand) -> Candidate | Reason:
    """Place one unit of a task force, or say why it cannot go."""
    unit = row.unit.unit
    if row.against is not None or row.unit.assignment_id:
        return row.against or _bound(state, row.unit, incident_id)
    if unit.crew < unit.min_crew:
        return Reason("crew_too_small", (("crew", unit.crew), ("wanted", unit.min_crew)))
    return stand(row, ())


def _add_forces(
    roll: Roll,
    wanted: Mapping[str, Sequence[int]],
    needs: Sequence[Need],
    place: Callable[[Row], Candidate | Reason],
    candidates: list[Candidate],
    barred: list[Barred],
) -> None:
    """Add the task forces that a need asks for; one that is not complete is barred by its first unit that lacks."""
    by_id = {candidate.unit.unit.id: candidate for candidate in candidates}
    for force in roll.forces:
        if force.whole is None or wanted.keys().isdisjoint(force.whole.capabilities):
            continue
        able, against = _fit(force.whole, wanted, needs, set())
        members = [by_id.get(member.id) or place(member) for member in force.members]
        as_unit = UnitState(force.whole, force.members[0].unit.status, force.members[0].unit.since)
        lacking = _lacking(force, members)
        if against is None and lacking:
            against = Reason("force_incomplete", (("unit", lacking),))
        there = tuple(member for member in members if isinstance(member, Candidate))
        if against is not None:
            barred.append(Barred(as_unit, able, against))
            continue
        ages_s = [each.fix_age_s for each in there if each.fix_age_s is not None]
        uses = tuple(dict.fromkeys(each for member in there for each in member.resources))
        candidates.append(
            Candidate(as_unit, able, there[0].start, there[0].turnout_s, max(ages_s, default=None), there, uses)
        )


def _lacking(force: Force, members: Sequence[Candidate | Reason]) -> str:
    """Name the first unit of a task force that cannot go, or whose crew goes with an earlier one; empty: none."""
    if force.missing:
        return force.missing
    used: set[str] = set()
    for row, member in zip(force.members, members, strict=True):
        if isinstance(member, Reason) or not used.isdisjoint(member.resources):
            return row.id
        used.update(member.resources)
    return ""


def _fit(
    unit: Unit, wanted: Mapping[str, Sequence[int]], needs: Sequence[Need], already: set[str]
) -> tuple[tuple[int, ...], Reason | None]:
    """Tell which needs a unit fills by capability, department, crew and equipment.

    Where it fills none, a reason, with the needs that it has a capability for.
    """
    able = tuple(sorted({row for capability in unit.capabilities for row in wanted.get(capability, ())}))
    if not able:
        if already.intersection(unit.capabilities):
            return (), Reason("need_filled")
        return (), Reason("wrong_capability", (("has", ", ".join(unit.capabilities)),))
    own = [position for position in able if needs[position].department in ("", unit.department)]
    if not own:
        return able, Reason("other_department", (("wanted", needs[able[0]].department),))
    manned = [position for position in own if unit.crew >= max(needs[position].min_crew, unit.min_crew)]
    if not manned:
        least = max(unit.min_crew, min(needs[position].min_crew for position in own))
        return able, Reason("crew_too_small", (("crew", unit.crew), ("wanted", least)))
    fitting = tuple(position for position in manned if set(needs[position].equipment) <= set(unit.equipment))
    if not fitting:
        lacks = [word for word in needs[manned[0]].equipment if word not in unit.equipment]
        return able, Reason("lacks_equipment", (("lacks", ", ".join(lacks)),))
    return fitting, None


def _bound(state: State, unit: UnitState, incident_id: int | None) -> Reason:
    """Tell what a unit is sent to."""
    assignment = state.assignments[unit.assignment_id]
    if assignment.incident_id == incident_id:
        return Reason("already_sent")
    return Reason("busy", (("incident", assignment.incident_id), ("status", unit.status.value)))


def _zone(name: str) -> tzinfo:
    """Return a time zone; a log that names one that is not known here must not cost every answer."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC

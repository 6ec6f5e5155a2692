"""The roll of all units: who is there, what each uses up, and what stands against it whatever is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import is_not

import numpy as np
from immutables import Map
from numpy.typing import NDArray

from dispatch.incident import Assignment
from dispatch.recommendation import Reason
from dispatch.state import State, UnitState
from resources.status import COMMITTED, FREE, Status
from resources.unit import Roster, TaskForce, Unit

# So many reasons that nobody has any more may be kept before all are gathered anew.
FORGOTTEN = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with the number of its kind, what sending it uses up, and what stands against it (None: nothing).

    `bound_to` is the incident that it is sent to and `busy` says so; 0 and None for all others.
    """

    id: str
    unit: UnitState
    kind: int
    against: Reason | None
    resources: tuple[str, ...]
    bound_to: int = 0
    busy: Reason | None = None


@dataclass(frozen=True, slots=True)
class Force:
    """One task force: its members in order, as far as they exist, the first one missing, and all of them as a unit.

    `whole` has the force's id and capabilities, its leader's department and place, and all crews, officers and
    equipment together; its station is the members' only where they share it.
    """

    id: str
    members: tuple[Row, ...]
    missing: str
    whole: Unit | None


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """Hold units by id, with what is asked of thousands at once as columns of as many entries.

    Units of one kind are alike in all that a need asks about; `kinds` holds one unit of each. `against` numbers what
    stands against a unit in `reasons` and `busy` what it is sent to, both 0 for nothing; `bound_to` is that incident.
    `is_shared` marks what uses up more than itself. A row that did not change is the same object as in the roll before,
    and so are `ids` (`names` as an array) while the fleet is the same.
    """

    units: Map[str, UnitState] = field(default_factory=Map)
    roster: Roster = field(default_factory=Roster)
    ids: tuple[str, ...] = ()
    names: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    rows: tuple[Row, ...] = ()
    kinds: tuple[Unit, ...] = ()
    forces: tuple[Force, ...] = ()
    reasons: tuple[Reason | None, ...] = (None,)
    kind: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    against: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    busy: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    bound_to: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    officers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    is_shared: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))


class Rolls(threading.local):
    """Keep, for each thread, the roll of the units last asked about: most questions are about these again."""

    def __init__(self) -> None:
        self._last = Roll()

    def of(self, state: State) -> Roll:
        """Return the roll of a state's units, sorted by id; only what changed since the last time is looked at."""
        last = self._last
        if last.units is not state.units or last.roster is not state.roster:
            last = self._last = _call(state, last)
        return last


def crew_of(unit: Unit) -> str:
    """Name the crew that a cross-staffed vehicle shares with others; empty for a vehicle with its own."""
    return f"crew:{unit.cross_staffed}" if unit.cross_staffed else ""


def partner_out(units: Map[str, UnitState], unit: Unit) -> str:
    """Name the vehicle that a unit's crew is out with already; empty where there is none."""
    if not unit.cross_staffed:
        return ""
    others = (each for each in units.values() if each.unit.cross_staffed == unit.cross_staffed)
    return min((each.unit.id for each in others if each.unit.id != unit.id and _is_out(each)), default="")


def _call(state: State, last: Roll) -> Roll:
    units = state.units
    found = list(map(units.get, last.ids))
    is_same_fleet = len(found) == len(units) and None not in found and last.roster is state.roster
    if not is_same_fleet or len(last.reasons) > 2 * len(units) + FORGOTTEN:
        ids = tuple(sorted(units))
        return _written(
            state,
            replace(Roll(), ids=ids, names=np.array(ids, dtype=object)),
            [units[each] for each in ids],
            range(len(ids)),
        )
    now = [each for each in found if each is not None]
    before = [row.unit for row in last.rows]
    changed = list(compress(range(len(now)), map(is_not, now, before)))
    words = {each.unit.cross_staffed for row in changed for each in (now[row], before[row])} - {""}
    if words:  # what one vehicle of a crew does bars the others
        crews = [row for row, each in enumerate(now) if each.unit.cross_staffed in words]
        changed = sorted({*changed, *crews})
    return _written(state, last, now, changed)


def _written(state: State, last: Roll, units: list[UnitState], changed: Iterable[int]) -> Roll:
    """Write these rows anew, and keep the others of the last roll."""
    count, is_new = len(units), not last.rows
    numbers = {_asked(each): number for number, each in enumerate(last.kinds)}
    kinds, rows = list(last.kinds), list(last.rows)
    reasons = {reason: number for number, reason in enumerate(last.reasons)}
    columns = [np.zeros(count, dtype=np.int64) if is_new else each.copy() for each in _numbers_of(last)]
    kind, against, busy, bound_to, officers = columns
    is_shared = np.zeros(count, dtype=bool) if is_new else last.is_shared.copy()
    out = _out(units)
    for at in changed:
        unit = units[at].unit
        number = numbers.setdefault(_asked(unit), len(kinds))
        if number == len(kinds):
            kinds.append(unit)
        row = _row(units[at], number, out, state.assignments)
        rows[at : at + 1] = [row]  # the last one of those so far where all are new
        kind[at], bound_to[at], is_shared[at] = number, row.bound_to, len(row.resources) > 1
        officers[at] = unit.officers
        against[at] = reasons.setdefault(row.against, len(reasons))
        busy[at] = reasons.setdefault(row.busy, len(reasons))
    forces: tuple[Force, ...] = ()
    if state.roster.task_forces:
        by_id = {row.id: row for row in rows}
        forces = tuple(_force(each, by_id) for each in sorted(state.roster.task_forces, key=lambda force: force.id))
    return Roll(
        units=state.units,
        roster=state.roster,
        ids=last.ids,
        names=last.names,
        rows=tuple(rows),
        kinds=tuple(kinds),
        forces=forces,
        reasons=tuple(reasons),
        kind=kind,
        against=against,
        busy=busy,
        bound_to=bound_to,
        officers=officers,
        is_shared=is_shared,
    )


def _numbers_of(roll: Roll) -> tuple[NDArray[np.int64], ...]:
    return roll.kind, roll.against, roll.busy, roll.bound_to, roll.officers


def _asked(unit: Unit) -> tuple[object, ...]:
    return unit.capabilities, unit.department, unit.crew, unit.min_crew, unit.equipment


def _out(units: Iterable[UnitState]) -> Mapping[str, list[str]]:
    """Name by shared crew the vehicles that are out."""
    out: dict[str, list[str]] = {}
    for state in units:
        if state.unit.cross_staffed and _is_out(state):
            out.setdefault(state.unit.cross_staffed, []).append(state.unit.id)
    return out


def _row(state: UnitState, kind: int, out: Mapping[str, list[str]], assignments: Map[str, Assignment]) -> Row:
    unit = state.unit
    away = [each for each in out.get(unit.cross_staffed, ()) if each != unit.id] if unit.cross_staffed else []
    resources = (unit.id, crew_of(unit)) if unit.cross_staffed else (unit.id,)
    against = _against(state, away)
    if against is not None or not state.assignment_id:
        return Row(unit.id, state, kind, against, resources)
    incident = assignments[state.assignment_id].incident_id
    busy = Reason("busy", (("incident", incident), ("status", state.status.value)))
    return Row(unit.id, state, kind, None, resources, incident, busy)


def _is_out(unit: UnitState) -> bool:
    return bool(unit.assignment_id) or unit.status in COMMITTED


def _against(unit: UnitState, away: list[str]) -> Reason | None:
    """Tell what stands against a unit whatever is asked for; `away` are vehicles that its crew is out with."""
    if not unit.on_roster:
        return Reason("not_on_roster")
    if unit.assignment_id:
        return None  # it depends on the incident
    if unit.status is Status.OUT_OF_SERVICE:
        until = unit.until.isoformat() if unit.until else ""
        return Reason("out_of_service", (("reason", unit.reason), ("until", until)))
    if unit.distress_at is not None:
        return Reason("in_distress")
    if unit.status not in FREE:
        return Reason("not_free", (("status", unit.status.value),))
    if away:
        return Reason("crew_away", (("unit", away[0]),))
    if unit.held:
        return Reason("held_in_reserve", (("reason", unit.held),))
    return None


def _force(force: TaskForce, by_id: dict[str, Row]) -> Force:
    members = tuple(by_id[each] for each in force.units if each in by_id)
    missing = next((each for each in force.units if each not in by_id), "")
    if not members:
        return Force(force.id, (), missing, None)
    units = [member.unit.unit for member in members]
    stations = {unit.station for unit in units}
    leader = units[0]
    whole = Unit(
        id=force.id,
        department=leader.department,
        capabilities=force.capabilities,
        lon=leader.lon,
        lat=leader.lat,
        kind=leader.kind,
        station=leader.station if len(stations) == 1 else "",
        crew=sum(unit.crew for unit in units),
        min_crew=0,
        equipment=tuple(dict.fromkeys(word for unit in units for word in unit.equipment)),
        officers=sum(unit.officers for unit in units),
    )
    return Force(force.id, members, missing, whole)

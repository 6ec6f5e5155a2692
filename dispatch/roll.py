"""The roll of all units: who is there, what each uses up, and what stands against it whatever is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from dispatch.recommendation import Reason
from dispatch.state import State, UnitState
from resources.status import COMMITTED, FREE, Status
from resources.unit import Roster, TaskForce, Unit


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with the number of its kind, what sending it uses up, and what stands against it (None: nothing)."""

    id: str
    unit: UnitState
    kind: int
    against: Reason | None
    resources: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Roll:
    """Hold units by id. Units of one kind are alike in all that a need asks about; `kinds` holds one unit of each."""

    units: Map[str, UnitState] = field(default_factory=Map)
    roster: Roster = field(default_factory=Roster)
    rows: tuple[Row, ...] = ()
    kinds: tuple[Unit, ...] = ()
    forces: tuple[Force, ...] = ()


class Rolls:
    """Keep the roll of the units last asked about: most questions are about the units of the question before."""

    def __init__(self) -> None:
        self._last = Roll()

    def of(self, state: State) -> Roll:
        """Return the roll of a state's units, sorted by id."""
        last = self._last  # read once: another thread may put its own
        if last.units is state.units and last.roster is state.roster:
            return last
        self._last = made = _call(state.units, state.roster)
        return made


def crew_of(unit: Unit) -> str:
    """Name the crew that a cross-staffed vehicle shares with others; empty for a vehicle with its own."""
    return f"crew:{unit.cross_staffed}" if unit.cross_staffed else ""


def partner_out(units: Map[str, UnitState], unit: Unit) -> str:
    """Name the vehicle that a unit's crew is out with already; empty where there is none."""
    if not unit.cross_staffed:
        return ""
    others = (each for each in units.values() if each.unit.cross_staffed == unit.cross_staffed)
    return min((each.unit.id for each in others if each.unit.id != unit.id and _is_out(each)), default="")


def _call(units: Map[str, UnitState], roster: Roster) -> Roll:
    kinds: dict[tuple[object, ...], int] = {}
    first: list[Unit] = []
    rows: list[Row] = []
    reasons: dict[Reason | None, Reason | None] = {}  # equal reasons are one
    out: dict[str, list[str]] = {}
    for unit_id, state in sorted(units.items()):
        if state.unit.cross_staffed and _is_out(state):
            out.setdefault(state.unit.cross_staffed, []).append(unit_id)
    for unit_id, state in sorted(units.items()):
        unit = state.unit
        asked = (unit.capabilities, unit.department, unit.crew, unit.min_crew, unit.equipment)
        kind = kinds.setdefault(asked, len(first))
        if kind == len(first):
            first.append(unit)
        away = [each for each in out.get(unit.cross_staffed, ()) if each != unit_id] if unit.cross_staffed else []
        against = _against(state, away)
        resources = (unit_id, crew_of(unit)) if unit.cross_staffed else (unit_id,)
        rows.append(Row(unit_id, state, kind, reasons.setdefault(against, against), resources))
    forces: tuple[Force, ...] = ()
    if roster.task_forces:
        by_id = {row.id: row for row in rows}
        forces = tuple(_force(each, by_id) for each in sorted(roster.task_forces, key=lambda force: force.id))
    return Roll(units, roster, tuple(rows), tuple(first), forces)


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

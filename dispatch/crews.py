"""Simulated crews: what assigned units would report and where they would be, from the state and the clock alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.along import LonLat as LonLat
from dispatch.along import along, distance_m
from dispatch.commands import Body, MoveOrder, ReportStatus
from dispatch.incident import Assignment, Incident, OrderState
from dispatch.recommendation import Path
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.position import Fix
from resources.status import Status

AWAY_M = 150.0  # farther than this from where it should stand, a free crew drives there
STANDS_S = 20.0  # how often a crew that stands somewhere says so
Drive = Callable[[Start, LonLat, str], Path | None]
"""Answer the way of a vehicle to a lon/lat in a mode (`emergency` or `ordinary`), or None where no road leads."""
SceneTime = Callable[[State, Assignment], float | None]
"""Answer how long a unit stays on the scene of an assignment, in seconds; None for as long as is usual.

Asked again once the unit, the assignment or its incident is another; nothing else may change the answer.
"""

TurnoutTime = Callable[[State, Assignment], float | None]
"""Answer how long after it was sent a unit drives off, in seconds; None for as long after its order as is usual."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Say how long simulated crews take for each step, in seconds; each time varies by up to `spread` of itself."""

    send_s: float = 1.0
    deliver_s: float = 2.0
    acknowledge_s: float = 7.0
    turnout_s: float = 35.0
    scene_s: float = 240.0
    handover_s: float = 120.0
    spread: float = 0.4


@dataclass(frozen=True, slots=True)
class Step:
    """What the crews report at one moment: command bodies in a fixed order, and positions."""

    bodies: tuple[Body, ...]
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class _Trip:
    purpose: str
    path: Path
    departed_at: datetime

    def at(self, at: datetime) -> tuple[LonLat, float, float]:
        """Return lon/lat, heading in degrees and speed in m/s after the time on the road so far."""
        return along(self.path, (at - self.departed_at).total_seconds())

    def is_over(self, at: datetime) -> bool:
        return not self.path.times_s or (at - self.departed_at).total_seconds() >= self.path.times_s[-1]


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A unit that stands, free or at work, and was so known: nothing new comes of it before `until_at`."""

    unit: UnitState
    fix: Fix
    until_at: datetime
    assignment: Assignment | None = None
    incident: Incident | None = None

    def holds(self, state: State, unit: UnitState) -> bool:
        """Tell whether the unit and what binds it are as they were then."""
        held = self.assignment
        if self.unit is not unit or held is None:
            return self.unit is unit
        return state.assignments.get(held.id) is held and state.incidents.get(held.incident_id) is self.incident


class Crews:
    """Drive every assigned unit along its route and press its status buttons, the same for the same seed.

    The trips under way are the only thing kept between steps; crews met half-way (after a restart) start their
    trip from where they are. `hospitals` are lon/lat of places that ambulances take patients to. `scene_time` knows
    how long they stay where that is told of an incident, `turnout_time` how long they need until they drive off.
    """

    def __init__(
        self,
        drive: Drive,
        *,
        habits: Habits = Habits(),
        hospitals: tuple[LonLat, ...] = (),
        seed: int = 1,
        scene_time: SceneTime = lambda state, assignment: None,
        turnout_time: TurnoutTime = lambda state, assignment: None,
    ) -> None:
        self._drive = drive
        self._scene_time, self._turnout_time = scene_time, turnout_time
        self._habits = habits
        self._hospitals = hospitals
        self._seed = seed
        self._trips: dict[str, _Trip] = {}
        self._quiet: dict[str, _Quiet] = {}
        self._shares: dict[tuple[str, ...], float] = {}
        self._known = State()
        self._ordered: list[tuple[str, UnitState]] = []

    def step(self, state: State, fixes: Mapping[str, Fix], at: datetime) -> Step:
        """Return what the crews report and where they are at `at` (aware UTC)."""
        bodies: list[Body] = []
        places: list[Fix] = []
        if self._known.units is not state.units:
            self._ordered = sorted(state.units.items(), key=lambda item: item[0])
        is_known, self._known = self._known is state, state
        for unit_id, unit in self._ordered:
            quiet = self._quiet.get(unit_id)
            if quiet is not None:
                is_time = at >= quiet.until_at or fixes.get(unit_id) is not quiet.fix
                if not is_time and (is_known or quiet.holds(state, unit)):
                    continue
                del self._quiet[unit_id]
            held = state.assignments[unit.assignment_id] if unit.assignment_id else None
            if held is not None:
                asked = self._on_assignment(state, unit, held, fixes, at)
            else:
                asked = self._on_the_way_home(unit, fixes, at)
            place = self._position(unit, fixes, at)
            bodies += asked
            places += place
            if not asked and not place:
                self._rest(state, unit, held, fixes[unit_id])  # nothing is said of a place only where one is known
        return Step(tuple(bodies), tuple(places))

    def _rest(self, state: State, unit: UnitState, held: Assignment | None, fix: Fix) -> None:
        """Note until when nothing comes of a unit that stands."""
        until_at = fix.fixed_at + timedelta(seconds=STANDS_S)
        if held is None:
            self._quiet[unit.unit.id] = _Quiet(unit, fix, until_at)
            return
        if held.order_state is not OrderState.ACKNOWLEDGED:
            return
        if unit.status is Status.ON_SCENE:
            waits_s = self._stays_s(state, held)
        elif unit.status is Status.AT_DESTINATION:
            waits_s = self._takes(self._habits.handover_s, held.id, "handover")
        else:
            return
        until_at = min(until_at, unit.since + timedelta(seconds=waits_s))
        self._quiet[unit.unit.id] = _Quiet(unit, fix, until_at, held, state.incidents.get(held.incident_id))

    def _on_assignment(
        self, state: State, unit: UnitState, assignment: Assignment, fixes: Mapping[str, Fix], at: datetime
    ) -> list[Body]:
        waited_s = (at - unit.since).total_seconds()
        habits = self._habits
        if unit.status is not Status.ALERTED and assignment.order_state is not OrderState.ACKNOWLEDGED:
            changed_order = self._order(assignment, at)
            if changed_order:
                return changed_order
        match unit.status:
            case Status.ALERTED:
                self._trips.pop(unit.unit.id, None)
                return self._order(assignment, at)
            case Status.ACKNOWLEDGED if self._has_turned_out(state, unit, assignment, at):
                return [_report(unit, Status.EN_ROUTE)]
            case Status.EN_ROUTE:
                incident = state.incidents[assignment.incident_id]
                there = (incident.location.lon, incident.location.lat)
                if self._has_arrived(unit, there, f"to {there}", incident.mode, fixes, at):
                    return [_report(unit, Status.ON_SCENE)]
            case Status.ON_SCENE if waited_s >= self._stays_s(state, assignment):
                if self._hospital(unit) is not None:
                    return [_report(unit, Status.TRANSPORTING)]
                return [_report(unit, Status.AVAILABLE_BY_RADIO)]
            case Status.TRANSPORTING:
                hospital = self._hospital(unit)
                if hospital is None or self._has_arrived(unit, hospital, "hospital", "emergency", fixes, at):
                    return [_report(unit, Status.AT_DESTINATION)]
            case Status.AT_DESTINATION if waited_s >= self._takes(habits.handover_s, assignment.id, "handover"):
                return [_report(unit, Status.AVAILABLE_BY_RADIO)]
            case _:
                pass
        return []

    def _has_turned_out(self, state: State, unit: UnitState, assignment: Assignment, at: datetime) -> bool:
        told_s = self._turnout_time(state, assignment)
        since = unit.since if told_s is None else assignment.assigned_at
        wanted_s = self._habits.turnout_s if told_s is None else told_s
        return (at - since).total_seconds() >= self._takes(wanted_s, assignment.id, "turnout")

    def _order(self, assignment: Assignment, at: datetime) -> list[Body]:
        waited_s = (at - (assignment.ordered_at or assignment.assigned_at)).total_seconds()
        habits = self._habits
        if assignment.order_state is OrderState.UNSENT and waited_s >= habits.send_s:
            return [MoveOrder(assignment.id, OrderState.SENT)]
        if assignment.order_state is OrderState.SENT and waited_s >= habits.deliver_s:
            return [MoveOrder(assignment.id, OrderState.DELIVERED)]
        if waited_s >= self._takes(habits.acknowledge_s, assignment.id, "acknowledge"):
            return [ReportStatus(assignment.unit_id, Status.ACKNOWLEDGED, source="crew")]
        return []

    def _on_the_way_home(self, unit: UnitState, fixes: Mapping[str, Fix], at: datetime) -> list[Body]:
        if unit.status is Status.AVAILABLE and is_away(unit, fixes):
            return [_report(unit, Status.AVAILABLE_BY_RADIO)]  # it was moved up, or its move-up is over
        if unit.status is not Status.AVAILABLE_BY_RADIO:
            self._trips.pop(unit.unit.id, None)
            return []
        if self._has_arrived(unit, unit.home, f"home {unit.station}", "ordinary", fixes, at):
            return [_report(unit, Status.AVAILABLE)]
        return []

    def _has_arrived(
        self, unit: UnitState, there: LonLat, purpose: str, mode: str, fixes: Mapping[str, Fix], at: datetime
    ) -> bool:
        """Start the trip where none for this purpose is under way; tell whether it is over."""
        trip = self._trips.get(unit.unit.id)
        if trip is None or trip.purpose != purpose:
            here = _place(unit, fixes)
            path = self._drive(_start(unit, here), there, mode) or Path(
                unit.unit.id, (here, there), (0.0, 0.0), (), 0.0
            )
            trip = _Trip(purpose, replace(path, unit_id=unit.unit.id), at)
            self._trips[unit.unit.id] = trip
        return trip.is_over(at)

    def _position(self, unit: UnitState, fixes: Mapping[str, Fix], at: datetime) -> list[Fix]:
        trip, known = self._trips.get(unit.unit.id), fixes.get(unit.unit.id)
        is_fresh = known is not None and known.age_s(at) < STANDS_S
        if trip is not None:
            if is_fresh and trip.is_over(at) and _stands(known, trip.path.lonlat[-1]):
                return []
            (lon, lat), heading_deg, speed_mps = trip.at(at)
            return [Fix(unit.unit.id, lon, lat, at, at, speed_mps, heading_deg, "simulated")]
        if is_fresh:
            return []
        lon, lat = _place(unit, fixes)
        return [Fix(unit.unit.id, lon, lat, at, at, 0.0, known.heading_deg if known else None, "simulated")]

    def _hospital(self, unit: UnitState) -> LonLat | None:
        if not self._hospitals or not any(name.startswith("ambulance") for name in unit.unit.capabilities):
            return None
        return min(self._hospitals, key=lambda place: distance_m((unit.unit.lon, unit.unit.lat), place))

    def _stays_s(self, state: State, assignment: Assignment) -> float:
        told_s = self._scene_time(state, assignment)
        return self._takes(self._habits.scene_s if told_s is None else told_s, assignment.id, "scene")

    def _takes(self, seconds: float, *about: str) -> float:
        """Return `seconds` varied by a part that depends on the seed and on what it is about, never on the clock."""
        share = self._shares.get(about)
        if share is None:
            digest = hashlib.blake2b("/".join((str(self._seed), *about)).encode(), digest_size=4).digest()
            share = self._shares[about] = int.from_bytes(digest, "big") / 0xFFFFFFFF
        return seconds * (1 + self._habits.spread * (2 * share - 1))


def is_away(unit: UnitState, fixes: Mapping[str, Fix]) -> bool:
    """Tell whether a unit is farther from where it should stand than one that stands there can be."""
    return distance_m(_place(unit, fixes), unit.home) > AWAY_M


def _report(unit: UnitState, status: Status) -> ReportStatus:
    return ReportStatus(unit.unit.id, status, source="crew")


def _place(unit: UnitState, fixes: Mapping[str, Fix]) -> LonLat:
    fix = fixes.get(unit.unit.id)
    return (fix.lon, fix.lat) if fix is not None else (unit.unit.lon, unit.unit.lat)


def _stands(fix: Fix | None, there: LonLat) -> bool:
    return fix is not None and not fix.speed_mps and (fix.lon, fix.lat) == there


def _start(unit: UnitState, here: LonLat) -> Start:
    """Say from where a crew drives; one that was met half-way may turn round."""
    vehicle = unit.unit
    return Start(vehicle.id, *here, size=(vehicle.height_m, vehicle.width_m, vehicle.weight_t))

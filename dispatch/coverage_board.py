"""Who covers: the free units of a department that count for a target, where they are, and what they reach in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_targets import Target
from dispatch.coverage_times import CellTimes, Place
from dispatch.recommendation import Reason
from dispatch.state import State, UnitState
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import is_home, last_scene, locate
from resources.position import Fix
from resources.shifts import is_on_duty
from resources.status import COMMITTED, FREE, Status
from resources.unit import Department, Unit


@dataclass(frozen=True, slots=True)
class Stand:
    """One free unit where it counts from: (lon, lat), and the seconds of turnout before it leaves."""

    unit: UnitState
    place: Place
    turnout_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Hold the units of one department that count for one target, gathered by place and limit.

    g groups: `members` are their stands by unit id, `reach` bool (g, k) the cells that one unit of each reaches in
    time; `counts` int64 (k,) sums them over all units. `weight` float64 (k,) is the demand of this kind of department,
    `busy` the share of time that a unit is not free.
    """

    department: Department
    target: Target
    busy: float
    weight: NDArray[np.float64]
    times: CellTimes
    members: tuple[tuple[Stand, ...], ...]
    reach: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @property
    def stands(self) -> tuple[Stand, ...]:
        """Return all stands, by unit id."""
        return tuple(sorted((stand for group in self.members for stand in group), key=lambda stand: stand.unit.unit.id))

    def waits_s(self, cells: NDArray[np.int64], *, without: Collection[str] = ()) -> NDArray[np.float64]:
        """Give the seconds until the nearest unit that stays reaches some cells, turnout included; inf for never."""
        staying = [(stand.place, stand.turnout_s) for stand in self.stands if stand.unit.unit.id not in without]
        if not staying or not len(cells):
            return np.full(len(cells), np.inf)
        earliest: dict[Place, float] = {}
        for place, turnout_s in staying:
            earliest[place] = min(turnout_s, earliest.get(place, np.inf))
        times_s = self.times.to_cells(list(earliest), cells).astype(np.float64)
        waits_s: NDArray[np.float64] = (times_s + np.array(list(earliest.values()))[:, None]).min(axis=0)
        return waits_s


def free_stands(
    state: State, fixes: Mapping[str, Fix], *, at: datetime
) -> tuple[dict[str, list[Stand]], tuple[str, ...]]:
    """Gather the free units of every department by id, each from where it counts, and those whose place nobody knows.

    A unit that is held in reserve covers: that is what it is held for. Of vehicles that share a crew all are gathered,
    none where one of them is out. Who has gone off duty at home does not count.
    """
    local = local_time(state, at)
    off_duty = frozenset(shift.id for shift in state.roster.shifts if not is_on_duty(shift, local.time()))
    out = {unit.unit.cross_staffed for unit in state.units.values() if unit.assignment_id or unit.status in COMMITTED}
    out.discard("")
    found: dict[str, list[Stand]] = {}
    unplaced: list[str] = []
    turnouts: dict[tuple[str, Status, bool], float] = {}
    for unit_id, unit in sorted(state.units.items()):
        if not is_free(unit) or unit.unit.cross_staffed in out:
            continue
        fix = fixes.get(unit_id)
        if unit.unit.shift in off_duty and unit.status is Status.AVAILABLE and is_home(unit, fix):
            continue
        place = locate(unit, fix, last_scene(state, unit), at)
        if isinstance(place, Reason):
            unplaced.append(unit_id)
            continue
        start, _, is_moving = place
        manner = (unit.unit.turnout, unit.status, is_moving)
        turnout_s = turnouts.get(manner)
        if turnout_s is None:
            turnout = state.turnouts.get(unit.unit.turnout)
            turnout_s = turnouts[manner] = turnout_time_s(turnout, unit.status, local.hour, is_moving=is_moving)
        found.setdefault(unit.unit.department, []).append(Stand(unit, (start.lon, start.lat), turnout_s))
    return found, tuple(unplaced)


def local_time(state: State, at: datetime) -> datetime:
    """Return a moment by the city's clock; a log that names a zone that is not known must not cost every answer."""
    try:
        return at.astimezone(ZoneInfo(state.time_zone))
    except (LookupError, ValueError, OSError):
        return at.astimezone(UTC)


def is_free(unit: UnitState) -> bool:
    """Tell whether a unit could be sent to the next call."""
    return unit.on_roster and not unit.assignment_id and unit.status in FREE and unit.distress_at is None


def counts_for(unit: Unit, target: Target) -> bool:
    """Tell whether a unit of the right kind of department can do what a target asks."""
    return not target.capabilities or not set(target.capabilities).isdisjoint(unit.capabilities)


def limit_s(target: Target, turnout_s: float) -> float:
    """Give the seconds of driving that a target leaves a unit with such a turnout."""
    return target.within_s - turnout_s if target.clock == "response" else target.within_s


def board_of(
    department: Department,
    target: Target,
    stands: list[Stand],
    times: CellTimes,
    *,
    busy: float,
    weight: NDArray[np.float64],
) -> Board:
    """Set up a board of stands whose places are timed. Of several vehicles with one crew the first by id counts."""
    groups: dict[tuple[Place, float], list[Stand]] = {}
    crews: set[str] = set()
    for stand in stands:
        crew = stand.unit.unit.cross_staffed
        if crew in crews or not counts_for(stand.unit.unit, target):
            continue
        if crew:
            crews.add(crew)
        groups.setdefault((stand.place, limit_s(target, stand.turnout_s)), []).append(stand)
    limits = np.array([limit for _, limit in groups], dtype=np.float32)
    reach = times.of([place for place, _ in groups]) <= limits[:, None]
    size = np.array([len(group) for group in groups.values()], dtype=np.float32)
    counts = np.rint(size @ reach.astype(np.float32)).astype(np.int64)
    return Board(
        department, target, busy, weight, times, tuple(tuple(group) for group in groups.values()), reach, counts
    )

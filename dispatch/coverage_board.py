"""Who covers: the free units of a department that count for a target, where they are, and what they reach in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import start_of, turnout_time_s
from dispatch.coverage_targets import Target
from dispatch.coverage_times import CellTimes, Place
from dispatch.state import State, UnitState
from resources.position import Fix
from resources.status import FREE, Status
from resources.unit import Department, Turnout


@dataclass(frozen=True, slots=True)
class Post:
    """One free unit where it counts from: (lon, lat), and the seconds of turnout before it leaves."""

    unit: UnitState
    place: Place
    turnout_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Hold the units of one department that count for one target, gathered by place and limit.

    g groups: `members` are their posts by unit id, `reach` bool (g, k) the cells that one unit of each reaches in time;
    `counts` int64 (k,) sums them over all units. `weight` float64 (k,) is the demand of this kind of department, `busy`
    the share of time that a unit is not free.
    """

    department: Department
    target: Target
    busy: float
    weight: NDArray[np.float64]
    times: CellTimes
    members: tuple[tuple[Post, ...], ...]
    reach: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @property
    def posts(self) -> tuple[Post, ...]:
        """Return all posts, by unit id."""
        return tuple(sorted((post for group in self.members for post in group), key=lambda post: post.unit.unit.id))

    def waits_s(self, cells: NDArray[np.int64], *, without: Collection[str] = ()) -> NDArray[np.float64]:
        """Give the seconds until the nearest unit that stays reaches some cells, turnout included; inf for never."""
        staying = [(post.place, post.turnout_s) for post in self.posts if post.unit.unit.id not in without]
        if not staying or not len(cells):
            return np.full(len(cells), np.inf)
        earliest: dict[Place, float] = {}
        for place, turnout_s in staying:
            earliest[place] = min(turnout_s, earliest.get(place, np.inf))
        times_s = self.times.to_cells(list(earliest), cells).astype(np.float64)
        waits_s: NDArray[np.float64] = (times_s + np.array(list(earliest.values()))[:, None]).min(axis=0)
        return waits_s


def free_posts(
    state: State, fixes: Mapping[str, Fix], *, at: datetime, hour: int
) -> tuple[dict[str, list[Post]], list[str]]:
    """Gather the free units of every department by id, each from where it counts, and those whose place nobody knows.

    A unit that is held in reserve covers: that is what it is held for. Of vehicles that share a crew all are gathered,
    none where one of them is out.
    """
    out = {unit.unit.cross_staffed for unit in state.units.values() if unit.assignment_id and unit.unit.cross_staffed}
    found: dict[str, list[Post]] = {}
    unplaced: list[str] = []
    turnouts: dict[tuple[str, Status, bool], float] = {}
    for unit_id, unit in sorted(state.units.items()):
        if not is_free(unit) or unit.unit.cross_staffed in out:
            continue
        start = start_of(unit, fixes.get(unit_id), at)
        if start is None:
            unplaced.append(unit_id)
            continue
        manner = (unit.unit.turnout, unit.status, start.heading_deg is not None)
        turnout_s = turnouts.get(manner)
        if turnout_s is None:
            turnout_s = turnouts[manner] = turnout_time_s(
                state.turnouts.get(unit.unit.turnout), unit.status, hour, is_moving=start.heading_deg is not None
            )
        found.setdefault(unit.unit.department, []).append(Post(unit, (start.lon, start.lat), turnout_s))
    return found, unplaced


def is_free(unit: UnitState) -> bool:
    """Tell whether a unit could be sent to the next call."""
    return unit.on_roster and not unit.assignment_id and unit.status in FREE and unit.distress_at is None


def counts_for(unit: UnitState, target: Target) -> bool:
    """Tell whether a unit of the right kind of department can do what a target asks."""
    return not target.capabilities or not set(target.capabilities).isdisjoint(unit.unit.capabilities)


def limit_s(target: Target, turnout_s: float) -> float:
    """Give the seconds of driving that a target leaves a unit with such a turnout."""
    return target.within_s - turnout_s if target.clock == "response" else target.within_s


def station_turnout_s(turnout: Turnout | None, hour: int) -> float:
    """Give the turnout of a crew that waits at a station."""
    return turnout_time_s(turnout, Status.AVAILABLE, hour, is_moving=False)


def board_of(
    department: Department,
    target: Target,
    posts: list[Post],
    times: CellTimes,
    *,
    busy: float,
    weight: NDArray[np.float64],
) -> Board:
    """Set up a board of posts whose places are timed. Of several vehicles with one crew the first by id counts."""
    groups: dict[tuple[Place, float], list[Post]] = {}
    crews: set[str] = set()
    for post in posts:
        crew = post.unit.unit.cross_staffed
        if crew in crews or not counts_for(post.unit, target):
            continue
        if crew:
            crews.add(crew)
        groups.setdefault((post.place, limit_s(target, post.turnout_s)), []).append(post)
    limits = np.array([limit for _, limit in groups], dtype=np.float32)
    reach = times.of([place for place, _ in groups]) <= limits[:, None]
    size = np.array([len(group) for group in groups.values()], dtype=np.float32)
    counts = np.rint(size @ reach.astype(np.float32)).astype(np.int64)
    return Board(
        department, target, busy, weight, times, tuple(tuple(group) for group in groups.values()), reach, counts
    )

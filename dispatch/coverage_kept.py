"""Times to every cell, kept for the roads as they are and timed anew between questions when they change."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_board import Stand
from dispatch.coverage_times import BATCH, CellTimes, Place
from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.state import State
from dispatch.travels import Roads
from resources.fixes import distance_m

# Places that a question times itself; where more are missing it answers from what was timed before, and says so.
AT_ONCE = 48
# A unit this near to where it was last timed is not timed anew: receivers tremble.
TREMBLE_M = 30.0
ROADS_KEPT = 2


@dataclass(slots=True, eq=False)
class Timed:
    """Times by one state of the roads, since when, and whether they have been whole once."""

    times: CellTimes
    since: datetime
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class _Roads:
    """What times depend on beside the city: what is closed or slow, the hour and the weather."""

    closures: tuple[Closure, ...] = ()
    at: datetime | None = None
    time_zone: str = "UTC"
    weather: str = ""


class KeptTimes:
    """Keep times from places to the cells of a demand, lonlat float64 (k, 2), by mode and by state of the roads.

    Belongs to the ground's thread.
    """

    def __init__(self, ground: Roads, lonlat: NDArray[np.float64]) -> None:
        self._ground, self._lonlat = ground, lonlat
        self._timed: dict[str, dict[Hashable, Timed]] = {}
        self._stood: dict[str, Place] = {}
        self._timed_at: dict[str, Place] = {}
        self._roads = _Roads()
        self._prepared = self._roads
        self._marks: dict[str, tuple[object, Hashable]] = {}
        self._todo: list[tuple[Timed, list[Place]]] = []
        self._todo_at_first = 0

    def set_roads(self, state: State, *, at: datetime) -> None:
        """Put the roads as a state has them at a moment (aware)."""
        closures = tuple(sorted(state.closures.values(), key=lambda closure: closure.id))
        self._roads = _Roads(closures, at, state.time_zone, state.weather)
        self._put(self._roads)

    def _put(self, roads: _Roads) -> None:
        self._ground.set_closures(roads.closures)
        if roads.at is not None:
            self._ground.set_conditions(at=roads.at, time_zone=roads.time_zone, weather=roads.weather)

    def prepare(self, wanted: Mapping[str, list[Place]], *, at: datetime) -> None:
        """Find which of the places wanted, by mode, must be timed; `work` does it."""
        self._todo, self._prepared = [], self._roads
        for mode, places in wanted.items():
            timed = self._timed_now(mode, at)
            timed.times.keep(places)
            if missing := timed.times.missing(places):
                self._todo.append((timed, missing))
            else:
                timed.is_whole = True
        self._todo_at_first = sum(len(places) for _, places in self._todo)

    def work(self, *, budget_s: float = 0.05) -> float:
        """Time what `prepare` found, for so long at most; return how much of it is done, 1 for all."""
        if self._todo:
            self._put(self._prepared)  # a question may have imagined others meanwhile
        until_s = time.monotonic() + budget_s
        while self._todo and time.monotonic() < until_s:
            timed, places = self._todo[-1]
            batch, left = places[:BATCH], places[BATCH:]
            timed.times.add(self._ground, batch)
            if left:
                self._todo[-1] = (timed, left)
            else:
                timed.is_whole = True
                self._todo.pop()
        return self.progress

    @property
    def progress(self) -> float:
        """Say how much is done of what was prepared last, 1 for all."""
        left = sum(len(places) for _, places in self._todo)
        return 1.0 if not left else 1.0 - left / self._todo_at_first

    def ready(self, mode: str, places: list[Place], *, at: datetime) -> Timed:
        """Return times for a question: by the present roads, or by those before while the new ones are worked out.

        Few places are timed at once. Where many units have moved, those that are not timed count from where they were.
        """
        now = self._timed_now(mode, at)
        missing = now.times.missing(places)
        if len(missing) > AT_ONCE:
            before = [each for each in self._timed[mode].values() if each.is_whole]
            if before:
                return now if now.is_whole else before[-1]
        now.times.add(self._ground, missing)
        now.is_whole = True
        return now

    def is_present(self, mode: str, timed: Timed) -> bool:
        """Tell whether times are those of the roads as they are now."""
        return self._timed[mode].get(self._mark(mode)) is timed

    def steady(self, stand: Stand) -> Place:
        """Give a unit's place; the one asked for before where it has hardly moved since."""
        last = self._stood.get(stand.unit.unit.id)
        if last is not None and last != stand.place and distance_m(*last, *stand.place) <= TREMBLE_M:
            return last
        self._stood[stand.unit.unit.id] = stand.place
        return stand.place

    def known(self, stand: Stand, times: CellTimes) -> Stand | None:
        """Put a unit where it is, or where it was timed last; None where it was not timed yet."""
        unit_id, place = stand.unit.unit.id, self.steady(stand)
        if place not in times:
            place = self._timed_at.get(unit_id, place)
        else:
            self._timed_at[unit_id] = place
        if place not in times:
            return None
        return stand if place == stand.place else replace(stand, place=place)

    def _timed_now(self, mode: str, at: datetime) -> Timed:
        """Return the times by the present roads, new ones where the roads were never so; a few of others are kept."""
        kept = self._timed.setdefault(mode, {})
        mark = self._mark(mode)
        timed = kept.pop(mark, None) or Timed(CellTimes(mode, self._lonlat), at)
        wanted = [each for each, _ in self._todo]
        spare = [key for key, each in kept.items() if each not in wanted]
        whole = [key for key in spare if kept[key].is_whole][-ROADS_KEPT:]
        for key in spare:
            if key not in whole:
                del kept[key]
        kept[mark] = timed
        return timed

    def _mark(self, mode: str) -> Hashable:
        """Tell states of the roads apart: by the times on all arcs, where there are any, else by what is closed."""
        if not isinstance(self._ground, Ground):
            return self._roads.closures, self._roads.weather
        router = self._ground.router(mode)
        known = self._marks.get(mode)
        if known is None or known[0] is not router.ends:
            known = self._marks[mode] = (router.ends, hashlib.sha256(router.weights_ms.tobytes()).digest())
        return known[1]

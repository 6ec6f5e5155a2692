"""Where all units stand at one moment and how soon each leaves, kept for the next question: few change between two."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import compress, count
from operator import is_not
from typing import NamedTuple, overload
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.recommendation import Reason
from dispatch.roll import Roll, Rolls
from dispatch.state import State, UnitState
from dispatch.travels import Start
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import Freshness, is_home, last_scene, locate
from resources.fixes import Latest
from resources.position import Fix
from resources.shifts import is_on_duty
from resources.status import TURNING_OUT, Status
from resources.unit import Turnout

PLACED, TOO_OLD, OFF_SHIFT = 0, 1, 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = -(2**62)  # the instant of a position that has none
_MICROSECOND = timedelta(microseconds=1)
_STAMPS = count(1)
Manner = tuple[str, Status, bool, float]  # a turnout, a status, whether it drives, and the seconds that have passed


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """What of a question's moment and state counts for all units alike."""

    at: datetime
    at_us: int
    hour: int
    off_duty: frozenset[str]

    @classmethod
    def of(cls, state: State, at: datetime) -> Clock:
        """Read the clock on the wall of the city."""
        local = at.astimezone(_zone(state.time_zone))
        off_duty = frozenset(shift.id for shift in state.roster.shifts if not is_on_duty(shift, local.time()))
        return cls(at, _microseconds(at), local.hour, off_duty)


class Standing:
    """Hold all units of a roll at one moment, as columns of its rows.

    `placed` says whether a unit's place is known (PLACED), too old to tell (TOO_OLD), or its own affair (OFF_SHIFT).
    `starts` are the places, None where there is none; `turnout_s` float64. `since_us` is the instant (microseconds
    since 1970) of the position it counts from. `stamps` int64 grow where a start changes, and `line` is the same object
    while the rows are those of the same fleet: who keeps something of the starts need look at no others.
    """

    def __init__(self, roll: Roll, clock: Clock, freshness: Freshness, line: object) -> None:
        rows = len(roll.rows)
        self.roll, self.clock, self.line = roll, clock, line
        self.starts: list[Start | None] = [None] * rows
        self.placed = np.zeros(rows, dtype=np.int8)
        self.turnout_s = np.zeros(rows)
        self.since_us = np.full(rows, _NEVER, dtype=np.int64)
        self.stamps = np.zeros(rows, dtype=np.int64)
        self.freshness = freshness
        self.fixes: list[Fix | None] = []
        self.fixes_of: tuple[object, int] = (None, 0)  # whose positions these are, after how many changes
        self.steps = np.zeros(rows, dtype=np.int8)  # how many limits of age a position has passed
        self.passing = np.zeros(rows, dtype=bool)  # changes with every second
        self.by_radio = np.zeros(rows, dtype=bool)  # may count from a last scene
        self.manners: list[Manner | None] = [None] * rows
        self.turnouts: Mapping[str, Turnout] = {}
        self.told: tuple[object, object] = (None, None)

    def age_s(self, row: int) -> float | None:
        """Give the age of the position that a unit counts from, None where it counts from none."""
        since_us = int(self.since_us[row])
        return None if since_us == _NEVER else max(0, self.clock.at_us - since_us) / 1e6

    def ages_s(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the ages of positions that rows have, float64 (k,)."""
        return np.maximum(self.clock.at_us - self.since_us[rows], 0) / 1e6

    def against(self, row: int) -> Reason | None:
        """Say why nobody can tell from where a unit would come, or that it is off duty."""
        if self.placed[row] == TOO_OLD:
            return Reason("position_too_old", (("age_s", round(self.age_s(row) or 0.0)),))
        if self.placed[row] == OFF_SHIFT:
            return Reason("off_shift", (("shift", self.roll.rows[row].unit.unit.shift),))
        return None

    def later(self, roll: Roll, clock: Clock) -> Standing:
        """Return a copy for another moment, to be brought up to it."""
        other = object.__new__(Standing)
        other.__dict__.update(self.__dict__)
        other.roll, other.clock = roll, clock
        other.starts, other.manners = self.starts.copy(), self.manners.copy()
        for name in ("placed", "turnout_s", "since_us", "stamps", "steps", "passing", "by_radio"):
            setattr(other, name, getattr(self, name).copy())
        return other


class Lineup(Sequence[Start]):
    """The starts of some rows of a standing, in their order; all of them have one."""

    def __init__(self, standing: Standing, rows: NDArray[np.int64]) -> None:
        self.standing = standing
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Start: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Start]: ...
    def __getitem__(self, at: int | slice) -> Start | Sequence[Start]:
        if isinstance(at, slice):
            return Lineup(self.standing, self.rows[at])
        return self._start(int(self.rows[at]))

    def __iter__(self) -> Iterator[Start]:
        return map(self._start, self.rows.tolist())

    def _start(self, row: int) -> Start:
        start = self.standing.starts[row]
        if start is None:
            raise LookupError(f"nobody knows where {self.standing.roll.ids[row]} is")
        return start


class Standings(threading.local):
    """Keep, for each thread, where the units of its last question stood."""

    def __init__(self) -> None:
        self._rolls = Rolls()
        self._last: Standing | None = None

    def of(self, state: State, fixes: Mapping[str, Fix], at: datetime, freshness: Freshness) -> Standing:
        """Return how all units of a state stand at a moment (aware); only what changed since the last is looked at."""
        roll, clock, last = self._rolls.of(state), Clock.of(state, at), self._last
        if last is None or last.roll.ids is not roll.ids or last.freshness != freshness:
            last = Standing(roll, clock, freshness, object())
        found = last.later(roll, clock)
        found.fixes_of = (fixes, fixes.changes) if isinstance(fixes, Latest) else (None, 0)
        if not last.fixes or found.fixes_of[0] is None or not _is_same(found.fixes_of, last.fixes_of):
            found.fixes = list(map(fixes.get, roll.ids))
        found.steps = _steps(found, found.since_us)
        changed = _changed(last, found, state)
        found.told, found.turnouts = (state.assignments, state.incidents), state.turnouts
        times = _Turnouts(state, clock.hour)
        if last.clock.hour != clock.hour or last.turnouts is not state.turnouts:
            found.turnout_s[:] = [0.0 if manner is None else times.of(manner) for manner in found.manners]
        if changed:
            _look_at(found, state, changed, times)
            found.steps = _steps(found, found.since_us)
        self._last = found
        return found


class _Turnouts:
    """Work out each turnout once."""

    def __init__(self, state: State, hour: int) -> None:
        self._state, self._hour = state, hour
        self._known: dict[Manner, float] = {}

    def of(self, manner: Manner) -> float:
        found = self._known.get(manner)
        if found is None:
            name, status, is_moving, spent_s = manner
            turnout = self._state.turnouts.get(name)
            found = turnout_time_s(turnout, status, self._hour, is_moving=is_moving, spent_s=spent_s)
            self._known[manner] = found
        return found


def _changed(last: Standing, now: Standing, state: State) -> list[int]:
    """List the rows that may stand otherwise than before, ascending."""
    if not last.fixes:
        return list(range(len(now.roll.rows)))
    is_changed = now.passing | (now.steps != last.steps)
    rows = range(len(now.roll.rows))
    if now.fixes is not last.fixes and now.fixes != last.fixes:  # quick while nearly all are the same objects
        is_changed[list(compress(rows, map(is_not, now.fixes, last.fixes)))] = True
    if now.roll is not last.roll:
        is_changed[list(compress(rows, map(is_not, now.roll.rows, last.roll.rows)))] = True
    if last.told[0] is not state.assignments or last.told[1] is not state.incidents:
        is_changed |= now.by_radio
    if last.clock.off_duty != now.clock.off_duty:
        turned = last.clock.off_duty ^ now.clock.off_duty
        is_changed[[row for row, each in enumerate(now.roll.rows) if each.unit.unit.shift in turned]] = True
    found: list[int] = np.flatnonzero(is_changed).tolist()
    return found


def _is_same(some: tuple[object, int], others: tuple[object, int]) -> bool:
    return some[0] is others[0] and some[1] == others[1]


def _steps(standing: Standing, since_us: NDArray[np.int64]) -> NDArray[np.int8]:
    """Count the limits of age that each position has passed: while that stays the same, so does what it is good for."""
    freshness = standing.freshness
    ages_s = (standing.clock.at_us - since_us) / 1e6
    steps: NDArray[np.int8] = np.zeros(len(since_us), dtype=np.int8)
    for limit_s in (freshness.moving_s, freshness.standing_s, freshness.parked_s):
        steps += ages_s > limit_s
    return steps


def _look_at(standing: Standing, state: State, changed: list[int], times: _Turnouts) -> None:
    """Find anew where these rows stand, and put it all into the columns at once."""
    stamp, places = next(_STAMPS), [_place(standing, state, row) for row in changed]
    moved = []
    for row, place in zip(changed, places, strict=True):
        if place.start != standing.starts[row]:
            standing.starts[row] = place.start
            moved.append(row)
        standing.manners[row] = place.manner
    standing.stamps[moved] = stamp
    standing.placed[changed] = [place.placed for place in places]
    standing.since_us[changed] = [place.since_us for place in places]
    standing.passing[changed] = [place.is_passing for place in places]
    standing.by_radio[changed] = [place.is_by_radio for place in places]
    standing.turnout_s[changed] = [0.0 if place.manner is None else times.of(place.manner) for place in places]


class _Place(NamedTuple):
    """What the columns say of one unit."""

    placed: int
    start: Start | None
    since_us: int
    manner: Manner | None
    is_passing: bool
    is_by_radio: bool


def _place(standing: Standing, state: State, row: int) -> _Place:
    unit, fix, clock = standing.roll.rows[row].unit, standing.fixes[row], standing.clock
    status = unit.status
    is_by_radio, is_turning = status is Status.AVAILABLE_BY_RADIO, status in TURNING_OUT
    scene = last_scene(state, unit) if is_by_radio else None
    is_passing = is_turning or scene is not None
    since_us = _NEVER if fix is None else _microseconds(fix.fixed_at)
    is_off = unit.unit.shift in clock.off_duty and status is Status.AVAILABLE
    if is_off and is_home(unit, fix, standing.freshness):
        return _Place(OFF_SHIFT, None, since_us, None, is_passing, is_by_radio)
    place = locate(unit, fix, scene, clock.at, standing.freshness)
    if isinstance(place, Reason):
        return _Place(TOO_OLD, None, since_us, None, is_passing, is_by_radio)
    start, age_s, is_moving = place
    if scene is not None:
        since_us = _NEVER if age_s is None else clock.at_us - round(age_s * 1e6)
    spent_s = _spent_s(state, unit, clock.at) if is_turning else 0.0
    manner = (unit.unit.turnout, status, is_moving, spent_s)
    return _Place(PLACED, start, since_us, manner, is_passing, is_by_radio)


def _spent_s(state: State, unit: UnitState, at: datetime) -> float:
    """Give the seconds since the crew was alerted for what it is turning out for."""
    ids = state.assignments_by_unit.get(unit.unit.id)
    alerted_at = state.assignments[ids[-1]].assigned_at if ids else unit.since
    return max(0.0, (at - alerted_at).total_seconds())


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _zone(name: str) -> tzinfo:
    """Return a time zone; a log that names one that is not known here must not cost every answer."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC

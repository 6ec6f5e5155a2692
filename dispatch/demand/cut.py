"""What is left of the incidents once some hours, days, kinds, places are chosen, and how it lies over all others.

Each way of looking is counted under what is chosen in all others but its own, so that the bars beside a chosen one stay
to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import days_of
from dispatch.demand.rows import DemandRows, Keys, date_of

WAYS = ("hour", "weekday", "week", "day", "kind", "priority", "department", "area", "cell")
MOST_DAYS = 100_000  # between the first and the last: a century and a half, against a date that somebody mistyped
Rows = NDArray[np.bool_]
Counts = NDArray[np.int64]
# What is chosen: a way and its keys. Hours "0" to "23", weekdays "1" (Monday) to "7", hours of the week "0" to "167",
# days as 2026-10-31, cells as "column:row" of their side.
Chosen = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Count calls by the keys of a way: counts int64 (k,); a_day float64 (k,), calls a whole day, NaN for no day."""

    keys: tuple[str, ...]
    counts: Counts
    a_day: NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Cut:
    """Count rows. `base`: those of the period and of whom may be seen; `chosen`: what is looked at alone.

    `area` and `cell` say where each row lies. Keys that no row has leave nothing. Raises ValueError for an unknown way.
    """

    rows: DemandRows
    base: Rows
    chosen: Chosen
    area: Keys
    cell: Keys
    days: range = field(init=False)
    whole: range = field(init=False)
    _kept: dict[str, Rows] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for way, keys in self.chosen:
            if way not in WAYS:
                raise ValueError(f"{way!r} is no way to look; there are {', '.join(WAYS)}")
            if keys:
                self._kept[way] = self._having(way, keys)
        days = self.rows.day[self.base]
        self.days = range(int(days.min()), min(int(days.max()) + 1, int(days.min()) + MOST_DAYS)) if len(days) else (
            range(0)
        )  # fmt: skip
        self.whole = self._whole_days()

    @property
    def left(self) -> Rows:
        """Return the rows under everything that is chosen."""
        return self._under("")

    def timeless(self) -> Rows:
        """Return the rows of the whole log under what is chosen of kinds and places: what a forecast learns from.

        Those that whoever looks may not see are left out by `base`'s owner, not here.
        """
        found = np.ones(len(self.rows), dtype=bool)
        for way, rows in self._kept.items():
            if way not in ("hour", "weekday", "week", "day"):
                found &= rows
        return found

    def counted(self, way: str) -> Counted:
        """Count under what is chosen in all other ways."""
        rows = self._under(way)
        keys = self._keys(way)
        return Counted(keys, self._bins(way, rows, len(keys)), self._a_day(way, rows, keys))

    def _bins(self, way: str, rows: Rows, size: int) -> Counts:
        if way == "department":
            codes = self.rows.departments.codes[rows[self.rows.department_row]]
        else:
            codes = self._codes(way)[rows]
        return np.asarray(np.bincount(codes[codes >= 0], minlength=size)[:size].astype(np.int64))

    def _a_day(self, way: str, rows: Rows, keys: tuple[str, ...]) -> NDArray[np.float64]:
        """Count whole days alone: of an hour of the week those of its weekday, of a day itself."""
        day = self.rows.day
        inside = rows & (day >= self.whole.start) & (day < self.whole.stop)
        counts = self._bins(way, inside, len(keys)).astype(np.float64)
        seen = np.full(len(keys), float(len(self.whole)))
        if way in ("weekday", "week"):
            weekdays = np.bincount(np.arange(self.whole.start, self.whole.stop) % 7, minlength=7)[:7]
            seen = weekdays.astype(np.float64) if way == "weekday" else np.repeat(weekdays.astype(np.float64), 24)
        elif way == "day":
            seen = np.array([float(number in self.whole) for number in self.days])
        return np.asarray(np.divide(counts, seen, out=np.full(len(keys), np.nan), where=seen > 0))

    def _keys(self, way: str) -> tuple[str, ...]:
        if way == "hour":
            return tuple(map(str, range(24)))
        if way == "weekday":
            return tuple(map(str, range(1, 8)))
        if way == "week":
            return tuple(map(str, range(168)))
        if way == "day":
            return tuple(date_of(number).isoformat() for number in self.days)
        return self._named(way).names

    def _codes(self, way: str) -> Counts:
        if way == "hour":
            return self.rows.hour_of_week % 24
        if way == "weekday":
            return np.asarray(self.rows.hour_of_week // 24)
        if way == "week":
            return self.rows.hour_of_week
        if way == "day":
            return np.asarray(np.where(self.base, self.rows.day - self.days.start, -1))
        return self._named(way).codes

    def _named(self, way: str) -> Keys:
        known: Mapping[str, Keys] = {
            "kind": self.rows.kind, "priority": self.rows.priority, "department": self.rows.departments,
            "area": self.area, "cell": self.cell,
        }  # fmt: skip
        return known[way]

    def _having(self, way: str, keys: tuple[str, ...]) -> Rows:
        if way == "day":
            wanted = [number for number in np.unique(self.rows.day).tolist() if date_of(number).isoformat() in keys]
            return np.isin(self.rows.day, wanted)
        names = self._keys(way)
        codes = [names.index(key) for key in keys if key in names]
        if way == "department":
            found = np.zeros(len(self.rows), dtype=bool)
            found[self.rows.department_row[np.isin(self.rows.departments.codes, codes)]] = True
            return found
        return np.isin(self._codes(way), codes)

    def _under(self, but: str) -> Rows:
        found = self.base.copy()
        for way, rows in self._kept.items():
            if way != but:
                found &= rows
        return found

    def _whole_days(self) -> range:
        """Return the days, counted from a Monday, that the log knows from midnight to midnight, within the period."""
        try:
            begin_at, end_at = days_of(self.rows.calls(np.ones(len(self.rows), dtype=bool)))
        except ValueError:
            return range(0)
        known = range(_day_of(begin_at, self.rows.time_zone), _day_of(end_at, self.rows.time_zone))
        start, stop = max(known.start, self.days.start), min(known.stop, self.days.stop)
        return range(start, max(start, stop))


def _day_of(at: datetime, time_zone: str) -> int:
    from dispatch.demand.rows import DAY_S, local_seconds

    return int(local_seconds(np.array([at.timestamp()]), time_zone)[0] // DAY_S)

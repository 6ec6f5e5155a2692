"""What was called for, when and where: the rows of a log that demand is read from, by hour, weekday, kind and place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.state import State

HOURS_A_WEEK = 168
HOUR_S = 3600.0
# A first day counts as whole where its first call came within this of midnight; a last one likewise.
EDGE_S = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """Hold incidents in the order in which they were received.

    at_s: float64 (n,), seconds since 1970; kind: int64 (n,) into `kinds`; departments: int64 (n,), a bit for each kind
    of department in `department_kinds` that had a task; lonlat: float64 (n, 2), WGS 84, NaN where it is not known.
    """

    at_s: NDArray[np.float64]
    kind: NDArray[np.int64]
    departments: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    kinds: tuple[str, ...]
    department_kinds: tuple[str, ...]
    time_zone: str = "UTC"

    def __len__(self) -> int:
        return len(self.at_s)

    def only(self, rows: NDArray[np.bool_]) -> Calls:
        """Return some of the rows."""
        return Calls(
            self.at_s[rows], self.kind[rows], self.departments[rows], self.lonlat[rows],
            self.kinds, self.department_kinds, self.time_zone,
        )  # fmt: skip

    def of(self, *, kind: str = "", department: str = "") -> Calls:
        """Return the calls of a kind of incident, or for a kind of department; "" for all. KeyError for neither."""
        rows = np.ones(len(self), dtype=bool)
        if kind:
            rows &= self.kind == _number(self.kinds, kind)
        if department:
            rows &= (self.departments >> _number(self.department_kinds, department)) & 1 == 1
        return self.only(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Count calls by hour: counts float64 (n,) of whole local days from `start_at` on, one hour after another.

    label: int64 (n,), the local hour of the week of each, 0 from Monday 0 h: where clocks change, an hour of a day is
    missing or stands twice.
    """

    counts: NDArray[np.float64]
    label: NDArray[np.int64]
    start_at: datetime

    @property
    def days(self) -> float:
        """Return how many days the series is long."""
        return len(self.counts) / 24.0

    @property
    def end_at(self) -> datetime:
        """Return the moment (aware UTC) after the last hour."""
        return self.start_at + timedelta(hours=len(self.counts))


def calls_of(state: State) -> Calls:
    """Gather the incidents that a whole state knows; those that came out of others by a merge count once."""
    found = sorted(state.incidents.values(), key=lambda each: (each.received_at, each.id))
    kinds = tuple(sorted({each.kind for each in found}))
    number = {kind: place for place, kind in enumerate(kinds)}
    owners = {key: department.kind for key, department in state.departments.items()}
    department_kinds = tuple(sorted(set(owners.values())))
    bit = {key: 1 << department_kinds.index(kind) for key, kind in owners.items()}
    departments = np.zeros(len(found), dtype=np.int64)
    for row, each in enumerate(found):
        for task_id in state.tasks_of.get(each.id, ()):
            departments[row] |= bit.get(state.tasks[task_id].department, 0)
    places = [(each.location.lon, each.location.lat) for each in found]
    return Calls(
        np.array([each.received_at.timestamp() for each in found], dtype=np.float64),
        np.array([number[each.kind] for each in found], dtype=np.int64),
        departments,
        np.array(places, dtype=np.float64).reshape(-1, 2),
        kinds,
        department_kinds,
        state.time_zone,
    )


def hour_labels(start_at: datetime, hours: int, time_zone: str) -> NDArray[np.int64]:
    """Give the local hour of the week in which each of so many hours begins, int64 (hours,)."""
    zone = ZoneInfo(time_zone)
    found = np.empty(hours, dtype=np.int64)
    for hour in range(hours):
        local = (start_at + timedelta(hours=hour)).astimezone(zone)
        found[hour] = local.weekday() * 24 + local.hour
    return found


def hourly(calls: Calls, *, period: tuple[datetime, datetime] | None = None) -> Series:
    """Count calls by hour over the whole local days of a period (aware); without one, of all that there are.

    Raises ValueError where there is no whole day.
    """
    begin_at, end_at = period or days_of(calls)
    hours = round((end_at - begin_at).total_seconds() / HOUR_S)
    if hours < 24:
        raise ValueError("there is no whole day of calls")
    place = np.floor((calls.at_s - begin_at.timestamp()) / HOUR_S).astype(np.int64)
    inside = (place >= 0) & (place < hours)
    counts = np.bincount(place[inside], minlength=hours).astype(np.float64)
    return Series(counts, hour_labels(begin_at, hours, calls.time_zone), begin_at)


def days_of(calls: Calls) -> tuple[datetime, datetime]:
    """Return where the whole local days that calls tell of begin and end (aware UTC). Raises ValueError for none."""
    if not len(calls):
        raise ValueError("there are no calls")
    zone = ZoneInfo(calls.time_zone)
    first, last = (datetime.fromtimestamp(float(each), zone) for each in (calls.at_s[0], calls.at_s[-1]))
    begin = _midnight(first, zone)
    if (first - begin).total_seconds() > EDGE_S:
        begin = _midnight(first, zone, days=1)
    end = _midnight(last, zone, days=1)
    if (end.timestamp() - last.timestamp()) > EDGE_S:
        end = _midnight(last, zone)
    if end <= begin:
        raise ValueError("there is no whole day of calls")
    utc = ZoneInfo("UTC")
    return begin.astimezone(utc), end.astimezone(utc)


def _midnight(at: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    return datetime(at.year, at.month, at.day, tzinfo=zone) + timedelta(
        days=days
    )  # wall time: across a change of clocks


def _number(names: tuple[str, ...], name: str) -> int:
    if name not in names:
        raise KeyError(name)
    return names.index(name)

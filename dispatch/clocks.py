"""How much of a limit is spent, how much is left, and when it is due: urgent time, working time, working days.

An instant is working time where the clock on the wall reads within the hours of a day of the calendar. In the night
that daylight saving ends the hour that is read twice counts twice; the hour that it skips counts for nobody.
Everything is counted in whole microseconds, so that what is due and what is spent agree to the last one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.calendar import WorkCalendar, days_between, hours_by_day

URGENT, WORKING, WORKING_DAYS = "urgent", "working", "working_days"
LIMIT_KINDS = (URGENT, WORKING, WORKING_DAYS)
FIRST_YEAR, LAST_YEAR = 1971, 2300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_SECOND, _MINUTE, _DAY = 1_000_000, 60_000_000, 86_400_000_000
_CALENDARS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Limit:
    """Allow an amount of time: hours of the day and night (`urgent`), working hours, or working days.

    Raises ValueError for a kind that there is not, and for an amount below zero or that is not a number.
    """

    kind: str
    amount: float

    def __post_init__(self) -> None:
        if self.kind not in LIMIT_KINDS:
            raise ValueError(f"{self.kind!r} is no kind of limit; there are {', '.join(LIMIT_KINDS)}")
        if not 0 <= self.amount < 1e6:
            raise ValueError(f"{self.amount} is no amount of time to allow")


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the clock from an instant until another; None: until further notice."""

    from_at: datetime
    until_at: datetime | None = None


def due_at(calendar: WorkCalendar, start_at: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> datetime | None:
    """Return the first instant (UTC) at which all of a limit is spent; None while a pause without end holds it.

    Raises ValueError for an instant without its zone, and where the answer lies beyond the years that are counted.
    """
    table, at, left = _table_of(calendar), _us(start_at), _limit_us(calendar, limit)
    for pause_from, pause_until in _in_order(pauses, at):
        before = table.spent(limit.kind, at, pause_from)
        if left <= before:
            break
        if pause_until is None:
            return None
        left -= before
        at = pause_until
    return _EPOCH + table.reach(limit.kind, at, left) * _US


def spent_s(
    calendar: WorkCalendar, kind: str, start_at: datetime, end_at: datetime, pauses: Iterable[Pause] = ()
) -> float:
    """Return the seconds of a kind of limit between two instants, without the pauses; 0 where the end comes first.

    Working days are counted in working seconds too: a day is `working_day_h` hours of them.
    """
    table, at, end = _table_of(calendar), _us(start_at), _us(end_at)
    spent = 0
    for pause_from, pause_until in _in_order(pauses, at):
        if pause_from >= end:
            break
        spent += table.spent(kind, at, pause_from)
        at = end if pause_until is None else pause_until
    return (spent + table.spent(kind, at, end)) / _SECOND


def left_s(
    calendar: WorkCalendar, start_at: datetime, limit: Limit, now_at: datetime, pauses: Iterable[Pause] = ()
) -> float:
    """Return the seconds of a limit that are left now; below zero: by how many it is exceeded."""
    return limit_s(calendar, limit) - spent_s(calendar, limit.kind, start_at, now_at, pauses)


def limit_s(calendar: WorkCalendar, limit: Limit) -> float:
    """Return a limit in seconds of its own clock."""
    return _limit_us(calendar, limit) / _SECOND


class _Year:
    """Working time of one year (UTC): where each stretch begins and ends, and how much lies before it."""

    def __init__(self, calendar: WorkCalendar, zone: ZoneInfo, year: int) -> None:
        begin, end = _us(datetime(year, 1, 1, tzinfo=UTC)), _us(datetime(year + 1, 1, 1, tzinfo=UTC))
        self.end = end
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, stop in _joined(_stretches(calendar, zone, year, begin, end)):
            self.starts.append(start)
            self.ends.append(stop)
        self.before = [0]
        for start, stop in zip(self.starts, self.ends, strict=True):
            self.before.append(self.before[-1] + stop - start)
        self.total = self.before[-1]

    def worked(self, at: int) -> int:
        """Count the working time of the year up to an instant."""
        found = bisect_right(self.starts, at) - 1
        if found < 0:
            return 0
        stop = self.ends[found]
        return self.before[found] + (at if at < stop else stop) - self.starts[found]

    def reached(self, worked: int) -> int:
        """Return the first instant at which so much (more than 0, no more than all) of the year is worked."""
        found = bisect_left(self.before, worked) - 1
        return self.starts[found] + worked - self.before[found]


class _Table:
    """Answers for one calendar, year by year as they are asked for."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.time_zone)
        self._years: dict[int, _Year] = {}

    def spent(self, kind: str, start: int, end: int) -> int:
        if end <= start:
            return 0
        if kind == URGENT:
            return end - start
        if kind not in LIMIT_KINDS:
            raise ValueError(f"{kind!r} is no kind of limit")
        first, last = _year_of(start), _year_of(end)
        spent = self._year(last).worked(end) - self._year(first).worked(start)
        return spent + sum(self._year(year).total for year in range(first, last))

    def reach(self, kind: str, start: int, wanted: int) -> int:
        if wanted == 0 or kind == URGENT:
            return start + wanted
        number = _year_of(start)
        year = self._year(number)
        wanted += year.worked(start)
        while wanted > year.total:
            wanted -= year.total
            number += 1
            year = self._year(number)
        return year.reached(wanted)

    def _year(self, number: int) -> _Year:
        found = self._years.get(number)
        if found is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise ValueError(f"the calendar is counted from {FIRST_YEAR} to {LAST_YEAR}, not in {number}")
            found = self._years[number] = _Year(self._calendar, self._zone, number)
        return found


_kept: tuple[tuple[WorkCalendar, _Table], ...] = ()


def _table_of(calendar: WorkCalendar) -> _Table:
    """Keep the tables of the last calendars: the same one is asked by thousands of cases, and hashing it costs more
    than the answer."""
    global _kept  # noqa: PLW0603 - replaced whole, so that two threads never see half of it
    for known, table in _kept:
        if known is calendar:
            return table
    made = next((table for known, table in _kept if known == calendar), None) or _Table(calendar)
    _kept = ((calendar, made), *_kept[: _CALENDARS_KEPT - 1])
    return made


def _stretches(calendar: WorkCalendar, zone: ZoneInfo, year: int, begin: int, end: int) -> list[tuple[int, int]]:
    """List the working time of a year (UTC, microseconds), cut where the offset from UTC changes."""
    days = list(days_between(date(year - 1, 12, 29), date(year + 1, 1, 2)))
    offsets = _offsets(zone, days)
    found = []
    for day, hours in hours_by_day(calendar, days):
        midnight = _us(datetime(day.year, day.month, day.day, tzinfo=UTC))
        for each in hours:
            wall_from, wall_to = midnight + each.from_min * _MINUTE, midnight + each.to_min * _MINUTE
            for holds_from, holds_to, offset in offsets:
                start = max(wall_from - offset, holds_from, begin)
                stop = min(wall_to - offset, holds_to, end)
                if start < stop:
                    found.append((start, stop))
    return found


def _offsets(zone: ZoneInfo, days: Sequence[date]) -> list[tuple[int, int, int]]:
    """List from when to when (UTC) which offset holds, microseconds, looking each day and halving where it changed."""
    marks = [_us(datetime(day.year, day.month, day.day, tzinfo=UTC)) for day in days]
    marks = [marks[0] - _DAY, *marks, marks[-1] + _DAY]
    found = [(marks[0], _offset(zone, marks[0]))]
    for low, high in pairwise(marks):
        after = _offset(zone, high)
        if after != found[-1][1]:
            while high - low > _SECOND:
                middle = low + (high - low) // (2 * _SECOND) * _SECOND
                low, high = (middle, high) if _offset(zone, middle) == found[-1][1] else (low, middle)
            found.append((high, after))
    stops = [start for start, _ in found[1:]] + [marks[-1]]
    return [(start, stop, offset) for (start, offset), stop in zip(found, stops, strict=True)]


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (_EPOCH + at * _US).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // _US


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put stretches in order and join those that touch or overlap."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined


def _in_order(pauses: Iterable[Pause], start: int) -> list[tuple[int, int | None]]:
    """List the pauses after an instant, in order, those that overlap as one; the last may have no end."""
    pauses = tuple(pauses)
    if not pauses:
        return []
    forever = _us(datetime(9999, 1, 1, tzinfo=UTC))
    ends = [(_us(each.from_at), forever if each.until_at is None else _us(each.until_at)) for each in pauses]
    joined = _joined((max(begin, start), stop) for begin, stop in ends if stop > begin and stop > start)
    return [(begin, None if stop == forever else stop) for begin, stop in joined]


def _limit_us(calendar: WorkCalendar, limit: Limit) -> int:
    hours = limit.amount * (calendar.working_day_h if limit.kind == WORKING_DAYS else 1.0)
    return round(hours * 3600) * _SECOND


def _us(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"{at} lacks its time zone")
    return (at - _EPOCH) // _US


def _year_of(at: int) -> int:
    return (_EPOCH + at * _US).year

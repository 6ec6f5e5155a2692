"""Periods that figures are made for: days, weeks and months as the clocks of the city show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK, MONTH, SPAN = "day", "week", "month", "span"
PERIOD_KINDS = (DAY, WEEK, MONTH, SPAN)


@dataclass(frozen=True, slots=True)
class Period:
    """Reach from an instant up to and without another. `time_zone` and `kind` say which period came before it.

    Raises ValueError where it ends before it begins or an instant lacks its time zone.
    """

    from_at: datetime
    to_at: datetime
    time_zone: str = "UTC"
    kind: str = SPAN

    def __post_init__(self) -> None:
        if self.from_at.tzinfo is None or self.to_at.tzinfo is None:
            raise ValueError("a period's instants lack their time zone")
        if self.to_at <= self.from_at:
            raise ValueError(f"a period from {self.from_at} to {self.to_at} holds nothing")
        if self.kind not in PERIOD_KINDS:
            raise ValueError(f"{self.kind!r} is no kind of period; there are {', '.join(PERIOD_KINDS)}")

    @property
    def first_day(self) -> date:
        """Return its first day in the city."""
        return self.from_at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def last_day(self) -> date:
        """Return its last day in the city."""
        return (self.to_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.time_zone)).date()

    def before(self) -> Period:
        """Return the period before it: the month before a month, as many days before days, as long a span else."""
        first, last = self.first_day, self.last_day
        if self.kind == MONTH:
            return month_of(first - timedelta(days=1), self.time_zone)
        if self.kind in (DAY, WEEK) or self == days(first, last, self.time_zone):
            length = last - first + timedelta(days=1)
            found = days(first - length, first - timedelta(days=1), self.time_zone)
            return Period(found.from_at, found.to_at, self.time_zone, self.kind)
        return Period(self.from_at - (self.to_at - self.from_at), self.from_at, self.time_zone)


def day_of(day: date, time_zone: str) -> Period:
    """Return a day of the city."""
    return Period(_midnight(day, time_zone), _midnight(day + timedelta(days=1), time_zone), time_zone, DAY)


def week_of(day: date, time_zone: str) -> Period:
    """Return the week, Monday to Sunday, that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(_midnight(monday, time_zone), _midnight(monday + timedelta(days=7), time_zone), time_zone, WEEK)


def month_of(day: date, time_zone: str) -> Period:
    """Return the month that holds a day."""
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(_midnight(first, time_zone), _midnight(after, time_zone), time_zone, MONTH)


def days(first: date, last: date, time_zone: str) -> Period:
    """Return the days from one to another, both with it. Raises ValueError where the last comes first."""
    if last < first:
        raise ValueError(f"a period from {first} to {last} ends before it begins")
    return Period(_midnight(first, time_zone), _midnight(last + timedelta(days=1), time_zone), time_zone)


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)

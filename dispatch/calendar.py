"""The work calendar of a city: its week, its holidays, the days worked to make up for them. Frozen records.

`clocks` answers how much of a limit is spent by it; `calendar_file` reads it from the file that a city edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """Hold working hours in minutes of the local day that they begin on; past midnight `to_min` exceeds 1440.

    The end is not part of them. Hours that run past midnight belong to the day they begin on, whatever the next is.
    """

    from_min: int
    to_min: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """Name days on which nobody works, the last one included."""

    name: str
    first: date
    last: date
    name_zh: str = ""

    def days(self) -> Iterator[date]:
        """Give its days in order."""
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class WorkedDay:
    """Name a day with hours of its own: worked to make up for a holiday (调休上班), or shorter than its weekday."""

    name: str
    day: date
    hours: tuple[Hours, ...]
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Say when a city works. `week` holds the hours of the seven weekdays, Monday first.

    `years` are those whose holidays are known; in any other the plain week holds. `working_day_h` is how many working
    hours make a working day. Raises ValueError where there are not seven weekdays or nobody ever works.
    """

    time_zone: str
    week: tuple[tuple[Hours, ...], ...]
    holidays: tuple[Holiday, ...] = ()
    worked_days: tuple[WorkedDay, ...] = ()
    years: tuple[int, ...] = ()
    working_day_h: float = 8.0

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and on at least one of them somebody works")


def days_between(first: date, last: date) -> Iterator[date]:
    """Give the days from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def hours_by_day(calendar: WorkCalendar, days: Iterable[date]) -> Iterator[tuple[date, tuple[Hours, ...]]]:
    """Give the hours of days: a worked day's own, none on a holiday, else those of the weekday."""
    own = {each.day: each.hours for each in calendar.worked_days}
    free = {day for holiday in calendar.holidays for day in holiday.days()}
    for day in days:
        if day in own:
            yield day, own[day]
        else:
            yield day, () if day in free else calendar.week[day.weekday()]

"""Which incidents came in while a shift was on duty, by the clocks of the city."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import EPOCH, us
from dispatch.figures.period import Period
from dispatch.times.groups import QUARTER_US
from resources.shifts import minutes_of
from resources.unit import Shift

MINUTE_US = 60_000_000


def is_in_shift(at_us: NDArray[Any], shift: Shift, period: Period | None, time_zone: str) -> NDArray[np.bool_]:
    """Tell which instants, int64 microseconds since 1970, lie in a shift that begins on a day of a period, or in any.

    A night belongs to the day that it begins on; a shift that ends when it begins is the day and night from there on.
    """
    starts, ends = minutes_of(shift.starts), minutes_of(shift.ends)
    minutes = minutes_of_day(at_us, time_zone)
    is_begun, is_left = minutes >= starts, minutes < ends
    chosen = is_begun & is_left if starts < ends else is_begun | is_left
    if period is None:
        return chosen
    first = us(_at(period.first_day, starts, period.time_zone))
    behind = us(_at(period.last_day + timedelta(days=1), starts, period.time_zone))
    found: NDArray[np.bool_] = chosen & (at_us >= first) & (at_us < behind)
    return found


def minutes_of_day(at_us: NDArray[Any], time_zone: str) -> NDArray[np.int64]:
    """Return the minutes since midnight on the city's clocks, int64; what they are moved by counts."""
    place = ZoneInfo(time_zone)
    quarters, which = np.unique(at_us // QUARTER_US, return_inverse=True)
    local = [(EPOCH + timedelta(microseconds=quarter * QUARTER_US)).astimezone(place) for quarter in quarters.tolist()]
    begun = np.array([each.hour * 60 + each.minute for each in local], np.int64)
    if not len(begun):
        return np.zeros(0, np.int64)
    found: NDArray[np.int64] = begun[which] + at_us % QUARTER_US // MINUTE_US
    return found


def _at(day: date, minutes: int, time_zone: str) -> datetime:
    hour, minute = divmod(minutes, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)

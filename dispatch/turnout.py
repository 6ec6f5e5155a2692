"""How soon a unit leaves once it is told to."""

from __future__ import annotations

from resources.roster import DEFAULT_TURNOUT
from resources.status import Status
from resources.unit import Turnout

_ON_THE_ROAD = frozenset({Status.AVAILABLE_BY_RADIO, Status.EN_ROUTE, Status.STAGED})


def turnout_time_s(
    turnout: Turnout | None, status: Status, hour: int, *, is_moving: bool, spent_s: float = 0.0
) -> float:
    """Give the seconds from the order to driving off, by status, local hour and whether the unit drives already.

    `spent_s` is what has passed since a crew that still turns out was first alerted: that part need not come again.
    """
    times = turnout or DEFAULT_TURNOUT
    if is_moving or status in _ON_THE_ROAD:
        return times.mobile_s
    for window in times.hours:
        if _holds(hour, window.from_hour, window.to_hour):
            return max(0.0, window.turnout_s - spent_s)
    is_night = _holds(hour, times.night_from, times.night_to)
    return max(0.0, (times.night_s if is_night else times.day_s) - spent_s)


def _holds(hour: int, start: int, end: int) -> bool:
    """Tell whether an hour lies between two, over midnight where the second is not the later one."""
    return start <= hour < end if start <= end else hour >= start or hour < end

"""What the roster says that a plan weighs: which stations are asked first at a place, and when shifts end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Incident
from dispatch.penalties import Known
from dispatch.state import State
from resources.shifts import minutes_of
from resources.unit import FirstDueArea, Shift


def known_of(state: State, at: datetime) -> Known:
    """Say of open incidents whose stations come first, and of units when their shift ends, at `at` (aware UTC)."""
    zone = _zone(state.time_zone)
    ends = {shift.id: shift_end(shift, at, zone) for shift in state.roster.shifts}
    shift_ends = {
        unit_id: end_at
        for unit_id, unit in (state.units.items() if ends else ())
        if (end_at := ends.get(unit.unit.shift)) is not None
    }
    incidents = [state.incidents[number] for number in state.open_incidents]
    return Known(first_due=first_due(incidents, state.roster.areas), shift_ends=shift_ends)


def first_due(
    incidents: Sequence[Incident], areas: Iterable[FirstDueArea]
) -> Mapping[int, Mapping[str, tuple[str, ...]]]:
    """Give by incident and department the order of stations of the area that it lies in.

    Where areas of one department overlap, the one whose id sorts first counts.
    """
    lonlat = np.array([(each.location.lon, each.location.lat) for each in incidents], dtype=np.float64).reshape(-1, 2)
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for area in sorted(areas, key=lambda area: area.id):
        for row in np.flatnonzero(is_inside(area.ring, lonlat)).tolist():
            found.setdefault(incidents[row].id, {}).setdefault(area.department, area.stations)
    return found


def is_inside(ring: Sequence[tuple[float, float]], lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which places, float64 (n, 2), lie in a ring, closed or not, bool (n,): a ray eastward crosses it oddly."""
    x, y = lonlat[:, 0], lonlat[:, 1]
    inside = np.zeros(len(lonlat), dtype=bool)
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if y1 != y2:
            inside ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside


def shift_end(shift: Shift, at: datetime, zone: tzinfo) -> datetime | None:
    """Give when a shift that is on duty at `at` ends, or when it ended last; None for one that never does.

    Its hours are of the clock on the wall: a night on which clocks change is an hour longer or shorter.
    """
    if shift.starts == shift.ends:
        return None
    today = at.astimezone(zone).date()
    ended_at: datetime | None = None
    for days in (-2, -1, 0):
        day = today + timedelta(days=days)
        over_midnight = minutes_of(shift.ends) < minutes_of(shift.starts)
        starts_at = _instant(day, shift.starts, zone)
        ends_at = _instant(day + timedelta(days=over_midnight), shift.ends, zone)
        if starts_at <= at < ends_at:
            return ends_at
        if ends_at <= at:
            ended_at = ends_at
    return ended_at


def _instant(day: date, clock: str, zone: tzinfo) -> datetime:
    hour, minute = divmod(minutes_of(clock), 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC

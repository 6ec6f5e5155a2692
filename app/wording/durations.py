"""Durations, clock times and distances as a dispatcher reads them: short, aligned, never a zero for a blank."""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

BLANK = "–"
MINUS = "\u2212"


def clock_span(seconds: float | None) -> str:
    """Word a duration to the second, `0:42`, `12:05`, `1:02:03`; below zero with a minus sign; blank if unknown."""
    if seconds is None or not math.isfinite(seconds):
        return BLANK
    whole = round(abs(seconds))
    sign = MINUS if seconds < 0 and whole else ""
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}:{left:02}" if hours else f"{sign}{minutes}:{left:02}"


def column_span(seconds: float | None) -> str:
    """Word a duration for a narrow column: as `clock_span` below ten hours, then `28 h`, from two days on `3 d`."""
    if seconds is None or not math.isfinite(seconds) or abs(seconds) < 36_000:
        return clock_span(seconds)
    hours = int(seconds / 3600)
    return f"{hours} h" if abs(hours) < 48 else f"{int(hours / 24)} d"


def rough_span(seconds: float | None) -> str:
    """Word a duration as people say it: `42 s`, `4 min`, `1 h 05`, `2 d 3 h`; blank if unknown."""
    if seconds is None or not math.isfinite(seconds):
        return BLANK
    sign = MINUS if round(seconds) < 0 else ""
    whole = round(abs(seconds))
    if whole < 60:
        return f"{sign}{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{sign}{hours} h {minutes:02}"
    days, hours = divmod(round(whole / 3600), 24)
    return f"{sign}{days} d {hours} h"


def clock(at: datetime | None, zone: str = "UTC", *, seconds: bool = False) -> str:
    """Word an instant on the city's clock, `14:03` or `14:03:22`; blank if there is none."""
    if at is None:
        return BLANK
    return at.astimezone(_zone(zone)).strftime("%H:%M:%S" if seconds else "%H:%M")


def day_and_clock(at: datetime | None, zone: str = "UTC") -> str:
    """Word an instant with its day, `2026-03-09 14:03`; blank if there is none."""
    if at is None:
        return BLANK
    return at.astimezone(_zone(zone)).strftime("%Y-%m-%d %H:%M")


def distance(metres: float | None) -> str:
    """Word a distance: `40 m`, `850 m`, `1.2 km`, `14 km`; blank if unknown."""
    if metres is None or not math.isfinite(metres):
        return BLANK
    if metres < 995:
        step = 1 if metres < 100 else 10
        return f"{round(metres / step) * step} m"
    return f"{metres / 1000:.1f} km" if metres < 9950 else f"{round(metres / 1000)} km"


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")

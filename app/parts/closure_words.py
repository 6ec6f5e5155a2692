"""What kind of closure words ask for: `slow 40% until 18:00 works` is read as an operator types it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gis.closures import KINDS

USUAL_FACTOR = 0.5
LEAST_PERCENT, MOST_PERCENT = 5, 95
_TIME = re.compile(r"^(\d{1,2})[:.]?(\d{2})$")
_UNTIL = re.compile(r"(?:^|\s)until\s+(\S+)(?=\s|$)", re.IGNORECASE)
_PERCENT = re.compile(r"^(\d{1,3})\s*%$")


class NoTime(ValueError):
    """The words name no time of day."""


class NoShare(ValueError):
    """The words name no share of the speed."""


@dataclass(frozen=True, slots=True)
class ClosureWish:
    """Say what is to be drawn: its kind, the share of the speed that a slow road keeps, until when, why, an area."""

    kind: str = "closed"
    speed_factor: float = 0.0
    until: datetime | None = None
    reason: str = ""
    is_area: bool = False


def next_time(words: str, now: datetime, time_zone: str) -> datetime:
    """Read a time of day (`14:30`, `1430`) on the city's clock as the next instant that it comes. Raises NoTime."""
    match = _TIME.match(words.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise NoTime(words)
    here = now.astimezone(ZoneInfo(time_zone))
    end = here.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    return end if end > here else end + timedelta(days=1)


def read_wish(words: str, now: datetime, time_zone: str) -> ClosureWish:
    """Read `[area] [closed|slow [40%]|flooded] [until 18:00] [reason]`. Raises NoTime or NoShare."""
    until: datetime | None = None
    said = _UNTIL.search(f" {words}")
    if said is not None:
        until = next_time(said[1], now, time_zone)
        words = f" {words}"[: said.start()] + f" {words}"[said.end() :]
    parts = words.split()
    is_area = bool(parts) and parts[0].casefold() == "area"
    parts = parts[1:] if is_area else parts
    kind = parts[0].casefold() if parts and parts[0].casefold() in KINDS else "closed"
    parts = parts[1:] if parts and parts[0].casefold() == kind else parts
    factor = 0.0
    if kind == "slow":
        factor = USUAL_FACTOR
        share = _PERCENT.match(parts[0]) if parts else None
        if share is not None:
            factor = int(share[1]) / 100
            if not LEAST_PERCENT <= int(share[1]) <= MOST_PERCENT:
                raise NoShare(parts[0])
            parts = parts[1:]
    return ClosureWish(kind, factor, until, " ".join(parts), is_area)

"""Guess a place's time zone: the zone of the nearest reference place in the tz database's zone1970.tab.

A guess, and said to be one: near a border the nearest reference place may lie on its other side. The owner of a
city states the zone where it matters.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib import resources


def guess_time_zone(lon: float, lat: float, *, country: str = "") -> str:
    """Name the IANA zone whose reference place is nearest to a point (great circle); "UTC" without the table.

    country: ISO 3166-1 code in capitals; where it is known only that country's zones are considered.
    """
    every = _reference_places()
    own = [place for place in every if country in place[3]] if country else []
    return min(own or every, key=lambda place: _angle(lon, lat, place[1], place[2]), default=("UTC",))[0]


def country_of(zone: str) -> str:
    """Name the country (ISO 3166-1) that a zone's reference place lies in, "" where the table does not say."""
    return next((countries[0] for name, _, _, countries in _reference_places() if name == zone), "")


@lru_cache(maxsize=1)
def _reference_places() -> tuple[tuple[str, float, float, tuple[str, ...]], ...]:
    """Read (zone, lon, lat, countries) of every zone in the table that tzdata carries."""
    try:
        table = resources.files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        return ()
    places = []
    for line in table.splitlines():
        columns = line.split("\t")
        position = re.fullmatch(r"([+-]\d{4,6})([+-]\d{5,7})", columns[1]) if len(columns) >= 3 else None
        if position and not line.startswith("#"):
            countries = tuple(columns[0].split(","))
            places.append((columns[2], _degrees(position[2], 3), _degrees(position[1], 2), countries))
    return tuple(places)


def _degrees(text: str, whole_digits: int) -> float:
    """Read ISO 6709 ±DDMM, ±DDMMSS, ±DDDMM, ±DDDMMSS."""
    digits = text[1:]
    value = int(digits[:whole_digits]) + int(digits[whole_digits : whole_digits + 2]) / 60
    value += int(digits[whole_digits + 2 :] or 0) / 3600
    return -value if text[0] == "-" else value


def _angle(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Answer the haversine of the angle between two points, which grows with their distance."""
    up, across = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    narrow = math.cos(math.radians(lat)) * math.cos(math.radians(other_lat))
    return math.sin(up) ** 2 + narrow * math.sin(across) ** 2

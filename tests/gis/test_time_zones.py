"""Guessing time zones."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from gis import time_zones
from gis.time_zones import country_of, guess_time_zone


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [
        (24.94, 60.17, "Europe/Helsinki"),
        (-123.1, 49.25, "America/Vancouver"),
        (-8.6, 41.15, "Europe/Lisbon"),
        (-122.42, 37.77, "America/Los_Angeles"),
        (120.1, 30.2, "Asia/Shanghai"),
        (179.9, -37.0, "Pacific/Auckland"),
    ],
)
def test_nearest_reference_place(lon: float, lat: float, zone: str) -> None:
    assert guess_time_zone(lon, lat) == zone
    ZoneInfo(zone)


def test_a_known_country_keeps_the_guess_inside_it() -> None:
    assert guess_time_zone(9.19, 45.47) == "Europe/Zurich"
    assert guess_time_zone(9.19, 45.47, country="IT") == "Europe/Rome"
    assert guess_time_zone(9.19, 45.47, country="??") == "Europe/Zurich"


def test_country_of_a_zone() -> None:
    assert country_of("America/Vancouver") == "CA"
    assert country_of("Nowhere") == ""


def test_utc_where_there_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_zones, "_reference_places", lambda: ())
    assert guess_time_zone(0, 0) == "UTC"

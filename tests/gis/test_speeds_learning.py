"""Factors that invented trips were driven at are found again, and nothing is learned from too little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.speeds import Learned, default_speeds, parse_learned, parse_speeds
from gis.speeds_learned_file import learned_text, write_learned
from gis.speeds_learning import Evidence, check, learn
from gis.speeds_observed import Observed, bands_of, observe
from gis.trips import Trip
from tests.gis.driven import Driver

ZONE = ZoneInfo("Europe/Helsinki")
TRUE = {"primary": 0.60, "secondary": 0.80, "tertiary": 0.70, "residential": 0.90, "unclassified": 1.15}
PEAK = 0.8
PROFILES = default_profiles()


def true_factor(road_class: str, at_s: float) -> float:
    is_peak = 7 <= datetime.fromtimestamp(at_s, ZONE).hour < 9
    return TRUE.get(road_class, 0.8) * (PEAK if is_peak else 1.0)


def start_s(number: int) -> float:
    """Half of the trips at 7:30, half at 11:00, on working days, local time."""
    hour, minute = ((7, 30), (11, 0))[number % 2]
    return datetime(2026, 3, 2 + number % 5, hour, minute, tzinfo=ZONE).timestamp()


@pytest.fixture(scope="module")
def network(helsinki: Path) -> RoadNetwork:
    return RoadNetwork.open(helsinki / "roads")


@pytest.fixture(scope="module")
def trips(network: RoadNetwork) -> list[Trip]:
    driver = Driver(network, PROFILES["emergency"], true_factor, noise_m=5.0, every_s=6.0, mood=0.05)
    rng = np.random.default_rng(7)
    ways = driver.ways(160, seed=3)
    driven = [driver.drive(way, start_s=start_s(number), rng=rng) for number, way in enumerate(ways)]
    return [replace(trip, id=f"t{number}", unit_id=f"E{number % 6}") for number, trip in enumerate(driven)]


@pytest.fixture(scope="module")
def observed(network: RoadNetwork, trips: list[Trip]) -> Observed:
    return seen(network, trips)


def seen(network: RoadNetwork, trips: Sequence[Trip]) -> Observed:
    return observe(network, PROFILES, trips, default_speeds(), time_zone="Europe/Helsinki")


def found(rows: Sequence[Learned], road_class: str, hour: int) -> Learned:
    [row] = [row for row in rows if row.road_class == road_class and row.band.holds(1, hour)]
    return row


def test_known_factors_are_found_again_within_five_percent(observed: Observed) -> None:
    rows, _ = learn(observed, default_speeds())
    for road_class in ("primary", "secondary", "residential", "unclassified"):
        for hour in (7, 11):
            row = found(rows, road_class, hour)
            assert row.evidence == "own" and row.trips >= 20 and row.units == 3 and row.spread < 0.15
            assert row.factor == pytest.approx(TRUE[road_class] * (PEAK if hour == 7 else 1.0), rel=0.05)


def test_trips_that_were_not_learned_from_are_foretold_much_better(observed: Observed) -> None:
    found_out = check(observed)
    assert found_out is not None and found_out.trips >= 150
    assert found_out.better_percent > 70 and abs(found_out.bias_after_s) < 0.1 * abs(found_out.bias_before_s)


def test_a_tenth_of_nonsense_hardly_matters(network: RoadNetwork, trips: list[Trip]) -> None:
    driver = Driver(network, PROFILES["emergency"], lambda road_class, at_s: 0.25, noise_m=5.0, every_s=6.0)
    rng = np.random.default_rng(8)
    slow = [
        replace(driver.drive(way, start_s=start_s(number), rng=rng), id=f"s{number}", unit_id="E9")
        for number, way in enumerate(driver.ways(16, seed=9))
    ]
    rows, _ = learn(seen(network, [*trips, *slow]), default_speeds())
    for road_class in ("primary", "secondary", "residential"):
        assert found(rows, road_class, 11).factor == pytest.approx(TRUE[road_class], rel=0.08)


def test_a_stop_at_a_scene_on_the_way_is_no_slow_road(network: RoadNetwork, trips: list[Trip]) -> None:
    driver = Driver(network, PROFILES["emergency"], true_factor, noise_m=3.0, every_s=6.0)
    rng = np.random.default_rng(7)
    ways = driver.ways(30, seed=3)
    driven = [driver.drive(way, start_s=start_s(0), rng=rng, pause_s=900.0) for way in ways]
    stopped = seen(network, [replace(trip, id=f"t{row}", unit_id=f"E{row % 3}") for row, trip in enumerate(driven)])
    assert stopped.dropped["stop"] >= 25
    rows, _ = learn(stopped, default_speeds())
    assert found(rows, "primary", 7).factor == pytest.approx(TRUE["primary"] * PEAK, rel=0.08)


def test_too_few_trips_or_units_teach_nothing_and_it_is_said(network: RoadNetwork, trips: list[Trip]) -> None:
    few = seen(network, trips[:4])
    rows, missing = learn(few, default_speeds())
    assert rows == () and missing and all(each.trips < 5 for each in missing)
    alone = seen(network, [replace(trip, unit_id="E1") for trip in trips[:40]])
    rows, missing = learn(alone, default_speeds())
    assert rows == () and max(each.trips for each in missing) > 20 and {each.units for each in missing} <= {0, 1}
    assert learn(alone, default_speeds(), evidence=Evidence(5, 1))[0]
    assert check(few) is None


def test_hours_without_trips_are_moved_as_their_class_was(observed: Observed) -> None:
    rows, _ = learn(observed, default_speeds())
    evening, day = found(rows, "primary", 16), found(rows, "primary", 11)
    assert (evening.evidence, evening.trips) == ("class", 0)
    shipped = [default_speeds().expected("primary", weekday=1, hour=hour, profile="emergency") for hour in (11, 16)]
    assert 0.5 * shipped[1] / shipped[0] < evening.factor / day.factor < 1.1 * shipped[1] / shipped[0]


def test_the_order_of_trips_does_not_matter(network: RoadNetwork, trips: list[Trip]) -> None:
    some = trips[:24]
    assert learn(seen(network, some), default_speeds()) == learn(seen(network, some[::-1]), default_speeds())


def test_an_unknown_mode_is_counted_and_no_trips_are_no_error(network: RoadNetwork, trips: list[Trip]) -> None:
    nothing = seen(network, [replace(trips[0], mode="hovercraft")])
    assert nothing.dropped == {"mode": 1} and nothing.trips == ()
    assert learn(nothing, default_speeds()) == ((), ()) and check(nothing) is None


def test_bands_part_the_whole_week_once() -> None:
    odd = '[[traffic]]\nname = "a"\ndays = ["fri", "sat"]\nfrom_hour = 22\nto_hour = 3\nfactor = { other = 0.9 }\n'
    for speeds in (default_speeds(), parse_speeds(""), parse_speeds(odd)):
        bands = bands_of(speeds)
        for day in range(7):
            for hour in range(24):
                assert sum(band.holds(day, hour) for band in bands) == 1
        assert all(len({day < 5 for day in band.days}) == 1 for band in bands[len(speeds.traffic) :])


def test_what_was_learned_is_written_and_read_as_it_was(observed: Observed, tmp_path: Path) -> None:
    rows, _ = learn(observed, default_speeds())
    write_learned(tmp_path / "learned_speeds.toml", rows, notes=["from x\n[evil]\ny = 1"])
    text = (tmp_path / "learned_speeds.toml").read_text(encoding="utf-8")
    assert parse_learned(text) == rows and [file.name for file in tmp_path.iterdir()] == ["learned_speeds.toml"]
    assert "# from x [evil] y = 1\n" in text
    odd = replace(rows[0], profile='a "b" \\ ü')
    assert parse_learned(learned_text([odd])) == (odd,)

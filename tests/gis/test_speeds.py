"""Speed factors follow class, local hour, weather and profile, and a wrong file is told by line and field."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from gis.located_toml import BadFile
from gis.profile import INFINITE, default_profiles
from gis.roads import RoadNetwork
from gis.speeds import (
    LEARNED_FILE_NAME,
    Band,
    Learned,
    Speeds,
    default_speeds,
    parse_learned,
    parse_speeds,
    read_speeds,
    speeds_of,
)
from tests.gis.road_town import grid

TEXT = """
[[traffic]]
name = "peak"
days = "workdays"
from_hour = 7
to_hour = 9
factor = { primary = 0.5, residential = 0.8 }
[[traffic]]
name = "night"
days = ["fri", "sat"]
from_hour = 22
to_hour = 6
factor = { other = 1.2 }
[weather.dry]
[weather.ice]
other = 0.5
[felt.emergency]
traffic = 0.5
weather = 1
"""
LEARNED = """
[[learned]]
profile = "emergency"
road_class = "residential"
days = "workdays"
from_hour = 7
to_hour = 9
factor = 0.7
trips = 12
units = 3
spread = 0.1
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    town = grid(3)
    number, refs, tags = town.ways[0]
    town.ways[0] = (number, refs, {**tags, "highway": "primary"})
    number, refs, tags = town.ways[1]
    town.ways[1] = (number, refs, {**tags, "highway": "primary_link"})
    town.restrict("no_left_turn", 100, 10, 201)
    return town.build(tmp_path_factory.mktemp("town"))


def of_class(network: RoadNetwork, factors: np.ndarray, name: str) -> float:
    if name not in network.classes:
        return float("nan")
    [found] = np.unique(factors[(network.road_class == network.classes.index(name)) & (network.edge >= 0)])
    return round(float(found), 6)


def test_a_factor_follows_class_hour_and_profile(network: RoadNetwork) -> None:
    speeds = parse_speeds(TEXT)
    peak = speeds.factors(network, weekday=0, hour=8, weather="dry", profile="ordinary")
    assert peak.dtype == np.float32 and peak.shape == (network.arc_count,)
    assert [of_class(network, peak, name) for name in ("primary", "primary_link", "residential")] == [0.5, 0.5, 0.8]
    blue = speeds.factors(network, weekday=0, hour=8, weather="dry", profile="emergency")
    assert [of_class(network, blue, name) for name in ("primary", "residential")] == [0.75, 0.9]
    for weekday, hour in ((0, 6), (0, 9), (5, 8)):
        assert (speeds.factors(network, weekday=weekday, hour=hour, weather="dry", profile="ordinary") == 1).all()


def test_a_band_over_midnight_counts_each_hour_to_its_own_day(network: RoadNetwork) -> None:
    speeds = parse_speeds(TEXT)
    quick = [
        (day, hour)
        for day in range(7)
        for hour in (5, 6, 21, 22)
        if of_class(network, speeds.factors(network, weekday=day, hour=hour, profile="ordinary"), "primary") > 1
    ]
    assert quick == [(4, 5), (4, 22), (5, 5), (5, 22)]


def test_weather_multiplies_traffic_and_the_unknown_changes_nothing(network: RoadNetwork) -> None:
    speeds = parse_speeds(TEXT)
    assert speeds.weathers == ("dry", "ice")
    ice = speeds.factors(network, weekday=0, hour=8, weather="ice", profile="emergency")
    assert of_class(network, ice, "primary") == pytest.approx(0.75 * 0.5)
    for weather in ("", "dry", "locusts"):
        assert (speeds.factors(network, weekday=0, hour=12, weather=weather, profile="emergency") == 1).all()


def test_turns_keep_their_penalty(network: RoadNetwork) -> None:
    turns = np.asarray(network.edge) < 0
    assert turns.any()
    ice = parse_speeds(TEXT).factors(network, weekday=0, hour=8, weather="ice", profile="ordinary")
    assert (ice[turns] == 1).all() and (ice[~turns] < 1).all()


def test_what_was_learned_takes_the_place_of_what_was_expected(network: RoadNetwork, tmp_path: Path) -> None:
    (tmp_path / "speeds.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / LEARNED_FILE_NAME).write_text(LEARNED, encoding="utf-8")
    speeds = speeds_of(tmp_path)
    ice = speeds.factors(network, weekday=0, hour=8, weather="ice", profile="emergency")
    assert of_class(network, ice, "residential") == pytest.approx(0.7 * 0.5)
    assert of_class(network, ice, "primary") == pytest.approx(0.75 * 0.5)
    other = speeds.factors(network, weekday=0, hour=8, weather="", profile="ordinary")
    assert of_class(network, other, "residential") == pytest.approx(0.8)
    assert speeds.expected("residential", weekday=0, hour=8, profile="emergency") == pytest.approx(0.9)


def test_equal_slots_give_equal_factors_and_an_hour_is_no_slot_of_its_own(network: RoadNetwork) -> None:
    speeds = default_speeds()
    seen: dict[object, np.ndarray] = {}
    for weekday in range(7):
        for hour in range(24):
            for weather in ("", "rain", "ice"):
                slot = speeds.slot(weekday=weekday, hour=hour, weather=weather, profile="ordinary")
                factors = speeds.factors(network, weekday=weekday, hour=hour, weather=weather, profile="ordinary")
                assert np.array_equal(seen.setdefault(slot, factors), factors)
    assert 3 < len(seen) <= 3 * (len(speeds.traffic) + 1)
    with pytest.raises(ValueError, match="hours 0 to 23"):
        speeds.slot(weekday=0, hour=24, profile="ordinary")


def test_weights_divided_by_factors_are_those_of_the_slower_speed(network: RoadNetwork) -> None:
    profile = default_profiles()["ordinary"]
    weights = profile.weights_ms(network)
    factors = default_speeds().factors(network, weekday=0, hour=8, weather="snow", profile="ordinary")
    driven = (weights != INFINITE) & (network.edge >= 0)
    speed_kmh = network.length_m[driven] / (weights[driven] / factors[driven]) * 3600
    plain_kmh = network.length_m[driven] / weights[driven] * 3600
    assert speed_kmh == pytest.approx(plain_kmh * factors[driven], rel=1e-6)


def test_blue_lights_suffer_less_in_every_hour_and_weather_that_is_shipped(network: RoadNetwork) -> None:
    speeds = default_speeds()
    conditions = [(2, hour, "dry") for hour in range(24)] + [(6, 8, weather) for weather in speeds.weathers]
    for weekday, hour, weather in conditions:
        blue, plain = (
            speeds.factors(network, weekday=weekday, hour=hour, weather=weather, profile=profile)
            for profile in ("emergency", "ordinary")
        )
        assert (np.abs(blue - 1) <= np.abs(plain - 1)).all()
    assert pickle.loads(pickle.dumps(speeds)) == speeds


def test_a_city_without_files_has_the_shipped_speeds_and_its_own_take_their_place(tmp_path: Path) -> None:
    assert speeds_of(tmp_path) == default_speeds()
    (tmp_path / "speeds.toml").write_text("", encoding="utf-8")
    assert speeds_of(tmp_path) == Speeds()


def test_every_problem_comes_with_its_line_and_field() -> None:
    text = """[[traffic]]
name = "a"
days = "workday"
from_hour = 7
to_hour = 7
factor = { primry = 0.5, primary = 0 }
[[traffic]]
name = "b"
days = ["mon", "tju"]
from_hour = 25
to_hour = 8
speed = 3
[weather]
dry = 1
[weather.ice]
other = nan
[felt.emergency]
traffic = 2
[tea]
"""
    with pytest.raises(BadFile) as caught:
        parse_speeds(text, "s.toml")
    told = [(each.line, each.field.split("'")[-2] if "'" in each.field else "") for each in caught.value.problems]
    assert told == [
        (3, "days"), (5, "to_hour"), (6, "primary"), (6, "primry"), (7, "factor"), (9, "days"), (10, "from_hour"),
        (12, "speed"), (14, ""), (16, "other"), (18, "traffic"), (19, ""),
    ]  # fmt: skip


def test_two_rows_that_share_an_hour_are_refused() -> None:
    row = '[[traffic]]\nname = "{}"\ndays = {}\nfrom_hour = {}\nto_hour = {}\nfactor = {{ other = 1 }}\n'
    parse_speeds(row.format("a", '"workdays"', 7, 9) + row.format("b", '"weekend"', 8, 10))
    with pytest.raises(BadFile, match=r"10: .*shares hours with 'a'"):
        parse_speeds(row.format("a", '"workdays"', 22, 2) + row.format("b", '["mon"]', 1, 4))
    assert len(parse_learned(LEARNED + LEARNED.replace("emergency", "ordinary"))) == 2
    with pytest.raises(BadFile, match="shares hours of residential with row 1"):
        parse_learned(LEARNED + LEARNED)


def test_a_learned_row_is_read_as_written_and_a_wrong_one_told() -> None:
    band = Band(frozenset(range(5)), 7, 9)
    assert parse_learned(LEARNED) == (Learned("emergency", "residential", band, 0.7, 12, 3, 0.1, "own"),)
    with pytest.raises(BadFile, match=r"8: .*factor.*0.05 to 3"):
        parse_learned(LEARNED.replace("0.7", "-1"))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_speeds(tmp_path / "none.toml")
    (tmp_path / "speeds.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadFile, match="UTF-8"):
        speeds_of(tmp_path)
    for text in ("traffic = 3", "weather = 3", "felt = 3", "[[traffic]]\nfactor = 3"):
        with pytest.raises(BadFile):
            parse_speeds(text)


def test_a_band_holds_the_hours_that_it_names() -> None:
    for start in range(24):
        for stop in (each for each in range(25) if each != start):
            band = Band(frozenset({3}), start, stop)
            assert band.hours == {hour for hour in range(24) if band.holds(3, hour)}
            assert not band.holds(4, start) and len(band.hours) == ((stop - start) % 24 or 24)

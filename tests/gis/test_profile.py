"""Driving profiles: the shipped ones, what an editor may get wrong, and what a road costs."""

from pathlib import Path

import numpy as np
import pytest

from gis.network_tags import ROAD_CLASSES
from gis.profile import (
    INFINITE,
    ProfileError,
    default_profiles,
    parse_profiles,
    profile_for,
    read_profiles,
    write_default,
)
from gis.roads import ArcFlag
from tests.gis.road_town import Town, even_profile, grid

GOOD = """\
[emergency]
top_speed_kmh = 100
off_road_kmh = 5
closed = ["contraflow"]

[emergency.speed_kmh]
residential = 40

[emergency.penalty_s]
gate = 20
"""


def test_the_shipped_profiles_know_every_class(tmp_path: Path) -> None:
    write_default(tmp_path / "profiles.toml")
    profiles = read_profiles(tmp_path / "profiles.toml")
    assert set(profiles) == {"emergency", "ordinary"}
    for profile in profiles.values():
        assert set(ROAD_CLASSES) - {"turn"} <= set(profile.speed_kmh)
    assert not profiles["emergency"].closed & ArcFlag.BUS_LANE
    assert profiles["ordinary"].closed & ArcFlag.BUS_LANE


def test_blue_lights_are_never_slower(helsinki: Path) -> None:
    from gis.roads import RoadNetwork

    network = RoadNetwork.open(helsinki / "roads")
    profiles = default_profiles()
    fast, slow = (profiles[name].weights_ms(network) for name in ("emergency", "ordinary"))
    turns = network.edge < 0
    assert (fast[~turns] <= slow[~turns]).all()
    assert (fast[slow != INFINITE] != INFINITE).all()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("residential = 40", 'residential = "fast"', r"line 7, emergency\.speed_kmh\.residential.*'fast'"),
        ("residential = 40", "residential = -1", r"line 7.*0\.5 to 300"),
        ("residential = 40", "residential = true", r"line 7"),
        ("residential = 40", "residential = nan", r"line 7"),
        ("gate = 20", "gaet = 20", r"line 10, emergency\.penalty_s\.gaet.*known: bus_lane"),
        ('["contraflow"]', '["contraflow", "hills"]', r"line 4, emergency\.closed.*'hills'"),
        ('["contraflow"]', '"contraflow"', r"line 4, emergency\.closed.*list"),
        ("top_speed_kmh = 100", "", r"emergency\.top_speed_kmh: is missing"),
        ("off_road_kmh = 5", "off_road_kmh = 5\ncolour = 3", r"line 4, emergency\.colour"),
        ("[emergency]", "[emergency", r"line 1"),
        ("[emergency]", "speed = 3\n[emergency]", r"line 1, speed: must be a table"),
    ],
)
def test_mistakes_are_told_by_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileError, match=message) as caught:
        read_profiles(file)
    assert str(caught.value).startswith(str(file))


def test_an_empty_file_and_bad_bytes_are_told(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ProfileError, match="no profile"):
        read_profiles(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match="UTF-8"):
        read_profiles(file)


def test_a_city_without_a_file_uses_the_shipped_ones(tmp_path: Path) -> None:
    assert profile_for(tmp_path / "none.toml", "ordinary").name == "ordinary"
    with pytest.raises(ProfileError, match="emergency, ordinary"):
        profile_for(tmp_path / "none.toml", "flying")


def test_speed_factor_top_speed_and_class_closing(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2].update(highway="motorway", maxspeed="200", oneway="no")
    town.ways[1][2]["highway"] = "track"
    network = town.build(tmp_path)
    weights = even_profile(
        top_speed_kmh=90.0, speed_kmh={"road": 36.0, "track": 18.0}, factor={"residential": 0.5}
    ).weights_ms(network)
    seconds = {
        name: weights[network.road_class == network.classes.index(name)] / 1000
        for name in ("motorway", "track", "residential")
    }
    assert seconds["motorway"] == pytest.approx(4, rel=0.01)
    assert seconds["track"] == pytest.approx(20, rel=0.01)
    assert seconds["residential"] == pytest.approx(20, rel=0.01)
    shut = even_profile(factor={"track": 0.0}).weights_ms(network)
    assert ((shut == INFINITE) == (network.road_class == network.classes.index("track"))).all()


def test_a_weight_never_reaches_the_number_that_means_closed(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 60_000, 0)
    town.way(1, [1, 2])
    slow = even_profile(top_speed_kmh=1.0, speed_kmh={"road": 0.5})
    weights = slow.weights_ms(town.build(tmp_path))
    assert (weights < INFINITE).all()
    assert weights.dtype == np.uint32


def test_parsing_does_not_need_a_file() -> None:
    assert parse_profiles(GOOD, source="text")["emergency"].penalty_s == {ArcFlag.GATE: 20.0}

"""Limits of height, width and weight: what signs say in every unit, and which arcs of a network carry them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from gis.network_build import build_from_streets
from gis.network_limits import limit_fields, metres_allowed, read_limits, tonnes_allowed
from gis.roads import NO_LIMITS, RoadNetwork, RoadsError
from tests.gis.road_town import CRS, Town, grid, lonlat


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3.5", 3.5), ("3,5", 3.5), ("3.5 m", 3.5), ("3.8m", 3.8), ("350 cm", 3.5), ("2 mt", 2),
        ("12'6\"", 3.81), ("12' 6\"", 3.81),
        ("12 ft 6 in", 3.81), ("13'", 3.9624), ("13ft", 3.9624), ("12’6”", 3.81), ("12'6''", 3.81), ("4;3.5", 3.5),
        ("none", 0), ("default", 0), ("below_default", 0), ("", 0), ("no_sign;3.9", 3.9),
        ("tall", None), ("-3", None), ("3.5.5", None), ("1e3", None), ("900", None), ("3.5 t", None), ("nan", None),
    ],
)  # fmt: skip
def test_heights(text: str, metres: float | None) -> None:
    assert metres_allowed(text) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5), ("3.5 t", 3.5), ("7.5t", 7.5), ("3500 kg", 3.5), ("25,000 lbs", 11.3398), ("20 st", 18.1437),
        ("10 tons", 9.0718), ("10 lt", 10.1605), ("none", 0), ("unsigned", 0), ("3,5", 3.5), ("18;12", 12),
        ("heavy", None), ("12'6\"", None), ("5000", None), ("3.5 m", None),
    ],
)  # fmt: skip
def test_weights(text: str, tonnes: float | None) -> None:
    assert tonnes_allowed(text) == (None if tonnes is None else pytest.approx(tonnes, abs=1e-4))


def test_what_fits_counts_beside_what_is_signed_and_each_way_may_differ() -> None:
    unread: Counter[str] = Counter()
    tags = {"maxheight": "4", "maxheight:physical": "3.9", "maxweight:backward": "5", "maxwidth": "two cows"}
    assert read_limits(tags, unread) == ((3.9, 0.0, 0.0), (3.9, 0.0, 5.0))
    assert unread == {"two cows": 1}
    rating = {"maxweightrating": "7.5"}
    assert read_limits(rating)[0] == NO_LIMITS
    assert read_limits({**rating, "bridge": "yes"})[0] == (0.0, 0.0, 7.5)
    assert read_limits({"highway": "residential"}) == (NO_LIMITS, NO_LIMITS)


def limited(network: RoadNetwork) -> dict[str, list[float]]:
    return {network.names[int(network.name[arc])]: network.limits[arc].tolist() for arc in network.limited.tolist()}


def test_arcs_carry_the_limits_of_their_way_and_of_what_stands_on_it(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2].update(maxheight="3.5", bridge="yes")  # Row 0
    town.ways[3][2]["maxweight"] = "12 t"  # Column 1
    town.node(500, 50, 100, barrier="height_restrictor", maxheight="2.1")
    town.ways[2][1].insert(1, 500)  # Row 1, between columns 0 and 1
    town.restrict("no_left_turn", 100, 10, 201)
    network = town.build(tmp_path)
    assert limited(network) == {
        "Row 0": [3.5, 0, 0],
        "Column 1": [0, 0, 12],
        "Row 1": [pytest.approx(2.1), 0, 0],
    }
    assert len(network.limited) == 4 + 4 + 2
    assert network.report["limited_arcs"] == {"height": 6, "width": 0, "weight": 4}
    assert network.problems() == []
    assert len(network.arcs_too_small_for((3.5, 2.5, 12.0))) == 2  # only the restrictor: what is allowed fits
    assert len(network.arcs_too_small_for((3.51, 0.0, 0.0))) == 6
    assert len(network.arcs_too_small_for((0.0, 0.0, 18.0))) == 4
    assert len(network.arcs_too_small_for((0.0, 9.0, 0.0))) == 0
    assert (network.limits[network.edge < 0] == 0).all()


def test_a_node_between_two_ways_bars_the_way_through_and_a_crossing_node_bars_none(tmp_path: Path) -> None:
    town = Town()
    for number in range(4):
        town.node(number, 100 * number, 0)
    town.nodes[1] = (100, 0, {"barrier": "height_restrictor", "maxheight": "2"})
    town.nodes[2] = (200, 0, {"maxheight": "2"})
    town.node(9, 200, 100)
    town.way(1, [0, 1], name="A")
    town.way(2, [1, 2], name="B")
    town.way(3, [2, 3], name="C")
    town.way(4, [2, 9], name="D")
    assert list(limited(town.build(tmp_path))) == ["A"]


def test_a_network_without_limits_is_written_as_before_and_one_built_before_opens(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["maxheight"] = "3.5"
    town.build(tmp_path)
    assert (tmp_path / "roads" / "limits.npy").exists()
    plain = grid().build(tmp_path)
    assert not (tmp_path / "roads" / "limits.npy").exists()
    assert plain.limits.shape == (0, 3) and not len(plain.arcs_too_small_for((9.0, 9.0, 99.0)))
    np.save(tmp_path / "roads" / "limits.npy", np.zeros((2, 3), dtype=np.float32))
    with pytest.raises(RoadsError, match=r"limits\.npy: 2 rows where 24 are needed"):
        RoadNetwork.open(tmp_path / "roads")


def test_a_street_file_says_limits_in_its_own_fields(tmp_path: Path) -> None:
    corners = [lonlat(*place) for place in ((0, 0), (100, 0), (100, 100))]
    rows = []
    for start, end, height in ((0, 1, '"12\'6\\""'), (1, 2, "null"), (2, 0, '"high"')):
        line = f"[[{corners[start][0]}, {corners[start][1]}], [{corners[end][0]}, {corners[end][1]}]]"
        about = f'"a": "{start}", "b": "{end}", "Max_Height": {height}, "weight_limit": "10 t"'
        geometry = f'{{"type": "LineString", "coordinates": {line}}}'
        rows.append(f'{{"type": "Feature", "properties": {{{about}}}, "geometry": {geometry}}}')
    file = tmp_path / "streets.geojson"
    file.write_text(f'{{"type": "FeatureCollection", "features": [{",".join(rows)}]}}', encoding="utf-8")
    report = build_from_streets(file, tmp_path / "roads", metric_crs=CRS, from_field="a", to_field="b")
    network = RoadNetwork.open(tmp_path / "roads")
    assert np.unique(network.limits[:, 0]).tolist() == [0, pytest.approx(3.81)]
    assert network.limits[:, 2].tolist() == [10.0] * 6
    assert report["limits_unread"] == {"high": 1}
    assert limit_fields(["MAXWIDTH", "x"]) == (None, "MAXWIDTH", None)

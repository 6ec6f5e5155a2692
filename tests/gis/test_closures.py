"""Closures: a shape on the map and way ids become the right roads, also in a city built anew."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gis.closures import VectorError, arcs_of_shape, closed_arcs, closed_arcs_at, effects_of, read_closures
from gis.roads import RoadNetwork
from tests.gis.road_town import grid, lonlat


@dataclass(frozen=True)
class Drawn:
    geometry_type: str
    coordinates: tuple[tuple[float, float], ...]
    way_ids: tuple[int, ...] = ()
    holes: tuple[tuple[tuple[float, float], ...], ...] = ()


@pytest.fixture
def town(tmp_path: Path) -> RoadNetwork:
    return grid().build(tmp_path)


def closed(
    network: RoadNetwork, geometry_type: str, *places: tuple[float, float], ways: tuple[int, ...] = ()
) -> list[str]:
    """Name the stretches that a closure closes by their middle, in the town's metres."""
    arcs = closed_arcs(network, Drawn(geometry_type, tuple(lonlat(*place) for place in places), ways))
    origin = network.node_xy.min(axis=0)
    middles = {tuple((network.shape_of(arc).mean(axis=0) - origin).round(-1).astype(int).tolist()) for arc in arcs}
    assert len(arcs) == 2 * len(middles)
    return sorted(f"{x},{y}" for x, y in middles)


def test_a_click_closes_the_nearest_road_both_ways(town: RoadNetwork) -> None:
    assert closed(town, "Point", (50, 8)) == ["50,0"]
    assert closed(town, "Point", (50, 8), ways=(101,)) == ["50,0"]
    assert closed(town, "Point", (70, 31), ways=(201,)) == ["100,50"]
    assert closed(town, "Point", (50, -70)) == []


def test_an_area_closes_what_it_touches(town: RoadNetwork) -> None:
    square = ((40, -20), (120, -20), (120, 20), (40, 20))
    assert closed(town, "Polygon", *square) == ["100,50", "150,0", "50,0"]
    assert closed(town, "Polygon", *square, ways=(100,)) == ["150,0", "50,0"]
    assert closed(town, "Polygon", *square, ways=(777,)) == ["100,50", "150,0", "50,0"]
    bow_tie = ((40, -20), (60, 20), (60, -20), (40, 20))
    assert closed(town, "Polygon", *bow_tie) == ["50,0"]


def test_a_hole_in_an_area_stays_open(town: RoadNetwork) -> None:
    ring = ((-20.0, -20.0), (220.0, -20.0), (220.0, 120.0), (-20.0, 120.0))
    hole = ((40.0, -10.0), (60.0, -10.0), (60.0, 10.0), (40.0, 10.0))
    inside = ((-10.0, -10.0), (210.0, -10.0), (210.0, 30.0), (-10.0, 30.0))

    def arcs(*holes: tuple[tuple[float, float], ...]) -> list[int]:
        rings = [tuple(lonlat(*place) for place in each) for each in (ring, *holes)]
        return closed_arcs(town, Drawn("Polygon", rings[0], (), tuple(rings[1:])))

    assert arcs(hole) == arcs()  # a road that leaves the hole is closed where it does
    assert len(arcs(inside)) == len(arcs()) - 4  # both stretches of the street inside, both ways


def test_a_line_closes_what_it_runs_along_or_else_what_it_crosses(town: RoadNetwork) -> None:
    assert closed(town, "LineString", (2, 1), (198, 1)) == ["150,0", "50,0"]
    assert closed(town, "LineString", (30, 2), (70, 2)) == ["50,0"]
    assert closed(town, "LineString", (50, -30), (50, 130)) == ["50,0", "50,100"]


def test_ways_alone_and_nothing(town: RoadNetwork) -> None:
    assert closed(town, "Point", ways=(102,)) == ["150,200", "50,200"]
    assert closed(town, "Polygon") == []


@pytest.mark.parametrize(
    ("geometry_type", "places"), [("Circle", [(0, 0)]), ("Polygon", [(0, 0), (1, 1)]), ("LineString", [(0, 0)])]
)
def test_what_is_no_closure_is_refused(
    town: RoadNetwork, geometry_type: str, places: list[tuple[float, float]]
) -> None:
    with pytest.raises(ValueError, match=r"closure"):
        closed(town, geometry_type, *places)


def test_coordinates_that_are_no_numbers_are_refused(town: RoadNetwork) -> None:
    with pytest.raises(ValueError, match="coordinate"):
        closed_arcs(town, Drawn("Point", ((float("nan"), 60.0),)))


def test_a_file_of_closures(town: RoadNetwork, tmp_path: Path) -> None:
    def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
        geometry = None if kind == "" else {"type": kind, "coordinates": coordinates}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    ring = [list(lonlat(x, y)) for x, y in ((40, -20), (120, -20), (120, 20), (40, 20), (40, -20))]
    content = [
        feature("Polygon", [ring], way_ids=[100]),
        feature("", None),
        feature("MultiPoint", [list(lonlat(50, 100)), list(lonlat(150, 100))]),
    ]
    file = tmp_path / "closed.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": content}), encoding="utf-8")
    closures, problems = read_closures(file)
    assert [each.way_ids for each in closures] == [(100,), ()]
    assert len(problems) == 1
    assert "feature 2" in problems[0]
    arcs = {arc for each in closures for arc in arcs_of_shape(town, each.geometry, each.way_ids)}
    assert len(arcs) == 2 * (2 + 2)


def test_an_empty_collection_closes_nothing_and_a_bad_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "closed.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert read_closures(file) == ([], [])
    file.write_text('{"type": "FeatureCollection", "features": ', encoding="utf-8")
    with pytest.raises(VectorError, match="closed"):
        read_closures(file)
    with pytest.raises(VectorError):
        read_closures(tmp_path / "none.geojson")


def test_a_file_says_what_is_slow_what_is_flooded_and_until_when(town: RoadNetwork, tmp_path: Path) -> None:
    def feature(x: float, y: float, **properties: object) -> dict[str, object]:
        point = {"type": "Point", "coordinates": list(lonlat(x, y))}
        return {"type": "Feature", "properties": properties, "geometry": point}

    content = [
        feature(50, 0, kind="slow", speed_factor=0.5),
        feature(50, 0, kind="Slow", speed_factor=0.3, until="2026-03-02T12:30:00+02:00"),
        feature(50, 0, kind="slow", speed_factor=0.9),
        feature(50, 100, kind="flooded", until="2026-03-02T12:00:00"),
        feature(150, 0, kind="slow", speed_factor=1.5),
        feature(150, 0, kind="slow"),
        feature(150, 100, kind="snowed in"),
        feature(150, 200, until="2026-03-02T10:00:00Z"),
        feature(5000, 200, kind="slow", speed_factor=0.4),
    ]
    file = tmp_path / "closed.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": content}), encoding="utf-8")
    closures, problems = read_closures(file, at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    assert [(each.kind, each.speed_factor) for each in closures] == [
        ("slow", 0.5), ("slow", 0.3), ("slow", 0.9), ("flooded", 0.0), ("closed", 0.0), ("slow", 0.4),
    ]  # fmt: skip
    assert [each.until for each in closures[:3]] == [None, datetime(2026, 3, 2, 10, 30, tzinfo=UTC), None]
    told = [
        ("feature 4", "no instant"), ("feature 5", "speed_factor"), ("feature 6", "speed_factor"),
        ("feature 7", "'snowed in' is not known"), ("feature 8", "over since"),
    ]  # fmt: skip
    assert len(problems) == len(told)
    assert all(where in text and what in text for (where, what), text in zip(told, problems, strict=True))
    closed, slow, idle = effects_of(town, closures)
    assert len(closed) == 4 and len(slow) == 2 and set(slow.values()) == {0.3}
    assert len(idle) == 1 and "slowed" in idle[0]


def test_many_clicks_close_what_each_of_them_does(town: RoadNetwork) -> None:
    dice = random.Random(5)
    clicks = [
        Drawn(
            "Point",
            (lonlat(dice.uniform(-70, 270), dice.uniform(-70, 170)),),
            dice.choice([(), (), (101,), (200, 201), (777,)]),
        )
        for _ in range(300)
    ]
    lost = Drawn("Point", ((float("nan"), 60.0),))
    found = closed_arcs_at(town, [*clicks, lost])
    assert found == [*(closed_arcs(town, click) for click in clicks), None]
    assert [] in found and closed_arcs_at(town, []) == []
    with pytest.raises(ValueError):
        closed_arcs(town, lost)

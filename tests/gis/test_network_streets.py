"""Road networks from a city's own street file."""

import json
from pathlib import Path

import pytest

from gis.network_build import NetworkError, build_from_streets
from gis.roads import ArcFlag, RoadNetwork
from gis.routing import Router
from tests.gis.road_town import CRS, even_profile, lonlat, seconds


def square(folder: Path, **changes: dict[str, object]) -> Path:
    """Write four streets round a block, keyed a to d; `changes` edits one by its name."""
    corners = {"1": (0, 0), "2": (100, 0), "3": (100, 100), "4": (0, 100)}
    streets = []
    for name, start, end in (("a", "1", "2"), ("b", "2", "3"), ("c", "3", "4"), ("d", "4", "1")):
        row: dict[str, object] = {"F": start, "T": end, "DIR": "B", "KIND": "5", "STREETNAME": f"{name} street"}
        path = [list(lonlat(*corners[start])), list(lonlat(*corners[end]))]
        geometry: object = {"type": "LineString", "coordinates": path}
        row |= changes.get(name, {})
        if "geometry" in row:
            geometry = row.pop("geometry")
        streets.append({"type": "Feature", "properties": row, "geometry": geometry})
    file = folder / "streets.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": streets}), encoding="utf-8")
    return file


def build(folder: Path, **changes: dict[str, object]) -> RoadNetwork:
    build_from_streets(
        square(folder, **changes),
        folder / "roads",
        metric_crs=CRS,
        from_field="F",
        to_field="T",
        oneway_field="DIR",
        class_field="KIND",
    )
    return RoadNetwork.open(folder / "roads")


def test_streets_join_at_their_junctions(tmp_path: Path) -> None:
    network = build(tmp_path)
    assert (network.node_count, network.arc_count) == (4, 8)
    assert network.names == ("a street", "b street", "c street", "d street")
    router = Router(network, even_profile())
    assert seconds(router, (20, 0), (100, 20)) == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(("word", "along", "against"), [("FT", 4, 36), ("TF", 36, 4), ("F", 4, 36), ("-1", 36, 4)])
def test_one_way_words(tmp_path: Path, word: str, along: float, against: float) -> None:
    network = build(tmp_path, a={"DIR": word})
    router = Router(network, even_profile())
    assert seconds(router, (30, 0), (70, 0)) == pytest.approx(along, abs=0.2)
    assert seconds(router, (70, 0), (30, 0)) == pytest.approx(against, abs=0.2)
    assert (network.flags == ArcFlag.CONTRAFLOW).sum() == 1


def test_what_is_not_understood_is_counted(tmp_path: Path) -> None:
    network = build(tmp_path, a={"DIR": "maybe"}, b={"KIND": "footbath"}, c={"F": None})
    report = network.report
    assert report["oneway_not_understood"] == {"maybe": 1}
    assert report["class_not_understood"] == {"footbath": 1}
    assert report["left_out"] == {"no junction named": 1}
    assert report["junctions"] == 4


def test_a_street_that_ends_where_it_begins_can_be_driven(tmp_path: Path) -> None:
    ring = [list(lonlat(x, y)) for x, y in ((0, 100), (-50, 150), (0, 200), (50, 150), (0, 100))]
    network = build(tmp_path, c={"F": "4", "T": "4", "geometry": {"type": "LineString", "coordinates": ring}})
    assert network.report["junctions"] == 5
    assert (network.way_id == 3).sum() == 4


def test_numbers_name_junctions_as_text_does(tmp_path: Path) -> None:
    network = build(tmp_path, a={"F": 1, "T": 2.0})
    assert network.report["junctions"] == 4


def test_a_wrong_field_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"no field 'FROM'; there are DIR, F, KIND, STREETNAME, T"):
        build_from_streets(square(tmp_path), tmp_path / "roads", metric_crs=CRS, from_field="FROM", to_field="T")

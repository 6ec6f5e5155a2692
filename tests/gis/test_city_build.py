"""Building a city: whole or not at all, from extracts, street files and vector layers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gis.city import City
from gis.city_build import BuildCancelledError, BuildError, StreetFile, build
from gis.io import VectorError
from gis.roads import RoadNetwork
from tests.gis.extract_file import LAT, LON, STEP, Extract, town


def rich_town() -> Extract:
    extract = town()
    extract.square(
        LON + 0.0001,
        LAT + 0.0001,
        0.0002,
        {"building": "house", "addr:housenumber": "5", "addr:street": "First Street"},
    )
    extract.node(LON, LAT, man_made="surveillance", direction="NE", ref="C7")
    extract.node(LON + STEP, LAT, amenity="fire_station", name="Station 1")
    extract.node(LON + STEP, LAT + STEP, place="town", name="Gridtown", **{"name:zh": "格子镇"})
    return extract


def geojson(file: Path, features: list[tuple[dict[str, Any], dict[str, Any]]]) -> Path:
    rows = [{"type": "Feature", "geometry": geometry, "properties": properties} for geometry, properties in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return file


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_town_becomes_a_city(tmp_path: Path) -> None:
    said: list[tuple[float, str]] = []
    report = build(
        tmp_path / "out", extract=rich_town().write(tmp_path / "town.osm"), progress=lambda *step: said.append(step)
    )
    city = City.open(tmp_path / "out")
    assert (city.name, city.name_zh, city.time_zone, city.metric_crs) == (
        "Gridtown",
        "格子镇",
        "Europe/Helsinki",
        "EPSG:32635",
    )
    assert report.layers["roads"] == 6 and report.places["crossing"] == 9 and report.places["street"] == 6
    assert any("is a guess" in warning for warning in city.warnings)
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    assert said[-1] == (1.0, "done")
    assert beside(tmp_path) == []
    places = city.places()
    found = places.search("5 first street")[0]
    assert (found.label, found.municipality) == ("First Street 5", "Gridtown")
    assert places.search("oak & second")[0].label == "Oak Avenue / Second Street"
    assert places.search("camera c7")[0].kind == "camera"
    places.close()


def test_a_city_without_addresses_cameras_or_bounds_still_builds_and_says_so(tmp_path: Path) -> None:
    extract = town()
    extract.bounds = None
    report = build(tmp_path / "out", extract=extract.write(tmp_path / "grid_town.osm"), time_zone="Europe/Helsinki")
    assert report.name == "Grid Town"
    told = " | ".join(report.warnings)
    for what in ("no addresses", "no cameras", "no stations", "does not state its bounds"):
        assert what in told
    assert "guess" not in told


def test_an_island_is_left_out_and_counted(tmp_path: Path) -> None:
    extract = rich_town()
    nodes = [extract.node(LON + STEP * x, LAT + 2.6 * STEP) for x in range(2)]
    extract.way(nodes, {"highway": "residential", "name": "Island Road"})
    report = build(tmp_path / "out", extract=extract.write(tmp_path / "town.osm"))
    assert any("2 junctions" in warning and "cut off" in warning for warning in report.warnings)


def test_an_extract_without_roads_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    extract = Extract((LON, LAT, LON + STEP, LAT + STEP))
    extract.node(LON, LAT, amenity="school", name="Alone")
    with pytest.raises(ValueError, match="road"):
        build(tmp_path / "out", extract=extract.write(tmp_path / "bare.osm"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bare.osm"]


def test_other_folders_are_left_alone_and_cities_need_force(tmp_path: Path) -> None:
    file = rich_town().write(tmp_path / "town.osm")
    other = tmp_path / "photos"
    other.mkdir()
    (other / "summer.jpg").write_bytes(b"x")
    with pytest.raises(BuildError, match="is not a city"):
        build(other, extract=file, force=True)
    assert (other / "summer.jpg").exists()
    build(tmp_path / "out", extract=file)
    with pytest.raises(BuildError, match="already a city"):
        build(tmp_path / "out", extract=file)
    for name in ("roster.toml", "profiles.toml", "opening.toml"):
        (tmp_path / "out" / name).write_text("# edited\n", "utf-8")
    (tmp_path / "out" / "stray.txt").write_text("gone after", "utf-8")
    build(tmp_path / "out", extract=file, name="Again", force=True)
    assert City.open(tmp_path / "out").name == "Again"
    assert (tmp_path / "out" / "roster.toml").read_text("utf-8") == "# edited\n"
    assert (tmp_path / "out" / "opening.toml").read_text("utf-8") == "# edited\n"
    assert (tmp_path / "out" / "profiles.toml").read_text("utf-8") == "# edited\n"
    assert not (tmp_path / "out" / "stray.txt").exists()
    assert beside(tmp_path) == []


def test_cancelling_and_failing_leave_the_old_city(tmp_path: Path) -> None:
    file = rich_town().write(tmp_path / "town.osm")
    build(tmp_path / "out", extract=file, name="Old")
    asked = iter([False] * 8 + [True] * 100)
    with pytest.raises(BuildCancelledError):
        build(tmp_path / "out", extract=file, name="New", force=True, cancelled=lambda: next(asked))
    with pytest.raises(VectorError):
        build(tmp_path / "out", extract=file, name="New", force=True, layers={"extra": tmp_path / "none.gpkg"})
    assert City.open(tmp_path / "out").name == "Old"
    assert beside(tmp_path) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"time_zone": "Moon/Base"}, "IANA"),
        ({"metric_crs": "EPSG:4326"}, "not a projected"),
        ({"layers": {"../x": Path("a")}}, "layer name"),
        ({"layers": {"con": Path("a")}}, "layer name"),
        ({"extract": None}, "nothing to build from"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {"extract": tmp_path / "town.osm"} | more
    with pytest.raises(BuildError, match=said):
        build(tmp_path / "out", **arguments)


def test_layers_from_files_replace_and_add(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [LON, LAT]}
    box = [[LON, LAT], [LON + STEP, LAT], [LON + STEP, LAT + STEP], [LON, LAT]]
    stations = geojson(
        tmp_path / "fire_stations.geojson",
        [
            (point, {"station": 39, "name": "House 39"}),
            (point, {"station": 2, "name": "Police Post"}),
            (None, {"station": 3}),
        ],  # type: ignore[list-item]
    )
    zones = geojson(
        tmp_path / "zones.geojson",
        [
            ({"type": "Polygon", "coordinates": [box]}, {"NAME": "Z1", "category": "inner", "beds": 1.5}),
            (point, {"NAME": "odd"}),
        ],
    )
    report = build(
        tmp_path / "out",
        extract=rich_town().write(tmp_path / "town.osm"),
        layers={"stations": stations, "zones": zones},
        licence="CC0",
        attribution="The town",
    )
    city = City.open(tmp_path / "out")
    layer = city.layer("stations")
    assert dict(zip(layer.attribute("name"), layer.attribute("station_kind"), strict=True)) == {
        "House 39": "fire",
        "Police Post": "police",
    }
    assert sorted(layer.attribute("ref")) == ["2", "39"]
    zone = city.layer("zones")
    assert (zone.geometry, zone.count, zone.kinds, zone.attribute("name")) == ("polygon", 1, ("inner",), ["Z1"])
    assert city.attribution == "© OpenStreetMap contributors; The town"
    told = " | ".join(report.warnings)
    assert "fire_stations.geojson, feature 3" in told and "zones.geojson, feature 2" in told
    places = city.places()
    assert places.search("house 39")[0].label == "House 39"
    assert places.search("z1")[0].label == "Z1"
    places.close()


def test_a_known_layer_of_the_wrong_geometry_is_refused(tmp_path: Path) -> None:
    file = geojson(tmp_path / "a.geojson", [({"type": "Point", "coordinates": [LON, LAT]}, {})])
    with pytest.raises(VectorError, match="is made of polygons"):
        build(tmp_path / "out", extract=town().write(tmp_path / "town.osm"), layers={"buildings": file})


def test_a_street_file_alone_makes_a_city(tmp_path: Path) -> None:
    def line(*ends: tuple[float, float]) -> dict[str, Any]:
        return {"type": "LineString", "coordinates": [list(end) for end in ends]}

    a, b, c = (LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP)
    streets = geojson(
        tmp_path / "streets.geojson",
        [
            (
                line(a, b),
                {
                    "F": "1",
                    "T": "2",
                    "STREETNAME": "MARKET ST",
                    "K": "arterial",
                    "L_F_ADD": 201,
                    "L_T_ADD": 299,
                    "R_F_ADD": 200,
                    "R_T_ADD": 298,
                },
            ),
            (line(b, c), {"F": "2", "T": "3", "STREETNAME": "22ND AVE", "K": "residential"}),
            (line(c, a), {"F": "3", "T": "1", "STREETNAME": None, "K": None}),
        ],
    )
    asked = StreetFile(streets, "F", "T", class_field="K")
    report = build(tmp_path / "out", streets=asked, name="Linetown", licence="PDDL", attribution="The town")
    assert report.layers == {"roads": 3} and report.network["junctions"] == 3
    city = City.open(tmp_path / "out")
    roads = city.layer("roads")
    kinds = {int(roads.attribute("osm_id")[i]): roads.kind_of(i) for i in range(3)}
    assert kinds == {1: "primary", 2: "residential", 3: "residential"}
    network = RoadNetwork.open(city.roads_folder)
    assert set(network.way_id.tolist()) - {0} == {1, 2, 3}
    places = city.places()
    assert places.search("market / 22nd")[0].label == "22nd Ave / Market St"
    assert [(each.kind, each.label) for each in places.search("250 market st")] == [("block", "200 block of Market St")]
    assert (near := places.reverse(LON, LAT)) is not None and near.label == "200 block of Market St"
    places.close()
    wrong = build(tmp_path / "wrong", streets=StreetFile(streets, "F", "T", oneway_field="STREETNAME", class_field="F"))
    told = [warning for warning in wrong.warnings if "not understood" in warning]
    assert told == [
        "roads: one-way values not understood, taken for both ways: 'market st' (1), '22nd ave' (1)",
    ]
    with pytest.raises(BuildError, match="no field 'X'; there are F, T"):
        build(tmp_path / "other", streets=StreetFile(streets, "X", "T"))


def test_san_francisco_from_its_own_files(tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    streets = StreetFile(
        shared_data("sanfrancisco/streets_2014.gpkg"), "F_NODE_CNN", "T_NODE_CNN", class_field="CLASSCODE"
    )
    stations = shared_data("sanfrancisco/fire_stations.geojson")
    build(tmp_path / "sf", streets=streets, layers={"stations": stations}, name="San Francisco")
    city = City.open(tmp_path / "sf")
    assert city.time_zone == "America/Los_Angeles"
    layer = city.layer("stations")
    assert layer.count == 45 and set(layer.attribute("station_kind")) == {"fire"} and "39" in layer.attribute("ref")
    places = city.places()
    assert places.search("market st & 4th st")[0].kind == "crossing"
    places.close()

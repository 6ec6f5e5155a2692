"""Reading extracts: whole ones, torn ones, and files that are none."""

from __future__ import annotations

import bz2
import gzip
import math
from pathlib import Path

import pytest
import shapely

from gis.osm import ExtractError, read_extract
from gis.osm_areas import assemble, cut_line, sea
from tests.gis.extract_file import LAT, LON, STEP, Extract, town


def test_a_town_has_its_layers(tmp_path: Path) -> None:
    extract = town()
    extract.square(
        LON + 0.0001,
        LAT + 0.0001,
        0.0002,
        {"building": "house", "addr:housenumber": "5", "addr:street": "First Street"},
    )
    extract.square(
        LON + 0.0011, LAT + 0.0001, 0.0004, {"amenity": "fire_station", "name": "Station 1", "building": "yes"}
    )
    extract.node(LON, LAT, man_made="surveillance", direction="NE", ref="C7")
    extract.node(LON, LAT, amenity="hospital", name="General")
    extract.node(LON, LAT, place="town", name="Gridtown", **{"name:zh": "格子镇"})
    read = read_extract(extract.write(tmp_path / "town.osm"))
    assert read.bounds == pytest.approx((LON - STEP, LAT - STEP, LON + 3 * STEP, LAT + 3 * STEP))
    counts = {name: len(content[0]) for name, content in read.layers.items() if len(content[0])}
    assert counts == {
        "buildings": 2,
        "roads": 6,
        "cameras": 1,
        "stations": 1,
        "hospitals": 1,
        "house_numbers": 1,
        "place_names": 1,
    }
    assert read.layers["cameras"][2]["direction_deg"] == [45.0]
    assert read.layers["cameras"][2]["ref"] == ["C7"]
    station = read.layers["stations"][0][0]
    assert shapely.box(LON + 0.0011, LAT + 0.0001, LON + 0.0015, LAT + 0.0005).contains(station)
    assert read.addresses[0].number == "5"
    assert read.layers["place_names"][2]["name_zh"] == ["格子镇"]
    assert not read.warnings


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2"])
def test_every_format_reads_the_same(tmp_path: Path, suffix: str) -> None:
    plain = town().write(tmp_path / "plain.osm").read_bytes()
    pack = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[suffix]
    file = tmp_path / f"town{suffix}"
    file.write_bytes(pack(plain))
    assert len(read_extract(file).streets) == 6


def test_missing_nodes_cut_a_road_and_are_counted(tmp_path: Path) -> None:
    extract = town()
    nodes = [extract.node(LON + STEP * i, LAT + 2.5 * STEP) for i in range(4)]
    extract.way([nodes[0], nodes[1], 9001, nodes[2], nodes[3]], {"highway": "residential", "name": "Torn Street"})
    extract.way([9002, 9003], {"highway": "residential"})
    read = read_extract(extract.write(tmp_path / "torn.osm"))
    shapes, _, attributes = read.layers["roads"]
    torn = shapes[attributes["name"].index("Torn Street")]
    assert torn.geom_type == "MultiLineString"
    assert len(torn.geoms) == 2
    assert len(shapes) == 7
    assert any("3 references" in warning for warning in read.warnings)


def test_multipolygons_new_and_old_style(tmp_path: Path) -> None:
    extract = town()
    outer, inner = extract.square(LON, LAT, 0.001, {}), extract.square(LON + 0.0002, LAT + 0.0002, 0.0002, {})
    extract.relation([(outer, "outer"), (inner, "inner")], {"type": "multipolygon", "natural": "water"})
    old_outer = extract.square(LON + 0.002, LAT, 0.001, {"building": "yes"})
    old_inner = extract.square(LON + 0.0022, LAT + 0.0002, 0.0002, {})
    extract.relation([(old_outer, "outer"), (old_inner, "inner")], {"type": "multipolygon"})
    read = read_extract(extract.write(tmp_path / "areas.osm"))
    (water,), (building,) = read.layers["water"][0], read.layers["buildings"][0]
    assert len(water.interiors) == len(building.interiors) == 1
    assert read.layers["buildings"][2]["osm_type"] == ["relation"]


def test_an_area_cut_by_the_edge_is_closed_and_told(tmp_path: Path) -> None:
    extract = town()
    nodes = [extract.node(LON + x * STEP, LAT + y * STEP) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    part = extract.way(nodes, {})
    extract.relation([(part, "outer"), (777_777, "outer")], {"type": "multipolygon", "natural": "water"})
    read = read_extract(extract.write(tmp_path / "cut.osm"))
    assert len(read.layers["water"][0]) == 1
    assert any("cut by the extract's edge" in warning for warning in read.warnings)


def test_sea_lies_right_of_the_coast_with_its_islands(tmp_path: Path) -> None:
    bounds = (0.0, 0.0, 10.0, 10.0)
    coast = shapely.LineString([(-1, 5), (11, 5)])  # eastward: land north, sea south
    island = shapely.LineString([(4, 2), (6, 2), (6, 3), (4, 3), (4, 2)])  # counter-clockwise: land inside
    wet, told = sea([coast, island], bounds)
    area = shapely.union_all(wet)
    assert not told
    assert area.area == pytest.approx(50 - 2)
    assert area.contains(shapely.Point(5, 1)) and not area.intersects(shapely.Point(5, 2.5).buffer(0.1))
    lake = shapely.LineString([(4, 2), (4, 3), (6, 3), (6, 2), (4, 2)])  # clockwise: water inside
    assert shapely.union_all(sea([lake], bounds)[0]).area == pytest.approx(2)


def test_a_coast_that_ends_inside_is_led_to_the_edge_and_told() -> None:
    wet, told = sea([shapely.LineString([(1, 5), (9, 5)])], (0.0, 0.0, 10.0, 10.0))
    assert shapely.union_all(wet).area == pytest.approx(50)
    assert "ends inside" in told[0]


def test_assemble_joins_ways_in_any_direction() -> None:
    square = [[(0, 0), (1, 0)], [(1, 1), (1, 0)], [(1, 1), (0, 1)], [(0, 0), (0, 1)]]
    area, whole = assemble([shapely.LineString(line) for line in square], [])
    assert whole and area is not None and area.area == 1.0
    assert assemble([], []) == (None, True)


def test_rings_nest_as_deep_as_they_like() -> None:
    lake, island, pond = (shapely.box(x, x, 10 - x, 10 - x).exterior for x in (0, 1, 4))
    area, whole = assemble([lake, pond], [island])
    assert whole and area is not None
    assert area.area == pytest.approx(100 - 64 + 4)
    reaching = shapely.box(8, 8, 12, 12).exterior
    area, _ = assemble([lake], [reaching])
    assert area is not None and area.area == pytest.approx(100 - 4)


def test_a_river_cut_at_both_ends_stays_a_river() -> None:
    north, south = shapely.LineString([(0, 1), (5, 1.2), (10, 1)]), shapely.LineString([(0, 0), (5, 0.2), (10, 0)])
    area, whole = assemble([north, south], [])
    assert not whole and area is not None
    assert area.area == pytest.approx(10)
    assert assemble([north], [])[0] is None  # one bank alone is no area


def test_one_node_left_of_a_house_still_says_where_it_is() -> None:
    refs, line = cut_line([(1, None), (2, (3.0, 4.0)), (3, None), (1, None)], as_ring=True)
    assert refs == [2, 2] and line is not None
    assert line.coords[0] == (3.0, 4.0)
    torn = [(i, (float(i), 0.0) if i % 3 == 0 else None) for i in range(12)]
    assert shapely.length(cut_line(torn, as_ring=True)[1]) == 0  # nodes missing all over are no shape
    cut = [(i, None if i > 3 else (float(i % 2), float(i // 2))) for i in range(12)]
    assert shapely.length(cut_line(cut, as_ring=True)[1]) > 0  # one gap is the extract's edge
    assert cut_line([(1, None), (2, (3.0, 4.0))], as_ring=False) == ([], None)


def test_extracts_without_bounds_say_so(tmp_path: Path) -> None:
    extract = town()
    extract.bounds = None
    read = read_extract(extract.write(tmp_path / "unbound.osm"))
    assert read.bounds == pytest.approx((LON, LAT, LON + 2 * STEP, LAT + 2 * STEP))
    assert any("does not state its bounds" in warning for warning in read.warnings)


def test_files_that_are_no_extract(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.osm.pbf"
    garbage.write_bytes(b"PK\x03\x04 not this" * 100)
    empty = tmp_path / "empty.osm"
    empty.write_bytes(b"")
    nothing = Extract().write(tmp_path / "nothing.osm")
    for file, said in (
        (garbage, "cannot be read"),
        (empty, "cannot be read|nothing that can be placed"),
        (nothing, "nothing that can be placed"),
        (tmp_path / "a.zip", "not an OpenStreetMap extract"),
        (tmp_path / "none.osm.pbf", "no such file"),
    ):
        with pytest.raises(ExtractError, match=said) as caught:
            read_extract(file)
        assert file.name in str(caught.value)


def test_progress_can_end_the_reading(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(share: float, doing: str) -> None:
        raise Stop

    with pytest.raises(Stop):
        read_extract(town().write(tmp_path / "town.osm"), stop)


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    extract = town()
    name = "<img src=x onerror=alert(1)>${7*7}'; DROP TABLE place; --\u202e"
    extract.node(LON, LAT, amenity="school", name=name)
    read = read_extract(extract.write(tmp_path / "hostile.osm"))
    assert [place.name for place in read.named] == [name]


def test_vancouver_has_what_it_is_known_to_have(shared_data: object) -> None:
    read = read_extract(shared_data("vancouver/vancouver_canada.osm.pbf"))  # type: ignore[operator]
    stations = read.layers["stations"][2]["station_kind"]
    assert (stations.count("fire"), stations.count("police")) == (16, 4)
    assert len(read.layers["hospitals"][0]) == 12
    assert len(read.layers["hydrants"][0]) == 71
    assert len(read.layers["buildings"][0]) > 30_000
    wet = shapely.union_all(read.layers["water"][0])
    assert wet.contains(shapely.Point(-123.25, 49.30)) and not wet.contains(shapely.Point(-123.10, 49.25))
    assert all(math.isfinite(value) for value in read.bounds)

"""Whose area a place lies in, where its name stands, and the number of its cell."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.column_writer import write_layer
from gis.columns import LayerColumns
from gis.zones import Zones, cell_of, zone_layers


def layer(folder: Path, shapes: list[object], called: str = "districts", **attributes: list[object]) -> LayerColumns:
    geometry = "polygon" if "olygon" in shapes[0].geom_type else "point"  # type: ignore[attr-defined]
    write_layer(
        folder / called, np.array(shapes, dtype=object), name=called, geometry=geometry, kinds=("feature",),
        kind_codes=np.zeros(len(shapes), np.uint16), crs="EPSG:32635", attributes=attributes,
    )  # fmt: skip
    return LayerColumns.open(folder / called)


def test_a_place_lies_in_the_smallest_zone_round_it(tmp_path: Path) -> None:
    wide = shapely.Polygon(shapely.box(0, 0, 1000, 1000).exterior, [shapely.box(400, 400, 600, 600).exterior.coords])
    zones = Zones(layer(tmp_path, [wide, shapely.box(0, 0, 100, 100)], Name=["Wide", "Small"]))
    found = zones.zone_of(50, 50)
    assert found is not None
    assert (found.name, found.area_m2) == ("Small", 10_000.0)
    around = zones.zone_of(300, 300)
    assert around is not None
    assert (around.name, around.area_m2) == ("Wide", 960_000.0)
    assert zones.zone_of(500, 500) is None  # in the hole
    assert zones.zone_of(2000, 0) is None
    assert zones.zone_of(np.nan, 0) is None
    rings = zones.rings(around.index)
    assert [len(ring) for ring in rings] == [5, 5]


def test_a_name_stands_inside_its_zone(tmp_path: Path) -> None:
    horseshoe = shapely.Polygon(
        [(0, 0), (900, 0), (900, 900), (700, 900), (700, 200), (200, 200), (200, 900), (0, 900)]
    )
    zones = Zones(layer(tmp_path, [horseshoe], called="zones"))
    place = shapely.Point(*zones.label_place(0))
    assert horseshoe.contains(place)
    assert horseshoe.boundary.distance(place) > 95
    assert not horseshoe.contains(horseshoe.centroid)


def test_zones_without_names_have_numbers(tmp_path: Path) -> None:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10), shapely.box(40, 0, 50, 10)]
    assert Zones(layer(tmp_path, shapes, called="a")).names == ("1", "2", "3")
    assert Zones(layer(tmp_path, shapes, called="b", code=[7.0, np.nan, 12.5])).names == ("7", "2", "12.5")
    named = Zones(layer(tmp_path, shapes, called="c", name=[" North \n End ", None, ""], beat=["x", "y", "z"]))
    assert named.names == ("North End", "2", "3")
    assert Zones(named.layer, "beat").names == ("x", "y", "z")


def test_the_likeliest_layer_comes_first_and_ground_and_grid_are_none(tmp_path: Path) -> None:
    square = [shapely.box(0, 0, 10, 10)]
    names = ("parks", "anything", "districts", "first_due", "water", "grid")
    made = [layer(tmp_path, square, called=name) for name in names]
    made.append(layer(tmp_path, [shapely.Point(1, 1)], called="districts_points"))
    assert [one.name for one in zone_layers(made)] == ["first_due", "districts", "anything"]
    with pytest.raises(ValueError, match="zones are polygons"):
        Zones(made[-1])


def test_cells_are_squares_of_ten_thousand_square_metres() -> None:
    assert cell_of(385_712.4, 6_672_099.9) == "E3857N66720"
    assert cell_of(385_800.0, 6_672_100.0) == "E3858N66721"
    assert cell_of(-0.5, -100.0) == "E-1N-1"
    with pytest.raises(ValueError, match="not a number"):
        cell_of(np.inf, 0)


def test_vancouver_s_districts(tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    from gis.city_layers import LayerWriter
    from gis.crs import LONLAT, transformer
    from gis.io import read_vector

    warnings: list[str] = []
    LayerWriter(tmp_path, "EPSG:32610", warnings).write_vector(
        "districts", read_vector(shared_data("vancouver/districts.geojson"))
    )
    zones = Zones(LayerColumns.open(tmp_path / "districts"))
    assert len(zones.names) == 22
    x, y = transformer(LONLAT, "EPSG:32610").transform(-123.1207, 49.2827)
    downtown = zones.zone_of(x, y)
    assert downtown is not None
    assert downtown.name == "Downtown"
    assert 3e6 < downtown.area_m2 < 6e6
    assert zones.zone_of(x, y + 20_000) is None
    for index, name in enumerate(zones.names):
        inside = zones.zone_of(*zones.label_place(index))
        assert inside is not None
        assert inside.name == name

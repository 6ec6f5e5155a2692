"""Geometries cut into plain arrays give the same store as the geometries themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.column_writer import write_columns, write_layer
from gis.columns import LayerColumns
from gis.ragged import ragged, turn_rings

FAR = 6_600_000.0
SQUARE = shapely.box(FAR, FAR, FAR + 10, FAR + 10)
HOLED = shapely.Polygon(SQUARE.exterior.coords[::-1], [shapely.box(FAR + 2, FAR + 2, FAR + 4, FAR + 4).exterior.coords])
SHAPES = {
    "polygon": [SQUARE, HOLED, shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6).reverse()]),
                shapely.MultiPolygon([HOLED]), shapely.box(20, 20, 30, 30).reverse()],
    "line": [shapely.LineString([(0, 0), (1, 1)]), shapely.MultiLineString([[(5, 5), (6, 6)], [(7, 7), (8, 8)]]),
             shapely.MultiLineString([[(50, 5), (60, 6)]])],
    "point": [shapely.Point(1, 2), shapely.MultiPoint([(5, 5), (9, 9)]), shapely.Point(100, 2)],
}  # fmt: skip


@pytest.mark.parametrize("geometry", SHAPES)
def test_the_store_is_that_of_the_shapes(tmp_path: Path, geometry: str) -> None:
    shapes = np.array(SHAPES[geometry], dtype=object)
    numbers = {"n": np.arange(len(shapes))}
    codes = np.zeros(len(shapes), np.uint16)
    write_layer(
        tmp_path / "one", shapes, name="one", geometry=geometry, kinds=("k",), kind_codes=codes, crs="",
        attributes=numbers,
    )  # fmt: skip
    coords, sizes, part_counts, holes = ragged(shapes, geometry)
    if geometry == "polygon":
        coords = turn_rings(coords, sizes, holes)
    write_columns(
        tmp_path / "two", coords, sizes, part_counts=part_counts, name="two", geometry=geometry, kinds=("k",),
        kind_codes=codes, crs="", attributes=numbers,
    )  # fmt: skip
    one, two = LayerColumns.open(tmp_path / "one"), LayerColumns.open(tmp_path / "two")
    assert one.boxes.tolist() == two.boxes.tolist() and one.features.tolist() == two.features.tolist()
    assert one.parts.tolist() == two.parts.tolist() and one.attribute("n").tolist() == two.attribute("n").tolist()  # type: ignore[union-attr]
    for i in range(one.count):
        assert shapely.equals_exact(one.geometry_of(i).normalize(), two.geometry_of(i).normalize())


def test_rings_are_turned_where_they_run_the_wrong_way() -> None:
    coords, sizes, _, holes = ragged(np.array(SHAPES["polygon"], dtype=object), "polygon")
    turned = turn_rings(coords, sizes, holes)
    rings = np.split(turned, np.cumsum(sizes)[:-1])
    assert [shapely.is_ccw(shapely.LinearRing(ring)) for ring in rings] == (~holes).tolist()
    assert holes.sum() == 2


def test_a_hole_that_touches_where_the_outline_begins_is_a_hole() -> None:
    shell, hole = [(0, 0), (10, 0), (10, 10), (0, 10)], [(0, 0), (1, 2), (2, 1)]
    turned = [hole[1:] + hole[:1], hole]
    shapes = np.array([shapely.Polygon(shell, [each]) for each in turned], dtype=object)
    assert shapely.is_valid(shapes).all()
    _, sizes, part_counts, holes = ragged(shapes, "polygon")
    assert sizes.tolist() == [5, 4, 5, 4]
    assert part_counts.tolist() == [2, 2]
    assert holes.tolist() == [False, True, False, True]

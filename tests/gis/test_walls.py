"""Walls of buildings, and where a camera that was mapped inside one really stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.column_writer import write_layer
from gis.columns import LayerColumns
from gis.sight import Eye
from gis.walls import Walls


@pytest.fixture
def street(tmp_path: Path) -> Walls:
    """Two houses in a row that share a wall, one with a yard, and one across the street."""
    shapes = [
        shapely.box(0, 0, 20, 20),
        shapely.Polygon(shapely.box(20, 0, 60, 40).exterior, [shapely.box(30, 10, 50, 30).exterior]),
        shapely.box(0, -30, 60, -12),
    ]
    write_layer(
        tmp_path / "buildings", np.array(shapes), name="buildings", geometry="polygon", kinds=["yes"],
        kind_codes=np.zeros(3, np.uint16), crs="EPSG:32635",
    )  # fmt: skip
    return Walls(LayerColumns.open(tmp_path / "buildings"))


def test_the_buildings_that_hold_a_point(street: Walls) -> None:
    assert len(street.holding(10, 10)) == 1
    assert len(street.holding(20, 10)) == 2  # on the wall that two share
    assert street.holding(40, 20) == ()  # the yard
    assert street.holding(10, -5) == ()


def test_a_camera_in_the_street_sees_the_street_only(street: Walls) -> None:
    shape = shapely.Polygon(street.seen_by(Eye(30, -6, range_m=25)).polygon())
    assert shape.covers(shapely.Point(10, -6))
    assert shape.bounds[1] == pytest.approx(-12)
    assert shape.bounds[3] == pytest.approx(0)


def test_a_camera_mapped_just_inside_hangs_on_its_wall(street: Walls) -> None:
    for y in (0.0, 1.5):
        shape = shapely.Polygon(street.seen_by(Eye(10, y, range_m=40)).polygon())
        assert shape.covers(shapely.Point(10, -8))
        assert not shape.intersects(shapely.box(1, 1, 19, 60))  # its own house hides the back


def test_a_camera_deep_inside_stands_on_the_roof(street: Walls) -> None:
    eye = street.hung(Eye(10, 10, range_m=40))
    assert len(eye.ignored) == 1
    shape = shapely.Polygon(street.seen_by(eye).polygon())
    assert shape.covers(shapely.Point(-20, 10))
    assert not shape.covers(shapely.Point(40, 8))  # the neighbour still hides


def test_a_camera_that_would_look_into_its_own_wall_looks_over_it(street: Walls) -> None:
    assert street.hung(Eye(10, 1, 180, 60)).ignored == ()
    assert len(street.hung(Eye(10, 1, 0, 60)).ignored) == 1


def test_a_city_without_buildings_hides_nothing() -> None:
    walls = Walls(None)
    assert walls.hung(Eye(1, 2)) == Eye(1, 2)
    assert shapely.Polygon(walls.seen_by(Eye(1, 2, range_m=10)).polygon()).area == pytest.approx(314, rel=5e-3)

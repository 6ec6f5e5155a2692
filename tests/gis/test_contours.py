"""Areas below zero have the right size, keep their holes and islands, and end at the grid's edge."""

import numpy as np
import pytest
import shapely

from gis.contours import areas_below_zero


def radii(side: int = 61) -> np.ndarray:
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    return np.hypot(x, y)


def test_a_disc_lies_where_it_should_and_is_as_large() -> None:
    disc = areas_below_zero(radii() - 20, x=1000.0, y=2000.0, cell_m=10.0)
    assert disc.is_valid
    assert disc.area == pytest.approx(np.pi * 200**2, rel=0.002)
    assert disc.centroid.distance(shapely.Point(1300, 2300)) < 0.01
    assert disc.hausdorff_distance(shapely.Point(1300, 2300).buffer(200, quad_segs=64)) < 1.0


def test_rings_within_rings_keep_hole_and_island() -> None:
    from_middle = radii()
    field = np.minimum(np.abs(from_middle - 20) - 4, from_middle - 5)  # a ring with a disc in its hole
    found = areas_below_zero(field, x=0.0, y=0.0, cell_m=1.0)
    assert found.is_valid
    parts = sorted(found.geoms, key=lambda part: part.area)
    assert [len(part.interiors) for part in parts] == [0, 1]
    assert parts[0].area == pytest.approx(np.pi * 25, rel=0.03)
    assert parts[1].area == pytest.approx(np.pi * (24**2 - 16**2), rel=0.01)
    assert len(areas_below_zero(field, x=0, y=0, cell_m=1.0, smallest_m2=200.0).geoms) == 1


def test_random_fields_cover_exactly_the_points_below_zero() -> None:
    for seed in range(12):
        field = np.random.default_rng(seed).normal(size=(14, 17))
        found = areas_below_zero(field, x=0.0, y=0.0, cell_m=1.0)
        assert found.is_valid
        rows, columns = np.nonzero(np.ones_like(field))
        covered = shapely.contains_xy(found, columns, rows).reshape(field.shape)
        assert (covered == (field < 0)).all()


def test_corners_that_touch_slantwise_are_joined() -> None:
    field = np.where(np.eye(5) > 0, -0.1, 1.0)
    assert len(areas_below_zero(field, x=0, y=0, cell_m=1.0).geoms) == 1
    assert len(areas_below_zero(field[::-1], x=0, y=0, cell_m=1.0).geoms) == 1


def test_everything_and_nothing() -> None:
    whole = areas_below_zero(np.full((3, 4), -1.0), x=0.0, y=0.0, cell_m=10.0)
    assert whole.bounds == pytest.approx((-5, -5, 35, 25))
    assert areas_below_zero(np.ones((3, 4)), x=0, y=0, cell_m=10.0).is_empty

"""Outlines as bars: rectangles, two of them, and what is too small for its form to be seen."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis.bars import likenesses, rectangles, split_in_two

TURN = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
HOUSE = np.array([[0.0, 0], [20, 0], [20, 8], [0, 8]])
CORNER = np.array([[0.0, 0], [20, 0], [20, 10], [10, 10], [10, 30], [0, 30]])


def turned(*outlines: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack(outlines) @ TURN.T + [500_000, 6_650_000]


def shape_of(ends: NDArray[np.float64], width: float) -> shapely.Polygon:
    bar = shapely.LineString(ends).buffer(width / 2, cap_style="flat")
    assert isinstance(bar, shapely.Polygon)
    return bar


def test_a_rectangle_is_a_bar_and_a_trapezium_is_none() -> None:
    trapezium = np.array([[0.0, 0], [20, 0], [16, 8], [4, 8]])
    skewed = np.array([[0.0, 0], [20, 0], [24, 8], [4, 8]])
    outlines = turned(HOUSE, np.roll(HOUSE, 1, axis=0), trapezium, skewed)
    ends, widths, fits = rectangles(outlines, 0.5)
    assert fits.tolist() == [True, True, False, False]
    for i in range(2):
        assert widths[i] == pytest.approx(8)
        assert shape_of(ends[i], widths[i]).symmetric_difference(shapely.Polygon(outlines[i])).area < 1e-3


def test_an_outline_with_a_corner_inwards_is_two_rectangles() -> None:
    rolled = [np.roll(CORNER, by, axis=0) for by in range(6)]
    outlines = turned(*rolled)
    upper, lower, fits = split_in_two(outlines, 1.0)
    assert fits.all()
    for i, outline in enumerate(outlines):
        halves = [rectangles(half[i : i + 1], 0.1) for half in (upper, lower)]
        assert all(found[2][0] for found in halves)
        bars = [shape_of(found[0][0], found[1][0]) for found in halves]
        assert shapely.union_all(bars).symmetric_difference(shapely.Polygon(outline)).area < 1e-2
        assert bars[0].intersection(bars[1]).area == pytest.approx(10, rel=0.01)


def test_a_hexagon_is_not_two_rectangles() -> None:
    around = np.arange(6) * np.pi / 3
    assert not split_in_two(np.stack((np.cos(around), np.sin(around)), axis=1)[None] * 10, 0.5)[2].any()


def test_any_outline_has_a_bar_of_its_area_in_its_middle() -> None:
    cross = [(0, 5), (5, 5), (5, 0), (9, 0), (9, 5), (20, 5), (20, 9), (9, 9), (9, 14), (5, 14), (5, 9), (0, 9)]
    shapes = [shapely.Polygon(outline) for outline in turned(HOUSE, HOUSE * [2, 0.5])]
    shapes.append(shapely.Polygon(np.array(cross) @ TURN.T))
    rings = [shapely.get_coordinates(shape) for shape in shapes]
    ends, widths = likenesses(np.concatenate(rings), np.array([len(ring) for ring in rings]))
    for i, shape in enumerate(shapes):
        bar = shape_of(ends[i], widths[i])
        assert bar.area == pytest.approx(shape.area, rel=1e-6)
        assert bar.centroid.distance(shape.centroid) < 1.5
    assert shape_of(ends[0], widths[0]).symmetric_difference(shapes[0]).area < 1e-3

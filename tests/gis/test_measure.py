"""Lengths and areas on the earth against figures known otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gis.measure import area_m2, circle, distance_m, distances_to_line, is_inside, lengths_m


def test_a_degree_of_latitude_is_as_long_as_tables_say() -> None:
    assert distance_m((25.0, 60.0), (25.0, 61.0)) == pytest.approx(111_420, abs=10)  # WGS 84, at 60.5 degrees north
    assert lengths_m([(25.0, 60.0), (25.0, 61.0), (25.0, 60.0)]).tolist() == pytest.approx([111_420, 111_420], abs=10)
    assert len(lengths_m([(25.0, 60.0)])) == len(lengths_m([])) == 0


def test_an_area_is_the_same_in_either_direction_and_open_or_closed() -> None:
    ring = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01)]
    expected = 1113.195 * 1105.743  # a hundredth of a degree each way at the equator
    for corners in (ring, ring[::-1], [*ring, ring[0]]):
        assert area_m2(corners) == pytest.approx(expected, rel=1e-4)
    assert area_m2(ring[:2]) == 0.0


def test_every_corner_of_a_circle_is_as_far_from_its_middle() -> None:
    ring = circle((25.0, 60.0), 250.0)
    assert ring[0] == pytest.approx(ring[-1])
    away = [distance_m((25.0, 60.0), (lon, lat)) for lon, lat in ring.tolist()]
    assert away == pytest.approx([250.0] * len(away), abs=1e-3)
    assert area_m2([tuple(corner) for corner in ring.tolist()]) == pytest.approx(math.pi * 250**2, rel=2e-3)


@pytest.mark.parametrize("is_closed", [False, True])
def test_points_are_told_inside_a_ring_with_a_bay(is_closed: bool) -> None:
    ring = np.array([(0, 0), (10, 0), (10, 10), (5, 2), (0, 10)], dtype=float)
    if is_closed:
        ring = np.vstack((ring, ring[:1]))
    points = np.array([(1, 1), (9, 7), (5, 5), (-1, 0), (11, 5)], dtype=float)
    assert is_inside(points, ring).tolist() == [True, True, False, False, False]


def test_distances_to_a_line_end_at_its_ends() -> None:
    line = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (10.0, 10.0)])
    points = np.array([(5.0, 3.0), (-4.0, 3.0), (12.0, 5.0), (10.0, 12.0)])
    assert distances_to_line(points, line).tolist() == pytest.approx([3.0, 5.0, 2.0, 2.0])
    assert distances_to_line(points, line[:1]).tolist()[1] == pytest.approx(5.0)

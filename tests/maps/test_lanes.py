"""Ways on one street are laid side by side."""

from __future__ import annotations

import numpy as np
import pytest

from maps.lanes import beside, lanes_of

STREET = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]])
SIDE = np.array([[0.0, 50.0], [100.0, 50.0]])


def test_ways_of_different_groups_on_one_street_get_lanes_of_their_own() -> None:
    assert lanes_of([STREET, STREET[::-1], SIDE, STREET[:2]], ["fire", "police", "ambulance", "water"]) == [0, 1, 0, 2]


def test_ways_of_one_group_may_lie_on_each_other() -> None:
    assert lanes_of([STREET, STREET[1:], STREET], ["fire", "fire", "police"]) == [0, 0, 1]
    assert lanes_of([STREET, STREET, STREET[:2]], ["fire", "police", "police"]) == [0, 1, 1]


def test_a_way_is_moved_to_its_right_and_the_way_back_to_the_other_side() -> None:
    assert beside(STREET, 5.0) == pytest.approx(STREET + np.array([0.0, 5.0]))  # y runs downwards on the screen
    assert beside(STREET[::-1], 5.0) == pytest.approx(STREET[::-1] - np.array([0.0, 5.0]))


def test_a_corner_keeps_the_distance_and_no_spike_grows() -> None:
    corner = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    moved = beside(corner, 2.0)
    assert moved == pytest.approx(np.array([[0.0, 2.0], [8.0, 2.0], [8.0, 10.0]]))
    hairpin = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 0.0], [0.0, 1e-9]])
    away = np.hypot(*(beside(hairpin, 5.0) - hairpin).T)
    assert np.isfinite(away).all()
    assert away.max() <= 5.0 * 1.6 + 1e-6


def test_one_point_and_no_distance_stay_as_they_are() -> None:
    assert beside(STREET, 0.0) is STREET
    assert len(beside(STREET[:1], 5.0)) == 1
    assert len(beside(np.zeros((3, 2)), 5.0)) == 1

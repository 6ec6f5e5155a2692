"""Gathering by ground cells: complete, stable, nested."""

from __future__ import annotations

import numpy as np
import pytest

from maps.clusters import INNER_SHARE, gather, level_of, piles

CROWD = np.random.default_rng(7).uniform(-3_000, 3_000, (400, 2))


def test_a_crowded_cell_is_gathered_and_a_sparse_one_is_not() -> None:
    xy = np.array([[1.0, 1], [2, 2], [3, 9], [55, 5], [-1, 5]])
    found = gather(xy, 10.0, 3)
    assert found.of.tolist() == [0, 0, 0, -1, -1]
    assert found.counts.tolist() == [3]
    assert found.boxes.tolist() == [[1, 1, 3, 9]]
    assert found.middles[0] == pytest.approx([3, 4])  # kept off the edge


def test_who_may_not_be_gathered_stays_and_does_not_count() -> None:
    xy = np.array([[1.0, 1], [2, 2], [3, 3]])
    assert gather(xy, 10.0, 3, np.array([True, True, False])).of.tolist() == [-1, -1, -1]
    assert gather(xy, 10.0, 2, np.array([True, True, False])).of.tolist() == [0, 0, -1]


def test_nobody_is_lost_and_neighbours_never_touch() -> None:
    found = gather(CROWD, 800.0, 4)
    assert found.counts.sum() == (found.of >= 0).sum()
    assert all((found.of == number).sum() == count for number, count in enumerate(found.counts.tolist()))
    apart = np.hypot(*(found.middles[:, None] - found.middles[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(apart), dtype=bool)].min() >= 2 * INNER_SHARE * 800.0


def test_coming_nearer_splits_and_never_mixes() -> None:
    far, near = gather(CROWD, 1_600.0, 2), gather(CROWD, 800.0, 2)
    for number in range(len(near.keys)):
        assert len(set(far.of[near.of == number].tolist())) == 1


def test_nothing_gathers_to_nothing() -> None:
    found = gather(np.empty((0, 2)), 10.0, 2)
    assert len(found.keys) == len(found.of) == 0 and found.boxes.shape == (0, 4)


def test_an_octave_has_one_level() -> None:
    assert [level_of(scale) for scale in (0.5, 0.51, 1.0, 1.01, 2.0, 4.1)] == [-1, 0, 0, 1, 1, 3]


@pytest.mark.parametrize("corner", [0.0, 9.9, 20.0, 33.3])
def test_a_pile_is_found_wherever_the_grid_lies(corner: float) -> None:
    xy = np.array([[0.0, 0], [4, 0], [0, 4], [4, 4], [60, 0]]) + corner
    (found,) = piles(xy, 10.0, 3, np.ones(5, bool))
    assert sorted(found.tolist()) == [0, 1, 2, 3]
    assert piles(xy, 10.0, 4, np.ones(5, bool)) == []
    assert piles(xy, 10.0, 3, np.array([True, True, True, False, True])) == []


def test_nobody_stands_in_two_piles() -> None:
    found = piles(CROWD / 20, 10.0, 2, np.ones(len(CROWD), bool))
    members = np.concatenate(found)
    assert len(found) > 3 and len(set(members.tolist())) == len(members)

"""Hot cells against the formula of the paper, over squares and over squares in time."""

from __future__ import annotations

import numpy as np
import pytest

from gis.hot_cells import hot_cells


def gi_star(counts: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """Reckon Ord and Ord's (1995) equation 14 term by term."""
    n, mean, spread = len(counts), counts.mean(), counts.std()
    weight = beside.sum(axis=1)
    under = spread * np.sqrt((n * (beside**2).sum(axis=1) - weight**2) / (n - 1))
    return np.asarray((beside @ counts - mean * weight) / under)


def test_squares_are_those_of_the_formula() -> None:
    random = np.random.default_rng(1)
    xy = np.concatenate([random.uniform(0, 3000, (300, 2)), random.uniform(1000, 1500, (40, 2))])
    found = hot_cells(xy, side_m=500)
    squares = np.floor(xy / 500).astype(int)
    own, counts = np.unique(squares, axis=0, return_counts=True)
    beside = (np.abs(own[:, None] - own[None]).max(axis=2) <= 1).astype(float)
    z = gi_star(counts.astype(float), beside)
    assert found.corner_xy.tolist() == (own * 500.0).tolist() and found.counts.tolist() == counts.tolist()
    assert found.z == pytest.approx(z) and found.cells == len(own) == 36
    assert np.abs(found.corner_xy[np.argmax(found.z)] - 1000).max() <= 500 and found.p[np.argmax(z)] == found.p.min()


def test_hours_of_the_day_come_round() -> None:
    random = np.random.default_rng(2)
    xy, at_s = random.uniform(0, 1000, (200, 2)), random.uniform(0, 20 * 86_400, 200)
    at_s[:60] = np.floor(at_s[:60] / 86_400) * 86_400 + random.uniform(-7200, 7200, 60)  # around midnight
    xy[:60] = 250
    found = hot_cells(xy, at_s, side_m=500, slot_s=4 * 3600, round_s=86_400)
    squares, slots = np.floor(xy / 500).astype(int), np.floor(np.mod(at_s, 86_400) / 14_400).astype(int)
    cells = np.array([(x, y, slot) for x in range(2) for y in range(2) for slot in range(6)])
    counts = np.array([((squares == cell[:2]).all(axis=1) & (slots == cell[2])).sum() for cell in cells], float)
    apart = np.abs(cells[:, None, 2] - cells[None, :, 2])
    beside = (np.minimum(apart, 6 - apart) <= 1).astype(float)  # all four squares touch
    z = dict(zip(map(tuple, cells.tolist()), gi_star(counts, beside), strict=True))
    got = {
        (int(x / 500), int(y / 500), int(slot)): each
        for (x, y), slot, each in zip(found.corner_xy.tolist(), found.slot.tolist(), found.z.tolist(), strict=True)
    }
    assert got == {cell: pytest.approx(z[cell]) for cell in got} and found.cells == 24
    assert set(found.slot[found.is_hot].tolist()) <= {5, 0}


def test_what_is_strewn_evenly_is_nowhere_hot() -> None:
    random = np.random.default_rng(3)
    found = hot_cells(random.uniform(0, 20_000, (4000, 2)), random.uniform(0, 7 * 86_400, 4000), side_m=1000)
    assert found.is_hot.mean() < 0.02
    even = hot_cells(np.stack(np.meshgrid(np.arange(5), np.arange(5)), axis=-1).reshape(-1, 2) * 500.0 + 250)
    assert even.z.tolist() == [0.0] * 25 and not even.is_hot.any()


def test_slots_that_go_on_are_numbered_from_where_seconds_begin() -> None:
    at_s = np.array([3 * 3600.0, 5 * 3600.0, 9 * 3600.0])
    found = hot_cells(np.full((3, 2), 10.0), at_s, side_m=500, slot_s=4 * 3600)
    assert found.slot.tolist() == [0, 1, 2] and found.cells == 3
    assert hot_cells(np.full((3, 2), 10.0), at_s + 86_400, side_m=500, slot_s=4 * 3600).slot.tolist() == [6, 7, 8]


def test_what_is_no_number_does_not_count() -> None:
    assert len(hot_cells([[np.nan, 1.0]])) == 0 == len(hot_cells(np.zeros((0, 2))))
    assert hot_cells([[1.0, 1.0], [np.inf, 1.0]]).counts.tolist() == [1.0]
    for bad in ({"side_m": 0}, {"slot_s": 0}, {"round_s": 5 * 3600.0}, {"side_m": 1e-3}):
        with pytest.raises(ValueError, match=r"larger than nothing|whole number|too many"):
            hot_cells(np.random.default_rng(1).uniform(0, 9e6, (3000, 2)), np.arange(3000) * 1e5, **bad)
    with pytest.raises(ValueError, match="instants of shape"):
        hot_cells([[1.0, 1.0]], [1.0, 2.0])

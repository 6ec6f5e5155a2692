"""Gather points that crowd at a coarse scale. Cells are fixed to the ground, so panning changes nothing."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

INNER_SHARE = 0.3  # a gathered symbol stays so far from its cell's edge, so that neighbours never touch
_ROW = 1 << 31


class Clusters(NamedTuple):
    """What was gathered: `of` int64 (n) names each point's cluster, -1 where it stands alone.

    keys int64 (m) names the cells, middles float64 (m, 2) is where each is drawn, boxes float64 (m, 4) what its
    members cover on the ground, counts int64 (m).
    """

    of: NDArray[np.int64]
    keys: NDArray[np.int64]
    middles: NDArray[np.float64]
    boxes: NDArray[np.float64]
    counts: NDArray[np.int64]


def level_of(metres_per_pixel: float) -> int:
    """Return the octave of a scale: it changes once while the scale doubles, so that zooming does not flicker."""
    return math.ceil(math.log2(metres_per_pixel) - 1e-9)


def cells_of(xy: NDArray[np.float64], size_m: float, shift: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.int64]:
    """Name the square ground cell of every point (n, 2), int64 (n); `shift` moves the grid by shares of a cell."""
    whole = np.floor(xy / size_m + np.asarray(shift)).astype(np.int64)
    return np.asarray((whole[:, 0] << 32) + whole[:, 1] + _ROW)


def gather(xy: NDArray[np.float64], size_m: float, least: int, may: NDArray[np.bool_] | None = None) -> Clusters:
    """Gather the points (n, 2) of every cell of `size_m` that holds at least `least` of those that `may` be gathered.

    A cell of the double size holds exactly four of these: coming nearer splits clusters and never mixes them.
    """
    asked = np.arange(len(xy)) if may is None else np.flatnonzero(may)
    of = np.full(len(xy), -1, np.int64)
    cells, place, counts = np.unique(cells_of(xy[asked], size_m), return_inverse=True, return_counts=True)
    is_crowded = counts >= least
    number = np.cumsum(is_crowded) - 1
    inside = is_crowded[place]
    of[asked[inside]] = number[place[inside]]
    keys, counts = cells[is_crowded], counts[is_crowded]
    if not len(keys):
        return Clusters(of, keys, np.empty((0, 2)), np.empty((0, 4)), counts)
    members = asked[inside]
    members = members[np.argsort(of[members], kind="stable")]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    low, high = np.minimum.reduceat(xy[members], starts), np.maximum.reduceat(xy[members], starts)
    corners = np.floor(low / size_m) * size_m
    means = np.add.reduceat(xy[members], starts) / counts[:, None]
    edge = INNER_SHARE * size_m
    middles = np.clip(means, corners + edge, corners + size_m - edge)
    return Clusters(of, keys, middles, np.hstack((low, high)), counts)


def piles(xy: NDArray[np.float64], reach_m: float, more_than: int, may: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Find places where more than so many points lie within about `reach_m` of each other: indices (k), largest first.

    Four grids shifted by half a cell make sure that a pile no wider than `reach_m` lies whole in a cell of one of
    them; each point belongs to one pile.
    """
    asked = np.flatnonzero(may)
    if len(asked) <= more_than:
        return []
    found: list[NDArray[np.int64]] = []
    for shift in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)):
        order = np.argsort(cells := cells_of(xy[asked], 2 * reach_m, shift), kind="stable")
        _, starts, counts = np.unique(cells[order], return_index=True, return_counts=True)
        for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
            if count > more_than:
                found.append(asked[order[start : start + count]])
    found.sort(key=len, reverse=True)
    used = np.zeros(len(xy), bool)
    kept = []
    for members in found:
        left = members[~used[members]]
        if len(left) > more_than:
            used[left] = True
            kept.append(left)
    return kept

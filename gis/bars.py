"""Tell which outlines are rectangles, or two of them, and make bars of them: lines as wide as the outline is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def rectangles(corners: Points, tolerance_m: float) -> tuple[Points, NDArray[np.float64], NDArray[np.bool_]]:
    """Make bars of outlines of four corners (n, 4, 2).

    Answers the two ends of each bar (n, 2, 2), its width (n,), and which outlines are rectangles: their corners lie
    within the tolerance of where a rectangle has them.
    """
    first, second, third, fourth = (corners[:, i] for i in range(4))
    off = _length(first - second + third - fourth)
    is_right = np.abs(_length(first - third) - _length(second - fourth)) <= tolerance_m
    middles = (corners + np.roll(corners, -1, axis=1)) / 2
    one, other = _length(middles[:, 0] - middles[:, 2]), _length(middles[:, 1] - middles[:, 3])
    is_across = one < other
    ends = np.where(is_across[:, None, None], middles[:, [1, 3]], middles[:, [0, 2]])
    return ends, np.minimum(one, other), (off <= tolerance_m) & is_right


def split_in_two(corners: Points, overlap_m: float) -> tuple[Points, Points, NDArray[np.bool_]]:
    """Cut outlines of six corners (n, 6, 2), counter-clockwise, at their one corner that points inwards.

    Answers four corners of each half (n, 4, 2), the first of which reaches into the other by the overlap, and which
    outlines have such a corner and no more; whether the halves are rectangles is for `rectangles` to say.
    """
    before, after = corners - np.roll(corners, 1, axis=1), np.roll(corners, -1, axis=1) - corners
    inwards = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0] < 0
    turned = (np.argmax(inwards, axis=1)[:, None] + np.arange(6)) % 6
    at = corners[np.arange(len(corners))[:, None], turned]
    foot = at[:, 0] + at[:, 2] - at[:, 1]
    deep = _length(at[:, 3] - foot)
    over = (at[:, 3] - foot) * np.where(deep > 0, np.minimum(overlap_m, deep) / np.maximum(deep, 1e-9), 0)[:, None]
    upper = np.stack((at[:, 0] + over, at[:, 1], at[:, 2], foot + over), axis=1)
    lower = np.stack((foot, at[:, 3], at[:, 4], at[:, 5]), axis=1)
    return upper, lower, inwards.sum(axis=1) == 1


def likenesses(points: Points, sizes: NDArray[np.int64]) -> tuple[Points, NDArray[np.float64]]:
    """Make one bar of any closed outline (points (p, 2), sizes (n,)): along its longest side, of its area.

    Answers the two ends of each bar (n, 2, 2) and its width (n,).
    """
    ends = np.cumsum(sizes)
    starts = ends - sizes
    step = np.zeros_like(points)
    step[:-1] = np.diff(points, axis=0)
    step[ends - 1] = 0.0
    length = _length(step)
    longest = np.repeat(np.maximum.reduceat(length, starts), sizes)
    places = np.flatnonzero(length == longest)
    owner = np.repeat(np.arange(len(sizes)), sizes)[places]
    places = places[np.flatnonzero(np.diff(owner, prepend=-1))]
    along = step[places] / np.maximum(length[places], 1e-9)[:, None]
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    origin = points[starts]
    local = points - np.repeat(origin, sizes, axis=0)
    u = (local * np.repeat(along, sizes, axis=0)).sum(axis=1)
    v = (local * np.repeat(across, sizes, axis=0)).sum(axis=1)
    low_u, high_u = np.minimum.reduceat(u, starts), np.maximum.reduceat(u, starts)
    low_v, high_v = np.minimum.reduceat(v, starts), np.maximum.reduceat(v, starts)
    cross = np.zeros(len(points))
    cross[:-1] = local[:-1, 0] * local[1:, 1] - local[:-1, 1] * local[1:, 0]
    cross[ends - 1] = 0.0
    area = np.abs(np.add.reduceat(cross, starts)) / 2
    share = np.sqrt(np.clip(area / np.maximum((high_u - low_u) * (high_v - low_v), 1e-9), 0, 1))
    middle = origin + along * ((low_u + high_u) / 2)[:, None] + across * ((low_v + high_v) / 2)[:, None]
    half = along * ((high_u - low_u) / 2 * share)[:, None]
    return np.stack((middle - half, middle + half), axis=1), (high_v - low_v) * share


def _length(vectors: Points) -> NDArray[np.float64]:
    return np.asarray(np.hypot(vectors[..., 0], vectors[..., 1]))

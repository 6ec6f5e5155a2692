"""Lines that share a street, laid side by side so that each is seen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MITRE_MOST = 1.6  # how much farther than on the straight a corner may lie


def lanes_of(lines: Sequence[NDArray[np.float64]], groups: Sequence[Hashable]) -> list[int]:
    """Number the lanes so that lines (each float64 (n, 2), metres) of different groups that share a piece differ.

    The first line keeps lane 0. Lines of one group look the same and may lie on each other.
    """
    users: dict[tuple[int, int, int, int], set[int]] = {}
    lanes: list[int] = []
    for place, line in enumerate(lines):
        mine = _pieces(line)
        near = {other for piece in mine for other in users.get(piece, ())}
        used = {lanes[other] for other in near if groups[other] != groups[place]}
        same = sorted(lanes[other] for other in near if groups[other] == groups[place])
        lane = next((one for one in same if one not in used), None)
        if lane is None:
            lane = next(one for one in range(len(lines) + 1) if one not in used)
        lanes.append(lane)
        for piece in mine:
            users.setdefault(piece, set()).add(place)
    return lanes


def _pieces(line: NDArray[np.float64]) -> set[tuple[int, int, int, int]]:
    whole = np.round(line).astype(np.int64).tolist()
    pairs = ((tuple(one), tuple(other)) for one, other in pairwise(whole) if one != other)
    return {(*min(pair), *max(pair)) for pair in pairs}


def beside(points: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Return a line float64 (n, 2) moved to the right of its way by `distance`, where y runs downwards.

    Ways in opposite directions part to opposite sides. Points that repeat are left out.
    """
    if distance == 0 or len(points) < 2:
        return points
    keep = np.concatenate(([True], (np.diff(points, axis=0) != 0).any(axis=1)))
    points = points[keep]
    if len(points) < 2:
        return points
    run = np.diff(points, axis=0)
    run /= np.hypot(run[:, 0], run[:, 1])[:, None]
    right = np.stack((-run[:, 1], run[:, 0]), axis=1)
    before, after = np.vstack((right[:1], right)), np.vstack((right, right[-1:]))
    sides = before + after
    long = np.hypot(sides[:, 0], sides[:, 1])
    is_turn = long < 1e-6  # the way turns back on itself
    sides[is_turn], long[is_turn] = after[is_turn], 1.0
    stretch = np.minimum(2 / np.maximum(long, 1e-6), MITRE_MOST)
    stretch[is_turn] = 1.0
    return np.asarray(points + sides / long[:, None] * stretch[:, None] * distance)

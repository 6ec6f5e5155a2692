"""Find a place inside an area where something can be written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.5, 0.4, 0.6, 0.3, 0.7)


def place_inside(points: NDArray[np.float64], sizes: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Choose the middle of the widest stretch of a level line through the largest ring: place (2,), stretch's width.

    points float64 (n, 2) of all rings, one after the other; sizes of the rings. The middle level wins where no other
    is clearly wider. Without any stretch it is the middle of the ring's box, 0 wide.
    """
    longest = int(np.argmax(sizes))
    first = int(sizes[:longest].sum())
    ring = points[first : first + int(sizes[longest])]
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    joined = np.ones(len(points) - 1, bool)
    joined[np.cumsum(sizes)[:-1] - 1] = False
    one, two = points[:-1][joined], points[1:][joined]
    best, width = middle, 0.0
    for level in LEVELS:
        y = ring[:, 1].min() * (1 - level) + ring[:, 1].max() * level
        cut = (one[:, 1] > y) != (two[:, 1] > y)
        if cut.sum() < 2:
            continue
        share = (y - one[cut, 1]) / (two[cut, 1] - one[cut, 1])
        crossings = np.sort(one[cut, 0] + share * (two[cut, 0] - one[cut, 0]))
        spans = crossings[1::2] - crossings[: len(crossings) - len(crossings) % 2 : 2]
        widest = int(np.argmax(spans))
        if spans[widest] > width * 1.15:
            width = float(spans[widest])
            best = np.array([crossings[2 * widest] + width / 2, y])
    return best, width

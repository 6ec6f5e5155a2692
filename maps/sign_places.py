"""Find room for signs beside symbols: none over another, none over a symbol; what finds no room is left out."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

BELOW, RIGHT, LEFT, ABOVE = range(4)
SIDES = (BELOW, RIGHT, LEFT, ABOVE)
GAP_PX = 13.0  # from a symbol's middle to a sign beside it
STEP_PX = 21.0  # from a symbol's middle to the middle of a sign over or under it
CHUNK = 60
_CELL_PX = np.array([6.0, 4.0])
_MOST = 1 << 20


def side_offsets(widths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far from a symbol's middle signs of such widths (k) stand on each side, pixels (k, 4, 2)."""
    offsets = np.zeros((len(widths), len(SIDES), 2))
    offsets[:, BELOW, 1], offsets[:, ABOVE, 1] = STEP_PX, -STEP_PX
    offsets[:, RIGHT, 0], offsets[:, LEFT, 0] = widths / 2 + GAP_PX, -(widths / 2 + GAP_PX)
    return offsets


class Placing:
    """Choose a side for the sign of each symbol, some now and some in the next frame; `sides` int8 (k), -1 no room.

    middles (k, 2) of the symbols and sizes (k, 2) of the signs in pixels, the most important first; obstacles float64
    (m, 4: left, top, right, bottom) are what no sign may cover, the symbols themselves among them. The side that a
    sign `held` before (-1: none) is tried first. What `must` be read stands somewhere, in the worst case on others.
    """

    def __init__(
        self,
        middles: NDArray[np.float64],
        sizes: NDArray[np.float64],
        obstacles: NDArray[np.float64],
        held: NDArray[np.int8],
        must: NDArray[np.bool_],
    ) -> None:
        self.sides = np.full(len(middles), -1, np.int8)
        self._next = 0
        self._asked = np.empty(0, np.int64)
        if not len(middles):
            return
        centres = middles[:, None, :] + side_offsets(sizes[:, 0])
        low = (centres - sizes[:, None, :] / 2).reshape(-1, 2)
        high = (centres + sizes[:, None, :] / 2).reshape(-1, 2)
        origin = low.min(axis=0)
        first = np.floor((low - origin) / _CELL_PX).astype(np.int64)
        last = np.maximum(np.ceil((high - origin) / _CELL_PX).astype(np.int64), first + 1)
        obstacles = (obstacles - np.tile(origin, 2)) / np.tile(_CELL_PX, 2)
        free = (_covered(first, last, obstacles) == 0).reshape(-1, len(SIDES))
        self._asked = np.flatnonzero(free.any(axis=1) | must)
        self._free, self._must, self._held = free, must, held
        self._spans = np.hstack((first, last)).reshape(-1, len(SIDES), 4)
        self._rows = [0] * (int(last[:, 1].max()) + 1)  # one bit a cell that a sign covers

    def go_on(self, until_s: float = math.inf) -> bool:
        """Place signs until an instant of `time.perf_counter`; answers whether all are placed."""
        while self._next < len(self._asked):
            chunk = self._asked[self._next : self._next + CHUNK]
            self._next += CHUNK
            self._place(chunk)
            if time.perf_counter() >= until_s:
                break
        return self._next >= len(self._asked)

    def _place(self, chunk: NDArray[np.int64]) -> None:
        rows = self._rows
        columns = (array[chunk].tolist() for array in (self._spans, self._free, self._must, self._held))
        for index, spans, free, is_must, held in zip(chunk.tolist(), *columns, strict=True):
            tries = SIDES if held < 0 else (held, *SIDES)
            for side in tries:
                left, top, right, bottom = spans[side]
                bits = ((1 << (right - left)) - 1) << left
                if free[side]:
                    for row in rows[top:bottom]:
                        if row & bits:
                            break
                    else:
                        break
            else:
                if not is_must:
                    continue
                side = tries[0]
                left, top, right, bottom = spans[side]
                bits = ((1 << (right - left)) - 1) << left
            for place in range(top, bottom):
                rows[place] |= bits
            self.sides[index] = side


def _covered(first: NDArray[np.int64], last: NDArray[np.int64], obstacles: NDArray[np.float64]) -> NDArray[np.int32]:
    """Count the cells of boxes (first to before last, each (k, 2)) that obstacles (m, 4, in cells) cover."""
    across, down = (int(value) for value in last.max(axis=0))
    # The middle of a cell counts: a touch at the rim is none.
    bounds = np.ceil(obstacles - 0.5).astype(np.int64)
    np.clip(bounds, 0, (across, down, across, down), out=bounds)
    sizes = bounds[:, 2:] - bounds[:, :2]
    is_held = np.zeros((down, across), bool)
    kinds = np.where((sizes > 0).all(axis=1), sizes[:, 0] * _MOST + sizes[:, 1], 0)
    for kind in set(kinds.tolist()) - {0}:
        width, height = divmod(kind, _MOST)
        corners = bounds[kinds == kind, :2]
        x, y = corners[:, :1] + np.arange(width), corners[:, 1:] + np.arange(height)
        is_held[y[:, :, None], x[:, None, :]] = True
    sums = np.zeros((down + 1, across + 1), np.int32)
    np.cumsum(is_held, axis=1, dtype=np.int32, out=sums[1:, 1:])
    np.cumsum(sums, axis=0, out=sums)
    left, top, right, bottom = first[:, 0], first[:, 1], last[:, 0], last[:, 1]
    return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])

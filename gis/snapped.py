"""Places on roads: one as a record, thousands as columns."""

import math
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STALE = "arc {}: not of this network, snap the point again"
_COLUMNS = ("arc", "reverse", "junction", "fraction", "offset_m", "is_bound")


@dataclass(frozen=True, slots=True)
class Snap:
    """Hold a point on a road.

    `arc` passes it after `fraction` (0 to 1) of its length; `reverse` is the arc of the other direction, -1 where
    that may not be driven. (x, y) is the point on the road in the metric CRS, `offset_m` its distance from the point
    asked for. `junction` is the junction that it lies on, -1 elsewhere: there a vehicle may take any road. `ahead` are
    the arcs after its own that a moving vehicle drives before it can turn.
    """

    arc: int
    fraction: float
    x: float
    y: float
    offset_m: float
    reverse: int = -1
    junction: int = -1
    ahead: tuple[int, ...] = ()


NOWHERE = Snap(-1, 0.0, math.nan, math.nan, math.nan)  # holds the row of a place that is on no road


class SnapRows:
    """Hold many places as arrays, one row a place."""

    def __init__(self, snaps: list[Snap]) -> None:
        self._snaps = _objects(snaps)
        self._at: NDArray[np.int64] | None = None  # where each row stands in the list, which others may share
        self.arc = np.array([snap.arc for snap in snaps], dtype=np.int64)
        self.reverse = np.array([snap.reverse for snap in snaps], dtype=np.int64)
        self.junction = np.array([snap.junction for snap in snaps], dtype=np.int64)
        self.fraction = np.array([snap.fraction for snap in snaps], dtype=np.float64)
        self.offset_m = np.array([snap.offset_m for snap in snaps], dtype=np.float64)
        self.is_bound = np.array([bool(snap.ahead) for snap in snaps], dtype=bool)  # drives on before it can turn
        self._ahead = _padded([snap.ahead for snap in snaps])  # by place in the list

    def snap(self, row: int) -> Snap:
        """Return the place of a row."""
        snap: Snap = self._snaps[row if self._at is None else self._at[row]]
        return snap

    def ahead(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the arcs ahead of the places of rows (k,), int64 (k, w), -1 behind the last one."""
        return self._ahead[rows if self._at is None else self._at[rows]]

    def take(self, rows: NDArray[np.int64]) -> "SnapRows":
        """Return some rows, in this order, as rows of their own."""
        other = copy(self)
        other._at = rows if self._at is None else self._at[rows]
        for name in _COLUMNS:
            setattr(other, name, getattr(self, name)[rows])
        return other

    def put(self, rows: list[int], snaps: list[Snap]) -> None:
        """Put other places into rows; of several for one row the last stays."""
        if not rows:
            return
        more = SnapRows(snaps)
        self._own()
        self._snaps[rows] = more._snaps
        self._ahead, more._ahead = _as_wide([self._ahead, more._ahead])
        self._ahead[rows] = more._ahead
        for name in _COLUMNS:
            getattr(self, name)[rows] = getattr(more, name)

    def extend(self, snaps: list[Snap]) -> None:
        """Add places as the last rows."""
        more = SnapRows(snaps)
        self._own()
        self._snaps = np.concatenate([self._snaps, more._snaps])
        self._ahead = np.concatenate(_as_wide([self._ahead, more._ahead]))
        for name in _COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)]))

    def _own(self) -> None:
        if self._at is not None:
            self._ahead, self._snaps, self._at = self._ahead[self._at], self._snaps[self._at], None

    def check(self, arc_count: int) -> None:
        """Raise IndexError for a place that was snapped to another network."""
        wrong = (self.arc < 0) | (self.arc >= arc_count) | (self.reverse < -1) | (self.reverse >= arc_count)
        if wrong.any():
            raise IndexError(STALE.format(self.arc[wrong][0]))


def _objects(snaps: list[Snap]) -> NDArray[np.object_]:
    found = np.empty(len(snaps), dtype=object)
    found[:] = snaps
    return found


def _padded(ahead: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """Lay lists of arcs under each other, int64 (k, w), -1 behind the last of each."""
    width = max(map(len, ahead), default=0)
    rows = np.full((len(ahead), width), -1, dtype=np.int64)
    for row, arcs in enumerate(ahead):
        if arcs:
            rows[row, : len(arcs)] = arcs
    return rows


def _as_wide(tables: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Give tables as many columns as the widest has."""
    width = max(each.shape[1] for each in tables)
    return [
        np.pad(each, ((0, 0), (0, width - each.shape[1])), constant_values=-1) if each.shape[1] < width else each
        for each in tables
    ]

"""Where units came from: the last places of each, thinned, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

POINTS = 60
APART_M = 12.0
APART_S = 4.0
MOST_UNITS = 20_000


class Way(NamedTuple):
    """Pieces of units' ways: row int64 (m) into the asked units, segments float64 (m, 4), at_s float64 (m)."""

    row: NDArray[np.int64]
    segments: NDArray[np.float64]
    at_s: NDArray[np.float64]


class Trails:
    """Keep a ring of the last places of each unit: x, y in the city's metric CRS, instants in epoch seconds.

    A place is kept when the unit is `APART_M` from the last one kept and `APART_S` have passed. 5,000 units with 60
    places take 7 MB; memory grows with the units that were told, up to `MOST_UNITS`.
    """

    def __init__(self, *, points: int = POINTS) -> None:
        self._rows: dict[str, int] = {}
        self._points = points
        self._xy = np.empty((0, points, 2))
        self._at_s = np.empty((0, points))  # epoch seconds, NaN where nothing is
        self._next = np.empty(0, np.int64)
        self._asked: tuple[str, ...] | None = None  # the same units are asked about every second
        self._asked_rows = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, unit_ids: tuple[str, ...], xy: NDArray[np.float64], at_s: NDArray[np.float64]) -> None:
        """Take the present places (n, 2) of units; NaN in at_s (n) means that a unit's place is not known."""
        rows = self._rows_of(unit_ids)
        is_asked = (rows >= 0) & ~np.isnan(at_s)
        rows, xy, at_s = rows[is_asked], xy[is_asked], at_s[is_asked]
        newest = (self._next[rows] - 1) % self._points
        away = np.hypot(*(xy - self._xy[rows, newest]).T)
        # What is NaN is the first place of a unit; times that run backwards were believed by nobody.
        is_new = np.isnan(away) | ((away >= APART_M) & (at_s - self._at_s[rows, newest] >= APART_S))
        rows, xy, at_s = rows[is_new], xy[is_new], at_s[is_new]
        slots = self._next[rows]
        self._xy[rows, slots] = xy
        self._at_s[rows, slots] = at_s
        self._next[rows] = (slots + 1) % self._points

    def ways(
        self,
        unit_ids: Sequence[str],
        xy: NDArray[np.float64],
        *,
        since_s: float,
        now_s: float,
        points: int | None = None,
    ) -> Way:
        """Return the pieces of ways since an instant, each unit's last one ending at its present place xy (n, 2).

        A unit's pieces come in any order.

        `points` keeps only so many of the newest places of each unit.
        """
        rows = np.array([self._rows.get(unit_id, -1) for unit_id in unit_ids], np.int64)
        asked = np.flatnonzero(rows >= 0)
        rows = rows[asked]
        newest = (self._next[rows] - 1) % self._points
        row, slot = np.nonzero(self._at_s[rows] >= since_s)
        if points is not None and points < self._points:
            is_new = (newest[row] - slot) % self._points < points
            row, slot = row[is_new], slot[is_new]
        # A place is followed by the next one of the ring; the newest one's piece ends where the unit is.
        is_last = slot == newest[row]
        of, after = rows[row], (slot + 1) % self._points
        segments = np.empty((len(row), 4))
        segments[:, :2] = self._xy[of, slot]
        segments[:, 2:] = np.where(is_last[:, None], xy[asked[row]], self._xy[of, after])
        return Way(asked[row], segments, np.where(is_last, now_s, self._at_s[of, after]))

    def _rows_of(self, unit_ids: tuple[str, ...]) -> NDArray[np.int64]:
        if unit_ids is self._asked:
            return self._asked_rows
        known = self._rows
        for unit_id in unit_ids:
            if unit_id not in known and len(known) < MOST_UNITS:
                known[unit_id] = len(known)
        if len(known) > len(self._next):
            room = max(64, 2 * len(self._next), len(known))
            more = room - len(self._next)
            self._xy = np.concatenate((self._xy, np.full((more, self._points, 2), np.nan)))
            self._at_s = np.concatenate((self._at_s, np.full((more, self._points), np.nan)))
            self._next = np.concatenate((self._next, np.zeros(more, np.int64)))
        self._asked = unit_ids
        self._asked_rows = np.array([known.get(unit_id, -1) for unit_id in unit_ids], np.int64)
        return self._asked_rows

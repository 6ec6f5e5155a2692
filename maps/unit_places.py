"""Where units are drawn at a scale: on their place, in a column beside it, or gathered with others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from maps.clusters import Clusters, gather, level_of, piles
from maps.unit_table import NO_UNITS, UnitTable
from maps.view import View

GATHER_FROM_LEVEL = 2  # scales coarser than 2 m a pixel
CELL_PX = 56.0  # at the coarsest scale of a level; twice as wide at its finest
LEAST_STANDING = 4
LEAST_MOVING = 8  # so many together are gathered with those among them that move
PILE_PX = 12.0
MOST_TOGETHER = 3
ROW_PX = 25.0
ROWS = 6
COLUMN_WIDTH_PX = 92.0
COLUMN_AT_PX = 52.0
QUIET_FROM_LEVEL = 1
MOST_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One place where units are listed: xy on the ground, and the plate around the list in pixels from there."""

    xy: tuple[float, float]
    box: QRectF


@dataclass(frozen=True, slots=True)
class Places:
    """Say for one octave of scales how n units are drawn: offsets float64 (n, 2) in pixels, from `xy` (n, 2)."""

    level: int
    clusters: Clusters
    in_column: NDArray[np.bool_]
    anchors: NDArray[np.float64]
    offsets: NDArray[np.float64]
    columns: tuple[Column, ...]

    def xy(self, xy: NDArray[np.float64], indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the ground places (k, 2) that some units (all of them at xy (n, 2)) are drawn at or listed beside."""
        return np.where(self.in_column[indices, None], self.anchors[indices], xy[indices])

    def to_screen(self, xy: NDArray[np.float64], indices: NDArray[np.int64], view: View) -> NDArray[np.float64]:
        """Return the logical pixels (k, 2) of some units whose places on the ground are xy (k, 2)."""
        if self.columns:
            inside = self.in_column[indices]
            xy = np.where(inside[:, None], self.anchors[indices], xy)
        placed = np.stack(view.to_screen(xy[:, 0], xy[:, 1]), axis=1)
        return placed + self.offsets[indices] if self.columns else placed


# Several maps of a desk show the same table: what one has worked out serves the others.
_latest: list[tuple[UnitTable, dict[int, Places]]] = []


class UnitPlaces:
    """Work out the places of a table of units once an octave; panning and small zooms cost nothing."""

    def __init__(self) -> None:
        self._table = NO_UNITS
        self._known: dict[int, Places] = {}
        self._last: int | None = None

    def set_table(self, table: UnitTable) -> None:
        """Begin anew with other units; the places at the scale that was looked at last are worked out at once."""
        if not _latest or _latest[0][0] is not table:
            _latest[:] = [(table, {})]
        self._table, self._known = _latest[0]
        if self._last is not None:
            self.of_level(self._last)

    def at(self, view: View) -> Places:
        """Return the places at the scale of a view."""
        return self.of_level(level_of(view.metres_per_pixel))

    def of_level(self, level: int) -> Places:
        """Return the places of an octave."""
        self._last = level
        known = self._known.get(level)
        if known is None:
            if len(self._known) >= MOST_LEVELS:
                self._known.clear()
            known = self._known[level] = self._gathered(level) if level >= GATHER_FROM_LEVEL else self._listed(level)
        return known

    def _gathered(self, level: int) -> Places:
        table, size_m = self._table, CELL_PX * 2.0**level
        may = ~table.is_loud & ~table.speak
        moving = ~np.isnan(table.heading_deg)
        crowded = gather(table.xy, size_m, LEAST_MOVING, may).of >= 0
        clusters = gather(table.xy, size_m, LEAST_STANDING, may & (~moving | crowded))
        return self._places(level, clusters, [])

    def _listed(self, level: int) -> Places:
        table = self._table
        may = np.isnan(table.heading_deg)
        if level >= QUIET_FROM_LEVEL:
            may &= ~table.is_quiet
        found = piles(table.xy, PILE_PX * 2.0**level, MOST_TOGETHER, may)
        nothing = gather(np.empty((0, 2)), 1.0, 1)
        return self._places(level, nothing._replace(of=np.full(len(table), -1, np.int64)), found)

    def _places(self, level: int, clusters: Clusters, found: list[NDArray[np.int64]]) -> Places:
        table = self._table
        in_column = np.zeros(len(table), bool)
        anchors, offsets, columns = np.zeros((len(table), 2)), np.zeros((len(table), 2)), []
        for members in found:
            # By department, then by call sign: a unit keeps its line while others come and go below it.
            order = sorted(
                members.tolist(), key=lambda index: (table.department_codes[index], _natural(table.unit_ids[index]))
            )
            rows = min(ROWS, len(order))
            line = np.arange(len(order))
            offsets[order, 0] = COLUMN_AT_PX + line // ROWS * COLUMN_WIDTH_PX
            offsets[order, 1] = (line % ROWS - (rows - 1) / 2) * ROW_PX
            in_column[order] = True
            anchor = table.xy[order].mean(axis=0)
            anchors[order] = anchor
            width = (1 + (len(order) - 1) // ROWS) * COLUMN_WIDTH_PX
            box = QRectF(COLUMN_AT_PX - 16, -rows * ROW_PX / 2 - 2, width, rows * ROW_PX + 4)
            columns.append(Column((float(anchor[0]), float(anchor[1])), box))
        return Places(level, clusters, in_column, anchors, offsets, tuple(columns))


@lru_cache(maxsize=50_000)
def _natural(unit_id: str) -> list[tuple[int, str]]:
    """Sort call signs as people do: L8 before L12."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", unit_id)]

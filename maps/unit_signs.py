"""Call signs beside units: none over another, out of the way of incidents, with the age of an old position."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFontMetricsF

from maps import symbols
from maps.scene import Scene, overlap
from maps.sign_obstacles import UPWARDS, obstacles_of, piled
from maps.sign_places import Placing, side_offsets
from maps.unit_places import Places
from maps.unit_table import UnitTable
from maps.view import Box, View

OLD_FIX_S = 120.0
PILE_PX = 9.0
SIZE_PX = 10.5
HEIGHT_PX = 18.0
COLUMN_LETTERS = 8
REGION_PX = 240.0  # so far beyond the screen room is found already, for the next frames of a pan
FEW = 150  # so many signs are placed again each second; more of them when that is needed
PLACED_FOR_S = 2.0
STEADY_PX = 8.0
MOVING_S = 0.0007  # of a frame, to find room
STILL_S = 0.0015
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units a frame shows: `alone` int64 (k) those drawn by themselves, from the bottom up, at xy (k, 2) on the
    ground; `quiet` bool (k) those that are drawn small. Busy ones are named, or all, or only loud ones."""

    alone: NDArray[np.int64]
    xy: NDArray[np.float64]
    quiet: NDArray[np.bool_]
    busy: bool
    all: bool


@dataclass(slots=True)
class _Placed:
    """The signs that found room (m): whose, on which side and what they were placed for."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    sides: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    xy: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    key: tuple[float, bool, bool, int] | None = None
    view: View | None = None
    box: Box = (0.0, 0.0, 0.0, 0.0)
    at_s: float = -math.inf
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class _Work:
    """Room that is being looked for: for the signs of the rows `named` (k) at xy (k, 2)."""

    placing: Placing
    named: NDArray[np.int64]
    xy: NDArray[np.float64]
    placed: _Placed


class UnitSigns:
    """Keep every unit's call sign on the sheet, and where it stands; only what changes is worked out again.

    Room is found on the ground, at the coarsest scale of half an octave: panning and small zooms change nothing, and
    a sign that stands keeps its place before others that come.
    """

    def __init__(self) -> None:
        self._ids: tuple[str, ...] = ()
        self._made_for: tuple[object, ...] = ()
        self._placed = _Placed()
        self._work: _Work | None = None
        self.is_complete = True

    def set_table(self, table: UnitTable) -> None:
        """Take other units; signs stay where the units are the same."""
        if table.call_signs is not self._ids and table.call_signs != self._ids:
            self._made_for = ()
            self._placed, self._work = _Placed(), None
            self._words = np.full(len(table), -1, np.int64)
            self._widths = np.zeros(len(table))
            self._below = np.zeros(len(table), np.int64)
        self._ids = table.call_signs
        old = np.nan_to_num(table.fix_age_s, nan=0.0)
        self._minutes = np.where(old >= OLD_FIX_S, old // 60, 0).astype(np.int64)
        late = self._minutes >= 100
        self._minutes[late] = self._minutes[late] // 60 * 60
        self._placed.is_stale = True

    def paint(self, scene: Scene, table: UnitTable, places: Places, asked: Asked, opacity: NDArray[np.float64]) -> None:
        """Write the call signs that find room."""
        self.is_complete = True
        scale = scene.view.metres_per_pixel
        step = 2.0 ** (math.ceil(2 * math.log2(scale) - 1e-9) / 2)
        self._find_room(scene, table, places, asked, step)
        rows, sides = self._placed.rows, self._placed.sides
        shown = (places.clusters.of[rows] < 0) & ~places.in_column[rows]  # room may have been found for an older table
        rows, sides = rows[shown], sides[shown]
        self._write(scene, table, rows, self._middles(scene, table, rows, sides), opacity)
        if places.columns:
            rows = asked.alone[places.in_column[asked.alone]]
            at = places.to_screen(table.xy[rows], rows, scene.view)
            self._write(scene, table, rows, at, opacity, in_column=True)

    def paint_again(
        self, scene: Scene, table: UnitTable, rows: NDArray[np.int64], opacity: NDArray[np.float64]
    ) -> None:
        """Write the signs of some units once more, over what was painted since."""
        shown = np.isin(self._placed.rows, rows)
        rows, sides = self._placed.rows[shown], self._placed.sides[shown]
        self._write(scene, table, rows, self._middles(scene, table, rows, sides), opacity)

    def _find_room(self, scene: Scene, table: UnitTable, places: Places, asked: Asked, step: float) -> None:
        """Begin or go on to find room where that is due; until it is found, the old places stand."""
        key = (step, asked.busy, asked.all, int(table.is_loud.sum()))
        work = self._work
        if work is None or work.placed.key != key or not _holds(work.placed.box, scene.view):
            if not self._is_due(scene, table, key):
                return
            self._work = self._begin(scene, table, places, asked, key)
            self._placed.is_stale = False
            if scene.most_new is not None and len(self._work.named) > FEW:
                self.is_complete = False
                return
        work = self._work
        most_s = math.inf if scene.most_new is None else MOVING_S if scene.is_moving else STILL_S
        if not work.placing.go_on(time.perf_counter() + most_s):
            self.is_complete = False
            return
        shown = work.placing.sides >= 0
        is_stale = self._placed.is_stale
        self._placed, self._work = work.placed, None
        self._placed.rows, self._placed.sides = work.named[shown], work.placing.sides[shown]
        self._placed.xy = work.xy[shown]
        self._placed.is_stale = is_stale  # another table may have come meanwhile

    def _is_due(self, scene: Scene, table: UnitTable, key: tuple[float, bool, bool, int]) -> bool:
        """Tell whether room must be found again."""
        placed, view = self._placed, scene.view
        if placed.view is None or placed.key != key or not _holds(placed.box, view):
            return True
        if not scene.is_moving and view != placed.view and scene.claimed:
            return True  # what stood under a flag in one view may be free in this one
        if not placed.is_stale:
            return False
        if len(placed.rows) <= FEW or abs(scene.now_s - placed.at_s) >= PLACED_FOR_S:
            return True
        moved = np.abs(table.xy[placed.rows] - placed.xy).max(axis=1)
        return bool((moved > STEADY_PX * key[0]).mean() > 0.02)

    def _begin(
        self, scene: Scene, table: UnitTable, places: Places, asked: Asked, key: tuple[float, bool, bool, int]
    ) -> _Work:
        """Begin to find room for the signs of the units in and near the view."""
        view, before, step = scene.view, self._placed, key[0]
        box = view.grown_box(REGION_PX)
        inside = np.flatnonzero(((asked.xy > box[:2]) & (asked.xy < box[2:])).all(axis=1))[::-1]  # the top first
        rows, quiet = asked.alone[inside], asked.quiet[inside]
        free = ~places.in_column[rows]
        rows, quiet, xy = rows[free], quiet[free], asked.xy[inside][free]
        pixels = xy / step * UPWARDS
        pile, together = piled(xy, PILE_PX * step)
        self._below[rows] = together - 1
        loud = table.is_loud[rows]
        wanted = loud.copy()
        if asked.busy:
            wanted |= ~table.is_free[rows]
        if asked.all:
            wanted |= ~quiet
        held = np.full(len(table), -1, np.int8)
        held[before.rows] = before.sides
        # The loud first, then what is read already, then from the top down.
        chosen = np.flatnonzero(wanted)
        chosen = chosen[np.argsort(2 * ~loud[chosen] + (held[rows[chosen]] < 0), kind="stable")]
        # Of a pile one speaks for all, and every loud one for itself.
        is_first = np.zeros(len(chosen), bool)
        is_first[np.unique(pile[chosen], return_index=True)[1]] = True
        chosen = chosen[is_first | loud[chosen]]
        named = rows[chosen]
        self._measure(table, named)
        sizes = np.stack((self._widths[named], np.full(len(named), HEIGHT_PX)), axis=1)
        obstacles = obstacles_of(scene, pixels, quiet, places, step)
        placing = Placing(pixels[chosen], sizes, obstacles, held[named], loud[chosen])
        return _Work(placing, named, table.xy[named], _Placed(key=key, view=view, box=box, at_s=scene.now_s))

    def _middles(
        self, scene: Scene, table: UnitTable, rows: NDArray[np.int64], sides: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        offsets = side_offsets(self._widths[rows])[np.arange(len(rows)), sides] if len(rows) else np.empty((0, 2))
        return np.asarray(scene.to_screen(table.xy[rows]) + offsets)

    def _write(
        self,
        scene: Scene,
        table: UnitTable,
        rows: NDArray[np.int64],
        at: NDArray[np.float64],
        opacity: NDArray[np.float64],
        *,
        in_column: bool = False,
    ) -> None:
        """Paint signs with their middles at pixels (k, 2), those of a column to the right of them."""
        inside = scene.in_view(at, 60)
        rows, at = rows[inside], at[inside]
        if not len(rows):
            return
        spots = self._spots(scene, table, rows, in_column=in_column)
        ready = ~np.isnan(spots[:, 0])
        rows, at, spots = rows[ready], at[ready], spots[ready]
        half = spots[:, 2:4] / scene.scale / 2
        if in_column:
            at[:, 0] += half[:, 0] + 12
        else:
            held = scene.claimed_boxes()
            covered = overlap(np.hstack((at - half, at + half)), held)
            if covered.any():
                loud, middles = table.is_loud[rows], scene.to_screen(table.xy[rows])
                for place in np.flatnonzero((covered > 0) & loud).tolist():
                    width = half[place, 0] + 13
                    tries = middles[place] + np.array(
                        [(0.0, 20.0), (width, 4.0), (-width, 4.0), (width, 20.0), (-width, 20.0)]
                    )
                    costs = overlap(np.hstack((tries - half[place], tries + half[place])), held)
                    at[place] = tries[int(costs.argmin())]
                seen = loud | (covered < 24.0)
                rows, at, spots, half = rows[seen], at[seen], spots[seen], half[seen]
        scene.take(np.hstack((at - half, at + half)))
        scene.paint_sprites(at, spots, np.maximum(0.7, opacity[rows]))

    def _keys(self, table: UnitTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a number for the words of each sign (k)."""
        return np.asarray(self._below[rows] + _MOST * (self._minutes[rows] * 2 + table.distress[rows]))

    def _measure(self, table: UnitTable, rows: NDArray[np.int64]) -> None:
        """Work out how wide signs are whose words changed."""
        keys = self._keys(table, rows)
        stale = np.flatnonzero(self._words[rows] != keys)
        if not len(stale):
            return
        metrics = QFontMetricsF(symbols.sign_font(SIZE_PX))
        for place in stale.tolist():
            row = int(rows[place])
            self._widths[row] = metrics.horizontalAdvance(self._text(table, row, int(self._below[row]))) + 12
        self._words[rows] = keys

    def _spots(
        self, scene: Scene, table: UnitTable, rows: NDArray[np.int64], *, in_column: bool
    ) -> NDArray[np.float64]:
        """Find signs on the sheet (k, 4); NaN where the frame's time is up."""
        sheet, theme = scene.sheet, scene.theme
        now = (id(sheet), sheet.generation, theme.name, scene.scale)
        if now != self._made_for:
            self._made_for = now
            self._drawn = np.full(len(table), -1, np.int64)
            self._known = np.full((len(table), 4), np.nan)
        keys = self._keys(table, rows) * 2 + in_column
        stale = np.flatnonzero(self._drawn[rows] != keys)
        spots = self._known[rows]
        for place in stale.tolist():
            row = int(rows[place])
            is_calling = bool(table.distress[row])
            text = self._text(table, row, 0 if in_column else int(self._below[row]), is_short=in_column)
            ink, ground, edge = (
                (theme.paper, theme.distress, theme.distress)
                if is_calling
                else (theme.text, theme.halo, theme.building_edge)
            )
            spot = scene.spot(
                ("sign", theme.name, scene.scale, text, is_calling),
                lambda text=text, ink=ink, ground=ground, edge=edge: symbols.chip(
                    text, SIZE_PX, ink, ground, edge, scene.scale
                ),
            )
            if sheet.generation != now[1]:  # it was full and started anew: what was found is gone
                self._made_for = ()
                self.is_complete = False
                return np.full((len(rows), 4), np.nan)
            if spot is None:  # what it said before stands until there is time
                self.is_complete = False
                continue
            self._drawn[row], self._known[row], spots[place] = keys[place], spot, spot
        return np.asarray(spots)

    def _text(self, table: UnitTable, index: int, below: int, *, is_short: bool = False) -> str:
        text = table.call_signs[index][:16]
        if is_short and len(text) > COLUMN_LETTERS:
            text = f"{text[: COLUMN_LETTERS - 1]}\u2026"
        minutes = int(self._minutes[index])
        if table.distress[index]:
            text = f"{text} SOS"
        elif minutes:
            text = f"{text} {minutes}\u2032" if minutes < 100 else f"{text} {minutes // 60} h"
        return f"{text} +{below}" if below else text


def _holds(box: Box, view: View) -> bool:
    west, south, east, north = view.box
    return bool(west >= box[0] and south >= box[1] and east <= box[2] and north <= box[3])

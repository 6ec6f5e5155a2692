"""Call signs beside units: thinned on the ground, out of the way of incidents, with the age of an old position."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from maps import symbols
from maps.clusters import cells_of
from maps.scene import Scene, overlap
from maps.unit_places import Places
from maps.unit_table import UnitTable

OLD_FIX_S = 120.0
PILE_PX = 9.0
FLAT_PX = np.array([44.0, 16.0])  # room for one call sign
COLUMN_LETTERS = 8
_MOST = 1 << 20


class UnitSigns:
    """Keep every unit's call sign on the sheet; only those whose words change are looked up again."""

    def __init__(self) -> None:
        self._ids: tuple[str, ...] = ()
        self._made_for: tuple[object, ...] = ()
        self.is_complete = True

    def set_table(self, table: UnitTable) -> None:
        """Take other units; signs stay where the units are the same."""
        if table.call_signs is not self._ids and table.call_signs != self._ids:
            self._made_for = ()
        self._ids = table.call_signs
        old = np.nan_to_num(table.fix_age_s, nan=0.0)
        self._minutes = np.where(old >= OLD_FIX_S, old // 60, 0).astype(np.int64)
        late = self._minutes >= 100
        self._minutes[late] = self._minutes[late] // 60 * 60

    def paint(
        self,
        scene: Scene,
        table: UnitTable,
        placed: NDArray[np.float64],
        seen: NDArray[np.int64],
        wanted: NDArray[np.bool_],
        places: Places,
        opacity: NDArray[np.float64],
    ) -> None:
        """Write the call signs of the `wanted` among the units `seen`, painted at `placed` from the bottom up."""
        self.is_complete = True
        among = np.flatnonzero(wanted)[::-1]  # what is on top is written first
        if not len(among):
            return
        scale, in_column = scene.view.metres_per_pixel, places.in_column[seen]
        # Cells are fixed to the ground, so that the same call signs stay while panning and through most of a zoom.
        # Columns have room for all.
        step = 2.0 ** (math.ceil(2 * math.log2(scale) - 1e-9) / 2)
        cells = cells_of(table.xy[seen[among]] / FLAT_PX, step)
        cells[in_column[among]] = -1 - np.arange(int(in_column[among].sum()))
        among = among[np.sort(np.unique(cells, return_index=True)[1])]
        piled = cells_of(table.xy[seen], PILE_PX * step)
        piled[in_column] = -1 - np.arange(int(in_column.sum()))
        found, counts = np.unique(piled, return_counts=True)
        below = counts[np.searchsorted(found, piled[among])] - 1
        spots = self._spots(scene, table, seen[among], below, in_column[among])
        ready = ~np.isnan(spots[:, 0])
        among, spots = among[ready], spots[ready]
        at = self._free_places(scene, placed[among], spots, in_column[among])
        scene.paint_sprites(at, spots, np.maximum(0.7, opacity[seen[among]]))

    @staticmethod
    def _free_places(
        scene: Scene, placed: NDArray[np.float64], spots: NDArray[np.float64], in_column: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Find the middles (k, 2) of signs: below the unit, or beside it where an incident's flag stands there."""
        sizes = spots[:, 2:4] / scene.scale
        at = placed + np.array([0.0, 20.0])
        half = sizes / 2
        held = scene.claimed_boxes()
        covered = overlap(np.hstack((at - half, at + half)), held)
        for place in np.flatnonzero((covered > 0) & ~in_column).tolist():
            width = half[place, 0] + 13
            tries = placed[place] + np.array([(0.0, 20.0), (width, 4.0), (-width, 4.0), (width, 20.0), (-width, 20.0)])
            costs = overlap(np.hstack((tries - half[place], tries + half[place])), held)
            at[place] = tries[int(costs.argmin())]
        at[in_column] = placed[in_column] + np.stack((half[in_column, 0] + 12, np.zeros(int(in_column.sum()))), axis=1)
        scene.take(np.hstack((at - half, at + half)))
        return np.asarray(at)

    def _spots(
        self,
        scene: Scene,
        table: UnitTable,
        indices: NDArray[np.int64],
        below: NDArray[np.int64],
        in_column: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Find signs on the sheet (k, 4), with the count of units that each covers; NaN where the time is up."""
        sheet, theme = scene.sheet, scene.theme
        now = (id(sheet), sheet.generation, theme.name, scene.scale)
        if now != self._made_for:
            self._made_for = now
            self._keys = np.full(len(table), -1, np.int64)
            self._known = np.full((len(table), 4), np.nan)
        keys = below + _MOST * (self._minutes[indices] * 4 + table.distress[indices] * 2 + in_column)
        stale = np.flatnonzero(self._keys[indices] != keys)
        spots = self._known[indices]
        spots[stale] = np.nan
        for place in stale.tolist():
            index = int(indices[place])
            text = self._text(table, index, int(below[place]), bool(in_column[place]))
            ink, ground, edge = (
                (theme.paper, theme.distress, theme.distress)
                if table.distress[index]
                else (theme.text, theme.halo, theme.building_edge)
            )
            name = ("sign", theme.name, scene.scale, text, bool(table.distress[index]))
            if not sheet.has(name) and not scene.may_draw():
                self.is_complete = False
                continue
            spot = sheet.spot(
                name,
                lambda text=text, ink=ink, ground=ground, edge=edge: symbols.chip(
                    text, 10.5, ink, ground, edge, scene.scale
                ),
            )
            if sheet.generation != now[1]:  # it was full and started anew: what was found is gone
                self._made_for = ()
                self.is_complete = False
                return np.full((len(indices), 4), np.nan)
            self._keys[index], self._known[index], spots[place] = keys[place], spot, spot
        return np.asarray(spots)

    def _text(self, table: UnitTable, index: int, below: int, is_short: bool) -> str:
        text = table.call_signs[index][:16]
        if is_short and len(text) > COLUMN_LETTERS:
            text = f"{text[: COLUMN_LETTERS - 1]}\u2026"
        minutes = int(self._minutes[index])
        if table.distress[index]:
            text = f"{text} SOS"
        elif minutes:
            text = f"{text} {minutes}\u2032" if minutes < 100 else f"{text} {minutes // 60} h"
        return f"{text} +{below}" if below else text

"""The spots of units' symbols on the sheet, looked up by department, status and heading for thousands at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maps import symbols
from maps.point_layer import TURNS
from maps.scene import Scene
from maps.unit_table import UnitTable


class UnitSprites:
    """Keep tables of spots float64 (..., 4) by code; NaN where nothing was drawn yet."""

    def __init__(self) -> None:
        self._made_for: tuple[object, ...] = ()
        self.is_complete = True

    def begin(self, scene: Scene, table: UnitTable) -> None:
        """Begin a frame: another sheet, theme, scale or naming of codes means empty tables."""
        self.is_complete = True
        now = (
            id(scene.sheet), scene.sheet.generation, scene.theme.name, scene.scale, table.departments, table.statuses,
        )  # fmt: skip
        if now != self._made_for:
            self._made_for = now
            departments = len(table.departments)
            self._bodies = np.full((departments, len(table.statuses), 4), np.nan)
            self._small = np.full((departments, 4), np.nan)
            self._headings = np.full((departments, TURNS, 4), np.nan)

    def bodies(self, scene: Scene, table: UnitTable, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the spots (k, 4) of units' symbols; all are drawn at once, for nobody may be missing."""
        departments, statuses = table.department_codes[indices], table.status_codes[indices]
        spots = self._bodies[departments, statuses]
        for code in _missing(spots, departments.astype(np.int64) * 256 + statuses):
            kind, status = table.departments[code // 256], table.statuses[code % 256]
            self._bodies[code // 256, code % 256] = scene.sheet.spot(
                ("unit", scene.theme.name, scene.scale, kind, status),
                lambda kind=kind, status=status: symbols.unit_symbol(scene.theme, kind, status, scene.scale),
            )
        return np.asarray(self._bodies[departments, statuses])

    def small(self, scene: Scene, table: UnitTable, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the spots (k, 4) of the small symbols of free units at home."""
        departments = table.department_codes[indices]
        for code in _missing(self._small[departments], departments.astype(np.int64)):
            kind = table.departments[code]
            self._small[code] = scene.sheet.spot(
                ("unit", scene.theme.name, scene.scale, "small", kind),
                lambda kind=kind: symbols.small_unit_symbol(scene.theme, kind, scene.scale),
            )
        return np.asarray(self._small[departments])

    def headings(self, scene: Scene, table: UnitTable, indices: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the spots (k, 4) of the pointers of units that move; NaN where the frame's time is up."""
        departments = table.department_codes[indices]
        turns = _turns(table.heading_deg[indices])
        for code in _missing(self._headings[departments, turns], departments.astype(np.int64) * TURNS + turns):
            kind, turn = table.departments[code // TURNS], code % TURNS
            spot = scene.spot(
                ("unit", scene.theme.name, scene.scale, "heading", kind, turn),
                lambda kind=kind, turn=turn: symbols.heading_pointer(
                    scene.theme, kind, turn * 360 / TURNS, scene.scale
                ),
            )
            if spot is None:
                self.is_complete = False
                break
            self._headings[code // TURNS, turn] = spot
        return np.asarray(self._headings[departments, turns])

    def speak(self, scene: Scene) -> NDArray[np.float64]:
        """Return the spot (4) of the badge of a crew that asks to speak."""
        key = ("unit", scene.theme.name, scene.scale, "speak")
        return np.array(scene.sheet.spot(key, lambda: symbols.speak_badge(scene.theme, scene.scale)), np.float64)


def turned_to(heading_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction that is drawn for each heading (k), degrees."""
    return np.asarray(_turns(heading_deg) * (360 / TURNS))


def _turns(heading_deg: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.round(heading_deg / 360 * TURNS).astype(np.int64) % TURNS)


def _missing(spots: NDArray[np.float64], codes: NDArray[np.int64]) -> list[int]:
    lacking = np.isnan(spots[:, 0])
    return np.unique(codes[lacking]).tolist() if lacking.any() else []

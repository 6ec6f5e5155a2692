"""What all live layers of points share: places, picking, spots on the sheet of sprites."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from maps.scene import Hit, Reach, Scene
from maps.view import View

TURNS = 64  # directions that sprites are drawn in


class PointLayer(ABC):
    """What all layers of points share: where they are, and spots on the sheet made when first needed."""

    kind = ""
    reach_px = 14.0
    is_complete = True

    def __init__(self) -> None:
        self.marks: list[Any] = []
        self.xy = np.empty((0, 2))
        self._sheet: tuple[object, int, str, float] | None = None
        self._pulsing = np.empty((0, 2))

    def set_marks(self, marks: Sequence[Any]) -> None:
        """Replace the marks."""
        self.marks = sorted(marks, key=self.height_of)
        self.xy = np.array([(mark.x, mark.y) for mark in self.marks], dtype=np.float64).reshape(-1, 2)
        self._sheet = None
        self._pulsing = self.xy[[index for index, mark in enumerate(self.marks) if self.pulses(mark)]]

    def height_of(self, mark: Any) -> float:
        """Return what is painted later (higher)."""
        return 0.0

    @abstractmethod
    def id_of(self, mark: Any) -> str:
        """Return the id that picking answers."""

    def pulsing(self) -> NDArray[np.float64]:
        """Return the places (n, 2) where the next frame differs though nothing was told."""
        return self._pulsing

    def pulses(self, mark: Any) -> bool:
        """Tell whether a mark moves by itself."""
        return False

    def paint_over(self, scene: Scene) -> None:  # noqa: B027
        """Nothing stands over the other layers."""

    def reach(self) -> Reach:
        """Return what can be picked."""
        return Reach([self.id_of(mark) for mark in self.marks], np.hstack((self.xy, self.xy)), self.reach_px)

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find the marks near a screen point: a look at 20,000 points takes 0.1 ms, no index is kept for them."""
        x, y = view.to_ground(across, down)
        reach = (self.reach_px + within_px) * view.metres_per_pixel
        near = np.flatnonzero((np.abs(self.xy - (float(x), float(y))) <= reach).all(axis=1))
        found = ((self.distance_px(index, view, across, down), index) for index in near.tolist())
        return [
            Hit(distance, index, self.kind, self.id_of(self.marks[index]))
            for distance, index in found
            if distance <= within_px
        ]

    def is_shown(self, mark: Any, view: View) -> bool:
        """Tell whether a mark is drawn at the scale of a view."""
        return True

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Return how far a screen point lies from a mark, 0 within it, infinite where it is not shown."""
        if not self.is_shown(self.marks[index], view):
            return math.inf
        x, y = view.to_screen(*self.xy[index])
        return max(0.0, math.hypot(float(x) - across, float(y) - down) - self.symbol_radius_px(self.marks[index]))

    def symbol_radius_px(self, mark: Any) -> float:
        """Return how far a symbol reaches from its middle."""
        return 9.0

    def needs_spots(self, scene: Scene) -> bool:
        """Tell whether spots on the sheet must be found again: other marks, a new sheet, theme or scale."""
        now = (scene.sheet, scene.sheet.generation, scene.theme.name, scene.scale)
        if self._sheet == now:
            return False
        self._sheet = now
        return True

    def spots_of(self, scene: Scene, keys: Sequence[Any], make: Callable[[Any], QImage]) -> NDArray[np.float64]:
        """Find (and where missing draw) the sprite of every key, float64 (n, 4)."""
        theme, scale, sheet = scene.theme.name, scene.scale, scene.sheet
        return np.array(
            [sheet.spot((self.kind, theme, scale, key), lambda key=key: make(key)) for key in keys], dtype=np.float64
        ).reshape(-1, 4)

"""Perimeters: areas drawn round what happens. Their edge tells their kind without its colour, and none looks closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from gis.measure import circle
from maps import symbols
from maps.hatch import hatch
from maps.layers import PerimeterMark
from maps.live_shapes import ShapeLayer
from maps.scene import Scene
from maps.view import View

if TYPE_CHECKING:  # the first picture waits for no rules
    from dispatch.incident import Perimeter
    from dispatch.state import State
    from maps.live import Projected

HATCH_PX = 14.0
WIDTH_PX = 3.0
# Lengths in widths of the pen: a hazard's edge is whole, a cordon's a tape of dashes, a search area's dots.
DASHES = {"hazard": (), "cordon": (4.0, 2.2), "search": (0.8, 1.8)}


def perimeter_marks(
    state: State, city: Projected, *, name: Callable[[Perimeter], str] = lambda one: ""
) -> tuple[PerimeterMark, ...]:
    """Make the marks of all perimeters that stand; `name` words one."""
    return tuple(
        PerimeterMark(one.id, one.kind.value, ring_of(one, city), name(one))
        for _, one in sorted(state.perimeters.items())
    )


def ring_of(perimeter: Perimeter, city: Projected) -> NDArray[np.float64]:
    """Return the closed ring of a perimeter in the city's metric CRS, float64 (n, 2)."""
    if perimeter.radius_m is not None:
        lonlat = circle(perimeter.coordinates[0], perimeter.radius_m)
    else:
        lonlat = np.array((*perimeter.coordinates, perimeter.coordinates[0]), dtype=np.float64)
    x, y = city.to_metric(lonlat[:, 0], lonlat[:, 1])
    return np.stack((x, y), axis=1)


class PerimeterLayer(ShapeLayer):
    """Paint perimeters; what lies inside stays free to be picked, so only the edge and the name are picked."""

    kind = "perimeter"

    def set_marks(self, marks: Sequence[PerimeterMark]) -> None:
        """Replace the marks."""
        self.marks = [mark for mark in marks if len(mark.xy) > 2 and np.isfinite(mark.xy).all()]

    def id_of(self, mark: PerimeterMark) -> str:
        """Return the perimeter's id."""
        return mark.perimeter_id

    def xy_of(self, mark: PerimeterMark) -> NDArray[np.float64]:
        """Return the ring (n, 2)."""
        return mark.xy

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the edge, or to the name on it."""
        mark = self.marks[index]
        edge = super().distance_px(index, view, across, down)
        placed = np.stack(view.to_screen(mark.xy[:, 0], mark.xy[:, 1]), axis=1)
        x, y = placed[placed[:, 1].argmin()]
        name = max(abs(across - x) - 40.0, abs(down - y) - 9.0, 0.0) if mark.label else edge
        return float(min(edge, name))

    def paint(self, scene: Scene) -> None:
        """Paint every perimeter that is in view."""
        for mark in self.marks:
            placed = scene.to_screen(mark.xy)
            if (placed.max(axis=0) < 0).any() or (placed.min(axis=0) > (scene.view.width, scene.view.height)).any():
                continue
            self._paint_one(scene, mark, placed)

    def paint_over(self, scene: Scene) -> None:
        """Write the names at the northernmost points."""
        theme = scene.theme
        for mark in self.marks:
            if not mark.label:
                continue
            placed = scene.to_screen(mark.xy)
            at = placed[[placed[:, 1].argmin()]]
            if scene.in_view(at, 80)[0]:
                colour = theme.perimeters.get(mark.kind, theme.neutral)
                words = mark.label[:40]
                spot = scene.sheet.spot(
                    ("perimeter", theme.name, scene.scale, mark.kind, words),
                    lambda words=words, colour=colour: symbols.chip(
                        words, 11.0, theme.text, theme.halo, colour, scene.scale
                    ),
                )
                scene.paint_sprites(at, np.array([spot], dtype=np.float64))

    @staticmethod
    def _paint_one(scene: Scene, mark: PerimeterMark, placed: NDArray[np.float64]) -> None:
        theme, painter = scene.theme, scene.painter
        colour = QColor(theme.perimeters.get(mark.kind, theme.neutral))
        ring = QPolygonF([QPointF(x, y) for x, y in placed.tolist()])
        wash = QColor(colour)
        wash.setAlphaF(0.10)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wash)
        painter.drawPolygon(ring)
        if mark.kind == "hazard":
            wash.setAlphaF(0.5)
            # It falls to the right, where that of a closure rises.
            tile = hatch(wash.rgba(), scene.scale, step_px=HATCH_PX, width_px=1.4, slant="falling")
            painter.setBrush(QBrush(tile))
            painter.setBrushOrigin(ring.at(0))
            painter.drawPolygon(ring)
            painter.setBrushOrigin(0, 0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ink if theme.name == "night" else theme.halo), WIDTH_PX + 2.5))
        painter.drawPolyline(ring)
        pen = QPen(colour, WIDTH_PX)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        dashes = DASHES.get(mark.kind, ())
        if dashes:
            pen.setDashPattern(list(dashes))
        painter.setPen(pen)
        painter.drawPolyline(ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

"""Paint where calls gather: squares that stand out, and rings round clusters with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from maps import symbols
from maps.live_areas import AreaLayer, dashed
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import Canvas, segments, stroke
from maps.style import Theme

EDGE_PX, DASHES = 1.6, (9.0, 5.0)
FILL = (0.05, 0.24)  # how clearly the coolest and the hottest square are filled
LEAST_RING_PX, LEAST_DASHED_PX = 9.0, 40.0  # a smaller ring is drawn so large; below the other whole


@dataclass(frozen=True, slots=True, eq=False)
class HotMark:
    """A square that stands out: its ring float64 (5, 2); heat from 0 to 1; selected where it is looked at."""

    xy: NDArray[np.float64]
    heat: float
    is_selected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RingMark:
    """A cluster: its middle, the radius that holds all of it, and what stands there."""

    x: float
    y: float
    radius_m: float
    label: str
    is_selected: bool = False


class HotLayer(AreaLayer):
    """Squares filled the more the hotter they are; those looked at have a bright edge."""

    kind = "hot"

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Fill the squares and draw their edges, the selected ones last."""
        painter = canvas.painter
        mark: HotMark
        for mark in sorted(self.marks, key=lambda each: each.is_selected):
            ring = canvas.to_device(mark.xy)
            shape = QPolygonF([QPointF(x, y) for x, y in ring.tolist()])
            colour = QColor(theme.distress)
            colour.setAlphaF(FILL[0] + (FILL[1] - FILL[0]) * min(max(mark.heat, 0.0), 1.0))
            painter.setBrush(colour)
            edge = QColor(theme.selection if mark.is_selected else theme.distress)
            painter.setPen(QPen(edge, (2.6 if mark.is_selected else EDGE_PX) * canvas.scale))
            painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)


class RingLayer(AreaLayer):
    """Dashed rings round clusters, with how many calls are in each where there is room."""

    kind = "ring"

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Draw the rings."""
        mark: RingMark
        for mark in sorted(self.marks, key=lambda each: each.is_selected):
            radius_m = max(mark.radius_m, LEAST_RING_PX * canvas.view.metres_per_pixel)
            turn = np.linspace(0.0, 2 * np.pi, 65)
            xy = np.column_stack([mark.x + radius_m * np.cos(turn), mark.y + radius_m * np.sin(turn)])
            ring = canvas.to_device(xy)
            if radius_m < LEAST_DASHED_PX * canvas.view.metres_per_pixel:
                pieces = segments(ring, np.array([len(ring)]))
            else:
                pieces = dashed(ring, *(length * canvas.scale for length in DASHES))
            stroke(canvas, pieces, theme.halo, EDGE_PX + 2.4)
            stroke(canvas, pieces, theme.selection if mark.is_selected else theme.reach, EDGE_PX + mark.is_selected)

    def paint_over(self, scene: Scene) -> None:
        """Write the numbers, the largest cluster's first."""
        theme = scene.theme
        mark: RingMark
        for mark in self.marks:
            at = scene.to_screen(np.array([[mark.x, mark.y]]))
            if not mark.label or not scene.in_view(at, 0)[0]:
                continue
            spot = scene.sheet.spot(
                (self.kind, theme.name, scene.scale, mark.label),
                lambda label=mark.label: symbols.chip(label, 11, theme.text, theme.halo, theme.reach, scene.scale),
            )
            box = boxes_around(at, spot.width / scene.scale, spot.height / scene.scale)
            if not overlap(box, scene.taken_boxes()).any():
                scene.take(box)
                scene.paint_sprites(at, np.array([spot], dtype=np.float64))

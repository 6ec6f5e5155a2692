"""Paint what has an extent: closures, a caller's circle, the cross-hair of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from maps import symbols
from maps.closure_looks import ClosureLook, look_of, paint_sign
from maps.hatch import hatch
from maps.layers import CallerMark, ClosureMark, PlaceMark
from maps.scene import Reach, Scene, boxes_around, overlap
from maps.strokes import polylines
from maps.view import View

HATCH_PX = 12.0


class ShapeLayer:
    """What all layers of shapes share: their boxes, and picking by distance to their line."""

    kind = ""
    is_pickable = True
    is_complete = True

    def __init__(self) -> None:
        self.marks: list[Any] = []

    def set_marks(self, marks: Sequence[Any]) -> None:
        """Replace the marks."""
        self.marks = list(marks)

    def id_of(self, mark: Any) -> str:
        """Return the id that picking answers."""
        return ""

    def xy_of(self, mark: Any) -> NDArray[np.float64]:
        """Return the vertices (n, 2)."""
        return np.array([[mark.x, mark.y]])

    def paint_over(self, scene: Scene) -> None:
        """Nothing stands over the other layers."""

    def pulsing(self) -> NDArray[np.float64]:
        """Shapes stand still."""
        return np.empty((0, 2))

    def reach(self) -> Reach:
        """Return what can be picked."""
        if not self.is_pickable or not self.marks:
            return Reach((), np.empty((0, 4)), 0.0)
        corners = [self.xy_of(mark) for mark in self.marks]
        boxes = np.array([(*xy.min(axis=0), *xy.max(axis=0)) for xy in corners])
        return Reach([self.id_of(mark) for mark in self.marks], boxes, 6.0)

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the line."""
        xy = self.xy_of(self.marks[index])
        placed = np.stack(view.to_screen(xy[:, 0], xy[:, 1]), axis=1)
        return max(0.0, distance_to_line(placed, across, down) - 3.0)


def distance_to_line(line: NDArray[np.float64], x: float, y: float) -> float:
    """Return the distance of a point from a polyline (n, 2)."""
    point = np.array([x, y])
    if len(line) == 1:
        return float(np.hypot(*(line[0] - point)))
    start, run = line[:-1], np.diff(line, axis=0)
    squared = np.maximum((run**2).sum(axis=1), 1e-12)
    share = np.clip(((point - start) * run).sum(axis=1) / squared, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * run - point).T).min())


class ClosureLayer(ShapeLayer):
    """Closed roads red and white, slow ones in orange, flooded ones in blue; areas hatched. The sign says it too."""

    kind = "closure"

    def set_marks(self, marks: Sequence[ClosureMark]) -> None:
        """Replace the marks."""
        self.marks = [mark for mark in marks if len(mark.xy)]

    def id_of(self, mark: ClosureMark) -> str:
        """Return the closure's id."""
        return mark.closure_id

    def xy_of(self, mark: ClosureMark) -> NDArray[np.float64]:
        """Return the vertices (n, 2), an area's ring closed."""
        if mark.geometry_type == "Polygon" and (mark.xy[0] != mark.xy[-1]).any():
            return np.vstack((mark.xy, mark.xy[:1]))
        return mark.xy

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the line; a point inside an area is in it."""
        mark = self.marks[index]
        if mark.geometry_type != "Polygon":
            return super().distance_px(index, view, across, down)
        rings = [np.stack(view.to_screen(ring[:, 0], ring[:, 1]), axis=1) for ring in self._rings_of(mark)]
        if _area(rings).contains(QPointF(across, down)):
            return 0.0
        return min(max(0.0, distance_to_line(ring, across, down) - 3.0) for ring in rings)

    def _rings_of(self, mark: ClosureMark) -> list[NDArray[np.float64]]:
        """Return the outer ring and the holes, each closed."""
        holes = [hole if (hole[0] == hole[-1]).all() else np.vstack((hole, hole[:1])) for hole in mark.holes]
        return [self.xy_of(mark), *holes]

    def paint(self, scene: Scene) -> None:
        """Paint every closure."""
        theme = scene.theme
        for mark in self.marks:
            look = look_of(theme, mark.kind)
            placed = scene.to_screen(self.xy_of(mark))
            rings = [placed]
            if mark.geometry_type == "Polygon":
                rings = [scene.to_screen(ring) for ring in self._rings_of(mark)]
                self._paint_area(scene, rings, look)
            if len(placed) > 1:
                with scene.device() as canvas:
                    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
                    points, sizes = np.concatenate(rings) * scene.scale, np.array([len(ring) for ring in rings])
                    polylines(canvas, points, sizes, theme.ink, 8.0)
                    polylines(canvas, points, sizes, look.colour, 5.5, flat=True)
                    polylines(canvas, points, sizes, look.gap, 5.5, look.dashes)
            middle = QPointF(*(_half_way(placed) if mark.geometry_type == "LineString" else _inside(rings)))
            paint_sign(scene, look, mark, middle)
            if mark.label:
                spot = scene.sheet.spot(
                    ("closure", theme.name, scene.scale, mark.label[:40], look.colour),
                    lambda label=mark.label, colour=look.colour: symbols.chip(
                        label[:40], 10.5, theme.text, theme.halo, colour, scene.scale
                    ),
                )
                width, height = spot.width / scene.scale, spot.height / scene.scale
                aside = width / 2 + 12
                tries = np.array([[middle.x(), middle.y()]]) + np.array([(0, 20), (0, -20), (aside, 0), (-aside, 0)])
                covered = overlap(boxes_around(tries, width, height), scene.claimed_boxes())
                at = tries[[int(covered.argmin())]]
                scene.paint_sprites(at, np.array([spot], dtype=np.float64))
                scene.take(boxes_around(at, width, height))

    @staticmethod
    def _paint_area(scene: Scene, rings: Sequence[NDArray[np.float64]], look: ClosureLook) -> None:
        area = _area(rings)
        wash = QColor(look.colour)
        wash.setAlphaF(0.16)
        scene.painter.setPen(Qt.PenStyle.NoPen)
        scene.painter.setBrush(wash)
        scene.painter.drawPath(area)
        wash.setAlphaF(0.7)
        brush = QBrush(hatch(wash.rgba(), scene.scale, step_px=HATCH_PX, width_px=2.0, slant=look.slant))
        scene.painter.setBrush(brush)
        scene.painter.setBrushOrigin(QPointF(*rings[0][0]))
        scene.painter.drawPath(area)
        scene.painter.setBrushOrigin(0, 0)


def _area(rings: Sequence[NDArray[np.float64]]) -> QPainterPath:
    """Return an area in pixels with its holes open."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        path.closeSubpath()
    return path


def _inside(rings: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Return the middle of the corners, or where a hole or a bay is there, a place on the way to a corner."""
    middle = rings[0].mean(axis=0)
    if len(rings[0]) < 4 or _area(rings).contains(QPointF(*middle)):
        return float(middle[0]), float(middle[1])
    area, shares = _area(rings), np.linspace(0.05, 0.95, 19)
    for corner in rings[0][:-1]:
        inside = [one for one in middle + shares[:, None] * (corner - middle) if area.contains(QPointF(*one))]
        if inside:
            return float(inside[len(inside) // 2][0]), float(inside[len(inside) // 2][1])
    return float(middle[0]), float(middle[1])


def _half_way(placed: NDArray[np.float64]) -> tuple[float, float]:
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(placed, axis=0).T))))
    half = length[-1] / 2
    return float(np.interp(half, length, placed[:, 0])), float(np.interp(half, length, placed[:, 1]))


class CallerLayer(ShapeLayer):
    """The circle in which a caller's telephone is thought to be."""

    kind = "caller"
    is_pickable = False

    def paint(self, scene: Scene) -> None:
        """Paint every circle."""
        painter = scene.painter
        mark: CallerMark
        for mark in self.marks:
            x, y = scene.view.to_screen(mark.x, mark.y)
            middle = QPointF(float(x), float(y))
            radius = max(6.0, mark.radius_m / scene.view.metres_per_pixel)
            wash = QColor(scene.theme.caller)
            wash.setAlphaF(0.13)
            painter.setBrush(QBrush(wash))
            painter.setPen(QPen(QColor(scene.theme.caller), 2.0, Qt.PenStyle.DashLine))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
            painter.drawEllipse(middle, radius, radius)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(scene.theme.ink), 1.6))
            painter.setBrush(QColor(scene.theme.caller))
            painter.drawEllipse(middle, 5.0, 5.0)


class PlaceLayer(ShapeLayer):
    """The place of a draft: a cross-hair that leaves the place itself free."""

    kind = "place"
    is_pickable = False

    def paint(self, scene: Scene) -> None:
        """Paint every cross-hair."""
        theme, painter = scene.theme, scene.painter
        mark: PlaceMark
        for mark in self.marks:
            x, y = (float(value) for value in scene.view.to_screen(mark.x, mark.y))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((theme.halo, 5.0), (theme.selection, 2.2)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawEllipse(QPointF(x, y), 12, 12)
                for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    painter.drawLine(QPointF(x + 8 * dx, y + 8 * dy), QPointF(x + 22 * dx, y + 22 * dy))
            if mark.label:
                spot = scene.sheet.spot(
                    ("place", theme.name, scene.scale, mark.label[:60]),
                    lambda label=mark.label: symbols.chip(
                        label[:60], 11.5, theme.text, theme.halo, theme.selection, scene.scale
                    ),
                )
                scene.paint_sprites(np.array([[x, y + 34]]), np.array([spot], dtype=np.float64))

"""Paint what cameras see: a light that fades with the distance and ends at walls, quiet where it is only possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF, QRadialGradient

from maps.live_shapes import ShapeLayer
from maps.scene import Scene

SELECTED, HOVERED, OTHER = "selected", "hovered", "other"
OTHERS_COARSEST_MPP = 4.0
# Opacity at the camera and at the end of its range.
_WASH = {SELECTED: (0.40, 0.12), HOVERED: (0.26, 0.08), OTHER: (0.12, 0.07)}
_DAY_MORE = 1.25  # on light ground the same wash says less
_UNSURE_LESS = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class SightMark:
    """What one camera sees: its place, the outline float64 (n, 2) closed, in metres, and how loud it is shown.

    `is_sure` is False where nobody knows the direction: it sees a part of this. `manner` is "selected", "hovered" or
    "other" (all cameras at once).
    """

    camera_id: str
    x: float
    y: float
    xy: NDArray[np.float64]
    range_m: float
    is_sure: bool = True
    manner: str = SELECTED


class SightLayer(ShapeLayer):
    """Fields of view; they are looked at and never picked."""

    kind = "sight"
    is_pickable = False

    def __init__(self) -> None:
        super().__init__()
        self._boxes = np.empty((0, 4))

    def set_marks(self, marks: Sequence[SightMark]) -> None:
        """Replace the marks; the selected one is painted last."""
        loudness = (OTHER, HOVERED, SELECTED)
        self.marks = sorted((mark for mark in marks if len(mark.xy)), key=lambda mark: loudness.index(mark.manner))
        self._boxes = np.array([(*mark.xy.min(axis=0), *mark.xy.max(axis=0)) for mark in self.marks]).reshape(-1, 4)

    def paint(self, scene: Scene) -> None:
        """Paint every field of view that meets the view."""
        if not self.marks:
            return
        left, bottom, right, top = scene.view.box
        boxes = self._boxes
        seen = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < top) & (boxes[:, 3] > bottom)
        is_far = scene.view.metres_per_pixel > OTHERS_COARSEST_MPP
        painter = scene.painter
        painter.save()
        for index in np.flatnonzero(seen).tolist():
            mark: SightMark = self.marks[index]
            if mark.manner == OTHER:
                if is_far:
                    continue
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # without an edge nobody sees it
                painter.fillPath(_path(scene, mark.xy), _light(scene, mark))
                continue
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
            self._paint_loud(scene, mark)
        painter.restore()

    @staticmethod
    def _paint_loud(scene: Scene, mark: SightMark) -> None:
        painter, theme = scene.painter, scene.theme
        path = _path(scene, mark.xy)
        painter.fillPath(path, _light(scene, mark))
        edge = QColor(theme.camera_ranked)
        edge.setAlphaF(0.9 if mark.manner == SELECTED else 0.6)
        pen = QPen(edge, 1.8 if mark.manner == SELECTED else 1.2)
        if not mark.is_sure:
            pen.setDashPattern([4.0, 3.0])
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)


def _path(scene: Scene, xy: NDArray[np.float64]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in scene.to_screen(xy).tolist()]))
    return path


def _light(scene: Scene, mark: SightMark) -> QBrush:
    """Return the light of a camera: strongest where a face is largest in its picture."""
    x, y = scene.view.to_screen(mark.x, mark.y)
    share = (_DAY_MORE if scene.theme.name == "day" else 1.0) * (1.0 if mark.is_sure else _UNSURE_LESS)
    light = QRadialGradient(QPointF(float(x), float(y)), max(1.0, mark.range_m / scene.view.metres_per_pixel))
    for at, strength in zip((0.0, 1.0), _WASH[mark.manner], strict=True):
        colour = QColor(scene.theme.camera_ranked)
        colour.setAlphaF(min(1.0, strength * share))
        light.setColorAt(at, colour)
    return QBrush(light)

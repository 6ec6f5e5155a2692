"""Paint what cameras see: a light that fades with the distance and ends at walls, quiet where it is only possible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QRadialGradient

from maps.live_shapes import ShapeLayer
from maps.scene import Scene
from maps.view import Box

SELECTED, HOVERED, OTHER = "selected", "hovered", "other"
OTHERS_COARSEST_MPP = 4.0
HAZE_MARGIN_PX = 256.0
HAZE_DENSITY = 0.5
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
    """Fields of view, looked at and never picked; those of all cameras are one picture kept from frame to frame."""

    kind = "sight"
    is_pickable = False

    def __init__(self) -> None:
        super().__init__()
        self._haze = _Haze(())

    def set_marks(self, marks: Sequence[SightMark]) -> None:
        """Replace the marks; the selected one is painted last."""
        shown = [mark for mark in marks if len(mark.xy)]
        others = tuple(mark for mark in shown if mark.manner == OTHER)
        if others != self._haze.marks:
            self._haze = _Haze(others)
        self.marks = sorted((mark for mark in shown if mark.manner != OTHER), key=lambda mark: mark.manner == SELECTED)

    def paint(self, scene: Scene) -> None:
        """Paint every field of view that meets the view."""
        scene.painter.save()
        if self._haze.marks and scene.view.metres_per_pixel <= OTHERS_COARSEST_MPP:
            self._haze.paint(scene)
        scene.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
        left, bottom, right, top = scene.view.box
        for mark in self.marks:
            west, south, east, north = *mark.xy.min(axis=0), *mark.xy.max(axis=0)
            if west < right and east > left and south < top and north > bottom:
                self._paint_loud(scene, mark)
        scene.painter.restore()

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


class _Haze:
    """What hundreds of cameras see, drawn once for a piece of ground: soft, so half as many pixels do."""

    def __init__(self, marks: tuple[SightMark, ...]) -> None:
        self.marks = marks
        self._rings: list[QPolygonF] = []
        self._image = QImage()
        self._box: Box = (0.0, 0.0, 0.0, 0.0)
        self._key: tuple[str, float] = ("", 0.0)

    def paint(self, scene: Scene) -> None:
        """Paint the picture of the ground in view; drawn anew where it does not reach, or at another scale."""
        west, south, east, north = self._box
        left, bottom, right, top = scene.view.box
        theme, mpp = self._key
        reaches = west <= left and south <= bottom and east >= right and north >= top
        if not reaches or theme != scene.theme.name or not 0.6 < mpp / scene.view.metres_per_pixel < 1.7:
            self._draw(scene)
            west, south, east, north = self._box
        (x0, x1), (y0, y1) = scene.view.to_screen([west, east], [north, south])
        scene.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not scene.is_moving)
        scene.painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), self._image)

    def _draw(self, scene: Scene) -> None:
        view = scene.view
        west, south, east, north = self._box = view.grown_box(HAZE_MARGIN_PX)
        self._key = (scene.theme.name, view.metres_per_pixel)
        if not self._rings:
            self._rings = [QPolygonF([QPointF(x, y) for x, y in mark.xy.tolist()]) for mark in self.marks]
        scale = HAZE_DENSITY / view.metres_per_pixel
        size = QSize(math.ceil((east - west) * scale), math.ceil((north - south) * scale))
        self._image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.scale(size.width() / (east - west), -size.height() / (north - south))
        painter.translate(-west, -north)
        for mark, ring in zip(self.marks, self._rings, strict=True):
            if ring.boundingRect().intersects(QRectF(west, south, east - west, north - south)):
                painter.setBrush(_wash(scene, mark))
                painter.drawPolygon(ring)
        painter.end()


def _path(scene: Scene, xy: NDArray[np.float64]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in scene.to_screen(xy).tolist()]))
    return path


def _wash(scene: Scene, mark: SightMark) -> QColor:
    colour = QColor(scene.theme.camera_ranked)
    colour.setAlphaF(_share(scene, mark) * sum(_WASH[mark.manner]) / 2)
    return colour


def _share(scene: Scene, mark: SightMark) -> float:
    return (_DAY_MORE if scene.theme.name == "day" else 1.0) * (1.0 if mark.is_sure else _UNSURE_LESS)


def _light(scene: Scene, mark: SightMark) -> QBrush:
    """Return the light of a camera: strongest where a face is largest in its picture."""
    x, y = scene.view.to_screen(mark.x, mark.y)
    share = _share(scene, mark)
    light = QRadialGradient(QPointF(float(x), float(y)), max(1.0, mark.range_m / scene.view.metres_per_pixel))
    for at, strength in zip((0.0, 1.0), _WASH[mark.manner], strict=True):
        colour = QColor(scene.theme.camera_ranked)
        colour.setAlphaF(min(1.0, strength * share))
        light.setColorAt(at, colour)
    return QBrush(light)

"""Paint where units are to wait instead of at their own station: a dashed arrow, a finer one where only proposed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from maps import symbols
from maps.live_shapes import ShapeLayer
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import polylines
from maps.style import department_colour

HEAD_PX = 11.0
CHIP_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
LEAST_CHIP_PX = 46.0  # an arrow shorter than that says nothing more by its chip


@dataclass(frozen=True, slots=True)
class PostMark:
    """One unit on its way to the station where it waits: from x, y to post_x, post_y; proposed: not sent yet."""

    unit_id: str
    x: float
    y: float
    post_x: float
    post_y: float
    label: str = ""
    department_kind: str = ""
    is_proposed: bool = False


class PostLayer(ShapeLayer):
    """Arrows to posts, straight: they say where to, not by which streets."""

    kind = "post"
    is_pickable = False

    def xy_of(self, mark: PostMark) -> NDArray[np.float64]:
        """Return both ends (2, 2)."""
        return np.array([[mark.x, mark.y], [mark.post_x, mark.post_y]])

    def paint(self, scene: Scene) -> None:
        """Paint every arrow."""
        theme = scene.theme
        mark: PostMark
        for mark in self.marks:
            colour = department_colour(theme, mark.department_kind)
            ends = scene.to_screen(self.xy_of(mark))
            run = ends[1] - ends[0]
            long_px = float(np.hypot(*run))
            if long_px < 2 * HEAD_PX:
                continue
            along = run / long_px
            neck = ends[1] - along * HEAD_PX
            wide, dashes = (1.8, (2.0, 3.0)) if mark.is_proposed else (2.8, (4.0, 2.5))
            with scene.device() as canvas:
                canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
                points, sizes = np.stack((ends[0], neck)) * scene.scale, np.array([2])
                halo = QColor(theme.halo)
                halo.setAlphaF(0.7)
                polylines(canvas, points, sizes, halo, wide + 2.6)
                polylines(canvas, points, sizes, colour, wide, dashes)
            side = np.array([-along[1], along[0]]) * HEAD_PX * 0.5
            head = QPolygonF([QPointF(*ends[1]), QPointF(*(neck + side)), QPointF(*(neck - side))])
            scene.painter.setPen(QPen(QColor(theme.halo), 1.2))
            scene.painter.setBrush(QColor(theme.halo if mark.is_proposed else colour))
            if mark.is_proposed:
                scene.painter.setPen(QPen(QColor(colour), 1.8))
            scene.painter.drawPolygon(head)

    def paint_over(self, scene: Scene) -> None:
        """Paint every arrow's chip where it covers least."""
        theme = scene.theme
        mark: PostMark
        for mark in self.marks:
            ends = scene.to_screen(self.xy_of(mark))
            if not mark.label or float(np.hypot(*(ends[1] - ends[0]))) < LEAST_CHIP_PX:
                continue
            colour = department_colour(theme, mark.department_kind)
            spot = scene.sheet.spot(
                ("post", theme.name, scene.scale, mark.label[:50], colour),
                lambda label=mark.label, colour=colour: symbols.chip(
                    label[:50], 10.5, theme.text, theme.halo, colour, scene.scale
                ),
            )
            width, height = spot.width / scene.scale, spot.height / scene.scale
            tries = ends[0] + np.array(CHIP_SHARES)[:, None] * (ends[1] - ends[0])
            boxes = boxes_around(tries, width, height)
            covered = overlap(boxes, scene.claimed_boxes()) + overlap(boxes, scene.taken_boxes())
            at = tries[[int(covered.argmin())]]
            scene.take(boxes_around(at, width, height))
            scene.paint_sprites(at, np.array([spot], dtype=np.float64))

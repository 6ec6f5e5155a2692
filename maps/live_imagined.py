"""Paint roads that are only imagined closed or open again: yellow and black, like nothing that is so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maps import symbols
from maps.live_shapes import ShapeLayer
from maps.scene import Scene, boxes_around
from maps.strokes import polylines
from maps.style import YELLOW

INK = "#05080b"
SIGN_PX = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class ImaginedMark:
    """One road or area, xy float64 (n, 2): imagined closed, or, `is_open`, imagined open again."""

    closure_id: str
    xy: NDArray[np.float64]
    label: str = ""
    is_open: bool = False


class ImaginedLayer(ShapeLayer):
    """Yellow and black bars, with a question mark where it is closed and a tick where it is open."""

    kind = "imagined"
    is_pickable = False

    def xy_of(self, mark: ImaginedMark) -> NDArray[np.float64]:
        """Return the vertices (n, 2)."""
        return mark.xy

    def paint(self, scene: Scene) -> None:
        """Paint every one."""
        painter = scene.painter
        mark: ImaginedMark
        for mark in self.marks:
            placed = scene.to_screen(mark.xy)
            if len(placed) > 1:
                with scene.device() as canvas:
                    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
                    points, sizes = placed * scene.scale, np.array([len(placed)])
                    polylines(canvas, points, sizes, INK, 9.0)
                    polylines(canvas, points, sizes, YELLOW, 6.0, (1.6, 1.6), flat=True)
            middle = QPointF(*placed[len(placed) // 2])
            painter.setPen(QPen(QColor(INK), 2.0))
            painter.setBrush(QColor(YELLOW))
            painter.drawEllipse(middle, SIGN_PX, SIGN_PX)
            painter.setFont(symbols.sign_font(13))
            box = boxes_around(np.array([[middle.x(), middle.y()]]), 2 * SIGN_PX, 2 * SIGN_PX)[0]
            painter.drawText(
                round(box[0]), round(box[1]), round(2 * SIGN_PX), round(2 * SIGN_PX),
                Qt.AlignmentFlag.AlignCenter, "✓" if mark.is_open else "?",
            )  # fmt: skip
            if mark.label:
                spot = scene.sheet.spot(
                    ("imagined", scene.scale, mark.label[:50]),
                    lambda label=mark.label: symbols.chip(label[:50], 10.5, INK, YELLOW, INK, scene.scale),
                )
                at = np.array([[middle.x(), middle.y() + 2 * SIGN_PX + 2]])
                scene.take(boxes_around(at, spot.width / scene.scale, spot.height / scene.scale))
                scene.paint_sprites(at, np.array([spot], dtype=np.float64))

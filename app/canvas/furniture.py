"""The scale bar and whose data the map shows, painted once and copied into every frame."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from maps.furniture import LINE_PX, MOST_LINES, paint_furniture
from maps.style import Theme
from maps.view import View

HEIGHT_PX = LINE_PX * MOST_LINES + 6


class KeptFurniture:
    """Hold a strip along the lower edge of a view, made anew when the scale, the size, the look or the text differ."""

    def __init__(self) -> None:
        self._strip = QPixmap()
        self._key: Hashable = None

    def paint(self, painter: QPainter, view: View, theme: Theme, attribution: str, *, is_moving: bool) -> None:
        """Paint the furniture; while the scale is changing (`is_moving`) nothing is kept. Logical pixels."""
        if is_moving:
            paint_furniture(painter, view, theme, attribution)
            return
        ratio, height = view.device_pixel_ratio, min(HEIGHT_PX, view.height)
        key = (view.metres_per_pixel, view.width, height, ratio, theme.name, attribution)
        if key != self._key:
            self._key = key
            self._strip = QPixmap(round(view.width * ratio), round(height * ratio))
            self._strip.setDevicePixelRatio(ratio)
            self._strip.fill(Qt.GlobalColor.transparent)
            inside = QPainter(self._strip)
            try:
                paint_furniture(inside, view.resized(view.width, height, ratio), theme, attribution)
            finally:
                inside.end()
        painter.drawPixmap(QPointF(0, view.height - height), self._strip)

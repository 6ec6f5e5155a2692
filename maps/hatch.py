"""Slanting hatches of areas on the map; Qt's own patterns stay one device pixel thin at every scale."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap


@lru_cache(maxsize=16)
def hatch(rgba: int, scale: float, *, step_px: float, width_px: float, slant: Literal["rising", "falling"]) -> QPixmap:
    """Draw the tile of a hatch whose lines rise or fall to the right. scale: device pixels a pixel."""
    side = round(step_px * scale)
    start, end = (2 * side, -side) if slant == "rising" else (-side, 2 * side)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), width_px * scale))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift - side, start), QPointF(shift + 2 * side, end))
    painter.end()
    tile.setDevicePixelRatio(scale)
    return tile

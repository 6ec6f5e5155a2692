"""Slanting hatches of areas on the map; Qt's own patterns stay one device pixel thin at every scale."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

Slant = Literal["rising", "falling", "level"]


@lru_cache(maxsize=16)
def hatch(rgba: int, scale: float, *, step_px: float, width_px: float, slant: Slant) -> QPixmap:
    """Draw the tile of a hatch whose lines rise or fall to the right, or lie level. scale: device pixels a pixel."""
    side = round(step_px * scale)
    start, end = (2 * side, -side) if slant == "rising" else (-side, 2 * side)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), width_px * scale))
    if slant == "level":
        painter.drawLine(QPointF(-side, side / 2), QPointF(2 * side, side / 2))
    for shift in (-side, 0, side) if slant != "level" else ():
        painter.drawLine(QPointF(shift - side, start), QPointF(shift + 2 * side, end))
    painter.end()
    tile.setDevicePixelRatio(scale)
    return tile

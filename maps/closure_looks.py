"""How kinds of closures differ: colour, dashes, hatch, and a sign of its own shape, so that none needs its colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from maps import symbols
from maps.hatch import Slant
from maps.layers import ClosureMark
from maps.scene import Scene
from maps.style import ORANGE, Theme

SIGN_PX = 9.5
WAVES = 2


@dataclass(frozen=True, slots=True)
class ClosureLook:
    """Hold what is drawn of one kind: the line's colour, what its dashes show, and how its area is hatched."""

    kind: str
    colour: str
    gap: str
    dashes: tuple[float, ...]
    slant: Slant


def look_of(theme: Theme, kind: str) -> ClosureLook:
    """Return the look of a kind; one that is not known looks closed."""
    is_night = theme.name == "night"
    if kind == "slow":
        return ClosureLook(kind, ORANGE if is_night else "#e08a00", theme.ink, (0.7, 2.4), "falling")
    if kind == "flooded":
        return ClosureLook(kind, "#3f8fe0" if is_night else "#0f5aa8", theme.closure_gap, (1.0, 2.6), "level")
    return ClosureLook("closed", theme.closure, theme.closure_gap, (1.1, 1.1), "rising")


def paint_sign(scene: Scene, look: ClosureLook, mark: ClosureMark, middle: QPointF) -> None:
    """Paint the sign: no entry, a triangle with the share of the speed in percent, or waves."""
    painter, theme = scene.painter, scene.theme
    painter.setPen(QPen(QColor(theme.closure_gap), 2.0))
    painter.setBrush(QColor(look.colour))
    if look.kind == "slow":
        _paint_slow(painter, mark, middle)
        return
    if look.kind == "flooded":
        painter.drawRoundedRect(QRectF(middle.x() - SIGN_PX, middle.y() - SIGN_PX, 2 * SIGN_PX, 2 * SIGN_PX), 4, 4)
        painter.setPen(QPen(QColor(theme.closure_gap), 2.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for down in (-3.0, 3.0):
            painter.drawPath(_wave(middle.x() - 6.0, middle.y() + down, 12.0))
        return
    painter.drawEllipse(middle, SIGN_PX, SIGN_PX)
    painter.setPen(QPen(QColor(theme.closure_gap), 3.6))
    painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))


def _paint_slow(painter: QPainter, mark: ClosureMark, middle: QPointF) -> None:
    high = 2 * SIGN_PX + 6
    wide = high * 2 / math.sqrt(3)
    top = middle - QPointF(0, high * 0.6)
    painter.drawPolygon(QPolygonF([top, top + QPointF(wide / 2, high), top + QPointF(-wide / 2, high)]))
    painter.setPen(QColor("#05080b"))
    painter.setFont(symbols.sign_font(10))
    box = QRectF(middle.x() - wide / 2, middle.y() - high * 0.28, wide, high * 0.7)
    percent = f"{round(100 * mark.speed_factor)}" if 0 < mark.speed_factor < 1 else "!"
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, percent)


def _wave(x: float, y: float, width: float) -> QPainterPath:
    path = QPainterPath(QPointF(x, y))
    step = width / (2 * WAVES)
    for number in range(2 * WAVES):
        begin = x + number * step
        bend = -3.0 if number % 2 == 0 else 3.0
        path.quadTo(QPointF(begin + step / 2, y + bend), QPointF(begin + step, y))
    return path

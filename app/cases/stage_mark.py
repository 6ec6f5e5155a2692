"""Small painted marks of cases: a stage's place in the loop in the shape of the side it lies on, and word chips."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath

from app import theme
from dispatch.case import PLACE_IN_LOOP, CaseStage
from maps.style import BLUE, GREEN, PURPLE

SUPERVISED, COORDINATED, HANDLED = "square", "diamond", "circle"
_COORDINATES = frozenset({CaseStage.DISPATCH, CaseStage.FEED_BACK})
_FILLS = {SUPERVISED: BLUE, COORDINATED: PURPLE, HANDLED: GREEN}


def shape_of(stage: CaseStage) -> str:
    """Return the shape of the side that a stage lies on: square supervises, diamond coordinates, circle handles."""
    if stage is CaseStage.HANDLE:
        return HANDLED
    return COORDINATED if stage in _COORDINATES else SUPERVISED


def letter_of(stage: CaseStage) -> str:
    """Return what stands in a stage's mark: its number in the loop, `!` for an emergency, a tick for a closed case."""
    if stage is CaseStage.EMERGENCY:
        return "!"
    if stage is CaseStage.MERGED:
        return "="
    return "✓" if stage is CaseStage.EVALUATE else str(PLACE_IN_LOOP[stage] + 1)


def draw_stage(painter: QPainter, box: QRectF, stage: CaseStage, *, fill: str = "", ink: str = "") -> None:
    """Paint a stage's mark. `fill` and `ink` (`#rrggbb`) take the place of its own colours."""
    worn = theme.look()
    shape = shape_of(stage)
    own = {CaseStage.EMERGENCY: worn.alarm, CaseStage.EVALUATE: worn.neutral, CaseStage.MERGED: worn.neutral}
    fill = fill or own.get(stage, _FILLS[shape])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawPath(stage_path(box, shape, is_triangle=stage is CaseStage.EMERGENCY))
    painter.setPen(QColor(ink or theme.ink_on(fill)))
    painter.setFont(_font(int(box.height() * 0.6), bold=True))
    low = box.height() * 0.12 if stage is CaseStage.EMERGENCY else 0.0
    painter.drawText(box.translated(0, low), Qt.AlignmentFlag.AlignCenter, letter_of(stage))
    painter.restore()


def stage_path(box: QRectF, shape: str, *, is_triangle: bool = False) -> QPainterPath:
    """Return the outline of a shape in a box."""
    path = QPainterPath()
    inner = box.adjusted(1, 1, -1, -1)
    if is_triangle:
        path.moveTo(inner.center().x(), inner.top())
        path.lineTo(inner.bottomRight())
        path.lineTo(inner.bottomLeft())
        path.closeSubpath()
    elif shape == SUPERVISED:
        path.addRoundedRect(inner, 3, 3)
    elif shape == HANDLED:
        path.addEllipse(inner)
    else:
        reach = box.width() / 2
        centre = box.center()
        for turn in range(4):
            angle = math.pi / 2 * turn
            corner = QPointF(centre.x() + reach * math.cos(angle), centre.y() + reach * math.sin(angle))
            if turn:
                path.lineTo(corner)
            else:
                path.moveTo(corner)
        path.closeSubpath()
    return path


@lru_cache(maxsize=16)
def _font(px: int, *, bold: bool = False) -> QFont:
    return theme.text_font(px, bold=bold)


def chip_width(words: str, px: int = 11) -> float:
    """Return how wide a chip with these words is."""
    return QFontMetricsF(_font(px, bold=True)).horizontalAdvance(words) + 10


def draw_chip(painter: QPainter, box: QRectF, words: str, *, level: str, px: int = 11) -> None:
    """Paint a word in a frame: `alarm` filled, `warning` framed in its colour, anything else framed and calm."""
    worn = theme.look()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
    colour = {"alarm": worn.alarm, "warning": worn.warning}.get(level, worn.muted)
    if level == "alarm":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
    else:
        painter.setPen(QColor(colour if level == "warning" else worn.strong_line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 3, 3)
    painter.setFont(_font(px, bold=True))
    painter.setPen(QColor(worn.alarm_text if level == "alarm" else colour))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()

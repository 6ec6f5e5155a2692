"""Small painted marks that lists share; each says by shape and letter what its colour says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app import theme
from app.wording import department_letter
from maps.incident_symbols import priority_shape

REACH = 0.45  # of a priority's shape in its box: diamond and triangle reach further than their radius


def draw_department(painter: QPainter, box: QRectF, kind: str) -> None:
    """Paint a department's rounded square with its letter."""
    worn = theme.look()
    fill = worn.departments.get(kind, worn.neutral)
    draw_badge(painter, box, fill, department_letter(kind))


def draw_badge(painter: QPainter, box: QRectF, fill: str, letters: str) -> None:
    """Paint letters on a rounded box in the ink that is read best on it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme.ink_on(fill)))
    px = int(box.height() * (0.62 if len(letters) < 3 else 0.52))
    painter.setFont(theme.kept_font(px, bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters)


def draw_priority(painter: QPainter, box: QRectF, priority: int) -> None:
    """Paint a priority's digit in its shape: octagon, diamond, triangle, square, ring from 1 to 5."""
    worn = theme.look()
    fill = worn.priorities.get(priority, worn.neutral)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    path = priority_shape(priority, REACH * box.width()).translated(box.center())
    if priority >= 5:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(worn.muted))
    painter.drawPath(path)
    painter.setPen(QColor(theme.ink_on(fill) if priority < 5 else worn.muted))
    painter.setFont(theme.kept_font(int(box.height() * 0.56), bold=True))
    text_box = box.translated(0, box.height() * 0.12) if priority == 3 else box
    painter.drawText(text_box, Qt.AlignmentFlag.AlignCenter, str(priority))
    painter.restore()

"""Small painted marks that lists share; each says by shape and letter what its colour says."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from app import theme

LETTERS = {
    "fire": "F",
    "ambulance": "A",
    "police": "P",
    "urban_management": "U",
    "water": "W",
    "power": "E",
    "volunteers": "V",
}


def draw_department(painter: QPainter, box: QRectF, kind: str) -> None:
    """Paint a department's rounded square with its letter."""
    worn = theme.look()
    fill = worn.departments.get(kind, worn.neutral)
    draw_badge(painter, box, fill, LETTERS.get(kind, "?"))


def draw_badge(painter: QPainter, box: QRectF, fill: str, letters: str) -> None:
    """Paint letters on a rounded box in the ink that is read best on it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme.ink_on(fill)))
    px = int(box.height() * (0.62 if len(letters) < 3 else 0.52))
    painter.setFont(theme.text_font(px, bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters)


def draw_priority(painter: QPainter, box: QRectF, priority: int) -> None:
    """Paint a priority's digit in its shape: octagon, diamond, triangle, square, ring from 1 to 5."""
    worn = theme.look()
    fill = worn.priorities.get(priority, worn.neutral)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    path = priority_path(box, priority)
    if priority >= 5:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(worn.muted))
    painter.drawPath(path)
    painter.setPen(QColor(theme.ink_on(fill) if priority < 5 else worn.muted))
    painter.setFont(theme.text_font(int(box.height() * 0.56), bold=True))
    text_box = box.translated(0, box.height() * 0.12) if priority == 3 else box
    painter.drawText(text_box, Qt.AlignmentFlag.AlignCenter, str(priority))
    painter.restore()


def priority_path(box: QRectF, priority: int) -> QPainterPath:
    """Return the outline that stands for a priority within `box`."""
    path = QPainterPath()
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    middle = box.center()
    if priority == 1:
        cut = box.width() * 0.29
        points = [
            (left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut),
            (right - cut, bottom), (left + cut, bottom), (left, bottom - cut), (left, top + cut),
        ]  # fmt: skip
    elif priority == 2:
        reach = box.width() * 0.56
        points = [
            (middle.x(), middle.y() - reach), (middle.x() + reach, middle.y()),
            (middle.x(), middle.y() + reach), (middle.x() - reach, middle.y()),
        ]  # fmt: skip
    elif priority == 3:
        points = [(middle.x(), top - 1), (right + 2, bottom), (left - 2, bottom)]
    elif priority == 4:
        path.addRect(box.adjusted(1, 1, -1, -1))
        return path
    else:
        path.addEllipse(box.adjusted(1, 1, -1, -1))
        return path
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path

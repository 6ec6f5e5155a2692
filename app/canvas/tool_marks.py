"""How tools draw: lines with a halo, corners, a wash over areas, and figures that are read on any ground."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from maps.style import Theme
from maps.symbols import sign_font

FIGURE_PX = 13.0
CORNER_PX = 4.5


def paint_line(
    painter: QPainter,
    theme: Theme,
    points: Sequence[QPointF],
    colour: str,
    *,
    dash: str = "",
    width: float = 2.6,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Paint a line on a halo, with dashes of a second colour on it where one is given."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    layers = [(theme.halo, width + 3.0, Qt.PenStyle.SolidLine), (colour, width, style)]
    if dash:
        layers.append((dash, width, Qt.PenStyle.DashLine))
    for one, wide, how in layers:
        painter.setPen(QPen(QColor(one), wide, how))
        painter.drawPolyline(QPolygonF(points))


def paint_area(painter: QPainter, points: Sequence[QPointF], colour: str, alpha: float = 0.15) -> None:
    """Paint a wash over an area."""
    wash = QColor(colour)
    wash.setAlphaF(alpha)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(wash)
    painter.drawPolygon(QPolygonF(points))


def paint_corners(painter: QPainter, theme: Theme, points: Sequence[QPointF], *, is_closing: bool = False) -> None:
    """Paint corners that were set; the first one larger while a click on it would close the area."""
    painter.setPen(QPen(QColor(theme.halo), 1.5))
    painter.setBrush(QColor(theme.selection))
    for number, point in enumerate(points):
        radius = CORNER_PX + (3.0 if is_closing and number == 0 else 0.0)
        painter.drawEllipse(point, radius, radius)


def paint_figure(
    painter: QPainter, theme: Theme, words: str, at: QPointF, *, size_px: float = FIGURE_PX, is_strong: bool = False
) -> QRectF:
    """Write a figure with its middle at a point, on a halo; a strong one on a plate. Returns the box it takes."""
    font = sign_font(size_px)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(words)
    box = QRectF(at.x() - width / 2 - 6, at.y() - size_px / 2 - 4, width + 12, size_px + 8)
    path = QPainterPath()
    path.addText(QPointF(at.x() - width / 2, at.y() + metrics.capHeight() / 2), font, words)
    if is_strong:
        plate = QColor(theme.halo)
        plate.setAlphaF(0.9)
        painter.setPen(QPen(QColor(theme.neutral), 1.0))
        painter.setBrush(plate)
        painter.drawRoundedRect(box, 4, 4)
    else:
        pen = QPen(QColor(theme.halo), 4.0)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.fillPath(path, QColor(theme.text))
    return box


def paint_pin(painter: QPainter, theme: Theme, at: QPointF) -> None:
    """Paint a ring with a point in it: the place that a card speaks of."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme.halo, 5.0), (theme.selection, 2.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, 8.0, 8.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.selection))
    painter.drawEllipse(at, 2.2, 2.2)

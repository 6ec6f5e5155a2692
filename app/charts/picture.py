"""Puts a chart on white paper, as a picture for a report."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.charts.chart import Chart
from app.theme import LOOKS
from maps.lettering import FONT_FAMILIES

SCALE = 2.5  # dots of the picture to one of its measures
EDGE = 2.0


def picture_of(chart: Chart, size: tuple[float, float]) -> QImage:
    """Return a chart on white; size in logical pixels."""
    return painted(
        lambda painter, area: chart.paint(painter, area.adjusted(EDGE, EDGE, -EDGE, -EDGE), LOOKS["day"]), size
    )


def painted(paint: Callable[[QPainter, QRectF], object], size: tuple[float, float]) -> QImage:
    """Return what is painted into an area on white, in the letters of charts; size in logical pixels."""
    image = QImage(round(size[0] * SCALE), round(size[1] * SCALE), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(SCALE, SCALE)
        painter.setFont(chart_font())
        paint(painter, QRectF(0, 0, *size))
    finally:
        painter.end()
    return image


def chart_font(px: int = 11) -> QFont:
    """Return the letters of charts."""
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(px)
    return font

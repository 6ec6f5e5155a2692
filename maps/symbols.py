"""Small pictures of what is on the map. Shape, fill and letter say what colour says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from maps.lettering import FONT_FAMILIES
from maps.style import Theme, department_colour

# Fill of a unit's symbol by status; the letter stands in it.
HOLLOW, HALF, FULL, RINGED, OFF = "hollow", "half", "full", "ringed", "off"
STATUS_SIGNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "available": (HOLLOW, "A"),
        "available_by_radio": (HOLLOW, "R"),
        "alerted": (HALF, "L"),
        "acknowledged": (HALF, "K"),
        "en_route": (FULL, "E"),
        "staged": (FULL, "G"),
        "on_scene": (RINGED, "S"),
        "transporting": (FULL, "T"),
        "at_destination": (RINGED, "D"),
        "out_of_service": (OFF, "X"),
    }
)
UNIT_PX = 30.0
UNIT_RADIUS_PX = 9.5
HEADING_PX = 22.0
HEADING_AT_PX = 15.0


def sign_font(size_px: float, *, bold: bool = True) -> QFont:
    """Return the font for letters and numbers in symbols."""
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(max(1, round(size_px)))
    font.setBold(bold)
    return font


def drawn(width: float, height: float, scale: float, draw: Callable[[QPainter], None]) -> QImage:
    """Make a transparent picture of logical size times `scale`, drawn with its middle as the origin."""
    image = QImage(
        2 * math.ceil(width * scale / 2), 2 * math.ceil(height * scale / 2), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(image.width() / 2, image.height() / 2)
    painter.scale(scale, scale)
    draw(painter)
    painter.end()
    return image


def write(painter: QPainter, text: str, size_px: float, colour: str, x: float = 0.0, y: float = 0.0) -> None:
    """Write a short text with the middle of its capitals at a point."""
    font = sign_font(size_px)
    path = QPainterPath()
    path.addText(QPointF(0, 0), font, text)
    width = QFontMetricsF(font).horizontalAdvance(text)
    painter.fillPath(path.translated(x - width / 2, y + QFontMetricsF(font).capHeight() / 2), QColor(colour))


def department_shape(department_kind: str, radius: float) -> QPainterPath:
    """Return the outline that tells departments apart without colour, around the origin."""
    path = QPainterPath()
    if department_kind == "fire":
        side = radius * 0.9
        path.addRoundedRect(QRectF(-side, -side, 2 * side, 2 * side), 2, 2)
    elif department_kind == "police":
        top, low = -radius * 0.95, radius * 1.12
        path.moveTo(-radius * 0.92, top)
        path.lineTo(radius * 0.92, top)
        path.lineTo(radius * 0.92, radius * 0.2)
        path.quadTo(radius * 0.8, radius * 0.8, 0, low)
        path.quadTo(-radius * 0.8, radius * 0.8, -radius * 0.92, radius * 0.2)
        path.closeSubpath()
    elif department_kind == "urban_management":
        _polygon(path, 4, radius * 1.22, -90)
    elif department_kind == "water":
        path.moveTo(0, -radius * 1.35)
        path.cubicTo(radius * 0.5, -radius * 0.7, radius, -radius * 0.2, radius, radius * 0.2)
        path.arcTo(QRectF(-radius, -radius * 0.8, 2 * radius, 2 * radius), 0, -180)
        path.cubicTo(-radius, -radius * 0.2, -radius * 0.5, -radius * 0.7, 0, -radius * 1.35)
        path.closeSubpath()
    elif department_kind == "power":
        _polygon(path, 6, radius * 1.1, 0)
    elif department_kind == "gas":
        path.addPolygon(_scaled(radius, (-1.1, -0.8), (1.1, -0.8), (0.2, 1.1), (-0.2, 1.1)))
        path.closeSubpath()
    elif department_kind == "heating":
        path.addPolygon(_scaled(radius, (-0.95, 0.95), (-0.95, -0.35), (0, -1.12), (0.95, -0.35), (0.95, 0.95)))
        path.closeSubpath()
    elif department_kind == "telecom":
        path.addRoundedRect(QRectF(-1.12 * radius, -0.68 * radius, 2.24 * radius, 1.36 * radius), radius, radius)
    elif department_kind == "public_service":
        path.addPolygon(_scaled(radius, (-0.5, -1), (0.5, -1), (1.1, 0.9), (-1.1, 0.9)))
        path.closeSubpath()
    elif department_kind == "volunteers":
        _polygon(path, 5, radius * 1.18, -90)
    elif department_kind == "ambulance":
        path.addEllipse(QPointF(0, 0), radius, radius)
    else:
        _polygon(path, 8, radius * 1.05, 22.5)
    return path


def _scaled(radius: float, *corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(radius * x, radius * y) for x, y in corners])


def _polygon(path: QPainterPath, corners: int, radius: float, start_deg: float) -> None:
    angles = [math.radians(start_deg + 360 * corner / corners) for corner in range(corners)]
    path.addPolygon(QPolygonF([QPointF(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]))
    path.closeSubpath()


def unit_symbol(theme: Theme, department_kind: str, status: str, scale: float) -> QImage:
    """Draw a unit: the department's shape and colour, the status as fill and letter."""
    fill, letter = STATUS_SIGNS.get(status, (OFF, "?"))
    colour = department_colour(theme, department_kind)
    shape = department_shape(department_kind, UNIT_RADIUS_PX)

    def draw(painter: QPainter) -> None:
        painter.strokePath(shape, QPen(QColor(theme.ink), 5.0))
        if fill == RINGED:
            ring = department_shape(department_kind, UNIT_RADIUS_PX + 2.8)
            painter.strokePath(ring, QPen(QColor(theme.ink), 4.2))
            painter.strokePath(ring, QPen(QColor(theme.paper), 1.8))
        solid = fill in (FULL, RINGED)
        painter.fillPath(shape, QColor(colour if solid else theme.halo))
        if fill == HALF:
            painter.save()
            painter.setClipRect(QRectF(-20, 0, 40, 20))
            painter.fillPath(shape, QColor(colour))
            painter.restore()
        edge = QPen(QColor(theme.paper if fill == FULL else theme.neutral if fill == OFF else colour), 1.8)
        if status in ("available_by_radio", "staged"):
            edge.setDashPattern([1.6, 1.3])
        if fill != RINGED:
            painter.strokePath(shape, edge)
        ink = theme.ink if solid else theme.text if fill in (HALF, HOLLOW) else theme.neutral
        if fill == HALF:
            outline = QPainterPath()
            font = sign_font(11)
            outline.addText(QPointF(0, 0), font, letter)
            width = QFontMetricsF(font).horizontalAdvance(letter)
            outline.translate(-width / 2, QFontMetricsF(font).capHeight() / 2)
            painter.strokePath(outline, QPen(QColor(theme.halo), 2.4))
        write(painter, letter, 11, ink)
        if fill == OFF:
            painter.setPen(QPen(QColor(theme.neutral), 1.4))
            painter.drawLine(QPointF(-8, 8), QPointF(8, -8))

    return drawn(UNIT_PX, UNIT_PX, scale, draw)


def small_unit_symbol(theme: Theme, department_kind: str, scale: float) -> QImage:
    """Draw a free unit at its station, seen from afar: the department's shape and colour alone."""
    shape = department_shape(department_kind, 6.4)

    def draw(painter: QPainter) -> None:
        painter.strokePath(shape, QPen(QColor(theme.ink), 4.0))
        painter.fillPath(shape, QColor(theme.halo))
        painter.strokePath(shape, QPen(QColor(department_colour(theme, department_kind)), 1.5))

    return drawn(24, 24, scale, draw)


def heading_place(heading_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far (k, 2) from a unit's middle the pointers of headings (k) are, whole logical pixels."""
    way = np.radians(heading_deg)
    return np.round(HEADING_AT_PX * np.stack((np.sin(way), -np.cos(way)), axis=1))


def heading_pointer(theme: Theme, department_kind: str, heading_deg: float, scale: float) -> QImage:
    """Draw the arrow head that looks out from behind a unit's symbol (0 north, clockwise), to be laid at
    `heading_place`: a picture around the whole unit would be copied at four times the cost."""
    across, down = heading_place(np.array([heading_deg]))[0].tolist()

    def draw(painter: QPainter) -> None:
        painter.translate(-across, -down)
        painter.rotate(heading_deg)
        arrow = QPolygonF([QPointF(0, -20), QPointF(6.2, -10.5), QPointF(0, -12.5), QPointF(-6.2, -10.5)])
        painter.setPen(QPen(QColor(theme.ink), 1.6))
        painter.setBrush(QColor(department_colour(theme, department_kind)))
        painter.drawPolygon(arrow)

    return drawn(HEADING_PX, HEADING_PX, scale, draw)


def speak_badge(theme: Theme, scale: float) -> QImage:
    """Draw the speech bubble of a crew that asks to speak."""

    def draw(painter: QPainter) -> None:
        bubble = QPainterPath()
        bubble.addRoundedRect(QRectF(-7, -6, 14, 10), 3, 3)
        bubble.moveTo(-3, 3.5)
        bubble.lineTo(-4, 7)
        bubble.lineTo(1, 3.5)
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        painter.setBrush(QColor(theme.paper))
        painter.drawPath(bubble.simplified())
        painter.setBrush(QColor(theme.ink))
        painter.setPen(Qt.PenStyle.NoPen)
        for x in (-3.4, 0.0, 3.4):
            painter.drawEllipse(QPointF(x, -1), 1.2, 1.2)

    return drawn(20, 20, scale, draw)


def incident_size(number: int) -> tuple[float, float]:
    """Return the logical width and height of an incident's flag without its tip."""
    return 32.0 + 8.5 * max(1, len(str(number))), 28.0


def chip(text: str, size_px: float, ink: str, ground: str, edge: str, scale: float) -> QImage:
    """Draw a text on a small rounded plate."""
    font = sign_font(size_px)
    width = QFontMetricsF(font).horizontalAdvance(text) + 10
    height = size_px + 7

    def draw(painter: QPainter) -> None:
        plate = QColor(ground)
        plate.setAlphaF(0.9)
        painter.setPen(QPen(QColor(edge), 1.2))
        painter.setBrush(plate)
        painter.drawRoundedRect(QRectF(-width / 2, -height / 2, width, height), 4, 4)
        write(painter, text, size_px, ink)

    return drawn(width + 4, height + 4, scale, draw)

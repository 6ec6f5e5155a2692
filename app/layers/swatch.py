"""Small pictures of how a layer is drawn, for the list and for legends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from maps.user_layers import PALETTE, Look, UserLayer

WIDTH, HEIGHT = 26, 16


def swatch(layer: UserLayer, geometry: str) -> QIcon:
    """Draw a layer's sign: its geometry in its colours; pictures of the ground have a sign of their own."""
    if layer.kind != "vector":
        return _icon(lambda painter: _paint_picture(painter, layer.kind))
    colours = colours_of(layer.look)
    return _icon(lambda painter: _paint(painter, geometry, colours, layer.look))


def colour_swatch(colour: str, geometry: str = "polygon", look: Look | None = None) -> QIcon:
    """Draw the sign of one class."""
    return _icon(lambda painter: _paint(painter, geometry, [colour], look or Look()))


def colours_of(look: Look) -> list[str]:
    """Name the colours that a look draws in, at most five of them."""
    if look.symbology == "categories":
        colours = [one.colour for one in look.categories]
    elif look.symbology == "graduated":
        colours = [one.colour for one in look.steps]
    else:
        colours = []
    colours = colours or [look.colour or PALETTE[0]]
    step = max(1, -(-len(colours) // 5))
    return colours[::step]


def _icon(paint: object) -> QIcon:
    pixmap = QPixmap(WIDTH * 2, HEIGHT * 2)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)  # type: ignore[operator]
    painter.end()
    return QIcon(pixmap)


def _paint(painter: QPainter, geometry: str, colours: list[str], look: Look) -> None:
    share = WIDTH / len(colours)
    painter.setOpacity(max(look.opacity, 0.25))
    for place, colour in enumerate(colours):
        if geometry == "point":
            size = min(11.0, max(6.0, look.size_px), share + 2)
            painter.setPen(QPen(QColor(look.outline), 1.2) if look.outline else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF((place + 0.5) * share, HEIGHT / 2), size / 2, size / 2)
        elif geometry == "line":
            width = min(5.0, max(2.0, look.width_px))
            left, right = place * share + 1, (place + 1) * share - 1
            for pen in ([QPen(QColor(look.outline), width + 2)] if look.outline else []) + [
                QPen(QColor(colour), width)
            ]:
                painter.setPen(pen)
                painter.drawLine(QPointF(left, HEIGHT / 2), QPointF(right, HEIGHT / 2))
        else:
            inside = QColor(colour)
            inside.setAlphaF(0.45)
            box = QRectF(place * share + 1, 2.5, share - 2, HEIGHT - 5)
            painter.fillRect(box, inside)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.outline or colour), 1.6))
            painter.drawRect(box)


def _paint_picture(painter: QPainter, kind: str) -> None:
    box = QRectF(2, 1.5, WIDTH - 4, HEIGHT - 3)
    painter.setPen(QPen(QColor("#8c9196"), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    if kind == "imagery":
        painter.setBrush(QColor("#8c9196"))
        painter.drawPolygon([QPointF(4, 13), QPointF(10, 6), QPointF(14, 10), QPointF(17, 7), QPointF(22, 13)])
        return
    for share in (1 / 3, 2 / 3):
        x, y = box.left() + share * box.width(), box.top() + share * box.height()
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

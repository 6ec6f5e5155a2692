"""Signs of the map's tools, drawn in one weight of line so that they read by night and by day."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIDE_PX = 22


def _pan(p: QPainter) -> None:
    p.setBrush(p.pen().color())
    p.drawPolygon(
        QPolygonF([QPointF(*at) for at in ((6, 3), (6, 17), (10, 13.5), (12.5, 19), (15, 18), (12.5, 12.5), (17, 12))])
    )


def _lasso(p: QPainter) -> None:
    p.drawEllipse(QRectF(3, 3, 16, 11))
    path = QPainterPath(QPointF(7, 13))
    path.cubicTo(4, 15, 9, 16, 6.5, 20)
    p.drawPath(path)


def _rectangle(p: QPainter) -> None:
    pen = QPen(p.pen())
    pen.setDashPattern([2.2, 1.8])
    p.setPen(pen)
    p.drawRect(QRectF(3.5, 5, 15, 12))


def _measure(p: QPainter) -> None:
    p.drawLine(QPointF(4, 18), QPointF(18, 4))
    for x, y in ((4, 18), (18, 4)):
        p.drawLine(QPointF(x - 2.5, y - 2.5), QPointF(x + 2.5, y + 2.5))
    for share in (0.33, 0.66):
        x, y = 4 + 14 * share, 18 - 14 * share
        p.drawLine(QPointF(x, y), QPointF(x + 2, y + 2))


def _area(p: QPainter) -> None:
    ring = QPolygonF([QPointF(*at) for at in ((4, 8), (12, 3.5), (18.5, 9), (15, 18), (6, 17))])
    wash = QColor(p.pen().color())
    wash.setAlphaF(0.35)
    p.setBrush(wash)
    p.drawPolygon(ring)


def _buffer(p: QPainter) -> None:
    p.drawEllipse(QPointF(11, 11), 8, 8)
    p.drawLine(QPointF(11, 11), QPointF(19, 11))
    p.setBrush(p.pen().color())
    p.drawEllipse(QPointF(11, 11), 1.8, 1.8)


def _line(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(3, 18), QPointF(8, 11), QPointF(13, 13), QPointF(19, 4)]))
    _bar(p, 10.5, 12)


def _polygon(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(*at) for at in ((3.5, 6), (17, 3.5), (18.5, 15), (6, 18.5))]))
    _bar(p, 11, 11)


def _bar(p: QPainter, x: float, y: float) -> None:
    """Draw the sign of a closed road in the middle."""
    p.save()
    p.setBrush(QColor("#ff5a4d"))
    p.setPen(Qt.PenStyle.NoPen)
    p.drawEllipse(QPointF(x, y), 5, 5)
    p.setPen(QPen(QColor("#ffffff"), 2))
    p.drawLine(QPointF(x - 2.4, y), QPointF(x + 2.4, y))
    p.restore()


def _perimeter(p: QPainter) -> None:
    corners = [QPointF(11 + 8.2 * cos(pi * n / 3), 11 + 8.2 * sin(pi * n / 3)) for n in range(6)]
    pen = QPen(p.pen())
    pen.setDashPattern([2.6, 1.4])
    p.setPen(pen)
    p.drawPolygon(QPolygonF(corners))
    p.setBrush(p.pen().color())
    p.drawEllipse(QPointF(11, 11), 2, 2)


def _here(p: QPainter) -> None:
    path = QPainterPath(QPointF(11, 20))
    path.cubicTo(4, 12, 4, 3, 11, 3)
    path.cubicTo(18, 3, 18, 12, 11, 20)
    p.drawPath(path)
    p.setBrush(p.pen().color())
    p.drawEllipse(QPointF(11, 9), 2.2, 2.2)


SIGNS: dict[str, Callable[[QPainter], None]] = {
    "pan": _pan,
    "lasso": _lasso,
    "rectangle": _rectangle,
    "measure": _measure,
    "area": _area,
    "buffer": _buffer,
    "line": _line,
    "polygon": _polygon,
    "perimeter": _perimeter,
    "here": _here,
}


def icon(tool: str, colour: str, scale: float) -> QIcon:
    """Draw the sign of a tool; `scale` is how many device pixels make a logical one."""
    picture = QPixmap(round(SIDE_PX * scale), round(SIDE_PX * scale))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    SIGNS[tool](painter)
    painter.end()
    return QIcon(picture)

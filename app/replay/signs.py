"""Signs of the replay bar's buttons, drawn in the colours of the look."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF

from app import theme

SIDE_PX = 20


def sign(name: str, *, scale: float = 2.0) -> QIcon:
    """Return the sign of `play`, `pause`, `next`, `previous`, `start`, `end`, `incident`, `alarm` or `bookmark`."""
    icon = QIcon()
    worn = theme.look()
    for mode, colour in ((QIcon.Mode.Normal, worn.text), (QIcon.Mode.Disabled, worn.faint)):
        picture = QPixmap(round(SIDE_PX * scale), round(SIDE_PX * scale))
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        _DRAW[name](painter)
        painter.end()
        icon.addPixmap(picture, mode)
    return icon


def _play(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(6, 3), QPointF(6, 17), QPointF(17, 10)]))


def _pause(p: QPainter) -> None:
    for x in (5, 11.5):
        p.drawRect(QRectF(x, 3.5, 3.5, 13))


def _next(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(5, 4.5), QPointF(5, 15.5), QPointF(12.5, 10)]))
    p.drawRect(QRectF(13, 4.5, 2.5, 11))


def _end(p: QPainter) -> None:
    for x in (2.5, 9):
        p.drawPolygon(QPolygonF([QPointF(x, 4.5), QPointF(x, 15.5), QPointF(x + 6.5, 10)]))
    p.drawRect(QRectF(15.5, 4.5, 2.5, 11))


def _mirrored(draw):  # type: ignore[no-untyped-def]
    def drawn(p: QPainter) -> None:
        p.translate(SIDE_PX, 0)
        p.scale(-1, 1)
        draw(p)

    return drawn


def _incident(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(2, 4.5), QPointF(2, 15.5), QPointF(8.5, 10)]))
    p.drawEllipse(QPointF(13.5, 10), 4.5, 4.5)


def _alarm(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(2, 4.5), QPointF(2, 15.5), QPointF(8, 10)]))
    p.setBrush(QColor(theme.look().alarm))
    p.drawPolygon(QPolygonF([QPointF(13.5, 4), QPointF(19, 15.5), QPointF(8, 15.5)]))


def _bookmark(p: QPainter) -> None:
    path = QPainterPath(QPointF(5, 3))
    for x, y in ((15, 3), (15, 17), (10, 13), (5, 17)):
        path.lineTo(x, y)
    path.closeSubpath()
    p.drawPath(path)


_DRAW = {
    "play": _play,
    "pause": _pause,
    "next": _next,
    "previous": _mirrored(_next),
    "end": _end,
    "start": _mirrored(_end),
    "incident": _incident,
    "alarm": _alarm,
    "bookmark": _bookmark,
}

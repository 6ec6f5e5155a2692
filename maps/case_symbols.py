"""Small pictures of cases of urban management: a square for what stands in the city, a diamond for what happens there.

The fill tells how far a case is: hollow until it is filed, half while it is put right, full while it is checked. A ring
tells that it is late; a triangle with a mark that it is a danger. None looks like an incident's flag or a unit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from maps import symbols
from maps.style import VERMILLION, Theme, mixed

REPORTED, IN_HAND, CHECKED, PAUSED = "reported", "in_hand", "checked", "paused"
COMPONENT = "component"
SIDE_PX = 11.0
PICTURE_PX = 26.0


class CaseLook(NamedTuple):
    """What a case's mark shows: its group ("component", "event"), its phase, whether late, whether a danger."""

    group: str
    phase: str
    is_late: bool = False
    is_danger: bool = False


def case_colour(theme: Theme) -> str:
    """Return the colour of cases: a paper's, which no department and no priority has."""
    return "#ead2ae" if theme.name == "night" else "#6a4a1c"


def late_colour(theme: Theme) -> str:
    """Return the colour of the ring round what is late."""
    return "#ff8a5c" if theme.name == "night" else "#b8400a"


def case_symbol(theme: Theme, look: CaseLook, scale: float) -> QImage:
    """Draw a case's mark with its middle in the middle."""
    return symbols.drawn(PICTURE_PX, PICTURE_PX, scale, lambda painter: draw_case(painter, theme, look))


def case_icon(theme: Theme, is_late: bool) -> Callable[[QPainter], None]:
    """Return what draws the icon of gathered cases around the origin."""
    return lambda painter: draw_case(painter, theme, CaseLook(COMPONENT, CHECKED, is_late))


def draw_case(painter: QPainter, theme: Theme, look: CaseLook) -> None:
    """Draw a case's mark around the origin."""
    colour = QColor(case_colour(theme))
    if look.phase == PAUSED:
        colour = QColor(mixed(case_colour(theme), theme.neutral, 0.7))
    if look.is_late:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen_colour, width in ((theme.halo, 4.2), (late_colour(theme), 2.2)):
            painter.setPen(QPen(QColor(pen_colour), width))
            painter.drawEllipse(QPointF(0, 0), SIDE_PX - 0.5, SIDE_PX - 0.5)
    if look.is_danger:
        _draw_danger(painter, theme)
        return
    shape = _outline(look.group)
    painter.setPen(QPen(QColor(theme.halo), 4.0))
    painter.setBrush(QColor(theme.halo))
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    if look.phase == CHECKED:
        painter.fillPath(shape, colour)
    elif look.phase == IN_HAND:
        painter.save()
        painter.setClipRect(QRectF(-SIDE_PX, 0, 2 * SIDE_PX, SIDE_PX))
        painter.fillPath(shape, colour)
        painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(colour, 1.8)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.drawPath(shape)
    if look.phase == PAUSED:
        painter.drawLine(QPointF(-1.6, -2.2), QPointF(-1.6, 2.2))
        painter.drawLine(QPointF(1.6, -2.2), QPointF(1.6, 2.2))


def _draw_danger(painter: QPainter, theme: Theme) -> None:
    corners = QPolygonF([QPointF(0, -8.5), QPointF(8.2, 6.0), QPointF(-8.2, 6.0)])
    pen = QPen(QColor(theme.halo), 3.4)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(QColor(theme.halo))
    painter.drawPolygon(corners)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(VERMILLION))
    painter.drawPolygon(corners)
    symbols.write(painter, "!", 11.0, "#ffffff", 0.0, 1.4)


def _outline(group: str) -> QPainterPath:
    path = QPainterPath()
    half = SIDE_PX / 2
    if group == COMPONENT:
        path.addRoundedRect(QRectF(-half, -half, SIDE_PX, SIDE_PX), 1.5, 1.5)
    else:
        reach = half * 1.32
        path.addPolygon(QPolygonF([QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]))
        path.closeSubpath()
    return path

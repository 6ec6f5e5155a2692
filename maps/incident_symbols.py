"""The flags of incidents: what it is, its number, its priority by shape and colour, how far it has come, how late."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from maps.glyphs import glyph_of, glyph_path
from maps.layers import IncidentMark
from maps.style import Theme, priority_colour
from maps.symbols import drawn, incident_size, write

TIP_PX = 9.0
GATHERED_WIDTH_PX = 40.0
# How many of the three steps are done: somebody was sent, somebody is there, all is done.
STEPS = {"waiting": 0, "assigned": 1, "working": 2, "cleared": 3, "closed": 3}


class Look(NamedTuple):
    """All that a flag shows; `late_min` None where it is in time, `stage` empty where it is not shown."""

    number: int
    kind: str
    priority: int
    stage: str = ""
    late_min: int | None = None


def look_of(mark: IncidentMark) -> Look:
    """Return what the flag of an incident shows."""
    late = (mark.overdue_min or 0) if mark.is_overdue else None
    return Look(mark.number, mark.kind, mark.priority, mark.stage, late)


def priority_shape(priority: int, radius: float) -> QPainterPath:
    """Return the outline of a priority around the origin: octagon, diamond, triangle, square, ring from 1 to 5."""
    path = QPainterPath()
    if priority == 1:
        cut = radius * 0.42
        corners = [
            (-cut, -radius), (cut, -radius), (radius, -cut), (radius, cut),
            (cut, radius), (-cut, radius), (-radius, cut), (-radius, -cut),
        ]  # fmt: skip
    elif priority == 2:
        reach = radius * 1.2
        corners = [(0, -reach), (reach, 0), (0, reach), (-reach, 0)]
    elif priority == 3:
        corners = [(0, -radius * 1.25), (radius * 1.25, radius * 0.9), (-radius * 1.25, radius * 0.9)]
    elif priority == 4:
        side = radius * 0.88
        corners = [(-side, -side), (side, -side), (side, side), (-side, side)]
    else:
        path.addEllipse(QPointF(0, 0), radius, radius)
        return path
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def incident_flag(theme: Theme, look: Look, scale: float) -> QImage:
    """Draw an incident's flag; the sprite's middle is its place."""
    width, height = incident_size(look.number)
    colour = priority_colour(theme, look.priority)
    loud = look.priority <= 3
    bottom = -TIP_PX

    def draw(painter: QPainter) -> None:
        _plate(painter, theme, look.priority, width, height)
        ink = theme.ink if loud else colour
        line = bottom - height / 2 - 2.5
        painter.save()
        painter.translate(-width / 2 + 14, line)
        painter.fillPath(glyph_path(glyph_of(look.kind)), QColor(ink))
        painter.restore()
        write(painter, str(look.number), 14, ink, 10.5, line)
        if look.stage in STEPS:
            _steps(painter, theme, ink, STEPS[look.stage], width, bottom - 4.2)
        painter.setPen(QPen(QColor(theme.ink), 1.2))
        painter.setBrush(QColor(theme.paper))
        painter.drawEllipse(QPointF(0, 0), 3.2, 3.2)
        _badge(painter, theme, look.priority, QPointF(-width / 2 - 1, bottom - height))
        if look.late_min is not None:
            _clock(painter, theme, look.late_min, QPointF(width / 2 - 1, bottom - height))

    return drawn(width + 100, 2 * (height + TIP_PX) + 30, scale, draw)


def gathered_flag(theme: Theme, count: int, priority: int, new: int, is_late: bool, scale: float) -> QImage:
    """Draw several incidents as one flag: their count in the colour of the most urgent, and how many are new."""
    width, height = GATHERED_WIDTH_PX, 26.0
    top = -TIP_PX - height

    def draw(painter: QPainter) -> None:
        for shift in (5.0, 2.5):  # those behind
            painter.setPen(QPen(QColor(theme.ink), 1.6))
            painter.setBrush(QColor(theme.neutral))
            painter.drawRoundedRect(QRectF(-width / 2 + shift, top - shift, width, height), 5, 5)
        _plate(painter, theme, priority, width, height)
        ink = theme.ink if priority <= 3 else priority_colour(theme, priority)
        write(painter, str(count), 16, ink, 3, -TIP_PX - height / 2)
        _badge(painter, theme, priority, QPointF(-width / 2 - 1, top))
        if new:
            at = QPointF(width / 2 + 4, top - 2)
            painter.setPen(QPen(QColor(theme.ink), 1.8))
            painter.setBrush(QColor(theme.paper))
            painter.drawEllipse(at, 8.5, 8.5)
            write(painter, str(min(new, 99)), 11, theme.ink, at.x(), at.y())
        if is_late:
            _clock(painter, theme, None, QPointF(width / 2 + 2, -TIP_PX - 2))

    return drawn(width + 50, 2 * (height + TIP_PX) + 36, scale, draw)


def _plate(painter: QPainter, theme: Theme, priority: int, width: float, height: float) -> None:
    colour, loud, bottom = priority_colour(theme, priority), priority <= 3, -TIP_PX
    flag = QPainterPath()
    flag.addRoundedRect(QRectF(-width / 2, bottom - height, width, height), 5, 5)
    stem = QPainterPath()
    stem.addPolygon(QPolygonF([QPointF(-6, bottom - 2), QPointF(6, bottom - 2), QPointF(0, -1)]))
    stem.closeSubpath()
    flag = flag.united(stem)
    border = {1: 2.6, 2: 1.8}.get(priority, 1.2)
    painter.strokePath(flag, QPen(QColor(theme.ink), 2 * border + 3))
    painter.strokePath(flag, QPen(QColor(theme.paper if loud else colour), 2 * border))
    painter.fillPath(flag, QColor(colour if loud else theme.ink))


def _badge(painter: QPainter, theme: Theme, priority: int, at: QPointF) -> None:
    """Put the priority's shape with its digit on a corner."""
    shape = priority_shape(priority, 7.5).translated(at)
    painter.strokePath(shape, QPen(QColor(theme.ink), 3.4))
    painter.fillPath(shape, QColor(theme.ink))
    painter.strokePath(shape, QPen(QColor(theme.paper), 1.3))
    write(painter, str(min(priority, 9)), 10, theme.paper, at.x(), at.y() + (1.2 if priority == 3 else 0.0))


def _steps(painter: QPainter, theme: Theme, ink: str, done: int, width: float, y: float) -> None:
    """Paint three steps along the lower edge: as many are filled as are done."""
    long, gap = (width - 14) / 3, 2.5
    for step in range(3):
        box = QRectF(-width / 2 + 7 + step * long + gap / 2, y - 2.0, long - gap, 4.0)
        colour = QColor(ink)
        if step >= done:
            colour.setAlphaF(0.25)
        painter.fillRect(box, colour)


def _clock(painter: QPainter, theme: Theme, late_min: int | None, at: QPointF) -> None:
    """Pin a clock with the minutes over the deadline."""
    if late_min is not None and late_min > 0:
        text = f"+{late_min}\u2032" if late_min < 100 else f"+{late_min // 60} h"
        pill = QRectF(at.x(), at.y() - 7.5, 12 + 7.4 * len(text), 15)
        painter.setPen(QPen(QColor(theme.ink), 1.6))
        painter.setBrush(QColor(theme.paper))
        painter.drawRoundedRect(pill, 7.5, 7.5)
        write(painter, text, 10.5, theme.ink, pill.right() - 4 - 3.3 * len(text), at.y())
    painter.setPen(QPen(QColor(theme.ink), 1.6))
    painter.setBrush(QColor(theme.paper))
    painter.drawEllipse(at, 8, 8)
    painter.setPen(QPen(QColor(theme.distress), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(at, at + QPointF(0, -5))
    painter.drawLine(at, at + QPointF(3.6, 2))

"""Who is in charge of an incident and who has it open, as small painted marks: letters in a box, an eye with a seat."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app import theme
from app.desk import Desk
from app.parts.seats import initials, is_held_there, open_at
from app.wording import one_line
from dispatch.charges import is_in_charge

MINE, OTHERS, LEFT = "mine", "others", "left"  # whose it is: of whoever sits here, of somebody there, of who has gone
BADGE_PX, EYE_PX, GAP_PX = 26.0, 17.0, 4.0


@dataclass(frozen=True, slots=True)
class SeatMarks:
    """Hold what is painted: letters of who is in charge (empty: nobody), whose they are, seats that have it open."""

    letters: str = ""
    whose: str = ""
    seats: tuple[str, ...] = ()


NO_MARKS = SeatMarks()


def marks_of(desk: Desk, incident_id: int) -> SeatMarks:
    """Return the marks of an incident; none at a desk that has its log to itself."""
    if desk.seats is None:
        return NO_MARKS
    charge = desk.state.charges.get(incident_id)
    seats = tuple(one_line(each.seat, 24) for each in open_at(desk, incident_id=incident_id))
    if charge is None or not charge.is_held:
        return SeatMarks(seats=seats) if seats else NO_MARKS
    letters = initials(desk.state, charge.actor, charge.seat)
    if is_in_charge(desk.state, charge, desk.who):
        return SeatMarks(letters, MINE, seats)
    return SeatMarks(letters, OTHERS if is_held_there(desk, charge) else LEFT, seats)


def draw_letters(painter: QPainter, box: QRectF, marks: SeatMarks) -> None:
    """Paint who is in charge: filled where it is this desk, outlined where another, in dashes where they left."""
    worn = theme.look()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if marks.whose == MINE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.accent))
        ink = worn.accent_text
    else:
        ink = worn.warning if marks.whose == LEFT else worn.text
        edge = QPen(QColor(worn.warning if marks.whose == LEFT else worn.muted), 1)
        if marks.whose == LEFT:
            edge.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(edge)
        painter.setBrush(QColor(worn.raised))
    painter.drawRoundedRect(inner, 3, 3)
    painter.setPen(QColor(ink))
    painter.setFont(theme.text_font(11 if len(marks.letters) < 3 else 10, bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, marks.letters)
    painter.restore()


def draw_eye(painter: QPainter, box: QRectF, colour: str) -> None:
    """Paint an open eye in the middle of a box."""
    middle, half, lid = box.center(), 6.0, 4.6
    shape = QPainterPath(middle - QPointF(half, 0))
    shape.quadTo(middle - QPointF(0, 2 * lid - 0.6), middle + QPointF(half, 0))
    shape.quadTo(middle + QPointF(0, 2 * lid - 0.6), middle - QPointF(half, 0))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(middle, 1.9, 1.9)
    painter.restore()


def draw_open_at(painter: QPainter, line: QRectF, seats: tuple[str, ...], colour: str) -> float:
    """Paint the eye and who has it open at the right of a line; return the width that it took.

    Where the names have no room their number stands there.
    """
    painter.setFont(theme.text_font(12))
    metrics = painter.fontMetrics()
    words = ", ".join(seats)
    if metrics.horizontalAdvance(words) > 0.42 * line.width():
        words = (
            str(len(seats))
            if len(seats) > 1
            else metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(0.42 * line.width()))
        )
    words_px = metrics.horizontalAdvance(words) + 1
    took = EYE_PX + words_px
    at = line.right() - took
    draw_eye(painter, QRectF(at, line.top(), EYE_PX - 2, line.height()), colour)
    painter.setPen(QColor(colour))
    painter.drawText(QRectF(at + EYE_PX, line.top(), words_px, line.height()), Qt.AlignmentFlag.AlignVCenter, words)
    return took + GAP_PX

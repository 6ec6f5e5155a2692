"""How a row of the queue is painted: two lines a cell, the priority's shape, who is in charge and who has it open."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.parts.incident_rows import NEW_S, NUMBER, WHAT, IncidentRows
from app.parts.live_rows import Index
from app.parts.marks import draw_priority
from app.parts.seat_marks import BADGE_PX, GAP_PX, draw_letters, draw_open_at
from dispatch.incident import Incident, Stage

LEFT_OF_NUMBER_PX = 30  # the priority's shape


class TwoLines(QStyledItemDelegate):
    """Paint a cell's two lines, and in the first column the priority's shape beside the number."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, 38)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rows = index.model()
        assert isinstance(rows, IncidentRows)
        incident = rows.incident(index)
        if incident is None:
            return
        worn = theme.look()
        box = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_new = 0 <= (rows.now - incident.reported_at).total_seconds() < NEW_S
        painter.save()
        is_offered = incident.id in rows.offered
        if is_selected:
            painter.fillRect(option.rect, QColor(worn.selection))
        elif is_offered:
            painter.fillRect(option.rect, QColor(worn.raised))
        elif incident.stage is Stage.WAITING:
            painter.fillRect(option.rect, QColor(worn.warning_ground))
        if index.column() == NUMBER:
            if is_new or is_selected or is_offered:
                painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), QColor(worn.accent))
            draw_priority(painter, QRectF(box.left() + 7, box.top() + 10, 18, 18), incident.priority)
            self._text(painter, box.adjusted(LEFT_OF_NUMBER_PX, 0, 0, 0), str(incident.id), worn.text, bold=True)
        else:
            upper, lower = rows.lines(incident, index.column())
            inner = box.adjusted(6, 3, -3, -3)
            half = inner.height() / 2
            colours = {"calm": worn.text, "muted": worn.muted, "notice": worn.notice}
            colours |= {"warning": worn.warning, "alarm": worn.alarm}
            if is_selected:
                colours |= dict.fromkeys(("calm", "muted", "notice"), worn.selection_text)
                if worn.name == "night":
                    colours["warning"], colours["alarm"] = worn.warning, "#ff9a80"
            top = QRectF(inner.left(), inner.top(), inner.width(), half if lower[0] else inner.height())
            bold = index.column() == WHAT or upper[1] == "alarm"
            bottom = QRectF(inner.left(), inner.top() + half, inner.width(), half)
            if index.column() == WHAT:
                top, bottom = self._seats(painter, rows, incident, top, bottom, ink=colours["muted"])
            self._text(painter, top, upper[0], colours.get(upper[1], worn.text), bold=bold)
            self._text(painter, bottom, lower[0], colours.get(lower[1], worn.muted), px=12)
        painter.setPen(QColor(worn.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    @staticmethod
    def number_width(number: int) -> int:
        """Return the pixels that the first column takes for a number: half a number is none."""
        return LEFT_OF_NUMBER_PX + QFontMetrics(theme.text_font(13, bold=True)).horizontalAdvance(str(number)) + 4

    @staticmethod
    def _seats(
        painter: QPainter, rows: IncidentRows, incident: Incident, top: QRectF, bottom: QRectF, *, ink: str
    ) -> tuple[QRectF, QRectF]:
        """Paint who is in charge and who has it open at the right of both lines; return what is left of them."""
        marks = rows.marks(incident)
        if marks.letters:
            box = QRectF(top.right() - BADGE_PX, top.center().y() - 8, BADGE_PX, 16)
            draw_letters(painter, box, marks)
            top = top.adjusted(0, 0, -BADGE_PX - GAP_PX, 0)
        if marks.seats:
            bottom = bottom.adjusted(0, 0, -draw_open_at(painter, bottom, marks.seats, ink), 0)
        return top, bottom

    @staticmethod
    def _text(painter: QPainter, box: QRectF, words: str, colour: str, *, bold: bool = False, px: int = 13) -> None:
        if not words:
            return
        painter.setFont(theme.kept_font(px, bold=bold))
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

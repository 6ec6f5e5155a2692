"""The incidents of the log as table rows by need, and how one is painted: two lines a cell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app import theme
from app.desk import Desk
from app.parts.live_rows import Index, LiveRows
from app.parts.marks import draw_priority
from app.parts.tally import assignments, in_stage_since, touched
from app.wording import label
from app.wording.durations import clock_span, rough_span
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.incident import Incident, Stage
from dispatch.state import State

NUMBER, WHAT, UNITS, SINCE, DUE = range(5)


_HEADINGS = ("queue_no", "queue_kind", "queue_units", "queue_since", "queue_deadline")


_RANK = {Stage.WAITING: 0, Stage.ASSIGNED: 1, Stage.WORKING: 1, Stage.CLEARED: 2, Stage.CLOSED: 3}


NEW_S = 10.0


SOON_S = 600.0


def need_key(incident: Incident) -> tuple[int, int, datetime, int]:
    """Return the key that puts who needs us most on top: nobody going first, then priority, then the longest wait."""
    return (_RANK[incident.stage], incident.priority, incident.received_at, incident.id)


def open_units(state: State, incident_id: int) -> list[str]:
    """Return the call signs of the units bound to an incident now."""
    return [one.unit_id for one in assignments(state, incident_id) if one.is_open]


class IncidentRows(LiveRows):
    """Give the incidents in their order; `data` is words, the delegate paints two lines of them a cell."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(len(_HEADINGS))
        self._desk = desk
        self.now = desk.clock()
        self.with_closed = False
        self.filter = ""

    def take(self, entry: Entry | None) -> None:
        """Bring the rows up to the desk's state; only what the entry names is told as changed."""
        state = self._desk.state
        numbers = state.incidents if self.with_closed else state.open_incidents
        shown = [state.incidents[one] for one in numbers]
        if self.filter:
            shown = [one for one in shown if self.filter in self._haystack(one)]
        self.arrange([one.id for one in sorted(shown, key=need_key)])
        changed = touched(entry, state)
        self.refresh(self.keys if changed.everything else changed.incidents)

    def incident(self, index: Index) -> Incident | None:
        """Return the incident of a row."""
        if not index.isValid() or index.row() >= len(self.keys):
            return None
        return self._desk.state.incidents.get(self.keys[index.row()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(_HEADINGS[section], self._desk.language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        incident = self.incident(index)
        if incident is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(part for part, _ in self.lines(incident, index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.sentence(incident))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(incident)
        return None

    def lines(self, incident: Incident, column: int) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return the two lines of a cell, each as words and a level (calm, muted, good, warning, alarm)."""
        state, language = self._desk.state, self._desk.language
        if column == NUMBER:
            return (str(incident.id), "calm"), ("", "muted")
        if column == WHAT:
            return (self.kind(incident), "calm"), (place(incident), "muted")
        if column == UNITS:
            units = open_units(state, incident.id)
            stage = label("stage", incident.stage.value, language)
            waiting = incident.stage is Stage.WAITING
            return (self._units(units, incident.stage), "warning" if waiting else "calm"), (
                stage,
                "warning" if waiting else "muted",
            )
        if column == SINCE:
            end = incident.closed_at or self.now
            since = (end - incident.received_at).total_seconds()
            in_stage = (end - in_stage_since(state, incident)).total_seconds()
            waits = incident.stage is Stage.WAITING and incident.priority <= 2 and since > 60
            return (clock_span(max(0.0, since)), "alarm" if waits else "calm"), (
                clock_span(max(0.0, in_stage)),
                "muted",
            )
        return self._due(incident)

    def _due(self, incident: Incident) -> tuple[tuple[str, str], tuple[str, str]]:
        if incident.deadline_at is None or incident.stage is Stage.CLOSED:
            return ("–", "muted"), ("", "muted")
        left = (incident.deadline_at - self.now).total_seconds()
        if left < 0:
            return (say("overdue", span=rough_span(-left)), "alarm"), ("", "alarm")
        return (rough_span(left), "warning" if left < SOON_S else "muted"), ("", "muted")

    def _units(self, units: list[str], stage: Stage) -> str:
        language = self._desk.language
        if not units:
            return say("no_units" if stage is Stage.WAITING else "units_gone", language)
        named = " ".join(one_line(unit, 12) for unit in units)
        if len(named) <= 12:
            return named
        return say("many_units", language, count=len(units))

    def kind(self, incident: Incident) -> str:
        """Return the kind's name in the desk's language."""
        card = self._desk.state.cards.get(incident.kind)
        if card is None:
            return one_line(incident.kind)
        return one_line(card.name_zh if self._desk.language == "zh" and card.name_zh else card.name)

    def sentence(self, incident: Incident) -> str:
        """Return the whole row as one sentence, for a screen reader and the tooltip."""
        language = self._desk.language
        return say(
            "row_said",
            language,
            number=incident.id,
            priority=incident.priority,
            kind=self.kind(incident),
            place=place(incident),
            stage=label("stage", incident.stage.value, language),
            units=", ".join(open_units(self._desk.state, incident.id)) or say("no_units", language),
        )

    def _haystack(self, incident: Incident) -> str:
        units = " ".join(open_units(self._desk.state, incident.id))
        return f"{incident.id} {self.kind(incident)} {place(incident)} {units} {incident.text}".casefold()


def place(incident: Incident) -> str:
    """Return the words of an incident's place; its coordinates where it has none."""
    where = incident.location
    words = ", ".join(part for part in (where.text or where.crossing, where.municipality) if part)
    return one_line(words) or f"{where.lat:.5f}, {where.lon:.5f}"


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
        if is_selected:
            painter.fillRect(option.rect, QColor(worn.selection))
        elif incident.stage is Stage.WAITING:
            painter.fillRect(option.rect, QColor(worn.warning_ground))
        if index.column() == NUMBER:
            if is_new or is_selected:
                painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), QColor(worn.accent))
            draw_priority(painter, QRectF(box.left() + 7, box.top() + 10, 18, 18), incident.priority)
            self._text(painter, box.adjusted(30, 0, 0, 0), str(incident.id), worn.text, bold=True)
        else:
            upper, lower = rows.lines(incident, index.column())
            inner = box.adjusted(6, 3, -3, -3)
            half = inner.height() / 2
            colours = {"calm": worn.text, "muted": worn.muted, "warning": worn.warning, "alarm": worn.alarm}
            if is_selected:
                colours |= {"calm": worn.selection_text, "muted": worn.selection_text}
                if worn.name == "night":
                    colours["warning"], colours["alarm"] = worn.warning, "#ff9a80"
            top = QRectF(inner.left(), inner.top(), inner.width(), half if lower[0] else inner.height())
            bold = index.column() == WHAT or upper[1] == "alarm"
            self._text(painter, top, upper[0], colours.get(upper[1], worn.text), bold=bold)
            bottom = QRectF(inner.left(), inner.top() + half, inner.width(), half)
            self._text(painter, bottom, lower[0], colours.get(lower[1], worn.muted), px=12)
        painter.setPen(QColor(worn.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    @staticmethod
    def _text(painter: QPainter, box: QRectF, words: str, colour: str, *, bold: bool = False, px: int = 13) -> None:
        if not words:
            return
        painter.setFont(theme.text_font(px, bold=bold))
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

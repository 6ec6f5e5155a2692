"""The queue: every open incident by need, with its timers; selecting one takes it in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.desk import Desk, Selection
from app.live_rows import NO_INDEX, Index, LiveRows
from app.marks import draw_priority
from app.tally import assignments, in_stage_since, tally, touched
from app.wording import label
from app.wording.durations import clock_span, rough_span
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.incident import Incident, Stage
from dispatch.state import State

NUMBER, WHAT, UNITS, SINCE, DUE = range(5)
_HEADINGS = ("queue_no", "queue_kind", "queue_units", "queue_since", "queue_deadline")
_WIDTHS = (52, 0, 86, 58, 60)
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


class IncidentsPanel(QWidget):
    """Show the queue; `appeared` tells of every incident that was not there before."""

    appeared = Signal(int)
    mute_wanted = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        language = desk.language
        self._last = max(desk.state.incidents, default=0)
        self.rows = IncidentRows(desk)
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.setItemDelegate(TwoLines(self.table))
        self.table.setAccessibleName(say("incidents", language))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(38)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for column, width in enumerate(_WIDTHS):
            if width:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.count = QLabel()
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.find = QLineEdit()
        self.find.setPlaceholderText(say("queue_filter", language))
        self.find.setAccessibleName(say("queue_filter", language))
        self.find.setClearButtonEnabled(True)
        self.closed_too = QCheckBox(say("queue_closed_too", language))
        self.sound = QCheckBox(say("queue_mute", language))
        self.sound.setChecked(True)
        self.sound.setAccessibleName(say("mute", language))
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(8)
        top.addWidget(self.count)
        top.addWidget(self.find, 1)
        top.addWidget(self.closed_too)
        top.addWidget(self.sound)
        self.empty = QLabel(say("queue_empty", language), self.table.viewport())
        self.empty.setProperty("role", "muted")
        self.empty.move(16, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.table)
        self.find.textChanged.connect(self._on_find)
        self.closed_too.toggled.connect(self._on_closed_too)
        self.sound.toggled.connect(lambda on: self.mute_wanted.emit(not on))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.doubleClicked.connect(self._on_double)
        desk.state_changed.connect(self._on_state)
        desk.selection_changed.connect(self._on_selection)
        desk.ticked.connect(self._on_tick)
        self._is_following = False
        self._on_state(None, desk.state)

    def step(self, by: int, *, waiting_only: bool = False) -> None:
        """Take the next (+1) or previous (-1) incident of the queue in hand."""
        keys = [
            key for key in self.rows.keys if not waiting_only or self._desk.state.incidents[key].stage is Stage.WAITING
        ]
        if not keys:
            return
        held = self._desk.selection.incident_id
        at = keys.index(held) + by if held in keys else (0 if by > 0 else len(keys) - 1)
        self._desk.select(incident_id=keys[at % len(keys)])

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self._is_following = True
        self.rows.take(entry)
        self._is_following = False
        self._on_selection(self._desk.selection)
        counted = tally(state, self.rows.now)
        self.count.setText(
            say("queue_count", self._desk.language, waiting=counted.unassigned, open=counted.open_incidents)
        )
        self.empty.setVisible(not self.rows.keys)
        newest = max((one for one in touched(entry, state).incidents if one > self._last), default=0)
        if entry is None:
            self._last = max(state.incidents, default=0)
        elif newest:
            self._last = newest
            self.appeared.emit(newest)

    def _on_tick(self, now: datetime) -> None:
        self.rows.now = now
        self.table.viewport().update()

    def _on_find(self, words: str) -> None:
        self.rows.filter = words.strip().casefold()
        self.rows.take(None)

    def _on_closed_too(self, on: bool) -> None:
        self.rows.with_closed = on
        self.rows.take(None)

    def _on_row(self, current: QModelIndex | QPersistentModelIndex, previous: object = NO_INDEX) -> None:
        incident = self.rows.incident(current)
        if incident is not None and not self._is_following and incident.id != self._desk.selection.incident_id:
            self._desk.select(incident_id=incident.id)

    def _on_double(self, index: QModelIndex) -> None:
        incident = self.rows.incident(index)
        if incident is not None:
            self._desk.go_to.emit(incident.location.lon, incident.location.lat)

    def _on_selection(self, selection: Selection) -> None:
        row = self.rows.row_of(selection.incident_id) if selection.incident_id is not None else -1
        model = self.table.selectionModel()
        if row < 0:
            model.clearSelection()
            model.clearCurrentIndex()
            return
        if model.currentIndex().row() != row or not model.hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            model.setCurrentIndex(self.rows.index(row, 0), flags)

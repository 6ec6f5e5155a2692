"""The queue: every open incident by need, with its timers; selecting one takes it in hand."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.charge.offer_bar import OfferBar
from app.charge.queue_choice import QueueChoice
from app.desk import Desk, Selection
from app.parts.forms import plain_label, show_words
from app.parts.incident_delegate import TwoLines
from app.parts.incident_rows import NUMBER, IncidentRows
from app.parts.live_rows import NO_INDEX
from app.parts.queues import ALL, Queues
from app.parts.tally import tally, touched
from app.wording import text
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.incident import Stage
from dispatch.state import State

_WIDTHS = (52, 0, 86, 62, 60)
LOW_PX = 340


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
        self.rows.setParent(self)
        self.table = QTableView()
        self.table.setModel(self.rows)
        self._cell = TwoLines(self.table)
        self.table.setItemDelegate(self._cell)
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
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setProperty("role", "muted")
        self.empty.move(16, 12)
        self.offers = OfferBar(desk)
        self.queue = QueueChoice(desk)
        self.hidden = plain_label(role="muted")
        self.hidden.setWordWrap(False)
        whose = QHBoxLayout()
        whose.setContentsMargins(8, 0, 8, 0)
        whose.setSpacing(8)
        whose.addWidget(self.queue, 1)
        whose.addWidget(self.hidden, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.offers)
        column.addLayout(top)
        column.addLayout(whose)
        column.addWidget(self.table)
        self.find.textChanged.connect(self._on_find)
        self.closed_too.toggled.connect(self._on_closed_too)
        self.sound.toggled.connect(lambda on: self.mute_wanted.emit(not on))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.doubleClicked.connect(self._on_double)
        desk.looked.connect(self._on_state)
        desk.selection_changed.connect(self._on_selection)
        desk.ticked.connect(self._on_tick)
        desk.seats_changed.connect(self._on_seats)
        desk.who_changed.connect(self._take_anew)
        self.queue.chosen.connect(self._take_anew)
        Queues.of(desk).changed.connect(self._take_anew)
        self._is_following = False
        self._on_state(None, desk.state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.offers.set_low(self.height() < LOW_PX)

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
        self._fit_numbers()
        self._on_selection(self._desk.selection)
        counted = tally(state, self.rows.now)
        self.count.setText(
            say("queue_count", self._desk.language, waiting=counted.unassigned, open=counted.open_incidents)
        )
        self._show_hidden()
        new = () if entry is None else sorted(one for one in touched(entry, state).incidents if one > self._last)
        self._last = max(state.incidents, default=0) if entry is None else max((self._last, *new))
        for number in new:
            self.appeared.emit(number)

    def _take_anew(self, _: object = None) -> None:
        self.rows.choice = self.queue.choice
        self._is_following = True
        self.rows.take(None)
        self._is_following = False
        self._on_selection(self._desk.selection)
        self._fit_numbers()
        self._show_hidden()

    def _fit_numbers(self) -> None:
        wide = max(_WIDTHS[NUMBER], self._cell.number_width(max(self.rows.keys, default=0)))
        if self.table.columnWidth(NUMBER) != wide:
            self.table.horizontalHeader().resizeSection(NUMBER, wide)

    def _on_seats(self, _: object) -> None:
        self.table.viewport().update()  # who has what open is painted from the desk's own picture

    def _show_hidden(self) -> None:
        language, hidden = self._desk.language, self.rows.count_hidden
        show_words(self.hidden, text("room.hidden", language, count=hidden) if hidden else "")
        self.empty.setText(
            say("queue_empty", language) if self.rows.choice == ALL else text("room.queue_empty", language)
        )
        self.empty.adjustSize()
        self.empty.setVisible(not self.rows.keys)

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

"""The case board: every open case by what is due first; selecting one takes it in hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.cases.aside import Aside
from app.cases.board_delegate import BoardDelegate, row_height
from app.cases.board_rows import BoardRows
from app.cases.docket import Wanted
from app.cases.filters import Filters
from app.cases.words import zone_of
from app.desk import Desk, Selection
from app.parts.forms import plain_label
from app.parts.live_rows import NO_INDEX
from app.parts.queues import Queues
from app.wording import text
from dispatch.case_events import CaseReported
from dispatch.events import Entry
from dispatch.state import State

WARM_COUNT, WARM_EVERY_MS = 150, 25  # a millisecond or two at a time
LOW_PX = 420  # a board that is lower folds its chips away


class _List(QTableView):
    """Give the row in hand to whoever presses Enter; rows are as high as their lines at this width.

    A table of one column: unlike a list it does not go through five thousand rows because one came or went.
    """

    entered_row = Signal(QModelIndex)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = row_height(self.viewport().width())
        if self.verticalHeader().defaultSectionSize() != height:
            self.verticalHeader().setDefaultSectionSize(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)


class CasesPanel(QWidget):
    """Show the board. `opened` asks for the case's panel."""

    opened = Signal(int)
    appeared = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.filters = Filters(desk)
        self.aside = Aside(desk)
        self.rows = BoardRows(desk)
        self.list = _List()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(BoardDelegate(self.list))
        self.list.verticalHeader().hide()
        self.list.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.list.horizontalHeader().hide()
        self.list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.list.setShowGrid(False)
        self.list.setTabKeyNavigation(False)
        self.list.setWordWrap(False)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setAccessibleName(text("cases.board", desk.language))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.empty = plain_label(text("cases.none", desk.language), role="muted")
        self.empty.setParent(self.list.viewport())
        self.empty.setGeometry(16, 12, 340, 48)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.aside)
        column.addWidget(self.list, 1)
        self._is_following = False
        self._idle = QTimer(self, interval=WARM_EVERY_MS)
        self._idle.timeout.connect(self._warm)
        self._day_ends_at = desk.clock()
        self.filters.changed.connect(self._on_wanted)
        self.aside.wanted.connect(self._take_next)
        self.list.selectionModel().currentChanged.connect(self._on_row)
        self.list.clicked.connect(self._on_row)
        self.list.entered_row.connect(self._on_entered)
        self.list.doubleClicked.connect(self._on_entered)
        desk.looked.connect(self._on_state)
        desk.selection_changed.connect(self._on_selection)
        desk.who_changed.connect(self._on_who)
        desk.ticked.connect(self._on_tick)
        desk.seats_changed.connect(self._on_seats)
        Queues.of(desk).changed.connect(self._on_queues)
        self._show_counts()

    @property
    def desk(self) -> Desk:
        """Return the desk that the board stands on."""
        return self._desk

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.filters.set_low(self.height() < LOW_PX)

    def showEvent(self, event: QShowEvent) -> None:
        """Make ready, bit by bit, what the first search looks through."""
        super().showEvent(event)
        self._idle.start()

    def _warm(self) -> None:
        if not self.rows.docket.warm(WARM_COUNT):
            self._idle.stop()

    def step(self, by: int, *, overdue_only: bool = False) -> None:
        """Take the next (+1) or previous (-1) case of the board in hand."""
        count = self.rows.docket.overdue_shown() if overdue_only else self.rows.rowCount()
        if count == 0:
            return
        held = self.rows.row_of(self._desk.selection.case_id)
        at = held + by if 0 <= held < count else (0 if by > 0 else count - 1)
        self._desk.select(case_id=self.rows.id_at(at % count))

    def focus_list(self) -> None:
        """Put the keys on the board."""
        self.list.setFocus()
        if not self.list.currentIndex().isValid() and self.rows.rowCount():
            self.step(1)

    def find_case(self) -> None:
        """Put the cursor in the field that finds a case."""
        self.filters.find.setFocus()
        self.filters.find.selectAll()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self.rows.now = self._desk.clock()
        self._is_following = True
        is_changed = self.rows.take(entry)
        self._is_following = False
        if not is_changed:
            return
        self._show_counts()
        self._on_selection(self._desk.selection)
        for event in entry.events if entry is not None else ():
            if isinstance(event, CaseReported):
                self.appeared.emit(event.case_id)

    def _on_tick(self, now: datetime) -> None:
        self._is_following = True
        fallen = self.rows.tick(now)
        self._is_following = False
        if not self.isVisible():
            return
        if fallen or now >= self._day_ends_at:
            self._show_counts()
        self.list.viewport().update()

    def _on_wanted(self, wanted: Wanted) -> None:
        self._is_following = True
        self.rows.now = self._desk.clock()
        self.rows.want(wanted)
        self._is_following = False
        self._show_counts()
        self._on_selection(self._desk.selection)

    def _on_who(self, who: object) -> None:
        self._is_following = True
        self.rows.seat()
        self._is_following = False
        self._show_counts()
        if self.filters.wanted != self.rows.docket.wanted:
            self._on_wanted(self.filters.wanted)

    def _on_seats(self, _: object) -> None:
        if self.isVisible():
            self.list.viewport().update()
            self.filters.fill_scope(self.rows.docket.by_department)

    def _on_queues(self) -> None:
        if self.rows.docket.wanted.queue:
            self._on_wanted(self.filters.wanted)

    def _on_row(self, current: QModelIndex | QPersistentModelIndex, previous: object = NO_INDEX) -> None:
        case = self.rows.case(current)
        if case is not None and not self._is_following and case.id != self._desk.selection.case_id:
            self._desk.select(case_id=case.id)

    def _on_entered(self, index: QModelIndex) -> None:
        case = self.rows.case(index)
        if case is not None:
            self._desk.select(case_id=case.id)
            self.opened.emit(case.id)

    def _take_next(self, numbers: tuple[int, ...]) -> None:
        """Take the next of some cases in hand."""
        held = self._desk.selection.case_id
        place = numbers.index(held) + 1 if held in numbers else 0
        self._desk.select(case_id=numbers[place % len(numbers)])

    def _show_aside(self) -> None:
        self.aside.show_cases(self.rows.docket.contested, self._desk.state.cases.get(self._desk.selection.case_id or 0))

    def _on_selection(self, selection: Selection) -> None:
        self._show_aside()
        row = self.rows.row_of(selection.case_id)
        model = self.list.selectionModel()
        self._is_following = True
        if row < 0:
            model.clearSelection()
            model.clearCurrentIndex()
        elif model.currentIndex().row() != row or not model.hasSelection():
            model.setCurrentIndex(self.rows.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_following = False

    def _show_counts(self) -> None:
        now = self.rows.now
        local = now.astimezone(zone_of(self._desk.state.time_zone))
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        self._day_ends_at = midnight.astimezone(now.tzinfo)
        docket = self.rows.docket
        self._show_aside()
        self.filters.fill_scope(docket.by_department)
        self.filters.show_counts(docket.counts(now, self._day_ends_at), docket.by_stage)
        self.empty.setVisible(not docket.keys)
        wanted = docket.wanted
        is_plain = wanted == Wanted()
        words = text("cases.none" if is_plain else "cases.none_found", self._desk.language)
        if self.empty.text() != words:
            self.empty.setText(words)

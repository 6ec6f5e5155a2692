"""The unit board: every unit by department with its status, timer, incident and the age of its position."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk, Selection
from app.parts.allow import allow
from app.parts.names import department_name
from app.parts.reason_line import ReasonLine
from app.parts.tally import natural, tally
from app.parts.unit_columns import DepartmentColumn, UnitTable
from app.parts.unit_rows import (
    KEY_ROLE,
    UnitFilter,
    UnitRows,
)
from app.wording import label, short_status, text
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.commands import (
    AcknowledgeSignal,
    AssignUnits,
    Choice,
    Command,
    EndMoveUp,
    HoldUnit,
    MoveUp,
    ReleaseUnit,
    ReportStatus,
    UnholdUnit,
)
from dispatch.events import Entry
from dispatch.incident import Stage
from dispatch.refused import Refused
from dispatch.state import State
from resources.status import FREE, ORDER_ON_ASSIGNMENT, Status
from resources.status import Signal as CrewSignal

COLUMN_LEAST_PX = 150


class UnitsPanel(QWidget):
    """Show the board and change statuses by its menu; typing narrows it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        language = desk.language
        self.rows = UnitRows(desk)
        self.rows.setParent(self)
        self.find = QLineEdit()
        self.find.setPlaceholderText(say("board_filter", language))
        self.find.setAccessibleName(say("board_filter", language))
        self.find.setClearButtonEnabled(True)
        self.free_only = QCheckBox(say("board_free_only", language))
        self.by_department = _toggle(say("board_columns", language))
        self.as_table = _toggle(say("board_table", language))
        self.by_department.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.by_department)
        group.addButton(self.as_table)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 3, 8, 3)
        bar.setSpacing(8)
        self.find.setMaximumWidth(460)
        bar.addWidget(self.find, 3)
        bar.addWidget(self.free_only)
        bar.addStretch(1)
        bar.addWidget(self.by_department)
        bar.addWidget(self.as_table)
        self.why = ReasonLine(language)
        self._columns = QWidget()
        self._row = QHBoxLayout(self._columns)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._columns)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.columns: dict[str, DepartmentColumn] = {}
        self.table = UnitTable(UnitFilter(self.rows), self.rows, hidden=())
        self.table.setAccessibleName(say("units", language))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._scroll)
        self._pages.addWidget(self.table)
        self.empty = QLabel(say("board_empty", language))
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.why)
        column.addWidget(self._pages)
        self._wire(self.table)
        self.find.textChanged.connect(self._narrow)
        self.free_only.toggled.connect(self._narrow)
        self.by_department.toggled.connect(self._show_page)
        desk.looked.connect(self._on_state)
        desk.selection_changed.connect(self._on_selection)
        desk.fixes_changed.connect(self._on_fixes)
        desk.ticked.connect(self._on_tick)
        desk.refused.connect(self._on_refused)
        self._asked: set[str] = set()  # ids of this board's own commands that may want a reason
        self._is_following = False
        self._on_state(None, desk.state)

    def tables(self) -> list[UnitTable]:
        """Return every table of the board, the columns first."""
        return [column.table for column in self.columns.values()] + [self.table]

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self.rows.take(entry)
        counted = tally(state, self.rows.now).departments
        known = [one.department for one in counted]
        if known != list(self.columns):
            self._build(known)
        for one in counted:
            self.columns[one.department].head.show_count(one, self._desk.language)
        self._show_page()
        self._on_selection(self._desk.selection)

    def _build(self, departments: list[str]) -> None:
        for column in self.columns.values():
            self._row.removeWidget(column)
            column.deleteLater()
        self.columns = {one: DepartmentColumn(one, self.rows) for one in departments}
        for key, column in self.columns.items():
            column.table.setAccessibleName(department_name(self._desk.state, key, self._desk.language))
            self._row.addWidget(column)
            self._wire(column.table)
        self._columns.setMinimumWidth(COLUMN_LEAST_PX * len(departments))
        self._narrow()

    def _wire(self, table: UnitTable) -> None:
        table.selectionModel().currentRowChanged.connect(self._on_row)
        table.customContextMenuRequested.connect(lambda at, table=table: self._show_menu(table, at))
        table.doubleClicked.connect(self._on_double)

    def _show_page(self, on: bool = True) -> None:
        page = self._scroll if self.by_department.isChecked() else self.table
        self._pages.setCurrentWidget(page if self.rows.keys else self.empty)

    def _narrow(self, words: object = "") -> None:
        for table in self.tables():
            table.filter.narrow(self.find.text(), free_only=self.free_only.isChecked())

    def _on_fixes(self, fixes: object) -> None:
        self.rows.fixes = self._desk.fixes

    def _on_tick(self, now: datetime) -> None:
        self.rows.now = now
        for table in self.tables():
            if table.isVisible():
                table.viewport().update()

    def _on_row(self, current: QModelIndex, previous: object = None) -> None:
        unit_id = current.data(KEY_ROLE)
        if unit_id and not self._is_following and unit_id != self._desk.selection.unit_id:
            self._desk.select(incident_id=self._desk.selection.incident_id, unit_id=unit_id)

    def _on_double(self, index: QModelIndex) -> None:
        unit_id = index.data(KEY_ROLE)
        unit = self._desk.state.units.get(unit_id)
        if unit is None:
            return
        number = self.rows.incident_of(unit)
        if number:
            self._desk.select(incident_id=number, unit_id=unit_id)
        self._show_on_map(unit_id)

    def _show_on_map(self, unit_id: str) -> None:
        unit, fix = self._desk.state.units.get(unit_id), self._desk.fixes.get(unit_id)
        if fix is not None:
            self._desk.go_to.emit(fix.lon, fix.lat)
        elif unit is not None:
            self._desk.go_to.emit(unit.unit.lon, unit.unit.lat)

    def _on_selection(self, selection: Selection) -> None:
        self._is_following = True
        row = self.rows.row_of(selection.unit_id) if selection.unit_id is not None else -1
        for table in self.tables():
            index = table.filter.mapFromSource(self.rows.index(row, 0)) if row >= 0 else QModelIndex()
            model = table.selectionModel()
            if not index.isValid():
                model.clearSelection()
                model.clearCurrentIndex()
            elif model.currentIndex().row() != index.row():
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                model.setCurrentIndex(index, flags)
        self._is_following = False

    def _show_menu(self, table: UnitTable, at: QPoint) -> None:
        index = table.indexAt(at) if table.indexAt(at).isValid() else table.currentIndex()
        unit_id = index.data(KEY_ROLE)
        if unit_id:
            self.menu_for(unit_id).popup(table.viewport().mapToGlobal(at))

    def menu_for(self, unit_id: str) -> QMenu:
        """Return the menu of what may be asked of a unit; each line sends the same command as the command line."""
        desk, language = self._desk, self._desk.language
        unit = desk.state.units[unit_id]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = menu.addAction(one_line(unit_id))
        heading.setEnabled(False)
        if unit.speak_at is not None:
            speak = AcknowledgeSignal(unit_id, CrewSignal.REQUEST_TO_SPEAK)
            self._add(menu, say("answer_speak", language), lambda: desk.send(speak), AcknowledgeSignal)
        held = desk.state.incidents.get(desk.selection.incident_id or 0)
        if held is not None and held.stage is not Stage.CLOSED and unit.status in FREE and not unit.assignment_id:
            order = AssignUnits(held.id, (Choice(unit_id, override_reason=say("send_to", number=held.id)),))
            self._add(menu, say("send_to", language, number=held.id), lambda: desk.send(order), AssignUnits)
        bound = ORDER_ON_ASSIGNMENT if unit.assignment_id else ()
        for status in (*bound, Status.AVAILABLE, Status.AVAILABLE_BY_RADIO):
            if status is not unit.status:
                words = f"{label('status', status.value, language)}  {short_status(status.value)}"
                self._add(menu, words, lambda status=status: self._report(ReportStatus(unit_id, status)), ReportStatus)
        menu.addSeparator()
        self._add_reserve(menu, unit_id)
        if unit.assignment_id:
            self._add(menu, say("release", language), lambda: desk.send(ReleaseUnit(unit_id)), ReleaseUnit)
        self._add(menu, say("out_of_service", language), lambda: self._ask_out_of_service(unit_id), ReportStatus)
        self._add(menu, say("show_unit", language), lambda: self._show_on_map(unit_id))
        return menu

    def _add_reserve(self, menu: QMenu, unit_id: str) -> None:
        """Offer what a unit that waits may be told: to wait elsewhere, to come home, to be held in reserve."""
        desk, language = self._desk, self._desk.language
        unit = desk.state.units[unit_id]
        if unit.held:
            self._add(menu, text("reserve.release", language), lambda: desk.send(UnholdUnit(unit_id)), UnholdUnit)
        else:
            self._add(menu, text("reserve.hold", language), lambda: self._ask_hold(unit_id), HoldUnit)
        if unit.post is not None:
            station = desk.state.stations.get(unit.unit.station)
            home = station.name if station is not None else text("posts.own", language)
            self._add(
                menu, text("posts.home", language, station=home), lambda: desk.send(EndMoveUp(unit_id)), EndMoveUp
            )
        stations = [
            one
            for one in desk.state.stations.values()
            if one.department == unit.unit.department and one.id not in (unit.station, unit.unit.station)
        ]
        if stations and unit.status in FREE and not unit.assignment_id:
            more = menu.addMenu(text("posts.menu", language))
            for one in sorted(stations, key=lambda one: natural(one.name)):
                self._add(more, one.name or one.id, lambda one=one: desk.send(MoveUp(unit_id, one.id)), MoveUp)

    def _ask_hold(self, unit_id: str) -> None:
        self.why.ask(
            text("reserve.ask", self._desk.language, unit=one_line(unit_id, 20)),
            lambda reason: self._desk.send(HoldUnit(unit_id, reason)),
        )

    def _add(self, menu: QMenu, words: str, do: object, command: type | None = None) -> QAction:
        action = menu.addAction(one_line(words).replace("&", "&&"))
        action.triggered.connect(lambda checked=False: do())  # type: ignore[operator]
        if command is not None:
            allow(action, self._desk, command)
        return action

    def _ask_out_of_service(self, unit_id: str) -> None:
        self.why.ask(
            say("out_of_service_ask", self._desk.language, unit=one_line(unit_id, 20)),
            lambda reason: self._desk.send(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason=reason)),
        )

    def _report(self, body: ReportStatus) -> None:
        # An engine in this thread answers before `send` returns: the answer is known by its body.
        self._asked.add(body.unit_id)
        self._desk.send(body)

    def _on_refused(self, command: Command, refused: Refused) -> None:
        body = command.body
        if not isinstance(body, ReportStatus) or command.who != self._desk.who or body.unit_id not in self._asked:
            return
        self._asked.discard(body.unit_id)
        if refused.code != "status_against_order":
            return
        language = self._desk.language
        status = label("status", body.status.value, language)
        self.why.ask(
            say("reason_correct", language, unit=one_line(body.unit_id, 20), status=status),
            lambda reason: self._desk.send(replace(body, reason=reason)),
            do_words=say("reason_do", language),
            crew=lambda: self._desk.send(replace(body, source="crew")),
        )


def _toggle(words: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setCheckable(True)
    button.setProperty("role", "flat")
    return button

"""The incidents behind a figure, a bar or an hour, the slowest first; each can be taken in hand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.parts.records import dress_records
from app.times.words import interval_name, key_words
from app.wording import one_line, text, tooltip
from app.wording.durations import clock_span, day_and_clock
from dispatch.times.report import TimesReport

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole

WIDE = (3, 4)  # kind and place share what the short columns leave
MEASURED_ROWS = 40


class IncidentRows(QAbstractTableModel):
    """Hold the numbers of incidents; what is said of each is read when it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._report: TimesReport | None = None
        self._interval = "response"
        self.ids: tuple[int, ...] = ()

    def put(self, report: TimesReport, interval: str, ids: tuple[int, ...]) -> None:
        """Show other incidents, with an interval of each."""
        self.beginResetModel()
        self._report, self._interval, self.ids = report, interval, ids
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 5

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() == 1 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        words = self._words(self.ids[index.row()], index.column())
        return tooltip(words) if role == _Role.ToolTipRole else words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        language = self._desk.language
        if role == _Role.DisplayRole:
            keys = ("times.incident", "", "times.received", "times.kind", "times.place")
            return interval_name(self._interval, language) if section == 1 else text(keys[section], language)
        if role == _Role.TextAlignmentRole:
            return self.data(self.index(0, section), role) if self.ids else None
        return None

    def _words(self, number: int, column: int) -> str:
        report, state, language = self._report, self._desk.state, self._desk.language
        if column == 0 or report is None:
            return str(number)
        if column == 1:
            return clock_span(report.seconds_of(number).get(self._interval))
        if column == 2:
            return day_and_clock(report.received_at(number), report.time_zone)
        incident = state.incidents.get(number)
        if incident is None:
            return ""
        return key_words(state, "kind", incident.kind, language) if column == 3 else one_line(incident.location.text)


class Behind(QWidget):
    """Show incidents with what they stand behind. An incident that is taken is selected on the map."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = desk.language
        self._desk = desk
        self.title = plain_label(text("times.pick", language), role="title")
        self.detail = plain_label(role="muted")
        self.rows = IncidentRows(desk)
        self.rows.setParent(self)
        self.list = QTableView()
        self.list.setModel(self.rows)
        dress_records(self.list, text("times.incident", language))
        across = self.list.horizontalHeader()
        across.setResizeContentsPrecision(MEASURED_ROWS)
        for column in range(self.rows.columnCount()):
            modes = QHeaderView.ResizeMode
            across.setSectionResizeMode(column, modes.Stretch if column in WIDE else modes.ResizeToContents)
        self.list.setMinimumHeight(90)
        self._ids: dict[bool, tuple[int, ...]] = {True: (), False: ()}
        self._shown: tuple[TimesReport, str] | None = None
        self.known, self.blank = (self._toggle(key) for key in ("times.known_button", "times.blank_button"))
        parts = QHBoxLayout()
        parts.setSpacing(4)
        for made in (self.known, self.blank):
            parts.addWidget(made)
        parts.addStretch(1)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(0, 6, 0, 0)
        column_of.setSpacing(5)
        for made in (self.title, self.detail):
            column_of.addWidget(made)
        column_of.addLayout(parts)
        column_of.addWidget(self.list, 1)
        column_of.addStretch()
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self.list.hide()

    def show_incidents(
        self, report: TimesReport, interval: str, title: str, ids: tuple[int, ...], detail: str = "",
        blank: tuple[int, ...] = (),
    ) -> None:  # fmt: skip
        """Show incidents, with an interval of each; `blank` are those where it is not known, one button away."""
        language = self._desk.language
        show_words(self.title, title)
        show_words(self.detail, detail)
        self._ids, self._shown = {True: ids, False: blank}, (report, interval)
        self.known.setText(text("times.known_button", language, count=f"{len(ids):,}"))
        self.blank.setText(text("times.blank_button", language, count=f"{len(blank):,}"))
        if not blank:
            self.known.setChecked(True)
        for made in (self.known, self.blank):
            made.setVisible(bool(blank))
        self._show_list()

    def clear(self) -> None:
        """Show nothing."""
        show_words(self.title, text("times.pick", self._desk.language))
        show_words(self.detail, "")
        self._ids, self._shown, self.rows.ids = {True: (), False: ()}, None, ()
        for made in (self.list, self.known, self.blank):
            made.hide()

    def _show_list(self) -> None:
        if self._shown is not None:
            ids = self._ids[self.known.isChecked()]
            self.rows.put(*self._shown, ids)
            self.list.setVisible(bool(ids))

    def _toggle(self, key: str) -> QToolButton:
        made = small_button(text(key, self._desk.language, count="0"), self._show_list, role="flat")
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setChecked(key == "times.known_button")
        made.hide()
        return made

    def _take(self, index: QModelIndex) -> None:
        number = self.rows.ids[index.row()]
        incident = self._desk.state.incidents.get(number)
        if incident is not None:
            self._desk.select(incident_id=number)
            self._desk.go_to.emit(incident.location.lon, incident.location.lat)

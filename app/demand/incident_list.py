"""The incidents that are left under what is chosen, the latest first; each can be taken in hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from app.demand.count import Counted
from app.demand.words import bar_name
from app.desk import Desk
from app.parts.records import dress_records
from app.wording import text, tooltip
from app.wording.durations import day_and_clock

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
HEADS = ("demand.incident", "demand.received", "demand.kind", "demand.place")


class IncidentRows(QAbstractTableModel):
    """Hold rows of what was counted; what is said of each is read when it is seen."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._counted: Counted | None = None
        self._rows = np.zeros(0, np.int64)

    def put(self, counted: Counted | None) -> None:
        """Show other incidents."""
        self.beginResetModel()
        self._counted = counted
        self._rows = counted.left[::-1] if counted is not None else np.zeros(0, np.int64)
        self.endResetModel()

    def number(self, row: int) -> int:
        """Return the number of an incident."""
        assert self._counted is not None
        return int(self._counted.rows.ids[self._rows[row]])

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        words = self._words(int(self._rows[index.row()]), index.column())
        return tooltip(words) if role == _Role.ToolTipRole else words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return text(HEADS[section], self._language)
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _words(self, row: int, column: int) -> str:
        counted = self._counted
        assert counted is not None
        rows = counted.rows
        if column == 0:
            return str(rows.ids[row])
        if column == 1:
            return day_and_clock(datetime.fromtimestamp(float(rows.at_s[row]), UTC), rows.time_zone)
        if column == 2:
            return bar_name(counted.state, "kind", rows.kind.names[rows.kind.codes[row]], self._language)
        return counted.address(row)


class IncidentList(QTableView):
    """Show them. An incident that is taken is selected on the desk's map."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.rows = IncidentRows(desk.language)
        self.setModel(self.rows)
        dress_records(self, text("demand.list_tab", desk.language))
        across = self.horizontalHeader()
        for column, width in enumerate((60, 140, 190)):
            self.setColumnWidth(column, width)
        across.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._take)
        self.activated.connect(self._take)

    def _take(self, index: QModelIndex) -> None:
        number = self.rows.number(index.row())
        incident = self._desk.state.incidents.get(number)
        if incident is not None:
            self._desk.select(incident_id=number)
            self._desk.go_to.emit(incident.location.lon, incident.location.lat)

"""The decisions of an exercise in a table, all of them or those that stand out; one is in hand."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.debriefing.names import Names
from app.debriefing.rows import DecisionRows
from app.parts.forms import plain_label, show_words, small_button
from app.parts.records import dress_records
from app.wording import text

WIDE = ("incident", "did", "really", "best")  # share what the short columns leave
MEASURED_ROWS = 40


class DecisionList(QWidget):
    """Show decisions; `taken` tells the place of the one that was chosen."""

    taken = Signal(int)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._names: Names | None = None
        self.chosen = -1
        self.rows = DecisionRows()
        self.table = self._table()
        self.only_bad = small_button(text("debrief.only_bad", language), self._fill, role="tab")
        self.only_bad.setCheckable(True)
        self.count = plain_label(role="muted", wraps=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(5)
        row = QHBoxLayout()
        row.addWidget(self.only_bad)
        row.addWidget(self.count)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.setFocusProxy(self.table)

    def show_names(self, names: Names) -> None:
        """Show the decisions of another exercise."""
        self._names, self.chosen = names, -1
        self._fill()

    def choose(self, place: int) -> None:
        """Mark the decision in hand, where it is listed."""
        self.chosen = place
        model = self.table.selectionModel()
        if place not in self.rows.places:
            model.clear()
            return
        index = self.rows.index(self.rows.places.index(place), 0)
        if index != self.table.currentIndex():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            model.setCurrentIndex(index, flags)
        self.table.scrollTo(index)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.rows)
        dress_records(table, text("debrief.all_decisions", self._language))
        table.horizontalHeader().setResizeContentsPrecision(MEASURED_ROWS)
        table.setMinimumHeight(120)
        return table

    def _fill(self) -> None:
        if self._names is None:
            return
        self.rows.put(self._names, only_bad=self.only_bad.isChecked())
        shown, count = len(self.rows.places), len(self._names.material.debriefing.score.decisions)
        show_words(self.count, text("debrief.of_all", self._language, shown=f"{shown:,}", count=f"{count:,}"))
        across, modes = self.table.horizontalHeader(), QHeaderView.ResizeMode
        across.setMinimumSectionSize(46)
        for section, name in enumerate(self.rows.names_of_columns()):
            across.setSectionResizeMode(section, modes.Stretch if name in WIDE else modes.ResizeToContents)
        if self.chosen >= 0:
            self.choose(self.chosen)

    def _on_row(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid():
            self.taken.emit(self.rows.places[current.row()])

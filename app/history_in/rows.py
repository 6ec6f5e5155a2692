"""What became of every row of a file: a table that asks for more of them where somebody scrolls on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.history_in.words import VERDICTS, colour, what_words
from app.parts.forms import plain_label, show_words
from app.wording import label, one_line, text, tooltip

ROW, VERDICT, WHY, CELL = range(4)
HEADINGS = ("history.row", "history.verdict", "history.why", "history.cell")
SHOWN = (("", "history.all_rows"), ("mended", "history.only_mended"), ("refused", "history.only_refused"))
Index = QModelIndex | QPersistentModelIndex
Listed = list[Any]  # row, verdict, [[code, field, cell] ...]


class ReportRows(QAbstractTableModel):
    """Hold the rows that were asked for so far. `wanted` asks for those behind a row."""

    wanted = Signal(int)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._rows: list[Listed] = []
        self._has_more = self._is_waiting = False
        self._counts: tuple[int, ...] = ()

    def begin(self, counts: Sequence[int] = ()) -> None:
        """Show nothing, and ask for the first rows; `counts` are the rows of each file, where others than before."""
        self._counts = tuple(counts) or self._counts
        self.beginResetModel()
        self._rows, self._has_more, self._is_waiting = [], False, True
        self.endResetModel()
        self.wanted.emit(0)

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._rows, self._has_more, self._is_waiting = [], False, False
        self.endResetModel()

    def add(self, after: int, listed: list[Listed]) -> None:
        """Take rows that were asked for behind a row."""
        if not self._is_waiting or after != self._last:
            return
        self._is_waiting, self._has_more = False, bool(listed)
        if listed:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(listed) - 1)
            self._rows += listed
            self.endInsertRows()

    @property
    def is_waiting(self) -> bool:
        """Tell whether rows were asked for that are not there yet."""
        return self._is_waiting

    @property
    def _last(self) -> int:
        return int(self._rows[-1][0]) if self._rows else 0

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not self._is_waiting and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._is_waiting = True
            self.wanted.emit(self._last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(HEADINGS[section], self._language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, verdict, notes = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row, verdict, notes, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._words(row, verdict, notes, index.column()))
        if role == Qt.ItemDataRole.ForegroundRole:
            if index.column() == VERDICT:
                return colour(VERDICTS[verdict])
            return colour("muted") if verdict == "refused" else None
        return None

    def _words(self, row: int, verdict: str, notes: list[list[str]], column: int) -> str:
        if column == ROW:
            return self._number(row)
        if column == VERDICT:
            return label("history_verdict", verdict, self._language)
        if column == WHY:
            return "; ".join(what_words(f"{code} {name}".strip(), self._language) for code, name, _ in notes)
        return "; ".join(one_line(cell, 80) for *_, cell in notes if cell)

    def _number(self, row: int) -> str:
        """Number a row within its file, behind the file's own number where there are two."""
        if len(self._counts) < 2:
            return f"{row:,}"
        place = 0 if row <= self._counts[0] else 1
        return f"{place + 1} · {row - place * self._counts[0]:,}"


class RowsPage(QWidget):
    """Show what became of rows, of one verdict or of all. `wanted` asks for more of a verdict behind a row."""

    wanted = Signal(str, int)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.rows = ReportRows(language)
        self.chosen = QComboBox()
        for code, words in SHOWN:
            self.chosen.addItem(text(words, language), code)
        self.chosen.setAccessibleName(text("history.show", language))
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.setAccessibleName(text("history.rows_tab", language))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in ((ROW, 74), (VERDICT, 130), (CELL, 240)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        self.none = plain_label(text("history.rows_before", language), role="muted")
        above = QHBoxLayout()
        above.addWidget(plain_label(text("history.show", language), role="muted", wraps=False))
        above.addWidget(self.chosen)
        above.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(above)
        column.addWidget(self.none)
        column.addWidget(self.table, 1)
        self.chosen.activated.connect(lambda _: self.begin())
        self.rows.wanted.connect(lambda after: self.wanted.emit(self.verdict, after))

    @property
    def verdict(self) -> str:
        """Return the verdict whose rows are shown, empty for all."""
        return str(self.chosen.currentData())

    def begin(self, counts: Sequence[int] = ()) -> None:
        """Ask for the rows anew; `counts` are the rows of each file, where others than before."""
        self.rows.begin(counts)

    def clear(self) -> None:
        """Show no rows: another file is looked at, or it is read in another way."""
        self.rows.clear()
        show_words(self.none, text("history.rows_before", self._language))

    def add(self, answer: dict[str, Any]) -> None:
        """Take rows that were asked for."""
        if answer["verdict"] == self.verdict:
            self.rows.add(answer["after"], answer["listed"])
            show_words(self.none, "" if self.rows.rowCount() else text("history.rows_none", self._language))

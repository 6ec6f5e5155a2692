"""A table of words and figures whose cells carry what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app import theme
from app.wording import tooltip

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold the words of a cell, what it is sorted by (words where None), its tip, its tone and what it carries."""

    words: str
    value: float | None = None
    tip: str = ""
    tone: str = ""
    carried: object = None


class Cells(QAbstractTableModel):
    """Hold rows of cells; the first column is to the left, the others to the right."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: tuple[str, ...] = ()
        self.rows: list[tuple[Cell, ...]] = []
        self.is_sorted_by: tuple[int, Qt.SortOrder] | None = None

    def put(self, headings: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> None:
        """Show other rows, in the order that was chosen."""
        self.beginResetModel()
        self.headings, self.rows = headings, rows
        if self.is_sorted_by is not None:
            self._order(*self.is_sorted_by)
        self.endResetModel()

    def cell(self, index: _Index) -> Cell | None:
        """Return a cell."""
        return self.rows[index.row()][index.column()] if index.isValid() else None

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        cell = self.rows[index.row()][index.column()]
        if role == _Role.DisplayRole:
            return cell.words
        if role == _Role.ToolTipRole:
            return tooltip(cell.tip or cell.words) if cell.words else None
        if role == _Role.ForegroundRole and cell.tone:
            return QColor(getattr(theme.look(), cell.tone))
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.headings):
            return None
        if role == _Role.DisplayRole:
            return self.headings[section]
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self.is_sorted_by = (column, order)
        self._order(column, order)
        self.endResetModel()

    def _order(self, column: int, order: Qt.SortOrder) -> None:
        """Sort; what has no value comes last either way."""
        if column >= len(self.headings):
            return
        turned = -1.0 if order is Qt.SortOrder.DescendingOrder else 1.0
        if column == 0:
            self.rows.sort(key=lambda row: row[0].words, reverse=turned < 0)
        else:
            self.rows.sort(key=lambda row: (row[column].value is None, turned * (row[column].value or 0.0)))


class CellsView(QTableView):
    """Show cells; `taken` tells what the one that is gone to carries."""

    taken = Signal(object)

    def __init__(self, name: str, *, sorts: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = Cells()
        self.setModel(self.cells)
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setMinimumSectionSize(44)
        if sorts:
            across.setSectionsClickable(True)
            across.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
            across.sectionClicked.connect(self._sort)
        self.clicked.connect(self._take)
        self.activated.connect(self._take)

    def put(self, headings: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> None:
        """Show other rows; the first column takes the room that the others leave."""
        is_new = headings != self.cells.headings
        self.cells.put(headings, rows)
        if is_new:
            across = self.horizontalHeader()
            for column in range(len(headings)):
                mode = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
                across.setSectionResizeMode(column, mode)

    def fit(self) -> None:
        """Be as high as the rows."""
        high = self.horizontalHeader().sizeHint().height() + 4
        self.setFixedHeight(high + len(self.cells.rows) * self.verticalHeader().defaultSectionSize())

    def _sort(self, column: int) -> None:
        """Sort by a column, highest first; the same column again turns it round."""
        order = Qt.SortOrder.AscendingOrder if column == 0 else Qt.SortOrder.DescendingOrder
        if self.cells.is_sorted_by == (column, order):
            order = Qt.SortOrder(1 - order.value)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(column, order)
        self.cells.sort(column, order)

    def _take(self, index: _Index) -> None:
        cell = self.cells.cell(index)
        if cell is not None and cell.carried is not None:
            self.taken.emit(cell.carried)

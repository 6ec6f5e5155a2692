"""The model of an attribute table over a layer's columns: nothing is read but the columns of the cells on screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.layers.table_rows import Cells
from app.wording import one_line
from gis.columns import LayerColumns
from gis.field_values import is_text

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """Show features as rows. `rows` int64 (n,) are the features in the table's order."""

    def __init__(self, layer: LayerColumns) -> None:
        super().__init__()
        self.layer = layer
        self.columns: tuple[str, ...] = layer.columns()
        self.rows: NDArray[np.int64] = np.arange(layer.count)
        self._cells: Cells | None = None
        self._places: NDArray[np.int64] | None = None
        self._numeric = {name: not is_text(layer, name) for name in self.columns}

    def set_cells(self, cells: Cells) -> None:
        """Take the words of the cells; until then each is a dot."""
        self._cells = cells
        if len(self.rows) and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def set_rows(self, rows: NDArray[np.int64]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows, self._places = rows, None
        self.endResetModel()

    def places_of(self, features: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows in which features stand, ascending; those that the table does not show are left out."""
        if self._places is None:
            self._places = np.full(self.layer.count, -1, np.int64)
            self._places[self.rows] = np.arange(len(self.rows))
        found = self._places[np.asarray(features, np.int64)]
        return np.sort(found[found >= 0])

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of fields."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's plain text."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and self._numeric[column]:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return one_line(self.text(index.row(), index.column()), 300)

    def text(self, row: int, column: int) -> str:
        """Return a cell's whole text, "" where nothing is known."""
        return self._cells.text(int(self.rows[row]), column) if self._cells is not None else "·"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a field's name, or a row's feature counted from 1."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return one_line(self.columns[section], 60) if section < len(self.columns) else None
        return f"{int(self.rows[section]) + 1:,}" if section < len(self.rows) else None

"""A table whose rows come, go and move one by one, so that selection and scroll position survive."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class LiveRows(QAbstractTableModel):
    """Hold row keys in order; a subclass gives the columns and answers `data` from its own source by key."""

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self.keys: list[Any] = []
        self._places: dict[Hashable, int] = {}

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._columns

    def row_of(self, key: Hashable) -> int:
        """Return the row of a key, -1 where it is not shown."""
        return self._places.get(key, -1)

    def arrange(self, target: Sequence[Hashable]) -> None:
        """Bring the rows into the order of `target` by the fewest words to the views: removed, moved, inserted."""
        wanted = set(target)
        if not self.keys or len(wanted.symmetric_difference(self.keys)) > 200:
            self.beginResetModel()
            self.keys = list(target)
            self.endResetModel()
        elif self.keys != list(target):
            self._rearrange(target, wanted)
        self._places = {key: row for row, key in enumerate(self.keys)}

    def _rearrange(self, target: Sequence[Hashable], wanted: set[Hashable]) -> None:
        for row in range(len(self.keys) - 1, -1, -1):
            if self.keys[row] not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.keys[row]
                self.endRemoveRows()
        known = set(self.keys)
        for row, key in enumerate(target):
            if row < len(self.keys) and self.keys[row] == key:
                continue
            if key in known:
                source = self.keys.index(key, row)
                self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), row)
                self.keys.insert(row, self.keys.pop(source))
                self.endMoveRows()
            else:
                self.beginInsertRows(QModelIndex(), row, row)
                self.keys.insert(row, key)
                self.endInsertRows()

    def refresh(self, keys: Iterable[Hashable]) -> None:
        """Tell the views that the rows of these keys look different now; neighbours are told together."""
        rows = sorted({row for key in keys if (row := self.row_of(key)) >= 0})
        begin = 0
        for place, row in enumerate(rows, 1):
            if place == len(rows) or rows[place] != row + 1:
                self.dataChanged.emit(self.index(rows[begin], 0), self.index(row, self._columns - 1))
                begin = place

"""A list whose rows are made when they come in sight: a plan of hundreds of incidents is shown at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QListView

from app.parts.row import Row
from app.parts.row_list import RowModel
from app.planning.plan_delegate import LINES, PlanDelegate
from app.sending.act_list import ActList


class Line:
    """One row to come: its key, its lines, and what makes it."""

    __slots__ = ("_make", "_row", "key", "lines")
    is_heading = False
    check = None  # nothing of a plan is ticked: it is sent as it is shown, or changed in the incident itself

    def __init__(self, key: str, lines: int, make: Callable[[], Row]) -> None:
        self.key, self.lines = key, lines
        self._make, self._row = make, None

    @property
    def row(self) -> Row:
        """Return the row, made when it is first looked at."""
        if self._row is None:
            self._row = self._make()
        return self._row


class LineModel(RowModel):
    """Hold lines; a row is made for what is painted, read aloud or asked for."""

    rows: tuple[Line, ...]  # type: ignore[assignment]

    def set_rows(self, rows: Sequence[Line]) -> bool:  # type: ignore[override]
        """Take new lines; return True if the list was rebuilt, False if only words in it may have changed."""
        new, old = tuple(rows), self.rows
        if [(line.key, line.lines) for line in new] == [(line.key, line.lines) for line in old]:
            self.rows = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return False
        self.beginResetModel()
        self.rows = new
        self.endResetModel()
        return True

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's words or the row itself; how many lines it has costs nothing."""
        if not 0 <= index.row() < len(self.rows):
            return None
        line = self.rows[index.row()]
        if role == LINES:
            return line.lines
        if role == Qt.ItemDataRole.UserRole:
            return line.row
        if role == Qt.ItemDataRole.DisplayRole:
            return line.row.title
        return line.row.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None


class PlanList(ActList):
    """Show lines; `rows` are the lines themselves."""

    def __init__(self, name: str) -> None:
        super().__init__(name, model=LineModel())
        self.setItemDelegate(PlanDelegate(self))
        # A row's height does not hang on the list's: laying thousands out anew as a banner grows would be felt.
        self.setResizeMode(QListView.ResizeMode.Fixed)

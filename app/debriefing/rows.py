"""The decisions of an exercise as a table in the window."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app import theme
from app.debriefing.decision_parts import COLUMNS, HEADINGS, columns_of, decision_row
from app.debriefing.names import Names, is_bad
from app.wording import text, tooltip

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_RIGHT = ("seconds",)


class DecisionRows(QAbstractTableModel):
    """Hold the places of decisions; what is said of each is worded when it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._names: Names | None = None
        self._columns: tuple[int, ...] = ()
        self._words: dict[int, tuple[str, ...]] = {}
        self.places: tuple[int, ...] = ()

    def put(self, names: Names, *, only_bad: bool = False) -> None:
        """Show an exercise's decisions, or only those that stand out."""
        self.beginResetModel()
        if names is not self._names:
            self._words = {}
        self._names, self._columns = names, columns_of(names)
        decisions = names.material.debriefing.score.decisions
        self.places = tuple(
            place for place, each in enumerate(decisions) if not only_bad or is_bad(each) or each.breaches
        )
        self.endResetModel()

    def names_of_columns(self) -> tuple[str, ...]:
        """Return the codes of the columns that are shown."""
        return tuple(COLUMNS[column] for column in self._columns)

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        names = self._names
        if names is None or not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[column] in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        place = self.places[index.row()]
        if role == _Role.ForegroundRole and COLUMNS[column] in ("verdict", "seconds"):
            decision = names.material.debriefing.score.decisions[place]
            return QColor(theme.look().alarm) if is_bad(decision) else None
        if role not in (_Role.DisplayRole, _Role.ToolTipRole, _Role.AccessibleTextRole):
            return None
        words = self._row(names, place)[column]
        return tooltip(words) if role == _Role.ToolTipRole else words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or self._names is None or section >= len(self._columns):
            return None
        if role == _Role.DisplayRole:
            return text(HEADINGS[COLUMNS[self._columns[section]]], self._names.language)
        if role == _Role.TextAlignmentRole and self.places:
            return self.data(self.index(0, section), role)
        return None

    def _row(self, names: Names, place: int) -> tuple[str, ...]:
        known = self._words.get(place)
        if known is None:
            known = self._words[place] = decision_row(names.material.debriefing.score.decisions[place], names)
        return known

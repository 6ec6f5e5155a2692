"""The table of figures: a row for each department, area or collector, a column for each indicator; sorted by any."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.figure_rows import definition
from app.figures.count import Counted
from app.figures.own import ALL
from app.figures.words import count_words, key_words, moved_words, name_of, short_value
from app.wording import text, tooltip
from dispatch.figures.compute import Figure
from dispatch.figures.indicators import Indicator
from dispatch.figures.marks import Ranked

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
MAIN_ONES = "main"  # in the place of a section: what the tiles show
COLUMN_PX, HEADER_LINES = 86, 3


class FigureTable(QAbstractTableModel):
    """Hold the figures of a group; the row of all cases stays on top however it is sorted."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._counted: Counted | None = None
        self._group = ALL
        self._keys: list[str] = []
        self._indicators: tuple[Indicator, ...] = ()
        self._marks: dict[str, Ranked] = {}
        self._section = ""
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def show_counted(self, counted: Counted, group: str, section: str = "") -> None:
        """Show a group of what was counted; `section` leaves only the indicators of one."""
        self.beginResetModel()
        self._counted, self._group, self._section = counted, group, section
        figures = counted.figures
        main = {each.id for each in counted.main()} if section == MAIN_ONES else set()
        known = figures.indicators(group)
        chosen = tuple(each for each in known if each.id in main or section in ("", each.section))
        # Posts have none of the main figures: all that they have is shown then.
        self._indicators = chosen or (known if section == MAIN_ONES else ())
        self._marks = {each.key: each for each in counted.ranking} if group == "department" else {}
        self._keys = list(counted.keys(group))
        self._order()
        self.endResetModel()

    @property
    def is_marked(self) -> bool:
        """Tell whether the first column is the mark of the score sheet."""
        return bool(self._marks)

    def figure_at(self, index: _Index) -> Figure | None:
        """Return the figure of a cell; None for a mark."""
        if self._counted is None or not index.isValid():
            return None
        indicator = self._indicator(index.column())
        if indicator is None:
            return None
        group, key = self._row(index.row())
        return self._counted.figures.of(indicator.id, group, key) if self._has(indicator, group) else None

    def index_of(self, figure: Figure) -> QModelIndex:
        """Return where a figure stands; nowhere where it is not shown."""
        columns = [place for place, each in enumerate(self._indicators) if each.id == figure.indicator]
        rows = [number for number in range(self.rowCount()) if self._row(number) == (figure.group, figure.key)]
        return self.index(rows[0], columns[0] + self.is_marked) if rows and columns else QModelIndex()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() or self._counted is None else len(self._keys) + self._has_all

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._indicators) + self.is_marked

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if self._counted is None:
            return None
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (_Role.DisplayRole, _Role.ToolTipRole, _Role.AccessibleTextRole):
            return None
        indicator, (group, key) = self._indicator(index.column()), self._row(index.row())
        if indicator is None:
            return self._mark(key if group != ALL else "", role)
        figure = self.figure_at(index)
        if figure is None:
            return ""
        value = short_value(indicator, figure.value)
        if role == _Role.DisplayRole:
            return value
        name = key_words(self._counted.state, group, key, self._language)
        head = text("figures_page.of_key", self._language, indicator=name_of(indicator, self._language), name=name)
        moved, _ = moved_words(self._counted.figures, figure, self._language)
        lines = (head, f"{value}  {count_words(figure, self._language)}".strip(), moved)
        return tooltip("\n".join(lines)) if role == _Role.ToolTipRole else ", ".join(lines)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if self._counted is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            if role == _Role.DisplayRole and section < self.rowCount():
                return key_words(self._counted.state, *self._row(section), self._language)
            return None
        indicator = self._indicator(section)
        if role == _Role.DisplayRole:
            return (
                text("figures_page.mark", self._language) if indicator is None else name_of(indicator, self._language)
            )
        if role == _Role.ToolTipRole and indicator is not None:
            return tooltip(definition(indicator, self._language))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._sorted = (column, order) if column >= 0 else None
        self._order()
        self.endResetModel()

    @property
    def _has_all(self) -> int:
        return int(self._counted is not None and not self._counted.asked.share.is_own)

    def _row(self, number: int) -> tuple[str, str]:
        if self._has_all and number == 0:
            return ALL, ALL
        return self._group, self._keys[number - self._has_all]

    def _indicator(self, column: int) -> Indicator | None:
        place = column - self.is_marked
        return self._indicators[place] if 0 <= place < len(self._indicators) else None

    def _has(self, indicator: Indicator, group: str) -> bool:
        return self._counted is not None and self._counted.figures.has(indicator.id, group)

    def _mark(self, key: str, role: int) -> str:
        ranked = self._marks.get(key)
        if ranked is None:
            return ""
        if role == _Role.DisplayRole:
            return "–" if ranked.mark is None else f"{ranked.mark:.2f}"
        if ranked.mark is None:
            return tooltip(text("figures_page.unmarked_tip", self._language))
        return tooltip(text("figures_page.mark_tip", self._language, place=ranked.place))

    def _order(self) -> None:
        """Put the keys in order; what has no value comes last whichever way."""
        assert self._counted is not None
        self._keys.sort(key=lambda key: key_words(self._counted.state, self._group, key, self._language))  # type: ignore[union-attr]
        if self._sorted is None:
            if self._marks:
                self._keys.sort(key=lambda key: -(self._value(-1, key) or -1.0))
            return
        column, order = self._sorted
        sign = -1.0 if order is Qt.SortOrder.DescendingOrder else 1.0
        known = [(key, self._value(column - self.is_marked, key)) for key in self._keys]
        known.sort(key=lambda pair: (pair[1] is None, sign * (pair[1] or 0.0)))
        self._keys = [key for key, _ in known]

    def _value(self, place: int, key: str) -> float | None:
        if place < 0:
            ranked = self._marks.get(key)
            return ranked.mark if ranked is not None else None
        if self._counted is None or place >= len(self._indicators):
            return None
        return self._counted.figures.of(self._indicators[place].id, self._group, key).value


class FigureView(QTableView):
    """Show the table. `taken` asks for the cases behind the figure that the cursor or a click is on."""

    taken = Signal(object)  # Figure

    def __init__(self, table: FigureTable, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(table)
        self._table = table
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        across = self.horizontalHeader()
        across.setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        )
        across.setDefaultSectionSize(COLUMN_PX)
        across.setMinimumHeight(HEADER_LINES * self.fontMetrics().height() + 8)
        across.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        across.setSectionsClickable(True)
        down = self.verticalHeader()
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 9)
        across.sectionClicked.connect(self._sort)
        self._by: tuple[int, Qt.SortOrder] | None = None
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(self._on_current)

    def _sort(self, column: int) -> None:
        """Sort by a column, highest first; the same column again turns it round."""
        order = Qt.SortOrder.DescendingOrder
        if self._by == (column, order):
            order = Qt.SortOrder.AscendingOrder
        self._by = (column, order)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(column, order)
        self._table.sort(column, order)

    def _on_current(self, current: _Index, before: object = None) -> None:
        figure = self._table.figure_at(current)
        if figure is not None:
            self.taken.emit(figure)

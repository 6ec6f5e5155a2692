"""What stands behind a figure: what it counts, how it moved, and its cases, each of which can be taken in hand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.words import class_name, holder_words, place_words
from app.desk import Desk
from app.figure_rows import definition
from app.figures.count import Counted
from app.figures.words import count_words, key_words, moved_words, name_of, short_value
from app.parts.forms import plain_label, show_words, small_button
from app.parts.records import dress_records
from app.wording import label, text, tooltip
from dispatch.figures.compute import DENOMINATOR, Figure

_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_COLUMNS = (
    "figures_page.case", "figures_page.class", "figures_page.place", "figures_page.department", "figures_page.stage",
)  # fmt: skip

MEASURED_ROWS = 40  # of a column that is as wide as its words


class CaseRows(QAbstractTableModel):
    """Hold the numbers of cases; what is said of each is read from the desk when it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.ids: tuple[int, ...] = ()

    def set_ids(self, ids: tuple[int, ...]) -> None:
        """Show other cases."""
        if ids != self.ids:
            self.beginResetModel()
            self.ids = ids
            self.endResetModel()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        words = self._words(self.ids[index.row()], index.column())
        return tooltip(words) if role == Qt.ItemDataRole.ToolTipRole else words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(_COLUMNS[section], self._desk.language)
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _words(self, case_id: int, column: int) -> str:
        state, language = self._desk.state, self._desk.language
        case = state.cases.get(case_id)
        if column == 0 or case is None:
            return str(case_id) if column == 0 else ""
        if column == 1:
            return class_name(state, case.standard_id, language)
        if column == 2:
            return place_words(case.place)
        return (
            holder_words(state, case, language)
            if column == 3
            else label("case_stage_short", case.stage.value, language)
        )


class Behind(QWidget):
    """Show one figure with its cases. `closed` gives its room back."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = desk.language
        self._desk = desk
        self.figure: Figure | None = None
        self._ids: dict[str, tuple[int, ...]] = {"counted": (), "missed": ()}
        self.title = plain_label(text("figures_page.pick_a_figure", language), role="title")
        self.value = plain_label(role="muted")
        self.moved = plain_label(role="muted")
        self.definition = plain_label(role="muted")
        self.counted = self._toggle("figures_page.counted")
        self.missed = self._toggle("figures_page.missed")
        self._parts = QButtonGroup(self)
        for made in (self.counted, self.missed):
            self._parts.addButton(made)
        self.counted.setChecked(True)
        self.rows = CaseRows(desk)
        self.list = QTableView()
        self.list.setModel(self.rows)
        dress_records(self.list, text("figures_page.counted", language, count=""))
        across = self.list.horizontalHeader()
        across.setResizeContentsPrecision(MEASURED_ROWS)
        for column in range(self.rows.columnCount()):
            modes, is_short = QHeaderView.ResizeMode, column in (0, self.rows.columnCount() - 1)
            across.setSectionResizeMode(column, modes.ResizeToContents if is_short else modes.Stretch)
        self.list.setMinimumHeight(80)
        self.empty = plain_label(role="muted")
        parts = QHBoxLayout()
        parts.setSpacing(4)
        parts.addWidget(self.counted)
        parts.addWidget(self.missed)
        parts.addStretch(1)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(0, 0, 0, 0)
        column_of.setSpacing(5)
        for made in (self.title, self.value, self.moved, self.definition):
            column_of.addWidget(made)
        column_of.addLayout(parts)
        column_of.addWidget(self.empty)
        column_of.addWidget(self.list, 1)
        column_of.addStretch()  # where there is no list, the words stay together
        self._parts.buttonClicked.connect(lambda _: self._show_list())
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self._show_list()

    def show_figure(self, counted: Counted, figure: Figure) -> None:
        """Show a figure; the list stays where it is while its cases are the same."""
        language, figures = self._desk.language, counted.figures
        indicator = figures.profile.of(figure.indicator)
        self.figure = figure
        name = key_words(counted.state, figure.group, figure.key, language)
        title = name_of(indicator, language)
        if figure.group != "all":
            title = text("figures_page.of_key", language, indicator=title, name=name)
        show_words(self.title, title)
        value = f"{short_value(indicator, figure.value)}   {count_words(figure, language)}".strip()
        show_words(self.value, value)
        show_words(self.moved, *moved_words(figures, figure, language))
        show_words(self.definition, definition(indicator, language))
        inside = figures.cases(figure)
        among = figures.cases(figure, DENOMINATOR) if indicator.is_share else inside
        self._put(inside, tuple(sorted(set(among) - set(inside))), has_rest=indicator.is_share)

    def show_cases(self, title: str, ids: tuple[int, ...], detail: str = "") -> None:
        """Show cases that stand behind something else than a figure: a place."""
        self.figure = None
        show_words(self.title, title)
        show_words(self.value, detail)
        show_words(self.moved, "")
        show_words(self.definition, "")
        self._put(ids, (), has_rest=False)

    def clear(self) -> None:
        """Show nothing."""
        self.show_cases(text("figures_page.pick_a_figure", self._desk.language), ())
        self.counted.hide()

    def _put(self, inside: tuple[int, ...], rest: tuple[int, ...], *, has_rest: bool) -> None:
        language = self._desk.language
        self._ids = {"counted": inside, "missed": rest}
        self.counted.setText(text("figures_page.counted", language, count=f"{len(inside):,}"))
        self.missed.setText(text("figures_page.missed", language, count=f"{len(rest):,}"))
        self.counted.show()
        self.missed.setVisible(has_rest)
        if not has_rest:
            self.counted.setChecked(True)
        self._show_list()

    def _show_list(self) -> None:
        ids = self._ids["missed" if self.missed.isChecked() else "counted"]
        self.rows.set_ids(ids)
        is_asked = bool(self._ids["counted"] or self._ids["missed"]) or self.figure is not None
        self.counted.setVisible(is_asked)
        self.list.setVisible(bool(ids))
        show_words(self.empty, text("figures_page.no_cases", self._desk.language) if is_asked and not ids else "")

    def _take(self, index: QModelIndex) -> None:
        case_id = self.rows.ids[index.row()]
        if case_id in self._desk.state.cases:
            self._desk.select(case_id=case_id)

    def _toggle(self, key: str) -> QToolButton:
        made = small_button(text(key, self._desk.language, count="0"), lambda: None, role="flat")
        made.setCheckable(True)
        made.hide()
        return made

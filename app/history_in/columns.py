"""The columns of a file with some of their cells, what each is taken for, and how sure; changed in the table itself."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.history_in.draft import Draft, Meaning
from app.history_in.words import LEVELS, colour, field_name, meaning_words, sure_words
from app.wording import one_line, text, tooltip

COLUMN, EXAMPLES, MEANING, SURE = range(4)
HEADINGS = ("history.column", "history.examples", "history.meaning", "history.sure")
NOTHING = ("", False)
NOT_READ = "faint"
Index = QModelIndex | QPersistentModelIndex


class ColumnRows(QAbstractTableModel):
    """One row a column of the file. `changed` tells of a draft that somebody made."""

    changed = Signal(object)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.draft: Draft | None = None
        self._samples: list[list[str]] = []
        self._judged: dict[str, dict[str, Any]] = {}
        self._meanings: dict[str, tuple[Meaning, ...]] = {}
        self._shown: list[tuple[tuple[str, ...], str]] = []  # the words of each row, and the level of how sure it is

    def show(self, draft: Draft, samples: list[list[str]]) -> None:
        """Show another file."""
        self.beginResetModel()
        self.draft, self._samples, self._judged = draft, samples, {}
        self._word()
        self.endResetModel()

    def take(self, draft: Draft) -> None:
        """Show another draft of the same file; what was said of how sure it is stays until it is judged anew."""
        self.draft = draft
        self._tell()

    def judge(self, judged: list[dict[str, Any]]) -> None:
        """Show how sure each field is."""
        self._judged = {each["field"]: each for each in judged}
        self._tell()

    def _tell(self) -> None:
        self._word()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, SURE))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self.draft.columns) if self.draft is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(HEADINGS[section], self._language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == MEANING else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        (words, level), at = self._shown[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words[at]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(words[at])
        if role == Qt.ItemDataRole.ForegroundRole:
            if at == SURE:
                return colour(level)
            return colour("muted") if at == EXAMPLES or level == NOT_READ else None
        return None

    def meanings(self, column: str) -> tuple[Meaning, ...]:
        """Return what a column is taken for."""
        return self._meanings.get(column, ())

    def _word(self) -> None:
        """Put every row into words: a table asks for them again and again."""
        draft, self._shown = self.draft, []
        if draft is None:
            return
        self._meanings = draft.meanings()
        for column, samples in zip(draft.columns, self._samples, strict=True):
            meanings = self.meanings(column)
            found = [self._judged[each.field] for each in meanings if each.field in self._judged]
            judged = min(found, key=lambda each: each["readable"], default=None)
            sure, level = "" if meanings else text("history.not_read", self._language), NOT_READ
            if judged is not None:
                sure = sure_words(judged, self._language, by_hand=judged["field"] in draft.by_hand)
                level = LEVELS[judged["sureness"]]
            elif meanings:
                level = "muted"
            examples = "  ·  ".join(one_line(cell, 60) for cell in samples)
            meaning = meaning_words(draft, column, meanings, self._language)
            self._shown.append(((one_line(column, 80), examples, meaning, sure), level))


class MeaningCell(QStyledItemDelegate):
    """Choose what a column is taken for from a list."""

    def __init__(self, rows: ColumnRows, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._language = rows, language

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setMaxVisibleItems(24)
        draft = self._rows.draft
        assert draft is not None
        column = draft.columns[index.row()]
        box.addItem(text("history.nothing", self._language), NOTHING)
        for name, joined in draft.choices(column):
            words = field_name(name, self._language)
            if joined:
                other = next(each for each in draft.columns_of(name) if each != column)
                words = text("history.joined", self._language, field=words, column=one_line(other, 30))
            box.addItem(words, (name, joined))
        box.setAccessibleName(text("history.meaning", self._language))
        box.activated.connect(lambda _: self._take(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox) and self._rows.draft is not None
        draft, column = self._rows.draft, self._rows.draft.columns[index.row()]
        meanings = self._rows.meanings(column)
        now = [(each.field, len(draft.columns_of(each.field)) > 1) for each in meanings] or [NOTHING]
        places = [place for place in range(editor.count()) if tuple(editor.itemData(place)) == now[0]]
        editor.setCurrentIndex(places[0] if places else 0)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox) and self._rows.draft is not None
        draft, column = self._rows.draft, self._rows.draft.columns[index.row()]
        name, joined = editor.currentData()
        before = [(each.field, len(draft.columns_of(each.field)) > 1) for each in self._rows.meanings(column)]
        if (name, joined) in before or (not name and not before):
            return
        self._rows.changed.emit(draft.give(column, name, joined=joined) if name else draft.leave(column))

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


class ColumnTable(QTableView):
    """Show the columns; Enter on a row opens the list of what it may be taken for."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.rows = ColumnRows(language)
        self.setModel(self.rows)
        self.setItemDelegateForColumn(MEANING, MeaningCell(self.rows, language, self))
        self.setAccessibleName(text("history.columns_tab", language))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )  # fmt: skip
        self.clicked.connect(lambda index: self.edit(index) if index.column() == MEANING else None)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in ((COLUMN, 170), (MEANING, 190), (SURE, 222)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(EXAMPLES, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.rows.index(self.currentIndex().row(), MEANING))
        else:
            super().keyPressEvent(event)

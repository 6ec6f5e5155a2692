"""A calm list of rows: a coloured mark, a title, a figure on the right, and words below that wrap and never clip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy, QWidget

from app.parts.row import Row
from app.parts.row_delegate import RowDelegate

_Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """Hold rows and tell the view only which of them changed."""

    ticked = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> bool:
        """Take new rows; return True if the list was rebuilt, False if only words in it changed."""
        new = tuple(rows)
        if [row.key for row in new] == [row.key for row in self.rows]:
            old, self.rows = self.rows, new
            for number, (was, now) in enumerate(zip(old, new, strict=True)):
                if was != now:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return False
        self.beginResetModel()
        self.rows = new
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's words, its state of tick, or the row itself."""
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.CheckStateRole and row.check is not None:
            return Qt.CheckState.Checked if row.check else Qt.CheckState.Unchecked
        return row if role == Qt.ItemDataRole.UserRole else None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell that a row was ticked; whoever owns the rows sets them anew."""
        if role != Qt.ItemDataRole.CheckStateRole or not 0 <= index.row() < len(self.rows):
            return False
        self.ticked.emit(self.rows[index.row()].key, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let headings be read but not chosen."""
        if not 0 <= index.row() < len(self.rows):
            return Qt.ItemFlag.NoItemFlags
        row = self.rows[index.row()]
        if row.is_heading:
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if row.check is not None else flags


class RowList(QListView):
    """Show rows; keep the one in hand over a refresh; grow with them up to `most_rows` where asked to."""

    chosen = Signal(str)  # key of the row that Enter or a click takes
    pointed = Signal(str)  # key of the row that is current now

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        grows: bool = False,
        most_rows: int = 6,
        least_rows: int = 99,
        model: RowModel | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._rows = model if model is not None else RowModel()
        self._rows.setParent(self)
        self._grows, self._most_rows, self._least_rows = grows, most_rows, min(most_rows, least_rows)
        self.ticked = self._rows.ticked
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.clicked.connect(lambda index: self._take(index.row()))
        self.selectionModel().currentChanged.connect(lambda now, _: self._point(now.row()))
        if grows:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return what is shown."""
        return self._rows.rows

    @property
    def current_key(self) -> str:
        """Return the key of the row in hand, empty if none is."""
        number = self.currentIndex().row()
        return self.rows[number].key if 0 <= number < len(self.rows) else ""

    def set_rows(self, rows: Sequence[Row], *, take_first: bool = False) -> None:
        """Show `rows`; keep the row in hand by its key, else take the first that can be chosen if `take_first`."""
        key, place = self.current_key, self.verticalScrollBar().value()
        if self._rows.set_rows(rows):
            keys = [row.key for row in self.rows]
            wanted = keys.index(key) if key in keys else self._first() if take_first else -1
            if wanted >= 0:
                self.setCurrentIndex(self._rows.index(wanted))
            if key in keys:
                self.verticalScrollBar().setValue(place)
            else:
                self.scrollToTop()
        if self._grows:
            self.updateGeometry()
        self.viewport().update()

    def take_key(self, key: str) -> None:
        """Make the row of `key` the current one."""
        for number, row in enumerate(self.rows):
            if row.key == key:
                self.setCurrentIndex(self._rows.index(number))
                return

    def show_key(self, key: str) -> None:
        """Scroll until the row of `key` stands at the top."""
        for number, row in enumerate(self.rows):
            if row.key == key:
                self.scrollTo(self._rows.index(number), QAbstractItemView.ScrollHint.PositionAtTop)

    def move(self, rows: int) -> None:  # type: ignore[override]
        """Move the current row up or down over headings, stopping at the ends."""
        number = self.currentIndex().row()
        step = 1 if rows > 0 else -1
        number = number + step if number >= 0 else self._first()
        while 0 <= number < len(self.rows) and self.rows[number].is_heading:
            number += step
        if 0 <= number < len(self.rows):
            self.setCurrentIndex(self._rows.index(number))

    def sizeHint(self) -> QSize:
        """Ask for as much height as the rows need."""
        if not self._grows:
            return self.minimumSizeHint()  # it takes what is left over, and asks for nothing
        return QSize(120, self._height_of(self._most_rows))

    def minimumSizeHint(self) -> QSize:
        """Give way down to `least_rows` where the list grows, to three lines elsewhere."""
        height = self._height_of(self._least_rows) if self._grows else 3 * self.fontMetrics().height()
        return QSize(120, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the current row by Enter; leave letters to shortcuts."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.currentIndex().row())
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the words anew at a new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()
            if self._grows:
                self.updateGeometry()

    def _height_of(self, rows: int) -> int:
        heights = [self.sizeHintForRow(number) for number in range(min(len(self.rows), rows))]
        return sum(heights) + 2 * self.frameWidth()

    def _first(self) -> int:
        return next((number for number, row in enumerate(self.rows) if not row.is_heading), -1)

    def _take(self, number: int) -> None:
        if 0 <= number < len(self.rows) and not self.rows[number].is_heading:
            self.chosen.emit(self.rows[number].key)

    def _point(self, number: int) -> None:
        if 0 <= number < len(self.rows):
            self.pointed.emit(self.rows[number].key)

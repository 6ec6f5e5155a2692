"""The attribute table of a layer: sort, look for words, select on the map, copy, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.jobs import Job
from app.layers.book import LayerBook
from app.layers.table_model import TableModel
from app.layers.table_rows import Cells, cells_of, rows_of
from app.paper.whole import write_table
from app.parts.forms import button, plain_label, show_words
from app.wording import one_line, text
from gis.columns import LayerColumns
from maps.view import Box

FIND_MS = 250
MOST_SELECTED = 20_000  # on the screen; the map rings all that are in hand
MOST_COPIED = 100_000
WIDEST_PX = 260


class TableWindow(QWidget):
    """Show one layer's features. Rows and the map's selection follow each other through the book."""

    zoom_wanted = Signal(object)  # box in metres: xmin, ymin, xmax, ymax
    closed = Signal()
    exported = Signal(str)  # how many rows of what went into which file

    def __init__(
        self, book: LayerBook, name: str, columns: LayerColumns, language: str = "en", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._book, self.name, self._language = book, name, language
        self._cells: Cells | None = None
        self._sort: tuple[str, bool] | None = None
        self._jobs: dict[str, Job] = {}
        self._is_following = False
        self.model = TableModel(columns)
        self.view = QTableView()
        self.find = QLineEdit()
        self.only_drawn = QCheckBox(self._say("layers.table_drawn"))
        self.only_picked = QCheckBox(self._say("layers.table_picked"))
        self.said = plain_label(" ", role="muted", wraps=False)
        self._build()
        self._find_soon = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find_soon.timeout.connect(self.sort_and_filter)
        self.find.textChanged.connect(lambda _: self._find_soon.start())
        self.only_drawn.toggled.connect(lambda _: self.sort_and_filter())
        self.only_picked.toggled.connect(lambda _: self.sort_and_filter())
        self.view.horizontalHeader().sectionClicked.connect(self._on_head)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        book.picked_changed.connect(self._on_picked)
        book.changed.connect(self._on_listing)
        self._start("cells", lambda job: cells_of(columns), self._on_cells)
        self._say_count()
        self._on_picked(*book.picked)

    def _build(self) -> None:
        layer = self._book.layer(self.name)
        title = one_line(layer.title if layer is not None else self.name, 100)
        self.setWindowTitle(self._say("layers.table_title", title=title))
        view = self.view
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setWordWrap(False)
        view.setAlternatingRowColors(True)
        view.setAccessibleName(self.windowTitle())
        view.verticalHeader().setDefaultSectionSize(24)
        view.setSortingEnabled(True)  # else a click on a head would select everything; `_on_head` sorts
        view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        # Heads ask whether their whole section is selected, cell by cell: ten seconds for a million rows.
        for header in (view.horizontalHeader(), view.verticalHeader()):
            header.setSelectionModel(QItemSelectionModel(self.model, view))
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setMaximumSectionSize(900)
        view.doubleClicked.connect(lambda _: self.zoom())
        self.find.setPlaceholderText(self._say("layers.table_find"))
        self.find.setClearButtonEnabled(True)
        head = QHBoxLayout()
        head.addWidget(self.find, 1)
        head.addWidget(self.only_drawn)
        head.addWidget(self.only_picked)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        deeds: tuple[tuple[str, Callable[[], object]], ...] = (
            ("layers.table_zoom", self.zoom),
            ("layers.table_none", lambda: self._book.pick("", ())),
            ("layers.copy", self.copy),
            ("layers.table_export", self._ask_export),
        )
        for words, do in deeds:
            foot.addWidget(button(self._say(words), do))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addLayout(head)
        column.addWidget(view, 1)
        column.addLayout(foot)
        QShortcut(QKeySequence.StandardKey.Copy, view, self.copy, context=Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence.StandardKey.Find, self, self.find.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.resize(900, 420)

    # What is shown

    def sort_and_filter(self) -> None:
        """Find the rows anew, in a worker."""
        book, columns = self._book, self.model.layer
        layer = book.layer(self.name)
        if layer is None:
            return
        look, words, sort, only_drawn = layer.look, self.find.text(), self._sort, self.only_drawn.isChecked()
        picked = book.picked[1] if self.only_picked.isChecked() and book.picked[0] == self.name else None

        def work(job: Job) -> NDArray[np.int64]:
            rows = rows_of(columns, look, only_drawn=only_drawn, words=words, sort=sort)
            if picked is None:
                return rows
            is_picked = np.zeros(columns.count, bool)
            is_picked[picked] = True
            return rows[is_picked[rows]]

        show_words(self.said, self._say("layers.table_wait"))
        self._start("rows", work, self._on_rows)

    def _start(self, what: str, work: Callable[[Job], object], done: Callable[..., object]) -> None:
        if what in self._jobs:
            self._jobs[what].cancel()
        job = self._jobs[what] = Job(work)  # without a parent: the window may be gone before it
        job.done.connect(done)
        job.failed.connect(self._on_failed)
        job.start()

    def _on_failed(self, problem: BaseException) -> None:
        show_words(self.said, one_line(problem, 200), "warning")

    def _on_cells(self, cells: Cells) -> None:
        self._cells = cells
        self.model.set_cells(cells)
        header = self.view.horizontalHeader()
        header.setResizeContentsPrecision(40)
        self.view.resizeColumnsToContents()
        for place in range(header.count()):
            header.resizeSection(place, min(max(70, header.sectionSize(place) + 8), WIDEST_PX))

    def _on_rows(self, rows: NDArray[np.int64]) -> None:
        self._is_following = True
        self.model.set_rows(rows)
        self._is_following = False
        self._say_count()
        self._on_picked(*self._book.picked)

    def _on_head(self, place: int) -> None:
        column = self.model.columns[place]
        is_falling = self._sort == (column, False)
        self._sort = None if self._sort == (column, True) else (column, is_falling)
        header = self.view.horizontalHeader()
        header.setSortIndicator(
            place if self._sort is not None else -1,
            Qt.SortOrder.DescendingOrder if is_falling else Qt.SortOrder.AscendingOrder,
        )
        self.sort_and_filter()

    def _on_listing(self, _: object) -> None:
        if self._book.layer(self.name) is None:
            self.close()
        elif self.only_drawn.isChecked():
            self._find_soon.start()

    def _say_count(self) -> None:
        name, picked = self._book.picked
        show_words(
            self.said,
            self._say(
                "layers.table_count", shown=f"{len(self.model.rows):,}", total=f"{self.model.layer.count:,}",
                picked=f"{len(picked):,}" if name == self.name else "0",
            ),
        )  # fmt: skip

    # What is in hand

    def _on_selected(self, *_: object) -> None:
        if self._is_following:
            return
        ranges = self.view.selectionModel().selection()
        places = [np.arange(one.top(), one.bottom() + 1) for one in ranges]
        rows = np.concatenate(places) if places else np.empty(0, np.int64)
        self._is_following = True
        self._book.pick(self.name, self.model.rows[rows])
        self._is_following = False
        self._say_count()

    def _on_picked(self, name: str, features: NDArray[np.int64]) -> None:
        """Select the rows of what was picked on the map, and bring the first into view."""
        if self._is_following:
            return
        places = self.model.places_of(features if name == self.name else ())[:MOST_SELECTED]
        selection = QItemSelection()
        last = len(self.model.columns) - 1
        breaks = np.flatnonzero(np.diff(places) != 1) + 1
        for run in np.split(places, breaks) if len(places) else ():
            selection.select(self.model.index(int(run[0]), 0), self.model.index(int(run[-1]), max(last, 0)))
        self._is_following = True
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_following = False
        if len(places):
            self.view.scrollTo(self.model.index(int(places[0]), 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self._say_count()

    def zoom(self) -> None:
        """Let the map show what is in hand, or everything in the table."""
        name, picked = self._book.picked
        features = picked if name == self.name and len(picked) else self.model.rows
        box = box_of(self.model.layer, features)
        if box is not None:
            self.zoom_wanted.emit(box)

    def copy(self) -> None:
        """Put the rows in hand on the clipboard, tabs between the cells; all rows where none is."""
        places = self._places_in_hand()[:MOST_COPIED]
        columns = range(len(self.model.columns))
        lines = ["\t".join(self.model.columns)]
        lines += ["\t".join(_cell(self.model.text(int(row), column)) for column in columns) for row in places]
        QGuiApplication.clipboard().setText("\n".join(lines))
        show_words(self.said, self._say("layers.copied", count=f"{len(places):,}"))

    def export(self, file: Path) -> None:
        """Write the rows in hand, or all of the table, as a CSV file, in a worker."""
        rows, cells = self.model.rows[self._places_in_hand()], self._cells
        if cells is None:
            return

        def work(job: Job) -> int:
            def fill(out: TextIO) -> int:
                for written, piece in enumerate(cells.csv(rows)):
                    out.write(piece)
                    job.report(min(1.0, written * 2_000 / max(1, len(rows))))
                return len(rows)

            return write_table(file, fill)

        def done(count: int) -> None:
            words = self._say("layers.exported", count=f"{count:,}", file=one_line(str(file), 120))
            show_words(self.said, words, "good")
            self.exported.emit(f"{self.name}, {count}, {file.name}")

        self._start("export", work, done)

    def closeEvent(self, event: QCloseEvent) -> None:
        for job in self._jobs.values():
            job.cancel()
        self.closed.emit()
        super().closeEvent(event)

    def _places_in_hand(self) -> NDArray[np.int64]:
        name, picked = self._book.picked
        places = self.model.places_of(picked) if name == self.name else np.empty(0, np.int64)
        return places if len(places) else np.arange(len(self.model.rows))

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self._say("layers.table_export"), f"{self.name}.csv", "CSV (*.csv)")
        if name:
            file = Path(name)
            self.export(file if file.suffix else file.with_suffix(".csv"))

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def box_of(layer: LayerColumns, features: NDArray[np.int64]) -> Box | None:
    """Return the box that holds features, in metres; None for none."""
    if not len(features):
        return None
    boxes = layer.boxes[features]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _cell(words: str) -> str:
    return " ".join(words.split())

"""What the import page is made of, and where each part stands; `page` says what they do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.history_in.columns import ColumnTable
from app.history_in.draft import Draft
from app.history_in.files_bar import FilesBar
from app.history_in.options import Options
from app.history_in.rows import RowsPage
from app.history_in.side import Side
from app.history_in.sources import Source
from app.history_in.words import read_words
from app.parts.forms import button, plain_label, show_words
from app.parts.names import city_name
from app.wording import text

EMPTY_PX = 560


class HistoryParts(QWidget):
    """Hold the line of files, the columns of one, the rows of all and the side; a few words while no file is there."""

    file_wanted = Signal()
    files_dropped = Signal(list)  # of Path

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = self.language = desk.language
        city = desk.city
        self.options = Options(
            language, Path(city.folder) if city is not None else Path(),
            city=city_name(desk) if city is not None else "", zone=city.time_zone if city is not None else "UTC",
        )  # fmt: skip
        self.columns, self.rows, self.side = ColumnTable(language), RowsPage(language), Side(language, self.options)
        self.choose_button = button(text("history.choose", language), self.file_wanted.emit, role="primary")
        self.files = FilesBar(language)
        self.files.hide()
        self.about = plain_label(role="muted")
        self.layer = QComboBox()
        self.said = plain_label()
        self._arrange()
        self.setAcceptDrops(True)

    def show_source(self, source: Source, draft: Draft, looked: dict[str, Any]) -> None:
        """Show what is in a file, and as what it is read."""
        self.columns.rows.show(draft, looked["samples"])
        self.columns.rows.judge(looked["judged"])
        self.options.show_mapping(draft.mapping, looked, is_new=True)
        show_words(self.about, read_words(looked, draft, self.language))
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItems(looked["layers"])
            self.layer.setCurrentText(source.layer)
        self.show_page(has_file=True)

    def show_page(self, *, has_file: bool) -> None:
        """Show what is done with files, or the few words while there is none; one button at a time is the next step."""
        self.pages.setCurrentIndex(1 if has_file else 0)
        self.files.setVisible(has_file)
        self.about.setVisible(has_file)
        self.layer.setVisible(has_file and self.layer.count() > 1)
        theme.mark(self.choose_button, "role", "" if has_file else "primary")

    def show_busy(self, do: str, share: float = 0.0, code: str = "") -> None:
        """Show what is being done; nothing else is asked beside an import."""
        self.side.show_busy(do, share, text(code, self.language) if code else "")
        for each in (self.choose_button, self.columns, self.layer, self.files):
            each.setEnabled(do != "import")

    def clear(self) -> None:
        """Show nothing of what becomes of the rows: it is not known."""
        self.side.clear()
        self.rows.clear()
        self._show_usable(True)

    def show_summary(self, summary: dict[str, Any], zone: str, rows: Sequence[int]) -> None:
        """Show what becomes of the rows, of which each file has so many."""
        self.side.show_summary(summary, zone)
        self._show_usable(bool(summary["incidents"]))
        self.rows.begin(rows)

    def _show_usable(self, is_usable: bool) -> None:
        """Say at the table of rows too that none of them can be used."""
        words = text("history.rows_tab" if is_usable else "history.rows_tab_none", self.language)
        self.tabs.setTabText(self.tabs.indexOf(self.rows), words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _arrange(self) -> None:
        language = self.language
        self.layer.setAccessibleName(text("history.layer", language))
        self.layer.hide()
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.choose_button)
        top.addWidget(self.files)
        top.addWidget(self.layer)
        top.addStretch(1)
        columns = QWidget()
        column = QVBoxLayout(columns)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(plain_label(text("history.columns_hint", language), role="muted"))
        column.addWidget(self.columns, 1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(columns, text("history.columns_tab", language))
        self.tabs.addTab(self.rows, text("history.rows_tab", language))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.tabs)
        split.addWidget(self.side)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, 400])
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        self.side.setMinimumWidth(330)
        words = QWidget()
        words.setFixedWidth(EMPTY_PX)
        inner = QVBoxLayout(words)
        inner.addWidget(plain_label(text("history.empty", language)))
        inner.addWidget(plain_label(text("history.two", language)))
        inner.addWidget(plain_label(text("history.drop", language), role="muted"))
        empty = QWidget()
        middle, across = QVBoxLayout(empty), QHBoxLayout()
        across.addStretch(1)
        across.addWidget(words)
        across.addStretch(1)
        middle.addStretch(2)
        middle.addLayout(across)
        middle.addStretch(3)
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(split)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 10, 12, 10)
        page.setSpacing(8)
        page.addLayout(top)
        page.addWidget(self.about)
        page.addWidget(self.said)
        page.addWidget(self.pages, 1)

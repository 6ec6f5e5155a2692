"""What the import page is made of, and where each part stands; `page` says what they do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.desk import Desk
from app.history_in.columns import ColumnTable
from app.history_in.options import Options
from app.history_in.rows import RowsPage
from app.history_in.side import Side
from app.parts.forms import button, plain_label
from app.wording import text

EMPTY_PX = 560


class HistoryParts(QWidget):
    """Hold the file's line, its columns, its rows and the side; a few words while no file is there."""

    file_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = self.language = desk.language
        city = desk.city
        self.options = Options(
            language, Path(city.folder) if city is not None else Path(),
            city=city.name if city is not None else "", zone=city.time_zone if city is not None else "UTC",
        )  # fmt: skip
        self.columns, self.rows, self.side = ColumnTable(language), RowsPage(language), Side(language, self.options)
        self.choose_button = button(text("history.choose", language), self.file_wanted.emit, role="primary")
        self.file = plain_label(wraps=False)
        self.about = plain_label(role="muted", wraps=False)
        self.layer = QComboBox()
        self.said = plain_label()
        self._arrange()

    def _arrange(self) -> None:
        language = self.language
        self.layer.setAccessibleName(text("history.layer", language))
        self.layer.hide()
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.choose_button)
        top.addWidget(self.file)
        top.addWidget(self.layer)
        top.addWidget(self.about)
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
        page.addWidget(self.said)
        page.addWidget(self.pages, 1)

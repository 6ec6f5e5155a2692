"""Asks which file, which mapping, where to: in dialogs that hold up the page alone, never the desk."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.saving.where import documents
from app.wording import text

ENDINGS = "*.csv *.tsv *.txt *.xlsx *.xls *.ods *.parquet *.geoparquet *.gpkg *.geojson *.json *.shp"


class Page(Protocol):
    """What is asked for: the page of `page`, with its side and the file in hand."""

    source: Path | None
    log: Path | None
    language: str
    side: Any
    file_wanted: Any
    files: Any
    take_files: Callable[[Sequence[Path]], None]
    add_files: Callable[[Sequence[Path]], None]
    take_log: Callable[[str], None]
    save_report: Callable[[str], None]
    open_mapping: Callable[[str], None]
    save_mapping: Callable[[str], None]


class Asking(QObject):
    """Ask for what a page wants to know, and give it the answer; `parent` is the page's widget."""

    def __init__(self, page: Page, parent: QWidget) -> None:
        super().__init__(parent)
        self._page, self._widget = page, parent
        self.dialog: QFileDialog | None = None
        side = page.side
        page.file_wanted.connect(self.ask_files)
        page.files.add_wanted.connect(self.ask_other_file)
        side.log_wanted.connect(self.ask_log)
        side.report_wanted.connect(self.ask_report)
        side.open_mapping_wanted.connect(self.ask_mapping)
        side.save_mapping_wanted.connect(self.ask_mapping_file)

    def ask_files(self) -> None:
        """Ask which file, or which two."""
        self._ask("history.choose_title", self._tables(), several=self._page.take_files)

    def ask_other_file(self) -> None:
        """Ask which file goes with the one that is there."""
        self._ask("history.add_title", self._tables(), lambda name: self._page.add_files([Path(name)]))

    def _tables(self) -> str:
        tables, anything = self._words("history.filter"), self._words("history.any_file")
        return f"{tables} ({ENDINGS});;{anything} (*)"

    def ask_log(self) -> None:
        """Ask where the new log is to be."""
        self._ask("history.log_title", self._words("history.log_filter"), self._page.take_log, saves=self._page.log)

    def ask_report(self) -> None:
        """Ask where to the report is to be written."""
        base = self._page.log or self._base()
        file = base.with_name(f"{base.stem}.rows.csv")
        self._ask("history.report_title", self._words("history.report_filter"), self._page.save_report, saves=file)

    def ask_mapping(self) -> None:
        """Ask which mapping is to be read."""
        self._ask("history.open_mapping", self._words("history.mapping_file"), self._page.open_mapping)

    def ask_mapping_file(self) -> None:
        """Ask where to the mapping is to be written."""
        file = self._base().with_name(f"{self._base().stem}.mapping.toml")
        self._ask("history.save_mapping", self._words("history.mapping_file"), self._page.save_mapping, saves=file)

    def _ask(
        self, title: str, filters: str, take: Callable[[str], object] | None = None, *, saves: Path | None = None,
        several: Callable[[Sequence[Path]], None] | None = None,
    ) -> None:  # fmt: skip
        folder = saves.parent if saves is not None else self._base().parent
        dialog = QFileDialog(self._widget.window(), self._words(title), str(folder), filters)
        if saves is not None:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(saves.name)
        elif several is None:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
            dialog.filesSelected.connect(lambda names: several([Path(name) for name in names]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if take is not None:
            dialog.fileSelected.connect(take)
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self, result: int) -> None:
        self.dialog = None

    def _base(self) -> Path:
        return self._page.source or documents() / "history"

    def _words(self, key: str) -> str:
        return text(key, self._page.language)


def free_log(file: Path) -> Path:
    """Return a name for the log beside a file, or in the documents where nothing can be written there."""
    folder = file.parent if os.access(file.parent, os.W_OK) else documents()
    for number in range(1, 1_000):
        log = folder / (f"{file.stem}.history.db" if number == 1 else f"{file.stem}.history-{number}.db")
        if not log.exists():
            return log
    return folder / f"{file.stem}.history.db"

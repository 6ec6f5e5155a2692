"""Writes what a page shows to a file: by who may, one at a time, said in the page, and told to the log."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from app.desk import Desk
from app.saving.where import Form, ask_where
from app.wording import one_line, text
from dispatch.account_commands import RecordExport


class Page(Protocol):
    """Say in a page how it goes; level as the style sheet knows it."""

    def say(self, words: str, level: str = "") -> None: ...


class PageSaving(QObject):
    """Hold a page's button for it. A page's own says what a file is called, and how it is made.

    `tip` is the key of what the button says where one may; `command` writes the same from a log that is only replayed.
    """

    def __init__(
        self, desk: Desk, page: QWidget, button: QAbstractButton, *, forms: Mapping[str, Form], tip: str, command: str
    ) -> None:
        super().__init__(page)
        self._forms, self._tip, self._command = forms, tip, command
        self._desk, self._widget, self._button = desk, page, button
        self._page: Page = page  # type: ignore[assignment]
        self._is_writing = False
        self.dialog: QFileDialog | None = None
        desk.who_changed.connect(self.show_may)  # a lambda would keep the page after its window
        self.show_may()

    def ask(self) -> None:
        """Ask where to, and write."""

        def forget(result: int) -> None:
            self.dialog = None

        self.dialog = ask_where(self._widget, self._forms, self.name(), self._desk.language, self.write)
        self.dialog.finished.connect(forget)

    def write(self, file: Path, form: str) -> None:
        """Write what is shown in one of the forms; nothing where one may not, or while something is being written."""
        if self._is_writing or not self.has_something or not self._desk.may(RecordExport):
            return
        self._is_writing = True
        self.show_may()
        self._page.say(text("saving.writing", self._desk.language))
        self.make(file, form)

    @property
    def has_something(self) -> bool:
        """Tell whether there is anything to write."""
        return True

    @abstractmethod
    def name(self) -> str:
        """Return what a file is called, without its ending."""

    @abstractmethod
    def make(self, file: Path, form: str) -> None:
        """Begin to make a file; `made`, `failed` or `given_up` ends it."""

    def made(self, file: Path, what: str) -> None:
        """Say that a file is there, and let the log know what left."""
        self._end(text("saving.written", self._desk.language, path=str(file)), "good")
        self._desk.send(RecordExport("figures", f"{what}, {one_line(file.name, 80)}"))

    def failed(self, why: object) -> None:
        """Say why there is no file."""
        self._end(text("saving.failed", self._desk.language, reason=one_line(why, 200)), "warning")

    def given_up(self) -> None:
        """Let another be written, and say nothing."""
        self._is_writing = False
        self.show_may()

    def show_may(self) -> None:
        """Show by the button whether there is anything to write, and who may not."""
        desk = self._desk
        may = desk.may(RecordExport)
        self._button.setEnabled(may and not self._is_writing and self.has_something)
        if may:
            tip = text(self._tip, desk.language)
        elif desk.is_record:
            tip = text("saving.of_record", desk.language, command=self._command)
        else:
            tip = text("saving.not_allowed", desk.language)
        self._button.setToolTip(tip)

    def _end(self, words: str, level: str) -> None:
        self.given_up()
        self._page.say(words, level)

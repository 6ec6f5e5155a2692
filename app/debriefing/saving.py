"""Asks where the report of a debriefing is to go, and has it written beside the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.debriefing.page import DebriefPage
from app.saving.where import HTML, PDF, Form, ask_where
from app.wording import one_line, text

FORMS = {HTML: Form("saving.form_html", ".html"), PDF: Form("saving.form_pdf", ".pdf")}


class Saving(QObject):
    """Write what a page shows."""

    def __init__(self, page: DebriefPage, name: str) -> None:
        super().__init__(page)
        self._page, self._name = page, name
        self.dialog: QFileDialog | None = None
        page.report_wanted.connect(self.ask)
        page.working.written.connect(self._written)
        page.working.not_written.connect(self._failed)

    def ask(self) -> None:
        """Ask where to, and write."""

        def forget(result: int) -> None:
            self.dialog = None

        self.dialog = ask_where(self._page, FORMS, f"{self._name}-report", self._page.language, self.write)
        self.dialog.finished.connect(forget)

    def write(self, file: Path, form: str) -> None:
        """Write the report, which takes its form from the file's ending."""
        page = self._page
        if page.material is None or page.working.is_busy:
            return
        page.save_button.setEnabled(False)
        page.say(text("saving.writing", page.language))
        page.working.write(file, page.language)

    def _written(self, file: Path) -> None:
        self._end(text("saving.written", self._page.language, path=str(file)), "good")

    def _failed(self, why: str) -> None:
        self._end(text("saving.failed", self._page.language, reason=one_line(why, 300)), "warning")

    def _end(self, words: str, level: str) -> None:
        self._page.save_button.setEnabled(True)
        self._page.say(words, level)

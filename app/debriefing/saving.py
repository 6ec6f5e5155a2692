"""Asks where the report of a debriefing is to go, and has it written beside the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from app.debriefing.page import DebriefPage
from app.wording import one_line, text

FORMS = {".html": "debrief.form_html", ".pdf": "debrief.form_pdf"}


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
        language = self._page.language
        filters = {f"{text(words, language)} (*{ending})": ending for ending, words in FORMS.items()}
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._page.window(), text("debrief.save_as", language), folder or str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.selectFile(f"{self._name}-report")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            file = Path(name)
            ending = file.suffix.casefold()
            self.write(file if ending in FORMS else file.with_name(file.name + filters[dialog.selectedNameFilter()]))

        def forget(result: int) -> None:
            self.dialog = None

        dialog.fileSelected.connect(take)
        dialog.finished.connect(forget)
        self.dialog = dialog
        dialog.open()

    def write(self, file: Path) -> None:
        """Write the report by the file's ending."""
        page = self._page
        if page.material is None or page.working.is_busy:
            return
        page.save_button.setEnabled(False)
        page.say(text("debrief.saving", page.language))
        page.working.write(file, page.language)

    def _written(self, file: Path) -> None:
        self._end(text("debrief.saved", self._page.language, path=str(file)), "good")

    def _failed(self, why: str) -> None:
        self._end(text("debrief.save_failed", self._page.language, reason=one_line(why, 300)), "warning")

    def _end(self, words: str, level: str) -> None:
        self._page.save_button.setEnabled(True)
        self._page.say(words, level)

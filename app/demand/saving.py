"""Writes what the page shows to a file: asks where, lets a program of its own draw, and lets the log know."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from app import jobs
from app.demand.content import content_of
from app.demand.findings import findings_of
from app.demand.page import DemandPage
from app.demand.rows import write_csv
from app.desk import Desk
from app.figures.report import Origin
from app.figures.words import period_words
from app.native_types import make_all
from app.parts.names import city_name
from app.wording import one_line, text
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from dispatch.log import Log

PDF, HTML, CSV, MAP = "pdf", "html", "csv", "map"
FORMS = {PDF: "demand.form_pdf", HTML: "demand.form_html", CSV: "demand.form_csv", MAP: "demand.form_map"}
ENDINGS = {PDF: ".pdf", HTML: ".html", CSV: ".csv", MAP: ".html"}


class Saving(QObject):
    """Write reports, tables and maps for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: DemandPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(page)
        self._desk, self._page, self._log = desk, page, log
        self._is_writing = False
        self._process: QProcess | None = None
        self._content: Path | None = None
        self.dialog: QFileDialog | None = None
        page.report_wanted.connect(self.ask)
        desk.who_changed.connect(lambda who: self._show_may())
        self._show_may()

    def ask(self) -> None:
        """Ask where to, and write."""
        language = self._desk.language
        filters = {f"{text(words, language)} (*{ENDINGS[form]})": form for form, words in FORMS.items()}
        dialog = QFileDialog(self._page.window(), text("demand.save_as", language), str(_folder()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.selectFile(self._name())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            file, form = Path(name), filters.get(dialog.selectedNameFilter(), PDF)
            ending = file.suffix.casefold()
            if ending != ENDINGS[form]:
                given = next((each for each, known in ENDINGS.items() if known == ending), None)
                file, form = (file, given) if given else (file.with_name(f"{file.name}{ENDINGS[form]}"), form)
            self.write(file, form)

        def forget(result: int) -> None:
            self.dialog = None

        dialog.fileSelected.connect(take)
        dialog.finished.connect(forget)
        self.dialog = dialog
        dialog.open()  # it holds up this window alone, never the desk

    def write(self, file: Path, form: str) -> None:
        """Write what the page is asked for in one of `FORMS`."""
        if self._is_writing or not self._desk.may(RecordExport):
            return
        desk, page, language = self._desk, self._page, self._desk.language
        self._is_writing = True
        self._show_may()
        page.say(text("demand.saving", language))
        log = self._log() if self._log is not None else None
        asked, state, counter, ask = page.bar.asked(), desk.state, page.counter, page.ask
        actor, city, at = desk.who.actor, city_name(desk), desk.clock()
        make_all()
        if form != CSV:
            with tempfile.NamedTemporaryFile(prefix="opsroom-demand-", suffix=".json", delete=False) as made:
                self._content = Path(made.name)
        content = self._content

        def work(job: jobs.Job) -> None:
            counted = counter.count(state, asked, language)
            found = findings_of(counted, ask(counter.question(counted), job))
            head = str(log.chain_head() or "") if log is not None else ""
            told = content_of(found, Origin(city, log.name if log is not None else "", head, actor, at))
            if content is not None:
                told.write(content)
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("w", encoding="utf-8-sig", newline="") as out:  # a spreadsheet knows UTF-8 by its mark
                write_csv(told, out)

        def done(_: object) -> None:
            if form == CSV:
                self._written(file)
            else:
                self._draw(file, form)

        jobs.start(work, done=done, failed=lambda problem: self._failed(str(problem)))

    def _draw(self, file: Path, form: str) -> None:
        """Let a program of its own draw: a city's ground would hold the window up."""
        city = getattr(self._desk.city, "folder", None)
        arguments = ["-m", "app", "report", "demand", "--content", str(self._content), f"--{form}", str(file)]
        if city is not None:
            arguments += ["--city", str(city)]
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(Path(__file__).resolve().parents[2]))
        process.finished.connect(lambda *_: self._drawn(file))
        process.errorOccurred.connect(lambda *_: self._drawn(file))
        self._process = process
        process.start(sys.executable, arguments)

    def _drawn(self, file: Path) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        is_made = process.exitStatus() is QProcess.ExitStatus.NormalExit and process.exitCode() == 0
        why = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        if is_made:
            self._written(file)
        else:
            self._failed(why.rpartition("\n")[2] or process.errorString())

    def _written(self, file: Path) -> None:
        desk, asked = self._desk, self._page.bar.asked()
        self._end(text("demand.saved", desk.language, path=str(file)), "good")
        days = period_words(asked.period) if asked.period is not None else "whole log"
        desk.send(RecordExport("figures", f"demand, {days}, {one_line(file.name, 80)}"))

    def _failed(self, why: str) -> None:
        self._end(text("demand.save_failed", self._desk.language, reason=one_line(why, 200)), "warning")

    def _end(self, words: str, level: str) -> None:
        if self._content is not None:
            self._content.unlink(missing_ok=True)
            self._content = None
        self._is_writing = False
        self._show_may()
        self._page.say(words, level)

    def _show_may(self) -> None:
        may = self._desk.may(RecordExport)
        self._page.save_button.setEnabled(may and not self._is_writing)
        tip = "demand.save_tip" if may else "demand.of_record" if self._desk.is_record else "demand.not_allowed"
        self._page.save_button.setToolTip(text(tip, self._desk.language))

    def _name(self) -> str:
        counted = self._page.counted
        counts = counted.counts if counted is not None else None
        days = f"-{counts.first_day}-{counts.last_day}" if counts is not None and counts.first_day else ""
        return f"demand{days}"


def _folder() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home())

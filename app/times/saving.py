"""Writes what the page shows to a file: asks where, does it beside the window, and lets the log know that it left."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

import app.times.report  # noqa: F401 - a job imports nothing that paints
from app import jobs
from app.desk import Desk
from app.figures.report import Origin
from app.figures.words import period_words
from app.native_types import make_all
from app.parts.names import city_name
from app.times.page import TimesPage
from app.wording import one_line, text
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from dispatch.log import Log

PDF, HTML, CSV, MAP = "pdf", "html", "csv", "map"
FORMS = {PDF: "times.form_pdf", HTML: "times.form_html", CSV: "times.form_csv", MAP: "times.form_map"}
ENDINGS = {PDF: ".pdf", HTML: ".html", CSV: ".csv", MAP: ".html"}
# A report has these beside what the page is split by.
GROUPS = ("department", "station")


class Saving(QObject):
    """Write reports, tables and maps for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: TimesPage, log: Callable[[], Log] | None = None) -> None:
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
        dialog = QFileDialog(self._page.window(), text("times.save_as", language), str(_folder()))
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
        page.say(text("times.saving", language))
        log = self._log() if self._log is not None else None
        asked, state, counter = page.bar.asked(), desk.state, page.counter
        actor, city, at = desk.who.actor, city_name(desk), desk.clock()
        bounds = getattr(desk.city, "bounds", None)
        groups = tuple(dict.fromkeys((*GROUPS, asked.group)))
        make_all()
        if form == MAP:
            with tempfile.NamedTemporaryFile(prefix="opsroom-times-", suffix=".json", delete=False) as made:
                self._content = Path(made.name)
        content = self._content

        def work(job: jobs.Job) -> str:
            counted = counter.count(state, asked, language, groups=groups)
            report = counted.report
            if form == MAP:
                from app.times.map_content import map_content

                assert content is not None
                map_content(report, state, language, interval=asked.interval, bounds=bounds).write(content)
                return ""
            file.parent.mkdir(parents=True, exist_ok=True)
            if form == CSV:
                from app.times.rows import write_csv

                with file.open("w", encoding="utf-8-sig", newline="") as out:
                    return f"{write_csv(report, state, out, groups, language)}"
            from app.times.report import write_times

            head = str(log.chain_head() or "") if log is not None else ""
            origin = Origin(city, log.name if log is not None else "", head, actor, at)
            return write_times(report, state, origin, file, language, groups=groups)

        def done(said: str) -> None:
            if form == MAP:
                self._draw(file)
            else:
                self._written(file)

        jobs.start(work, done=done, failed=lambda problem: self._failed(str(problem)))

    def _draw(self, file: Path) -> None:
        """Let a program of its own draw the map: a city's ground would hold the window up."""
        city = getattr(self._desk.city, "folder", None)
        arguments = ["-m", "app", "report", "times", "--content", str(self._content), "--map", str(file)]
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
        self._end(text("times.saved", desk.language, path=str(file)), "good")
        days = period_words(asked.period) if asked.period is not None else "whole log"
        days = f"{days}, shift {asked.shift}" if asked.shift else days
        desk.send(RecordExport("figures", f"response times, {days}, {asked.profile_id}, {one_line(file.name, 80)}"))

    def _failed(self, why: str) -> None:
        self._end(text("times.save_failed", self._desk.language, reason=one_line(why, 200)), "warning")

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
        tip = "times.save_tip" if may else "times.not_allowed"
        self._page.save_button.setToolTip(text(tip, self._desk.language))

    def _name(self) -> str:
        period = self._page.bar.asked().period
        days = f"-{period.first_day:%Y-%m-%d}-{period.last_day:%Y-%m-%d}" if period is not None else ""
        return f"response-times{days}"


def _folder() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home())

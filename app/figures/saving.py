"""Writes what the page shows to a file: asks where, does it in a job, and lets the log know that figures left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from app import jobs
from app.desk import Desk
from app.figures.count import Asked
from app.figures.own import ALL
from app.figures.page import FiguresPage
from app.figures.words import period_words
from app.parts.names import city_name
from app.wording import one_line, text
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from dispatch.log import Log

FORMS = {"pdf": "figures_page.form_pdf", "html": "figures_page.form_html", "csv": "figures_page.form_csv"}
# A report has all of these whatever the page is split by.
GROUPS = ("department", "area", "class", "source", "post")


class Saving(QObject):
    """Write reports for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: FiguresPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(page)
        self._desk, self._page, self._log = desk, page, log
        self._is_writing = False
        self.dialog: QFileDialog | None = None
        page.report_wanted.connect(self.ask)
        desk.who_changed.connect(lambda who: self._show_may())
        self._show_may()

    def ask(self) -> None:
        """Ask where to, and write."""
        language = self._desk.language
        filters = {f"{text(words, language)} (*.{form})": form for form, words in FORMS.items()}
        dialog = QFileDialog(self._page.window(), text("figures_page.save_as", language), str(_folder()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.selectFile(self._name())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            file, form = Path(name), filters.get(dialog.selectedNameFilter(), "pdf")
            given = file.suffix.casefold().lstrip(".")
            self.write(file if given in FORMS else file.with_name(f"{file.name}.{form}"))

        def forget(result: int) -> None:
            self.dialog = None

        dialog.fileSelected.connect(take)
        dialog.finished.connect(forget)
        self.dialog = dialog
        dialog.open()  # it holds up this window alone, never the desk

    def write(self, file: Path) -> None:
        """Write a report of what the page is asked for; its form is the file's ending."""
        if self._is_writing or not self._desk.may(RecordExport):
            return
        desk, page, language = self._desk, self._page, self._desk.language
        self._is_writing = True
        self._show_may()
        page.say(text("figures_page.saving", language))
        asked = page.bar.asked()
        share = asked.share
        asked = Asked(asked.period, asked.profile_id, (share.group,) if share.group != ALL else GROUPS, share)
        state, at, counter = desk.state, desk.clock(), page.counter
        log = self._log() if self._log is not None else None
        actor, city = desk.who.actor, city_name(desk)

        def work(job: jobs.Job) -> str:
            from app.figures.report import Origin
            from app.figures.report_paper import write_report

            head = str(log.chain_head() or "") if log is not None else ""
            origin = Origin(city, log.name if log is not None else "", head, actor, at)
            return write_report(counter.count(state, asked, at), origin, file, language)

        def done(said: str) -> None:
            self._is_writing = False
            self._show_may()
            page.say(text("figures_page.saved", language, path=str(file)), "good")
            days = period_words(asked.period)
            desk.send(RecordExport("figures", f"{days}, {asked.profile_id or '-'}, {one_line(file.name, 80)}"))

        def failed(problem: BaseException) -> None:
            self._is_writing = False
            self._show_may()
            page.say(text("figures_page.save_failed", language, reason=one_line(problem, 200)), "warning")

        jobs.start(work, done=done, failed=failed)

    def _show_may(self) -> None:
        may = self._desk.may(RecordExport)
        self._page.save_button.setEnabled(may and not self._is_writing)
        tip = "figures_page.save_tip" if may else "figures_page.export_not_allowed"
        self._page.save_button.setToolTip(text(tip, self._desk.language))

    def _name(self) -> str:
        period = self._page.bar.period
        return f"urban-management-{period.first_day:%Y-%m-%d}-{period.last_day:%Y-%m-%d}"


def _folder() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home())

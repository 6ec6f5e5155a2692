"""Writes what the page shows to a file: a report or a table, in a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app import jobs
from app.desk import Desk
from app.figures.count import Asked
from app.figures.own import ALL
from app.figures.page import FiguresPage
from app.figures.words import period_words
from app.paper.origin import origin_at
from app.saving.page_saving import PageSaving
from app.saving.where import CSV, HTML, PDF, Form

if TYPE_CHECKING:
    from dispatch.log import Log

FORMS = {
    PDF: Form("saving.form_pdf", ".pdf"), HTML: Form("saving.form_html", ".html"),
    CSV: Form("saving.form_csv", ".csv"),
}  # fmt: skip
# A report has all of these whatever the page is split by.
GROUPS = ("department", "area", "class", "source", "post")


class Saving(PageSaving):
    """Write reports for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: FiguresPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(
            desk, page, page.save_button, forms=FORMS, tip="figures_page.save_tip", command="opsroom report month"
        )
        self._figures, self._log = page, log
        page.report_wanted.connect(self.ask)

    def make(self, file: Path, form: str) -> None:
        desk, page, language = self._desk, self._figures, self._desk.language
        asked = page.bar.asked()
        share = asked.share
        asked = Asked(asked.period, asked.profile_id, (share.group,) if share.group != ALL else GROUPS, share)
        state, at, counter = desk.state, desk.clock(), page.counter
        origin = origin_at(desk, self._log)

        def work(job: jobs.Job) -> str:
            from app.figures.report_paper import write_report

            return write_report(counter.count(state, asked, at), origin(), file, language)

        def done(said: str) -> None:
            self.made(file, f"{period_words(asked.period)}, {asked.profile_id or '-'}")

        jobs.start(work, done=done, failed=self.failed)

    def name(self) -> str:
        period = self._figures.bar.period
        return f"urban-management-{period.first_day:%Y-%m-%d}-{period.last_day:%Y-%m-%d}"

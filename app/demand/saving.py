"""Writes what the page shows to a file: a table in a job; reports and maps by a program of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app import jobs
from app.demand.content import content_of
from app.demand.findings import findings_of
from app.demand.page import DemandPage
from app.demand.rows import write_csv
from app.desk import Desk
from app.figures.words import period_words
from app.native_types import make_all
from app.paper.origin import origin_at
from app.paper.whole import write_table
from app.saving.drawn import DrawnSaving
from app.saving.where import CSV, HTML, MAP, PDF, Form

if TYPE_CHECKING:
    from dispatch.log import Log

FORMS = {
    PDF: Form("saving.form_pdf", ".pdf"), HTML: Form("saving.form_html", ".html"),
    CSV: Form("saving.form_csv", ".csv"), MAP: Form("demand.form_map", ".html"),
}  # fmt: skip


class Saving(DrawnSaving):
    """Write reports, tables and maps for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: DemandPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(
            desk, page, page.save_button, forms=FORMS, tip="demand.save_tip", command="opsroom report demand"
        )
        self._demand, self._log = page, log
        page.report_wanted.connect(self.ask)

    def make(self, file: Path, form: str) -> None:
        desk, page, language = self._desk, self._demand, self._desk.language
        asked, state, counter, ask = page.bar.asked(), desk.state, page.counter, page.ask
        origin = origin_at(desk, self._log)
        what = f"demand, {period_words(asked.period) if asked.period is not None else 'whole log'}"
        make_all()
        content = self.write_down("demand") if form != CSV else None

        def work(job: jobs.Job) -> None:
            counted = counter.count(state, asked, language)
            found = findings_of(counted, ask(counter.question(counted), job))
            told = content_of(found, origin())
            if content is not None:
                told.write(content)
            else:
                write_table(file, lambda out: write_csv(told, out))

        def done(_: object) -> None:
            if content is not None:
                self.draw(("report", "demand"), f"--{form}", file, what)
            else:
                self.made(file, what)

        jobs.start(work, done=done, failed=self.failed)

    def name(self) -> str:
        counted = self._demand.counted
        counts = counted.counts if counted is not None else None
        days = f"-{counts.first_day}-{counts.last_day}" if counts is not None and counts.first_day else ""
        return f"demand{days}"

"""Writes what the page shows to a file: a report or a table in a job, a map by a program of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import app.times.report  # noqa: F401 - a job imports nothing that paints
from app import jobs
from app.desk import Desk
from app.figures.words import period_words
from app.native_types import make_all
from app.paper.origin import origin_at
from app.paper.whole import write_table
from app.saving.drawn import DrawnSaving
from app.saving.where import CSV, HTML, MAP, PDF, Form
from app.times.page import TimesPage

if TYPE_CHECKING:
    from dispatch.log import Log

FORMS = {
    PDF: Form("saving.form_pdf", ".pdf"), HTML: Form("saving.form_html", ".html"),
    CSV: Form("saving.form_csv", ".csv"), MAP: Form("times.form_map", ".html"),
}  # fmt: skip
# A report has these beside what the page is split by.
GROUPS = ("department", "station")


class Saving(DrawnSaving):
    """Write reports, tables and maps for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: TimesPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(
            desk, page, page.save_button, forms=FORMS, tip="times.save_tip", command="opsroom report times"
        )
        self._times, self._log = page, log
        page.report_wanted.connect(self.ask)

    def make(self, file: Path, form: str) -> None:
        desk, page, language = self._desk, self._times, self._desk.language
        asked, state, counter = page.bar.asked(), desk.state, page.counter
        origin = origin_at(desk, self._log)
        bounds = getattr(desk.city, "bounds", None)
        groups = tuple(dict.fromkeys((*GROUPS, asked.group)))
        days = period_words(asked.period) if asked.period is not None else "whole log"
        shift = f", shift {asked.shift}" if asked.shift else ""
        what = f"response times, {days}{shift}, {asked.profile_id}"
        make_all()
        content = self.write_down("times") if form == MAP else None

        def work(job: jobs.Job) -> None:
            report = counter.count(state, asked, language, groups=groups).report
            if content is not None:
                from app.times.map_content import map_content

                map_content(report, state, language, interval=asked.interval, bounds=bounds).write(content)
                return
            if form == CSV:
                from app.times.rows import write_csv

                write_table(file, lambda out: write_csv(report, state, out, groups, language))
                return
            from app.times.report import write_times

            file.parent.mkdir(parents=True, exist_ok=True)
            write_times(report, state, origin(), file, language, groups=groups)

        def done(_: object) -> None:
            if content is not None:
                self.draw(("report", "times"), "--map", file, what)
            else:
                self.made(file, what)

        jobs.start(work, done=done, failed=self.failed)

    def name(self) -> str:
        period = self._times.bar.asked().period
        days = f"-{period.first_day:%Y-%m-%d}-{period.last_day:%Y-%m-%d}" if period is not None else ""
        return f"response-times{days}"

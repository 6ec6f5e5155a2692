"""Writes both plans to a file: asks where, has the bench do it, and lets the log know that figures left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from app import jobs
from app.desk import Desk
from app.figures.report import Origin
from app.parts.names import city_name, department_name
from app.siting.content import ENDINGS, FORMS, GEOJSON, HTML, MAP, MAP_PX, PDF, TITLE_PX, Content
from app.siting.drafts import A, B
from app.siting.page import SitingPage
from app.siting.questions import Write
from app.siting.words import source_words
from app.times.words import not_live_words
from app.wording import one_line, text
from app.wording.measures import length
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from dispatch.log import Log

WORDS = {PDF: "siting.form_pdf", HTML: "siting.form_html", MAP: "siting.form_map", GEOJSON: "siting.form_geojson"}
STEM = "two-plans"


class Saving(QObject):
    """Write for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: SitingPage, log: Callable[[], Log] | None = None) -> None:
        super().__init__(page)
        self._desk, self._page, self._log = desk, page, log
        self._job: jobs.Job | None = None
        self.dialog: QFileDialog | None = None
        page.save_wanted.connect(self.ask)
        page.shown_anew.connect(self._show_may)
        desk.who_changed.connect(lambda who: self._show_may())
        self._show_may()

    def ask(self) -> None:
        """Ask where to, and write."""
        language = self._desk.language
        filters = {f"{text(WORDS[form], language)} (*{ENDINGS[form]})": form for form in FORMS}
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._page.window(), text("siting.save_as", language), folder or str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.selectFile(STEM)
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
        """Write what is shown in one of `FORMS`."""
        content = self.content()
        if self._job is not None or content is None or not self._desk.may(RecordExport):
            return
        page, language = self._page, self._desk.language
        page.say(text("siting.saving", language))

        def done(name: str) -> None:
            self._end(text("siting.saved", language, path=str(file)), "good")
            target = content.weighed.comparison.after.target
            details = f"two plans, {content.base.name}, {target.id}, {one_line(file.name, 80)}"
            self._desk.send(RecordExport("figures", details))

        def failed(problem: BaseException) -> None:
            reason = one_line(page.asking.reason(problem), 200)
            self._end(text("siting.save_failed", language, reason=reason), "warning")

        self._job = page.asking.write(Write(content, str(file), form), done, failed, self._cancelled)
        self._show_may()

    def content(self) -> Content | None:
        """Return what would be written; None while nothing is shown."""
        page, desk = self._page, self._desk
        if page.weighed is None:
            return None
        log = self._log() if self._log is not None else None
        canvas = page.maps[B].canvas
        view = canvas.view
        metres = view.metres_per_pixel * max(view.width / MAP_PX[0], view.height / (MAP_PX[1] - TITLE_PX))
        name, head = (log.name, str(log.chain_head() or "")) if log is not None else ("", "")
        origin = Origin(city_name(desk), name, head, desk.who.actor, desk.clock())
        return Content(
            desk.language, origin, department_name(desk.state, page.bar.department_id, desk.language), page.drawn.kind,
            page.drafts.base, (page.drafts.changes(A), page.drafts.changes(B)), page.weighed,
            page.bar.places.currentText(), (view.x, view.y, metres), page.asking.enclosed,
            not_live_words(desk.state, desk.language), desk.state.time_zone or "UTC", *self._setting_words(),
        )  # fmt: skip

    def _setting_words(self) -> tuple[str, str]:
        """Say how roads are driven and where the demand is from, as it was asked for."""
        page, language = self._page, self._desk.language
        assert page.weighed is not None
        demand, closed = page.weighed.demand, len(page.drafts.base.closures)
        roads = page.bar.drive.currentText()
        if closed:
            roads = text("siting.roads_closed", language, roads=roads, count=closed)
        words = text(
            "siting.demand_words", language, demand=page.bar.demand.currentText(),
            source=source_words(demand, language), count=f"{len(demand):,}", side=length(demand.cell_m),
        )  # fmt: skip
        return roads, words

    def _cancelled(self) -> None:
        self._job = None
        self._show_may()

    def _end(self, words: str, level: str) -> None:
        self._job = None
        self._show_may()
        self._page.say(words, level)

    def _show_may(self) -> None:
        may = self._desk.may(RecordExport)
        self._page.save_button.setEnabled(may and self._job is None and self._page.weighed is not None)
        tip = "siting.save_tip" if may else "siting.of_record" if self._desk.is_record else "siting.not_allowed"
        self._page.save_button.setToolTip(text(tip, self._desk.language))

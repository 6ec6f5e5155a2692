"""Writes both plans to a file: the bench does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.desk import Desk
from app.paper.origin import origin_at
from app.parts.names import department_name
from app.saving.page_saving import PageSaving
from app.saving.where import Form
from app.siting.content import ENDINGS, FORMS, GEOJSON, HTML, MAP, MAP_PX, PDF, TITLE_PX, Content
from app.siting.drafts import A, B
from app.siting.page import SitingPage
from app.siting.questions import Write
from app.siting.words import source_words
from app.times.words import not_live_words
from app.wording import text
from app.wording.measures import length

if TYPE_CHECKING:
    from dispatch.log import Log

WORDS = {PDF: "siting.form_pdf", HTML: "siting.form_html", MAP: "siting.form_map", GEOJSON: "siting.form_geojson"}
SHOWN = {form: Form(WORDS[form], ENDINGS[form]) for form in FORMS}
STEM = "two-plans"


class Saving(PageSaving):
    """Write for a page. `log` gives the log that is open now, whose head is printed."""

    def __init__(self, desk: Desk, page: SitingPage, log: Callable[[], Log] | None = None) -> None:
        self._plans, self._log = page, log
        super().__init__(
            desk, page, page.save_button, forms=SHOWN, tip="siting.save_tip", command="opsroom siting compare"
        )
        page.save_wanted.connect(self.ask)
        page.shown_anew.connect(self.show_may)

    @property
    def has_something(self) -> bool:
        return self._plans.weighed is not None

    def name(self) -> str:
        return STEM

    def make(self, file: Path, form: str) -> None:
        page, content = self._plans, self.content()
        assert content is not None
        target = content.weighed.comparison.after.target
        what = f"two plans, {content.base.name}, {target.id}"

        def failed(problem: BaseException) -> None:
            self.failed(page.asking.reason(problem))

        page.asking.write(Write(content, str(file), form), lambda _: self.made(file, what), failed, self.given_up)

    def content(self) -> Content | None:
        """Return what would be written; None while nothing is shown."""
        page, desk = self._plans, self._desk
        if page.weighed is None:
            return None
        canvas = page.maps[B].canvas
        view = canvas.view
        metres = view.metres_per_pixel * max(view.width / MAP_PX[0], view.height / (MAP_PX[1] - TITLE_PX))
        origin = origin_at(desk, self._log)()
        return Content(
            desk.language, origin, department_name(desk.state, page.bar.department_id, desk.language), page.drawn.kind,
            page.drafts.base, (page.drafts.changes(A), page.drafts.changes(B)), page.weighed,
            page.bar.places.currentText(), (view.x, view.y, metres), page.asking.enclosed,
            not_live_words(desk.state, desk.language), desk.state.time_zone or "UTC", *self._setting_words(),
            page.record.words,
        )  # fmt: skip

    def _setting_words(self) -> tuple[str, str]:
        """Say how roads are driven and where the demand is from, as it was asked for."""
        page, language = self._plans, self._desk.language
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

"""Reporting a case: place and class are enough; what the ground and the class say follows while it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.case_ground.on_ground import GroundSide, OnGround
from app.case_intake.case_drafts import CaseDraft
from app.case_intake.case_page import CasePage
from app.case_intake.case_sending import CaseSending
from app.case_intake.consequences import cell_words
from app.case_intake.draft_keeping import DraftKeeping
from app.case_intake.looking import Looking
from app.case_intake.written import Written
from app.desk import Desk
from app.parts.forms import show_words
from app.wording import label, one_line, text
from dispatch.case import AFTER
from dispatch.case_commands import AddCaseNote, AddEvidence, FixOnTheSpot, MergeCase, ReportCase
from dispatch.incident import Location

SOURCE_OF = {"collector": "patrol", "checker": "patrol"}


class CaseIntakePanel(QWidget):
    """Report a case. `start` is Ctrl+F2, `report` Ctrl+Enter, `put_aside` Esc.

    What is written is kept as a draft, also over a restart, until it is reported or cleared. Who reported is not: their
    number and name are known again while the program runs, and are never in the file.
    """

    place_changed = Signal(object)  # Location or None: what the map marks
    opened = Signal(int)  # the number of a case that was reported here

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, drafts_file: Path | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._drafts_file = drafts_file
        self._is_adding = False
        self._page: CasePage | None = None
        self.sending = CaseSending(desk, self)
        self.ground = GroundSide(desk, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        desk.who_changed.connect(lambda who: self._on_who())

    @property
    def page(self) -> CasePage:
        """Return the form, made when it is needed first: most desks start with it behind another dock."""
        if self._page is None:
            page = self._page = CasePage(
                self._desk,
                report=self.report,
                fix=self.fix_on_the_spot,
                clear=self.clear,
                place=lambda: self.written.lonlat,
                drafts_file=self._drafts_file,
            )
            self.written = Written(self._desk, page)
            self.looking = Looking(self._desk, page, self.written)
            self.keeping = DraftKeeping(page, self.written, is_sending=lambda: self.sending.is_busy)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(page)
            self._connect()
            self._empty()
        return self._page

    def showEvent(self, event: QShowEvent) -> None:
        """Have the form there when it is seen."""
        self.page.show()
        super().showEvent(event)

    # What the keys do

    def start(self) -> None:
        """Stand ready for a report; one that was begun is gone on with."""
        page = self.page
        page.place.warm_up()
        target = page.place if page.place.location is None else page.standard
        if page.place.location is not None and page.standard.standard_id:
            target = page.words
        target.setFocus()
        if not self._desk.state.standards.small:
            self._say(self._words("case_intake.no_standards"), "warning")

    def start_at(self, lon: float, lat: float) -> None:
        """Stand ready for a report whose place is known."""
        self.page.place.take_point(lon, lat)
        self.start()

    def start_from(self, incident_id: int) -> None:
        """Stand ready for what is left to be put right where an incident was."""
        incident = self._desk.state.incidents.get(incident_id)
        if incident is None:
            return
        self.put_aside()
        self._set_origin(incident_id)
        self.page.place.set_location(incident.location)
        self._on_place(incident.location)
        self.start()

    def report(self) -> None:
        """Report what is written."""
        body = self._body()
        if body is not None:
            self._is_adding = False
            self.sending.report(body)

    def fix_on_the_spot(self) -> None:
        """Report what was put right where it was found, and close it with its photographs."""
        body = self._body(keep_after=False)
        if body is not None:
            after = tuple(each for each in self.page.photographs.evidence() if each.kind == AFTER)
            self._is_adding = False
            self.sending.report(body, then=FixOnTheSpot(0, after))

    def same_as(self, case_id: int) -> None:
        """Report it as the same thing as a case: merged with it, or added to it by whoever may not merge."""
        desk = self._desk
        if desk.may(MergeCase):
            body = self._body()
            if body is not None:
                self._is_adding = False
                self.sending.report(body, then=MergeCase(0, case_id))
            return
        if self._is_held_up():
            return
        source = label("case_source", self.written.source, desk.language)
        words, evidence = self.page.words.words, self.page.photographs.evidence()
        key = "case_intake.note_from" if words else "case_intake.note_again"
        self._is_adding = True
        self.sending.add(
            AddCaseNote(case_id, text(key, desk.language, source=source, words=words)),
            AddEvidence(case_id, evidence) if evidence else None,
        )

    def put_aside(self) -> None:
        """Keep what is written as a draft, and begin anew."""
        if self.sending.is_busy:
            return
        page, draft = self.page, self.keeping.leave()
        if draft is None and any(page.reporter.written):
            return  # a number alone is no draft, and no key takes it away
        self._empty()
        if draft is not None:
            self._say(self._words("intake.kept", what=page.drafts.describe(draft)))

    def resume(self, draft: CaseDraft) -> None:
        """Go on with a draft; what is written now becomes one."""
        self.put_aside()
        self._set_origin(draft.incident_id, draft.source)
        self.keeping.take_up(draft)
        self._on_place(draft.location)
        self.written.known = draft.component if draft.location is not None else None
        self.start()

    def clear(self) -> None:
        """Empty the form; what was written there is gone."""
        self.page.photographs.clear()  # before they could be kept once more
        self.keeping.drop()
        self._empty()

    def _empty(self) -> None:
        self._set_origin(None)
        self.written.empty()
        show_words(self.page.said, "")
        self._on_place(None)

    def _connect(self) -> None:
        page, desk = self.page, self._desk
        page.place.chosen.connect(self._on_place)
        page.place.cleared.connect(lambda: self._on_place(None))
        page.place.finished.connect(page.standard.setFocus)
        page.standard.chosen.connect(self._on_class)
        page.component.activated.connect(self._on_component)
        page.degree.activated.connect(self._refresh)
        page.words.textChanged.connect(self.looking.soon)
        page.words.textChanged.connect(self.keeping.touch)
        page.photographs.changed.connect(self._refresh)
        page.drafts.resumed.connect(self.resume)
        page.twins.same_wanted.connect(self.same_as)
        page.twins.rows.chosen.connect(lambda key: desk.select(case_id=int(key)))
        self.ground.found.connect(self._on_ground)
        self.ground.failed.connect(self._on_ground_failed)
        page.reporter.callers.not_kept.connect(
            lambda reason: self._say(self._words("case_intake.not_kept", reason=one_line(reason, 160)), "warning")
        )
        self.sending.busy_changed.connect(self._on_busy)
        self.sending.reported.connect(self._on_reported)
        self.sending.done.connect(self._on_done)
        self.sending.problem.connect(lambda words: self._say(words, "warning"))
        for keys, do in (("Ctrl+Return", self.report), ("Ctrl+Enter", self.report), ("Esc", self.put_aside)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    # What happens

    def _on_who(self) -> None:
        if self._page is not None:
            self._set_origin(self.written.incident_id)
            self._refresh()

    def _on_place(self, location: Location | None) -> None:
        written = self.written
        ground = written.ground
        if location is None or ground is None or written.lonlat != (ground.lon, ground.lat):
            written.ground = written.known = None
            written.show_components()
            show_words(self.page.cell, "")
            if location is None:
                self.ground.drop()
            else:
                show_words(self.page.cell, self._words("case_intake.looking"))
                self.ground.ask(location.lon, location.lat)
            self.page.photographs.check_places()
        show_words(self.page.said, "")
        self.place_changed.emit(location)
        self._refresh()
        self.looking.soon()

    def _on_ground(self, ground: OnGround) -> None:
        self.written.ground = ground
        show_words(self.page.cell, cell_words(ground, self._desk.language), "" if ground.cell else "warning")
        self.written.show_components()
        self._refresh()
        self.looking.soon()

    def _on_ground_failed(self, reason: str) -> None:
        self.written.ground = None
        words = self._words("case_intake.ground_failed", reason=one_line(reason, 160))
        show_words(self.page.cell, words, "warning")

    def _on_class(self, standard_id: str) -> None:
        show_words(self.page.said, "")
        self.written.known = None
        self.page.show_degrees(self.written.standard)
        self.written.show_components()
        self._refresh()
        self.looking.soon()
        if standard_id:
            self.page.words.setFocus()

    def _on_component(self) -> None:
        if self.written.take_class_of_component():
            self.page.show_degrees(self.written.standard)
        self._refresh()
        self.looking.soon()

    def _on_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._say(self._words("case_intake.sending"))
        self._refresh()

    def _on_reported(self, number: int) -> None:
        self._desk.select(case_id=number)
        self.clear()
        self.opened.emit(number)

    def _on_done(self, number: int, words: str) -> None:
        if self._is_adding:  # nothing was reported: the words went to a case that is there
            self._is_adding = False
            self.clear()
        self._say(words, "good")

    # What is shown, and what is reported

    def _refresh(self) -> None:
        page, standard, advice = self.page, self.written.standard, self.written.advice()
        self.keeping.touch()
        page.consequences.show_class(standard, advice, self._desk.clock())
        page.show_row(page.degree, standard is not None and len(standard.handling) > 1)
        page.report_button.setEnabled(self._desk.may(ReportCase) and not self.sending.is_busy)
        can_fix = standard is not None and standard.is_fixed_on_the_spot and not standard.emergency
        page.fix_button.setVisible(can_fix and self._desk.may(FixOnTheSpot))
        page.fix_button.setEnabled(page.report_button.isEnabled())
        page.twins.same_button.setEnabled(not self.sending.is_busy)

    def _set_origin(self, incident_id: int | None, source: str = "") -> None:
        page = self.page
        self.written.incident_id = incident_id
        page.show_origin(incident_id, source or SOURCE_OF.get(self._desk.who.role, "hotline"))

    def _body(self, *, keep_after: bool = True) -> ReportCase | None:
        """Return the report, None where something is missing; what that is, is said."""
        QGuiApplication.inputMethod().commit()  # what is read on the screen is what is sent
        page = self.page
        if self._is_held_up():
            return None
        body = self.written.body(keep_after=keep_after)
        if body is None:
            has_place = page.place.location is not None
            self._say(self._words("case_intake.class_needed" if has_place else "case_intake.place_needed"), "warning")
            (page.standard if has_place else page.place).setFocus()
        return body

    def _is_held_up(self) -> bool:
        words = self.written.held_up(is_looking=self.ground.is_busy)
        if words:
            self._say(words, "warning")
        return bool(words) or self.sending.is_busy

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.page.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)

"""Reporting a case: place and class are enough; what the ground and the class say follows while it is written."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.case_ground.advice import Advice, advise, class_of_component, place_of
from app.case_ground.on_ground import GroundSide, OnGround
from app.case_intake.case_page import CasePage
from app.case_intake.case_sending import CaseSending
from app.case_intake.consequences import cell_words
from app.desk import Desk
from app.parts.forms import show_words
from app.wording import label, one_line, text
from dispatch.case import AFTER, FROM_INCIDENT, CasePlace
from dispatch.case_commands import AddCaseNote, AddEvidence, FixOnTheSpot, MergeCase, ReportCase
from dispatch.duplicates import suggest
from dispatch.incident import Location
from dispatch.standards import USUAL, Standard

LOOK_AFTER_MS, LOOK_AGAIN_MS = 250, 2_000
SOURCE_OF = {"collector": "patrol", "checker": "patrol"}


class CaseIntakePanel(QWidget):
    """Report a case. `start` is Ctrl+F2, `report` Ctrl+Enter; what is written stays until it is cleared."""

    place_changed = Signal(object)  # Location or None: what the map marks
    opened = Signal(int)  # the number of a case that was reported here

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ground: OnGround | None = None
        self._incident_id: int | None = None
        self._is_adding = False
        self._page: CasePage | None = None
        self.sending = CaseSending(desk, self)
        self.ground = GroundSide(desk, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        desk.who_changed.connect(lambda who: self._on_who())
        desk.state_changed.connect(self._on_state)
        self._look_soon = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._look_soon.timeout.connect(self._look_for_twins)
        self._look_again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self._look_for_twins)

    @property
    def page(self) -> CasePage:
        """Return the form, made when it is needed first: most desks start with it behind another dock."""
        if self._page is None:
            self._page = CasePage(
                self._desk, report=self.report, fix=self.fix_on_the_spot, clear=self.clear, place=self._lonlat
            )
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._page)
            self._connect()
            self.clear()
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
        self.clear()
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
        source = label("case_source", self._source(), desk.language)
        words, evidence = self.page.words.words, self.page.photographs.evidence()
        key = "case_intake.note_from" if words else "case_intake.note_again"
        self._is_adding = True
        self.sending.add(
            AddCaseNote(case_id, text(key, desk.language, source=source, words=words)),
            AddEvidence(case_id, evidence) if evidence else None,
        )

    def clear(self) -> None:
        """Empty the form."""
        page = self.page
        self._set_origin(None)
        page.place.set_location(None)
        page.standard.set_standard("")
        page.words.clear()
        page.reporter.clear()
        page.photographs.clear()
        show_words(page.said, "")
        self._on_place(None)

    def _connect(self) -> None:
        page, desk = self.page, self._desk
        page.place.chosen.connect(self._on_place)
        page.place.cleared.connect(lambda: self._on_place(None))
        page.place.finished.connect(page.standard.setFocus)
        page.standard.chosen.connect(self._on_class)
        page.component.activated.connect(self._on_component)
        page.degree.activated.connect(self._refresh)
        page.words.textChanged.connect(self._look_soon.start)
        page.photographs.changed.connect(self._refresh)
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
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            sends = QShortcut(QKeySequence(keys), self)
            sends.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            sends.activated.connect(self.report)

    # What happens

    def _on_who(self) -> None:
        if self._page is not None:
            self._set_origin(self._incident_id)
            self._refresh()

    def _on_place(self, location: Location | None) -> None:
        is_news = location is None or self._ground is None or self._lonlat() != (self._ground.lon, self._ground.lat)
        if is_news:
            self._ground = None
            self._show_components()
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
        self._look_soon.start()

    def _on_ground(self, ground: OnGround) -> None:
        self._ground = ground
        show_words(self.page.cell, cell_words(ground, self._desk.language), "" if ground.cell else "warning")
        self._show_components()
        self._refresh()
        self._look_soon.start()

    def _on_ground_failed(self, reason: str) -> None:
        self._ground = None
        words = self._words("case_intake.ground_failed", reason=one_line(reason, 160))
        show_words(self.page.cell, words, "warning")

    def _on_class(self, standard_id: str) -> None:
        show_words(self.page.said, "")
        self._show_degrees()
        self._show_components()
        self._refresh()
        self._look_soon.start()
        if standard_id:
            self.page.words.setFocus()

    def _on_component(self) -> None:
        component = self.page.component.component
        if component is not None and not self.page.standard.standard_id:
            standard_id = class_of_component(self._desk.state, component)
            self.page.standard.set_standard(standard_id)
            self._show_degrees()
        self._refresh()
        self._look_soon.start()

    def _on_state(self, entry: object, state: object) -> None:
        if (
            self._page is not None
            and self.isVisible()
            and self.page.place.location is not None
            and not self._look_again.isActive()
        ):
            self._look_again.start()

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

    # What is shown

    def _refresh(self) -> None:
        page, standard = self.page, self._standard()
        advice = self._advice(standard)
        page.consequences.show_class(standard, advice, self._desk.clock())
        page.show_row(page.degree, standard is not None and len(standard.handling) > 1)
        may_report = self._desk.may(ReportCase)
        page.report_button.setEnabled(may_report and not self.sending.is_busy)
        can_fix = standard is not None and standard.is_fixed_on_the_spot and not standard.emergency
        page.fix_button.setVisible(can_fix and self._desk.may(FixOnTheSpot))
        page.fix_button.setEnabled(page.report_button.isEnabled())
        page.twins.same_button.setEnabled(not self.sending.is_busy)

    def _show_degrees(self) -> None:
        page, standard, language = self.page, self._standard(), self._desk.language
        with QSignalBlocker(page.degree):
            page.degree.clear()
            for each in standard.handling if standard is not None else ():
                words, when = label("degree", each.degree, language), each.when
                if language == "zh" and each.when_zh:
                    when = each.when_zh
                if when:
                    words = self._words("case_intake.degree_when", degree=words, when=one_line(when, 120))
                page.degree.addItem(words, each.degree)

    def _show_components(self) -> None:
        near = self._ground.components if self._ground is not None else ()
        self.page.show_row(self.page.component, self.page.component.show_near(near, self._standard()))

    def _look_for_twins(self) -> None:
        page, location = self.page, self.page.place.location
        if location is None:
            page.twins.show_found(())
            return
        component = self.page.component.component
        found = suggest(
            self._desk.state,
            place=(location.lon, location.lat),
            standard_id=page.standard.standard_id,
            text=page.words.words,
            at=self._desk.clock(),
            component=component.code if component is not None else "",
        )
        page.twins.show_found(found)

    def _set_origin(self, incident_id: int | None) -> None:
        """Say where the report comes from: an incident, or by whoever sits here."""
        self._incident_id = incident_id
        page = self.page
        words = self._words("case_intake.from_incident", number=incident_id) if incident_id is not None else ""
        show_words(page.origin, words, "notice" if words else "")
        page.show_row(page.source, incident_id is None)
        page.source.setCurrentIndex(page.source.findData(SOURCE_OF.get(self._desk.who.role, "hotline")))

    # What is reported

    def _body(self, *, keep_after: bool = True) -> ReportCase | None:
        """Return the report, None where something is missing; what that is, is said."""
        QGuiApplication.inputMethod().commit()  # what is read on the screen is what is sent
        page, standard = self.page, self._standard()
        location = page.place.location
        if self._is_held_up():
            return None
        if location is None or standard is None:
            missing = "case_intake.place_needed" if location is None else "case_intake.class_needed"
            self._say(self._words(missing), "warning")
            (page.place if location is None else page.standard).setFocus()
            return None
        evidence = page.photographs.evidence()
        advice = self._advice(standard)
        return ReportCase(
            self._source(),
            standard.id,
            self._place(location, advice),
            page.degree.currentData() or USUAL,
            answerable=advice.answer.department if advice is not None else "",
            text=page.words.words,
            person_id=page.reporter.keep(),
            evidence=evidence if keep_after else tuple(each for each in evidence if each.kind != AFTER),
            incident_id=self._incident_id,
        )

    def _is_held_up(self) -> bool:
        desk, page = self._desk, self.page
        if not desk.may(ReportCase):
            role = label("role", desk.who.role, desk.language)
            self._say(self._words("case_intake.may_not", role=role), "warning")
        elif page.photographs.is_busy:
            self._say(self._words("case_intake.busy"), "warning")
        elif self.ground.is_busy:
            self._say(self._words("case_intake.looking"), "warning")
        else:
            return self.sending.is_busy
        return True

    def _place(self, location: Location, advice: Advice | None) -> CasePlace:
        answer = advice.answer if advice is not None else None
        return place_of(self._desk.state, location, self._ground, self.page.component.component, answer)

    def _advice(self, standard: Standard | None) -> Advice | None:
        if standard is None or self.page.place.location is None:
            return None
        degree = self.page.degree.currentData() or USUAL
        desk = self._desk
        return advise(desk.state, standard, degree, self._ground, self.page.component.component, desk.clock())

    def _source(self) -> str:
        return FROM_INCIDENT if self._incident_id is not None else str(self.page.source.currentData())

    def _standard(self) -> Standard | None:
        wanted = self.page.standard.standard_id
        return next((each for each in self._desk.state.standards.small if each.id == wanted), None)

    def _lonlat(self) -> tuple[float, float] | None:
        location = self._page.place.location if self._page is not None else None
        return (location.lon, location.lat) if location is not None else None

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.page.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)

"""The form that corrects what a case is, where it is and what it is about; the ground then says anew who answers."""

from __future__ import annotations

from dataclasses import replace

from app.case_forms.fields import DegreeField
from app.case_forms.form import CaseForm
from app.case_forms.standard_field import StandardField
from app.case_ground.advice import Advice, advise, answer_words, class_of_component, place_of
from app.case_ground.component_field import ComponentField
from app.case_ground.on_ground import GroundSide, OnGround
from app.desk import Desk
from app.intake.place_field import PlaceField
from app.parts.forms import plain_label, show_words
from app.wording import one_line
from dispatch import case_commands as k
from dispatch.areas import Answerable
from dispatch.case import Case, CasePlace
from dispatch.commands import Body
from dispatch.incident import Location


class CorrectForm(CaseForm):
    """Correct class, degree, place or component. Who was named to answer stays while class, place and component do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.CorrectCase)
        self.standard = StandardField(desk)
        self.degree = DegreeField(desk)
        self.where = PlaceField(desk)
        self.component = ComponentField(desk)
        self.answers = plain_label(role="muted")
        self.ground = GroundSide(desk, self)
        self._on_ground: OnGround | None = None
        self._add("case_form.class", self.standard)
        self._add("case_form.degree", self.degree)
        self._add("intake.place", self.where)
        self._component_caption = self._add("case_intake.component", self.component)
        self.fields.addWidget(self.answers)
        self.entry = self._add_words("case_form.words")
        self.standard.chosen.connect(self._on_standard)
        self.degree.changed.connect(self.check)
        self.where.chosen.connect(lambda _: self._on_place())
        self.where.cleared.connect(self._on_place)
        self.component.activated.connect(lambda _: self._on_component())
        self.ground.found.connect(self._on_found)
        self.ground.failed.connect(self._on_failed)

    def fill(self, case: Case) -> None:
        """Show what it is and where, and ask the ground what stands there."""
        super().fill(case)
        self._on_ground = None
        self.standard.set_standard(case.standard_id)
        self.degree.show_standard(self._desk.state.classes.get(case.standard_id), case.degree)
        self.where.set_location(case.place.location)
        self._show_components(known=case.place.component)
        self._ask_ground()

    def let_go(self) -> None:
        """Ask the ground no more."""
        self.ground.drop()
        super().let_go()

    def bodies(self) -> tuple[Body, ...]:
        """Return the correction."""
        case, place = self.case, self._place()
        if case is None or place is None:
            return ()
        is_same = self.standard.standard_id == case.standard_id and place == case.place
        answer = self._answer()
        answering = case.answerable if is_same else answer.department if answer is not None else ""
        degree = self.degree.degree
        return (k.CorrectCase(self.number, self.standard.standard_id, place, degree, answering, self.entry.words),)

    def needs(self) -> str:
        """Ask for class and place, and for something that is other than before."""
        if not self.standard.standard_id:
            return self._words("case_form.needs_class")
        place, case = self._place(), self.case
        if self.where.location is None or place is None:
            return self._words("case_intake.looking" if self.ground.is_busy else "case_form.needs_place")
        now = (self.standard.standard_id, self.degree.degree, place)
        is_same = case is not None and now == (case.standard_id, case.degree, case.place)
        return self._words("case_form.nothing_changed") if is_same else ""

    def check(self) -> None:
        """Let the button follow what is missing, and say who would answer."""
        super().check()
        answer = self._answer() if self.case is not None else None
        words, level = ("", "") if answer is None else answer_words(self._desk.state, answer, self._desk.language)
        show_words(self.answers, words, level)

    def take_focus(self) -> None:
        """Begin with the class."""
        self.standard.setFocus()
        self.standard.entry.selectAll()

    def _place(self) -> CasePlace | None:
        """Return the place as it would be corrected; None while the ground has not said where a new one lies."""
        case, location = self.case, self.where.location
        if case is None or location is None:
            return None
        if _is_at(location, case.place.location):
            place = replace(case.place, location=location, component=self.component.code)
            is_alike = place == case.place and self.standard.standard_id == case.standard_id
            answer = None if is_alike else self._answer()
            return replace(place, area=answer.area) if answer is not None and answer.area else place
        ground = self._on_ground
        if ground is None:
            return None
        return place_of(self._desk.state, location, ground, self.component.code, self._answer())

    def _answer(self) -> Answerable | None:
        advice = self._advice()
        return advice.answer if advice is not None else None

    def _advice(self) -> Advice | None:
        desk, case = self._desk, self.case
        standard = desk.state.classes.get(self.standard.standard_id)
        location = self.where.location
        if standard is None or case is None or location is None:
            return None
        ground = self._on_ground
        if _is_at(location, case.place.location):  # what the case has of the ground stands
            where = case.place.location
            ground = OnGround(where.lon, where.lat, bool(case.place.cell), case.place.cell)
        if ground is None:
            return None
        return advise(desk.state, standard, self.degree.degree, ground, self.component.component, desk.clock())

    def _on_standard(self, standard_id: str) -> None:
        self.degree.show_standard(self._desk.state.classes.get(standard_id), self.degree.degree)
        self.check()

    def _on_component(self) -> None:
        component = self.component.component
        of_component = class_of_component(self._desk.state, component) if component is not None else ""
        if of_component and not self.standard.standard_id:
            self.standard.set_standard(of_component)
            self._on_standard(of_component)
        self.check()

    def _on_place(self) -> None:
        self._on_ground = None
        self.ground.drop()
        case, location = self.case, self.where.location
        is_there = case is not None and location is not None and _is_at(location, case.place.location)
        self._show_components(known=case.place.component if case is not None and is_there else "")
        self._ask_ground()
        self.check()

    def _ask_ground(self) -> None:
        location = self.where.location
        if location is not None:
            self.ground.ask(location.lon, location.lat)

    def _on_found(self, ground: OnGround) -> None:
        self._on_ground = ground
        self._show_components(known=self.component.code)
        self.check()

    def _on_failed(self, reason: str) -> None:
        """Go on without the ground: a broken grid bars no correction."""
        location = self.where.location
        if location is not None:
            self._on_ground = OnGround(location.lon, location.lat)
        self.check()
        show_words(self.answers, self._words("case_intake.ground_failed", reason=one_line(reason, 160)), "warning")

    def _show_components(self, *, known: str) -> None:
        near = self._on_ground.components if self._on_ground is not None else ()
        standard = self._desk.state.classes.get(self.standard.standard_id)
        is_any = self.component.show_near(near, standard, known=known)
        for each in (self._component_caption, self.component):
            each.setVisible(is_any)


def _is_at(one: Location, other: Location) -> bool:
    return (one.lon, one.lat) == (other.lon, other.lat)

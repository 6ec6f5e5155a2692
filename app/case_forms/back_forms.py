"""Forms that take a case back, out of the way, or to another name: give back, open again, correct."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from app.case_forms.fields import DegreeField
from app.case_forms.form import CaseForm, WordsForm
from app.case_forms.ground import Ground
from app.case_forms.standard_field import StandardField
from app.desk import Desk
from app.intake.place_field import PlaceField
from app.parts.forms import plain_label, show_words
from app.parts.names import department_name
from app.wording import label
from dispatch import case_commands as k
from dispatch.case import HANDLED, Case, CaseStage
from dispatch.case_moves import RETURNS, fixers_from
from dispatch.commands import Body


class ReturnForm(CaseForm):
    """Give a case back: to which stage, who must put it right, and why."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReturnCase)
        self.to = QComboBox()
        self.to.setAccessibleName(self._words("case_form.back_to"))
        self.fixer = QComboBox()
        self.fixer.setAccessibleName(self._words("case_form.fixer"))
        self._add("case_form.back_to", self.to)
        self.fixer_caption = plain_label(self._words("case_form.fixer"), role="muted")
        self.fields.addWidget(self.fixer_caption)
        self.fields.addWidget(self.fixer)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.to.currentIndexChanged.connect(lambda _: self._show_fixers())
        self.fixer.currentIndexChanged.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Offer where it may go back to, the nearest first."""
        super().fill(case)
        self.to.clear()
        loop = tuple(CaseStage)
        for stage in sorted(RETURNS.get(case.stage, ()), key=loop.index, reverse=True):
            self.to.addItem(label("case_stage", stage.value, self._desk.language), stage.value)

    def bodies(self) -> tuple[Body, ...]:
        """Return the giving back."""
        if not self.to.currentData():
            return ()
        to = CaseStage(self.to.currentData())
        fixer = CaseStage(self.fixer.currentData() or to.value)
        return (k.ReturnCase(self.number, to, self.entry.words, None if fixer is to else fixer),)

    def take_focus(self) -> None:
        """Begin with the stage where there is a choice."""
        first: QWidget = self.to if self.to.count() > 1 else self.entry
        first.setFocus()

    def _show_fixers(self) -> None:
        to = self.to.currentData()
        fixers = fixers_from(CaseStage(to)) if to else ()
        self.fixer.clear()
        for stage in reversed(fixers):
            self.fixer.addItem(label("case_stage", stage.value, self._desk.language), stage.value)
        for each in (self.fixer, self.fixer_caption):
            each.setVisible(len(fixers) > 1)
        self.check()


class ReopenForm(WordsForm):
    """Open a closed case again; who gets it is said."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReopenCase, "case_form.reason")
        self.about = plain_label(role="muted")
        self.fields.insertWidget(0, self.about)

    def fill(self, case: Case) -> None:
        """Say where it goes."""
        super().fill(case)
        state, words = self._desk.state, self._words("case_form.reopens_early")
        if case.outcome == HANDLED and case.department in state.departments:
            name = department_name(state, case.department, self._desk.language)
            words = self._words("case_form.reopens_to", name=name)
        show_words(self.about, words)


class CorrectForm(CaseForm):
    """Correct what it is, or where; the ground then says anew who answers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.CorrectCase)
        self.standard = StandardField(desk)
        self.degree = DegreeField(desk)
        self.where = PlaceField(desk)
        self.ground = Ground(desk)
        self._add("case_form.class", self.standard)
        self._add("case_form.degree", self.degree)
        self._add("intake.place", self.where)
        self.entry = self._add_words("case_form.words")
        self.standard.chosen.connect(self._on_standard)
        self.where.chosen.connect(self._on_place)
        self.where.cleared.connect(self.check)
        self.ground.found.connect(self.check)

    def fill(self, case: Case) -> None:
        """Show what it is and where."""
        super().fill(case)
        self.standard.set_standard(case.standard_id)
        self.degree.show_standard(self._desk.state.classes.get(case.standard_id), case.degree)
        self.where.set_location(case.place.location)
        self.ground.keep(case.place)

    def bodies(self) -> tuple[Body, ...]:
        """Return the correction; who was named to answer stays while class and place do."""
        place = self.ground.place
        if self.case is None or place is None:
            return ()
        is_same = self.standard.standard_id == self.case.standard_id and place == self.case.place
        answerable = self.case.answerable if is_same else ""
        degree = self.degree.degree
        return (k.CorrectCase(self.number, self.standard.standard_id, place, degree, answerable, self.entry.words),)

    def needs(self) -> str:
        """Ask for class and place, and for something that is other than before."""
        if not self.standard.standard_id:
            return self._words("case_form.needs_class")
        if self.where.location is None or self.ground.place is None:
            return self._words("case_form.needs_place")
        case, degree = self.case, self.degree.degree
        is_same = case is not None and (self.standard.standard_id, degree, self.ground.place) == (
            case.standard_id,
            case.degree,
            case.place,
        )
        return self._words("case_form.nothing_changed") if is_same else ""

    def take_focus(self) -> None:
        """Begin with the class."""
        self.standard.setFocus()
        self.standard.entry.selectAll()

    def _on_standard(self, standard_id: str) -> None:
        self.degree.show_standard(self._desk.state.classes.get(standard_id), self.degree.degree)
        self.check()

    def _on_place(self, location: object) -> None:
        if self.where.location is not None:
            self.ground.find(self.where.location)
        self.check()

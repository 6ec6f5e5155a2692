"""Forms that take a case back: give back, open again."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from app.case_forms.form import CaseForm, WordsForm
from app.desk import Desk
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

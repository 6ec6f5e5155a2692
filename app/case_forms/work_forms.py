"""Forms of the loop's second half: handled, passed on, checked, closed, put right on the spot."""

from __future__ import annotations

from app.case_forms.fields import ChoiceField, CollectorField
from app.case_forms.form import CaseForm
from app.cases.words import class_name, shared_words
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.wording import label, one_line, text
from dispatch import case_commands as k
from dispatch.case import AFTER, BEFORE, CHECKS, FAILED, OTHER, Case, CaseStage, Evidence
from dispatch.case_checks import last_visit
from dispatch.commands import Body
from dispatch.standards import Standard


class HandledForm(CaseForm):
    """Say that the work is done, with photographs of after."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReportHandled)
        self.photos = self._add_photos(AFTER, BEFORE, OTHER)
        self.entry = self._add_words("case_form.words")

    def bodies(self) -> tuple[Body, ...]:
        """Return that it is handled."""
        return (k.ReportHandled(self.number, self.photos.evidence(), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the photographs."""
        self.photos.choose_button.setFocus()


class PassOnForm(CaseForm):
    """Take what the department reports, and say who checks it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.PassOnFeedback)
        self.collector = CollectorField(desk)
        self._add("case_form.checker", self.collector)

    def fill(self, case: Case) -> None:
        """Name the collector of the cell who did not handle it."""
        super().fill(case)
        self.collector.show_cell(self._desk.state, case.place.cell, self._desk.clock(), without=case.handlers)

    def bodies(self) -> tuple[Body, ...]:
        """Return the passing on."""
        return (k.PassOnFeedback(self.number, self.collector.collector),)


class CheckForm(CaseForm):
    """Say whether it is put right; what is not goes back with the reason."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReportCheck)
        choices = [(each, label("case_check", each, desk.language)) for each in CHECKS]
        self.result = ChoiceField(self._words("case_form.result"), choices)
        self.shared = plain_label()
        self.fields.addWidget(self.result)
        self.fields.addWidget(self.shared)
        self.photos = self._add_photos(AFTER, OTHER)
        self.entry = self._add_words("case_form.words")
        self.result.chosen.connect(self._on_result)

    def fill(self, case: Case) -> None:
        """Begin with what is usual: it is put right; say where its photographs prove another case as well."""
        super().fill(case)
        show_words(self.shared, shared_words(self._desk.state, case, self._desk.language), "warning")
        self.result.choose(CHECKS[0])

    def bodies(self) -> tuple[Body, ...]:
        """Return what the check found."""
        return (k.ReportCheck(self.number, self.result.choice, self.photos.evidence(), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the result."""
        self.result.setFocus()

    def _on_result(self, result: str) -> None:
        self._needed[:] = [self.entry] if result == FAILED else []
        key = "case_form.reason" if result == FAILED else "case_form.words"
        self.entry.setPlaceholderText(self._words(key))
        self.entry.setAccessibleName(self._words(key))
        self.check()


class CloseForm(CaseForm):
    """Close it: the standard is named, its condition said, and the photographs counted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.CloseCase)
        self.standard = plain_label()
        self.condition = plain_label()
        self.photos_had = plain_label(role="muted")
        self.shared = plain_label()
        for each in (self.standard, self.condition, self.photos_had, self.shared):
            self.fields.addWidget(each)
        self.entry = self._add_words("case_form.words")

    def fill(self, case: Case) -> None:
        """Name the standard and what it asks for."""
        super().fill(case)
        language, standard = self._desk.language, self._desk.state.classes.get(case.standard_id)
        name = class_name(self._desk.state, case.standard_id, language)
        show_words(self.standard, self._words("case_form.closes_by", name=name))
        show_words(self.condition, self._words("case_form.closes_when", when=close_when(standard, language)))
        show_words(self.shared, shared_words(self._desk.state, case, language), "warning")
        show_words(self.photos_had, _photos_words(case, standard, language))

    def bodies(self) -> tuple[Body, ...]:
        """Return the closing by the case's own standard."""
        standard_id = self.case.standard_id if self.case is not None else ""
        return (k.CloseCase(self.number, standard_id, self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the button: words are seldom needed."""
        (self.do_button if self.do_button.isEnabled() else self.entry).setFocus()


class SpotForm(CaseForm):
    """Close a small thing that was put right where it was found: one photograph before, one after."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.FixOnTheSpot)
        self.about = plain_label(self._words("case_form.spot_photos"), role="muted")
        self.fields.addWidget(self.about)
        self.photos = self._add_photos(BEFORE, AFTER, OTHER)
        self.photos.usual_kind = self._usual_kind
        self.entry = self._add_words("case_form.words")

    def bodies(self) -> tuple[Body, ...]:
        """Return that it is put right."""
        return (k.FixOnTheSpot(self.number, self.photos.evidence(), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the photographs."""
        self.photos.choose_button.setFocus()

    def _usual_kind(self, had: tuple[Evidence, ...]) -> str:
        on_case = [each.evidence.kind for each in self.case.evidence] if self.case is not None else []
        return AFTER if BEFORE in (*on_case, *(each.kind for each in had)) else BEFORE


def close_when(standard: Standard | None, language: str) -> str:
    """Return the condition to close by a class, in the language of the desk."""
    if standard is None:
        return ""
    return one_line(standard.close_when_zh if language == "zh" and standard.close_when_zh else standard.close_when, 400)


def _photos_words(case: Case, standard: Standard | None, language: str) -> str:
    """Count the photographs that closing needs, those of after since the case was last handled."""
    if standard is None:
        return ""
    handling = last_visit(case, CaseStage.HANDLE)
    kinds = [each.evidence.kind for each in case.evidence]
    after = kinds[handling.had if handling is not None else 0 :].count(AFTER)
    return text(
        "case_form.photos_had",
        language,
        before=kinds.count(BEFORE),
        before_wanted=standard.photos_before,
        after=after,
        after_wanted=standard.photos_after,
    )

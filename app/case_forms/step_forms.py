"""Forms of the loop's first half: accept, verify, file, send, rule."""

from __future__ import annotations

from app.case_forms.fields import ChoiceField, CollectorField, DegreeField, DepartmentField
from app.case_forms.form import CaseForm
from app.case_forms.standard_field import StandardField
from app.cases.words import limit_words, when_words
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.names import department_name
from app.wording import label, one_line, text
from dispatch import case_commands as k
from dispatch.case import BEFORE, FOUND, OTHER, SEEN_BY_SOURCE, VERIFICATIONS, Case, CaseStage
from dispatch.case_clocks import due_after, limits_of
from dispatch.commands import Body
from dispatch.refused import Refused
from dispatch.standards import Standard


class AcceptForm(CaseForm):
    """Take a report on: who goes to see it is named, where somebody must."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.AcceptCase)
        self.about = plain_label(role="muted")
        self.collector = CollectorField(desk)
        self.fields.addWidget(self.about)
        self._collector_caption = self._add("case_form.collector", self.collector)

    def fill(self, case: Case) -> None:
        """Name the collector of the cell, where somebody must go there."""
        super().fill(case)
        is_seen = case.source in SEEN_BY_SOURCE
        key = "case_form.seen_by_source" if is_seen else "case_form.to_be_verified"
        show_words(self.about, self._words(key))
        self.collector.show_cell(self._desk.state, case.place.cell, self._desk.clock())
        for each in (self._collector_caption, self.collector):
            each.setVisible(not is_seen)

    def bodies(self) -> tuple[Body, ...]:
        """Return the acceptance."""
        return (k.AcceptCase(self.number, "" if self.collector.isHidden() else self.collector.collector),)

    def take_focus(self) -> None:
        """Begin with the button: who goes is named already."""
        self.do_button.setFocus()


class VerifyForm(CaseForm):
    """Say what was found on site; what is found is shown by a photograph."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReportVerification)
        choices = [(each, label("case_verification", each, desk.language)) for each in VERIFICATIONS]
        self.result = ChoiceField(self._words("case_form.result"), choices)
        self.fields.addWidget(self.result)
        self.photos = self._add_photos(BEFORE, OTHER)
        self.entry = self._add_words("case_form.words")
        self.result.chosen.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Begin with what is usual: it is so."""
        super().fill(case)
        self.result.choose(FOUND)

    def bodies(self) -> tuple[Body, ...]:
        """Return what was found."""
        return (k.ReportVerification(self.number, self.result.choice, self.photos.evidence(), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the result."""
        self.result.setFocus()


class FileForm(CaseForm):
    """File it under its class and degree; the condition to file is said, with what it allows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.FileCase)
        self.standard = StandardField(desk)
        self.condition = plain_label(role="muted")
        self.degree = DegreeField(desk)
        self._add("case_form.class", self.standard)
        self.fields.addWidget(self.condition)
        self._add("case_form.degree", self.degree)
        self.standard.chosen.connect(self._on_standard)

    def fill(self, case: Case) -> None:
        """Show the class and degree that the report has."""
        super().fill(case)
        self.standard.set_standard(case.standard_id)
        self._show_standard(case.degree)

    def bodies(self) -> tuple[Body, ...]:
        """Return the filing."""
        return (k.FileCase(self.number, self.standard.standard_id, self.degree.degree),)

    def needs(self) -> str:
        """Ask for the class where it is being changed."""
        return "" if self.standard.standard_id else self._words("case_form.needs_class")

    def take_focus(self) -> None:
        """Begin with the degree: the class is usually right."""
        self.degree.setFocus()

    def _on_standard(self, standard_id: str) -> None:
        self._show_standard(self.degree.degree)
        self.check()

    def _show_standard(self, degree: str) -> None:
        standard = self._desk.state.classes.get(self.standard.standard_id)
        self.degree.show_standard(standard, degree)
        show_words(self.condition, self._words("case_form.files_when", when=file_when(standard, self._desk.language)))
        if standard is None:
            show_words(self.condition, "")


class DispatchForm(CaseForm):
    """Send it to whoever is to handle it; the department that answers is chosen already."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.DispatchCase)
        self.department = DepartmentField(desk)
        self.about = plain_label(role="muted")
        self._add("case_form.department", self.department)
        self.fields.addWidget(self.about)
        self.department.currentIndexChanged.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Choose who answers, and say until when they have."""
        super().fill(case)
        self.department.show_departments(case.answerable, only=case.ruled)
        show_words(self.about, _handle_words(self._desk, case))

    def bodies(self) -> tuple[Body, ...]:
        """Return the sending."""
        return (k.DispatchCase(self.number, self.department.department),)

    def needs(self) -> str:
        """Ask for a department."""
        return "" if self.department.department else self._words("case_form.needs_department")

    def take_focus(self) -> None:
        """Begin with the button where somebody answers."""
        (self.do_button if self.do_button.isEnabled() else self.department).setFocus()


class RuleForm(CaseForm):
    """Rule who handles it; what was said against it stands above."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.RuleCase)
        self.about = plain_label(role="muted")
        self.department = DepartmentField(desk)
        self.fields.addWidget(self.about)
        self._add("case_form.department", self.department)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.department.currentIndexChanged.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Show who said 'not ours', and why."""
        super().fill(case)
        state, language = self._desk.state, self._desk.language
        said = (
            self._words(
                "case_form.not_ours_of",
                name=department_name(state, each.department, language),
                reason=one_line(each.reason, 200),
            )
            for each in case.disownings
        )
        show_words(self.about, "\n".join(said))
        self.department.show_departments(case.answerable)

    def bodies(self) -> tuple[Body, ...]:
        """Return the ruling."""
        return (k.RuleCase(self.number, self.department.department, self.entry.words),)

    def needs(self) -> str:
        """Ask for a department."""
        return "" if self.department.department else self._words("case_form.needs_department")

    def take_focus(self) -> None:
        """Begin with the department."""
        self.department.setFocus()


def file_when(standard: Standard | None, language: str) -> str:
    """Return the condition to file by a class, in the language of the desk."""
    if standard is None:
        return ""
    return one_line(standard.file_when_zh if language == "zh" and standard.file_when_zh else standard.file_when, 400)


def _handle_words(desk: Desk, case: Case) -> str:
    """Say what the class allows to handle it, and when that would be over."""
    state, now = desk.state, desk.clock()
    standard = state.classes.get(case.standard_id)
    if standard is None:
        return ""
    limits = limits_of(state, standard, case.degree, CaseStage.HANDLE)
    try:
        due = due_after(state, now, limits)
    except Refused:
        due = None
    return text(
        "case_form.allowed_until",
        desk.language,
        allowed=limit_words(limits[0], desk.language),
        when=when_words(due, now, state.time_zone, desk.language) if due is not None else "",
    )

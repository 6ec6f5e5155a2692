"""Forms of what is said of a case: photographs, the reporter and their answer, the appeal."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from app.case_forms.fields import ChoiceField
from app.case_forms.form import CaseForm, WordsForm
from app.cases.words import class_name, place_words
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.names import department_name
from app.wording import label, one_line
from dispatch import case_commands as k
from dispatch.case import AFTER, ANSWERS, BEFORE, DISSATISFIED, NOT_FILED, OTHER, VERDICTS, Case, CaseStage
from dispatch.case_events import CaseMoved
from dispatch.commands import Body


class AddEvidenceForm(CaseForm):
    """Add photographs, at any stage."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.AddEvidence)
        self.photos = self._add_photos(OTHER, BEFORE, AFTER)
        self.entry = self._add_words("case_form.words")
        self.photos.usual_kind = lambda had: had[-1].kind if had else self._usual()

    def bodies(self) -> tuple[Body, ...]:
        """Return the photographs."""
        return (k.AddEvidence(self.number, self.photos.evidence(), self.entry.words),)

    def needs(self) -> str:
        """Ask for a photograph."""
        return "" if self.photos.evidence() else self._words("case_form.needs_photos")

    def take_focus(self) -> None:
        """Begin with the photographs."""
        self.photos.choose_button.setFocus()

    def _usual(self) -> str:
        early = (CaseStage.COLLECT, CaseStage.VERIFY, CaseStage.FILE, CaseStage.DISPATCH)
        if self.case is None:
            return OTHER
        return BEFORE if self.case.stage in early else AFTER if self.case.stage is CaseStage.HANDLE else OTHER


class TellForm(WordsForm):
    """Keep what the reporter is told; usual words by how it stands are there to be changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.TellReporter, "case_form.told")

    def fill(self, case: Case) -> None:
        """Begin with the usual words."""
        super().fill(case)
        language = self._desk.language
        how = case.outcome if case.stage is CaseStage.EVALUATE else case.stage.value
        words = _TOLD.get(how, "case_form.told_open")
        self.entry.setPlainText(
            self._words(
                words,
                number=case.id,
                name=class_name(self._desk.state, case.standard_id, language),
                place=place_words(case.place),
                into=case.merged_into or "",
                who=department_name(self._desk.state, case.department, language) if case.department else "",
            )
            + (self._why_not_filed(case) if how == NOT_FILED else "")
        )

    def _why_not_filed(self, case: Case) -> str:
        """Return the reason that was given, from the case's story: to be put into words for the reporter."""
        history = self._desk.case_history
        moves = [
            event
            for entry in (history(case.id) if history is not None else ())
            for event in entry.events
            if isinstance(event, CaseMoved) and event.case_id == case.id and event.outcome == NOT_FILED
        ]
        return one_line(moves[-1].reason, 1_000) if moves else ""

    def take_focus(self) -> None:
        """Stand behind the words."""
        self.entry.setFocus()
        self.entry.moveCursor(self.entry.textCursor().MoveOperation.End)


_TOLD = {
    "handled": "case_form.told_handled",
    "fixed_on_the_spot": "case_form.told_on_the_spot",
    "not_filed": "case_form.told_not_filed",
    "merged": "case_form.told_merged",
    "emergency": "case_form.told_emergency",
    "handle": "case_form.told_sent",
}


class AnswerForm(CaseForm):
    """Keep what the reporter thinks of it; whoever is dissatisfied can have it opened again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.RecordAnswer)
        choices = [(each, label("case_answer", each, desk.language)) for each in ANSWERS]
        self.answer = ChoiceField(self._words("case_form.answer"), choices)
        self.fields.addWidget(self.answer)
        self.entry = self._add_words("case_form.words")
        self.reopens = QCheckBox(self._words("case_form.open_again"))
        self.fields.addWidget(self.reopens)
        self.answer.chosen.connect(self._on_answer)
        self.reopens.toggled.connect(self._on_reopens)

    def fill(self, case: Case) -> None:
        """Begin with no answer chosen: none is usual."""
        super().fill(case)
        self.reopens.setChecked(False)
        self.answer.choose("")
        self.reopens.hide()

    def bodies(self) -> tuple[Body, ...]:
        """Return the answer, and the reopening where it was asked for."""
        said = k.RecordAnswer(self.number, self.answer.choice, self.entry.words)
        return (said, k.ReopenCase(self.number, self.entry.words)) if self.reopens.isChecked() else (said,)

    def needs(self) -> str:
        """Ask for an answer."""
        return "" if self.answer.choice else self._words("case_form.needs_answer")

    def take_focus(self) -> None:
        """Begin with the answer."""
        self.answer.setFocus()

    def _on_answer(self, answer: str) -> None:
        can_reopen = answer == DISSATISFIED and self._desk.may(k.ReopenCase)
        self.reopens.setVisible(can_reopen)
        if not can_reopen:
            self.reopens.setChecked(False)
        self.check()

    def _on_reopens(self, is_wanted: bool) -> None:
        self._needed[:] = [self.entry] if is_wanted else []
        name = self._words("case_form.reason" if is_wanted else "case_form.words")
        self.entry.setPlaceholderText(name)
        self.entry.setAccessibleName(name)
        self.check()


class AppealForm(CaseForm):
    """Appeal, once, against how it counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.AppealCase)
        self.about = plain_label(self._words("case_form.appeal_once"), role="muted")
        self.fields.addWidget(self.about)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.photos = self._add_photos(OTHER, BEFORE, AFTER)

    def bodies(self) -> tuple[Body, ...]:
        """Return the appeal."""
        return (k.AppealCase(self.number, self.entry.words, self.photos.evidence()),)


class ReadAppealForm(CaseForm):
    """Say as one of two readers what is found; what the other found does not stand here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReadAppeal)
        self.about = plain_label()
        choices = [(each, label("verdict", each, desk.language)) for each in VERDICTS]
        self.verdict = ChoiceField(self._words("case_form.verdict"), choices)
        self.fields.addWidget(self.about)
        self.fields.addWidget(self.verdict)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.verdict.chosen.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Show the appeal; no verdict is chosen beforehand."""
        super().fill(case)
        appeal = case.appeal
        if appeal is not None:
            name = department_name(self._desk.state, appeal.department, self._desk.language)
            said = self._words("case_form.appealed", name=name, reason=one_line(appeal.reason, 400))
            show_words(self.about, said)
        self.verdict.choose("")

    def bodies(self) -> tuple[Body, ...]:
        """Return the verdict."""
        return (k.ReadAppeal(self.number, self.verdict.choice, self.entry.words),)

    def needs(self) -> str:
        """Ask for a verdict."""
        return "" if self.verdict.choice else self._words("case_form.needs_verdict")

    def take_focus(self) -> None:
        """Begin with the verdict."""
        self.verdict.setFocus()

"""Forms about the time that a case has: stop its clocks, let them run, more time, a danger made safe."""

from __future__ import annotations

from app.case_forms.fields import ChoiceField, UntilField
from app.case_forms.form import CaseForm, WordsForm
from app.cases.words import limit_words, when_words
from app.desk import Desk
from app.parts.forms import decimal_field, plain_label, show_words
from app.wording import label, one_line, text
from dispatch import case_commands as k
from dispatch.case import AFTER, BEFORE, FOR_CITIZEN, OTHER, PAUSES, SUSPENDED, Case, Extension
from dispatch.case_clocks import due_after
from dispatch.case_offers import refusal_of
from dispatch.clocks import WORKING_DAYS, Limit
from dispatch.commands import Body
from dispatch.refused import Refused


class PauseForm(CaseForm):
    """Stop its clocks: suspended, or until the citizen answers; why, and until when."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.PauseCase)
        choices = [(each, label("case_pause", each, desk.language)) for each in PAUSES]
        self.why = ChoiceField(self._words("case_form.why_stopped"), choices)
        self.why_not = plain_label(role="muted")
        self.until = UntilField(desk)
        self.fields.addWidget(self.why)
        self.fields.addWidget(self.why_not)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.fields.addWidget(self.until)
        self.why.chosen.connect(lambda _: self.check())
        self.until.has_end.toggled.connect(lambda _: self.check())
        self.until.when.dateTimeChanged.connect(lambda _: self.check())

    def fill(self, case: Case) -> None:
        """Offer what may be, and say why the other may not."""
        super().fill(case)
        desk = self._desk
        self.until.begin(desk.clock())
        against = refusal_of(k.PauseCase(case.id, SUSPENDED, "-"), desk.who, desk.state, desk.clock())
        self.why.buttons[SUSPENDED].setEnabled(against is None)
        show_words(self.why_not, self._sentence(against) if against is not None else "")
        self.why.choose(SUSPENDED if against is None else FOR_CITIZEN)

    def bodies(self) -> tuple[Body, ...]:
        """Return the pause."""
        return (k.PauseCase(self.number, self.why.choice, self.entry.words, self.until.until),)


class AskExtensionForm(CaseForm):
    """Ask for more time, in the units of the limit; what would be due then is said."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.AskExtension)
        self.amount = decimal_field()
        self.amount.setAccessibleName(self._words("case_form.amount"))
        self.would_be = plain_label()
        self._add("case_form.amount", self.amount)
        self.fields.addWidget(self.would_be)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.amount.valueChanged.connect(lambda _: self._on_amount())

    def fill(self, case: Case) -> None:
        """Begin with half of the limit; all of it is the most."""
        super().fill(case)
        limits = case.visit.limits
        limit = limits[0] if limits else Limit(WORKING_DAYS, 1.0)
        step = 0.5 if limit.amount >= 1 else 0.25
        self.amount.setDecimals(2 if step < 0.5 else 1)
        self.amount.setSingleStep(step)
        self.amount.setRange(min(step, limit.amount), limit.amount)
        self.amount.setSuffix(f" {label('limit_kind', limit.kind, self._desk.language)}")
        self.amount.setValue(max(step, round(limit.amount / 2 / step) * step))
        self._on_amount()

    def bodies(self) -> tuple[Body, ...]:
        """Return the asking."""
        return (k.AskExtension(self.number, round(self.amount.value(), 2), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with how much."""
        self.amount.setFocus()
        self.amount.selectAll()

    def _on_amount(self) -> None:
        case = self.case
        if case is not None and case.visit.limits:
            more = Limit(case.visit.limits[0].kind, self.amount.value())
            show_words(self.would_be, due_words_with(self._desk, case, more))
        self.check()


class AnswerExtensionForm(WordsForm):
    """Grant more time or refuse it; what was asked for stands above."""

    def __init__(self, desk: Desk, command: type, *, is_needed: bool) -> None:
        super().__init__(desk, command, "case_form.reason" if is_needed else "case_form.words", is_needed=is_needed)
        self.asked_for = plain_label()
        self.would_be = plain_label(role="muted")
        self.fields.insertWidget(0, self.asked_for)
        self.fields.insertWidget(1, self.would_be)

    def fill(self, case: Case) -> None:
        """Say who asked for how much and why, and what would be due."""
        super().fill(case)
        pending: Extension | None = case.pending
        words = due = ""
        if pending is not None:
            words = self._words(
                "case_form.asked_for",
                actor=one_line(pending.actor, 40),
                allowed=limit_words(pending.limit, self._desk.language),
                reason=one_line(pending.reason, 300),
            )
            due = due_words_with(self._desk, case, pending.limit)
        show_words(self.asked_for, words)
        show_words(self.would_be, due)

    def take_focus(self) -> None:
        """Begin with the reason where it is needed, else with the button."""
        (self.entry if self._needed else self.do_button).setFocus()


class MadeSafeForm(CaseForm):
    """Say that the danger is over; the case goes on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.ReportMadeSafe)
        self.about = plain_label(self._words("case_form.safe_goes_on"), role="muted")
        self.fields.addWidget(self.about)
        self.photos = self._add_photos(OTHER, BEFORE, AFTER)
        self.entry = self._add_words("case_form.words")

    def bodies(self) -> tuple[Body, ...]:
        """Return that it is safe."""
        return (k.ReportMadeSafe(self.number, self.photos.evidence(), self.entry.words),)

    def take_focus(self) -> None:
        """Begin with the words: the danger is over, the photographs can wait."""
        self.entry.setFocus()


def due_words_with(desk: Desk, case: Case, more: Limit) -> str:
    """Say when the stage would be due with more time, beside when it is due now."""
    state, now = desk.state, desk.clock()
    try:
        due = due_after(state, case.visit.entered_at, (*case.visit.limits, more), case.pauses)
    except (Refused, ValueError):
        return ""
    return text(
        "case_form.would_be_due",
        desk.language,
        when=when_words(due, now, state.time_zone, desk.language) if due is not None else "",
        was=when_words(case.visit.due_at, now, state.time_zone, desk.language),
    )

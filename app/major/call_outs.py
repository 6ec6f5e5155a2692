"""Who was asked to come, what they said, and when they are expected."""

from __future__ import annotations

from datetime import datetime

from app.case_forms.fields import DepartmentField
from app.desk import Desk
from app.major.page import Page, Sheet, fresh_id
from app.parts.allow import allow
from app.parts.forms import number_field, plain_label, small_button
from app.parts.names import department_name
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, text
from app.wording.durations import rough_span
from dispatch.commands import Body
from dispatch.major import ARRIVED, CALL_OUT_ANSWERS, COMING, CallOut
from dispatch.major_commands import AnswerCallOut, AskCallOut

_TONES = {"coming": "accent", "arrived": "good", "not_coming": "muted", "no_answer": "warn"}


class _AskSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.note_asked", desk.language))
        self.number = 0
        self.name = self.line("major.asked_name")
        self.duty = self.line("major.asked_duty")
        self.department = DepartmentField(desk)
        self.add("major.asked_department", self.department)

    def begin(self, number: int) -> None:
        """Begin with nobody."""
        self.number = number
        self.name.clear()
        self.duty.clear()
        self.department.show_departments("")
        self.department.setPlaceholderText("–")

    def body(self) -> Body | None:
        """Return who was asked."""
        return AskCallOut(
            self.number,
            fresh_id("call-out"),
            self.name.text().strip(),
            self.duty.text().strip(),
            self.department.department,
        )


class _AnswerSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.note_answer", desk.language))
        self.number, self.call_out_id, self.answer = 0, "", COMING
        self.eta = number_field()
        self.eta.setRange(0, 24 * 60)
        self.eta.setSuffix(text("major.minutes_suffix", desk.language))
        self.eta.setSpecialValueText(text("major.eta_unknown", desk.language))
        self.eta_caption = self.add("major.eta", self.eta)
        self.words = self.line("major.answer_words", longest=1_000)

    def take(self, number: int, call_out_id: str, answer: str) -> None:
        """Begin with an answer of somebody."""
        self.number, self.call_out_id, self.answer = number, call_out_id, answer
        self.eta.setValue(0)
        self.words.clear()
        for part in (self.eta, self.eta_caption):
            part.setVisible(answer == COMING)
        self._first = self.eta if answer == COMING else self.words

    def body(self) -> Body | None:
        """Return the answer."""
        eta_s = 60.0 * self.eta.value() if self.answer == COMING and self.eta.value() else None
        return AnswerCallOut(self.number, self.call_out_id, self.answer, eta_s, self.words.text().strip())


class CallOutsPage(Page):
    """The list in the order in which they were asked; who is late stands out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = RowList(self.words("major.call_outs"))
        self.none = plain_label(self.words("major.no_call_outs"), role="muted")
        self.buttons = {
            answer: small_button(label("call_out_answer", answer, desk.language), lambda a=answer: self._answer(a))
            for answer in CALL_OUT_ANSWERS
        }
        self.new_button = small_button(self.words("major.ask_more"), self._ask_more)
        self.column.addWidget(self.none)
        self.column.addWidget(self.list, 1)
        self.row_of((*self.buttons.values(), self.new_button))
        for made in self.buttons.values():
            allow(made, desk, AnswerCallOut)
        allow(self.new_button, desk, AskCallOut)
        self.ask_sheet, self.answer_sheet = _AskSheet(desk), _AnswerSheet(desk)
        self.keep(self.ask_sheet, AskCallOut)
        self.keep(self.answer_sheet, AnswerCallOut)
        self.list.pointed.connect(lambda _: self._show_buttons())

    @property
    def call_out(self) -> CallOut | None:
        """Return who is in hand."""
        asked = self.major.call_outs if self.major is not None else ()
        return next((each for each in asked if each.id == self.list.current_key), None)

    def refresh(self) -> None:
        """Show who was asked."""
        assert self.major is not None
        self.list.set_rows([self._row(each) for each in self.major.call_outs], take_first=True)
        self.none.setVisible(not self.major.call_outs)
        self._show_buttons()

    def tick(self, now: datetime) -> None:
        """Show how long it is until they come."""
        if self.major is not None:
            self.list.set_rows([self._row(each) for each in self.major.call_outs])

    def badge(self) -> tuple[str, str]:
        """Return how many of those who were asked have come."""
        asked = self.major.call_outs if self.major is not None else ()
        here = sum(each.answer is not None and each.answer.answer == ARRIVED for each in asked)
        return (f"{here}/{len(asked)}", "") if asked else ("", "")

    def _row(self, each: CallOut) -> Row:
        language, answer = self._desk.language, each.answer
        department = department_name(self._desk.state, each.department, language) if each.department else ""
        named = [one_line(part, 60) for part in (each.name, each.duty, department) if part]
        code = answer.answer if answer is not None else "asked"
        right, tone = label("call_out_answer", code, language), _TONES.get(code, "normal")
        detail = [self.words("major.asked_at", when=self.when(each.asked_at), who=one_line(each.asked_by, 20))]
        if answer is not None:
            detail.append(self.words("major.answered_at", when=self.when(answer.answered_at)))
            if code == COMING and answer.expected_at is not None:
                left_s = (answer.expected_at - self._desk.clock()).total_seconds()
                right = self.words(
                    "major.expected_in" if left_s >= 0 else "major.expected_ago", rough=rough_span(abs(left_s))
                )
                tone = "accent" if left_s >= 0 else "warn"
                detail.append(self.words("major.expected_at", when=self.when(answer.expected_at)))
            if answer.text:
                detail.append(one_line(answer.text, 200))
        return Row(each.id, " · ".join(named), right=right, detail=" · ".join(detail), tone=tone)

    def _show_buttons(self) -> None:
        for made in self.buttons.values():
            made.setEnabled(self.call_out is not None)

    def _answer(self, answer: str) -> None:
        asked = self.call_out
        if asked is None:
            return
        if answer == ARRIVED:
            self.ask(AnswerCallOut(self.number, asked.id, answer))
            return
        self.ask_sheet.hide()
        self.answer_sheet.take(self.number, asked.id, answer)
        name = one_line(asked.name or asked.duty or asked.department, 40)
        self.answer_sheet.open(f"{name}: {label('call_out_answer', answer, self._desk.language)}")

    def _ask_more(self) -> None:
        self.answer_sheet.hide()
        self.ask_sheet.begin(self.number)
        self.ask_sheet.open(self.words("major.ask_more_title"))

"""The roll call: who is to answer, who has, who is missing, and what became of them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.case_forms.fields import ChoiceField
from app.desk import Desk
from app.major.fields import NumberField
from app.major.page import Page, Sheet
from app.major.words import party_name
from app.parts.allow import allow
from app.parts.forms import caption, plain_label, show_words, small_button
from app.parts.reason_line import ReasonLine
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, listed, one_line, text
from dispatch.commands import Body
from dispatch.major import OUTCOMES, UNIT, Party, RollAnswer, RollCall
from dispatch.major_checks import LARGEST_COUNT
from dispatch.major_commands import AnswerRollCall, EndRollCall, ResolveMissing, StartRollCall
from dispatch.major_now import bound_units, expected, unheard


class _AnswerSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.note_roll", desk.language), has_cancel=False)
        self.number, self.kind, self.party = 0, UNIT, ""
        self.accounted = NumberField(
            text("major.accounted", desk.language), LARGEST_COUNT, hint=text("major.all", desk.language)
        )
        self.missing = NumberField(text("major.missing", desk.language), LARGEST_COUNT)
        row = QHBoxLayout()
        row.setSpacing(4)
        for box, key in ((self.accounted, "major.accounted"), (self.missing, "major.missing")):
            box.meant.connect(self.ask)
            row.addWidget(caption(text(key, desk.language), box))
            row.addWidget(box, 1)
        self.fields.addLayout(row)
        self.words = self.line("major.roll_words", longest=1_000)
        self._first = self.missing
        self.missing.changed.connect(self._show_level)
        self.take(0, UNIT, "", "")

    def take(self, number: int, kind: str, party: str, name: str) -> None:
        """Take somebody in hand; what is typed for the same one stays."""
        if (number, kind, party) != (self.number, self.kind, self.party) or not party:
            self.number, self.kind, self.party = number, kind, party
            self.clear()
        show_words(self.title, name)

    def clear(self) -> None:
        """Begin with: all are accounted for."""
        self.accounted.clear()
        self.missing.clear()
        self.words.clear()

    def body(self) -> Body | None:
        """Return the answer."""
        return AnswerRollCall(
            self.number,
            self.party,
            self.kind,
            self.accounted.number,
            self.missing.number or 0,
            self.words.text().strip(),
        )

    def _show_level(self) -> None:
        missing = self.missing.number or 0
        words = text("major.say_missing", self._desk.language, count=missing) if missing else ""
        self.do_button.setText(words or text("major.note_roll", self._desk.language))
        self.do_button.setProperty("role", "danger" if missing else "primary")
        self.do_button.style().unpolish(self.do_button)
        self.do_button.style().polish(self.do_button)


class _ResolveSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.resolve", desk.language))
        self.number, self.kind, self.party = 0, UNIT, ""
        self.outcome = ChoiceField(
            text("major.outcome", desk.language),
            [(each, label("missing_outcome", each, desk.language)) for each in OUTCOMES],
        )
        self.fields.addWidget(self.outcome)
        self.words = self.line("major.what_became", longest=1_000)

    def take(self, number: int, kind: str, party: str) -> None:
        """Begin with those who are missing from a party."""
        self.number, self.kind, self.party = number, kind, party
        self.outcome.choose("")
        self.words.clear()

    def body(self) -> Body | None:
        """Return what became of them."""
        return ResolveMissing(self.number, self.party, self.outcome.choice, self.words.text().strip(), self.kind)


class RollPage(Page):
    """Those who are missing first, then those who answer, those who have not yet on top."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.head = plain_label()
        self.list = RowList(self.words("major.roll_call"))
        self.start_button = small_button(self.words("major.call_roll"), self.start)
        self.end_button = small_button(self.words("major.end_roll"), self._end)
        self.all_button = small_button(self.words("major.all_accounted"), self._all)
        self.resolve_button = small_button(self.words("major.resolve_missing"), self._resolve)
        self.why = ReasonLine(desk.language)
        self.column.addWidget(self.head)
        self.column.addWidget(self.list, 1)
        self.row_of((self.all_button, self.resolve_button, self.start_button, self.end_button))
        self.column.addWidget(self.why)
        self.sheet, self.resolve_sheet = _AnswerSheet(desk), _ResolveSheet(desk)
        self.keep(self.sheet, AnswerRollCall, is_open=True)
        self.keep(self.resolve_sheet, ResolveMissing)
        self.resolve_sheet.left.connect(self._show_buttons)
        for made, command in (
            (self.start_button, StartRollCall),
            (self.end_button, EndRollCall),
            (self.all_button, AnswerRollCall),
            (self.resolve_button, ResolveMissing),
        ):
            allow(made, desk, command)
        self.list.pointed.connect(lambda _: self._show_buttons())

    @property
    def call(self) -> RollCall | None:
        """Return the roll call that is running."""
        call = self.major.roll_call if self.major is not None else None
        return call if call is not None and call.ended_at is None else None

    def start(self) -> None:
        """Call the roll."""
        if self.major is not None:
            self.ask(StartRollCall(self.number))

    def begin(self) -> None:
        """Leave the sheet open, and ask for nothing about another incident."""
        self.why.hide()
        self.resolve_sheet.hide()

    def refresh(self) -> None:
        """Show who answers and who has."""
        major = self.major
        assert major is not None
        rows = [
            Row(
                f"missing:{each.kind}:{each.party}",
                self.words("major.missing_of", count=each.count, party=party_name(major, each.kind, each.party)),
                right=self.when(each.since_at),
                detail=one_line(each.text, 200),
                tone="alarm",
            )
            for each in major.missing
        ]
        call, last = self.call, major.roll_call
        parties = call.expected if call is not None else expected(self._desk.state, major)
        silent = frozenset(unheard(call)) if call is not None else frozenset()
        for party in sorted(parties, key=lambda each: each.id not in silent):
            rows += self._party_rows(party, call if call is not None else None, party.id in silent)
        self.list.set_rows(rows, take_first=True)
        show_words(self.head, *self._head(call, last, len(silent), len(parties)))
        self._show_buttons()

    def badge(self) -> tuple[str, str]:
        """Return how many have answered, or how many are missing."""
        if self.major is None:
            return "", ""
        gone = sum(each.count for each in self.major.missing)
        if gone:
            return self.words("major.gone_short", count=gone), "alarm"
        if self.call is not None:
            silent = len(unheard(self.call))
            return f"{len(self.call.expected) - silent}/{len(self.call.expected)}", "warning" if silent else ""
        return "", ""

    def sheet_done(self, sheet: Sheet) -> None:
        """Go on to the next who has not answered."""
        if sheet is self.resolve_sheet:
            super().sheet_done(sheet)
            return
        self.sheet.clear()
        silent = unheard(self.call) if self.call is not None else ()
        for row in self.list.rows:
            if row.key.partition(":")[0] == "party" and row.key.split(":", 2)[2] in silent:
                self.list.take_key(row.key)
                return

    def _head(self, call: RollCall | None, last: RollCall | None, silent: int, of: int) -> tuple[str, str]:
        if call is not None:
            words = self.words(
                "major.roll_running", number=call.number, when=self.when(call.started_at), done=of - silent, of=of
            )
            return words, "warning" if call.unanswered_at is not None and silent else "notice"
        if last is None:
            return self.words("major.roll_never"), ""
        words = self.words("major.roll_ended", number=last.number, when=self.when(last.ended_at))
        if last.unheard and self.major is not None:
            kinds = {each.id: each.kind for each in last.expected}
            names = listed(
                (party_name(self.major, kinds.get(each, UNIT), each) for each in last.unheard), self._desk.language
            )
            return words + self.words("major.roll_unheard", names=names), "warning"
        return words, ""

    def _party_rows(self, party: Party, call: RollCall | None, is_silent: bool) -> list[Row]:
        assert self.major is not None
        answers = {(each.kind, each.party): each for each in call.answers} if call is not None else {}
        rows = [
            self._row(
                party.kind, party.id, listed(party.unit_ids, self._desk.language), answers, call is not None, is_silent
            )
        ]
        rows += [self._row(UNIT, each, "", answers, True, False) for each in party.unit_ids if (UNIT, each) in answers]
        return rows

    def _row(
        self, kind: str, party: str, units: str, answers: dict[tuple[str, str], RollAnswer], is_called: bool,
        is_silent: bool,
    ) -> Row:  # fmt: skip
        assert self.major is not None
        answer = answers.get((kind, party))
        right, tone, detail = "", "normal", [one_line(units, 200)] if units else []
        if answer is not None:
            right = (
                self.words("major.count_missing", count=answer.missing)
                if answer.missing
                else self.words("major.count_accounted", count=answer.accounted)
                if answer.accounted is not None
                else self.words("major.all")
            )
            tone = "alarm" if answer.missing else "good"
            detail.append(f"{self.when(answer.answered_at)} {one_line(answer.answered_by, 20)}")
            if answer.text:
                detail.append(one_line(answer.text, 200))
        elif is_called:
            right, tone = (
                (self.words("major.no_answer_yet"), "warn") if is_silent else (self.words("major.all"), "good")
            )
        name = party_name(self.major, kind, party)
        return Row(f"party:{kind}:{party}", name, right=right, detail=" · ".join(detail), tone=tone)

    def _in_hand(self) -> tuple[str, str, str]:
        """Return what the row in hand is (party or missing), its kind and its party."""
        parts = self.list.current_key.split(":", 2)
        return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")

    def _show_buttons(self) -> None:
        what, kind, party = self._in_hand()
        is_party = what == "party"
        self.start_button.setVisible(self.call is None)
        self.end_button.setVisible(self.call is not None)
        self.all_button.setEnabled(is_party)
        self.all_button.setVisible(self.call is not None)
        self.resolve_button.setVisible(bool(self.major is not None and self.major.missing))
        self.resolve_button.setEnabled(what == "missing")
        can_start = self.major is not None and bool(bound_units(self._desk.state, self.number))
        self.start_button.setEnabled(can_start)
        self.sheet.setVisible(is_party and self.resolve_sheet.isHidden())
        if is_party and self.major is not None:
            self.sheet.take(self.number, kind, party, party_name(self.major, kind, party))

    def _all(self) -> None:
        what, kind, party = self._in_hand()
        if what == "party":
            self._sent = self.sheet  # go on to the next, as the sheet does
            self.asked.emit(AnswerRollCall(self.number, party, kind), None)

    def _end(self) -> None:
        number = self.number
        if self.call is not None:
            self.why.ask(self.words("major.why_end_roll"), lambda reason: self.ask(EndRollCall(number, reason)))

    def _resolve(self) -> None:
        what, kind, party = self._in_hand()
        if what == "missing" and self.major is not None:
            self.resolve_sheet.take(self.number, kind, party)
            self.sheet.hide()
            self.resolve_sheet.open(party_name(self.major, kind, party))

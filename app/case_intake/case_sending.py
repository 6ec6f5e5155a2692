"""Sends a report, and what follows from it under its number: closed on the spot, or merged with another case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk
from app.wording import sentence, text
from dispatch.case_commands import AddCaseNote, AddEvidence, FixOnTheSpot, MergeCase, ReportCase
from dispatch.case_events import CaseReported, MakeSafeOrdered
from dispatch.commands import Body, Command
from dispatch.events import Entry, IncidentReported
from dispatch.refused import Refused
from dispatch.state import State

NO_ANSWER_MS = 10_000


@dataclass(slots=True)
class _Waiting:
    """What is on its way: the command, what is to follow, and the case that it is about, 0 until that is known."""

    command: Command
    then: Body | None = None
    number: int = 0


class CaseSending(QObject):
    """Carry out one report at a time. What follows is based on the answer; where it is refused the report stays."""

    busy_changed = Signal(bool)
    reported = Signal(int)  # the case's number: the form may be emptied, nothing of it is lost
    done = Signal(int, str)  # the case's number, a sentence that says what became of it
    problem = Signal(str)  # a sentence: nothing was reported, and what was written stays

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._now: _Waiting | None = None
        self._late: _Waiting | None = None  # what nobody answered
        self._patience = QTimer(self, singleShot=True, interval=NO_ANSWER_MS)
        self._patience.timeout.connect(self._on_no_answer)
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is on its way that has not been answered."""
        return self._now is not None

    def report(self, body: ReportCase, *, then: FixOnTheSpot | MergeCase | None = None) -> None:
        """Report a case; `then` follows under the number that it is given (its own `case_id` does not count)."""
        late = self._late
        if self.is_busy:
            return
        if late is not None and (late.command.body, late.then) == (body, then):
            self._submit(late)  # under its own id: had it come through after all, it is not reported twice
        else:
            self._submit(_Waiting(self._command(body), then))

    def add(self, note: AddCaseNote, evidence: AddEvidence | None) -> None:
        """Add words, and photographs where there are any, to a case that is there."""
        if not self.is_busy:
            self._submit(_Waiting(self._command(note), evidence, note.case_id))

    def _command(self, body: Body) -> Command:
        desk = self._desk
        return Command(str(uuid.uuid4()), desk.clock(), desk.who, body, based_on=desk.state.sequence)

    def _submit(self, waiting: _Waiting) -> None:
        self._late = None
        was_busy, self._now = self.is_busy, waiting  # before it is sent: the answer may come at once
        self._patience.start()
        if not was_busy:
            self.busy_changed.emit(True)
        self._desk.submit(waiting.command)

    def _end(self) -> None:
        self._now = None
        self._patience.stop()
        self.busy_changed.emit(False)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        now = self._now
        if now is None or entry is None or entry.command_id != now.command.id:
            return
        opened = next((each for each in entry.events if isinstance(each, CaseReported)), None)
        if opened is not None:
            self.reported.emit(opened.case_id)
        number = opened.case_id if opened is not None else now.number
        following = self._following(now.then, number)
        if following is not None:
            self._submit(_Waiting(self._command(following), None, number))
            return
        self._end()
        self.done.emit(number, self._words(entry, now.command.body, number))

    def _following(self, then: Body | None, number: int) -> Body | None:
        if isinstance(then, FixOnTheSpot):
            return FixOnTheSpot(number, then.evidence, then.text)
        if isinstance(then, MergeCase):
            return MergeCase(number, then.into, then.reason)
        return then

    def _words(self, entry: Entry, body: Body, number: int) -> str:
        language = self._desk.language
        if isinstance(body, FixOnTheSpot):
            return text("case_intake.fixed", language, number=number)
        if isinstance(body, MergeCase):
            return text("case_intake.merged", language, number=number, into=body.into)
        if isinstance(body, (AddCaseNote, AddEvidence)):
            return text("case_intake.added", language, number=number)
        for event in entry.events:
            if isinstance(event, IncidentReported):
                return text("case_intake.became_incident", language, number=number, incident=event.incident_id)
        is_safe = any(isinstance(event, MakeSafeOrdered) for event in entry.events)
        return text("case_intake.made_safe" if is_safe else "case_intake.reported", language, number=number)

    def _on_refused(self, command: Command, refused: Refused) -> None:
        if self._now is not None and command.id == self._now.command.id:
            zone = self._desk.state.time_zone
            self._give_up(sentence(refused.code, refused.parameters, self._desk.language, zone=zone))

    def _on_failed(self, command: Command, reason: str) -> None:
        if self._now is not None and command.id == self._now.command.id:
            self._give_up(reason)

    def _on_no_answer(self) -> None:
        late = self._now
        if late is not None:
            self._give_up(text("case_intake.no_answer", self._desk.language))
            self._late = late

    def _give_up(self, reason: str) -> None:
        now = self._now
        assert now is not None
        self._end()
        body, language = now.command.body, self._desk.language
        if isinstance(body, FixOnTheSpot):
            self.done.emit(now.number, text("case_intake.not_fixed", language, number=now.number, reason=reason))
        elif isinstance(body, MergeCase):
            self.done.emit(now.number, text("case_intake.not_merged", language, number=now.number, reason=reason))
        else:
            self.problem.emit(reason)

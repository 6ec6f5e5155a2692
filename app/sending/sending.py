"""Sends what is on the screen: a new incident and then its units, units to an incident, a call to an incident."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.desk import Desk, Draft
from app.intake.nearby import warnings_at
from app.sending.choosing import Choosing
from app.wording import listed, sentence, text
from dispatch.commands import AssignUnits, AttachCall, Body, Choice, Command, ReportIncident
from dispatch.events import Entry, IncidentReported
from dispatch.state import State

NO_ANSWER_MS = 10_000
SECOND_PRESS_MS = 700  # a key that bounces, or a nervous finger, sends nothing more


@dataclass(slots=True)
class _Sending:
    """What is on its way to the log: a command, and the units to send once the incident has its number."""

    command: Command
    choices: tuple[Choice, ...]
    recommendation: str
    based_on: int


class Sending(QObject):
    """Carry out F12. The incident comes first; units follow under its number; a refusal of units keeps the incident."""

    busy_changed = Signal(bool)
    reported = Signal(int, object)  # the new incident's number, the ReportIncident that made it
    attached = Signal(int, str)  # incident, call
    sent = Signal(int, object)  # incident, unit ids
    instead_changed = Signal()
    problem = Signal(str)  # a sentence for the place where the operator looks

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choosing = Choosing.of(desk)
        self._now: _Sending | None = None
        self._failed: _Sending | None = None
        self._target: int | None = None  # the incident that is spoken of, None for the call being taken
        self._since_sent = QElapsedTimer()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(NO_ANSWER_MS)
        self._patience.timeout.connect(self._on_no_answer)
        self._first: Callable[[], bool] = lambda: False
        self._written: Callable[[], str] | None = None
        self.instead: Callable[[], object] | None = None  # what buttons of sending do while nothing is sent
        desk.state_changed.connect(self._on_state_changed)
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)

    @classmethod
    def of(cls, desk: Desk) -> Sending:
        """Return the one sender of a desk."""
        return desk.findChild(cls) or cls(desk)

    def take_words_of(self, field: QObject, written: Callable[[], str]) -> None:
        """Send with a call what `written` returns at that moment, as long as `field` is there."""
        self._written = written
        field.destroyed.connect(partial(self._forget_words, written))

    def _forget_words(self, written: Callable[[], str], _: object = None) -> None:
        if self._written is written:
            self._written = None

    def let_first(self, send: Callable[[], bool]) -> None:
        """Ask `send` first by F12: it sends what it has on the screen, and tells whether it has anything there."""
        self._first = send

    def do_instead(self, do: Callable[[], object] | None) -> None:
        """Let buttons of sending do something else while nothing is sent; None: they send again."""
        self.instead = do
        self.instead_changed.emit()

    @property
    def is_busy(self) -> bool:
        """Tell whether something is on its way that has not been answered."""
        return self._now is not None

    def send(self) -> None:
        """Do what F12 does: send the call being taken if there is one, else what is shown for the incident.

        Where something else is on the screen, as the plan of all incidents, that is sent (see `let_first`).
        """
        if self._desk.draft is not None:
            self._send_draft(self._desk.draft)
        elif self._first():
            return
        elif not self._since_sent.isValid() or self._since_sent.elapsed() > SECOND_PRESS_MS:
            self.send_shown()

    def send_shown(self) -> None:
        """Send the ticked units to what the answer on the screen is about."""
        if self._desk.draft is not None:
            self._send_draft(self._desk.draft)
            return
        number, choices = self._choosing.incident_id, self._choosing.choices()
        self._target = number or 0
        if number is None or not choices:
            self._say("rec.nothing_to_send")
        elif self._may_send():
            self._assign(number, choices, self._hash(), self._desk.state.sequence)

    def attach(self, call_id: str, number: int) -> None:
        """Attach a call to an incident instead of opening one."""
        self._target = None
        if self.is_busy:
            self._say("intake.busy")
        else:
            self._submit(AttachCall(call_id, number), (), "", self._desk.state.sequence)

    def is_about(self, number: int | None) -> bool:
        """Tell whether what is being said concerns the call being taken, or the incident of that number."""
        return self._target is None or self._target == number

    def _send_draft(self, draft: Draft) -> None:
        self._target = None
        if draft.location is None or not draft.kind:
            self._say("intake.missing_place" if draft.location is None else "intake.missing_kind")
        elif self._may_send():
            here = warnings_at(self._desk.state, draft.location.lon, draft.location.lat, self._desk.clock())
            body = ReportIncident(
                draft.kind,
                draft.location,
                draft.priority,
                draft.alarm_level,
                draft.call_id,
                (self._written() if self._written is not None else "") or draft.text,
                tuple(warning.text for warning, _ in here),
                None if draft.call_id else draft.started_at,
            )
            self._submit(body, self._choosing.choices(), self._hash(), self._desk.state.sequence)

    def _may_send(self) -> bool:
        if self.is_busy:
            self._say("intake.busy")
        elif self._choosing.departs and not self._choosing.reason.strip():
            self._say("rec.override_needed")
        else:
            return True
        return False

    def _hash(self) -> str:
        answer = self._choosing.recommendation
        return answer.hash if answer is not None else ""

    def _assign(self, number: int, choices: tuple[Choice, ...], recommendation: str, based_on: int) -> None:
        self._target = number
        self._submit(AssignUnits(number, choices, recommendation), choices, recommendation, based_on)

    def _submit(self, body: Body, choices: tuple[Choice, ...], recommendation: str, based_on: int) -> None:
        before = self._failed
        if before is not None and before.command.body == body:
            command = before.command  # the same id again: the log answers a retry with what it already did
        else:
            command = Command(str(uuid.uuid4()), self._desk.clock(), self._desk.who, body, based_on)
        self._failed = None
        self._now = _Sending(command, choices, recommendation, based_on)
        self.busy_changed.emit(True)
        self._patience.start()
        self._desk.submit(command)

    def _on_state_changed(self, entry: Entry | None, state: State) -> None:
        # What was thought lost may turn up in the log after all: it counts then, and is not sent again.
        now = self._now or self._failed
        if entry is None or now is None or entry.command_id != now.command.id:
            return
        self._failed = None
        self._finish()
        if isinstance(now.command.body, AssignUnits):
            number = now.command.body.incident_id
            if number == self._choosing.incident_id:
                self._choosing.settle()
            self._since_sent.start()
            units = tuple(choice.unit_id for choice in now.choices)
            words = text("intake.sent", self._desk.language, number=number, units=listed(units, self._desk.language))
            self._desk.said.emit("info", words)
            self.sent.emit(number, units)
            return
        if isinstance(now.command.body, AttachCall):
            self.attached.emit(now.command.body.incident_id, now.command.body.call_id)
        for event in entry.events:
            if isinstance(event, IncidentReported):
                self._follow(event.incident_id, now)

    def _follow(self, number: int, report: _Sending) -> None:
        body, draft = report.command.body, self._desk.draft
        assert isinstance(body, ReportIncident)
        departure = self._choosing.departure
        self.reported.emit(number, body)
        if draft is not None and draft.call_id == body.call_id:  # nobody took the next call meanwhile
            self._desk.set_draft(None)
            self._desk.select(incident_id=number)
            self._choosing.take_departure(departure)
        if report.choices:
            self._assign(number, report.choices, report.recommendation, report.based_on)
        else:
            self._desk.said.emit("warning", text("intake.reported_alone", self._desk.language, number=number))

    def _on_refused(self, command: Command, refused: Any) -> None:
        now = self._now
        if now is not None and command.id == now.command.id:
            self._finish()
            reason = sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
            self.problem.emit(text("rec.unit_refused", self._desk.language, reason=reason))
            self._desk.ask()

    def _on_failed(self, command: Command, reason: str) -> None:
        now = self._now
        if now is not None and command.id == now.command.id:
            self._failed = now
            self._finish()
            self.problem.emit(text("rec.failed", self._desk.language, reason=reason))

    def _on_no_answer(self) -> None:
        if self._now is not None:
            self._failed = self._now
            self._finish()
            self._say("rec.no_answer")

    def _finish(self) -> None:
        self._now = None
        self._patience.stop()
        self.busy_changed.emit(False)

    def _say(self, key: str) -> None:
        self.problem.emit(text(key, self._desk.language))

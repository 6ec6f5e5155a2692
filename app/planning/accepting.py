"""Sends what the plan shows: one incident's part, or all of it; a refusal of one keeps the others and says which."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.desk import Desk
from app.planning.planning import Planning
from app.sending.sending import Sending
from app.wording import sentence, text
from dispatch.commands import AssignUnits, Command
from dispatch.events import Entry
from dispatch.state import State

NO_ANSWER_MS = 10_000
SECOND_PRESS_MS = 700  # a key that bounces sends nothing more


class Accepting(QObject):
    """Submit the plan's commands, one an incident, and tell how each came out."""

    changed = Signal()  # what is on its way
    told = Signal(str, str)  # level, sentence: for the place where the operator looks

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planning = Planning.of(desk)
        self._waiting: dict[str, Command] = {}
        self._unanswered: dict[int, Command] = {}  # the log may know these: they are asked with the same id again
        self._sent: list[int] = []
        self._wrong: list[str] = []
        self._since = QElapsedTimer()
        self._patience = QTimer(self, singleShot=True, interval=NO_ANSWER_MS)
        self._patience.timeout.connect(self._on_no_answer)
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)
        Sending.of(desk).let_first(self._accept_shown)

    @classmethod
    def of(cls, desk: Desk) -> Accepting:
        """Return the one that accepts at a desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is on its way that has not been answered."""
        return bool(self._waiting)

    def is_going(self, number: int) -> bool:
        """Tell whether the units of an incident are on their way to the log."""
        return any(self._number(command) == number for command in self._waiting.values())

    def accept_in_hand(self) -> None:
        """Send the part of the plan for the incident in hand, once however often the key bounces."""
        number = self._planning.in_hand
        if self._since.isValid() and self._since.elapsed() <= SECOND_PRESS_MS:
            return
        first = self._planning.waits_for(number) if number is not None else None
        if number is None or self._planning.order(number) is None:
            self._tell("warning", "plan.nothing_to_send")
        elif first is not None:
            self._tell("warning", "plan.first", number=number, first=first)
        else:
            self._send((number,))

    def _accept_shown(self) -> bool:
        if self._planning.is_on:
            self.accept_in_hand()
        return self._planning.is_on

    def accept_all(self) -> None:
        """Send every incident's part, the most urgent first: so a redirect comes before what follows from it."""
        plan = self._planning.plan
        numbers = [answer.incident_id for answer in plan.answers if answer.incident_id] if plan is not None else []
        self._send(numbers)

    def _send(self, numbers: Iterable[int]) -> None:
        if self.is_busy:
            self._tell("warning", "intake.busy")
            return
        self._sent, self._wrong = [], []
        seen, made = self._desk.state.sequence, []
        for number in numbers:
            order = self._planning.order(number)
            if order is None:
                continue
            before = self._unanswered.get(number)
            if before is None or before.body != order:
                before = Command(str(uuid.uuid4()), self._desk.clock(), self._desk.who, order, seen)
            made.append(before)
        self._unanswered = {}
        if not made:
            self._tell("warning", "plan.nothing_to_send")
            return
        self._waiting = {command.id: command for command in made}
        self._since.start()
        self._patience.start()
        self.changed.emit()
        for command in made:
            self._desk.submit(command)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        # What was given up may turn up in the log after all.
        late = {command.id: number for number, command in self._unanswered.items()}
        if entry is not None and entry.command_id in late:
            del self._unanswered[late[entry.command_id]]
            self._tell("info", "plan.sent", numbers=late[entry.command_id])
        command = self._waiting.pop(entry.command_id, None) if entry is not None else None
        if command is not None:
            self._sent.append(self._number(command))
            self._end()

    def _on_refused(self, command: Command, refused: Any) -> None:
        if self._waiting.pop(command.id, None) is not None:
            reason = sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
            self._fail(command, reason)

    def _on_failed(self, command: Command, reason: str) -> None:
        if self._waiting.pop(command.id, None) is not None:
            self._unanswered[self._number(command)] = command
            self._fail(command, reason)

    def _on_no_answer(self) -> None:
        for command in tuple(self._waiting.values()):
            del self._waiting[command.id]
            self._unanswered[self._number(command)] = command
            self._fail(command, text("plan.no_answer", self._desk.language))

    def _fail(self, command: Command, reason: str) -> None:
        number = self._number(command)
        self._wrong.append(text("plan.not_sent", self._desk.language, number=number, reason=reason))
        self._end()

    def _end(self) -> None:
        self.changed.emit()
        if self._waiting:
            return
        self._patience.stop()
        self._since.start()
        sent = text("plan.sent", self._desk.language, numbers=self._sent) if self._sent else ""
        if sent:
            self._desk.said.emit("info", sent)
        self.told.emit("warning" if self._wrong else "info", "\n".join([*self._wrong, *([sent] if sent else [])]))

    def _tell(self, level: str, key: str, **values: object) -> None:
        self.told.emit(level, text(key, self._desk.language, **values))

    @staticmethod
    def _number(command: Command) -> int:
        assert isinstance(command.body, AssignUnits)
        return command.body.incident_id

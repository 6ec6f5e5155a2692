"""A line that asks why, sends one command with the answer, and says in place where the log refused it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.reason_line import ReasonLine
from app.wording import sentence, text
from dispatch.commands import Body, Command
from dispatch.events import Entry
from dispatch.state import State


class DeedLine(ReasonLine):
    """Ask for words and send what is made of them; `said` goes below it. Refused words stand there to be mended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.language)
        self._desk = desk
        self._mine: set[str] = set()
        self.reason.setAccessibleName(self.reason.placeholderText())  # until it is asked
        self.said = plain_label()
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)

    def ask_deed(self, question: str, make: Callable[[str], Body], *, do_words: str = "") -> None:
        """Show the question and take the focus: the operator has just asked for it."""
        self.ask(question, lambda reason: self._send(make(reason)), do_words=do_words)

    def ask(self, *args: Any, **more: Any) -> None:
        """Show the question, and nothing of what was said before."""
        show_words(self.said, "")
        super().ask(*args, **more)

    def put_away(self) -> None:
        """Ask nothing any more: something else is in hand."""
        self._mine.clear()
        self.hide()
        show_words(self.said, "")

    def _send(self, body: Body) -> None:
        desk = self._desk
        command = Command(str(uuid.uuid4()), desk.clock(), desk.who, body, desk.state.sequence)
        self._mine.add(command.id)  # before it is sent: the answer may come at once
        desk.submit(command)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is not None:
            self._mine.discard(entry.command_id)

    def _on_refused(self, command: Command, refused: Any) -> None:
        zone = self._desk.state.time_zone
        self._give_back(command, sentence(refused.code, refused.parameters, self._desk.language, zone=zone), "warning")

    def _on_failed(self, command: Command, reason: str) -> None:
        self._give_back(command, reason, "alarm")

    def _give_back(self, command: Command, reason: str, level: str) -> None:
        if command.id in self._mine:
            self._mine.discard(command.id)
            show_words(self.said, text("case.refused", self._desk.language, reason=reason), level)
            self.show()

"""The commands that one panel has sent: known until the log answers, their refusals worded for whoever sent them."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.wording import sentence
from dispatch.commands import Body, Command
from dispatch.events import Entry


class OwnCommands(QObject):
    """Send commands and tell what became of them, and of no others; the panel words it in place.

    The log's answer is taken by `take` in the panel's own turn at the state, so that it shows what already stands.
    """

    not_done = Signal(str, str)  # why, level: a rule refused it ("warning"), or it went wrong ("alarm")
    refused = Signal(object, object)  # command, Refused: told after `not_done`, for more than words

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: set[str] = set()
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)

    @property
    def is_waiting(self) -> bool:
        """Return whether a command sent from here is not answered yet."""
        return bool(self._waiting)

    def do(self, *bodies: Body) -> None:
        """Send commands made from the state on the screen, in order."""
        sent = [self._make(body) for body in bodies]
        self._waiting |= {command.id for command in sent}  # before they are sent: an answer may come at once
        for command in sent:
            self._desk.submit(command)

    def take(self, entry: Entry | None) -> bool:
        """Tell whether an entry answers a command sent from here, which then waits no more."""
        return entry is not None and self._answered(entry.command_id)

    def forget(self) -> None:
        """Wait for nothing any more: something else is in hand."""
        self._waiting.clear()

    def _make(self, body: Body, based_on: int | None = None) -> Command:
        desk = self._desk
        seen = desk.state.sequence if based_on is None else based_on
        return Command(str(uuid.uuid4()), desk.clock(), desk.who, body, seen)

    def _answered(self, command_id: str) -> bool:
        is_own = command_id in self._waiting
        self._waiting.discard(command_id)
        return is_own

    def _on_refused(self, command: Command, refused: Any) -> None:
        if self._answered(command.id):
            desk = self._desk
            words = sentence(refused.code, refused.parameters, desk.language, zone=desk.state.time_zone)
            self.not_done.emit(words, "warning")
            self.refused.emit(command, refused)

    def _on_failed(self, command: Command, reason: str) -> None:
        if self._answered(command.id):
            self.not_done.emit(reason, "alarm")

"""The one wire between the engine and Qt: what was committed, refused or lost comes back as signals."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal

from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log import NotSaved
from dispatch.refused import Refused

logger = logging.getLogger(__name__)


def _plain_words(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__


class Bridge(QObject):
    """Carry commands to the engine and its answers to the window's thread, in the order of the log.

    With an engine that was started, answers arrive through the event loop. `in_thread=False` is for an engine without
    a thread: everything is told before `submit` returns, yet never from within the engine's own telling, so that a
    listener may send the next command.
    """

    committed = Signal(object, object)  # Entry, State
    refused = Signal(object, object)  # Command, Refused
    failed = Signal(object, str)  # Command, what went wrong
    doubtful = Signal(object)  # Command: the server fell silent while it was sent, it may be saved or not
    saved_changed = Signal(bool)
    _arrived = Signal(object)  # a callable that tells one thing

    def __init__(
        self, engine: Engine, *, in_thread: bool = True, word: Callable[[BaseException], str] = _plain_words
    ) -> None:
        super().__init__()
        self._word = word
        self._engine = engine
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_telling = False
        self._in_thread = in_thread
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._leave = [engine.subscribe(self._on_entry), engine.subscribe_saved(self._on_saved)]

    def submit(self, command: Command) -> Future[Entry | None]:
        """Hand a command to the engine; the future holds its entry, None, or the exception."""
        future = self._engine.submit(command)
        future.add_done_callback(lambda done: self._bring(lambda: self._answer(command, done.exception())))
        self._drain()
        return future

    def close(self) -> None:
        """Stop listening; nothing is told any more."""
        for leave in self._leave:
            leave()
        self._leave = []
        self._arrived.disconnect(self._tell)

    def _on_entry(self, entry: Entry, state: object) -> None:
        self._bring(lambda: self.committed.emit(entry, state))

    def _on_saved(self, is_saved: bool) -> None:
        self._bring(lambda: self.saved_changed.emit(is_saved))

    def _bring(self, tell: Callable[[], None]) -> None:
        if self._in_thread:
            self._arrived.emit(tell)
        else:
            self._waiting.append(tell)

    def _tell(self, tell: Callable[[], None]) -> None:
        tell()

    def _drain(self) -> None:
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._is_telling = False

    def _answer(self, command: Command, problem: BaseException | None) -> None:
        if isinstance(problem, Refused):
            self.refused.emit(command, problem)
        elif problem is not None:
            is_known = isinstance(problem, NotSaved) and problem.code == "away"
            logger.error("command %s failed", command.id, exc_info=None if is_known else problem)
            if isinstance(problem, NotSaved) and problem.code == "connection_lost":
                self.doubtful.emit(command)
            self.failed.emit(command, self._word(problem))

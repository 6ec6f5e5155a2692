"""The one wire between the engine and Qt: what was committed, refused or lost comes back as signals."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from dispatch.account import MACHINE_ROLES
from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log import NotSaved
from dispatch.refused import Refused
from dispatch.state import State

TURN_S = 0.02  # of telling, before the window does its other work

logger = logging.getLogger(__name__)


def _plain_words(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__


class Bridge(QObject):
    """Carry commands to the engine and its answers to the window's thread, in the order of the log.

    With an engine that was started, answers arrive through the event loop, a little at a time: a seat that comes back
    after ten minutes is told thousands of entries at once. `in_thread=False` is for an engine without
    a thread: everything is told before `submit` returns, yet never from within the engine's own telling, so that a
    listener may send the next command.
    """

    committed = Signal(object, object)  # Entry, State
    refused = Signal(object, object)  # Command, Refused
    failed = Signal(object, str)  # Command, what went wrong
    doubtful = Signal(object)  # Command: the server fell silent while it was sent, it may be saved or not
    saved_changed = Signal(bool)
    waits = Signal(int)  # before and after a turn of telling: how much is still to be told
    rebased = Signal(object)  # State: the engine goes on with another log, numbers of entries may come again
    _arrived = Signal()  # there is something to tell

    def __init__(
        self, engine: Engine, *, in_thread: bool = True, word: Callable[[BaseException], str] = _plain_words
    ) -> None:
        super().__init__()
        self._word = word
        self._engine = engine
        self._waiting: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self._is_called = False  # something waits, and will be told by a turn of the event loop
        self._again = QTimer(self)
        self._again.timeout.connect(self._tell_some)
        self._is_telling = False
        self._in_thread = in_thread
        self._epoch = 0  # counts the logs that the engine went on with
        self._told_to = 0  # what came up to this entry of the log was told by `rebased`
        self._closed_by: BaseException | None = None
        self._kept_back: list[tuple[Command, Future[Entry | None]]] = []
        self._parted: tuple[int, int] | None = None
        self._arrived.connect(self._tell_some, Qt.ConnectionType.QueuedConnection)
        self._leave = [
            engine.subscribe(self._on_entry),
            engine.subscribe_saved(self._on_saved),
            engine.subscribe_rebased(self._on_rebased),
        ]

    def submit(self, command: Command) -> Future[Entry | None]:
        """Hand a command to the engine; the future holds its entry, None, or the exception."""
        if self._closed_by is not None:
            future = self._hold_back(command, self._closed_by)
        else:
            future = self._engine.submit(self._as_seen(command))
        future.add_done_callback(lambda done: self._bring(lambda: self._answer(command, done.exception())))
        self._drain()
        return future

    def close_door(self, problem: BaseException) -> None:
        """Let nothing through while the engine goes on with another log and what was done alone is merged.

        What a person asks is answered with `problem`; what crews, feeds and the clock ask waits. Nothing that is
        written meanwhile is told, until `open_door` does.
        """
        self._closed_by = problem

    def open_door(self, *, base_sequence: int) -> None:
        """Tell once of what has become, and let through what waited and what comes.

        `base_sequence` is the last entry that the log of before and the present one share. What was made from what
        the other one said after it is asked as if made there: whatever changed since stands against it.
        """
        self._closed_by = None
        state = self._engine.state
        self._parted = (base_sequence, state.sequence)
        self._tell_rebased(state)
        kept, self._kept_back = self._kept_back, []
        for command, future in kept:
            if future.set_running_or_notify_cancel():
                self._engine.submit(self._as_seen(command)).add_done_callback(partial(_pass_on, future))

    def after_told(self, tell: Callable[[], None]) -> None:
        """Call `tell` in the window's thread once all is told that came up to now; from any thread."""
        self._bring(tell)

    def close(self) -> None:
        """Stop listening; nothing is told any more."""
        for leave in self._leave:
            leave()
        self._leave = []
        self._arrived.disconnect(self._tell_some)
        self._again.stop()
        with self._lock:
            self._waiting.clear()

    def _on_entry(self, entry: Entry, state: State) -> None:
        epoch = self._epoch
        self._bring(lambda: self._tell_entry(epoch, entry, state))

    def _on_rebased(self, state: State) -> None:
        self._epoch += 1
        self._bring(lambda: self._tell_rebased(state))

    def _tell_entry(self, epoch: int, entry: Entry, state: State) -> None:
        if self._closed_by is None and epoch == self._epoch and entry.sequence > self._told_to:
            self.committed.emit(entry, state)

    def _tell_rebased(self, state: State) -> None:
        if self._closed_by is None:
            self._told_to = state.sequence
            self.rebased.emit(state)

    def _hold_back(self, command: Command, problem: BaseException) -> Future[Entry | None]:
        future: Future[Entry | None] = Future()
        if command.who.role in MACHINE_ROLES:
            self._kept_back.append((command, future))
        else:
            future.set_exception(problem)
        return future

    def _as_seen(self, command: Command) -> Command:
        """Return a command as based on what its maker saw of the present log."""
        if self._parted is None or command.based_on is None:
            return command
        base_sequence, opened_at = self._parted
        is_other = base_sequence < command.based_on < opened_at or command.based_on > self._engine.state.sequence
        return replace(command, based_on=base_sequence) if is_other else command

    def _on_saved(self, is_saved: bool) -> None:
        self._bring(lambda: self.saved_changed.emit(is_saved))

    def _bring(self, tell: Callable[[], None]) -> None:
        with self._lock:
            self._waiting.append(tell)
            was_called, self._is_called = self._is_called, True
        if self._in_thread and not was_called:
            self._arrived.emit()

    def _tell_some(self) -> None:
        """Tell what waits, for a little while; a timer brings the rest, also where a listener fails or asks."""
        self._again.start(0)  # a queued signal would come before the window's own work, again and again
        until_s = time.monotonic() + TURN_S
        self.waits.emit(len(self._waiting))
        while (tell := self._next()) is not None:
            tell()
            if time.monotonic() >= until_s:
                self.waits.emit(len(self._waiting))
                return
        self._again.stop()
        self.waits.emit(0)

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            self._is_called = bool(self._waiting)
            return self._waiting.popleft() if self._waiting else None

    def _drain(self) -> None:
        if self._in_thread or self._is_telling:
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
            is_known = isinstance(problem, NotSaved) and problem.code in ("away", "merging")
            logger.error("command %s failed", command.id, exc_info=None if is_known else problem)
            if isinstance(problem, NotSaved) and problem.code == "connection_lost":
                self.doubtful.emit(command)
            self.failed.emit(command, self._word(problem))


def _pass_on(future: Future[Entry | None], done: Future[Entry | None]) -> None:
    problem = done.exception()
    if problem is not None:
        future.set_exception(problem)
    else:
        future.set_result(done.result())

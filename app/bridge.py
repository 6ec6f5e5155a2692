"""The one wire between the engine and Qt: what was committed, refused or lost comes back as signals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.refused import Refused

logger = logging.getLogger(__name__)


class Bridge(QObject):
    """Carry commands to the engine and its answers to the window.

    With `in_thread` the engine works on its own thread and answers arrive through the event loop, in the order of the
    log; without it every command is answered before `submit` returns (tests, pictures without a display).
    """

    committed = Signal(object, object)  # Entry, State
    refused = Signal(object, object)  # Command, Refused
    failed = Signal(object, str)  # Command, what went wrong
    saved_changed = Signal(bool)
    _told = Signal(object, object)
    _answered = Signal(object, object)  # Command, exception or None

    def __init__(self, engine: Engine, *, in_thread: bool = True) -> None:
        super().__init__()
        self._engine = engine
        self._in_thread = in_thread
        self._was_saved = True
        kind = Qt.ConnectionType.QueuedConnection if in_thread else Qt.ConnectionType.DirectConnection
        self._told.connect(self._on_told, kind)
        self._answered.connect(self._on_answered, kind)
        self._unsubscribe: Callable[[], None] | None = engine.subscribe(self._told.emit)

    def submit(self, command: Command) -> Future[Any]:
        """Hand a command to the engine; the future holds its entry, None, or the exception."""
        if self._in_thread:
            future: Future[Any] = self._engine.submit(command)
        else:
            future = Future()
            try:
                future.set_result(self._engine.do(command))
            except Exception as problem:
                future.set_exception(problem)
        future.add_done_callback(lambda done: self._answered.emit(command, done.exception()))
        return future

    def close(self) -> None:
        """Stop listening; nothing is told any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def _on_told(self, entry: object, state: object) -> None:
        self.committed.emit(entry, state)

    def _on_answered(self, command: Command, problem: BaseException | None) -> None:
        if isinstance(problem, Refused):
            self.refused.emit(command, problem)
        elif problem is not None:
            logger.error("command %s failed", command.id, exc_info=problem)
            self.failed.emit(command, str(problem) or type(problem).__name__)
        is_saved = self._engine.is_saved
        if is_saved != self._was_saved:
            self._was_saved = is_saved
            self.saved_changed.emit(is_saved)

"""What is asked of an engine without waiting, done one after another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue

from dispatch.commands import Command
from dispatch.events import Entry
from dispatch.log import NotSaved
from dispatch.refused import Refused
from dispatch.shown import Show

Answer = Future[Entry | None]

_logger = logging.getLogger(__name__)


class OneByOne:
    """Do what is given in its order on a thread of its own; at once, where it was given, before `start`.

    `do` answers a command, `keep` keeps what an operator is shown.
    """

    def __init__(self, do: Callable[[Command], Entry | None], keep: Callable[[Show], None]) -> None:
        self._do, self._keep = do, keep
        self._queue: SimpleQueue[tuple[Command, Answer] | Show | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work on the thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish what was given, and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def give(self, command: Command, *, is_urgent: bool = False) -> Answer:
        """Give a command; an urgent one is done at once, where it was given. The future holds its answer."""
        future: Answer = Future()
        if self._thread is None or is_urgent:
            self._settle(command, future)
        else:
            self._queue.put((command, future))
        return future

    def show(self, make: Show) -> None:
        """Give what an operator is shown."""
        if self._thread is None:
            self._keep(make)
        else:
            self._queue.put(make)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, tuple):
                self._settle(*item)
            else:
                self._keep(item)

    def _settle(self, command: Command, future: Answer) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            answer = self._do(command)
        except (Refused, NotSaved) as answered:
            future.set_exception(answered)
        except Exception as error:  # a bug: the thread lives on, and the future carries it to whoever asked
            _logger.exception("command %s (%s) failed", command.id, type(command.body).__name__)
            future.set_exception(error)
        else:
            future.set_result(answer)

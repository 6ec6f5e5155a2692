"""A child process that is asked questions from a thread: slow libraries, solvers, whatever may crash."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.jobs import Job

LOOK_S = 0.05  # how soon a cancel is seen
ENDING_S = 2.0
NICE = 5  # the desk goes first
Tell = Callable[[float, str], object]
"""Say how far an answer is: a share, 0 to 1, and a step's code."""


@dataclass(frozen=True, slots=True)
class Told:
    """Say how far an answer is: 0 to 1, and a step's code."""

    share: float
    code: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Bring an answer."""

    found: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """Say why there is none: a code with its parameters; `words` is among them where nobody foresaw it."""

    code: str
    parameters: dict[str, Any] = field(default_factory=dict)


class NoAnswer(Exception):
    """There is no answer, and the child lives on."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(parameters.get("words", code))
        self.code, self.parameters = code, parameters


class Broken(RuntimeError):
    """The child process ended without an answer."""


class Child:
    """Ask one question after another, from whatever thread may wait; `life` is the child's, with a pipe and `given`.

    The child starts with the first question, and another where it has ended.
    """

    def __init__(self, name: str, life: Callable[..., None], *given: Any) -> None:
        self._name, self._life, self._given = name, life, given
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._knows = ""
        self._is_closed = False
        self._lock = threading.Lock()

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, None where there is none."""
        process = self._process
        return None if process is None else process.pid

    def ask(
        self, question: Any, job: Job | None = None, *, lesson: tuple[str, Any] | None = None, grace_s: float = 0.0
    ) -> Any:
        """Return the answer; the job hears how far it is, and its cancel ends the child.

        `lesson`: a key and what every child must be told before. `grace_s`: how long a question that nobody waits for
        any more may go on, where another child would take longer to begin. Raises NoAnswer, Broken, Cancelled.
        """
        from app.jobs import Cancelled

        with self._lock:
            if job is not None and job.is_cancelled:
                raise Cancelled
            connection = self._ready()
            try:
                if lesson is not None and self._knows != lesson[0]:
                    self._exchange(connection, lesson[1], job, grace_s)
                    self._knows = lesson[0]
                return self._exchange(connection, question, job, grace_s)
            except NoAnswer:
                raise
            except (EOFError, OSError) as error:
                self._end()
                raise Broken(str(error) or "the child process ended") from error
            except BaseException:
                self._end()  # what it still says would be taken for the next answer
                raise

    def rest(self) -> None:
        """End the child where nothing is asked of it; the next question starts another."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the child for good, whatever it does; who waits for it is told that it broke."""
        self._is_closed = True
        for _ in range(round(ENDING_S / LOOK_S)):
            process = self._process
            if process is not None:
                with suppress(ValueError, AttributeError):  # it was taken down a moment ago, or is not started yet
                    process.kill()
            if self._lock.acquire(timeout=LOOK_S):  # one that is just being started is killed the next time
                try:
                    self._end()
                finally:
                    self._lock.release()
                return

    def _exchange(self, connection: Connection, question: Any, job: Job | None, grace_s: float) -> Any:
        from app.jobs import Cancelled

        connection.send(question)
        gives_up_s: float | None = None
        while True:
            if gives_up_s is None and job is not None and job.is_cancelled:
                gives_up_s = time.monotonic() + grace_s
            if gives_up_s is not None and time.monotonic() >= gives_up_s:
                raise Cancelled
            if not connection.poll(LOOK_S):
                continue
            message = connection.recv()
            if isinstance(message, Answered):
                return message.found
            if isinstance(message, Failed):
                raise NoAnswer(message.code, **message.parameters)
            if isinstance(message, Told) and job is not None:
                with suppress(Cancelled):  # what is under way must be heard to its end: the next answer follows it
                    job.report(message.share, message.code)

    def _ready(self) -> Connection:
        if self._is_closed:
            raise Broken("the child process was ended")
        if self._connection is None or self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            self._process = context.Process(target=self._life, args=(there, *self._given), name=self._name, daemon=True)
            self._process.start()
            there.close()
            self._connection = here
        return self._connection

    def _end(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        self._knows = ""
        if connection is not None:
            with suppress(OSError):
                connection.close()
        if process is not None:
            process.kill()
            process.join(ENDING_S)
            with suppress(ValueError):  # it does not even die: it is let go of
                process.close()


def serve(connection: Connection, answer: Callable[[Any, Tell], Answered | Failed]) -> None:
    """Answer one parent's questions, one after another, until it says None or is gone: the whole life of a child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is the parent's business
    if hasattr(os, "nice"):
        os.nice(NICE)
    with suppress(EOFError, OSError):  # the parent is gone
        while (question := connection.recv()) is not None:
            connection.send(answer(question, lambda share, code: connection.send(Told(share, code))))

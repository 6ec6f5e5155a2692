"""A child process for the slow questions: their libraries take seconds to load, and the window never waits for that."""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import TYPE_CHECKING

from dispatch.demand_places import Answer, Question, answer

if TYPE_CHECKING:
    from app.jobs import Job

LOOK_S = 0.1  # how soon a cancel is seen
ENDING_S = 2.0


class Ended(RuntimeError):
    """The child ended without an answer."""


class Apart:
    """Answer questions in a child that is started at the first one and kept; a cancel ends it."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._lock = Lock()

    def ask(self, question: Question, job: Job | None = None) -> Answer:
        """Ask from a thread that may wait. Raises Ended, Cancelled, and what the question itself raises."""
        with self._lock:
            connection = self._started()
            try:
                connection.send(question)
                while not connection.poll(LOOK_S):
                    if job is not None:
                        job.report(0.5)
                found = connection.recv()
            except (EOFError, OSError) as error:
                self._end()
                raise Ended("the child process ended") from error
            except BaseException:
                self._end()
                raise
        if isinstance(found, Answer):
            return found
        raise RuntimeError(str(found))

    def close(self) -> None:
        """End the child, whatever it does; a question that waits for it is told."""
        process = self._process
        if process is not None and process.is_alive():
            process.kill()
            process.join(ENDING_S)

    def _started(self) -> Connection:
        if self._process is None or not self._process.is_alive() or self._connection is None:
            self._end()
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), name="opsroom-demand", daemon=True)
            self._process.start()
            theirs.close()
        return self._connection

    def _end(self) -> None:
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if process is not None:
            if process.is_alive():
                process.kill()
            process.join(ENDING_S)
        if connection is not None:
            with suppress(OSError):
                connection.close()


def _serve(connection: Connection) -> None:
    """Answer until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            question = connection.recv()
            try:
                found: object = answer(question)
            except Exception as error:  # the window says what it was
                found = f"{type(error).__name__}: {error}"
            connection.send(found)

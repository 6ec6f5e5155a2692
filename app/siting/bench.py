"""Where the planning page has its work done: a child process, asked from a thread; no cancel waits for a solver."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QThreadPool

from app import jobs
from app.siting.questions import Answered, Failed, NoAnswer, Seek, Taught, Told, Write

LOOK_S = 0.05  # how soon a cancel is seen
GRACE_S = 8.0  # so long a question that is soon answered may go on though nobody wants it any more: opening costs more
ENDING_S = 2.0


class Broken(RuntimeError):
    """The child process ended without an answer."""


class Bench:
    """Answer questions about a city one after another; `run` is the life of the child process.

    `start` may be called from the window's thread. The child starts with the first question and ends with `close`.
    """

    def __init__(self, folder: Path, run: Callable[[Connection, str], None] | None = None) -> None:
        if run is None:
            from app.siting.child import run as life

            run = life
        self.folder = folder
        self._run = run
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._process: Any = None
        self._connection: Connection | None = None
        self._taught: Taught | None = None  # what the child must know, whichever it is
        self._knows = ""
        self._lock = threading.Lock()

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, None where there is none."""
        process = self._process
        return None if process is None else process.pid

    def teach(self, taught: Taught) -> None:
        """Let every child know where incidents were, before its next question."""
        self._taught = taught

    def start(
        self, question: Any, *, done: Callable[[Any], None], failed: Callable[[BaseException], None],
        progressed: Callable[[float, str], None] | None = None,
    ) -> jobs.Job:  # fmt: skip
        """Have a question answered; the answer comes back in the window's thread. The job can be cancelled."""
        job = jobs.Job(lambda job: self._answer(job, question))
        job.done.connect(done)
        job.failed.connect(failed)
        if progressed is not None:
            job.progressed.connect(progressed)
        return job.start(self._pool)

    def rest(self) -> None:
        """End the child where nothing is asked of it; the next question starts another."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the child; whatever it does is not answered any more."""
        process = self._process
        if process is not None:
            with suppress(ValueError):  # it was taken down a moment ago
                process.kill()
        self._pool.waitForDone(round(1000 * ENDING_S))
        self._end()

    def _answer(self, job: jobs.Job, question: Any) -> Any:
        job.report(0.0, "open")
        with self._lock:
            connection = self._ready()
            try:
                if self._taught is not None and self._knows != self._taught.key:
                    self._exchange(connection, self._taught, job)
                    self._knows = self._taught.key
                return self._exchange(connection, question, job)
            except (EOFError, OSError) as error:
                self._end()
                raise Broken(str(error)) from error

    def _exchange(self, connection: Connection, question: Any, job: jobs.Job) -> Any:
        connection.send(question)
        gives_up_s = 0.0
        while True:
            if job.is_cancelled and not gives_up_s:
                # A solver or a writer is not waited for; the rest is there before another child has opened the city.
                gives_up_s = time.monotonic() + (0.0 if isinstance(question, Seek | Write) else GRACE_S)
            if gives_up_s and time.monotonic() >= gives_up_s:
                self._end()
                raise jobs.Cancelled
            if not connection.poll(LOOK_S):
                continue
            message = connection.recv()
            if isinstance(message, Told):
                with suppress(jobs.Cancelled):  # what is under way must be heard to its end: the next answer follows it
                    job.report(message.share, message.code)
            elif isinstance(message, Answered):
                return message.found
            elif isinstance(message, Failed):
                raise NoAnswer(message.code, **message.parameters)

    def _ready(self) -> Connection:
        if self._connection is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            self._process = context.Process(
                target=self._run, args=(there, str(self.folder)), name="opsroom-planning", daemon=True
            )
            self._process.start()
            there.close()
            self._connection = here
        return self._connection

    def _end(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        self._knows = ""
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.join(ENDING_S)
            process.close()

"""Where the planning page has its work done: a child process, asked from a thread; no cancel waits for a solver."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QThreadPool

from app import jobs
from app.beside.child import ENDING_S, Child
from app.siting.questions import Seek, Taught, Write

GRACE_S = 8.0  # so long a question that is soon answered may go on though nobody wants it any more: opening costs more


class Bench:
    """Answer questions about a city one after another; `run` is the life of the child process.

    `start` may be called from the window's thread. The child starts with the first question and ends with `close`.
    """

    def __init__(self, folder: Path, run: Callable[[Connection, str], None] | None = None) -> None:
        if run is None:
            from app.siting.child import run as life

            run = life
        self.folder = folder
        self._child = Child("opsroom-planning", run, str(folder))
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._taught: Taught | None = None  # what the child must know, whichever it is

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, None where there is none."""
        return self._child.process_id

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
        self._child.rest()

    def close(self) -> None:
        """End the child; whatever it does is not answered any more."""
        self._child.close()
        self._pool.waitForDone(round(1000 * ENDING_S))

    def _answer(self, job: jobs.Job, question: Any) -> Any:
        job.report(0.0, "open")
        # A solver or a writer is not waited for; the rest is there before another child has opened the city.
        grace_s = 0.0 if isinstance(question, Seek | Write) else GRACE_S
        lesson = (self._taught.key, self._taught) if self._taught is not None else None
        return self._child.ask(question, job, lesson=lesson, grace_s=grace_s)

"""Work outside the window's thread, with progress and cancel; the answer comes back in the window's thread."""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from shiboken6 import isValid

from app.homecoming import Homecoming

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Tell the work that nobody wants its answer any more."""


class Job(QObject):
    """Follow one piece of work: `progressed` (0 to 1, words), then `done` or `failed`, never both.

    The work is a callable that takes the job; it reports with `report` and is stopped there once cancelled.
    """

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(object)  # the exception
    _reported = Signal(float, str)

    def __init__(self, work: Callable[[Job], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancel = threading.Event()
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)

    def start(self, pool: QThreadPool | None = None) -> Job:
        """Run the work in the pool (the application's by default)."""
        _running.add(self)
        (pool or QThreadPool.globalInstance()).start(_Runner(self))
        return self

    def cancel(self) -> None:
        """Ask the work to stop at its next `report`; nothing is told afterwards."""
        self._cancel.set()

    @property
    def is_cancelled(self) -> bool:
        """Tell whether somebody asked the work to stop."""
        return self._cancel.is_set()

    def report(self, share: float, words: str = "") -> None:
        """Say from within the work how far it is; raise `Cancelled` where nobody waits any more."""
        if self._cancel.is_set():
            raise Cancelled
        self._reported.emit(share, words)

    def work(self) -> tuple[object, BaseException | None]:
        """Do the work and return its answer or what went wrong; called by the pool's thread."""
        try:
            return self._work(self), None
        except BaseException as problem:  # a panicking library must not take the thread down
            return None, problem

    def _on_reported(self, share: float, words: str) -> None:
        if not self._cancel.is_set():
            self.progressed.emit(share, words)

    def finish(self, answer: object, problem: BaseException | None) -> None:
        """Tell how it went, in the window's thread."""
        _running.discard(self)
        if self._cancel.is_set() or isinstance(problem, Cancelled) or not isValid(self):
            return
        if problem is not None:
            logger.error("a job failed", exc_info=problem)
            self.failed.emit(problem)
        else:
            self.done.emit(answer)


class _Runner(QRunnable):
    """Does one job in a thread of the pool and hands it back whole: that thread must not be the last to hold it."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._jobs = [job]
        self._come_back = Homecoming(_finish)

    def run(self) -> None:
        _keep_thread_state()
        answer, problem = self._jobs[0].work()
        self._come_back(self._jobs, answer, problem)


def _finish(jobs: list[Job], answer: object, problem: BaseException | None) -> None:
    jobs.pop().finish(answer, problem)


_kept = threading.local()


def _keep_thread_state() -> None:
    """Keep Python's state of this thread of Qt's pool from one job to the next.

    Qt's threads lose it after every job, and with it their `threading.local` values; pyproj 3.7 then goes on with a
    freed context and brings the process down (pyproj issues 1509 and 1622).
    """
    if not getattr(_kept, "is_kept", False):
        _kept.is_kept = True
        ctypes.pythonapi.PyGILState_Ensure()


# A job lives until it has answered, even where nobody kept it.
_running: set[Job] = set()


def start(
    work: Callable[[Job], Any],
    *,
    done: Callable[[Any], None] | None = None,
    failed: Callable[[BaseException], None] | None = None,
    progressed: Callable[[float, str], None] | None = None,
) -> Job:
    """Run `work` in the background and call back in the window's thread; return the job for cancelling."""
    job = Job(work)
    for signal, listener in ((job.done, done), (job.failed, failed), (job.progressed, progressed)):
        if listener is not None:
            signal.connect(listener)
    return job.start()

"""Carries out at the store of photographs what the log says is erased: at the start, and as it is said."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool

from app.desk import Desk
from app.evidence.album import Album
from app.jobs import Job
from app.wording import one_line, text
from dispatch.erasure import erase_photographs, photographs_erased
from dispatch.events import Entry
from dispatch.state import State


class Erasing(QObject):
    """Erase apart from the window, one order after the other. What cannot be erased now is said, and is at the start.

    The next start erases everything again that is still there.
    """

    def __init__(self, desk: Desk, album: Album, *, in_thread: bool = True) -> None:
        super().__init__(desk)
        self._desk, self._album, self._in_thread = desk, album, in_thread
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        desk.state_changed.connect(self._on_state)
        self._erase_all(desk.state)

    def close(self) -> None:
        """Let what was begun come to its end, before the album is closed."""
        self._pool.waitForDone(5_000)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self._erase_all(state)
            return
        for evidence_id in photographs_erased(entry):
            self._do(lambda evidence_id=evidence_id: self._album.erase(evidence_id))

    def _erase_all(self, state: State) -> None:
        if state.erased_photographs:
            self._do(lambda: erase_photographs(state, self._album.erase))

    def _do(self, work: Callable[[], object]) -> None:
        if not self._in_thread:
            try:
                work()
            except OSError as problem:
                self._on_failed(problem)
            return
        job = Job(lambda _: work())
        job.failed.connect(self._on_failed)
        job.start(self._pool)

    def _on_failed(self, problem: BaseException) -> None:
        reason = one_line(str(problem) or type(problem).__name__, 160)
        self._desk.said.emit("warning", text("case.not_erased", self._desk.language, reason=reason))

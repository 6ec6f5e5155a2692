"""Counts what a page shows in a job: when it is seen, when something else is asked, and again while the log grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app import jobs
from app.desk import Desk

AGAIN_MS = 5_000  # a busy log is not counted more often


class Recount(QObject):
    """Keep a page's figures up to date for as long as it is seen; what is shown stays until the answer is there.

    `asked` says what is asked for now; `begin` says in the page that it is counted, and returns the work; `done` and
    `failed` show what came of it.
    """

    def __init__(
        self, page: QWidget, desk: Desk, *, asked: Callable[[], object],
        begin: Callable[[], Callable[[jobs.Job], Any]], done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._what, self._begin, self._show, self._fail = page, asked, begin, done, failed
        self._job: jobs.Job | None = None
        self._asked: object = None
        self._is_known = False
        self._is_stale = True
        self.again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self.again.timeout.connect(self.count_if_stale)
        page.installEventFilter(self)
        desk.state_changed.connect(self._on_state)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being counted."""
        return self._job is not None

    @property
    def is_current(self) -> bool:
        """Tell whether what was counted last is what is asked for, of all that the log holds."""
        return self._is_known and not self._is_stale and self._asked == self._what()

    def count(self) -> None:
        """Count what is asked for now; what was being counted is given up."""
        self._cancel()
        self._asked, self._is_stale = self._what(), False
        self._job = jobs.start(self._begin(), done=self._on_done, failed=self._on_failed)

    def count_if_stale(self) -> None:
        """Count where that would show anything new."""
        if not self.is_current:
            self.count()

    def forget(self) -> None:
        """Count anew, at once where the page is seen: nothing of what somebody else saw stays."""
        self._is_known, self._is_stale = False, True
        if self._page.isVisible():
            self.count()

    def stop(self) -> None:
        """Count no more."""
        self.again.stop()
        self._cancel()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page:
            if event.type() == QEvent.Type.Show:
                self.count_if_stale()
            elif event.type() == QEvent.Type.Hide:
                self.again.stop()
        return super().eventFilter(watched, event)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_done(self, found: Any) -> None:
        self._job, self._is_known = None, True
        self.again.start()
        self._show(found)

    def _on_failed(self, problem: BaseException) -> None:
        self._job = None
        self.again.start()
        self._fail(problem)

    def _on_state(self, entry: object, state: object) -> None:
        self._is_stale = True
        if self._page.isVisible() and not self.again.isActive() and self._job is None:
            self.again.start()

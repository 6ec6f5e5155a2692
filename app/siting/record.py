"""Says beside two plans what the log recorded of their target: found apart from the window, after each answer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app import jobs
from app.desk import Desk
from app.siting.results import Results
from app.siting.words import record_words
from dispatch.coverage_targets import Target
from dispatch.siting.recorded import recorded
from dispatch.times.figure import TargetFigure


class Record(QObject):
    """Find how often the log met the target that is asked about; `words` say it, empty where nothing is known."""

    def __init__(self, desk: Desk, results: Results, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._results = desk, results
        self._asked: tuple[int, Target] | None = None
        self._job: jobs.Job | None = None
        self.words = ""

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is awaited."""
        return self._job is not None

    def look(self, target: Target) -> None:
        """Look once for each target and state of the log; a log of nothing but its roster is not looked through."""
        state = self._desk.state
        asked = (state.sequence, target)
        if asked == self._asked:
            return
        if self._asked is None or self._asked[1] != target:
            self._say(None)  # another target's figure would stand beside the new plans
        self._asked = asked
        self.cancel()
        if state.assignments:
            self._job = jobs.start(lambda job: recorded(state, target), done=self._on_found, failed=self._on_failed)

    def cancel(self) -> None:
        """Wait for no answer any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_found(self, found: TargetFigure | None) -> None:
        self._job = None
        self._say(found)

    def _on_failed(self, problem: BaseException) -> None:  # a log that cannot be counted has no figure: plans stand
        self._job = None
        self._say(None)

    def _say(self, found: TargetFigure | None) -> None:
        self.words = record_words(found, self._desk.language)
        self._results.say_record(self.words)

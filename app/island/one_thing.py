"""What a seat does on its way out, back or through a merge: one thing at a time, outside the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app import jobs
from app.island.stage import BUSY, Stage
from dispatch.refused import Refused


class OneThing:
    """Do something in a job and hear how it ended; `stage` is what is being done, None while nothing is.

    `changed` is called when something begins and as it goes on; `stop` is for what can be broken off.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._job: jobs.Job | None = None  # held while it runs
        self.stage: Stage | None = None
        self.stop = threading.Event()

    @property
    def is_on_the_way(self) -> bool:
        """Tell whether the seat is on its way out or back."""
        return self.stage in BUSY

    def begin(
        self,
        stage: Stage,
        do: Callable[[jobs.Job], Any],
        *,
        done: Callable[[Any], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Begin; `failed` hears of what the rules refused as well. Whoever hears calls `end`."""
        self.stage = stage
        self.stop.clear()

        def answer(job: jobs.Job) -> Any:
            try:
                return do(job)
            except Refused as refused:  # an answer as any other, and no fault
                return refused

        def answered(found: Any) -> None:
            if isinstance(found, Refused):
                failed(found)
            else:
                done(found)

        self._job = jobs.start(answer, done=answered, failed=failed, progressed=lambda share, words: self._changed())
        self._changed()

    def end(self) -> None:
        """Be free for something else."""
        self.stage, self._job = None, None

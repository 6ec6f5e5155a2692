"""Look for circles of garbage in the window's thread alone.

Python looks for them in whichever thread allocates next. Where a circle holds a widget, a model or a timer, another
thread would then destroy what only the window's thread may: the program ends there and then, without a word. So
while there are windows nobody looks but a timer of their own thread.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dispatch.uncollected import is_uncollected

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

EVERY_MS = 200
SHARE_OF_WHOLE = 1 / 200  # of the time, for looking through everything that is not frozen
SOONEST_WHOLE_S = 10.0


@contextmanager
def by_hand() -> Iterator[None]:
    """Let nothing be looked for but by a `Sweeper` meanwhile: for a program with windows, all its life."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Sweeper:
    """Looks for garbage when asked: the young often, everything seldom enough to be a small share of the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._whole_from_s = 0.0

    def sweep(self) -> int | None:
        """Collect what is due by Python's own thresholds; return the generation looked through, None where none is.

        Nothing is due while much is read at once (`dispatch.uncollected`).
        """
        if is_uncollected():
            return None
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[2] and self._clock() >= self._whole_from_s:
            began_s = self._clock()
            gc.collect()
            ended_s = self._clock()
            self._whole_from_s = ended_s + max(SOONEST_WHOLE_S, (ended_s - began_s) / SHARE_OF_WHOLE)
            return 2
        for generation in (1, 0):
            if due[generation]:
                gc.collect(generation)
                return generation
        return None


def sweep_in(application: QCoreApplication) -> None:
    """Leave out of every search what there is now, for windows and layers stay for life, and sweep from now on."""
    from PySide6.QtCore import QTimer

    gc.collect()
    gc.freeze()
    sweeper = Sweeper()

    def sweep() -> None:  # it keeps the sweeper alive, of which Qt would keep no more than a weak reference
        sweeper.sweep()

    timer = QTimer(application, interval=EVERY_MS)
    timer.timeout.connect(sweep)
    timer.start()

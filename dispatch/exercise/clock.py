"""The clock of an exercise: real time at any speed, with pauses, and never past a step that was not made yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

SLOWEST, FASTEST = 0.1, 1000.0
_INSTANT = timedelta(microseconds=1)


class ExerciseClock:
    """Tell the instant of an exercise; may be asked from any thread.

    Between two steps it tells instants between theirs, so that a log says by its instants alone what came before
    which step. It stands until `run`.
    """

    def __init__(self, at: datetime, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._floor = self._ceiling = at
        self._fixed: datetime | None = at
        self._base_at, self._base_s = at, monotonic()
        self._speed = 1.0
        self._runs = False

    def __call__(self) -> datetime:
        """Return the present instant of the exercise."""
        with self._lock:
            return self._now()

    @property
    def speed(self) -> float:
        """Return how many seconds of the exercise a second takes."""
        return self._speed

    @property
    def is_paused(self) -> bool:
        """Tell whether it stands."""
        return not self._runs

    @property
    def wanted_at(self) -> datetime:
        """Return how far the exercise should have come by now: every step up to here is due."""
        with self._lock:
            return self._wanted()

    def run(self, speed: float | None = None) -> None:
        """Go on from where it is told to be now, at another speed where one is named.

        Raises ValueError for one that cannot be.
        """
        if speed is not None and not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"an exercise runs from {SLOWEST} to {FASTEST} times as fast as life, not {speed}")
        with self._lock:
            self._base_at, self._base_s = self._now(), self._monotonic()
            self._speed = self._speed if speed is None else speed
            self._runs = True

    def pause(self) -> None:
        """Stand still where it is told to be now: what it lags behind is not made up for."""
        with self._lock:
            self._base_at = self._now()
            self._runs = False

    def step(self, at: datetime) -> None:
        """Stand at the instant of a step while it is made."""
        with self._lock:
            self._fixed = at

    def between(self, after: datetime, before: datetime) -> None:
        """Go on between two steps; both are left out."""
        with self._lock:
            self._floor, self._ceiling = after + _INSTANT, before - _INSTANT
            self._fixed = None
            if self._wanted() < after:  # nothing is to be caught up with: it was stepped on by hand
                self._base_at, self._base_s = after, self._monotonic()

    def _wanted(self) -> datetime:
        if not self._runs:
            return self._base_at
        return self._base_at + timedelta(seconds=(self._monotonic() - self._base_s) * self._speed)

    def _now(self) -> datetime:
        if self._fixed is not None:
            return self._fixed
        return min(max(self._wanted(), self._floor), self._ceiling)

"""How often a seat asks for positions: as often as its wire carries them, and no oftener."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resources.position_thinning import COARSEST_S, FINEST_S, LEVELS_S

MOST_SHARE = 0.6  # of the time may go into reading; what is above is too slow
CALM_SHARE = 0.4  # a finer level is tried where it would take less
CALM_LOOKS = 3  # one after another, before a finer level is tried
FIRST_WAIT_S, LONGEST_WAIT_S = 10.0, 300.0  # before it is tried again after it was too much
LEAST_READ = 2_000  # bytes; fewer say nothing of the wire


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the wire found: seconds spent reading of those passed, bytes, seconds of one question's way."""

    read_s: float
    passed_s: float
    bytes_read: int
    questions: int
    way_s: float


class Pace:
    """Choose a level from how long reading took, and from what the server says that each level brings.

    Too slow is answered at once, by the finest level that fits; finer is gone one level at a time, after some calm
    looks, and more and more seldom where it proved too much. No clock of its own.
    """

    def __init__(self, level_s: int = FINEST_S) -> None:
        self.level_s = level_s
        self.bytes_per_s: float | None = None  # what the wire carries, where enough was read to know
        self._calm = 0
        self._wait_s = FIRST_WAIT_S
        self._waits_until_s = 0.0
        self._was_finer_at_s: float | None = None

    @property
    def is_slow(self) -> bool:
        """Tell whether positions come more seldom than they could, for the wire's sake."""
        return self.level_s > FINEST_S

    def start(self, bytes_read: int, read_s: float, demand: Mapping[int, float]) -> None:
        """Choose the first level from one large reading."""
        self._learn(Reading(read_s, max(read_s, 1.0), bytes_read, 1, 0.0))
        self.level_s = self._fitting(demand)

    def take(self, reading: Reading, demand: Mapping[int, float], now_s: float) -> bool:
        """Take a look at the wire; tell whether the level changed.

        `demand` maps levels to the bytes a second that each of them brings now.
        """
        self._learn(reading)
        before = self.level_s
        share = reading.read_s / max(reading.passed_s, 1e-6)
        if share > MOST_SHARE:
            self._go_coarser(demand, now_s)
        elif self._fits_finer(demand) and now_s >= self._waits_until_s:
            self._calm += 1
            if self._calm >= CALM_LOOKS:
                self._calm = 0
                self.level_s = LEVELS_S[LEVELS_S.index(self.level_s) - 1]
                self._was_finer_at_s = now_s
        else:
            self._calm = 0
        return self.level_s != before

    def fail(self, now_s: float) -> bool:
        """Take that an answer did not come in time; tell whether the level changed."""
        before = self.level_s
        self._go_coarser({}, now_s)
        return self.level_s != before

    def _go_coarser(self, demand: Mapping[int, float], now_s: float) -> None:
        self._calm = 0
        if self._was_finer_at_s is not None and now_s - self._was_finer_at_s < 3 * self._wait_s:
            self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
        elif now_s >= self._waits_until_s:
            self._wait_s = FIRST_WAIT_S
        self._waits_until_s = now_s + self._wait_s
        if self.level_s < COARSEST_S:
            next_s = LEVELS_S[LEVELS_S.index(self.level_s) + 1]
            self.level_s = max(next_s, self._fitting(demand))

    def _fits_finer(self, demand: Mapping[int, float]) -> bool:
        if self.level_s == FINEST_S:
            return False
        finer_s = LEVELS_S[LEVELS_S.index(self.level_s) - 1]
        return demand.get(finer_s, 0.0) < max(LEAST_READ, CALM_SHARE * (self.bytes_per_s or 0.0))

    def _fitting(self, demand: Mapping[int, float]) -> int:
        if self.bytes_per_s is None:
            return FINEST_S
        room = MOST_SHARE * self.bytes_per_s
        return next((one for one in LEVELS_S if demand.get(one, 0.0) <= room), COARSEST_S)

    def _learn(self, reading: Reading) -> None:
        if reading.bytes_read < LEAST_READ:
            return
        clean_s = max(reading.read_s - reading.questions * reading.way_s, reading.read_s / 10, 1e-4)
        found = reading.bytes_read / clean_s
        self.bytes_per_s = found if self.bytes_per_s is None else 0.5 * (self.bytes_per_s + found)

"""Fewer positions for a slow wire: of each unit only where it has moved on, and now and then that it still stands."""

from __future__ import annotations

import math
from collections.abc import Iterable

from resources.position import Fix

LEVELS_S = (1, 2, 5, 10)  # how often positions go out, the finest first; all of them hold all units
FINEST_S, COARSEST_S = LEVELS_S[0], LEVELS_S[-1]
MOVED_M = 25.0
STANDING_S = 30.0  # a unit that stands is told so often: its position must not look silent
_METRES_A_DEGREE = 111_195.0


class Thinner:
    """Let the positions of one level through: every `level_s` the newest of each unit that has moved.

    A unit that has not moved `MOVED_M` since it was last let through waits until `STANDING_S` have passed.
    """

    def __init__(self, level_s: int) -> None:
        self.level_s = level_s
        self._told: dict[str, Fix] = {}
        self._waiting: dict[str, Fix] = {}
        self._due_s = -math.inf

    def take(self, fixes: Iterable[Fix]) -> None:
        """Take positions, each newer than the last of its unit."""
        for fix in fixes:
            self._waiting[fix.unit_id] = fix

    def due(self, now_s: float) -> list[Fix]:
        """Return what is to go out at `now_s` (seconds of any clock that runs evenly); nothing between two turns."""
        if now_s < self._due_s:
            return []
        late_s = now_s - self._due_s
        self._due_s = now_s + self.level_s - (late_s if late_s < self.level_s else 0.0)
        told, found = self._told, []
        for fix in self._waiting.values():
            before = told.get(fix.unit_id)
            if before is None or _has_news(before, fix):
                found.append(fix)
        for fix in found:
            told[fix.unit_id] = fix
            del self._waiting[fix.unit_id]
        return found


def _has_news(before: Fix, now: Fix) -> bool:
    if (now.fixed_at - before.fixed_at).total_seconds() >= STANDING_S:
        return True
    north_m = (now.lat - before.lat) * _METRES_A_DEGREE
    east_m = (now.lon - before.lon) * _METRES_A_DEGREE * math.cos(math.radians(now.lat))
    return north_m * north_m + east_m * east_m >= MOVED_M * MOVED_M

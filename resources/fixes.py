"""Where every unit was last: the newest believable position report of each, and what was wrong with the others."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from resources.position import Fix


class Verdict(StrEnum):
    """Say what became of a position report."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    FUTURE = "future"
    JUMP = "jump"
    NO_PLACE = "no_place"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Belief:
    """Say which reports are believed: how far in the future, how fast, and how many units at most.

    A report `jump_m` and more away that would need more than `top_speed_mps` (252 km/h) is held back until the next one
    confirms it: until then the unit keeps its last place, which grows old.
    """

    future_s: float = 30.0
    top_speed_mps: float = 70.0
    jump_m: float = 500.0
    most_units: int = 20_000


class Latest(dict[str, Fix]):
    """The newest position of each unit. `changes` grows with every one that is taken: while it stays, so do all."""

    changes = 0


class Fixes:
    """Keep the newest position of each unit, in bounded memory; reports may come late, twice or wrong.

    `latest` maps unit ids to positions, `counts` tells how many reports met each verdict, `doubtful` holds the
    reports that jumped and were not confirmed yet.
    """

    def __init__(self, belief: Belief = Belief()) -> None:
        self._belief = belief
        self.latest = Latest()
        self.doubtful: dict[str, Fix] = {}
        self.counts: dict[Verdict, int] = dict.fromkeys(Verdict, 0)

    def take(self, fix: Fix) -> Verdict:
        """Take one report and say what became of it."""
        verdict = self._judge(fix)
        self.counts[verdict] += 1
        if verdict is Verdict.TAKEN:
            self.latest[fix.unit_id] = fix
            self.latest.changes += 1
            self.doubtful.pop(fix.unit_id, None)
        elif verdict is Verdict.JUMP:
            self.doubtful[fix.unit_id] = fix
        return verdict

    def take_all(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """Take many reports; return those that were believed, in their order."""
        return tuple(fix for fix in fixes if self.take(fix) is Verdict.TAKEN)

    def newest_age_s(self, at: datetime) -> float | None:
        """Return the age of the newest position, None where there is none: how long nothing has come in."""
        return min((fix.age_s(at) for fix in self.latest.values()), default=None)

    def _judge(self, fix: Fix) -> Verdict:
        is_place = math.isfinite(fix.lon) and math.isfinite(fix.lat) and abs(fix.lon) <= 180 and abs(fix.lat) <= 90
        if not is_place or (fix.lon == 0 and fix.lat == 0):  # what a receiver says before it knows
            return Verdict.NO_PLACE
        if fix.fixed_at - fix.received_at > timedelta(seconds=self._belief.future_s):
            return Verdict.FUTURE
        known = self.latest.get(fix.unit_id)
        if known is None:
            is_full = len(self.latest) >= self._belief.most_units
            return Verdict.FULL if is_full else Verdict.TAKEN
        if fix.fixed_at <= known.fixed_at:
            return Verdict.DUPLICATE if fix.fixed_at == known.fixed_at else Verdict.OUT_OF_ORDER
        if self._is_believable(known, fix):
            return Verdict.TAKEN
        held = self.doubtful.get(fix.unit_id)
        if held is not None and held.fixed_at < fix.fixed_at and self._is_believable(held, fix):
            return Verdict.TAKEN
        return Verdict.JUMP

    def _is_believable(self, earlier: Fix, later: Fix) -> bool:
        apart_m = distance_m(earlier.lon, earlier.lat, later.lon, later.lat)
        seconds = (later.fixed_at - earlier.fixed_at).total_seconds()
        return apart_m < self._belief.jump_m or apart_m <= self._belief.top_speed_mps * seconds


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Measure the great-circle distance between two points (WGS 84) in metres."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(1.0, half)))

"""The times of units to one place, and of task forces, which are there when the slowest of their units is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.candidates import Candidate
from dispatch.recommendation import Eta
from dispatch.travels import Travels


def crews_of(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return every unit whose way must be known, once: candidates that are units, then members that are none."""
    if not any(each.members for each in candidates):
        return tuple(candidates)
    found = {each.unit.unit.id: each for each in candidates if not each.members}
    for each in candidates:
        for member in each.members:
            found.setdefault(member.unit.unit.id, member)
    return tuple(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Hold the travels of crews, row by row, and how long each unit takes in all; None where it cannot get there."""

    travels: Travels
    rows: Mapping[str, int]
    totals: Mapping[str, Eta | None]

    @classmethod
    def of(cls, crews: Sequence[Candidate], travels: Travels) -> Trips:
        """Add up turnout, driving and access of every crew."""
        totals: dict[str, Eta | None] = {}
        times = zip(crews, travels.travel_s.tolist(), travels.access_s.tolist(), strict=True)
        for crew, travel_s, access_s in times:
            eta = Eta(round(crew.turnout_s, 3), round(travel_s, 3), round(access_s, 3))
            totals[crew.unit.unit.id] = eta if math.isfinite(travel_s) else None
        return cls(travels, {crew.unit.unit.id: row for row, crew in enumerate(crews)}, totals)

    def etas(self, candidates: Sequence[Candidate]) -> tuple[Eta | None, ...]:
        """Give the time of every candidate."""
        return tuple(self.eta(each) for each in candidates)

    def eta(self, candidate: Candidate) -> Eta | None:
        """Give the time of a unit, or that of the slowest unit of a task force; None where it cannot get there."""
        if not candidate.members:
            return self.totals[candidate.unit.unit.id]
        found = [self.totals[member.unit.unit.id] for member in candidate.members]
        there = [eta for eta in found if eta is not None]
        return max(there, key=lambda eta: eta.total_s) if len(there) == len(found) else None

    def is_estimate(self, unit: Candidate) -> bool:
        """Tell whether a unit's time is a guess along a straight line."""
        return bool(self.travels.is_estimate[self.rows[unit.unit.unit.id]])

    def off_road_m(self, unit: Candidate) -> float:
        """Say how far a unit is from every road, in metres; NaN for one that is on them."""
        return float(self.travels.off_road_m[self.rows[unit.unit.unit.id]])

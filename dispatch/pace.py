"""How much longer crews of an exercise take than free roads say, as a city's record or a scenario tells it."""

from __future__ import annotations

from dataclasses import dataclass

HABITS, ROSTER = "habits", "roster"
TURNOUTS = (HABITS, ROSTER)


@dataclass(frozen=True, slots=True)
class Driven:
    """How many times the road's free time a drive to an incident of a priority takes, by so many recorded `drives`."""

    priority: int
    factor: float
    drives: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how long drives and turnouts take. `turnouts` is HABITS (of the simulated crews) or ROSTER (its turnouts).

    With nothing in `driven` all drive as the free road allows, and so do they to everything that is no incident.
    """

    driven: tuple[Driven, ...] = ()
    turnouts: str = HABITS

    def factor_of(self, priority: int) -> float:
        """Return the factor of a priority: that of the nearest one that is told, the more urgent of two."""
        nearest = min(self.driven, key=lambda each: (abs(each.priority - priority), each.priority), default=None)
        return 1.0 if nearest is None else nearest.factor


FREE = Pace()

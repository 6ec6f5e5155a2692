"""What the rest of a city is left with: records of cover, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_targets import Target
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.recommendation import Reason

LEAST_LOST = 0.0005  # of the demand: below that nobody would notice
LEAST_THINNER = 0.005


@dataclass(frozen=True, slots=True)
class Worst:
    """Name the part of the city that is hit worst.

    `share` is the share of the whole demand that is meant, `wait_s` the time from the order until the nearest unit
    that stays gets there (the middle one over that part's demand; None: none gets there), `left` how many still reach
    it in time.
    """

    area: Area
    share: float
    wait_s: float | None
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Say how one department meets one target now, and after some units have left.

    Shares of the demand, 0 to 1: `reached` counts demand that at least one free unit reaches in time, `expected`
    (MEXCLP) weighs that units may be busy, each with probability `busy`. By cell: `counts` int16 (k,) of units that
    reach it, `chance` float32 (k,) that one of them is free. `units` and `units_after` are those that count at all.
    """

    department: str
    kind: str
    target: Target
    busy: float
    units: int
    units_after: int
    reached: float
    reached_after: float
    expected: float
    expected_after: float
    counts: NDArray[np.int16]
    counts_after: NDArray[np.int16]
    chance: NDArray[np.float32]
    chance_after: NDArray[np.float32]
    worst: Worst | None
    reason: Reason

    @property
    def is_short(self) -> bool:
        """Tell whether less of the demand would be reached than should be."""
        return self.reached_after < self.target.at_least


@dataclass(frozen=True, slots=True, eq=False)
class CoverageReport:
    """Answer how the city is covered at a moment, and would be if units left.

    `leaving` are those asked about that count for a target now; `unplaced` are free units whose position is too old to
    count, `untimed` ones wait until their way to every cell is known. Times are by the roads as they were at
    `times_at`; while new ones are being worked out `progress`, below 1, says how far that is.
    """

    at: datetime
    sequence: int
    leaving: tuple[str, ...]
    covers: tuple[Cover, ...]
    demand: Demand
    unplaced: tuple[str, ...]
    untimed: tuple[str, ...]
    times_at: datetime
    progress: float

    @property
    def most_hit(self) -> Cover | None:
        """Return what loses most of what is reached in time (else of what is expected); None where nothing is lost."""
        lost = [
            each
            for each in self.covers
            if max(each.reached - each.reached_after, each.expected - each.expected_after) > LEAST_LOST
        ]
        return max(lost, key=_harm, default=None)


def _harm(cover: Cover) -> tuple[float, float]:
    return round(cover.reached - cover.reached_after, 6), round(cover.expected - cover.expected_after, 6)


def worst_area(demand: Demand, weight: NDArray[np.float64]) -> tuple[int, NDArray[np.int64]]:
    """Find the area that holds most of a weight by cell, float64 (k,), and its cells that have some."""
    by_area = np.bincount(demand.area, weight, minlength=len(demand.areas))
    area = int(np.round(by_area, 9).argmax())
    return area, np.flatnonzero((demand.area == area) & (weight > 0))


def middle(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the weighted median of values, float64 (n,)."""
    order = np.argsort(values, kind="stable")
    at = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(values[order[min(int(at), len(order) - 1)]])


def reason_of(target: Target, worst: Worst | None, *, code: str, reached_after: float) -> Reason:
    """Make the reason that the floor reads: which part, what is missing there, for how many minutes."""
    parameters: list[tuple[str, str | float | int]] = [("who", target.name), ("who_zh", target.name_zh)]
    if worst is not None:
        parameters.append(("direction" if worst.area.kind == "compass" else "area", worst.area.name))
        if worst.wait_s is not None:
            parameters.append(("wait_min", round(worst.wait_s / 60, 2)))
        parameters.append(("left", worst.left))
    parameters += [("within_s", target.within_s), ("percent", round(100 * reached_after, 1))]
    return Reason(code, tuple(parameters))

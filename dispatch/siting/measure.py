"""What a plan comes to: the share of demand within a target, how long it takes, how many calls come late, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_board import limit_s
from dispatch.coverage_maths import reached, share
from dispatch.coverage_targets import Target
from dispatch.coverage_times import CellTimes
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.incident import Closure
from dispatch.siting.plan import BadPlan, Plan, Post
from dispatch.travels import Roads

BUSIEST = 0.95
Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Say how a part of the city is served: its share of the demand, of that what is reached in time, and seconds.

    mean_s and p90_s (weighed by demand, None where nobody comes to all of it) count as the target's clock does.
    """

    area: Area
    share: float
    reached: float
    mean_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Hold the figures of a plan.

    Shares of the demand, 0 to 1: `reached`, that one post at least reaches in time; `expected`, weighed by units being
    `busy` (MEXCLP); `never`, that nobody gets to. mean_s, p50_s, p90_s: of what somebody gets to, from the nearest
    post, as the target's clock counts; None where that is nothing. calls_a_day: None where no log tells. By cell:
    nearest_s float64 (k,), inf for never; counts int64 (k,) of units in reach; weight float64 (k,), of that plan's
    demand, its sum 1.
    """

    plan: Plan
    target: Target
    busy: float
    reached: float
    expected: float
    never: float
    mean_s: float | None
    p50_s: float | None
    p90_s: float | None
    calls_a_day: float | None
    areas: tuple[AreaFigures, ...]
    nearest_s: Times
    counts: NDArray[np.int64]
    weight: Times

    @property
    def late_a_day(self) -> float | None:
        """Return how many calls a day no unit would reach in time, weighed by units being busy."""
        return None if self.calls_a_day is None else self.calls_a_day * (1.0 - self.expected)


class Siting:
    """Measure plans for one target over one demand. Belongs to the ground's thread.

    busy: the share of time that a unit is not free with `usual_units` of them and the demand as it is. Times are by
    the hour and the weather of `at` (aware) where that is given, else as the driving profile says.
    """

    def __init__(
        self, ground: Roads, demand: Demand, target: Target, *, busy: float | None = None,
        usual_units: int | None = None, calls_a_day: float | None = None, at: datetime | None = None,
        time_zone: str = "UTC", weather: str = "",
    ) -> None:  # fmt: skip
        self.ground, self.demand, self.target = ground, demand, target
        self.busy = target.busy if busy is None else busy
        self.usual_units, self.calls_a_day = usual_units, calls_a_day
        self._conditions = None if at is None else (at, time_zone, weather)
        self._kept: dict[tuple[Closure, ...], CellTimes] = {}

    def times_s(self, posts: Sequence[Post], closures: Sequence[Closure] = ()) -> Times:
        """Give the seconds of driving from posts to every cell, float64 (n, k); inf where there is no way by road."""
        roads = tuple(sorted(closures, key=lambda each: each.id))
        self.ground.set_closures(roads)
        if self._conditions is not None:
            at, time_zone, weather = self._conditions
            self.ground.set_conditions(at=at, time_zone=time_zone, weather=weather)
        kept = self._kept.get(roads)
        if kept is None:
            kept = self._kept[roads] = CellTimes(self.target.mode, self.demand.lonlat)
        places = [(post.lon, post.lat) for post in posts]
        kept.add(self.ground, places)
        return kept.of(places).astype(np.float64)

    def limits_s(self, posts: Sequence[Post]) -> Times:
        """Give the seconds of driving that the target leaves each post, float64 (n,)."""
        return np.array([limit_s(self.target, post.turnout_s) for post in posts], dtype=np.float64)

    def answer_s(self, posts: Sequence[Post], closures: Sequence[Closure] = ()) -> Times:
        """Give the seconds from posts to every cell as the target's clock counts, float64 (n, k)."""
        times_s = self.times_s(posts, closures)
        if self.target.clock == "response":
            times_s = times_s + np.array([post.turnout_s for post in posts])[:, None]
        return times_s

    def weight_of(self, plan: Plan) -> tuple[Times, float]:
        """Give the demand that a plan is for by cell, its sum 1, and how many times that of today it is.

        Raises BadPlan for an area that the demand does not have, or a factor that is below zero.
        """
        weight = self.demand.weight.copy()
        names = [area.name for area in self.demand.areas]
        for each in plan.growth:
            if not (np.isfinite(each.factor) and each.factor >= 0):
                words = f"demand cannot be {each.factor} times what it is"
                raise BadPlan("bad_growth", words, factor=f"{each.factor:g}")
            if each.area and each.area not in names:
                words = f"there is no area {each.area!r}; there are {', '.join(names)}"
                raise BadPlan("no_such_area", words, area=each.area)
            weight[self.demand.area == names.index(each.area) if each.area else slice(None)] *= each.factor
        whole, total = float(self.demand.weight.sum()), float(weight.sum())
        if not total > 0:
            raise BadPlan("no_demand", "no demand would be left")
        return weight / total, total / whole

    def busy_of(self, plan: Plan) -> float:
        """Give the share of time that a unit of a plan is not free: today's work, grown, shared among its units."""
        _, growth = self.weight_of(plan)
        units = self.usual_units or plan.units
        return min(self.busy * growth * units / plan.units, BUSIEST) if plan.units else self.busy

    def measure(self, plan: Plan) -> Measured:
        """Reckon the figures of a plan. Raises BadPlan as `weight_of` does."""
        weight, growth = self.weight_of(plan)
        busy = self.busy_of(plan)
        posts = [post for post in plan.posts if post.units]
        drive_s = self.times_s(posts, plan.closures)
        answer_s = self.answer_s(posts, plan.closures)
        nearest_s = answer_s.min(axis=0) if len(posts) else np.full(len(weight), np.inf)
        reach = drive_s <= self.limits_s(posts)[:, None]
        counts = np.array([post.units for post in posts], np.int64) @ reach.astype(np.int64)
        if not len(posts):
            counts = np.zeros(len(weight), np.int64)
        come = np.isfinite(nearest_s)
        mean_s, p50_s, p90_s = _figures(nearest_s[come], weight[come])
        areas = tuple(
            self._area(number, nearest_s, counts, weight)
            for number in range(len(self.demand.areas))
            if weight[self.demand.area == number].sum() > 0
        )
        return Measured(
            plan, self.target, busy, reached(counts, weight), share(counts, weight, busy), float(weight[~come].sum()),
            mean_s, p50_s, p90_s, None if self.calls_a_day is None else self.calls_a_day * growth, areas,
            nearest_s, counts, weight,
        )  # fmt: skip

    def _area(self, number: int, nearest_s: Times, counts: NDArray[np.int64], weight: Times) -> AreaFigures:
        own = self.demand.area == number
        whole = float(weight[own].sum())
        come = own & np.isfinite(nearest_s)
        mean_s, _, p90_s = _figures(nearest_s[come], weight[come])
        is_all = bool(weight[own & ~come].sum() <= 0)
        return AreaFigures(
            self.demand.areas[number], whole, float(weight[own & (counts > 0)].sum()) / whole,
            mean_s if is_all else None, p90_s if is_all else None,
        )  # fmt: skip


def _figures(times_s: Times, weight: Times) -> tuple[float | None, float | None, float | None]:
    """Return the mean, the middle and the 90th percentile of times, weighed."""
    whole = float(weight.sum())
    if not whole > 0:
        return None, None, None
    order = np.argsort(times_s, kind="stable")
    up_to = np.cumsum(weight[order]) / whole
    p50_s, p90_s = (float(times_s[order[np.searchsorted(up_to, part - 1e-12)]]) for part in (0.5, 0.9))
    return float(weight @ times_s) / whole, p50_s, p90_s

"""How far a simulation is from what was recorded: response times beside each other, by station and hour."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.build import Ready
from dispatch.sim.records import ON_SCENE
from dispatch.sim.replicate import first_due_stations, local_hours
from dispatch.sim.tally import Outcome, medians_by

K = TypeVar("K", str, int)
LEAST = 20  # fewer recorded arrivals than this have no median that is worth comparing


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one figure as recorded and as simulated (the mean over runs), with how many there were of each."""

    recorded: float
    simulated: float
    recorded_n: int
    simulated_n: float

    @property
    def error(self) -> float:
        """Return simulated minus recorded."""
        return self.simulated - self.recorded


@dataclass(frozen=True, slots=True)
class Against:
    """Hold pairs by figure, and medians to the first unit by station and by local hour, where enough was recorded.

    `station_error_s` and `hour_error_s` are the mean absolute errors of these medians, weighted by what was recorded.
    """

    figures: Mapping[str, Pair]
    by_station: Mapping[str, Pair]
    by_hour: Mapping[int, Pair]
    station_error_s: float
    hour_error_s: float


def against_records(ready: Ready, outcomes: Sequence[Outcome]) -> Against:
    """Set runs of one policy beside the records that they let happen again. Raises ValueError where there are none."""
    if ready.records is None or not outcomes:
        raise ValueError("there are no records to compare with")
    warm_s, end_s = ready.study.warm_up_h * 3600.0, ready.study.horizon_s
    rows = [
        (after_s, each)
        for each in ready.records.incidents
        if warm_s <= (after_s := (each.received_at - ready.start_at).total_seconds()) < end_s
    ]
    first = np.array([math.nan if (s := each.first_arrival_s) is None else s for _, each in rows])
    known = np.isfinite(first)
    every = np.array(
        [
            (at - each.received_at).total_seconds()
            for _, each in rows
            for one in each.responses
            if (at := one.instants.get(ON_SCENE)) is not None and at >= each.received_at
        ]
    )
    figures: dict[str, Pair] = {}
    measures: dict[str, Callable[[NDArray[np.float64]], float]] = {
        "mean_s": lambda some: float(np.mean(some)),
        "p50_s": lambda some: float(np.median(some)),
        "p90_s": lambda some: float(np.quantile(some, 0.9)),
    }
    for name, values in (("first_arrival", first[known]), ("response", every)):
        for measure, of in measures.items():
            key = f"{name}_{measure}"
            simulated = float(np.mean([each.figures[key] for each in outcomes]))
            figures[key] = Pair(of(values) if len(values) else math.nan, simulated, len(values), math.nan)
    names, station_of = first_due_stations(ready)
    zones = ready.world.roads[0].zones.nearest(np.array([(each.lon, each.lat) for _, each in rows]).reshape(-1, 2))
    hours = local_hours(ready.start_at, ready.world.time_zone, np.array([after_s for after_s, _ in rows]))
    station = {names[row]: one for row, one in medians_by(station_of[zones][known], first[known]).items()}
    hour = medians_by(hours[known], first[known])
    by_station = _pairs(station, [each.by_station for each in outcomes])
    by_hour = _pairs(hour, [each.by_hour for each in outcomes])
    return Against(figures, by_station, by_hour, _error(by_station), _error(by_hour))


def _pairs(
    recorded: Mapping[K, tuple[int, float]], simulated: Sequence[Mapping[K, tuple[int, float]]]
) -> dict[K, Pair]:
    found = {}
    for key, (count, median) in recorded.items():
        runs = [each[key] for each in simulated if key in each]
        if count >= LEAST and runs:
            found[key] = Pair(
                median, float(np.mean([one[1] for one in runs])), count, float(np.mean([one[0] for one in runs]))
            )
    return found


def _error(pairs: Mapping[K, Pair]) -> float:
    total = sum(pair.recorded_n for pair in pairs.values())
    return sum(abs(pair.error) * pair.recorded_n for pair in pairs.values()) / total if total else math.nan

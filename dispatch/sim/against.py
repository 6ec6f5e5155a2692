"""How far a simulation is from what was recorded: response times beside each other, by station and hour."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.build import Ready
from dispatch.sim.records import ON_SCENE
from dispatch.sim.replicate import first_due_stations, local_hours
from dispatch.sim.tally import Outcome

K = TypeVar("K", str, int)
LEAST = 20  # fewer recorded arrivals than this have no median that is worth comparing
SURE_Z = 1.959964
Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one figure as recorded and as simulated, with how many there were of each (of runs: the mean).

    `low` and `high` are the 95 % interval of the recorded figure, by its order statistics; NaN where it has none.
    """

    recorded: float
    simulated: float
    recorded_n: int
    simulated_n: float
    low: float = math.nan
    high: float = math.nan

    @property
    def error(self) -> float:
        """Return simulated minus recorded."""
        return self.simulated - self.recorded

    @property
    def is_within(self) -> bool:
        """Tell whether what was simulated lies within the interval of what was recorded."""
        return self.low <= self.simulated <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Hold pairs by figure, and medians and P90s to the first unit by station and by local hour, where enough was
    recorded.

    `station_error_s` and `hour_error_s` are the mean absolute errors of the medians, weighted by what was recorded.
    `recorded_s` and `simulated_s` are the sorted seconds to the first unit behind the figures, `distance` the largest
    gap between their shares (Kolmogorov's). `folds` says in how many parts days were held out: 0, none were.
    """

    figures: Mapping[str, Pair]
    by_station: Mapping[str, Pair]
    by_hour: Mapping[int, Pair]
    station_error_s: float
    hour_error_s: float
    station_p90: Mapping[str, Pair]
    hour_p90: Mapping[int, Pair]
    recorded_s: Seconds
    simulated_s: Seconds
    unreached: tuple[int, float]
    distance: float
    runs: int
    folds: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Hold what was seen of incidents, recorded or simulated in `runs` runs: seconds after the start and to the first
    unit, and zones, each (n,); the same of responses; and how many nobody reached."""

    received_s: Seconds
    first_s: Seconds
    zone: NDArray[np.int64]
    response_s: Seconds
    unreached: int
    runs: int = 1


def against_records(ready: Ready, outcomes: Sequence[Outcome]) -> Against:
    """Set runs of one policy beside the records that they let happen again. Raises ValueError where there are none."""
    return set_beside(ready, recorded_in(ready), simulated_in(outcomes))


def day_mask(ready: Ready, after_s: Seconds, folds: int, fold: int) -> NDArray[np.bool_]:
    """Tell of seconds after the start, float64 (n,), which lie on a local day of one fold: days are dealt in turn."""
    zone = ZoneInfo(ready.world.time_zone)
    return np.array(
        [day_of(ready.start_at + timedelta(seconds=each), zone) % folds == fold for each in after_s.tolist()],
        dtype=bool,
    )


def day_of(at: datetime, zone: ZoneInfo) -> int:
    """Return the number of the local day of an instant."""
    return at.astimezone(zone).toordinal()


def recorded_in(ready: Ready, folds: int = 1, fold: int = 0) -> Seen:
    """Return what was recorded within the scenario, or on the days of one fold. Raises ValueError without records."""
    if ready.records is None:
        raise ValueError("there are no records to compare with")
    warm_s, end_s = ready.study.warm_up_h * 3600.0, ready.study.horizon_s
    after = [(each.received_at - ready.start_at).total_seconds() for each in ready.records.incidents]
    mine = day_mask(ready, np.array(after), folds, fold)
    rows = [
        (after_s, each)
        for after_s, each, is_mine in zip(after, ready.records.incidents, mine.tolist(), strict=True)
        if is_mine and warm_s <= after_s < end_s
    ]
    first = np.array([math.nan if (s := each.first_arrival_s) is None else s for _, each in rows], dtype=np.float64)
    known = np.isfinite(first)
    every = [
        (at - each.received_at).total_seconds()
        for _, each in rows
        for one in each.responses
        if (at := one.instants.get(ON_SCENE)) is not None and at >= each.received_at
    ]
    zones = ready.world.roads[0].zones.nearest(np.array([(each.lon, each.lat) for _, each in rows]).reshape(-1, 2))
    received = np.array([after_s for after_s, _ in rows], dtype=np.float64)
    return Seen(received[known], first[known], zones[known], np.array(every, dtype=np.float64), int((~known).sum()))


def simulated_in(outcomes: Sequence[Outcome], of: Callable[[Seconds], NDArray[np.bool_]] | None = None) -> Seen:
    """Return what was simulated in all runs together, or of it what was received when `of` says."""
    if not outcomes:
        raise ValueError("there are no runs to compare")
    parts = []
    for each in outcomes:
        if each.reached is None or each.responses_s is None:
            raise ValueError("only records that happen again are set beside them")
        reached, (received_s, response_s) = each.reached, each.responses_s
        mine = slice(None) if of is None else of(reached.received_s)
        theirs = slice(None) if of is None else of(received_s)
        lost = reached.unreached_s if of is None else reached.unreached_s[of(reached.unreached_s)]
        parts.append((reached.received_s[mine], reached.first_s[mine], reached.zone[mine], response_s[theirs], lost))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Seen(columns[0], columns[1], columns[2], columns[3], len(columns[4]), len(outcomes))


def together(parts: Sequence[Seen]) -> Seen:
    """Put parts that were seen apart, each in as many runs, into one."""
    return Seen(
        np.concatenate([each.received_s for each in parts]),
        np.concatenate([each.first_s for each in parts]),
        np.concatenate([each.zone for each in parts]),
        np.concatenate([each.response_s for each in parts]),
        sum(each.unreached for each in parts),
        parts[0].runs,
    )


def set_beside(ready: Ready, recorded: Seen, simulated: Seen, *, folds: int = 0) -> Against:
    """Compare what was recorded with what was simulated."""
    figures: dict[str, Pair] = {}
    for name, one, other in (
        ("first_arrival", recorded.first_s, simulated.first_s),
        ("response", recorded.response_s, simulated.response_s),
    ):
        mean = Pair(_mean(one), _mean(other), len(one), len(other) / simulated.runs)
        figures[f"{name}_mean_s"] = mean
        for share, word in ((0.5, "p50"), (0.9, "p90")):
            figures[f"{name}_{word}_s"] = _pair(one, other, share, simulated.runs)
    names, station_of = first_due_stations(ready)
    stations = [station_of[seen.zone] for seen in (recorded, simulated)]
    hours = [local_hours(ready.start_at, ready.world.time_zone, seen.received_s) for seen in (recorded, simulated)]
    by: dict[tuple[str, float], dict[int, Pair]] = {}
    for name, (mine, theirs) in (("station", stations), ("hour", hours)):
        for share in (0.5, 0.9):
            by[name, share] = _by(mine, recorded.first_s, theirs, simulated, share)
    by_station = {names[key]: pair for key, pair in by["station", 0.5].items()}
    by_hour = by["hour", 0.5]
    return Against(
        figures,
        by_station,
        by_hour,
        _error(by_station),
        _error(by_hour),
        {names[key]: pair for key, pair in by["station", 0.9].items()},
        by["hour", 0.9],
        np.sort(recorded.first_s),
        np.sort(simulated.first_s),
        (recorded.unreached, simulated.unreached / simulated.runs),
        _distance(recorded.first_s, simulated.first_s),
        simulated.runs,
        folds,
    )


def _by(
    mine: NDArray[np.int64], recorded_s: Seconds, theirs: NDArray[np.int64], simulated: Seen, share: float
) -> dict[int, Pair]:
    found = {}
    for key in np.unique(mine).tolist():
        one, other = recorded_s[mine == key], simulated.first_s[theirs == key]
        if len(one) >= LEAST and len(other):
            found[int(key)] = _pair(one, other, share, simulated.runs)
    return found


def _pair(one: Seconds, other: Seconds, share: float, runs: int) -> Pair:
    if not len(one) or not len(other):
        return Pair(math.nan, math.nan, len(one), len(other) / runs)
    ordered = np.sort(one)
    half = SURE_Z * math.sqrt(len(one) * share * (1.0 - share))
    low, high = (len(one) * share + sign * half for sign in (-1.0, 1.0))
    is_sure = low >= 1.0 and high <= len(one) - 1.0
    return Pair(
        float(np.quantile(one, share)),
        float(np.quantile(other, share)),
        len(one),
        len(other) / runs,
        float(ordered[int(low) - 1]) if is_sure else math.nan,
        float(ordered[math.ceil(high)]) if is_sure else math.nan,
    )


def _mean(values: Seconds) -> float:
    return float(values.mean()) if len(values) else math.nan


def _distance(one: Seconds, other: Seconds) -> float:
    if not len(one) or not len(other):
        return math.nan
    at = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(each), at, side="right") / len(each) for each in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def _error(pairs: Mapping[K, Pair]) -> float:
    total = sum(pair.recorded_n for pair in pairs.values())
    return sum(abs(pair.error) * pair.recorded_n for pair in pairs.values()) / total if total else math.nan

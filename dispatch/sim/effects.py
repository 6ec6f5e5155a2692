"""What makes drives and turnouts longer or shorter than is usual, as far as records are sure of it: where, when, who.

What a group of records differs by is part chance. It is drawn towards nothing by as much as chance explains
(empirical Bayes; how far groups differ truly is estimated as by DerSimonian and Laird, 1986).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.gathered import Drove, Gathered
from dispatch.sim.lasting import Lastings, Times

K = TypeVar("K", bound=Hashable)
HOURS = 24
ROUNDS = 2  # places and hours hang together: each is looked at with what the other explains taken off
GRID = (np.arange(200) + 0.5) / 200


def shrunk(groups: Mapping[K, Sequence[float]]) -> dict[K, float]:
    """Return by group how far its mean lies from all others', drawn towards 0; empty where groups do not differ."""
    known = {key: np.array(values) for key, values in groups.items() if len(values) > 1}
    if len(known) < 2:
        return {}
    counts = np.array([len(values) for values in known.values()])
    within = sum(float(((values - values.mean()) ** 2).sum()) for values in known.values())
    variance = within / max(1, int(counts.sum()) - len(known))
    if variance <= 0.0:
        return {}
    means = np.array([values.mean() for values in known.values()])
    weights = counts / variance
    middle = float((weights * means).sum() / weights.sum())
    spread = float((weights * (means - middle) ** 2).sum()) - (len(known) - 1)
    between = spread / float(weights.sum() - (weights**2).sum() / weights.sum())
    if between <= 0.0:
        return {}
    drawn = (means - middle) * between / (between + variance / counts)
    return dict(zip(known, drawn.tolist(), strict=True))


def ways_and_hours(
    drives: Sequence[Drove], usual: Times, area_of: NDArray[np.int64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return by zone and by local hour how much longer drives there and then take than `usual`; empty for no longer.

    `area_of` int64 (zones,) names the area of each. One incident counts once for its place and hour, however many
    drove to it: they met the same traffic.
    """
    left: defaultdict[int, list[float]] = defaultdict(list)
    at: dict[int, tuple[int, int]] = {}
    for each in drives:
        drive = usual.drive(each.capability, each.kind)
        left[each.incident].append(
            float(np.log(each.driven_s) - np.log(drive.factor) - drive.power * np.log(each.road_s))
        )
        at[each.incident] = (int(area_of[each.zone]), each.hour)
    means = {incident: float(np.mean(values)) for incident, values in left.items()}
    by_area: dict[int, float] = {}
    by_hour: dict[int, float] = {}
    for _ in range(ROUNDS):
        by_area = shrunk(_grouped((at[i][0], mean - by_hour.get(at[i][1], 0.0)) for i, mean in means.items()))
        by_hour = shrunk(_grouped((at[i][1], mean - by_area.get(at[i][0], 0.0)) for i, mean in means.items()))
    ways = tuple(_factor(by_area.get(area, 0.0)) for area in area_of.tolist()) if by_area else ()
    return ways, tuple(_factor(by_hour.get(hour, 0.0)) for hour in range(HOURS)) if by_hour else ()


def without(drives: Iterable[Drove], times: Times) -> list[Drove]:
    """Return drives as they would have been where and when nothing is longer or shorter than usual."""
    return [replace(each, driven_s=each.driven_s / times.way(each.zone, each.hour)) for each in drives]


def turnouts_by_unit(gathered: Gathered, usual: Lastings) -> dict[str, float]:
    """Return by call sign how much longer a unit takes to turn out at home than is usual for what it is called to."""
    expected: dict[tuple[str, str, int], float] = {}
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for unit_id, key, seconds in gathered.turnouts:
        if key not in expected:
            lasting = usual.of(*key)
            expected[key] = float(np.mean([lasting.pick(u) for u in GRID.tolist()]))
        if expected[key] > 0.0:
            shares[unit_id].append(seconds / expected[key] - 1.0)
    return {unit_id: round(max(0.1, 1.0 + more), 4) for unit_id, more in sorted(shrunk(shares).items())}


def _grouped(values: Iterable[tuple[int, float]]) -> dict[int, list[float]]:
    found: defaultdict[int, list[float]] = defaultdict(list)
    for key, value in values:
        found[key].append(value)
    return dict(sorted(found.items()))


def _factor(logarithm: float) -> float:
    return round(float(np.exp(logarithm)), 5)

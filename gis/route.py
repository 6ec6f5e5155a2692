"""One way by road: where it runs, how long it takes, what its streets are called."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.roads import RoadNetwork
from gis.snap import Snap

_SAME_PLACE = 1e-9  # of a road's length


class NoRoute(LookupError):
    """Say that there is no way by road from one place to another as the roads are now."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Hold one way by road.

    `xy` float64 (p, 2), metric CRS, runs from the source's point on the road to the target's; `times_s` float64 (p,)
    is the time since the start at each of them, so it begins after the way to the road. `time_s` is the whole, the way
    from the road to the target included; `distance_m` counts the road alone and `off_road_m` the rest.
    """

    time_s: float
    distance_m: float
    off_road_m: float
    xy: NDArray[np.float64]
    times_s: NDArray[np.float64]
    names: tuple[str, ...]
    arcs: tuple[int, ...]


def assemble(
    network: RoadNetwork,
    weights_ms: NDArray[np.uint32],
    off_road_mps: float,
    source: Snap,
    target: Snap,
    steps: Sequence[tuple[int, float, float]],
) -> Route:
    """Draw and time a way given as arcs in driving order, each with the fractions where it is entered and left.

    Only the first arc may be entered, and only the last one left, between its ends: there the way begins at the
    source and ends at the target.
    """
    arcs = np.array([arc for arc, _, _ in steps], dtype=np.int64)
    start, end = np.array([fractions for _, *fractions in steps]).T
    step_ms = np.rint((end - start) * weights_ms[arcs])
    clock_ms = np.cumsum(step_ms)
    before_s, after_s = source.offset_m / off_road_mps, target.offset_m / off_road_mps
    drawn = np.flatnonzero(network.edge[arcs] >= 0)  # the others are turns
    step, xy, share = _inner_points(network, arcs, drawn, start, end)
    times_s = before_s + (clock_ms[step] - step_ms[step] * (1.0 - share)) / 1000.0
    if not len(drawn):
        xy, times_s = np.zeros((1, 2)), np.array([before_s])
    xy[-1] = target.x, target.y
    return Route(
        time_s=before_s + float(clock_ms[-1]) / 1000.0 + after_s,
        distance_m=float(np.cumsum(network.length_m[arcs] * (end - start))[-1]),
        off_road_m=source.offset_m + target.offset_m,
        xy=np.concatenate([[[source.x, source.y]], xy]),
        times_s=np.concatenate([[before_s], times_s]),
        names=_names(network, arcs[drawn]),
        arcs=tuple(arcs.tolist()),
    )


def _inner_points(
    network: RoadNetwork,
    arcs: NDArray[np.int64],
    drawn: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the shape points behind where each arc is entered, up to its end: row of the arc, place, share driven."""
    edge = network.edge[arcs[drawn]]
    first, last = network.edge_offset[edge], network.edge_offset[edge + 1] - 1
    counts = last - first + 1
    behind = np.cumsum(counts)
    step = np.repeat(drawn, counts)
    rank = np.arange(len(step)) - np.repeat(behind - counts, counts)
    is_backward = network.backward[arcs[drawn]]
    origin, sign = np.where(is_backward, last, first), np.where(is_backward, -1, 1)
    xy = np.asarray(network.edge_xy[np.repeat(origin, counts) + rank * np.repeat(sign, counts)])
    lengths = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    lengths[behind - counts] = 0.0  # no piece begins with the way from the one before it
    along = np.cumsum(lengths)
    along -= np.repeat(along[behind - counts], counts)
    total = np.repeat(along[behind - 1], counts)
    plain = rank / np.repeat(counts - 1, counts)
    share = np.where(total > 0, np.divide(along, total, out=plain.copy(), where=total > 0), plain)
    driven = np.divide(
        share - start[step], end[step] - start[step], out=np.ones_like(share), where=end[step] > start[step]
    )
    is_last = rank == np.repeat(counts - 1, counts)
    keep = is_last | ((share > start[step] + _SAME_PLACE) & (share < end[step] - _SAME_PLACE))
    return step[keep], xy[keep], np.where(is_last, 1.0, driven)[keep]


def _names(network: RoadNetwork, arcs: NDArray[np.int64]) -> tuple[str, ...]:
    """Name the streets in driving order, each once while it goes on; a piece without a name interrupts none."""
    numbers = network.name[arcs]
    numbers = numbers[numbers >= 0]
    new = np.ones(len(numbers), dtype=bool)
    new[1:] = numbers[1:] != numbers[:-1]
    return tuple(network.names[number] for number in numbers[new].tolist())

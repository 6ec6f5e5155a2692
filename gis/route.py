"""One way by road: where it runs, how long it takes, what its streets are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

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


@dataclass(frozen=True, slots=True)
class Way:
    """Name the arcs from a source to a target in driving order; none where both are one junction.

    `start` is the fraction of the first arc where it is entered, `end` that of the last one where it is left.
    """

    source: Snap
    target: Snap
    arcs: list[int]
    start: float = 0.0
    end: float = 1.0


def assemble(
    network: RoadNetwork, weights_ms: NDArray[np.uint32], off_road_mps: float, ways: Sequence[Way]
) -> list[Route]:
    """Draw and time ways, all at once."""
    counts = np.array([len(way.arcs) for way in ways], dtype=np.int64)
    behind = np.cumsum(counts)
    first, moves = behind - counts, counts > 0
    arcs = np.array([arc for way in ways for arc in way.arcs], dtype=np.int64)
    start, end = np.zeros(len(arcs)), np.ones(len(arcs))
    start[first[moves]] = np.array([way.start for way in ways])[moves]
    end[behind[moves] - 1] = np.array([way.end for way in ways])[moves]
    step_ms = np.rint((end - start) * weights_ms[arcs])
    clock_ms = np.concatenate([[0.0], np.cumsum(step_ms)])
    whole_s = (clock_ms[behind] - clock_ms[first]) / 1000.0
    passed_m = np.concatenate([[0.0], np.cumsum(network.length_m[arcs] * (end - start))])
    drawn = np.flatnonzero(network.edge[arcs] >= 0)  # the others are turns
    step, xy, share = _inner_points(network, arcs, drawn, start, end)
    since_ms = clock_ms[:-1] - np.repeat(clock_ms[first], counts)
    driven_s = (since_ms[step] + step_ms[step] * share) / 1000.0
    names = _names(network, arcs[drawn], np.searchsorted(drawn, behind))
    routes = []
    stops = np.searchsorted(step, behind).tolist()
    for row, (way, begin, stop) in enumerate(zip(ways, [0, *stops], stops, strict=False)):
        source, target = way.source, way.target
        before_s, after_s = source.offset_m / off_road_mps, target.offset_m / off_road_mps
        inner = slice(begin, max(begin, stop - 1))
        points = np.concatenate([[[source.x, source.y]], xy[inner], [[target.x, target.y]]])
        times_s = np.concatenate([[0.0], driven_s[inner], driven_s[stop - 1 : stop] if stop > begin else [0.0]])
        routes.append(
            Route(
                time_s=before_s + float(whole_s[row]) + after_s,
                distance_m=float(passed_m[behind[row]] - passed_m[first[row]]),
                off_road_m=source.offset_m + target.offset_m,
                xy=points,
                times_s=before_s + times_s,
                names=names[row],
                arcs=tuple(way.arcs),
            )
        )
    return routes


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


def _names(network: RoadNetwork, arcs: NDArray[np.int64], stops: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Name the streets of every way in driving order, each once while it goes on; a road without a name is no break.

    `arcs` are those of all ways, `stops` where each way ends among them.
    """
    numbers = network.name[arcs].tolist()
    begins = [0, *stops.tolist()]
    ways = [[number for number in numbers[a:b] if number >= 0] for a, b in pairwise(begins)]
    return [tuple(network.names[number] for number, _ in groupby(way)) for way in ways]

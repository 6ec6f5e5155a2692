"""One way by road: where it runs, how long it takes, what its streets are called."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.roads import RoadNetwork
from gis.snap import Snap, cut_line


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
    """Draw and time a way given as arcs in driving order, each with the fractions where it is entered and left."""
    before_s = source.offset_m / off_road_mps
    after_s = target.offset_m / off_road_mps
    points, times = [np.array([[source.x, source.y]])], [np.array([before_s])]
    names: list[str] = []
    clock_ms, distance_m = 0, 0.0
    for arc, start, end in steps:
        step_ms = round((end - start) * int(weights_ms[arc]))
        distance_m += float(network.length_m[arc]) * (end - start)
        if int(network.edge[arc]) >= 0:
            xy, share = cut_line(network.shape_of(arc), start, end)
            portion = (share - start) / (end - start) if end > start else np.linspace(0.0, 1.0, len(share))
            points.append(xy[1:])
            times.append(before_s + (clock_ms + portion[1:] * step_ms) / 1000.0)
            number = int(network.name[arc])
            if number >= 0 and (not names or names[-1] != network.names[number]):
                names.append(network.names[number])
        clock_ms += step_ms
    if len(points) == 1:
        points.append(points[0])
        times.append(times[0])
    xy = np.concatenate(points)
    xy[-1] = target.x, target.y
    return Route(
        time_s=before_s + clock_ms / 1000.0 + after_s,
        distance_m=distance_m,
        off_road_m=source.offset_m + target.offset_m,
        xy=xy,
        times_s=np.concatenate(times),
        names=tuple(names),
        arcs=tuple(arc for arc, _, _ in steps),
    )

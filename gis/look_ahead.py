"""How far a moving vehicle must go on before it can turn, and over which roads."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.profile import INFINITE
from gis.roads import ArcFlag, RoadNetwork

# The stopping sight distance of AASHTO's Green Book (2018, 3.2.2) with a trained driver, who expects the order.
REACTION_S = 2.0
BRAKING_MPS2 = 3.4
CORNER_MPS = 5.0  # a fire engine takes a street corner at some 18 km/h
STRAIGHT_DEG = 45.0
_BEARING_OVER_M = 10.0


def look_ahead_m(speeds_mps: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the metres that vehicles (k,) drive until they are slow enough for a corner; 0 for one that stands."""
    braking_m = np.maximum(0.0, speeds_mps**2 - CORNER_MPS**2) / (2 * BRAKING_MPS2)
    return np.where(speeds_mps > 0, REACTION_S * speeds_mps + braking_m, 0.0)


class LookAhead:
    """Follow roads straight on, as one does who cannot turn yet. `open_ms` uint32 (m,) is INFINITE for what is shut."""

    def __init__(self, network: RoadNetwork, open_ms: NDArray[np.uint32]) -> None:
        self._network = network
        arcs = np.flatnonzero(open_ms != INFINITE)
        self._arcs = arcs[np.argsort(network.tail[arcs], kind="stable")]
        counts = np.bincount(network.tail[arcs], minlength=network.node_count)
        self._begins = np.concatenate([[0], np.cumsum(counts)])
        self._known: dict[int, tuple[int, ...]] = {}

    def arcs(self, arc: int, fraction: float, look_m: float) -> tuple[int, ...]:
        """List the arcs after its own that a vehicle drives before it can turn, turns that are free among them.

        Where the road ends, or no road leads straight on, it brakes harder and turns there.
        """
        network = self._network
        left_m = look_m - (1.0 - fraction) * float(network.length_m[arc])
        found: list[int] = []
        seen = {arc}
        while left_m > 0:
            onward = self._onward(arc)
            if not onward or onward[-1] in seen:
                break
            arc = onward[-1]
            seen.add(arc)
            found += onward
            left_m -= float(network.length_m[arc])
        return tuple(found)

    def _onward(self, arc: int) -> tuple[int, ...]:
        """Name the arc that goes straight on, after the free turns that lead to it; none where there is none."""
        found = self._known.get(arc)
        if found is None:
            found = self._known[arc] = self._straight_on(arc)
        return found

    def _straight_on(self, arc: int) -> tuple[int, ...]:
        network = self._network
        best: tuple[int, ...] = ()
        least_deg = STRAIGHT_DEG
        roads = [
            way
            for way in self._ways_from(int(network.head[arc]), ())
            if network.edge[way[-1]] != network.edge[arc]
            and not network.flags[way[-1]] & ~network.flags[arc] & ArcFlag.CONTRAFLOW
        ]
        if len({int(network.edge[way[-1]]) for way in roads}) == 1:
            return min(roads, key=len)  # round a bend there is no choice
        heading_deg = bearing_deg(network.shape_of(arc), 1.0)
        for way in sorted(roads, key=lambda way: (len(way), way)):
            turn_deg = abs((bearing_deg(network.shape_of(way[-1]), 0.0) - heading_deg + 180) % 360 - 180)
            if turn_deg < least_deg:
                best, least_deg = way, turn_deg
        return best

    def _ways_from(self, node: int, turns: tuple[int, ...]) -> list[tuple[int, ...]]:
        """List the open roads from a node, each after the turns within the junction that cost nothing."""
        network, found = self._network, []
        for arc in self._arcs[self._begins[node] : self._begins[node + 1]].tolist():
            if network.edge[arc] >= 0:
                found.append((*turns, arc))
            elif not network.flags[arc] and all(network.tail[each] != network.head[arc] for each in (*turns, arc)):
                found += self._ways_from(int(network.head[arc]), (*turns, arc))
        return found


def bearing_deg(points: NDArray[np.float64], fraction: float) -> float:
    """Give the direction of a line near a place on it, degrees clockwise from grid north."""
    [bearing] = _bearings_deg(np.array([shapely.LineString(points)]), np.array([fraction]))
    return float(bearing)


def bearings_deg(network: RoadNetwork, arcs: NDArray[np.int64], fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the directions in which arcs of roads (k,) are driven near places on them, degrees from grid north."""
    lines = network.edge_index.lines[network.edge[arcs]]
    back = np.flatnonzero(network.backward[arcs])
    lines[back] = shapely.reverse(lines[back])
    return _bearings_deg(lines, fractions)


def _bearings_deg(lines: NDArray[np.object_], fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    length = shapely.length(lines)
    start = np.minimum(fractions * length, np.maximum(length - _BEARING_OVER_M, 0.0))
    near, far = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, each))
        for each in (start, start + _BEARING_OVER_M)
    )
    x, y = (far - near).T
    return np.asarray(np.degrees(np.arctan2(x, y)) % 360.0)

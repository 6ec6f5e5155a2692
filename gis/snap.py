"""Put points onto the road network: on the nearest road that may be driven, exactly where it passes."""

import math
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.look_ahead import LookAhead, bearing_deg, look_ahead_m
from gis.profile import INFINITE
from gis.roads import ArcFlag, RoadNetwork

LIMIT_M = 5000.0
AT_JUNCTION_M = 0.5
TUNNEL_M = 50.0
STALE = "arc {}: not of this network, snap the point again"
_COLUMNS = ("arc", "reverse", "junction", "fraction", "offset_m", "is_bound")
_NEARLY_AS_NEAR_M = 15.0
_SAME_WAY_DEG = 60.0


class OutsideCity(ValueError):
    """Say that a point is too far from every road of the city."""


@dataclass(frozen=True, slots=True)
class Snap:
    """Hold a point on a road.

    `arc` passes it after `fraction` (0 to 1) of its length; `reverse` is the arc of the other direction, -1 where
    that may not be driven. (x, y) is the point on the road in the metric CRS, `offset_m` its distance from the point
    asked for. `junction` is the junction that it lies on, -1 elsewhere: there a vehicle may take any road. `ahead` are
    the arcs after its own that a moving vehicle drives before it can turn.
    """

    arc: int
    fraction: float
    x: float
    y: float
    offset_m: float
    reverse: int = -1
    junction: int = -1
    ahead: tuple[int, ...] = ()


NOWHERE = Snap(-1, 0.0, math.nan, math.nan, math.nan)  # holds the row of a place that is on no road


class SnapRows:
    """Hold many places as arrays, one row a place."""

    def __init__(self, snaps: list[Snap]) -> None:
        self._snaps = snaps
        self._at: NDArray[np.int64] | None = None  # where each row stands in the list, which others may share
        self.arc = np.array([snap.arc for snap in snaps], dtype=np.int64)
        self.reverse = np.array([snap.reverse for snap in snaps], dtype=np.int64)
        self.junction = np.array([snap.junction for snap in snaps], dtype=np.int64)
        self.fraction = np.array([snap.fraction for snap in snaps], dtype=np.float64)
        self.offset_m = np.array([snap.offset_m for snap in snaps], dtype=np.float64)
        self.is_bound = np.array([bool(snap.ahead) for snap in snaps], dtype=bool)  # drives on before it can turn
        self._ahead = _padded([snap.ahead for snap in snaps])  # by place in the list

    def snap(self, row: int) -> Snap:
        """Return the place of a row."""
        return self._snaps[row if self._at is None else self._at[row]]

    def ahead(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the arcs ahead of the places of rows (k,), int64 (k, w), -1 behind the last one."""
        return self._ahead[rows if self._at is None else self._at[rows]]

    def take(self, rows: NDArray[np.int64]) -> "SnapRows":
        """Return some rows, in this order, as rows of their own."""
        other = copy(self)
        other._at = rows if self._at is None else self._at[rows]
        for name in _COLUMNS:
            setattr(other, name, getattr(self, name)[rows])
        return other

    def put(self, row: int, snap: Snap) -> None:
        """Put another place into a row."""
        self._own()[row] = snap
        if len(snap.ahead) > self._ahead.shape[1]:
            wider = ((0, 0), (0, len(snap.ahead) - self._ahead.shape[1]))
            self._ahead = np.pad(self._ahead, wider, constant_values=-1)
        self._ahead[row] = -1
        self._ahead[row, : len(snap.ahead)] = snap.ahead
        for name in _COLUMNS:
            getattr(self, name)[row] = bool(snap.ahead) if name == "is_bound" else getattr(snap, name)

    def extend(self, snaps: list[Snap]) -> None:
        """Add places as the last rows."""
        more = SnapRows(snaps)
        self._own().extend(snaps)
        width = max(self._ahead.shape[1], more._ahead.shape[1])
        self._ahead = np.concatenate(
            [
                np.pad(each, ((0, 0), (0, width - each.shape[1])), constant_values=-1)
                for each in (self._ahead, more._ahead)
            ]
        )
        for name in _COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)]))

    def _own(self) -> list[Snap]:
        if self._at is not None:
            self._ahead = self._ahead[self._at]
            self._snaps, self._at = [self._snaps[at] for at in self._at.tolist()], None
        return self._snaps

    def check(self, arc_count: int) -> None:
        """Raise IndexError for a place that was snapped to another network."""
        wrong = (self.arc < 0) | (self.arc >= arc_count) | (self.reverse < -1) | (self.reverse >= arc_count)
        if wrong.any():
            raise IndexError(STALE.format(self.arc[wrong][0]))


def _padded(ahead: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """Lay lists of arcs under each other, int64 (k, w), -1 behind the last of each."""
    width = max(map(len, ahead), default=0)
    rows = np.full((len(ahead), width), -1, dtype=np.int64)
    for row, arcs in enumerate(ahead):
        if arcs:
            rows[row, : len(arcs)] = arcs
    return rows


class _Roads:
    """Hold some edges of a network and find the nearest of them."""

    def __init__(self, network: RoadNetwork, edges: NDArray[np.int64]) -> None:
        self.edges = edges
        self.lines = network.edge_index.lines[edges]
        self.tree = shapely.STRtree(self.lines)

    def nearest(
        self, points: NDArray[np.object_], limit_m: float, driven: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the row of the nearest edge of each point, -1 for none, and its distance, inf for none.

        `driven` marks the edges of the network that count, None for all of these.
        """
        row = np.full(len(points), -1, dtype=np.int64)
        distance = np.full(len(points), np.inf)
        if len(self.edges):
            if driven is None:
                (which, found), meters = self.tree.query_nearest(
                    points, max_distance=limit_m, all_matches=True, return_distance=True
                )
            else:
                which, found = self.tree.query(points, predicate="dwithin", distance=limit_m)
                counts = driven[self.edges[found]]
                which, found = which[counts], found[counts]
                meters = shapely.distance(points[which], self.lines[found])
            # Of edges equally near the one with the lowest number counts, so that answers repeat.
            order = np.lexsort((found, meters, which))[::-1]
            row[which[order]], distance[which[order]] = found[order], meters[order]
        return row, distance


class Snapper:
    """Find the nearest drivable road of points.

    A road counts where one of its arcs is open by `weights_ms` and joins two nodes marked in `usable`. A tunnel is
    chosen only where it is nearer than every road above ground by TUNNEL_M: places are rarely underground.
    """

    def __init__(
        self, network: RoadNetwork, weights_ms: NDArray[np.uint32], usable: NDArray[np.bool_] | None = None
    ) -> None:
        self._network = network
        self._weights_ms = weights_ms
        is_open = (weights_ms != INFINITE) & (np.asarray(network.edge) >= 0)
        if usable is not None:
            is_open &= usable[network.tail] & usable[network.head]
        arcs = np.flatnonzero(is_open)
        plain = np.full((network.edge_count, 2), -1, dtype=np.int64)
        # Backwards, so that of several arcs the first (the plain one) stays.
        plain[network.edge[arcs][::-1], network.backward[arcs][::-1].astype(np.int64)] = arcs[::-1]
        self._plain = plain
        self._below = np.zeros(network.edge_count, dtype=bool)
        self._below[network.edge[arcs[(network.flags[arcs] & ArcFlag.TUNNEL) != 0]]] = True
        self._driven: NDArray[np.bool_] | None = None
        self._any_way = driven = np.asarray((plain >= 0).any(axis=1))
        self._surface = _Roads(network, np.flatnonzero(driven & ~self._below))
        self._tunnels = _Roads(network, np.flatnonzero(driven & self._below))

    def without(self, arcs: NDArray[np.int64]) -> "Snapper":
        """Return one that snaps to the same roads but these arcs int64 (k,); it costs little and takes near limits."""
        other = copy(self)
        other._plain = self._plain.copy()
        edge, side = np.asarray(self._network.edge)[arcs], np.asarray(self._network.backward)[arcs].astype(np.int64)
        is_plain = (edge >= 0) & (self._plain[edge, side] == arcs)
        edge = edge[is_plain]
        other._plain[edge, side[is_plain]] = -1
        other._driven = self._any_way.copy()
        other._driven[edge] = (other._plain[edge] >= 0).any(axis=1)
        return other

    @cached_property
    def _look_ahead(self) -> LookAhead:
        return LookAhead(self._network, self._weights_ms)

    def snap_many(
        self,
        xy: NDArray[np.float64],
        *,
        headings_deg: NDArray[np.float64] | None = None,
        speeds_mps: NDArray[np.float64] | None = None,
        limit_m: float = LIMIT_M,
    ) -> list[Snap | None]:
        """Snap points float64 (k, 2); None for one that is no number or farther than `limit_m` from every road.

        `headings_deg` float64 (k,), clockwise from north, NaN for what stands still: what moves stays on the road
        and in the direction that it drives. `speeds_mps` float64 (k,) say how fast that is: too fast for the next
        corner, it drives straight on.
        """
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        found: list[Snap | None] = [None] * len(xy)
        sound = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if not len(sound):
            return found
        points = np.asarray(shapely.points(xy[sound]), dtype=object)
        above, above_m = self._surface.nearest(points, limit_m, self._driven)
        below, below_m = self._tunnels.nearest(points, limit_m, self._driven)
        underground = below_m + TUNNEL_M < above_m
        for roads, row, chosen in (
            (self._surface, above, (above >= 0) & ~underground),
            (self._tunnels, below, underground),
        ):
            snaps = self._place(points[chosen], roads.edges[row[chosen]], roads.lines[row[chosen]])
            for at, placed in zip(sound[chosen].tolist(), snaps, strict=True):
                found[at] = placed
        if headings_deg is not None:
            for at in np.flatnonzero(np.isfinite(headings_deg)).tolist():
                snap = found[at]
                if snap is not None:
                    look_m = 0.0 if speeds_mps is None else look_ahead_m(float(speeds_mps[at]))
                    found[at] = self._along(xy[at], float(headings_deg[at]), snap, look_m)
        return found

    def _place(self, points: NDArray[np.object_], edges: NDArray[np.int64], shapes: NDArray[np.object_]) -> list[Snap]:
        along = shapely.line_locate_point(shapes, points)
        on_road = shapely.get_coordinates(shapely.line_interpolate_point(shapes, along))
        offset = shapely.distance(shapes, points)
        lengths = shapely.length(shapes)
        network = self._network
        snaps = []
        for edge, meters, length, (x, y), off in zip(
            edges.tolist(), along.tolist(), lengths.tolist(), on_road.tolist(), offset.tolist(), strict=True
        ):
            forward, backward = self._plain[edge].tolist()
            fraction = min(max(meters / length, 0.0), 1.0) if length > 0 else 0.0
            arc = forward if forward >= 0 else backward
            junction = -1
            if meters <= AT_JUNCTION_M or length - meters <= AT_JUNCTION_M:
                at_start = meters <= length - meters
                node = network.tail[arc] if at_start == (arc == forward) else network.head[arc]
                junction = int(network.junction[node])
            if arc == forward:
                snaps.append(Snap(forward, fraction, x, y, off, backward, junction))
            else:
                snaps.append(Snap(backward, 1.0 - fraction, x, y, off, -1, junction))
        return snaps

    def _along(self, xy: NDArray[np.float64], heading_deg: float, nearest: Snap, look_m: float) -> Snap:
        """Choose the arc that leads where a moving unit heads; the nearest road where none does.

        Against a one-way only where no other road near by leads there: fixes stray across a dual carriageway, crews
        seldom do.
        """
        point = shapely.Point(*xy)
        roads = self._tunnels if self._below[self._network.edge[nearest.arc]] else self._surface
        near = roads.tree.query(point, predicate="dwithin", distance=nearest.offset_m + _NEARLY_AS_NEAR_M)
        best, best_cost = nearest, math.inf
        for row in np.sort(near).tolist():
            [snap] = self._place(np.array([point]), roads.edges[[row]], roads.lines[[row]])
            for arc, fraction in ((snap.arc, snap.fraction), (snap.reverse, 1.0 - snap.fraction)):
                if arc < 0:
                    continue
                turn_deg = abs((bearing_deg(self._network.shape_of(arc), fraction) - heading_deg + 180) % 360 - 180)
                cost = snap.offset_m + turn_deg * _NEARLY_AS_NEAR_M / _SAME_WAY_DEG
                if self._network.flags[arc] & ArcFlag.CONTRAFLOW:
                    cost += 3 * _NEARLY_AS_NEAR_M  # more than nearness and direction make up for together
                if turn_deg <= _SAME_WAY_DEG and cost < best_cost:
                    best_cost = cost
                    best = Snap(arc, fraction, snap.x, snap.y, snap.offset_m)
        if look_m > 0 and best is not nearest:
            best = replace(best, ahead=self._look_ahead.arcs(best.arc, best.fraction, look_m))
        return best

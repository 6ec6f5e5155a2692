"""Put points onto the road network: on the nearest road that may be driven, exactly where it passes."""

from copy import copy
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.look_ahead import LookAhead, bearings_deg, look_ahead_m
from gis.profile import INFINITE
from gis.roads import ArcFlag, RoadNetwork
from gis.snapped import Snap as Snap

LIMIT_M = 5000.0
AT_JUNCTION_M = 0.5
TUNNEL_M = 50.0
_NEARLY_AS_NEAR_M = 15.0
_SAME_WAY_DEG = 60.0


class OutsideCity(ValueError):
    """Say that a point is too far from every road of the city."""


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
        below, below_m = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
        far = np.flatnonzero(above_m > TUNNEL_M)
        below[far], below_m[far] = self._tunnels.nearest(points[far], limit_m, self._driven)
        underground = below_m + TUNNEL_M < above_m
        for roads, row, chosen in (
            (self._surface, above, (above >= 0) & ~underground),
            (self._tunnels, below, underground),
        ):
            snaps = self._place(points[chosen], roads.edges[row[chosen]], roads.lines[row[chosen]])
            for at, placed in zip(sound[chosen].tolist(), snaps, strict=True):
                found[at] = placed
        if headings_deg is not None:
            looks_m = np.zeros(len(xy)) if speeds_mps is None else look_ahead_m(speeds_mps)
            moving = np.flatnonzero(np.isfinite(headings_deg[sound]) & ((above >= 0) | underground))
            for roads, some in (
                (self._surface, moving[~underground[moving]]),
                (self._tunnels, moving[underground[moving]]),
            ):
                offset_m = np.minimum(above_m, below_m) if roads is self._tunnels else above_m
                at = sound[some]
                self._along(roads, points[some], offset_m[some], headings_deg[at], looks_m[at], at, found)
        return found

    def _place(self, points: NDArray[np.object_], edges: NDArray[np.int64], shapes: NDArray[np.object_]) -> list[Snap]:
        fractions, on_road, offset, along, lengths = _located(points, shapes)
        network = self._network
        snaps = []
        columns = (self._plain[edges], along, lengths, fractions, on_road, offset)
        for (forward, backward), meters, length, fraction, (x, y), off in zip(
            *(each.tolist() for each in columns), strict=True
        ):
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

    def _along(
        self,
        roads: _Roads,
        points: NDArray[np.object_],
        offsets_m: NDArray[np.float64],
        headings_deg: NDArray[np.float64],
        looks_m: NDArray[np.float64],
        at: NDArray[np.int64],
        found: list[Snap | None],
    ) -> None:
        """Put moving units onto the arcs that lead where they head; the nearest road stays where none does.

        `offsets_m` are the distances of the nearest roads; the places are written `at` rows of `found`. Against a
        one-way only where no other road near by leads there: fixes stray across a dual carriageway, crews seldom do.
        """
        which, row = roads.tree.query(points, predicate="dwithin", distance=offsets_m + _NEARLY_AS_NEAR_M)
        order = np.lexsort((row, which))
        which, row = which[order], row[order]
        lines, edges = roads.lines[row], roads.edges[row]
        fraction, xy, offset_m, _, _ = _located(points[which], lines)
        arc = self._plain[edges].ravel()
        share = np.column_stack([fraction, 1.0 - fraction]).ravel()
        there = np.flatnonzero(arc >= 0)
        arc, share, near = arc[there], share[there], there // 2
        turn_deg = np.abs((bearings_deg(self._network, arc, share) - headings_deg[which[near]] + 180) % 360 - 180)
        cost = offset_m[near] + turn_deg * _NEARLY_AS_NEAR_M / _SAME_WAY_DEG
        # More than nearness and direction make up for together.
        cost[(self._network.flags[arc] & ArcFlag.CONTRAFLOW) != 0] += 3 * _NEARLY_AS_NEAR_M
        fits = np.flatnonzero(turn_deg <= _SAME_WAY_DEG)
        fits = fits[np.lexsort((cost[fits], which[near[fits]]))]  # of equals the edge with the lowest number
        best = fits[np.diff(which[near[fits]], prepend=-1) > 0]
        for own, part, place in zip(arc[best].tolist(), share[best].tolist(), near[best].tolist(), strict=True):
            unit = int(which[place])
            look_m = float(looks_m[unit])
            ahead = self._look_ahead.arcs(own, part, look_m) if look_m > 0 else ()
            x, y = xy[place].tolist()
            found[at[unit]] = Snap(own, part, x, y, float(offset_m[place]), ahead=ahead)


def _located(
    points: NDArray[np.object_], lines: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the share of each line before its point, that place (k, 2), how far it is, the metres before and in all."""
    along, lengths = shapely.line_locate_point(lines, points), shapely.length(lines)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    share = np.divide(along, lengths, out=np.zeros(len(lines)), where=lengths > 0)
    return np.clip(share, 0.0, 1.0), xy, shapely.distance(lines, points), along, lengths

"""Driving times and routes on a city's road network, by customizable contraction hierarchies.

Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies, ACM JEA 21 (2016). The library's objects belong to
one thread and lock each other, so every query lives only inside one call here and is gone before the call returns.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from routingkit_cch import CCH, CCHManyToOne, CCHMetric, CCHMetricPartialUpdater, CCHQuery

from gis.ends import Ends, Entries
from gis.network_parts import main_part
from gis.profile import INFINITE, Profile
from gis.roads import RoadNetwork, RoadsError
from gis.route import NoRoute, Route, Way, assemble
from gis.snap import LIMIT_M, STALE, OutsideCity, Snap, Snapper, SnapRows

__all__ = ["NoRoute", "OutsideCity", "Route", "Router", "Snap"]

# Measured: when a larger share of the arcs changes, a whole customization is quicker than a partial one.
_RESET_SHARE = 0.004


class Router:
    """Answer driving times for one profile and one set of closed roads.

    A router belongs to the thread that made it: every other thread gets RuntimeError. A time counts the road from
    snap to snap, and the straight line between each place and the road at the profile's `off_road_kmh`. A closed
    arc is driven by nobody, neither through nor to a place on it.
    """

    def __init__(self, network: RoadNetwork, profile: Profile, *, closures: Iterable[int] = ()) -> None:
        self._thread = threading.get_ident()
        self.network = network
        self.profile = profile
        tail, head = network.tail.tolist(), network.head.tolist()
        if not np.array_equal(np.sort(network.order), np.arange(network.node_count)):
            raise RoadsError("the contraction order is not a permutation of the nodes; build the city again")
        if tail and int(max(network.tail.max(), network.head.max())) >= network.node_count:
            raise RoadsError("an arc leads to a node that does not exist; build the city again")
        self._open_ms = profile.weights_ms(network)
        self._weights_ms = self._open_ms.copy()
        self._closed: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._cch = CCH(network.order.tolist(), tail, head, False)
        closed = self._with_siblings(closures)
        self._weights_ms[closed] = INFINITE
        self._closed = closed
        self._ends = Ends(network, self._weights_ms)
        self._metric = CCHMetric(self._cch, self._weights_ms.tolist())

    @cached_property
    def snapper(self) -> Snapper:
        """Give what snaps for this profile: only to roads that it can drive both to and from (closures aside)."""
        return Snapper(self.network, self._open_ms, main_part(self.network, self.profile))

    @property
    def closed(self) -> frozenset[int]:
        """Name the arcs that are closed now."""
        return frozenset(self._closed.tolist())

    def snap(self, x: float, y: float, *, limit_m: float = LIMIT_M) -> Snap:
        """Put a point on the nearest road; raise OutsideCity where none is within `limit_m`."""
        [snap] = self.snap_many(np.array([[x, y]]), limit_m=limit_m)
        if snap is None:
            raise OutsideCity(f"no road within {limit_m:.0f} m of ({x:.0f}, {y:.0f})")
        return snap

    def snap_many(
        self, xy: NDArray[np.float64], *, headings_deg: NDArray[np.float64] | None = None, limit_m: float = LIMIT_M
    ) -> list[Snap | None]:
        """Put points float64 (k, 2) on their nearest roads; None for one too far away or not a number.

        A point with a heading (degrees clockwise from north; NaN for what stands) is moving and counts from the next
        junction on its way.
        """
        self._check_thread()
        return self.snapper.snap_many(xy, headings_deg=headings_deg, limit_m=limit_m)

    def snap_to_open(self, xy: NDArray[np.float64], *, limit_m: float) -> list[Snap | None]:
        """Put points float64 (k, 2) on the nearest roads that are not closed now; None where none is that near."""
        self._check_thread()
        return self.snapper.without(self._closed).snap_many(xy, limit_m=limit_m)

    def next_junction(self, x: float, y: float, heading_deg: float, *, limit_m: float = LIMIT_M) -> Snap:
        """Put a moving point on its road so that it can only go on to the next junction ahead."""
        [snap] = self.snap_many(np.array([[x, y]]), headings_deg=np.array([heading_deg]), limit_m=limit_m)
        if snap is None:
            raise OutsideCity(f"no road within {limit_m:.0f} m of ({x:.0f}, {y:.0f})")
        return snap

    def travel_times_s(self, sources: Sequence[Snap | None], target: Snap) -> NDArray[np.float64]:
        """Give the seconds from each source to the target, float64 (k,); inf where it cannot be reached."""
        return self.matrix_s(sources, [target])[:, 0]

    def matrix_s(self, sources: Sequence[Snap | None], targets: Sequence[Snap | None]) -> NDArray[np.float64]:
        """Give the seconds from every source to every target, float64 (k, t); inf where unreachable."""
        self._check_thread()
        known = [row for row, source in enumerate(sources) if source is not None]
        start = SnapRows([source for source in sources if source is not None])
        for snap in targets:
            self._check_snap(snap)
        start.check(self.network.arc_count)
        off_road_ms = 1000.0 / self.profile.off_road_mps
        times_ms = np.full((len(known), len(targets)), np.inf)
        rows, nodes, first_ms = self._ends.all_exits(start)
        pins, pin_of = np.unique(nodes, return_inverse=True)
        entries = [self._ends.entries(target) if target is not None else [] for target in targets]
        distances = self._to_each(pins.tolist(), entries)
        edges = self.network.edge[start.arc]
        for column, target in enumerate(targets):
            if target is None:
                continue
            np.minimum.at(times_ms[:, column], rows, distances[column][pin_of] + first_ms)
            for row in np.flatnonzero(edges == self.network.edge[target.arc]).tolist():
                straight = self._ends.straight(start.snaps[row], target)
                if straight is not None:
                    times_ms[row, column] = min(times_ms[row, column], straight[1])
            times_ms[:, column] += target.offset_m * off_road_ms
        seconds = np.full((len(sources), len(targets)), np.inf)
        seconds[known] = (times_ms + start.offset_m[:, None] * off_road_ms) / 1000.0
        return seconds

    def route(self, source: Snap, target: Snap) -> Route:
        """Find the quickest way; raise NoRoute where there is none."""
        [route] = self.routes([source], target)
        if route is None:
            raise NoRoute("no way by road between the two places")
        return route

    def routes(self, sources: Sequence[Snap], target: Snap) -> list[Route | None]:
        """Find the quickest way from each source to one target, None where there is none: quicker than one by one."""
        self._check_thread()
        self._check_snap(target)
        for source in sources:
            self._check_snap(source)
        ways = [self._way(source, target) for source in sources]
        found = [way for way in ways if way is not None]
        routes = iter(assemble(self.network, self._weights_ms, self.profile.off_road_mps, found))
        return [None if way is None else next(routes) for way in ways]

    def set_closed(self, arcs: Iterable[int]) -> None:
        """Close exactly these arcs, and open all others that were closed."""
        self._check_thread()
        closed = self._with_siblings(arcs)
        weights = self._open_ms.copy()
        weights[closed] = INFINITE
        changed = np.flatnonzero(weights != self._weights_ms)
        if len(changed) > _RESET_SHARE * self.network.arc_count:
            self._metric.reset(weights.tolist())
        elif len(changed):
            updates = dict(zip(changed.tolist(), weights[changed].tolist(), strict=True))
            CCHMetricPartialUpdater(self._cch).apply(self._metric, updates)
        self._weights_ms, self._closed = weights, closed
        self._ends = Ends(self.network, weights)

    def close(self, arcs: Iterable[int]) -> None:
        """Close more arcs."""
        self.set_closed([*self._closed.tolist(), *arcs])

    def reopen(self, arcs: Iterable[int]) -> None:
        """Open arcs again."""
        self.set_closed(np.setdiff1d(self._closed, self._with_siblings(arcs)).tolist())

    def arcs_of_ways(self, way_ids: Iterable[int]) -> NDArray[np.int64]:
        """List the arcs of OpenStreetMap ways, int64; ways that are not in the network are passed over."""
        index = self.network.edge_index
        return index.arcs(index.of_ways(way_ids))

    def arcs_in(self, shape: Any) -> NDArray[np.int64]:
        """List the arcs of every road that a shapely geometry in the metric CRS touches, int64."""
        index = self.network.edge_index
        return index.arcs(index.touching(shape))

    def nearest_arcs(self, x: float, y: float, *, within_m: float = 50.0) -> NDArray[np.int64]:
        """List both directions of the road nearest to a point, int64; empty where none is within `within_m`."""
        index = self.network.edge_index
        return index.arcs(index.near(shapely.Point(x, y), within_m)[:1])

    @property
    def ends(self) -> Ends:
        """Give what answers for the ends of ways by the times as they count now; another object after every change."""
        return self._ends

    @property
    def metric(self) -> CCHMetric:
        """Give the customized hierarchy; a query on it must end before the times are changed."""
        return self._metric

    @property
    def weights_ms(self) -> NDArray[np.uint32]:
        """Give the time on every arc as it counts now, uint32 (m,), INFINITE where closed."""
        return self._weights_ms.copy()

    def _with_siblings(self, arcs: Iterable[int]) -> NDArray[np.int64]:
        """Add the arcs that drive the same edges the same way; raise IndexError for an arc that is not there."""
        chosen = np.unique(np.fromiter(arcs, dtype=np.int64))
        if len(chosen) and (chosen[0] < 0 or chosen[-1] >= self.network.arc_count):
            raise IndexError(f"arcs are numbered 0 to {self.network.arc_count - 1}")
        edge = self.network.edge[chosen]
        rows = 2 * edge[edge >= 0].astype(np.int64) + self.network.backward[chosen[edge >= 0]]
        offsets, members = self.network.edge_arcs
        more = [members[offsets[row] : offsets[row + 1]] for row in rows.tolist()]
        return np.unique(np.concatenate([chosen, *more]))

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a router answers only in the thread that made it")

    def _check_snap(self, snap: Snap | None) -> None:
        # The library aborts the query with an exception that is no Exception for a node that does not exist.
        count = self.network.arc_count
        if snap is not None and not (0 <= snap.arc < count and -1 <= snap.reverse < count):
            raise IndexError(STALE.format(snap.arc))

    def _to_each(self, pins: list[int], entries: Sequence[Entries]) -> list[NDArray[np.float64]]:
        far = [np.full(len(pins), np.inf) for _ in entries]
        if not pins:
            return far
        query = CCHManyToOne(self._metric, pins)
        try:
            for column, entry in enumerate(entries):
                if entry:
                    found = query.distances_to_multi(entry)
                    far[column] = np.array([np.inf if ms is None else ms for ms in found], dtype=np.float64)
        finally:
            del query
        return far

    def _way(self, source: Snap, target: Snap) -> Way | None:
        exits, entries = self._ends.exits(source), self._ends.entries(target)
        time_ms, nodes, arcs = self._quickest(exits, entries)
        straight = self._ends.straight(source, target)
        if straight is not None and (time_ms is None or straight[1] <= time_ms):
            arc, _, start, end = straight
            return Way(source, target, [arc], start, end)
        if time_ms is None:
            return None
        start, end = 0.0, 1.0
        if (leaving := self._ends.partial(source, nodes[0], exits, leaving=True)) is not None:
            arc, start, _ = leaving
            arcs = [arc, *arcs]
        if (arriving := self._ends.partial(target, nodes[-1], entries, leaving=False)) is not None:
            arc, _, end = arriving
            arcs = [*arcs, arc]
        return Way(source, target, arcs, start, end)

    def _quickest(self, exits: Entries, entries: Entries) -> tuple[int | None, list[int], list[int]]:
        """Give the milliseconds, the first and the last node (one where they are the same), and the arcs between."""
        if not exits or not entries:
            return None, [], []
        query = CCHQuery(self._metric)
        result = None
        try:
            result = query.run_multi(exits, entries)
            if result.distance is None:
                return None, [], []
            arcs: list[int] = result.arc_path
            if arcs:
                return int(result.distance), [int(self.network.tail[arcs[0]]), int(self.network.head[arcs[-1]])], arcs
            return int(result.distance), result.node_path, arcs
        finally:
            del result
            del query

"""Driving times and routes on a city's road network, by customizable contraction hierarchies.

Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies, ACM JEA 21 (2016). The library's objects belong to
one thread and lock each other, so every query lives only inside one call here and is gone before the call returns.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from routingkit_cch import CCH, CCHManyToOne, CCHMetric, CCHMetricPartialUpdater, CCHQuery

from gis.arc_times import ArcTimes
from gis.ends import Ends, Entries
from gis.network_parts import main_part
from gis.profile import Profile
from gis.roads import RoadNetwork, RoadsError
from gis.route import NoRoute, Route, Way, assemble
from gis.snap import LIMIT_M, OutsideCity, Snapper
from gis.snapped import STALE, Snap, SnapRows

__all__ = ["NoRoute", "OutsideCity", "Route", "Router", "Snap"]

# Measured: when a larger share of the arcs changes, a whole customization is quicker than a partial one.
_RESET_SHARE = 0.004
_NEVER = 2**60  # milliseconds, and still a whole number after a way is added


class Router:
    """Answer driving times for one profile, with some roads closed and some driven slower or quicker.

    A router belongs to the thread that made it: every other thread gets RuntimeError. A time counts the road from
    snap to snap, and the straight line between each place and the road at the profile's `off_road_kmh`. A closed
    arc is driven by nobody, neither through nor to a place on it. A router made `beside` another one of the same
    network shares its hierarchy, and with the same profile its index of roads too: it costs one customization.
    """

    def __init__(
        self, network: RoadNetwork, profile: Profile, *, closures: Iterable[int] = (), beside: "Router | None" = None
    ) -> None:
        self._thread = threading.get_ident()
        self.network = network
        self.profile = profile
        if beside is not None and beside.network is not network:
            raise ValueError("only routers of one network can share a hierarchy")
        self._beside = beside if beside is not None and beside.profile == profile else None
        self._cch: CCH = _hierarchy(network) if beside is None else beside._cch
        self._times = ArcTimes(network, profile)
        self._times.put(closed=closures)
        self._ends = Ends(network, self._times.weights_ms)
        self._metric = CCHMetric(self._cch, self._times.weights_ms.tolist())
        self._open_roads: Snapper | None = None

    @cached_property
    def snapper(self) -> Snapper:
        """Give what snaps for this profile: only to roads that it can drive both to and from (closures aside)."""
        if self._beside is not None:
            return self._beside.snapper
        return Snapper(self.network, self._times.open_ms, main_part(self.network, self.profile))

    @property
    def closed(self) -> frozenset[int]:
        """Name the arcs that are closed now."""
        return frozenset(self._times.closed.tolist())

    def is_closed(self, arcs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of these arcs are closed now, bool (k,)."""
        return self._times.is_closed(arcs)

    def snap(self, x: float, y: float, *, limit_m: float = LIMIT_M) -> Snap:
        """Put a point on the nearest road; raise OutsideCity where none is within `limit_m`."""
        [snap] = self.snap_many(np.array([[x, y]]), limit_m=limit_m)
        if snap is None:
            raise OutsideCity(f"no road within {limit_m:.0f} m of ({x:.0f}, {y:.0f})")
        return snap

    def snap_many(
        self,
        xy: NDArray[np.float64],
        *,
        headings_deg: NDArray[np.float64] | None = None,
        speeds_mps: NDArray[np.float64] | None = None,
        limit_m: float = LIMIT_M,
    ) -> list[Snap | None]:
        """Put points float64 (k, 2) on their nearest roads; None for one too far away or not a number.

        A point with a heading (degrees clockwise from north; NaN for what stands) is moving and counts from the next
        junction on its way; one with a speed too, from the first where it can turn.
        """
        self._check_thread()
        return self.snapper.snap_many(xy, headings_deg=headings_deg, speeds_mps=speeds_mps, limit_m=limit_m)

    def snap_to_open(self, xy: NDArray[np.float64], *, limit_m: float) -> list[Snap | None]:
        """Put points float64 (k, 2) on the nearest roads that are not closed now; None where none is that near."""
        self._check_thread()
        if self._open_roads is None:
            self._open_roads = self.snapper.without(self._times.closed)
        return self._open_roads.snap_many(xy, limit_m=limit_m)

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
        known = [row for row, source in enumerate(sources) if source is not None]
        times_s = self.times_s(SnapRows([source for source in sources if source is not None]), targets)
        if len(known) == len(sources):
            return times_s.T
        seconds = np.full((len(sources), len(targets)), np.inf)
        seconds[known] = times_s.T
        return seconds

    def times_s(self, start: SnapRows, targets: Sequence[Snap | None]) -> NDArray[np.float64]:
        """Give the seconds to every target from every row of `start`, float64 (t, k); inf where unreachable."""
        self._check_thread()
        for snap in targets:
            self._check_snap(snap)
        start.check(self.network.arc_count)
        rows, nodes, first_ms = self._ends.all_exits(start)
        is_pin = np.zeros(self.network.node_count, dtype=bool)
        is_pin[nodes] = True
        pins = np.flatnonzero(is_pin)
        place = np.empty(self.network.node_count, dtype=np.int64)
        place[pins] = np.arange(len(pins))
        pin_of = place[nodes]
        is_first = np.diff(rows, prepend=-1) > 0
        left, begins = rows[is_first], np.flatnonzero(is_first)
        times_ms = np.full((len(targets), len(start.arc)), np.inf)
        all_left = slice(None) if len(left) == len(start.arc) else left

        def take(column: int, far_ms: NDArray[np.int64]) -> None:
            far = far_ms.take(pin_of)
            far += first_ms
            times_ms[column, all_left] = np.minimum.reduceat(far, begins)

        entries = [self._ends.entries(target) if target is not None else [] for target in targets]
        self._ask_each(pins.tolist(), entries, take)
        times_ms[times_ms >= _NEVER] = np.inf
        edges, owners = self._ends.edges(start)
        for column, target in enumerate(targets):
            if target is None:
                continue
            for row in owners[edges == self.network.edge[target.arc]].tolist():
                straight = self._ends.straight(start.snap(row), target)
                if straight is not None:
                    times_ms[column, row] = min(times_ms[column, row], straight[1])
        off_road_ms = 1000.0 / self.profile.off_road_mps
        offsets_m = np.array([0.0 if target is None else target.offset_m for target in targets])
        times_ms += (offsets_m * off_road_ms)[:, None]
        times_ms += start.offset_m * off_road_ms
        times_ms /= 1000.0
        return times_ms

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
        ways = self._ways(sources, target)
        found = [way for way in ways if way is not None]
        routes = iter(assemble(self.network, self._times.weights_ms, self.profile.off_road_mps, found))
        return [None if way is None else next(routes) for way in ways]

    def set_closed(self, arcs: Iterable[int]) -> None:
        """Close exactly these arcs, and open all others that were closed."""
        self._check_thread()
        self._take(self._times.put(closed=arcs))

    def set_weights(
        self,
        *,
        closed: Iterable[int] = (),
        slow: Mapping[int, float] | None = None,
        factors: NDArray[np.float32] | None = None,
    ) -> None:
        """Make exactly these arcs closed and these slow, and drive all by these factors, in one customization.

        `slow` gives a share of the speed (0 to 1) by arc, `factors` float32 (m,) a factor of every arc (None: as the
        profile says); both multiply, and neither changes what a turn or a barrier costs. Raises IndexError for an arc
        that is not there, ValueError for a factor that is none; then all stays as it was.
        """
        self._check_thread()
        self._take(self._times.put(closed=closed, slow=slow or {}, factors=factors))

    def close(self, arcs: Iterable[int]) -> None:
        """Close more arcs."""
        self.set_closed([*self._times.closed.tolist(), *arcs])

    def reopen(self, arcs: Iterable[int]) -> None:
        """Open arcs again."""
        self.set_closed(np.setdiff1d(self._times.closed, self._times.with_siblings(arcs)).tolist())

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
        return self._times.weights_ms.copy()

    def _take(self, changed: NDArray[np.int64]) -> None:
        """Bring the hierarchy up to the times on the arcs, of which these changed."""
        weights = self._times.weights_ms
        self._open_roads = None
        if len(changed) > _RESET_SHARE * self.network.arc_count:
            self._metric.reset(weights.tolist())
        elif len(changed):
            updates = dict(zip(changed.tolist(), weights[changed].tolist(), strict=True))
            CCHMetricPartialUpdater(self._cch).apply(self._metric, updates)
        self._ends = Ends(self.network, weights)

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a router answers only in the thread that made it")

    def _check_snap(self, snap: Snap | None) -> None:
        # The library aborts the query with an exception that is no Exception for a node that does not exist.
        count = self.network.arc_count
        if snap is not None and not (0 <= snap.arc < count and -1 <= snap.reverse < count):
            raise IndexError(STALE.format(snap.arc))

    def _ask_each(
        self, pins: list[int], entries: Sequence[Entries], take: Callable[[int, NDArray[np.int64]], None]
    ) -> None:
        """Tell `take` the milliseconds from every pin to each target that can be entered, _NEVER for no way."""
        if not pins:
            return
        holes: list[int] = []
        query = CCHManyToOne(self._metric, pins)
        try:
            for column, entry in enumerate(entries):
                if not entry:
                    continue
                found: list[Any] = query.distances_to_multi(entry)
                # The library says None for no way, and mostly of the same pins whatever the target. Once these are
                # filled in, the list becomes an array in half the time.
                for hole in holes:
                    if found[hole] is None:
                        found[hole] = _NEVER
                try:
                    far_ms = np.fromiter(found, dtype=np.int64, count=len(found))
                except TypeError:
                    far = np.array(found, dtype=np.float64)
                    far[np.isnan(far)] = _NEVER
                    far_ms = far.astype(np.int64)
                    holes = np.flatnonzero(far_ms == _NEVER).tolist()
                take(column, far_ms)
        finally:
            del query

    def _ways(self, sources: Sequence[Snap], target: Snap) -> list[Way | None]:
        entries = self._ends.entries(target)
        query = CCHQuery(self._metric)  # one for all: making it costs as much as a search
        try:
            return [self._way(query, source, target, entries) for source in sources]
        finally:
            del query

    def _way(self, query: CCHQuery, source: Snap, target: Snap, entries: Entries) -> Way | None:
        exits = self._ends.exits(source)
        time_ms, nodes, arcs = self._quickest(query, exits, entries)
        straight = self._ends.straight(source, target)
        if straight is not None and (time_ms is None or straight[1] <= time_ms):
            own, _, start, end = straight
            return Way(source, target, own, start, end)
        if time_ms is None:
            return None
        start, end = 0.0, 1.0
        if (leaving := self._ends.leaving(source, nodes[0], exits)) is not None:
            own, start = leaving
            arcs = [*own, *arcs]
        if (arriving := self._ends.arriving(target, nodes[-1], entries)) is not None:
            arc, end = arriving
            arcs = [*arcs, arc]
        return Way(source, target, arcs, start, end)

    def _quickest(self, query: CCHQuery, exits: Entries, entries: Entries) -> tuple[int | None, list[int], list[int]]:
        """Give the milliseconds, the first and the last node (one where they are the same), and the arcs between."""
        if not exits or not entries:
            return None, [], []
        result = query.run_multi(exits, entries)
        try:
            if result.distance is None:
                return None, [], []
            arcs: list[int] = result.arc_path
            if arcs:
                return int(result.distance), [int(self.network.tail[arcs[0]]), int(self.network.head[arcs[-1]])], arcs
            return int(result.distance), result.node_path, arcs
        finally:
            del result


def _hierarchy(network: RoadNetwork) -> CCH:
    """Make the hierarchy of a network, which no profile and no closure changes."""
    tail, head = network.tail.tolist(), network.head.tolist()
    if not np.array_equal(np.sort(network.order), np.arange(network.node_count)):
        raise RoadsError("the contraction order is not a permutation of the nodes; build the city again")
    if tail and int(max(network.tail.max(), network.head.max())) >= network.node_count:
        raise RoadsError("an arc leads to a node that does not exist; build the city again")
    return CCH(network.order.tolist(), tail, head, False)

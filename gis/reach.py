"""Where a vehicle can be in time: areas round everything that it reaches by road within some minutes.

Method: driving times to all nodes (Dijkstra's algorithm, turn restrictions being arcs) give the time at points of
every road, half a cell apart, so that a road is cut where the time runs out. Every cell of a grid belongs to the
nearest road that may be driven, reached or not, as long as that is no farther than `reach_cells.BESIDE_M`; it is
reached when its road is. So the far bank of a river counts only where a vehicle comes there, and cells of water never
count, except under a bridge that was reached. Times are driving times: neither turnout nor walking from the road is in
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis.ends import Ends
from gis.network_parts import main_part
from gis.profile import INFINITE, Profile
from gis.reach_cells import CELL_M, RoadCells
from gis.roads import ArcFlag, RoadNetwork
from gis.snap import LIMIT_M, Snap, Snapper

if TYPE_CHECKING:
    from gis.city import City

LIMITS_S = (240.0, 480.0, 720.0)  # NFPA 1710 names 240 s and 480 s of travel
PAST_CLOSURE_M = 400.0


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached within `limit_s` seconds of driving: a shapely MultiPolygon in the metric CRS, with its holes."""

    limit_s: float
    area: Any


class ReachMap:
    """Answer what can be reached in time on a network, for one profile and one set of closed arcs.

    `water`: shapely polygons in the network's CRS. Made of plain arrays: any thread may use it, one at a time.
    """

    def __init__(
        self,
        network: RoadNetwork,
        profile: Profile,
        *,
        closed: Iterable[int] = (),
        water: Sequence[Any] = (),
        cell_m: float = CELL_M,
    ) -> None:
        self.network = network
        self.profile = profile
        self._open_ms = profile.weights_ms(network)
        self.weights_ms = self._open_ms.copy()
        self._row = np.where(np.asarray(network.edge) >= 0, 2 * network.edge.astype(np.int64) + network.backward, -1)
        shut = np.unique(np.fromiter(closed, dtype=np.int64))
        alike = np.zeros(2 * network.edge_count + 1, dtype=bool)  # arcs that drive the same edge the same way
        alike[self._row[shut]] = True
        alike[-1] = False
        self.weights_ms[alike[self._row]] = INFINITE
        self.weights_ms[shut] = INFINITE
        self._closed = np.flatnonzero((self.weights_ms == INFINITE) & (self._open_ms != INFINITE))
        self._ends = Ends(network, self.weights_ms)
        self._graphs: dict[bool, Any] = {}
        self._main = main_part(network, profile)
        self._cells = RoadCells(network, self._counting_edges(), water, cell_m)

    @classmethod
    def of_city(cls, city: City, mode: str = "emergency", *, closed: Iterable[int] = ()) -> ReachMap:
        """Make one for a city's roads, water and driving profile (the first one where it has none of that name).

        Raises RoadsError or ProfileError saying what is wrong.
        """
        from gis.profile import default_profiles, read_profiles

        profiles = read_profiles(city.profiles_file) if city.profiles_file.exists() else default_profiles()
        water: list[Any] = []
        if "water" in city.layer_names():
            layer = city.layer("water")
            water = [layer.geometry_of(index) for index in range(layer.count)]
        return cls(city.roads(), profiles.get(mode) or next(iter(profiles.values())), closed=closed, water=water)

    @cached_property
    def _snapper(self) -> Snapper:
        return Snapper(self.network, self._open_ms, self._main)

    def snap(self, xy: NDArray[np.float64], *, limit_m: float = LIMIT_M) -> list[Snap | None]:
        """Put points float64 (k, 2) on their nearest roads; None for one too far away or not a number.

        Where that road is closed, the nearest open one within `PAST_CLOSURE_M` is taken, if there is one.
        """
        found = self._snapper.snap_many(xy, limit_m=limit_m)
        shut = [row for row, snap in enumerate(found) if snap is not None and self._is_shut(snap)]
        if shut:
            past = self._snapper.without(self._closed).snap_many(np.asarray(xy)[shut], limit_m=PAST_CLOSURE_M)
            for row, snap in zip(shut, past, strict=True):
                found[row] = snap or found[row]
        return found

    def node_times_s(self, places: Sequence[Snap], *, towards: bool = False) -> NDArray[np.float64]:
        """Give the seconds from the quickest place to every node, float64 (n,), inf where there is no way.

        `towards`: from every node to the place that is reached first.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        count = self.network.node_count
        times_s, heads, starts = self._graph(towards)
        ends = [(node, ms, place.offset_m) for place in places for node, ms in self._ends_of(place, towards)]
        first_s = np.array([ms / 1000.0 + offset_m / self.profile.off_road_mps for _, ms, offset_m in ends])
        nodes = np.array([node for node, _, _ in ends], dtype=np.int32)
        graph = csr_array(
            (
                np.concatenate((times_s, first_s)),
                np.concatenate((heads, nodes)),
                np.append(starts, starts[-1] + len(nodes)).astype(np.int32),
            ),
            shape=(count + 1, count + 1),
        )
        return np.asarray(dijkstra(graph, indices=[count])[0, :count])

    def reach(
        self, places: Sequence[Snap], limits_s: Sequence[float] = LIMITS_S, *, towards: bool = False
    ) -> tuple[Reached, ...]:
        """Give what is reached from any of the places within each limit; `towards`: from where one of them is reached.

        Places on the roads as `snap` gives them; what they lie beside their road counts as a walk at the profile's
        `off_road_kmh`.
        """
        times_s = self._sample_times_s(places, towards)
        return tuple(Reached(limit_s, self._cells.area(times_s, limit_s)) for limit_s in limits_s)

    def _is_shut(self, snap: Snap) -> bool:
        return all(arc < 0 or self.weights_ms[arc] == INFINITE for arc in (snap.arc, snap.reverse))

    def _counting_edges(self) -> NDArray[np.bool_]:
        """Mark the edges that ground belongs to: open ones of the main part, none underground."""
        network = self.network
        arcs = np.flatnonzero(
            (self.weights_ms != INFINITE)
            & (self._row >= 0)
            & self._main[network.tail]
            & self._main[network.head]
            & ((network.flags & ArcFlag.TUNNEL) == 0)
        )
        counts = np.zeros(network.edge_count, dtype=bool)
        counts[network.edge[arcs]] = True
        return counts

    def _graph(self, towards: bool) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int64]]:
        """Give the open arcs as a compressed graph: seconds, ends, and where the arcs of each node begin."""
        if towards not in self._graphs:
            network = self.network
            tail, head = (network.head, network.tail) if towards else (network.tail, network.head)
            arcs = np.flatnonzero(self.weights_ms != INFINITE)
            arcs = arcs[np.argsort(tail[arcs], kind="stable")]
            starts = np.concatenate([[0], np.cumsum(np.bincount(tail[arcs], minlength=network.node_count))])
            self._graphs[towards] = (self.weights_ms[arcs] / 1000.0, head[arcs].astype(np.int32), starts)
        answer: tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int64]] = self._graphs[towards]
        return answer

    def _ends_of(self, place: Snap, towards: bool) -> list[tuple[int, int]]:
        return self._ends.entries(place) if towards else self._ends.exits(place)

    def _sample_times_s(self, places: Sequence[Snap], towards: bool) -> NDArray[np.float64]:
        """Give the seconds at every sample of the roads, float64 (samples,), inf where no vehicle comes."""
        network, cells = self.network, self._cells
        nodes_s = self.node_times_s(places, towards=towards)
        arcs = np.flatnonzero((self.weights_ms != INFINITE) & (self._row >= 0))
        rows = self._row[arcs]
        at_end_s = nodes_s[network.head[arcs] if towards else network.tail[arcs]]
        # Arcs of one row follow the same edge the same way: the one that is reached first counts.
        first_s = np.full(2 * network.edge_count, np.inf)
        np.minimum.at(first_s, rows, at_end_s)
        drive_s = np.full(2 * network.edge_count, np.inf)
        np.minimum.at(drive_s, rows, self.weights_ms[arcs] / 1000.0)
        times_s = np.full(len(cells.edge), np.inf)
        for backward in (0, 1):
            row = 2 * cells.edge + backward
            share = cells.share if backward == int(towards) else 1.0 - cells.share
            driven = np.isfinite(drive_s[row])
            np.minimum(times_s, first_s[row] + np.where(driven, drive_s[row], 0.0) * share, out=times_s, where=driven)
        for place in places:
            walk_s = place.offset_m / self.profile.off_road_mps
            for arc, fraction in ((place.arc, place.fraction), (place.reverse, 1.0 - place.fraction)):
                if arc < 0 or self.weights_ms[arc] == INFINITE or network.edge[arc] < 0:
                    continue
                span = cells.of_edge(int(network.edge[arc]))
                along = 1.0 - cells.share[span] if network.backward[arc] else cells.share[span]
                ahead = (fraction - along) if towards else (along - fraction)
                straight_s = walk_s + ahead * int(self.weights_ms[arc]) / 1000.0
                times_s[span] = np.where(ahead >= 0, np.minimum(times_s[span], straight_s), times_s[span])
        return times_s

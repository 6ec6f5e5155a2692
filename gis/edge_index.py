"""Find the roads of a network by place or by OpenStreetMap way, whatever a vehicle may do there."""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


class EdgeIndex:
    """Answer which edges lie where; shapes and distances in the network's metric CRS.

    The arrays are those of a road network: `edge_offset`, `edge_xy`, and `edge`, `way_id` of every arc.
    """

    def __init__(
        self,
        edge_offset: NDArray[np.int64],
        edge_xy: NDArray[np.float64],
        edge: NDArray[np.int32],
        way_id: NDArray[np.int64],
    ) -> None:
        self._edge = np.asarray(edge)
        self._way_id = np.asarray(way_id)
        self._by_edge = np.argsort(self._edge, kind="stable")
        self._first = np.searchsorted(self._edge[self._by_edge], np.arange(len(edge_offset)))
        self.lines: NDArray[np.object_] = shapely.from_ragged_array(
            shapely.GeometryType.LINESTRING, np.asarray(edge_xy), (np.asarray(edge_offset),)
        )
        self._tree = shapely.STRtree(self.lines)

    def touching(self, shape: Any) -> NDArray[np.int64]:
        """List the edges that a shapely geometry touches."""
        return np.sort(self._tree.query(shape, predicate="intersects")).astype(np.int64)

    def near(self, shape: Any, within_m: float) -> NDArray[np.int64]:
        """List the edges within a distance of a geometry, the nearest first."""
        edges = np.sort(self._tree.query(shape, predicate="dwithin", distance=within_m))
        order = np.argsort(shapely.distance(self.lines[edges], shape), kind="stable")
        return edges[order].astype(np.int64)

    def arcs(self, edges: Iterable[int]) -> NDArray[np.int64]:
        """List all arcs, both ways, of edges."""
        chosen = np.unique(np.fromiter(edges, dtype=np.int64))
        chosen = chosen[chosen >= 0]  # -1 stands for turns
        first, counts = self._first[chosen], self._first[chosen + 1] - self._first[chosen]
        rank = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.sort(self._by_edge[np.repeat(first, counts) + rank])

    def near_each(self, points: NDArray[np.object_], within_m: float) -> list[NDArray[np.int64]]:
        """List what `near` does for every one of many points."""
        which, edges = self._tree.query(points, predicate="dwithin", distance=within_m)
        order = np.lexsort((edges, shapely.distance(self.lines[edges], points[which]), which))
        stops = np.searchsorted(which[order], np.arange(len(points) + 1))
        found = edges[order].astype(np.int64)
        return [found[begin:stop] for begin, stop in pairwise(stops.tolist())]

    def of_ways(self, way_ids: Iterable[int]) -> NDArray[np.int64]:
        """List the edges of OpenStreetMap ways; those not in the network are passed over."""
        ways = np.unique(np.fromiter(way_ids, dtype=np.int64))
        if not len(ways):
            return ways
        numbers, arcs = self._by_way
        first, behind = np.searchsorted(numbers, ways), np.searchsorted(numbers, ways, side="right")
        found = np.unique(self._edge[np.concatenate([arcs[a:b] for a, b in zip(first, behind, strict=True)])])
        return found[found >= 0].astype(np.int64)

    @cached_property
    def _by_way(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the way ids of all arcs, ascending, and the arcs in that order."""
        arcs = np.argsort(self._way_id, kind="stable")
        return self._way_id[arcs], arcs

"""All streets of an invented city as one graph: junctions, and edges with their shape, class, way and direction."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.plan import XY
from gis.network_tags import CLASS_CODE

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(slots=True)
class StreetGraph:
    """Hold n junctions and e edges; coordinates in metres from the city's middle.

    node_xy float64 (n, 2); tail, head int64 (e,); offset int64 (e + 1,) into points float64 (p, 2), both ends
    included; road_class int64 (e,) into network_tags.ROAD_CLASSES; street int64 (e,): what it is called after, -1
    nothing; way, place int64 (e,): the run of edges that it is a part of, and where in it; oneway bool (e,), along the
    points; is_bridge bool (e,); face int64 (e,): the face that a small street lies in, -1 for the others.
    """

    node_xy: XY
    tail: Ints
    head: Ints
    offset: Ints
    points: XY
    road_class: Ints
    street: Ints
    way: Ints
    place: Ints
    oneway: Truths
    is_bridge: Truths
    face: Ints

    @property
    def edge_count(self) -> int:
        """Count the edges."""
        return len(self.tail)

    def lengths_m(self) -> NDArray[np.float64]:
        """Measure the edges, float64 (e,)."""
        steps = np.zeros(len(self.points))
        steps[1:] = np.hypot(*np.diff(self.points, axis=0).T)
        steps[self.offset[:-1]] = 0.0
        return np.add.reduceat(steps, self.offset[:-1])

    def only(self, keep: Truths) -> StreetGraph:
        """Keep some edges and the junctions at their ends."""
        used = np.zeros(len(self.node_xy), bool)
        used[self.tail[keep]] = used[self.head[keep]] = True
        number = np.cumsum(used) - 1
        sizes = np.diff(self.offset)
        return replace(
            self, node_xy=self.node_xy[used], tail=number[self.tail[keep]], head=number[self.head[keep]],
            offset=np.concatenate(([0], np.cumsum(sizes[keep]))), points=self.points[np.repeat(keep, sizes)],
            **{name: getattr(self, name)[keep]
               for name in ("road_class", "street", "way", "place", "oneway", "is_bridge", "face")},
        )  # fmt: skip


def _labels(graph: StreetGraph, *, directed: bool) -> Ints:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    both = ~graph.oneway
    tail = np.concatenate((graph.tail, graph.head[both]))
    head = np.concatenate((graph.head, graph.tail[both]))
    count = len(graph.node_xy)
    matrix = coo_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(count, count)).tocsr()
    _, label = connected_components(matrix, directed=directed, connection="strong")
    return np.asarray(label, np.int64)


def mended(graph: StreetGraph) -> StreetGraph:
    """Leave out small streets that cross others without a junction, and what cannot be driven to and from."""
    graph = graph.only(~_crossed(graph))
    return _drivable(graph.only(largest_part(graph)))


def _crossed(graph: StreetGraph) -> Truths:
    """Mark small streets that cross another street where there is no junction, one of every two that do."""
    plain = np.flatnonzero((graph.road_class > CLASS_CODE["motorway_link"]) & ~graph.is_bridge)
    sizes = np.diff(graph.offset)[plain]
    take = np.repeat(graph.offset[plain] - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    lines = np.asarray(shapely.linestrings(graph.points[take], indices=np.repeat(np.arange(len(plain)), sizes)))
    one, other = (plain[side] for side in shapely.STRtree(lines).query(lines, predicate="crosses"))
    marked = np.zeros(graph.edge_count, bool)
    # The later of two small streets goes, and any that crosses a large one.
    goes = (graph.face[one] >= 0) & ((graph.face[other] < 0) | (one > other))
    marked[one[goes]] = True
    return marked


def largest_part(graph: StreetGraph) -> Truths:
    label = _labels(graph, directed=False)
    return np.asarray(label[graph.tail] == np.bincount(label).argmax())


def _drivable(graph: StreetGraph) -> StreetGraph:
    """Open one-way streets both ways where otherwise one could not come back; ramps that lead nowhere go."""
    small = graph.road_class > CLASS_CODE["trunk_link"]
    for _ in range(4):
        label = _labels(graph, directed=True)
        main = np.bincount(label).argmax()
        cut_off = (label[graph.tail] != main) | (label[graph.head] != main)
        if not cut_off.any():
            return graph
        graph.oneway = graph.oneway & ~(cut_off & small)
    label = _labels(graph, directed=True)
    main = np.bincount(label).argmax()
    return graph.only((label[graph.tail] == main) & (label[graph.head] == main))

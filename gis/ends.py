"""How a vehicle leaves the road it stands on and comes to the place on its target's road."""

import numpy as np
from numpy.typing import NDArray

from gis.profile import INFINITE
from gis.roads import RoadNetwork, gather
from gis.snap import Snap, SnapRows

Entries = list[tuple[int, int]]  # nodes, each with milliseconds


class Ends:
    """Answer for the two ends of ways on a network, with the time on every arc as it counts now, uint32 (m,)."""

    def __init__(self, network: RoadNetwork, weights_ms: NDArray[np.uint32]) -> None:
        self._network = network
        self._weights_ms = weights_ms

    def exits(self, snap: Snap) -> Entries:
        """Name the nodes where a vehicle leaves its road, each with the milliseconds until there."""
        exits: Entries = []
        for arc, fraction in _both(snap):
            weight = int(self._weights_ms[arc])
            if weight != INFINITE:
                exits.append((int(self._network.head[arc]), round((1.0 - fraction) * weight)))
        return exits + self._at_junction(snap)

    def all_exits(self, start: SnapRows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Give what `exits` does for many places: the row of the place, ascending, the node, and the milliseconds."""
        rows, nodes, first_ms = [], [], []
        for arc, left in ((start.arc, 1.0 - start.fraction), (start.reverse, start.fraction)):
            weight = self._weights_ms[arc]
            row = np.flatnonzero((arc >= 0) & (weight != INFINITE))
            rows.append(row)
            nodes.append(self._network.head[arc[row]].astype(np.int64))
            first_ms.append(np.rint(left[row] * weight[row]).astype(np.int64))
        at = np.flatnonzero(start.junction >= 0)
        offsets, copies = self._network.copies
        where, owner = gather(offsets[start.junction[at]], offsets[start.junction[at] + 1])
        row = np.concatenate([*rows, at[owner]])
        order = np.argsort(row, kind="stable")
        node = np.concatenate([*nodes, copies[where]])
        return row[order], node[order], np.concatenate([*first_ms, np.zeros(len(where), dtype=np.int64)])[order]

    def entries(self, snap: Snap) -> Entries:
        """Name the nodes where a vehicle enters the road of its target, each with the milliseconds from there."""
        entries: Entries = []
        for arc, fraction in _both(snap):
            for sibling in self._siblings(arc):
                weight = int(self._weights_ms[sibling])
                if weight != INFINITE:
                    entries.append((int(self._network.tail[sibling]), round(fraction * weight)))
        return entries + self._at_junction(snap)

    def straight(self, source: Snap, target: Snap) -> tuple[int, int, float, float] | None:
        """Give arc, milliseconds and fractions of driving on along one edge, where that leads to the target."""
        best = None
        targets = dict(_both(target))
        for arc, start in _both(source):
            weight = int(self._weights_ms[arc])
            end = targets.get(arc)
            if end is not None and end >= start and weight != INFINITE:
                time_ms = round((end - start) * weight)
                if best is None or time_ms < best[1]:
                    best = (arc, time_ms, start, end)
        return best

    def partial(self, snap: Snap, node: int, ends: Entries, *, leaving: bool) -> tuple[int, float, float] | None:
        """Find the piece of the snap's own road that a route through `node` drives; None at a junction."""
        least = min(ms for end, ms in ends if end == node)
        if (node, least) in self._at_junction(snap):
            return None
        for arc, fraction in _both(snap):
            for sibling in [arc] if leaving else self._siblings(arc):
                weight = int(self._weights_ms[sibling])
                at = self._network.head[sibling] if leaving else self._network.tail[sibling]
                share = 1.0 - fraction if leaving else fraction
                if at == node and weight != INFINITE and round(share * weight) == least:
                    return (sibling, fraction, 1.0) if leaving else (sibling, 0.0, fraction)
        raise AssertionError("a route begins and ends on the roads it was asked for")

    def _siblings(self, arc: int) -> list[int]:
        edge = int(self._network.edge[arc])
        if edge < 0:
            return [arc]
        return [int(each) for each in self._network.arcs_of_edge(edge, bool(self._network.backward[arc]))]

    def _at_junction(self, snap: Snap) -> Entries:
        if snap.junction < 0:
            return []
        return [(node, 0) for node in self._network.nodes_of_junction(snap.junction).tolist()]


def _both(snap: Snap) -> list[tuple[int, float]]:
    there = [(snap.arc, snap.fraction)]
    return there if snap.reverse < 0 else [*there, (snap.reverse, 1.0 - snap.fraction)]

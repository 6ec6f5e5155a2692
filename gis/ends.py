"""How a vehicle leaves the road it stands on and comes to the place on its target's road."""

import numpy as np
from numpy.typing import NDArray

from gis.profile import INFINITE
from gis.roads import RoadNetwork, gather
from gis.snapped import Snap, SnapRows

Entries = list[tuple[int, int]]  # nodes, each with milliseconds


class Ends:
    """Answer for the two ends of ways on a network, with the time on every arc as it counts now, uint32 (m,)."""

    def __init__(self, network: RoadNetwork, weights_ms: NDArray[np.uint32]) -> None:
        self._network = network
        self._weights_ms = weights_ms

    def exits(self, snap: Snap) -> Entries:
        """Name the nodes where a vehicle leaves its road, each with the milliseconds until there."""
        exits: Entries = []
        if snap.ahead:
            own, time_ms = self._bound(snap)
            return [(int(self._network.head[own[-1]]), time_ms)] if own else []
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
            row = np.flatnonzero((arc >= 0) & (weight != INFINITE) & ~start.is_bound)
            rows.append(row)
            nodes.append(self._network.head[arc[row]].astype(np.int64))
            first_ms.append(np.rint(left[row] * weight[row]).astype(np.int64))
        row, arc, bound_ms = self._all_bound(start)
        rows.append(row)
        nodes.append(self._network.head[arc].astype(np.int64))
        first_ms.append(bound_ms)
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

    def straight(self, source: Snap, target: Snap) -> tuple[list[int], int, float, float] | None:
        """Give arcs, milliseconds and fractions of driving on along one edge, where that leads to the target.

        A vehicle that cannot turn yet passes the roads ahead of it too. The fractions are where the first arc is
        entered and the last one left.
        """
        best = None
        targets = dict(_both(target))
        for arc, start in _both(source):
            weight = int(self._weights_ms[arc])
            end = targets.get(arc)
            if end is not None and end >= start and weight != INFINITE:
                time_ms = round((end - start) * weight)
                if best is None or time_ms < best[1]:
                    best = ([arc], time_ms, start, end)
        if best is None and source.ahead:
            own, time_ms = self._bound(source)
            same = {sibling: end for arc, end in targets.items() for sibling in self._siblings(arc)}
            at = next((at for at, arc in enumerate(own) if at and arc in same), None)
            if at is not None:
                left_ms = sum(int(self._weights_ms[arc]) for arc in own[at:])
                end = same[own[at]]
                reached_ms = time_ms - left_ms + round(end * int(self._weights_ms[own[at]]))
                best = (own[: at + 1], reached_ms, source.fraction, end)
        return best

    def edges(self, start: SnapRows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Name the edges from which places may be reached straight on: their numbers, and the row of each."""
        bound = np.flatnonzero(start.is_bound)
        ahead = start.ahead(bound)
        row, column = np.nonzero(ahead >= 0)
        arcs = np.concatenate([start.arc, ahead[row, column]])
        return self._network.edge[arcs].astype(np.int64), np.concatenate([np.arange(len(start.arc)), bound[row]])

    def leaving(self, snap: Snap, node: int, ends: Entries) -> tuple[list[int], float] | None:
        """Find what of the snap's own roads a route by `node` drives, and from where; None at a junction."""
        if snap.ahead:
            return self._bound(snap)[0], snap.fraction
        found = self._partial(snap, node, ends, leaving=True)
        return found and ([found[0]], found[1])

    def arriving(self, snap: Snap, node: int, ends: Entries) -> tuple[int, float] | None:
        """Find the piece of the snap's own road that a route by `node` drives, and up to where; None at a junction."""
        found = self._partial(snap, node, ends, leaving=False)
        return found and (found[0], found[2])

    def _partial(self, snap: Snap, node: int, ends: Entries, *, leaving: bool) -> tuple[int, float, float] | None:
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

    def _bound(self, snap: Snap) -> tuple[list[int], int]:
        """List the arcs that a moving vehicle drives until it can turn, and the milliseconds; what is closed stops it.

        No arcs where its own road is closed.
        """
        weights = [int(self._weights_ms[arc]) for arc in (snap.arc, *snap.ahead)]
        stop = next((at for at, weight in enumerate(weights) if weight == INFINITE), len(weights))
        own = [snap.arc, *snap.ahead][:stop]
        while own and self._network.edge[own[-1]] < 0:
            own.pop()  # a turn towards a closed road: there it can take any other
        return own, round((1.0 - snap.fraction) * weights[0]) + sum(weights[1 : len(own)])

    def _all_bound(self, start: SnapRows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Give the last arc and the milliseconds of `_bound` for the rows of `start` where it lists any."""
        bound = np.flatnonzero(start.is_bound)
        arcs = np.column_stack([start.arc[bound], start.ahead(bound)])
        weights = np.where(arcs >= 0, self._weights_ms[arcs], INFINITE).astype(np.int64)
        column = np.arange(arcs.shape[1])
        is_driven = np.logical_and.accumulate(weights != INFINITE, axis=1)
        last = np.where(is_driven & (self._network.edge[arcs] >= 0), column, -1).max(axis=1)
        rest_ms = np.where((column > 0) & (column <= last[:, None]), weights, 0).sum(axis=1)
        time_ms = np.rint((1.0 - start.fraction[bound]) * weights[:, 0]).astype(np.int64) + rest_ms
        goes = last >= 0
        return bound[goes], arcs[goes, last[goes]], time_ms[goes]

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

"""Driving times by scipy's Dijkstra over a network's own arcs: what the router is held against."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gis.profile import INFINITE, Profile
from gis.roads import RoadNetwork
from gis.snap import Snap


class Oracle:
    """Answer the times of a profile from snap to snap, with some arcs closed, some slow, and all by their factors."""

    def __init__(
        self,
        network: RoadNetwork,
        profile: Profile,
        closed: Sequence[int] = (),
        *,
        slow: Mapping[int, float] | None = None,
        factors: NDArray[np.float32] | None = None,
    ) -> None:
        self.network = network
        self.profile = profile
        self.weights = profile.weights_ms(network).astype(np.float64)
        self.weights[self.weights == INFINITE] = np.inf
        speed = np.ones(network.arc_count)
        for arc, share in (slow or {}).items():
            twins = (network.edge == network.edge[arc]) & (network.backward == network.backward[arc])
            speed[twins] = np.minimum(speed[twins], share)
        if factors is not None:
            speed = speed * factors
        driven = np.asarray(network.edge) >= 0
        self.weights[driven] = np.minimum(np.rint(self.weights[driven] / speed[driven]), 24 * 3600 * 1000.0)
        self.weights[profile.weights_ms(network) == INFINITE] = np.inf
        self.weights[list(closed)] = np.inf
        self.reversed_graph = self._graph()

    def _graph(self) -> csr_matrix:
        # Of parallel arcs the quickest counts; a stored zero would be no arc, so it is made tiny.
        passable = np.flatnonzero(np.isfinite(self.weights))
        tail, head = self.network.tail[passable].astype(np.int64), self.network.head[passable].astype(np.int64)
        weights = self.weights[passable]
        order = np.lexsort((weights, head, tail))
        tail, head, weights = tail[order], head[order], weights[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        nodes = self.network.node_count
        return csr_matrix((np.maximum(weights, 1e-7)[first], (head[first], tail[first])), shape=(nodes, nodes))

    def times_s(self, sources: Sequence[Snap], target: Snap) -> NDArray[np.float64]:
        """Give seconds float64 (k,), inf where there is no way."""
        network = self.network
        to_target = np.full(network.node_count, np.inf)
        for arc, share in _ways(target):
            for twin in np.flatnonzero(
                (network.edge == network.edge[arc]) & (network.backward == network.backward[arc])
            ):
                if np.isfinite(self.weights[twin]):
                    at = int(network.tail[twin])
                    partial = np.rint(share * self.weights[twin])
                    to_target = np.minimum(to_target, dijkstra(self.reversed_graph, indices=at) + partial)
        for node in np.flatnonzero(network.junction == target.junction) if target.junction >= 0 else ():
            to_target = np.minimum(to_target, dijkstra(self.reversed_graph, indices=int(node)))
        times = []
        for source in sources:
            if source.ahead:
                best = self._straight_on(source, target, to_target)
                times.append(best / 1000 + (source.offset_m + target.offset_m) / self.profile.off_road_mps)
                continue
            best = np.inf
            for arc, share in _ways(source):
                weight = self.weights[arc]
                if not np.isfinite(weight):
                    continue
                best = min(best, to_target[network.head[arc]] + np.rint((1 - share) * weight))
                for other, end in _ways(target):
                    if other == arc and end >= share:
                        best = min(best, np.rint((end - share) * weight))
            if source.junction >= 0:
                best = min(best, to_target[network.junction == source.junction].min())
            times.append(best / 1000 + (source.offset_m + target.offset_m) / self.profile.off_road_mps)
        return np.array(times)

    def _straight_on(self, source: Snap, target: Snap, to_target: NDArray[np.float64]) -> float:
        """Drive along the roads ahead; only where the next of them is shut, or behind the last, any road is free."""
        network = self.network
        chain = [source.arc, *source.ahead]
        roads = [arc for arc in chain if network.edge[arc] >= 0]
        best, passed = np.inf, 0.0
        for number, arc in enumerate(roads):
            if not np.isfinite(self.weights[arc]):
                break
            share = source.fraction if arc == source.arc else 0.0
            for other, end in _ways(target):
                is_same = (network.edge[other], network.backward[other]) == (network.edge[arc], network.backward[arc])
                if is_same and end >= share:
                    best = min(best, passed + np.rint((end - share) * self.weights[arc]))
            passed += np.rint((1 - share) * self.weights[arc])
            is_last = number + 1 == len(roads)
            if is_last or not np.isfinite(self.weights[roads[number + 1]]):
                best = min(best, passed + to_target[network.head[arc]])
        return float(best)


def _ways(snap: Snap) -> list[tuple[int, float]]:
    return [(snap.arc, snap.fraction)] + ([(snap.reverse, 1 - snap.fraction)] if snap.reverse >= 0 else [])


def scatter(network: RoadNetwork, count: int, seed: int, spread_m: float = 40.0) -> NDArray[np.float64]:
    """Place points around the roads, and every third exactly on a junction or shape point."""
    dice = np.random.default_rng(seed)
    points = np.array(network.edge_xy[dice.integers(0, len(network.edge_xy), count)])
    moved = dice.normal(0, spread_m, (count, 2))
    moved[::3] = 0
    return np.asarray(points + moved)

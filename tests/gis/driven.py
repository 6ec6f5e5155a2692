"""Invented trips over a real network: ways by road, driven at known factors, seen by a receiver that errs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.crs import LONLAT, transformer
from gis.profile import INFINITE, Profile
from gis.roads import ArcFlag, RoadNetwork
from gis.trips import Trip

Factor = Callable[[str, float], float]  # of a road class at an instant (epoch seconds)


@dataclass(frozen=True)
class Driver:
    """Drive trips on a network with a profile; noise is the receiver's standard deviation in metres."""

    network: RoadNetwork
    profile: Profile
    factor: Factor
    noise_m: float = 5.0
    every_s: float = 5.0
    mood: float = 0.0  # how much drivers differ: standard deviation of the logarithm of their speed

    def ways(self, count: int, *, seed: int, least_m: float = 600.0) -> list[list[int]]:
        """Choose random ways between junctions, as arcs, by the profile's quickest way."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        network, rng = self.network, np.random.default_rng(seed)
        weights = self.profile.weights_ms(network)
        arcs = np.flatnonzero(weights != INFINITE)
        # Of several arcs between the same nodes the quickest; zeros of turns would vanish from a sparse matrix.
        cost = np.maximum(weights[arcs], 1)
        order = np.lexsort((cost, network.head[arcs], network.tail[arcs]))
        arcs, cost = arcs[order], cost[order]
        pairs = np.column_stack([network.tail[arcs], network.head[arcs]]).astype(np.int64)
        keep = np.concatenate([[True], (np.diff(pairs, axis=0) != 0).any(axis=1)])
        arcs, cost, pairs = arcs[keep], cost[keep], pairs[keep]
        graph = csr_matrix((cost, (pairs[:, 0], pairs[:, 1])), shape=(network.node_count, network.node_count))
        arc_of = {(int(tail), int(head)): int(arc) for (tail, head), arc in zip(pairs.tolist(), arcs, strict=True)}
        found: list[list[int]] = []
        while len(found) < count:
            source = int(rng.integers(network.node_count))
            far, by = dijkstra(graph, indices=source, return_predecessors=True)
            for target in rng.choice(network.node_count, 4, replace=False).tolist():
                if not np.isfinite(far[target]) or len(found) == count:
                    continue
                way, node = [], target
                while node != source:
                    way.append(arc_of[int(by[node]), node])
                    node = int(by[node])
                if network.length_m[way].sum() >= least_m:
                    found.append(way[::-1])
        return found

    def drive(self, way: list[int], *, start_s: float, rng: np.random.Generator, pause_s: float = 0.0) -> Trip:
        """Drive one way; a trip may stand still half-way for `pause_s`."""
        network, weights = self.network, self.profile.weights_ms(self.network)
        pace = float(np.exp(rng.normal(0.0, self.mood))) if self.mood else 1.0
        xy: list[NDArray[np.float64]] = []
        clock: list[NDArray[np.float64]] = []
        under: list[NDArray[np.float64]] = []  # 1 in tunnels, where a receiver sees no sky
        now_s = start_s
        for step, arc in enumerate(way):
            if step == len(way) // 2 and pause_s and xy:
                xy.append(xy[-1][-1:])
                now_s += pause_s
                clock.append(np.array([now_s]))
                under.append(np.zeros(1))
            shape = network.shape_of(arc)
            lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(shape, axis=0).T))])
            share = lengths / lengths[-1] if lengths[-1] > 0 else np.linspace(0, 1, len(shape))
            took_s = weights[arc] / 1000.0
            if network.edge[arc] >= 0:
                took_s /= self.factor(network.classes[network.road_class[arc]], now_s) * pace
            xy.append(shape)
            clock.append(now_s + share * took_s)
            under.append(np.full(len(shape), float(bool(network.flags[arc] & ArcFlag.TUNNEL))))
            now_s += took_s
        places, times = np.concatenate(xy), np.concatenate(clock)
        at_s = np.arange(start_s, now_s, self.every_s)
        at_s = at_s[np.interp(at_s, times, np.concatenate(under)) < 0.5]
        seen = np.column_stack([np.interp(at_s, times, places[:, 0]), np.interp(at_s, times, places[:, 1])])
        seen = seen + rng.normal(0.0, self.noise_m, seen.shape)
        lonlat = np.column_stack(transformer(network.crs, LONLAT).transform(seen[:, 0], seen[:, 1]))
        return Trip("", "", self.profile.name, at_s, lonlat)

"""Put a recorded drive on the roads that it most likely took.

Newson, Krumm: Hidden Markov Map Matching Through Noise and Sparseness, ACM GIS 2009. A fix errs around the road by a
normal law, and the way by road between two fixes differs from the straight line by an exponential one.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.drives import TOP_MPS, Drive
from gis.profile import INFINITE
from gis.roads import ArcFlag, RoadNetwork

SIGMA_M = 8.0
BETA_M = 12.0
RADIUS_M = 50.0
MOST_ROADS = 8
MOST_SKIPPED = 2
_TUNNEL_M = 16.0  # these count as if they were so much farther away
_YARD_M = 4.0
_YARDS = ("service", "pedestrian", "track", "path")
_BACK_M = 20.0  # a fix may tremble backwards along its road
_TURN_ROUND_M = 60.0
_BEAM = 25.0
_LEAST_BALL_M = 400.0
_NODES_KEPT = 500_000  # some 100 MB

Parts = list[tuple[int, float]]  # arcs driven, each with the share of it


@dataclass(frozen=True, slots=True)
class Step:
    """Hold the way between two fixes: rows of the drive, the arcs with their shares, by road and straight.

    `is_beside_street` marks what was put on a yard, a path or in a tunnel, but may as well have been on a street.
    """

    first: int
    last: int
    parts: Parts
    distance_m: float
    straight_m: float
    is_beside_street: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Tell whether the way goes so far about that the fixes were hardly on it."""
        return self.distance_m > 2.0 * self.straight_m + 50.0


@dataclass(frozen=True, slots=True)
class _Place:
    """A candidate: a fix as it would lie on one arc."""

    arc: int
    fraction: float
    offset_m: float
    tail: int
    head: int
    length_m: float


@dataclass(frozen=True, slots=True)
class _Ball:
    """The nodes within `radius_m` of one, by road: metres, and the arc that each is reached by."""

    radius_m: float
    distance_m: dict[int, float]
    by: dict[int, int]


class Matcher:
    """Match drives on a network whose arcs are open where `weights_ms` uint32 (m,) is not INFINITE."""

    def __init__(self, network: RoadNetwork, weights_ms: NDArray[np.uint32]) -> None:
        self._network = network
        arcs = np.flatnonzero(weights_ms != INFINITE)
        self._length_m = np.asarray(network.length_m, dtype=np.float64).tolist()
        self._tail, self._head = np.asarray(network.tail).tolist(), np.asarray(network.head).tolist()
        by_tail = arcs[np.argsort(np.asarray(network.tail)[arcs], kind="stable")]
        self._leaving = by_tail.tolist()
        starts = np.searchsorted(np.asarray(network.tail)[by_tail], np.arange(network.node_count + 1))
        self._starts: list[int] = starts.tolist()
        drawn = arcs[np.asarray(network.edge)[arcs] >= 0]
        self._plain = np.full((network.edge_count, 2), -1, dtype=np.int64)
        # Backwards, so that of several arcs that drive an edge the first (the plain one) stays.
        back = drawn[::-1]
        self._plain[network.edge[back], network.backward[back].astype(np.int64)] = back
        self._edges = np.flatnonzero((self._plain >= 0).any(axis=1))
        # Receivers see no sky underground, and whoever is beside a street and a car park drives on the street.
        self._aside_m = np.zeros(network.edge_count)
        is_yard = np.isin(network.road_class[drawn], [network.classes.index(n) for n in _YARDS if n in network.classes])
        self._aside_m[network.edge[drawn[is_yard]]] = _YARD_M
        self._aside_m[network.edge[drawn[(network.flags[drawn] & ArcFlag.TUNNEL) != 0]]] = _TUNNEL_M
        edge = np.asarray(network.edge)
        self._aside_of_arc = np.where(edge >= 0, self._aside_m[edge], 0.0).tolist() if len(edge) else []
        self._lines = network.edge_index.lines[self._edges]
        self._tree = shapely.STRtree(self._lines)
        self._balls: OrderedDict[int, _Ball] = OrderedDict()
        self._nodes_kept = 0

    def match(self, drive: Drive, dropped: Counter[str]) -> list[Step]:
        """Give the most likely way, step by step; where it cannot be followed steps are missing.

        `dropped` counts "off_road" (a fix with no road near) and "no_way" (the drive was cut, no way by road fits).
        """
        steps: list[Step] = []
        candidates = self._candidates(drive.xy)
        dropped["off_road"] += sum(not places for places in candidates)
        rows = [row for row, places in enumerate(candidates) if places]
        chain: list[_Column] = []
        skipped = 0
        for row in rows:
            column = self._next(chain[-1], row, candidates[row], drive) if chain else None
            if column is not None:
                chain.append(column)
                skipped = 0
            elif chain and skipped < MOST_SKIPPED:
                skipped += 1
            else:
                if chain:
                    dropped["no_way"] += 1
                    steps += self._steps(chain, drive)
                chain, skipped = [_Column.first(row, candidates[row])], 0
        return steps + self._steps(chain, drive)

    def _candidates(self, xy: NDArray[np.float64]) -> list[list[_Place]]:
        points = np.asarray(shapely.points(xy), dtype=object)
        which, found = self._tree.query(points, predicate="dwithin", distance=RADIUS_M)
        shapes = self._lines[found]
        offset = shapely.distance(points[which], shapes) + self._aside_m[self._edges[found]]
        length = shapely.length(shapes)
        along = shapely.line_locate_point(shapes, points[which])
        fraction = np.clip(np.divide(along, length, out=np.zeros_like(along), where=length > 0), 0.0, 1.0)
        order = np.lexsort((found, offset, which))
        places: list[list[_Place]] = [[] for _ in xy]
        taken = [0] * len(xy)
        for row in order.tolist():
            fix, edge = int(which[row]), int(self._edges[found[row]])
            if taken[fix] >= MOST_ROADS:
                continue
            taken[fix] += 1
            forward, backward = self._plain[edge].tolist()
            at, off = float(fraction[row]), float(offset[row])
            places[fix] += [
                self._place(arc, share, off) for arc, share in ((forward, at), (backward, 1 - at)) if arc >= 0
            ]
        return places

    def _place(self, arc: int, fraction: float, offset_m: float) -> _Place:
        return _Place(arc, fraction, offset_m, self._tail[arc], self._head[arc], self._length_m[arc])

    def _next(self, before: _Column, row: int, places: list[_Place], drive: Drive) -> _Column | None:
        """Score every candidate of a fix by its best way from the fix before; None where there is no way at all."""
        straight_m = float(np.hypot(*(drive.xy[row] - drive.xy[before.row])))
        reach_m = min(1.7 * straight_m + 300.0, TOP_MPS * float(drive.at_s[row] - drive.at_s[before.row]) + 100.0)
        scores = [-math.inf] * len(places)
        origins = [-1] * len(places)
        floor = max(before.scores) - _BEAM
        for origin, (start, score) in enumerate(zip(before.places, before.scores, strict=True)):
            if score < floor:
                continue
            ball = self._ball(start.head, reach_m)
            left_m = (1.0 - start.fraction) * start.length_m
            for index, end in enumerate(places):
                way_m = _way_m(start, end, left_m, ball)
                if way_m > reach_m:
                    continue
                turned_m = _TURN_ROUND_M if start.tail == end.head and start.head == end.tail else 0.0
                reached = score - (abs(way_m - straight_m) + turned_m) / BETA_M
                if reached > scores[index]:
                    scores[index], origins[index] = reached, origin
        if max(scores) == -math.inf:
            return None
        total = [score - 0.5 * (place.offset_m / SIGMA_M) ** 2 for score, place in zip(scores, places, strict=True)]
        return _Column(row, places, total, origins, reach_m)

    def _ball(self, node: int, radius_m: float) -> _Ball:
        """Find what lies within a radius by road; the same junctions are asked about by every drive."""
        ball = self._balls.get(node)
        if ball is not None and ball.radius_m >= radius_m:
            self._balls.move_to_end(node)
            return ball
        limit_m = _LEAST_BALL_M
        while limit_m < radius_m:
            limit_m *= 1.4
        distance_m, by = {node: 0.0}, dict[int, int]()
        done: set[int] = set()
        heap = [(0.0, node)]
        while heap:
            far_m, at = heapq.heappop(heap)
            if at in done:
                continue
            done.add(at)
            for arc in self._leaving[self._starts[at] : self._starts[at + 1]]:
                there_m, head = far_m + self._length_m[arc], self._head[arc]
                if there_m <= limit_m and there_m < distance_m.get(head, math.inf):
                    distance_m[head], by[head] = there_m, arc
                    heapq.heappush(heap, (there_m, head))
        self._keep(node, _Ball(limit_m, distance_m, by))
        return self._balls[node]

    def _keep(self, node: int, ball: _Ball) -> None:
        """Keep a ball, and let those go that were not asked about for longest."""
        smaller = self._balls.pop(node, None)
        self._balls[node] = ball
        self._nodes_kept += len(ball.distance_m) - (len(smaller.distance_m) if smaller is not None else 0)
        while self._nodes_kept > _NODES_KEPT and len(self._balls) > 1:
            _, oldest = self._balls.popitem(last=False)
            self._nodes_kept -= len(oldest.distance_m)

    def _steps(self, chain: Sequence[_Column], drive: Drive) -> list[Step]:
        """Follow the best candidates back and write down the way between them."""
        if len(chain) < 2:
            return []
        index = int(np.argmax(chain[-1].scores))
        places = []
        for column in reversed(chain):
            places.append(column.places[index])
            index = column.origins[index]
        steps = []
        start = places[-1]
        for before, column, end in zip(chain[:-1], chain[1:], places[-2::-1], strict=True):
            if _is_ahead(start, end) and end.fraction < start.fraction:
                end = start  # it trembled back; what it drove before must not count twice
            parts = self._parts(start, end, column.reach_m)
            distance_m = sum(share * self._length_m[arc] for arc, share in parts)
            straight_m = float(np.hypot(*(drive.xy[column.row] - drive.xy[before.row])))
            is_beside = self._is_beside_street(before, start) or self._is_beside_street(column, end)
            steps.append(Step(before.row, column.row, parts, distance_m, straight_m, is_beside))
            start = end
        return steps

    def _is_beside_street(self, column: _Column, chosen: _Place) -> bool:
        """Tell whether a fix that is not on a street has one within reach of the receiver's error."""
        aside_m = self._aside_of_arc
        return aside_m[chosen.arc] > 0 and any(
            aside_m[place.arc] == 0 and place.offset_m < 2.0 * SIGMA_M for place in column.places
        )

    def _parts(self, start: _Place, end: _Place, reach_m: float) -> Parts:
        if _is_ahead(start, end):
            return [(start.arc, end.fraction - start.fraction)]
        ball = self._ball(start.head, reach_m)
        between: list[int] = []
        node = end.tail
        while node != start.head:
            between.append(ball.by[node])
            node = self._tail[ball.by[node]]
        return [(start.arc, 1.0 - start.fraction), *((arc, 1.0) for arc in reversed(between)), (end.arc, end.fraction)]


@dataclass(frozen=True, slots=True)
class _Column:
    """One fix with its candidates: the score of each, and which candidate of the fix before it came from.

    `reach_m` is how far ways from the fix before were looked for.
    """

    row: int
    places: list[_Place]
    scores: list[float]
    origins: list[int]
    reach_m: float = 0.0

    @classmethod
    def first(cls, row: int, places: list[_Place]) -> _Column:
        return cls(row, places, [-0.5 * (place.offset_m / SIGMA_M) ** 2 for place in places], [-1] * len(places))


def _is_ahead(start: _Place, end: _Place) -> bool:
    return start.arc == end.arc and (start.fraction - end.fraction) * start.length_m <= _BACK_M


def _way_m(start: _Place, end: _Place, left_m: float, ball: _Ball) -> float:
    if _is_ahead(start, end):
        return max(end.fraction - start.fraction, 0.0) * start.length_m
    return left_m + ball.distance_m.get(end.tail, math.inf) + end.fraction * end.length_m

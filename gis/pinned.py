"""Driving times from many places to the same pinned ones: one search a place answers for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from routingkit_cch import CCHOneToMany

from gis.routing import Router
from gis.snap import Snap


class PinnedPlaces:
    """Places on the road that vehicles are timed to; quicker than `Router.matrix_s` where a few ask about thousands.

    The answers are those of `Router.matrix_s`, by the router's times as they are when it is asked. Belongs to the
    router's thread.
    """

    def __init__(self, router: Router, targets: Sequence[Snap | None]) -> None:
        self._router = router
        self._targets = tuple(targets)
        self._on_edge: dict[int, list[int]] = {}
        for column, target in enumerate(self._targets):
            if target is not None:
                self._on_edge.setdefault(int(router.network.edge[target.arc]), []).append(column)
        self._read_entries()

    def times_s(self, sources: Sequence[Snap | None]) -> NDArray[np.float32]:
        """Give the seconds from every source to every pinned place, float32 (n, k); inf where unreachable."""
        if self._ends is not self._router.ends:
            self._read_entries()
        times_s = np.full((len(sources), len(self._targets)), np.inf, dtype=np.float32)
        if not self._pins:
            return times_s
        query = CCHOneToMany(self._router.metric, self._pins)
        try:
            for row, source in enumerate(sources):
                if source is not None:
                    times_s[row] = self._from(query, source)
        finally:
            del query
        return times_s

    def _read_entries(self) -> None:
        """Find the nodes through which each place is entered, by the times on the arcs as they count now."""
        self._ends = self._router.ends
        entries = [self._ends.entries(target) if target is not None else [] for target in self._targets]
        nodes = np.array([node for node, _ in chain.from_iterable(entries)], dtype=np.int64)
        self._last_ms = np.array([ms for _, ms in chain.from_iterable(entries)], dtype=np.float64)
        pins, self._pin_of = np.unique(nodes, return_inverse=True)
        self._pins: list[int] = pins.tolist()
        counts = np.array([len(each) for each in entries], dtype=np.int64)
        self._entered = np.flatnonzero(counts)
        self._first = np.cumsum(counts)[self._entered] - counts[self._entered]
        offsets = [0.0 if target is None else target.offset_m for target in self._targets]
        self._walk_ms = np.array(offsets) * (1000.0 / self._router.profile.off_road_mps)

    def _from(self, query: CCHOneToMany, source: Snap) -> NDArray[np.float64]:
        times_ms = np.full(len(self._targets), np.inf)
        exits = self._ends.exits(source)
        if exits:
            far_ms = np.array(query.distances_from_multi(exits), dtype=np.float64)  # None, unreachable, becomes NaN
            far_ms = np.where(np.isnan(far_ms), np.inf, far_ms)[self._pin_of] + self._last_ms
            times_ms[self._entered] = np.minimum.reduceat(far_ms, self._first)
        edges = dict.fromkeys(self._router.network.edge[[source.arc, *source.ahead]].tolist())
        for column in chain.from_iterable(self._on_edge.get(edge, ()) for edge in edges):
            target = self._targets[column]
            straight = self._ends.straight(source, target) if target is not None else None
            if straight is not None:
                times_ms[column] = min(times_ms[column], straight[1])
        walk_ms = source.offset_m * 1000.0 / self._router.profile.off_road_mps
        seconds: NDArray[np.float64] = (times_ms + self._walk_ms + walk_ms) / 1000.0
        return seconds

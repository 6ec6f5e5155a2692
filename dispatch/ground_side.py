"""One way of driving over a city's roads: a profile, and the vehicles that the same roads are too small for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.recommendation import Path
from dispatch.travels import Start

if TYPE_CHECKING:
    from gis.profile import Profile
    from gis.roads import RoadNetwork
    from gis.routing import Router
    from gis.snapped import Snap, SnapRows

Projection = Callable[[Any, Any], tuple[Any, Any]]
LonLat = tuple[float, float]
# Where the road at a place is closed, crews leave their vehicle at the nearest open road within this distance.
WALK_PAST_CLOSURE_M = 400.0
PATHS_KEPT = 512


class Side:
    """One router, the places snapped for it, and the open roads while some are closed.

    `barred` are the arcs that its vehicles may never drive; `beside` is another side of the same ground.
    """

    def __init__(
        self, network: RoadNetwork, profile: Profile, barred: NDArray[np.int64], *, beside: Side | None = None
    ) -> None:
        from gis.routing import Router

        self._network = network
        self._barred = barred
        self.router: Router = Router(network, profile, beside=None if beside is None else beside.router)
        self._paths: dict[tuple[int, Snap, Snap], Path | None] = {}
        self._changes = 0
        self._place: tuple[LonLat, Snap | None] | None = None
        self._past: dict[LonLat, Snap | None] = {}

    def set_weights(
        self, closed: Iterable[int], slow: Mapping[int, float], factors: NDArray[np.float32] | None
    ) -> None:
        """Close exactly these arcs beside those that are barred, and drive the others as is said."""
        self.router.set_weights(closed=[*closed, *self._barred.tolist()], slow=slow, factors=factors)
        self._past.clear()
        self._place = None
        self._changes += 1

    @cached_property
    def _projections(self) -> tuple[Projection, Projection]:
        from gis.crs import LONLAT, transformer

        there = transformer(LONLAT, self._network.crs)
        back = transformer(self._network.crs, LONLAT)
        return there.transform, back.transform

    def to_metric(self, lonlat: Sequence[LonLat]) -> NDArray[np.float64]:
        """Place points (WGS 84) in the network's CRS, float64 (k, 2)."""
        places = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        x, y = self._projections[0](places[:, 0], places[:, 1])
        return np.column_stack([x, y])

    def snap_places(self, lonlat: Sequence[LonLat], *, limit_m: float) -> list[Snap | None]:
        """Give the points on open roads of several places; where one place is asked about it is kept."""
        if self._place is not None and [self._place[0]] == list(lonlat):
            return [self._place[1]]
        snaps = self.router.snap_many(self.to_metric(lonlat), limit_m=limit_m)
        found = [row for row, snap in enumerate(snaps) if snap is not None]
        arcs = np.array([(snap.arc, snap.reverse) for snap in snaps if snap is not None], dtype=np.int64).reshape(-1, 2)
        stuck = [found[row] for row in np.flatnonzero(self._is_shut(arcs[:, 0], arcs[:, 1])).tolist()]
        for row, past in zip(stuck, self._past_closure([lonlat[row] for row in stuck]), strict=True):
            snaps[row] = past or snaps[row]
        if len(snaps) == 1:
            self._place = (lonlat[0], snaps[0])
        return snaps

    def move_past_closures(self, rows: SnapRows, starts: Sequence[Start]) -> None:
        """Put what stands on a closed road onto the nearest open one, where that is a short walk away."""
        stuck = np.flatnonzero(self._is_shut(rows.arc, rows.reverse)).tolist()
        moved = self._past_closure([(starts[row].lon, starts[row].lat) for row in stuck])
        past = {row: each for row, each in zip(stuck, moved, strict=True) if each is not None}
        rows.put(list(past), list(past.values()))

    def _past_closure(self, lonlat: list[LonLat]) -> list[Snap | None]:
        new = [place for place in dict.fromkeys(lonlat) if place not in self._past]
        if new:
            moved = self.router.snap_to_open(self.to_metric(new), limit_m=WALK_PAST_CLOSURE_M)
            self._past.update(zip(new, moved, strict=True))
        return [self._past[place] for place in lonlat]

    def _is_shut(self, arc: NDArray[np.int64], reverse: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which places can be left, or come to, by no direction of their road."""
        is_closed = self.router.is_closed
        return is_closed(arc) & ((reverse < 0) | is_closed(reverse))

    def paths(self, sources: Sequence[Snap], target: Snap) -> list[Path | None]:
        """Give the ways to a point on the road; units of one station, and the same question again, share one."""
        keys = {source: (self._changes, source, target) for source in sources}
        found = {source: self._paths[key] for source, key in keys.items() if key in self._paths}
        new = [source for source in keys if source not in found]
        routes = self.router.routes(new, target)
        drawn = [route for route in routes if route is not None]
        points = iter(self._to_lonlat([route.xy for route in drawn]))
        for source, route in zip(new, routes, strict=True):
            path = None
            if route is not None:
                times_s = tuple(route.times_s.round(3).tolist())
                path = Path("", next(points), times_s, route.names, round(route.distance_m + route.off_road_m, 1))
            found[source] = self._paths[keys[source]] = path
        while len(self._paths) > PATHS_KEPT:  # the oldest, a few at a time: to drop hundreds takes milliseconds
            del self._paths[next(iter(self._paths))]
        return [found[source] for source in sources]

    def _to_lonlat(self, lines: list[NDArray[np.float64]]) -> list[tuple[LonLat, ...]]:
        """Give lines of points (k, 2) in the network's CRS as lon/lat pairs."""
        if not lines:
            return []
        xy = np.concatenate(lines)
        lon, lat = self._projections[1](xy[:, 0], xy[:, 1])
        pairs = list(zip(lon.round(7).tolist(), lat.round(7).tolist(), strict=True))
        stops = np.cumsum([len(line) for line in lines]).tolist()
        return [tuple(pairs[begin:stop]) for begin, stop in pairwise([0, *stops])]

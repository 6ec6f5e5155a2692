"""How long units take over the ground by road, with the roads as they are now."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.straight import StraightGround
from dispatch.travels import Start, Travels

if TYPE_CHECKING:
    from gis.city import City
    from gis.profile import Profile
    from gis.roads import RoadNetwork
    from gis.routing import Router
    from gis.snap import Snap

Projection = Callable[[Any, Any], tuple[Any, Any]]
# A place farther from every road than this is not thought to be walked to: a straight line is guessed instead.
OFF_ROAD_LIMIT_M = 1000.0
# Where the road at a place is closed, crews leave their vehicle at the nearest open road within this distance.
WALK_PAST_CLOSURE_M = 400.0
PATHS_KEPT = 512


class Ground:
    """Answer times and routes on a city's roads, by mode (`emergency`, `ordinary`) and with the state's closures.

    Belongs to the thread that made it, as the routers in it do. Snapped starts are kept until the unit moves.
    """

    def __init__(self, network: RoadNetwork, profiles: Mapping[str, Profile]) -> None:
        if not profiles:
            raise ValueError("a ground needs at least one driving profile")
        self._network = network
        self._profiles = dict(profiles)
        self._closures: tuple[Closure, ...] = ()
        self._arcs_of: dict[Closure, tuple[int, ...]] = {}
        self._sides: dict[str, _Side] = {}

    @classmethod
    def of_city(cls, city: City) -> Ground:
        """Open a city's roads and driving profiles. Raises RoadsError or ProfileError saying what is wrong."""
        from gis.profile import default_profiles, read_profiles

        profiles = read_profiles(city.profiles_file) if city.profiles_file.exists() else default_profiles()
        return cls(city.roads(), profiles)

    @property
    def network(self) -> RoadNetwork:
        """The roads that it answers for."""
        return self._network

    def away_m(self, lonlat: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        """Measure how far outside the box of the roads places (WGS 84) lie, float64 (k,); 0 inside, inf for none."""
        from gis.crs import LONLAT, transformer

        nodes, places = self._network.node_xy, np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        if not len(nodes):
            return np.full(len(places), math.inf)
        xy = np.column_stack(transformer(LONLAT, self._network.crs).transform(places[:, 0], places[:, 1]))
        with np.errstate(invalid="ignore"):
            outside = np.maximum(np.maximum(nodes.min(axis=0) - xy, xy - nodes.max(axis=0)), 0.0)
        return np.where(np.isfinite(xy).all(axis=1), np.hypot(outside[:, 0], outside[:, 1]), math.inf)

    def router(self, mode: str) -> Router:
        """Return the router of a mode, with the present closures."""
        return self._side(mode).router

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Close exactly these roads in every mode; nothing is done where they are closed already."""
        wanted = tuple(sorted(closures, key=lambda closure: closure.id))
        if wanted != self._closures:
            self._closures = wanted
            known = self._arcs_of
            self._arcs_of = {each: known[each] if each in known else self._arcs(each) for each in wanted}
            for side in self._sides.values():
                side.close(self._closed_arcs)

    @property
    def _closed_arcs(self) -> list[int]:
        return sorted({arc for arcs in self._arcs_of.values() for arc in arcs})

    def _arcs(self, closure: Closure) -> tuple[int, ...]:
        from gis.closures import closed_arcs

        try:
            return tuple(closed_arcs(self._network, closure))
        except ValueError as error:  # one bad shape in an old log must not cost every answer
            logging.getLogger(__name__).warning("closure %s closes nothing: %s", closure.id, error)
            return ()

    def prepare(self, mode: str, starts: Sequence[Start]) -> None:
        """Snap starts now, so that the next question need not."""
        self._side(mode).snaps(starts)

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the time from every start to one place (WGS 84) by the present roads.

        A start, or the place, beyond OFF_ROAD_LIMIT_M of every road gets a straight-line guess, marked so.
        """
        [travels] = self.travels_to_each(mode, starts, [(lon, lat)])
        return travels

    def travels_to_each(
        self, mode: str, starts: Sequence[Start], places: Sequence[tuple[float, float]]
    ) -> list[Travels]:
        """Give what `travels` does for every place (lon, lat), with one search for all of them."""
        side = self._side(mode)
        targets = side.snap_places(places)
        snaps = side.snaps(starts) if any(target is not None for target in targets) else []
        times_s = side.router.matrix_s(snaps, [target for target in targets if target is not None])
        offsets = np.array([math.nan if snap is None else snap.offset_m for snap in snaps])
        is_estimate = np.isnan(offsets)
        off_road_m = np.where(is_estimate, OFF_ROAD_LIMIT_M, math.nan)
        found, columns = [], iter(times_s.T)
        for (lon, lat), target in zip(places, targets, strict=True):
            if target is None:
                found.append(StraightGround().travels(mode, starts, lon, lat))
                continue
            access_s = (offsets + target.offset_m) / side.router.profile.off_road_mps
            travel_s = np.maximum(next(columns) - access_s, 0.0)
            if is_estimate.any():
                guess = StraightGround().travels(mode, starts, lon, lat)
                travel_s = np.where(is_estimate, guess.travel_s, travel_s)
                access_s = np.where(is_estimate, 0.0, access_s)
            found.append(Travels(travel_s, access_s, is_estimate, off_road_m))
        return found

    def path(self, mode: str, start: Start, lon: float, lat: float) -> Path | None:
        """Give the way by road from a start to a place (WGS 84); None where there is none."""
        [path] = self.paths(mode, [start], lon, lat)
        return path

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place (WGS 84); None where there is none."""
        side = self._side(mode)
        target = side.snap_place(lon, lat)
        if target is None:
            return [None] * len(starts)
        paths = side.paths(side.snaps(starts), target)
        return [path and replace(path, unit_id=start.unit_id) for start, path in zip(starts, paths, strict=True)]

    def _side(self, mode: str) -> _Side:
        """Return the part for a mode; a city whose profiles lack it drives by its first profile."""
        name = mode if mode in self._profiles else next(iter(self._profiles))
        if name not in self._sides:
            self._sides[name] = _Side(self._network, self._profiles[name], self._closed_arcs)
        return self._sides[name]


class _Side:
    """One profile's router, the places snapped for it, and the open roads while some are closed."""

    def __init__(self, network: RoadNetwork, profile: Profile, closed: Sequence[int]) -> None:
        from gis.routing import Router

        self._network = network
        self.router = Router(network, profile, closures=closed)
        self._kept: dict[str, tuple[Start, Snap | None]] = {}
        self._paths: dict[tuple[Snap, Snap], Path | None] = {}
        self._place: tuple[tuple[float, float], Snap | None] | None = None
        self._past: dict[tuple[float, float], Snap | None] = {}

    def close(self, arcs: Sequence[int]) -> None:
        self.router.set_closed(arcs)
        self._past.clear()
        self._place = None
        self._paths.clear()

    @cached_property
    def _projections(self) -> tuple[Projection, Projection]:
        from gis.crs import LONLAT, transformer

        there = transformer(LONLAT, self._network.crs)
        back = transformer(self._network.crs, LONLAT)
        return there.transform, back.transform

    def paths(self, sources: Sequence[Snap | None], target: Snap) -> list[Path | None]:
        """Give the ways to a point on the road; units of one station, and the same question again, share one."""
        if len(self._paths) >= PATHS_KEPT:
            self._paths.clear()
        new = [each for each in dict.fromkeys(sources) if each is not None and (each, target) not in self._paths]
        routes = self.router.routes(new, target)
        found = [route for route in routes if route is not None]
        points = iter(self._to_lonlat([route.xy for route in found]))
        for source, route in zip(new, routes, strict=True):
            path = None
            if route is not None:
                times_s = tuple(route.times_s.round(3).tolist())
                path = Path("", next(points), times_s, route.names, round(route.distance_m + route.off_road_m, 1))
            self._paths[source, target] = path
        return [None if source is None else self._paths[source, target] for source in sources]

    def _to_lonlat(self, lines: list[NDArray[np.float64]]) -> list[tuple[tuple[float, float], ...]]:
        """Give lines of points (k, 2) in the network's CRS as lon/lat pairs."""
        if not lines:
            return []
        xy = np.concatenate(lines)
        lon, lat = self._projections[1](xy[:, 0], xy[:, 1])
        pairs = list(zip(lon.round(7).tolist(), lat.round(7).tolist(), strict=True))
        stops = np.cumsum([len(line) for line in lines]).tolist()
        return [tuple(pairs[begin:stop]) for begin, stop in pairwise([0, *stops])]

    def snap_place(self, lon: float, lat: float) -> Snap | None:
        """Give the point on an open road of a place; the last place asked about is kept."""
        [snap] = self.snap_places([(lon, lat)])
        return snap

    def snap_places(self, lonlat: Sequence[tuple[float, float]]) -> list[Snap | None]:
        """Give the points on open roads of several places; where one place is asked about it is kept."""
        if self._place is not None and [self._place[0]] == list(lonlat):
            return [self._place[1]]
        snaps = self._past_closures(self._snap([Start("", lon, lat) for lon, lat in lonlat]), list(lonlat))
        if len(snaps) == 1:
            self._place = (lonlat[0], snaps[0])
        return snaps

    def snaps(self, starts: Sequence[Start]) -> list[Snap | None]:
        """Give the point on the road of every start, snapping only those that moved since the last time."""
        moved = [start for start in starts if self._kept.get(start.unit_id, (None,))[0] != start]
        for start, snap in zip(moved, self._snap(moved), strict=True):
            self._kept[start.unit_id] = (start, snap)
        found = [self._kept[start.unit_id][1] for start in starts]
        return self._past_closures(found, [(start.lon, start.lat) for start in starts])

    def _snap(self, starts: Sequence[Start]) -> list[Snap | None]:
        if not starts:
            return []
        headings = np.array([math.nan if s.heading_deg is None else s.heading_deg for s in starts])
        xy = self._to_metric([(start.lon, start.lat) for start in starts])
        return self.router.snap_many(xy, headings_deg=headings, limit_m=OFF_ROAD_LIMIT_M)

    def _past_closures(self, snaps: list[Snap | None], lonlat: list[tuple[float, float]]) -> list[Snap | None]:
        """Move what stands on a closed road to the nearest open one, where that is a short walk away."""
        closed = self.router.closed
        if not closed:
            return snaps
        stuck = [row for row, snap in enumerate(snaps) if snap is not None and _is_shut(snap, closed)]
        if not stuck:
            return snaps
        new = [row for row in stuck if lonlat[row] not in self._past]
        if new:
            moved = self.router.snap_to_open(self._to_metric([lonlat[row] for row in new]), limit_m=WALK_PAST_CLOSURE_M)
            self._past.update(zip([lonlat[row] for row in new], moved, strict=True))
        answer = list(snaps)
        for row in stuck:
            answer[row] = self._past[lonlat[row]] or answer[row]
        return answer

    def _to_metric(self, lonlat: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        places = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        x, y = self._projections[0](places[:, 0], places[:, 1])
        return np.column_stack([x, y])


def _is_shut(snap: Snap, closed: frozenset[int]) -> bool:
    return snap.arc in closed and (snap.reverse < 0 or snap.reverse in closed)

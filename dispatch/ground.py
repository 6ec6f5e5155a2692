"""How long units take over the ground: by road with the roads as they are now, or by a straight line."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Closure
from dispatch.recommendation import Path

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
# A straight line is this much shorter than the way by road, and driven at this speed in each mode.
DETOUR = 1.4
STRAIGHT_KMH: Mapping[str, float] = {"emergency": 36.0, "ordinary": 25.0}
PATHS_KEPT = 512
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Start:
    """Say where a unit counts from (WGS 84); `heading_deg`, clockwise from north, is None for one that stands."""

    unit_id: str
    lon: float
    lat: float
    heading_deg: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Travels:
    """Hold the times of several starts to one place, float64 (k,) in seconds; `travel_s` inf where unreachable.

    `access_s` is the part off the road. `is_estimate` bool (k,) marks straight-line guesses; `off_road_m` float64
    (k,) is how far such a start is from every road (NaN elsewhere). `is_guess` is true where all of it is guessed.
    """

    travel_s: NDArray[np.float64]
    access_s: NDArray[np.float64]
    is_estimate: NDArray[np.bool_]
    off_road_m: NDArray[np.float64]
    is_guess: bool = False


class Roads(Protocol):
    """What `recommend` asks of the ground; tests and the fallback answer it without a road network."""

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Close exactly these roads."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the time from every start to one place."""

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place; None where there is none."""


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
        from gis.roads import RoadNetwork

        profiles = read_profiles(city.profiles_file) if city.profiles_file.exists() else default_profiles()
        return cls(RoadNetwork.open(city.roads_folder), profiles)

    @property
    def network(self) -> RoadNetwork:
        """The roads that it answers for."""
        return self._network

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
        side = self._side(mode)
        target = side.snap_place(lon, lat)
        guess = StraightGround().travels(mode, starts, lon, lat)
        if target is None:
            return guess
        snaps = side.snaps(starts)
        pace = side.router.profile.off_road_mps
        offsets = np.array([math.nan if snap is None else snap.offset_m for snap in snaps])
        access_s = (offsets + target.offset_m) / pace
        travel_s = side.router.travel_times_s(snaps, target) - access_s
        is_estimate = np.isnan(offsets)
        return Travels(
            np.where(is_estimate, guess.travel_s, np.maximum(travel_s, 0.0)),
            np.where(is_estimate, 0.0, access_s),
            is_estimate,
            np.where(is_estimate, OFF_ROAD_LIMIT_M, math.nan),
        )

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
        if self._place is None or self._place[0] != (lon, lat):
            [snap] = self._past_closures(self._snap([Start("", lon, lat)]), [(lon, lat)])
            self._place = ((lon, lat), snap)
        return self._place[1]

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


class StraightGround:
    """Guess times along straight lines, without roads: what stands there while the planner is down."""

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Take no notice: a straight line knows no roads."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Guess the time from every start: the distance times DETOUR at STRAIGHT_KMH."""
        places = np.array([(start.lon, start.lat) for start in starts], dtype=np.float64).reshape(-1, 2)
        speed_mps = STRAIGHT_KMH.get(mode, STRAIGHT_KMH["ordinary"]) / 3.6
        travel_s = distances_m(places, lon, lat) * DETOUR / speed_mps
        count = len(starts)
        return Travels(
            np.where(np.isfinite(travel_s), travel_s, math.inf),
            np.zeros(count),
            np.ones(count, dtype=bool),
            np.full(count, math.nan),
            is_guess=True,
        )

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Answer no way at all: there are no roads here."""
        return [None] * len(starts)


def distances_m(lonlat: NDArray[np.float64], lon: float, lat: float) -> NDArray[np.float64]:
    """Measure great-circle distances in metres from points (k, 2) to one point, all WGS 84."""
    lons, lats = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    half = (
        np.sin((lats - math.radians(lat)) / 2) ** 2
        + np.cos(lats) * math.cos(math.radians(lat)) * np.sin((lons - math.radians(lon)) / 2) ** 2
    )
    distances: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distances

"""How long units take over the ground by road, with the roads as they are now."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.ground_side import WALK_PAST_CLOSURE_M as WALK_PAST_CLOSURE_M
from dispatch.ground_side import Side
from dispatch.ground_starts import Some, Starts
from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.straight import StraightGround
from dispatch.travels import Start, Travels

if TYPE_CHECKING:
    from gis.city import City
    from gis.profile import Profile
    from gis.roads import Limits, RoadNetwork
    from gis.routing import Router
    from gis.snapped import Snap, SnapRows
    from gis.speeds import Speeds

# A place farther from every road than this is not thought to be walked to: a straight line is guessed instead.
OFF_ROAD_LIMIT_M = 1000.0
ANY = 0  # the kind of vehicle that no road is too small for


class Ground:
    """Answer times and routes on a city's roads, by mode (`emergency`, `ordinary`) and with the state's closures.

    Vehicles that are too high, wide or heavy for some roads keep off these in every mode. Belongs to the thread that
    made it, as the routers in it do. Snapped starts are kept until the unit moves.
    """

    def __init__(self, network: RoadNetwork, profiles: Mapping[str, Profile], *, speeds: Speeds | None = None) -> None:
        if not profiles:
            raise ValueError("a ground needs at least one driving profile")
        importlib.import_module("gis.closures")  # else the first closure would pay for it
        self._network = network
        self._profiles = dict(profiles)
        self._speeds = speeds
        self._conditions: tuple[int, int, str] | None = None  # weekday, hour, weather
        self._closures: tuple[Closure, ...] = ()
        self._arcs_of: dict[Closure, tuple[int, ...]] = {}
        self._sides: dict[tuple[str, int], Side] = {}
        self._outdated: set[tuple[str, int]] = set()
        self._lent: set[tuple[str, int]] = set()
        self._starts: dict[str, Starts] = {}
        self._factors_of: dict[str, tuple[object, NDArray[np.float32]]] = {}
        self._kind_of: dict[Limits, int] = {}
        self._barred: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]  # by kind of vehicle

    @classmethod
    def of_city(cls, city: City) -> Ground:
        """Open a city's roads, driving profiles and speeds.

        Raises RoadsError, ProfileError or BadFile saying what is wrong.
        """
        from gis.profile import default_profiles, read_profiles
        from gis.speeds import speeds_of

        profiles = read_profiles(city.profiles_file) if city.profiles_file.exists() else default_profiles()
        return cls(city.roads(), profiles, speeds=speeds_of(city.folder))

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
        """Return the router of a mode for vehicles of any size, with the closures and conditions as they come."""
        self._lent.add((self._profile_of(mode), ANY))
        return self._side(mode).router

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Close, flood or slow exactly these roads in every mode; nothing is done where they are so already."""
        wanted = tuple(sorted(closures, key=lambda closure: closure.id))
        if wanted != self._closures:
            self._closures = wanted
            known = self._arcs_of | self._arcs_of_each([each for each in wanted if each not in self._arcs_of])
            self._arcs_of = {each: known[each] for each in wanted}
            self._outdate(self._sides)

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Drive as fast as the city's speeds say of that hour and weather; nothing is done where that changes none.

        `at` is aware. A weather that the speeds do not know changes nothing.
        """
        local = at.astimezone(_zone(time_zone))
        self._conditions = (local.weekday(), local.hour, weather)
        before = {name: known[1] for name, known in self._factors_of.items()}
        self._outdate([key for key in self._sides if self._factors(key[0]) is not before.get(key[0])])

    def _outdate(self, sides: Iterable[tuple[str, int]]) -> None:
        """Note that sides must be brought up to date: at once where somebody holds the router, else when one is asked.

        Most questions are about one mode, so that the others can wait.
        """
        self._outdated.update(sides)
        for name, kind in self._outdated & self._lent:
            self._change(name, kind)

    def _change(self, name: str, kind: int) -> None:
        """Bring one side up to the present closures and conditions."""
        closed = {arc for each, arcs in self._arcs_of.items() if each.kind != "slow" for arc in arcs}
        slow: dict[int, float] = {}
        for each, arcs in self._arcs_of.items():
            if each.kind == "slow":
                slow.update((arc, min(each.speed_factor, slow.get(arc, 1.0))) for arc in arcs)
        self._sides[name, kind].set_weights(closed, slow, self._factors(name))
        self._outdated.discard((name, kind))

    def _factors(self, name: str) -> NDArray[np.float32] | None:
        """Give the factors of a profile under the present conditions, the same array while these stay."""
        if self._speeds is None or self._conditions is None:
            return None
        weekday, hour, weather = self._conditions
        slot = self._speeds.slot(weekday=weekday, hour=hour, weather=weather, profile=name)
        known = self._factors_of.get(name)
        if known is None or known[0] != slot:
            factors = self._speeds.factors(self._network, weekday=weekday, hour=hour, weather=weather, profile=name)
            is_same = known is not None and np.array_equal(known[1], factors)
            known = self._factors_of[name] = (slot, known[1] if known is not None and is_same else factors)
        return known[1]

    def _arcs_of_each(self, closures: Sequence[Closure]) -> dict[Closure, tuple[int, ...]]:
        from gis.closures import closed_arcs_at

        points = [each for each in closures if each.geometry_type == "Point" and each.coordinates]
        at_once = zip(points, closed_arcs_at(self._network, points), strict=True) if points else ()
        found = {each: tuple(arcs) for each, arcs in at_once if arcs is not None}
        return found | {each: self._arcs(each) for each in closures if each not in found}

    def _arcs(self, closure: Closure) -> tuple[int, ...]:
        from gis.closures import closed_arcs

        try:
            return tuple(closed_arcs(self._network, closure))
        except ValueError as error:  # one bad shape in an old log must not cost every answer
            logging.getLogger(__name__).warning("closure %s closes nothing: %s", closure.id, error)
            return ()

    def prepare(self, mode: str, starts: Sequence[Start]) -> None:
        """Snap starts now, so that the next question need not."""
        self._side(mode)
        self._starts_of(mode).rows(starts)

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
        targets = self._side(mode).snap_places(places, limit_m=OFF_ROAD_LIMIT_M)
        if not any(target is not None for target in targets):
            return [StraightGround().travels(mode, starts, lon, lat) for lon, lat in places]
        table = self._starts_of(mode)
        rows = table.rows(starts)
        is_estimate, kinds = table.places.arc[rows] < 0, table.kinds[rows]
        off_road_m = np.where(is_estimate, OFF_ROAD_LIMIT_M, math.nan)
        guessed = np.flatnonzero(is_estimate)
        lost = [starts[at] for at in guessed.tolist()]
        parts = [
            (
                at,
                self._times(mode, kind, Some(starts, at), table.places.take(rows[at]), places, targets),
            )
            for kind in np.unique(kinds[~is_estimate]).tolist()
            if len(at := np.flatnonzero((kinds == kind) & ~is_estimate))
        ]
        found = []
        for number, ((lon, lat), target) in enumerate(zip(places, targets, strict=True)):
            if target is None:
                found.append(StraightGround().travels(mode, starts, lon, lat))
                continue
            travel_s, access_s = np.full(len(starts), math.inf), np.zeros(len(starts))
            too_large = np.zeros(0, dtype=bool)
            for at, (times_s, walks_s, is_too_large) in parts:
                travel_s[at] = np.maximum(times_s[number] - walks_s[number], 0.0)
                access_s[at] = walks_s[number]
                if is_too_large is not None:
                    too_large = too_large if len(too_large) else np.zeros(len(starts), dtype=bool)
                    too_large[at] = is_too_large[number]
            if lost:
                travel_s[guessed] = StraightGround().travels(mode, lost, lon, lat).travel_s
            found.append(Travels(travel_s, access_s, is_estimate, off_road_m, is_too_large=too_large))
        return found

    def _times(
        self,
        mode: str,
        kind: int,
        starts: Sequence[Start],
        source: SnapRows,
        places: Sequence[tuple[float, float]],
        plain: Sequence[Snap | None],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_] | None]:
        """Answer for starts that are on the road, all of one kind of vehicle; `source` are their places there.

        `plain` are the places as vehicles of any size come to them.
        Gives the seconds to each place, the part of it off the road, both float64 (t, k), inf where there is no way,
        and bool (t, k) which a smaller vehicle could reach, None where that is asked of none.
        """
        side = self._side(mode, kind)
        here = source if kind == ANY else source.take(np.arange(len(starts)))
        side.move_past_closures(here, starts)
        targets = plain if kind == ANY else side.snap_places(places, limit_m=OFF_ROAD_LIMIT_M)
        times_s = side.router.times_s(here, targets)
        offsets_m = np.array([0.0 if target is None else target.offset_m for target in targets])
        walks_s = (here.offset_m[None, :] + offsets_m[:, None]) / side.router.profile.off_road_mps
        if kind == ANY or np.isfinite(times_s).all():
            return times_s, walks_s, None
        kept_out = np.isinf(times_s)
        some = np.flatnonzero(kept_out.any(axis=0))
        smaller_s, _, _ = self._times(mode, ANY, Some(starts, some), source.take(some), places, plain)
        kept_out[:, some] &= np.isfinite(smaller_s)
        return times_s, walks_s, kept_out

    def path(self, mode: str, start: Start, lon: float, lat: float) -> Path | None:
        """Give the way by road from a start to a place (WGS 84); None where there is none."""
        [path] = self.paths(mode, [start], lon, lat)
        return path

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place (WGS 84); None where there is none."""
        table = self._starts_of(mode)
        rows = table.rows(starts)
        found: list[Path | None] = [None] * len(starts)
        for kind in np.unique(table.kinds[rows]).tolist():
            side = self._side(mode, kind)
            [target] = side.snap_places([(lon, lat)], limit_m=OFF_ROAD_LIMIT_M)
            at = np.flatnonzero((table.kinds[rows] == kind) & (table.places.arc[rows] >= 0)).tolist()
            if target is None or not at:
                continue
            source = table.places.take(rows[at])
            side.move_past_closures(source, [starts[row] for row in at])
            for row, path in zip(at, side.paths([source.snap(row) for row in range(len(at))], target), strict=True):
                found[row] = path and replace(path, unit_id=starts[row].unit_id)
        return found

    def _side(self, mode: str, kind: int = ANY) -> Side:
        """Return the part for a mode and kind of vehicle."""
        name = self._profile_of(mode)
        if (name, kind) not in self._sides:
            beside = self._sides.get((name, ANY)) or next(iter(self._sides.values()), None)
            self._sides[name, kind] = Side(self._network, self._profiles[name], self._barred[kind], beside=beside)
            self._outdated.add((name, kind))
        if (name, kind) in self._outdated:
            self._change(name, kind)
        return self._sides[name, kind]

    def _profile_of(self, mode: str) -> str:
        """Name the profile of a mode; a city whose profiles lack it drives by its first one."""
        return mode if mode in self._profiles else next(iter(self._profiles))

    def _starts_of(self, mode: str) -> Starts:
        name = self._profile_of(mode)
        if name not in self._starts:
            self._starts[name] = Starts(lambda starts: self._snap(mode, starts), self._kind)
        return self._starts[name]

    def _snap(self, mode: str, starts: Sequence[Start]) -> list[Snap | None]:
        side = self._side(mode)
        headings = np.array([math.nan if start.heading_deg is None else start.heading_deg for start in starts])
        speeds = np.array([start.speed_mps for start in starts], dtype=np.float64)
        xy = side.to_metric([(start.lon, start.lat) for start in starts])
        return side.router.snap_many(xy, headings_deg=headings, speeds_mps=speeds, limit_m=OFF_ROAD_LIMIT_M)

    def _kind(self, size: Limits) -> int:
        """Number the kind of vehicle: those of one kind may drive the same roads."""
        if size not in self._kind_of:
            barred = self._network.arcs_too_small_for(size)
            kind = next((at for at, each in enumerate(self._barred) if np.array_equal(each, barred)), len(self._barred))
            if kind == len(self._barred):
                self._barred.append(barred)
            self._kind_of[size] = kind
        return self._kind_of[size]


def _zone(name: str) -> tzinfo:
    """Return a time zone; a log that names one that is not known here must not cost every answer."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC

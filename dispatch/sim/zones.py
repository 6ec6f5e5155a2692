"""The ground of a simulation: some thousand places, and the seconds by road from each to each, worked out once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.straight import DETOUR, EARTH_RADIUS_M, STRAIGHT_KMH
from dispatch.travels import Start, Travels

if TYPE_CHECKING:
    from dispatch.ground import Ground

MODES = ("emergency", "ordinary")
Place = tuple[float, float]
_RASTER = 320


@dataclass(frozen=True, eq=False)
class Zones:
    """Hold k places, lonlat float64 (k, 2) in WGS 84, and by mode the seconds from each to each, float32 (k, k).

    `seconds[mode][from, to]`; inf where there is no way. Units and incidents count from the nearest place.
    """

    lonlat: NDArray[np.float64]
    seconds: Mapping[str, NDArray[np.float32]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.lonlat)

    @cached_property
    def _to(self) -> dict[str, list[array[float]]]:
        """Keep by mode and destination the seconds from every place: what is asked of all units at once."""
        return {
            mode: [array("f", row.tobytes()) for row in np.ascontiguousarray(table.T)]
            for mode, table in self.seconds.items()
        }

    def to(self, mode: str, zone: int) -> array[float]:
        """Return the seconds from every place to one."""
        return self._to[mode if mode in self._to else MODES[0]][zone]

    def nearest(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Find the place nearest to each of some (lon, lat), float64 (n, 2), as int64 (n,)."""
        from scipy.spatial import cKDTree

        if not len(lonlat):
            return np.zeros(0, dtype=np.int64)
        return np.asarray(cKDTree(self.lonlat * self._flat).query(lonlat * self._flat)[1], dtype=np.int64)

    def near(self, lon: float, lat: float) -> int:
        """Find the place near one: itself where it is one, else exact to a cell of a raster over the city."""
        known = self._known.get((lon, lat))
        if known is not None:
            return known
        west, south, wide, high, cells = self._raster
        column = min(max(int((lon - west) / wide), 0), _RASTER - 1)
        row = min(max(int((lat - south) / high), 0), _RASTER - 1)
        return cells[row * _RASTER + column]

    @cached_property
    def _known(self) -> dict[Place, int]:
        return {place: zone for zone, place in reversed(list(enumerate(zip(*self.lonlat.T.tolist(), strict=True))))}

    @cached_property
    def _flat(self) -> NDArray[np.float64]:
        middle = float(np.radians(self.lonlat[:, 1].mean())) if len(self) else 0.0
        return np.array([math.cos(middle), 1.0])

    @cached_property
    def _raster(self) -> tuple[float, float, float, float, list[int]]:
        (west, south), (east, north) = self.lonlat.min(axis=0), self.lonlat.max(axis=0)
        wide, high = max((east - west) / _RASTER, 1e-9), max((north - south) / _RASTER, 1e-9)
        lon = west + (np.arange(_RASTER) + 0.5) * wide
        lat = south + (np.arange(_RASTER) + 0.5) * high
        grid = np.column_stack([np.tile(lon, _RASTER), np.repeat(lat, _RASTER)])
        return float(west), float(south), float(wide), float(high), self.nearest(grid).tolist()


def areas_of(zones: Zones, stations: Sequence[tuple[float, float]]) -> NDArray[np.int64]:
    """Return which of the stations (lon, lat) is nearest by road to every zone, int64 (zones,); 0 where none is."""
    if not stations:
        return np.zeros(len(zones), dtype=np.int64)
    at = [zones.near(lon, lat) for lon, lat in stations]
    return np.asarray(zones.seconds["emergency"][at].argmin(axis=0), dtype=np.int64)


def straight_zones(lonlat: NDArray[np.float64]) -> Zones:
    """Guess the seconds along straight lines, as `StraightGround` does: for places without roads."""
    metres = np.radians(lonlat - lonlat.mean(axis=0)) * EARTH_RADIUS_M
    metres[:, 0] *= math.cos(math.radians(float(lonlat[:, 1].mean())))
    away = np.hypot(*(metres[:, None, :] - metres[None, :, :]).transpose(2, 0, 1)) * DETOUR
    return Zones(lonlat, {mode: (away / (STRAIGHT_KMH[mode] / 3.6)).astype(np.float32) for mode in MODES})


def road_zones(
    ground: Ground,
    lonlat: NDArray[np.float64],
    *,
    closures: Iterable[Closure],
    at: datetime,
    time_zone: str,
    weather: str,
) -> Zones:
    """Ask the roads, closed and driven as they are at one moment; a place far off them is guessed along a line."""
    from dispatch.coverage_times import CellTimes

    ground.set_closures(closures)
    ground.set_conditions(at=at, time_zone=time_zone, weather=weather)
    places: list[Place] = [(lon, lat) for lon, lat in lonlat.tolist()]
    found: dict[str, NDArray[np.float32]] = {}
    guess = straight_zones(lonlat)
    for mode in MODES:
        times = CellTimes(mode, lonlat)
        times.add(ground, list(dict.fromkeys(places)))
        seconds = times.of(places)
        off_road = ~np.isfinite(seconds).any(axis=1)
        seconds[off_road] = guess.seconds[mode][off_road]
        seconds[:, off_road] = guess.seconds[mode][:, off_road]
        np.fill_diagonal(seconds, 0.0)
        found[mode] = seconds
    return Zones(lonlat, found)


class ZoneRoads:
    """Answer `Roads` from zones, so that `recommend` and `plan` ask what the simulation drives.

    `incidents` are the zones of what happens at some (lon, lat); elsewhere the nearest place counts.
    """

    def __init__(self, zones: Zones, incidents: Mapping[Place, int] = MappingProxyType({})) -> None:
        self.zones, self._incidents = zones, incidents

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Do nothing: closed roads are in the seconds already."""

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Do nothing: so is the weather."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the seconds from the place nearest to each start to the one nearest to (lon, lat)."""
        zones = self.zones
        there = self._incidents.get((lon, lat))
        to = zones.to(mode, zones.near(lon, lat) if there is None else there)
        count = len(starts)
        return Travels(
            np.array([to[zones.near(start.lon, start.lat)] for start in starts], dtype=np.float64),
            np.zeros(count),
            np.zeros(count, dtype=bool),
            np.full(count, math.nan),
        )

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give no ways: nobody looks at them."""
        return [None] * len(starts)

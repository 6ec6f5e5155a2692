"""Gather from recorded trips how long every class of road took at every hour, beside what its profile expects."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gis.crs import LONLAT, transformer
from gis.drives import Drive, drives_of
from gis.map_matching import Matcher, Step
from gis.profile import Profile
from gis.roads import ArcFlag, RoadNetwork
from gis.speeds import Band, Speeds
from gis.trips import Trip

_FASTEST = 1.5  # of a profile's top speed
_MOST_FIXED = 0.8  # of a step's time that barriers and turns may have taken
Tell = Callable[[float, str], None]


class Cell(NamedTuple):
    """Name what one factor is learned for."""

    profile: str
    road_class: str
    band: Band


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Hold what the steps of matched trips took.

    A step is the way between two fixes: `step_trip` int64 (s,) into `trips`, `step_s` float64 (s,) its seconds without
    `fixed_s` float64 (s,), those of barriers and turns. A part is what a step drove in one cell: `part_step`,
    `part_cell` int64 (p,), `part_s` float64 (p,) the seconds that the profile as it is would take. `expected` float64
    (c,) is the factor of each cell before anything is learned. `dropped` counts what was left out, by reason.
    """

    trips: tuple[str, ...]
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    expected: NDArray[np.float64]
    step_trip: NDArray[np.int64]
    step_s: NDArray[np.float64]
    fixed_s: NDArray[np.float64]
    part_step: NDArray[np.int64]
    part_cell: NDArray[np.int64]
    part_s: NDArray[np.float64]
    dropped: Mapping[str, int]
    driven_km: float


def observe(
    network: RoadNetwork,
    profiles: Mapping[str, Profile],
    trips: Sequence[Trip],
    speeds: Speeds,
    *,
    time_zone: str,
    tell: Tell = lambda share, doing: None,
) -> Observed:
    """Match trips onto the roads and take their times; `speeds` says what is expected, and its bands are those learned.

    `time_zone` is the city's. A trip whose mode is no profile is dropped as "mode".
    """
    bands = bands_of(speeds)
    gathering = _Gathering(network, speeds, bands, _band_table(bands), ZoneInfo(time_zone))
    sides: dict[str, _Side] = {}
    to_metric = transformer(LONLAT, network.crs)
    for row, trip in enumerate(trips):
        tell(row / len(trips), f"matching trips ({row:,} of {len(trips):,})")
        if trip.mode not in profiles:
            gathering.dropped["mode"] += 1
            continue
        if trip.mode not in sides:
            sides[trip.mode] = _Side(network, profiles[trip.mode])
        side = sides[trip.mode]
        xy = np.column_stack(to_metric.transform(trip.lonlat[:, 0], trip.lonlat[:, 1]))
        for drive in drives_of(trip.at_s, xy, gathering.dropped):
            gathering.take(trip, drive, side.matcher.match(drive, gathering.dropped), side)
    return gathering.observed()


def bands_of(speeds: Speeds) -> tuple[Band, ...]:
    """Part the week into bands: those of the traffic rows, and what they leave, as runs of hours that days share."""
    bands = [row.band for row in speeds.traffic]
    runs: dict[tuple[int, int], set[int]] = {}
    for day in range(7):
        free = [not any(band.holds(day, hour) for band in bands) for hour in range(24)]
        start = None
        for hour in range(25):
            is_free = hour < 24 and free[hour]
            if is_free and start is None:
                start = hour
            elif not is_free and start is not None:
                # A run of the weekend is not one with that of working days, even where nothing else is said of both.
                runs.setdefault((start, hour), set()).add(day)
                start = None
    for (start, stop), days in sorted(runs.items()):
        parts = (days & set(range(5)), days & {5, 6})
        bands += [Band(frozenset(part), start, stop) for part in parts if part]
    return tuple(bands)


def _band_table(bands: Sequence[Band]) -> list[list[int]]:
    return [
        [next(at for at, band in enumerate(bands) if band.holds(day, hour)) for hour in range(24)] for day in range(7)
    ]


class _Side:
    """What one profile needs: its times, and what matches for it."""

    def __init__(self, network: RoadNetwork, profile: Profile) -> None:
        self.profile = profile
        weights = profile.weights_ms(network)
        self.matcher = Matcher(network, weights)
        self.arc_s = (weights / 1000.0).tolist()
        self.fastest_mps = _FASTEST * profile.top_speed_kmh / 3.6


class _Gathering:
    def __init__(
        self, network: RoadNetwork, speeds: Speeds, bands: Sequence[Band], table: list[list[int]], zone: ZoneInfo
    ) -> None:
        self.dropped: Counter[str] = Counter()
        self._speeds, self._bands, self._table, self._zone = speeds, bands, table, zone
        self._classes = [network.classes[code] for code in np.asarray(network.road_class).tolist()]
        self._is_turn = (np.asarray(network.edge) < 0).tolist()
        self._is_tunnel = ((np.asarray(network.flags) & ArcFlag.TUNNEL) != 0).tolist()
        self._trips: dict[str, int] = {}
        self._units: list[str] = []
        self._cells: dict[Cell, int] = {}
        self._steps: list[tuple[int, float, float]] = []
        self._parts: list[tuple[int, int, float]] = []
        self._driven_m = 0.0

    def take(self, trip: Trip, drive: Drive, steps: Sequence[Step], side: _Side) -> None:
        waited_s, behind = 0.0, -1
        for step in steps:
            took_s = float(drive.at_s[step.last] - drive.at_s[step.first])
            if step.first == behind:
                took_s += waited_s
            fixed_s, driven = 0.0, Counter[str]()
            for arc, share in step.parts:
                if self._is_turn[arc]:
                    fixed_s += side.arc_s[arc]
                else:
                    driven[self._classes[arc]] += share * side.arc_s[arc]
            if sum(driven.values()) <= 0.0:  # it stood or trembled: the time is part of getting on
                waited_s, behind = took_s, step.last
                continue
            waited_s, behind = 0.0, -1
            if any(self._is_tunnel[arc] for arc, _ in step.parts):
                self.dropped["tunnel"] += 1
            elif step.is_beside_street:
                self.dropped["beside"] += 1
            elif step.is_doubtful:
                self.dropped["detour"] += 1
            elif step.distance_m > side.fastest_mps * took_s:
                self.dropped["too_fast"] += 1
            else:
                at_s = float(drive.at_s[step.first] + drive.at_s[step.last]) / 2.0
                self._add(trip, took_s, min(fixed_s, _MOST_FIXED * took_s), driven, at_s)
                self._driven_m += step.distance_m

    def _add(self, trip: Trip, took_s: float, fixed_s: float, driven: Counter[str], at_s: float) -> None:
        if trip.id not in self._trips:
            self._trips[trip.id] = len(self._trips)
            self._units.append(trip.unit_id)
        local = datetime.fromtimestamp(at_s, self._zone)
        band = self._bands[self._table[local.weekday()][local.hour]]
        for road_class, seconds in driven.items():
            if seconds > 0:
                cell = self._cells.setdefault(Cell(trip.mode, road_class, band), len(self._cells))
                self._parts.append((len(self._steps), cell, seconds))
        self._steps.append((self._trips[trip.id], took_s - fixed_s, fixed_s))

    def observed(self) -> Observed:
        steps = np.array(self._steps, dtype=np.float64).reshape(-1, 3)
        parts = np.array(self._parts, dtype=np.float64).reshape(-1, 3)
        return Observed(
            trips=tuple(self._trips),
            units=tuple(self._units),
            cells=tuple(self._cells),
            expected=np.array([expected_of(self._speeds, cell) for cell in self._cells], dtype=np.float64),
            step_trip=steps[:, 0].astype(np.int64),
            step_s=steps[:, 1],
            fixed_s=steps[:, 2],
            part_step=parts[:, 0].astype(np.int64),
            part_cell=parts[:, 1].astype(np.int64),
            part_s=parts[:, 2],
            dropped={reason: count for reason, count in sorted(self.dropped.items()) if count},
            driven_km=self._driven_m / 1000.0,
        )


def expected_of(speeds: Speeds, cell: Cell) -> float:
    """Give the factor of a cell that is expected before anything is learned."""
    day, hour = min(cell.band.days), cell.band.from_hour
    factor = speeds.expected(cell.road_class, weekday=day, hour=hour, profile=cell.profile)
    return factor if factor > 0 and math.isfinite(factor) else 1.0

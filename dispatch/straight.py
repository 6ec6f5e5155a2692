"""How long units take by a straight line: what is guessed where there are no roads to ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.travels import Start, Travels

# A straight line is this much shorter than the way by road, and driven at this speed in each mode.
DETOUR = 1.4
STRAIGHT_KMH: Mapping[str, float] = {"emergency": 36.0, "ordinary": 25.0}
# Farther than this in a straight line nothing is guessed: mutual aid comes from the next towns, and what seems farther
# is mostly a longitude and a latitude that changed places. Such a unit, or place, counts as unreachable.
GUESS_LIMIT_M = 50_000.0
EARTH_RADIUS_M = 6_371_008.8


class StraightGround:
    """Guess times along straight lines, without roads: what stands there while the planner is down."""

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Take no notice: a straight line knows no roads."""

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Take no notice: a straight line knows no hours."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Guess the time from every start: the distance times DETOUR at STRAIGHT_KMH; inf beyond GUESS_LIMIT_M."""
        places = np.array([(start.lon, start.lat) for start in starts], dtype=np.float64).reshape(-1, 2)
        speed_mps = STRAIGHT_KMH.get(mode, STRAIGHT_KMH["ordinary"]) / 3.6
        away_m = distances_m(places, lon, lat)
        count = len(starts)
        return Travels(
            np.where(away_m <= GUESS_LIMIT_M, away_m * DETOUR / speed_mps, math.inf),
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
    with np.errstate(invalid="ignore"):  # what is nowhere is no distance away: NaN
        half = (
            np.sin((lats - math.radians(lat)) / 2) ** 2
            + np.cos(lats) * math.cos(math.radians(lat)) * np.sin((lons - math.radians(lon)) / 2) ** 2
        )
    distances: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distances

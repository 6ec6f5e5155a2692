"""The town's streets as a ground for recommendations: driven round corners at 10 m/s, with what tests want broken."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.travels import Start, Travels

METRES_A_DEGREE = 111_195.0
SPEED_MPS = 10.0


class TownRoads:
    """Answer grid distances; `cut_off` units reach nothing, those `off_road` are guessed, `asked` counts questions."""

    def __init__(self, *, cut_off: Iterable[str] = (), off_road: Iterable[str] = ()) -> None:
        self.cut_off = set(cut_off)
        self.off_road = set(off_road)
        self.closures: tuple[Closure, ...] = ()
        self.conditions: tuple[datetime, str, str] | None = None
        self.starts: dict[str, Start] = {}
        self.modes: list[str] = []

    def set_closures(self, closures: Iterable[Closure]) -> None:
        self.closures = tuple(closures)

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        self.conditions = (at, time_zone, weather)

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        self.modes.append(mode)
        self.starts = {start.unit_id: start for start in starts}
        is_estimate = np.array([start.unit_id in self.off_road for start in starts], dtype=bool)
        return Travels(
            np.array([self.travel_s(start, lon, lat) for start in starts], dtype=np.float64),
            np.where(is_estimate, 0.0, 5.0),
            is_estimate,
            np.where(is_estimate, 1500.0, math.nan),
        )

    def travel_s(self, start: Start, lon: float, lat: float) -> float:
        if start.unit_id in self.cut_off:
            return math.inf
        east_m = abs(start.lon - lon) * METRES_A_DEGREE / 2  # at 60 degrees north
        return round((east_m + abs(start.lat - lat) * METRES_A_DEGREE) / SPEED_MPS, 3)

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        return [self._path(start, lon, lat) for start in starts]

    def _path(self, start: Start, lon: float, lat: float) -> Path | None:
        seconds = self.travel_s(start, lon, lat)
        if not math.isfinite(seconds):
            return None
        points = ((start.lon, start.lat), (lon, start.lat), (lon, lat))
        return Path(start.unit_id, points, (0.0, seconds / 2, seconds), ("Street",), seconds * SPEED_MPS)

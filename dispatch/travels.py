"""What is asked of the ground: where units start, how long each takes to a place, and by which way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dispatch.incident import Closure
from dispatch.recommendation import Path


@dataclass(frozen=True, slots=True)
class Start:
    """Say where a unit counts from (WGS 84); `heading_deg`, clockwise from north, is None for one that stands.

    `speed_mps` is how fast one with a heading drives: it passes corners that it is too fast for.

    `size` is the height and width in metres and the weight in tonnes of its vehicle, 0 where no limit matters.
    """

    unit_id: str
    lon: float
    lat: float
    heading_deg: float | None = None
    size: tuple[float, float, float] = (0.0, 0.0, 0.0)
    speed_mps: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Travels:
    """Hold the times of several starts to one place, float64 (k,) in seconds; `travel_s` inf where unreachable.

    `access_s` is the part off the road. `is_estimate` bool (k,) marks straight-line guesses; `off_road_m` float64
    (k,) is how far such a start is from every road (NaN elsewhere). `is_guess` is true where all of it is guessed.
    `is_too_large` bool (k,), or empty for none, marks what cannot come though a smaller vehicle could.
    """

    travel_s: NDArray[np.float64]
    access_s: NDArray[np.float64]
    is_estimate: NDArray[np.bool_]
    off_road_m: NDArray[np.float64]
    is_guess: bool = False
    is_too_large: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))


class Roads(Protocol):
    """What `recommend` asks of the ground; tests and the fallback answer it without a road network."""

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Close, flood or slow exactly these roads."""

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Let roads be driven as they are at that hour in that weather."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the time from every start to one place."""

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place; None where there is none."""


@runtime_checkable
class ManyPlaces(Protocol):
    """Roads that answer for many places at once, quicker than one by one."""

    def travels_to_each(
        self, mode: str, starts: Sequence[Start], places: Sequence[tuple[float, float]]
    ) -> list[Travels]:
        """Give what `Roads.travels` does for every place (lon, lat)."""


def travels_to_each(
    ground: Roads, mode: str, starts: Sequence[Start], places: Sequence[tuple[float, float]]
) -> list[Travels]:
    """Give the times from every start to each of several places (lon, lat), at once where the ground can."""
    if isinstance(ground, ManyPlaces):
        return ground.travels_to_each(mode, starts, places)
    return [ground.travels(mode, starts, lon, lat) for lon, lat in places]

"""How calls lie over the week, the kinds and the areas of a city."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import HOURS_A_WEEK, Calls, days_of, hourly
from dispatch.demand.cells import Demand, nearest_cells


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Say how calls lie over the week and the city: per_hour float64 (168,), calls an hour from Monday 0 h local.

    by_kind and by_area: calls a day, the most first; `unplaced` calls a day lie in no cell of the demand.
    """

    calls: int
    days: float
    per_hour: NDArray[np.float64]
    by_kind: tuple[tuple[str, float], ...]
    by_area: tuple[tuple[str, float], ...]
    unplaced: float

    @property
    def by_hour(self) -> NDArray[np.float64]:
        """Return calls by hour of the day, float64 (24,), over all days."""
        return np.asarray(self.per_hour.reshape(7, 24).mean(axis=0))

    @property
    def by_weekday(self) -> NDArray[np.float64]:
        """Return calls a day, float64 (7,), from Monday."""
        return np.asarray(self.per_hour.reshape(7, 24).sum(axis=1))


def profile_of(calls: Calls, demand: Demand | None = None, *, name_area: Callable[[Any], str] | None = None) -> Profile:
    """Tell how the calls of whole days lie by hour, weekday, kind and area. Raises ValueError without a whole day.

    name_area: names an `Area`; without it its own name stands. An hour of the week that no day tells of is NaN.
    """
    begin_at, end_at = days_of(calls)
    inside = (calls.at_s >= begin_at.timestamp()) & (calls.at_s < end_at.timestamp())
    own = calls.only(inside)
    series = hourly(own, period=(begin_at, end_at))
    total = np.bincount(series.label, series.counts, minlength=HOURS_A_WEEK)
    seen = np.bincount(series.label, minlength=HOURS_A_WEEK)
    per_hour = np.divide(total, seen, out=np.full(HOURS_A_WEEK, np.nan), where=seen > 0)
    kinds = np.bincount(own.kind, minlength=len(own.kinds)) / series.days
    areas: dict[str, float] = {}
    unplaced = 0.0
    if demand is not None:
        cells = nearest_cells(demand, [(lon, lat) for lon, lat in own.lonlat.tolist()])
        unplaced = float((cells < 0).sum()) / series.days
        names = [name_area(area) if name_area else area.name for area in demand.areas]
        counts = np.bincount(demand.area[cells[cells >= 0]], minlength=len(names)) / series.days
        areas = dict(zip(names, counts.tolist(), strict=True))
    return Profile(
        len(own),
        series.days,
        per_hour,
        _most(dict(zip(own.kinds, kinds.tolist(), strict=True))),
        _most(areas),
        unplaced,
    )


def _most(found: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(
        sorted(((name, each) for name, each in found.items() if each > 0), key=lambda pair: (-pair[1], pair[0]))
    )

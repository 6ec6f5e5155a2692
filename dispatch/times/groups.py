"""By what response times are split: who went, where and when it was, and what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import EPOCH
from dispatch.figures.facts import NO_CODE
from dispatch.times.spans import Spans
from dispatch.times.table import TimesTable

ALL = "all"
BY_UNIT = ("department", "station", "unit")
GROUPS = ("department", "station", "area", "hour", "weekday", "kind", "priority", "unit")
QUARTER_US = 900_000_000
NOBODY = -2  # a code that no row has
Codes = NDArray[np.int64]
# Names the part of the city of places, float64 (n, 2) of lon/lat; empty where it knows none.
AreaOf = Callable[[NDArray[np.float64]], tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Hold which key of a group each row has: int64 (rows,) into `names`; NO_CODE where the group does not hold it."""

    codes: Codes
    names: tuple[str, ...]
    place: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.place.update((name, code) for code, name in enumerate(self.names))


class Splitter:
    """Tell the keys of responses and incidents of a table; hours and days are the city's own."""

    def __init__(self, table: TimesTable, area_of: AreaOf | None = None) -> None:
        self._table = table
        self._area_of = area_of
        self._incidents: dict[str, Keys] = {}

    def keys(self, group: str, spans: Spans) -> Keys:
        """Return the keys of the rows of some spans. Raises ValueError for an unknown group."""
        if group == ALL:
            return Keys(np.zeros(len(spans.incident), np.int64), (ALL,))
        if group in BY_UNIT:
            return self._by_unit(group, spans.response)
        if group not in GROUPS:
            raise ValueError(f"{group!r} is no group; there are {', '.join(GROUPS)}")
        own = self._incidents.get(group)
        if own is None:
            own = self._incidents[group] = self._by_incident(group)
        return Keys(own.codes[spans.incident], own.names)

    def _by_unit(self, group: str, response: Codes) -> Keys:
        table = self._table
        units = np.full(len(response), NO_CODE, np.int64)
        units[response != NO_CODE] = table.responses("unit")[response[response != NO_CODE]]
        if group == "unit":
            return Keys(units, tuple(table.units.all))
        names = [department if group == "department" else station for department, _, station, _ in table.unit_facts]
        known = tuple(sorted(set(names) - {""}))
        number = {name: at for at, name in enumerate(known)}
        of_unit = np.array([number.get(name, NO_CODE) for name in names] or [NO_CODE], np.int64)
        return Keys(np.where(units == NO_CODE, NO_CODE, of_unit[units]), known)

    def _by_incident(self, group: str) -> Keys:
        table = self._table
        if group == "kind":
            return Keys(table.incidents("kind").astype(np.int64), tuple(table.kinds.all))
        if group == "priority":
            found, codes = np.unique(table.incidents("priority"), return_inverse=True)
            return Keys(codes.astype(np.int64), tuple(map(str, found.tolist())))
        if group == "area":
            return self._by_area()
        hours = hours_of_week(table.incidents("received"), table.time_zone)
        if group == "weekday":
            return Keys(hours // 24, tuple(map(str, range(1, 8))))
        return Keys(hours % 24, tuple(f"{hour:02}" for hour in range(24)))

    def _by_area(self) -> Keys:
        table = self._table
        if self._area_of is None:
            return Keys(table.incidents("municipality").astype(np.int64), tuple(table.municipalities.all))
        lonlat = np.stack((table.incidents("lon"), table.incidents("lat")), axis=1)
        names = self._area_of(lonlat)
        known = tuple(sorted(set(names) - {""}))
        number = {name: at for at, name in enumerate(known)}
        return Keys(np.array([number.get(name, NO_CODE) for name in names], np.int64), known)


def hours_of_week(at_us: NDArray[Any], time_zone: str) -> Codes:
    """Return each instant's hour of the week, 0 to 167, on the city's clocks, Monday first; their changes count."""
    place = ZoneInfo(time_zone)
    quarters, which = np.unique(at_us // QUARTER_US, return_inverse=True)
    local = [(EPOCH + timedelta(microseconds=quarter * QUARTER_US)).astimezone(place) for quarter in quarters.tolist()]
    hours = np.array([each.weekday() * 24 + each.hour for each in local], np.int64)
    found: Codes = hours[which] if len(hours) else np.zeros(0, np.int64)
    return found


def known_keys(table: TimesTable, group: str) -> tuple[str, ...]:
    """List every key of a group (`department`, `station`, `unit`, `kind`, `priority`) that a table has, in order."""
    if group == "kind":
        found = set(table.kinds.all)
    elif group == "priority":
        found = set(map(str, np.unique(table.incidents("priority")).tolist()))
    elif group == "unit":
        found = set(table.units.all)
    else:
        found = {department if group == "department" else station for department, _, station, _ in table.unit_facts}
    return tuple(sorted(found - {""}, key=natural))


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Order E2 before E10."""
    parts = ("".join(signs) for _, signs in groupby(name, str.isdecimal))
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def areas_in(city: Any) -> AreaOf:
    """Return what names a city's parts: zones, named places, or the points of the compass (`compass north_east`)."""
    from dispatch.demand.areas import areas_of

    def name(lonlat: NDArray[np.float64]) -> tuple[str, ...]:
        known = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
        names = [""] * len(lonlat)
        if len(known):
            xy = np.stack(city.to_metric(lonlat[known, 0], lonlat[known, 1]), axis=1)
            codes, areas = areas_of(city, xy, np.ones(len(known)))
            for row, code in zip(known.tolist(), codes.tolist(), strict=True):
                area = areas[code]
                names[row] = f"compass {area.name}" if area.kind == "compass" else area.name
        return tuple(names)

    return name

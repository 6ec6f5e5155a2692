"""Counts what the page shows, outside the window's thread; rows are kept from one state to the next."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.demand.told import WAYS, Bar, Counts, Way
from app.demand.words import bar_name, place_of, way_name
from app.figures.own import DEPARTMENT, Share
from dispatch.calls import days_of
from dispatch.demand.cut import Chosen, Cut
from dispatch.demand.places import ALL, DAY, SIDES_M, WITHIN_M, PlacesAsked, Question
from dispatch.demand.rows import DemandRows, Keys, RowsKeeper, keys_of
from dispatch.figures.period import Period
from dispatch.state import State
from dispatch.times.groups import natural

MOST_BARS = {"cell": 60, "kind": 200, "area": 200}
BY_COUNT = ("kind", "department", "area", "cell")


@dataclass(frozen=True, slots=True)
class HowFar:
    """Say how places are looked for: how time is taken together, how large squares are, what is near."""

    rhythm: str = DAY
    side_m: float = SIDES_M[1]
    within_m: float = WITHIN_M
    within_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Say what is to be counted; `period` None is the whole log, `chosen` what is looked at alone."""

    period: Period | None = None
    chosen: Chosen = ()
    how: HowFar = field(default_factory=HowFar)
    share: Share = field(default_factory=Share)

    def choosing(self, way: str, key: str, *, beside: bool = False) -> Chosen:
        """Return what is chosen once a key was taken: alone, beside those of its way, or no more."""
        held = dict(self.chosen)
        own = held.get(way, ())
        if key in own:
            new = tuple(each for each in own if each != key) if beside else ()
        else:
            new = (*own, key) if beside else (key,)
        held[way] = new
        return tuple((each, held[each]) for each in WAYS if held.get(each))


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Hold what was counted of a state; xy float64 (n, 2) are the places of all rows in metres of `metric_crs`."""

    asked: Asked
    state: State
    cut: Cut
    counts: Counts
    xy: NDArray[np.float64]
    metric_crs: str
    seen: NDArray[np.bool_]
    language: str

    @property
    def rows(self) -> DemandRows:
        """Return all rows."""
        return self.cut.rows

    @property
    def left(self) -> NDArray[np.int64]:
        """Return the places of the rows that are left, int64 (m,)."""
        return np.flatnonzero(self.cut.left)

    def address(self, row: int) -> str:
        """Return the words of a row's place."""
        incident = self.state.incidents.get(int(self.rows.ids[row]))
        lon, lat = self.rows.lonlat[row].tolist()
        return place_of(incident.location.text if incident is not None else "", lon, lat)


class Counter:
    """Count one thing at a time, from whatever thread; without a city's folder areas are municipalities."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._keeper = RowsKeeper()
        self._lock = Lock()
        self._placed: tuple[DemandRows, NDArray[np.float64], str, Keys] | None = None
        self._area_of: Callable[[NDArray[np.float64]], tuple[str, ...]] | None = None
        self.box: tuple[float, float, float, float] | None = None

    def count(self, state: State, asked: Asked, language: str) -> Counted:
        """Count what is asked for."""
        with self._lock:
            rows = self._keeper.rows(state)
            xy, crs, area = self._places(rows)
            seen = _seen(rows, asked.share)
            base = seen.copy()
            if asked.period is not None:
                base &= rows.at_s >= asked.period.from_at.timestamp()
                base &= rows.at_s < asked.period.to_at.timestamp()
            cut = Cut(rows, base, asked.chosen, area, cells_of(xy, asked.how.side_m))
            made = Counted(asked, state, cut, _NONE, xy, crs, seen, language)
            return Counted(asked, state, cut, _counts(made), xy, crs, seen, language)

    def question(self, counted: Counted, *, places: bool = True, ahead: bool = True) -> Question:
        """Return what is to be asked about where calls gather and what may come."""
        rows, left, how = counted.rows, counted.left, counted.asked.how
        whole = counted.cut.whole
        asked = PlacesAsked(
            counted.xy[left], rows.local_s[left], rows.kind.codes[left], (whole.start, whole.stop), self.box,
            how.rhythm, how.side_m, how.within_m, how.within_h,
        )  # fmt: skip
        if any(way in ("hour", "weekday", "week", "day") for way, _ in counted.asked.chosen) and how.rhythm != ALL:
            asked = _timeless(asked)
        learnt = rows.calls(counted.cut.timeless() & counted.seen)
        return Question(asked if places else None, learnt if ahead else None, _known(rows))

    def _places(self, rows: DemandRows) -> tuple[NDArray[np.float64], str, Keys]:
        if self._placed is not None and self._placed[0] is rows:
            return self._placed[1:]
        xy, crs, names = self._on_ground(rows.lonlat)
        area = rows.municipality if names is None else keys_of(names)
        self._placed = (rows, xy, crs, area)
        return xy, crs, area

    def _on_ground(self, lonlat: NDArray[np.float64]) -> tuple[NDArray[np.float64], str, tuple[str, ...] | None]:
        if self._folder is not None:
            from dispatch.times.groups import areas_in
            from gis.city import City

            city = City.open(self._folder)
            if self._area_of is None:
                self._area_of = areas_in(city)
                self.box = box_around(city)
            xy = np.column_stack(city.to_metric(lonlat[:, 0], lonlat[:, 1])).reshape(-1, 2)
            return xy, city.metric_crs, self._area_of(lonlat)
        from gis.crs import LONLAT, transformer

        crs = utm_of(lonlat)
        x, y = transformer(LONLAT, crs).transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y]).reshape(-1, 2), crs, None


def cells_of(xy: NDArray[np.float64], side_m: float) -> Keys:
    """Name the square of each place (n, 2), as column:row of the side; those that are no numbers lie in none."""
    at = np.floor(xy / side_m)
    known = np.isfinite(at).all(axis=1)
    names = [f"{int(x)}:{int(y)}" if good else "" for (x, y), good in zip(at.tolist(), known.tolist(), strict=True)]
    return keys_of(names)


def box_around(city: object) -> tuple[float, float, float, float]:
    """Return a city's box in metres with half as much again on each side: swapped coordinates are no hot spot."""
    west, south, east, north = city.bounds  # type: ignore[attr-defined]
    x, y = city.to_metric(np.array([west, west, east, east]), np.array([south, north, south, north]))  # type: ignore[attr-defined]
    wide, high = float(np.ptp(x)) / 2, float(np.ptp(y)) / 2
    return float(x.min()) - wide, float(y.min()) - high, float(x.max()) + wide, float(y.max()) + high


def utm_of(lonlat: NDArray[np.float64]) -> str:
    """Return the CRS of metres in whose zone most places (n, 2) lie."""
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    lon, lat = np.median(known, axis=0).tolist() if len(known) else (0.0, 0.0)
    zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


_NONE = Counts(0, 0, "", "", 0, "", ())


def _known(rows: DemandRows) -> tuple[datetime, datetime] | None:
    """Return the whole days that a log knows, of whatever kind its calls are."""
    try:
        return days_of(rows.calls(np.ones(len(rows), dtype=bool)))
    except ValueError:
        return None


def _seen(rows: DemandRows, share: Share) -> NDArray[np.bool_]:
    """Return the rows that whoever looks may see: those of the own department, or all."""
    if not share.is_own:
        return np.ones(len(rows), dtype=bool)
    found = np.zeros(len(rows), dtype=bool)
    if share.group == DEPARTMENT and share.key in rows.departments.names:
        code = rows.departments.names.index(share.key)
        found[rows.department_row[rows.departments.codes == code]] = True
    return found


def _timeless(asked: PlacesAsked) -> PlacesAsked:
    """Take all times together: where some hours alone are looked at, the others would be nothing to compare with."""
    return PlacesAsked(
        asked.xy, asked.local_s, asked.kind, asked.whole, asked.box, ALL, asked.side_m, asked.within_m, asked.within_h
    )


def _counts(counted: Counted) -> Counts:
    cut, language = counted.cut, counted.language
    ways = tuple(_way(counted, way) for way in WAYS)
    chosen = ", ".join(
        f"{way_name(way, language)}: {', '.join(_chosen_name(counted, way, key) for key in keys)}"
        for way, keys in counted.asked.chosen
    )
    from dispatch.demand.rows import date_of

    first, last = (date_of(cut.days[0]), date_of(cut.days[-1])) if cut.days else (None, None)
    return Counts(
        int(cut.left.sum()), int(cut.base.sum()), first.isoformat() if first else "", last.isoformat() if last else "",
        len(cut.whole), chosen, ways,
    )  # fmt: skip


def _way(counted: Counted, way: str) -> Way:
    found, language = counted.cut.counted(way), counted.language
    chosen = dict(counted.asked.chosen).get(way, ())
    places = range(len(found.keys))
    if way in BY_COUNT:
        known = [at for at in places if found.counts[at] or found.keys[at] in chosen]
        order = sorted(known, key=lambda at: (-int(found.counts[at]), natural(found.keys[at])))
    elif way == "priority":
        order = sorted((at for at in places if found.counts[at]), key=lambda at: natural(found.keys[at]))
    else:
        order = list(places)
    most = MOST_BARS.get(way, len(order))
    held = [at for at in order if found.keys[at] in chosen and at not in order[:most]]
    bars = []
    for at in (*order[:most], *held):
        key, a_day = found.keys[at], float(found.a_day[at])
        name = _chosen_name(counted, way, key) if way == "cell" else bar_name(counted.state, way, key, language)
        mean = round(a_day, 4) if math.isfinite(a_day) else None
        bars.append(Bar(key, name, int(found.counts[at]), mean, key in chosen))
    return Way(way, way_name(way, language), tuple(bars), max(0, len(order) - len(bars)))


def _chosen_name(counted: Counted, way: str, key: str) -> str:
    """Name a key; a square by the place of its first call."""
    if way != "cell":
        return bar_name(counted.state, way, key, counted.language)
    cell = counted.cut.cell
    if key not in cell.names:
        return key
    return counted.address(int(np.flatnonzero(cell.codes == cell.names.index(key))[0]))

"""Where cases come again and again: repeated places, and hot spots (Getis-Ord Gi*)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import Kind, us
from dispatch.figures.facts import CaseFacts
from dispatch.figures.period import Period

SAME_COMPONENT, NEAR = "component", "near"
LEAST, WITHIN_M = 3, 50.0
HOT_Z = 2.576  # one in a hundred by chance, were cases strewn evenly
MOST_SQUARES = 1_000_000
_EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class RepeatedPlace:
    """Name cases at one component (`component`), or of one class around one of them (`near`)."""

    kind: str
    component: str
    standard_id: str
    lon: float
    lat: float
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HotSpot:
    """Hold a square around (lon, lat) with more cases in and around it than chance explains; `z` is its Gi*."""

    lon: float
    lat: float
    side_m: float
    z: float
    case_ids: tuple[int, ...]


def repeated_places(
    facts: CaseFacts, period: Period, *, least: int = LEAST, within_m: float = WITHIN_M
) -> tuple[RepeatedPlace, ...]:
    """List where cases were reported at least so many times in a period, most cases first; duplicates do not count.

    A place of one class is a circle of `within_m` around one of the cases, the fullest circle first; no case stands in
    two of them.
    """
    places = _reported(facts, period)
    by_component: dict[str, list[int]] = defaultdict(list)
    by_class: dict[int, list[int]] = defaultdict(list)
    classes = facts.codes("class")
    for place in places.tolist():
        component = facts.case(place).place.component
        if component:
            by_component[component].append(place)
        by_class[int(classes[place])].append(place)
    found = [
        _repeated(facts, SAME_COMPONENT, component, group)
        for component, group in by_component.items()
        if len(group) >= least
    ]
    at_component = {each.case_ids for each in found}
    xy = _metres(facts.lonlat)
    for group in by_class.values():
        if len(group) >= least:
            near = (_repeated(facts, NEAR, "", part) for part in _gathered(group, xy, least, within_m))
            found += [each for each in near if each.case_ids not in at_component]
    return tuple(sorted(found, key=lambda each: (-len(each.case_ids), each.case_ids, each.kind)))


def hot_spots(facts: CaseFacts, period: Period, *, side_m: float = 250.0, least: int = LEAST) -> tuple[HotSpot, ...]:
    """List the squares where cases gather, the hottest first: Gi* over each square and its eight neighbours.

    Getis and Ord (1992), Ord and Ord's star form (1995), binary weights, over the ground that the cases of the period
    span. Squares grow where the ground is too wide for so many.
    """
    places = _reported(facts, period)
    xy = _metres(facts.lonlat)
    places = places[np.isfinite(xy[places]).all(axis=1)]
    if len(places) < least:
        return ()
    own = xy[places]
    low, high = own.min(axis=0), own.max(axis=0)
    side_m = max(side_m, float(np.sqrt(np.prod(np.maximum(high - low, 1.0)) / MOST_SQUARES)))
    squares = np.floor((own - low) / side_m).astype(np.int64)
    columns, rows = (squares.max(axis=0) + 1).tolist()
    flat = squares[:, 1] * columns + squares[:, 0]
    z = _getis_ord(np.bincount(flat, minlength=rows * columns).reshape(rows, columns).astype(np.float64)).ravel()
    members: dict[int, list[int]] = defaultdict(list)
    for square, place in zip(flat.tolist(), places.tolist(), strict=True):
        members[square].append(place)
    found = [
        _hot(facts, members[square], side_m, float(z[square]))
        for square in sorted(members)
        if z[square] >= HOT_Z and len(members[square]) >= least
    ]
    return tuple(sorted(found, key=lambda each: (-each.z, each.case_ids)))


def _reported(facts: CaseFacts, period: Period) -> NDArray[np.int64]:
    """Return the places in the table of the cases reported in a period, in the order of their numbers."""
    rows = facts.rows(Kind.REPORTED)
    at = facts.column("at", rows)
    places = facts.case_at(rows[(at >= us(period.from_at)) & (at < us(period.to_at))])
    places = places[~facts.is_merged[places]]
    return places[np.argsort(facts.ids[places])]


def _metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay a city flat: metres east and north, true to a few parts in a thousand over its width."""
    rad = np.radians(lonlat)
    finite = rad[np.isfinite(rad).all(axis=1)]
    middle = float(np.median(finite[:, 1])) if len(finite) else 0.0
    flat: NDArray[np.float64] = rad * _EARTH_M * np.array([np.cos(middle), 1.0])
    return flat


def _gathered(group: list[int], xy: NDArray[np.float64], least: int, within_m: float) -> list[list[int]]:
    """Part cases into circles, the fullest first: a place stays a place, however many streets are full of rubbish."""
    from scipy.spatial import cKDTree

    places = np.array(group, dtype=np.int64)
    places = places[np.isfinite(xy[places]).all(axis=1)]
    if len(places) < least:
        return []
    found: Any = cKDTree(xy[places]).query_ball_point(xy[places], within_m, return_sorted=True)
    near: list[list[int]] = list(found)
    queue = [(-len(each), middle) for middle, each in enumerate(near) if len(each) >= least]
    heapify(queue)
    is_free = [True] * len(places)
    circles = []
    while queue:
        count, middle = heappop(queue)
        own = [place for place in near[middle] if is_free[place]] if is_free[middle] else []
        if len(own) < least:
            continue
        if len(own) < -count:
            heappush(queue, (-len(own), middle))
            continue
        circles.append(places[own].tolist())
        for place in own:
            is_free[place] = False
    return circles


def _getis_ord(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    padded, ones = np.pad(counts, 1), np.pad(np.ones_like(counts), 1)
    rows, columns = counts.shape
    total, weight = np.zeros_like(counts), np.zeros_like(counts)
    for down in range(3):
        for right in range(3):
            total += padded[down : down + rows, right : right + columns]
            weight += ones[down : down + rows, right : right + columns]
    n, mean, spread = counts.size, counts.mean(), counts.std()
    if n < 2 or spread == 0:
        return np.zeros_like(counts)
    under = spread * np.sqrt(np.maximum(n * weight - weight**2, 0.0) / (n - 1))
    z: NDArray[np.float64] = np.divide(total - mean * weight, under, out=np.zeros_like(counts), where=under > 0)
    return z


def _repeated(facts: CaseFacts, kind: str, component: str, places: list[int]) -> RepeatedPlace:
    lon, lat = np.nanmean(facts.lonlat[places], axis=0).tolist()
    names = {facts.case(place).standard_id for place in places}
    ids = tuple(sorted(facts.ids[places].tolist()))
    return RepeatedPlace(kind, component, names.pop() if len(names) == 1 else "", lon, lat, ids)


def _hot(facts: CaseFacts, places: list[int], side_m: float, z: float) -> HotSpot:
    lon, lat = facts.lonlat[places].mean(axis=0).tolist()
    return HotSpot(lon, lat, side_m, z, tuple(sorted(facts.ids[places].tolist())))

"""The streets of an invented city as they are drawn, way by way, and as the draft of its road network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.invented.districts import INDUSTRIAL, OLD, RURAL, SUBURB
from gis.invented.names import GRIDS, LARGE, MIDDLE, SUBURBS, WORKS, Names, street_names
from gis.invented.plan import XY
from gis.invented.shaping import Shape
from gis.invented.street_graph import StreetGraph
from gis.network_draft import Draft
from gis.network_tags import CLASS_CODE, ROAD_CLASSES
from gis.osm_tags import ROAD_KINDS
from gis.roads import ArcFlag

_KMH = {
    "motorway": 100, "motorway_link": 50, "trunk": 80, "primary": 60, "secondary": 50, "tertiary": 50,
    "unclassified": 50, "residential": 30, "living_street": 20, "pedestrian": 10,
}  # fmt: skip
_SHARE_RESTRICTED = 0.3
_KIND_OF_CLASS = np.array([ROAD_KINDS.index(name) if name in ROAD_KINDS else 0 for name in ROAD_CLASSES])


@dataclass(frozen=True, slots=True)
class Ways:
    """Runs of edges that are drawn as one line. way int64 (e,): the way of each edge, from 0; edge int64 (w,): one
    edge of each way, which speaks for it; coords float64 (p, 2), sizes int64 (w,)."""

    way: NDArray[np.int64]
    edge: NDArray[np.int64]
    coords: XY
    sizes: NDArray[np.int64]


def ways_of(streets: StreetGraph) -> Ways:
    """Join the edges of each run that follow one another and are alike."""
    order = np.lexsort((streets.place, streets.way))
    begins = np.ones(len(order), bool)
    ahead, behind = order[1:], order[:-1]
    begins[1:] = (streets.way[ahead] != streets.way[behind]) | (streets.tail[ahead] != streets.head[behind])
    for alike in (streets.road_class, streets.is_bridge, streets.oneway):
        begins[1:] |= alike[ahead] != alike[behind]
    way = np.empty(len(order), np.int64)
    way[order] = np.cumsum(begins) - 1
    sizes = np.diff(streets.offset)[order]
    take = np.repeat(streets.offset[order] - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    is_first = np.zeros(len(take), bool)
    is_first[(np.cumsum(sizes) - sizes)[~begins]] = True  # the place where an edge follows stands there once
    owner = np.repeat(way[order], sizes)[~is_first]
    return Ways(way, order[begins], streets.points[take[~is_first]], np.bincount(owner))


def name_streets(shape: Shape) -> Names:
    """Name every street that has a number; plain words go to the longest in the middle."""
    streets, districts = shape.streets, shape.districts
    count = int(streets.street.max(initial=-1)) + 1
    length = streets.lengths_m()
    known = streets.street >= 0
    longest = np.zeros(count)
    np.add.at(longest, streets.street[known], length[known])
    group = np.full(count, LARGE)
    small = known & (streets.face >= 0)
    use = districts.use[streets.face[small]]
    group[streets.street[small]] = np.select(
        [use == OLD, (use == SUBURB) | (use == RURAL), use == INDUSTRIAL], [MIDDLE, SUBURBS, WORKS], GRIDS
    )
    middle = (streets.node_xy[streets.tail] + streets.node_xy[streets.head]) / 2
    away = np.full(count, np.inf)
    np.minimum.at(away, streets.street[small], np.hypot(*middle[small].T))
    score = np.where(longest > 150, away / shape.plan.radius_m - longest / 4_000, np.inf)
    central = np.argsort(score, kind="stable")[:30]
    used = np.unique(streets.street[known])  # most lattice lines carry no street
    found = street_names(shape.plan.dice(20), group[used], np.searchsorted(used, central[np.isin(central, used)]))
    english, chinese = [""] * count, [""] * count
    for number, name, name_zh in zip(used.tolist(), found.english, found.chinese, strict=True):
        english[number], chinese[number] = name, name_zh
    return Names(tuple(english), tuple(chinese))


def roads_columns(shape: Shape, ways: Ways, names: Names) -> dict[str, Any]:
    """Make the columns of the drawn streets."""
    import pyarrow as arrow

    streets = shape.streets
    edge = ways.edge
    street = streets.street[edge]
    motorway = streets.road_class[edge] == CLASS_CODE["motorway"]
    first_motorway = int(street[motorway].min()) if motorway.any() else 0
    named = arrow.array(np.where(motorway | (street < 0), -1, street), mask=motorway | (street < 0))
    refs = [f"M{number - first_motorway + 1}" if fast else None for number, fast in
            zip(street.tolist(), motorway.tolist(), strict=True)]  # fmt: skip
    none = arrow.nulls(len(edge), arrow.string())
    return {
        "name": arrow.array(names.english).take(named) if len(names) else none,
        "name_zh": arrow.array(names.chinese).take(named) if len(names) else none,
        "ref": arrow.array(refs, arrow.string()),
        "bridge": streets.is_bridge[edge],
        "tunnel": np.zeros(len(edge), bool),
        "layer": streets.is_bridge[edge].astype(np.int64),
        "oneway": streets.oneway[edge].astype(np.int64),
        "osm_id": np.arange(1, len(edge) + 1),
        "osm_type": none,
    }


def kinds_of(streets: StreetGraph, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Answer the drawn kind of edges, into ROAD_KINDS."""
    return _KIND_OF_CLASS[streets.road_class[edges]]


def draft_of(shape: Shape, ways: Ways, names: Names, lonlat: Any) -> Draft:
    """Make the draft of the road network. lonlat: turns points (n, 2) in metres from the middle into lon/lat."""
    streets = shape.streets
    count = streets.edge_count
    fast = np.isin(streets.road_class, (CLASS_CODE["motorway"], CLASS_CODE["motorway_link"]))
    back = np.flatnonzero(~(streets.oneway & fast))
    edge = np.concatenate((np.arange(count), back))
    backward = np.concatenate((np.zeros(count, bool), np.ones(len(back), bool)))
    flags = np.where(streets.is_bridge, int(ArcFlag.BRIDGE), 0)
    flags |= np.where(streets.road_class == CLASS_CODE["pedestrian"], int(ArcFlag.EMERGENCY_ONLY), 0)
    of_arc = flags[edge] | np.where(backward & streets.oneway[edge], int(ArcFlag.CONTRAFLOW), 0)
    kmh = np.array([float(_KMH.get(name, 30)) for name in ROAD_CLASSES])
    tail = np.where(backward, streets.head[edge], streets.tail[edge])
    head = np.where(backward, streets.tail[edge], streets.head[edge])
    draft = Draft(
        junction_lonlat=lonlat(streets.node_xy), edge_offset=streets.offset, edge_lonlat=lonlat(streets.points),
        edge=edge, backward=backward, tail=tail, head=head, road_class=streets.road_class[edge],
        speed_kmh=kmh[streets.road_class[edge]], way_id=ways.way[edge] + 1, name=streets.street[edge],
        flags=of_arc.astype(np.int64),
        names=list(names.english),
    )  # fmt: skip
    _restrict(shape, draft)
    draft.report = {"ways": len(ways.edge), "restrictions": {"total": len(draft.turns), "handled": len(draft.turns)}}
    return draft


def _restrict(shape: Shape, draft: Draft) -> None:
    """Forbid a left turn at some crossings of large streets."""
    streets, dice = shape.streets, shape.plan.dice(21)
    large = streets.road_class <= CLASS_CODE["secondary"]
    degree = np.bincount(np.concatenate((streets.tail[large], streets.head[large])), minlength=len(streets.node_xy))
    crossings = np.flatnonzero(degree >= 4)
    chosen = np.zeros(len(degree), bool)
    chosen[crossings[dice.random(len(crossings)) < _SHARE_RESTRICTED]] = True
    usable = (draft.flags & int(ArcFlag.CONTRAFLOW)) == 0
    fast = draft.road_class <= CLASS_CODE["secondary"]
    arriving = np.flatnonzero(chosen[draft.head] & usable & fast)
    leaving = np.flatnonzero(chosen[draft.tail] & usable)
    out_of: dict[int, list[int]] = {}
    for arc in leaving.tolist():
        out_of.setdefault(int(draft.tail[arc]), []).append(arc)
    done: set[int] = set()
    for arc in arriving[dice.permutation(len(arriving))].tolist():
        place = int(draft.head[arc])
        if place in done:
            continue
        into = _heading(streets, draft, arc, at_end=True)
        for out in out_of[place]:
            turn = (_heading(streets, draft, out, at_end=False) - into + np.pi) % (2 * np.pi) - np.pi
            if draft.edge[out] != draft.edge[arc] and np.radians(55) < turn < np.radians(130):
                draft.turns[arc, out] = int(ArcFlag.FORBIDDEN_TURN)
                done.add(place)
                break


def _heading(streets: StreetGraph, draft: Draft, arc: int, *, at_end: bool) -> float:
    edge = int(draft.edge[arc])
    points = streets.points[streets.offset[edge] : streets.offset[edge + 1]]
    points = points[::-1] if draft.backward[arc] else points
    start, stop = (points[-2], points[-1]) if at_end else (points[0], points[1])
    return float(np.arctan2(stop[1] - start[1], stop[0] - start[0]))

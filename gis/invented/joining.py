"""Join the large streets, the small ones and the motorways of an invented city to one graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.invented import arterials as large
from gis.invented.arterials import Arterials
from gis.invented.districts import BLOCKS, GRID, INDUSTRIAL, OLD, RURAL, SUBURB, Districts
from gis.invented.motorway import Motorways
from gis.invented.plan import XY, Plan
from gis.invented.street_graph import Ints, StreetGraph, Truths, largest_part
from gis.invented.streets import SAME_JUNCTION_M, SmallStreets
from gis.network_tags import CLASS_CODE

_ARTERIAL_CLASS = np.array([0, *(CLASS_CODE[name] for name in large.CLASSES[1:])])


def join_streets(
    plan: Plan, arterials: Arterials, districts: Districts, small: SmallStreets, motorways: Motorways
) -> StreetGraph:
    """Join large streets, small streets and motorways; what does not hang together with the rest is left out."""
    dice = plan.dice(5)
    cut = _cut_arterials(arterials, small)
    first_small = len(cut.node_xy)
    first_lane = first_small + len(small.node_xy)
    minor = _small_edges(dice, districts, small, cut, first_small)
    fast = _motorway_edges(motorways, cut, first_lane)
    parts = (cut.edges, minor, fast.edges)
    ways = np.cumsum([0, *(int(part["way"].max(initial=-1)) + 1 for part in parts)])
    streets = np.cumsum([0, *(int(part["street"].max(initial=-1)) + 1 for part in parts)])
    for part, way, street in zip(parts, ways[:-1], streets[:-1], strict=True):
        part["way"] = part["way"] + way
        part["street"] = np.where(part["street"] >= 0, part["street"] + street, -1)
    merged = {key: np.concatenate([part[key] for part in parts]) for key in minor}
    sizes = merged.pop("sizes")
    graph = StreetGraph(
        node_xy=np.concatenate((cut.node_xy, small.node_xy, fast.node_xy)),
        offset=np.concatenate(([0], np.cumsum(sizes))), **merged,
    )  # fmt: skip
    return graph.only(largest_part(graph))


@dataclass(slots=True)
class _Cut:
    """Large streets cut where small ones meet them. stub_node int64 (k,): the junction at which each stub ends."""

    node_xy: XY
    edges: dict[str, Any]
    stub_node: Ints


def _cut_arterials(arterials: Arterials, small: SmallStreets) -> _Cut:
    used = np.flatnonzero(arterials.classes > large.NONE)
    lines = arterials.lines[used]
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(owner, np.arange(len(lines) + 1))
    steps = np.zeros(len(coords))
    steps[1:] = np.hypot(*np.diff(coords, axis=0).T)
    steps[starts[:-1]] = 0.0
    total = np.cumsum(steps)
    along = total - total[starts[:-1]][owner]
    length = along[starts[1:] - 1]
    new_number = np.full(len(arterials.lines), -1)
    new_number[used] = np.arange(len(used))
    edge = new_number[small.edge]
    at = shapely.line_locate_point(lines[edge], shapely.points(small.end_xy))

    # Stubs near each other on an edge share a junction; near its end they share the end.
    to_start, to_end = at < SAME_JUNCTION_M, length[edge] - at < SAME_JUNCTION_M
    to_start &= at <= length[edge] - at
    to_end &= ~to_start
    free = np.flatnonzero(~to_start & ~to_end)
    order = free[np.lexsort((at[free], edge[free]))]
    apart = np.ones(len(order), bool)
    apart[1:] = (edge[order][1:] != edge[order][:-1]) | (np.diff(at[order]) > SAME_JUNCTION_M)
    group = np.cumsum(apart) - 1
    groups = int(group[-1]) + 1 if len(group) else 0
    size = np.bincount(group, minlength=groups)
    group_at = np.bincount(group, at[order], minlength=groups) / np.maximum(size, 1)
    group_edge = edge[order][apart]
    group_xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[group_edge], group_at))

    ends = np.concatenate((coords[starts[:-1]], coords[starts[1:] - 1]))
    keys, end_node = np.unique(np.round(ends / 0.02).astype(np.int64), axis=0, return_inverse=True)
    end_node = end_node.ravel()
    end_xy = np.zeros((len(keys), 2))
    end_xy[end_node] = ends
    first, last = end_node[: len(lines)], end_node[len(lines) :]
    group_node = len(end_xy) + np.arange(groups)
    stub_node = np.empty(len(at), np.int64)
    stub_node[to_start] = first[edge[to_start]]
    stub_node[to_end] = last[edge[to_end]]
    stub_node[order] = group_node[group]

    # Every vertex and every new junction in order along its edge; a vertex close beside a junction goes.
    is_end = np.zeros(len(coords), bool)
    is_end[starts[:-1]] = is_end[starts[1:] - 1] = True
    node_at = np.full(len(coords), -1)
    node_at[starts[:-1]], node_at[starts[1:] - 1] = first, last
    all_edge = np.concatenate((owner, group_edge))
    all_along = np.concatenate((along, group_at))
    all_xy = np.concatenate((coords, group_xy))
    all_node = np.concatenate((node_at, group_node))
    rank = np.lexsort((all_along, all_edge))
    all_edge, all_along, all_xy, all_node = all_edge[rank], all_along[rank], all_xy[rank], all_node[rank]
    joint = all_node >= 0
    close = np.zeros(len(rank), bool)
    near = np.abs(np.diff(all_along)) < 1.0
    close[1:] |= near & joint[:-1]
    close[:-1] |= near & joint[1:]
    stays = joint | ~close
    all_edge, all_xy, all_node = all_edge[stays], all_xy[stays], all_node[stays]
    stops = np.flatnonzero(all_node >= 0)
    same = all_edge[stops[:-1]] == all_edge[stops[1:]]
    begin, stop = stops[:-1][same], stops[1:][same]
    sizes = stop - begin + 1
    take = np.repeat(begin - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
    of = all_edge[begin]
    node_xy = np.concatenate((end_xy, group_xy))
    points = all_xy[take]
    points[np.cumsum(sizes) - sizes], points[np.cumsum(sizes) - 1] = node_xy[all_node[begin]], node_xy[all_node[stop]]
    return _Cut(
        node_xy,
        {
            "tail": all_node[begin], "head": all_node[stop], "sizes": sizes, "points": points,
            "road_class": _ARTERIAL_CLASS[arterials.classes[used][of]], "street": arterials.street[used][of],
            "way": of, "place": np.arange(len(of)), "oneway": np.zeros(len(of), bool),
            "is_bridge": arterials.is_bridge[used][of], "face": np.full(len(of), -1),
        },
        stub_node,
    )  # fmt: skip


def _small_edges(
    dice: np.random.Generator, districts: Districts, small: SmallStreets, cut: _Cut, first_node: int
) -> dict[str, Any]:
    own = small.stub + first_node
    tail = np.concatenate((small.tail + first_node, np.where(small.stub_ahead, own, cut.stub_node)))
    head = np.concatenate((small.head + first_node, np.where(small.stub_ahead, cut.stub_node, own)))
    line = np.concatenate((small.line, small.stub_line))
    place = np.concatenate((small.place, small.stub_place))
    order = np.lexsort((place, line))
    tail, head, line, place = tail[order], head[order], line[order], place[order]
    begins = np.ones(len(line), bool)
    begins[1:] = (line[1:] != line[:-1]) | (tail[1:] != head[:-1])
    way = np.cumsum(begins) - 1
    nodes = np.concatenate((cut.node_xy, small.node_xy))
    points, sizes = _smooth(nodes, tail, head, begins)

    face = small.line_face[line]
    use = districts.use[face]
    # What a line is, is thrown once for the line.
    lines = len(small.line_face)
    throw, second = dice.random(lines)[line], dice.random(lines)[line]
    one_way_share = np.select([use == OLD, use == GRID, use == BLOCKS], [0.55, 0.32, 0.16], 0.0)
    oneway = throw < one_way_share
    backward = oneway & (_parity(small, line) == 1)
    residential, living = CLASS_CODE["residential"], CLASS_CODE["living_street"]
    kinds = np.select(
        [
            (use == OLD) & (second < 0.1), (use == SUBURB) & (second < 0.12), use == INDUSTRIAL, use == RURAL,
            (use == GRID) & (second < 0.12),
        ],
        [CLASS_CODE["pedestrian"], living, CLASS_CODE["unclassified"], CLASS_CODE["unclassified"],
         CLASS_CODE["unclassified"]], residential,
    )  # fmt: skip
    oneway &= kinds != CLASS_CODE["pedestrian"]
    turned = backward & oneway
    points = _turned(points, sizes, turned)
    return {
        "tail": np.where(turned, head, tail), "head": np.where(turned, tail, head), "sizes": sizes, "points": points,
        "road_class": kinds, "street": line, "way": way, "place": np.where(turned, -place, place), "oneway": oneway,
        "is_bridge": np.zeros(len(line), bool), "face": face,
    }  # fmt: skip


def _parity(small: SmallStreets, line: Ints) -> Ints:
    """Tell odd from even lattice lines, so that one-way streets take turns."""
    first = np.zeros(len(small.line_face), np.int64)
    change = np.flatnonzero((np.diff(small.line_face) != 0) | (np.diff(small.line_axis) != 0)) + 1
    first[change] = change
    return ((np.arange(len(first)) - np.maximum.accumulate(first)) % 2)[line]


def _smooth(nodes: XY, tail: Ints, head: Ints, begins: Truths) -> tuple[XY, Ints]:
    """Bend the edges of each run through their junctions; an edge whose run bends little stays straight."""
    start, stop = nodes[tail], nodes[head]
    before, after = start.copy(), stop.copy()
    follows = np.flatnonzero(~begins)
    before[follows] = nodes[tail[follows - 1]]
    after[follows - 1] = nodes[head[follows]]
    bulge = ((stop - before) - (after - start)) / 8  # how far the middle leaves the chord
    chord = stop - start
    length = np.maximum(np.hypot(*chord.T), 1e-9)
    ratio = np.hypot(*bulge.T) / length
    bends = (ratio > 0.012) & (ratio < 0.2)
    sizes = np.where(bends, 5, 2)
    points = np.empty((int(sizes.sum()), 2))
    at = np.cumsum(sizes) - sizes
    points[at], points[at + sizes - 1] = start, stop
    for number, t in ((1, 0.25), (2, 0.5), (3, 0.75)):
        first, second = start[bends], stop[bends]
        lead, follow = (second - before[bends]) / 2, (after[bends] - first) / 2
        curve = (
            (2 * t**3 - 3 * t**2 + 1) * first + (t**3 - 2 * t**2 + t) * lead + (3 * t**2 - 2 * t**3) * second
            + (t**3 - t**2) * follow
        )  # fmt: skip
        points[at[bends] + number] = curve
    return points, sizes


def _turned(points: XY, sizes: Ints, turned: Truths) -> XY:
    """Reverse the points of some edges."""
    first = np.cumsum(sizes) - sizes
    index = np.arange(len(points))
    back = np.repeat(2 * first + sizes - 1, sizes) - index
    return points[np.where(np.repeat(turned, sizes), back, index)]


@dataclass(slots=True)
class _Fast:
    node_xy: XY
    edges: dict[str, Any]


def _motorway_edges(motorways: Motorways, cut: _Cut, first_node: int) -> _Fast:
    count = len(motorways.pieces)
    if not count:
        return _Fast(np.zeros((0, 2)), _nothing())
    from scipy.spatial import cKDTree

    ends = np.array([piece[[0, -1]] for piece in motorways.pieces]).reshape(-1, 2)
    away, near = cKDTree(cut.node_xy).query(ends)
    known = (away < 0.2) & np.repeat(motorways.is_link, 2)
    keys, number = np.unique(np.round(ends / 0.02).astype(np.int64), axis=0, return_inverse=True)
    number = number.ravel()
    own_xy = np.zeros((len(keys), 2))
    own_xy[number] = ends
    node = np.where(known, near, number + first_node).reshape(-1, 2)
    links = np.array(motorways.is_link)
    sizes = np.array([len(piece) for piece in motorways.pieces])
    return _Fast(
        own_xy,
        {
            "tail": node[:, 0], "head": node[:, 1], "sizes": sizes, "points": np.concatenate(motorways.pieces),
            "road_class": np.where(links, CLASS_CODE["motorway_link"], CLASS_CODE["motorway"]),
            "street": np.where(links, -1, motorways.street), "way": np.arange(count),
            "place": np.zeros(count, np.int64), "oneway": np.ones(count, bool), "is_bridge": np.zeros(count, bool),
            "face": np.full(count, -1),
        },
    )  # fmt: skip


def _nothing() -> dict[str, Any]:
    none, no = np.zeros(0, np.int64), np.zeros(0, bool)
    return {
        "tail": none, "head": none, "sizes": none, "points": np.zeros((0, 2)), "road_class": none, "street": none,
        "way": none, "place": none, "oneway": no, "is_bridge": no, "face": none,
    }  # fmt: skip

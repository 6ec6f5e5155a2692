"""Cut the ways of an OpenStreetMap extract into edges between junctions, with an arc for every way of driving each."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gis.network_draft import Draft, NetworkError
from gis.network_limits import stricter
from gis.network_osm import OsmRoads
from gis.roads import Limits


def draft_of(roads: OsmRoads) -> Draft:
    """Cut ways into edges at junctions, ends and barriers, and make an arc for every way of driving them.

    Ways are cut where a node is missing; a ring that meets itself only once gets a junction half-way round.
    """
    ids = np.fromiter(roads.nodes, dtype=np.int64, count=len(roads.nodes))
    lonlat_barrier = np.array(list(roads.nodes.values()), dtype=np.float64).reshape(-1, 3)
    index_of = {node: index for index, node in enumerate(roads.nodes)}
    pieces, piece_way = [], []
    for number, way in enumerate(roads.ways):
        for piece in _pieces(way.refs, index_of):
            pieces.append(piece)
            piece_way.append(number)
    if not pieces:
        raise NetworkError("no road has two nodes inside the extract")
    offsets = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
    point = np.concatenate([np.asarray(piece, dtype=np.int64) for piece in pieces])
    stops = _stops(point, offsets, lonlat_barrier[:, 2] > 0, len(ids))

    at = np.flatnonzero(stops)
    piece_of = np.searchsorted(offsets, at, side="right") - 1
    inside = piece_of[:-1] == piece_of[1:]
    first, last = at[:-1][inside], at[1:][inside]
    edge_way = np.asarray(piece_way)[piece_of[:-1][inside]]
    used = np.unique(point[at])
    junction_of = np.full(len(ids), -1, dtype=np.int64)
    junction_of[used] = np.arange(len(used))
    lengths = last - first + 1
    edge_offset = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    take = np.repeat(first - edge_offset[:-1], lengths) + np.arange(edge_offset[-1])

    names: dict[str, int] = {}
    rows = []
    for way in roads.ways:
        name = names.setdefault(way.name, len(names)) if way.name else -1
        reading = way.reading
        none = -1
        rows.append(
            (
                *(way.way_id, name, reading.class_code),
                none if reading.forward is None else reading.forward,
                none if reading.backward is None else reading.backward,
            )
        )
    way_row = np.array(rows, dtype=np.int64)[edge_way]
    kmh = np.array([(way.reading.forward_kmh, way.reading.backward_kmh) for way in roads.ways])[edge_way]
    limits = np.array([way.limits for way in roads.ways], dtype=np.float64)[edge_way]  # (edges, 2, 3)
    for row, node in _limited_edges(roads.node_limits, index_of, point[take], edge_offset):
        for side in (0, 1):
            limits[row, side] = stricter(tuple(limits[row, side].tolist()), node)
    edges = np.arange(len(edge_way))
    parts = []
    for side in (0, 1):
        driven = way_row[:, 3 + side] >= 0
        ends = (point[first], point[last]) if side == 0 else (point[last], point[first])
        parts.append(
            (
                edges[driven],
                np.full(int(driven.sum()), bool(side)),
                junction_of[ends[0]][driven],
                junction_of[ends[1]][driven],
                way_row[driven, 2],
                kmh[driven, side],
                way_row[driven, 0],
                way_row[driven, 1],
                way_row[driven, 3 + side],
                limits[driven, side],
            )
        )
    edge, backward, tail, head, road_class, speed, way_id, name_of, flags, may_pass = (
        np.concatenate(pair) for pair in zip(*parts, strict=True)
    )
    draft = Draft(
        junction_lonlat=lonlat_barrier[used, :2],
        edge_offset=edge_offset,
        edge_lonlat=lonlat_barrier[point[take], :2],
        edge=edge,
        backward=backward,
        tail=tail,
        head=head,
        road_class=road_class,
        speed_kmh=speed,
        way_id=way_id,
        name=name_of,
        flags=flags,
        names=list(names),
        limits=may_pass,
        report=dict(roads.counts),
    )
    draft.node_id = ids[used]
    _add_barriers(draft, lonlat_barrier[used, 2].astype(np.int64))
    return draft


def _limited_edges(
    node_limits: dict[int, Limits], index_of: dict[int, int], point: NDArray[np.int64], edge_offset: NDArray[np.int64]
) -> Iterator[tuple[int, Limits]]:
    """Name the edge that takes on the limits of each node that has some; `point` are the nodes along all edges.

    Where two edges meet in the node it is the one with fewer points: who passes drives both. Where more meet, nobody
    can say which of the ways through is meant.
    """
    for node, limits in node_limits.items():
        at = np.flatnonzero(point == index_of.get(node, -1))
        touching = np.unique(np.searchsorted(edge_offset, at, side="right") - 1)
        if 0 < len(touching) <= 2:
            yield int(touching[np.argmin(np.diff(edge_offset)[touching])]), limits


def _pieces(refs: tuple[int, ...], index_of: dict[int, int]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    for ref in refs:
        index = index_of.get(ref)
        if index is None:
            pieces.append([])
        else:
            pieces[-1].append(index)
    return [piece for piece in pieces if len(piece) > 1]


def _stops(
    point: NDArray[np.int64], offsets: NDArray[np.int64], barrier: NDArray[np.bool_], nodes: int
) -> NDArray[np.bool_]:
    """Mark the positions along all pieces where an edge ends."""
    shared = np.bincount(point, minlength=nodes) > 1
    stops = shared[point] | barrier[point]
    stops[offsets[:-1]] = True
    stops[offsets[1:] - 1] = True
    at = np.flatnonzero(stops)
    ring = (point[at[:-1]] == point[at[1:]]) & (at[1:] - at[:-1] > 1)
    ring &= ~np.isin(at[1:], offsets[:-1])
    stops[(at[:-1][ring] + at[1:][ring]) // 2] = True
    return stops


def _add_barriers(draft: Draft, barrier: NDArray[np.int64]) -> None:
    """Put the cost of a barrier on every turn through its node, turning back in front of it excepted."""
    places = np.flatnonzero(barrier)
    blocked = np.zeros(len(barrier), dtype=bool)
    blocked[places] = True
    arriving: dict[int, list[int]] = {}
    leaving: dict[int, list[int]] = {}
    for arc in np.flatnonzero(blocked[draft.head]).tolist():
        arriving.setdefault(int(draft.head[arc]), []).append(arc)
    for arc in np.flatnonzero(blocked[draft.tail]).tolist():
        leaving.setdefault(int(draft.tail[arc]), []).append(arc)
    for place in places.tolist():
        for into in arriving.get(place, ()):
            for out in leaving.get(place, ()):
                if draft.edge[into] != draft.edge[out]:
                    draft.turns[into, out] = draft.turns.get((into, out), 0) | int(barrier[place])

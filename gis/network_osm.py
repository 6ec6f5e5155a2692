"""Read the roads of an OpenStreetMap extract: ways, the nodes they need, and their turn restrictions."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from gis.network_draft import Draft, NetworkError
from gis.network_tags import Reading, read_barrier, read_road
from gis.roads import ArcFlag

RESTRICTION_KEYS = (
    *("restriction", "restriction:motor_vehicle", "restriction:motorcar"),
    *("restriction:conditional", "restriction:motor_vehicle:conditional", "restriction:motorcar:conditional"),
)


@dataclass(frozen=True, slots=True)
class OsmWay:
    """Hold one road as it stands in the extract."""

    way_id: int
    refs: tuple[int, ...]
    name: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class OsmRestriction:
    """Hold one turn restriction as it stands in the extract; `members` are (type, id, role)."""

    relation_id: int
    tags: dict[str, str]
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """Hold everything of an extract that a road network is made of; `nodes` maps id to (lon, lat, barrier flags)."""

    ways: list[OsmWay]
    nodes: dict[int, tuple[float, float, int]]
    restrictions: list[OsmRestriction]
    counts: dict[str, Any]


def read_extract(extract: Path) -> OsmRoads:
    """Read roads, nodes and restrictions; raise NetworkError for a file that is not an extract or has no roads."""
    counts: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    try:
        ways, places, barriers = _read_ways(extract, counts, unread)
        needed = {ref for way in ways for ref in way.refs}
        # The index of places knows no negative numbers, which editors give to unsaved objects, and no nodes that come
        # behind the ways.
        if not places or min(needed) < 0:
            places = _read_places(extract, needed)
        nodes = {ref: (*places[ref], barriers.get(ref, 0)) for ref in sorted(places)}
        counts.update(_barrier_kind(flags) for _, _, flags in nodes.values() if flags)
        restrictions = _read_restrictions(extract)
    except RuntimeError as error:
        raise NetworkError(f"{extract}: not a readable OpenStreetMap extract ({error})") from error
    if not ways:
        raise NetworkError(f"{extract}: no roads in it")
    missing = sum(ref not in nodes for way in ways for ref in way.refs)
    report: dict[str, Any] = {
        "ways": len(ways),
        "missing_nodes": missing,
        "ferries_left_out": counts["ferry"],
        "highways_not_driven": counts["not_driven"],
        "barriers": {"gate": counts["gate"], "bollard": counts["bollard"], "toll_booth": counts["toll"]},
        "speeds_signed": counts["signed"],
        "speeds_unread": dict(unread.most_common(20)),
    }
    return OsmRoads(ways, nodes, restrictions, report)


def _read_ways(
    extract: Path, counts: Counter[str], unread: Counter[str]
) -> tuple[list[OsmWay], dict[int, tuple[float, float]], dict[int, int]]:
    """Read roads, the (lon, lat) of their nodes, and the flags of every barrier of the extract by its node's id."""
    ways: list[OsmWay] = []
    places: dict[int, tuple[float, float]] = {}
    barriers: dict[int, int] = {}
    reader = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for kind, keys in ((osmium.osm.NODE, ["barrier"]), (osmium.osm.WAY, ["highway", "route"])):
        wanted = osmium.filter.KeyFilter(*keys)
        wanted.enable_for(kind)
        reader.with_filter(wanted)
    for item in reader:
        tags = dict(item.tags)
        if isinstance(item, osmium.osm.Node):
            barriers[item.id] = read_barrier(tags) or 0
            continue
        assert isinstance(item, osmium.osm.Way)
        if "highway" not in tags:
            counts["ferry"] += tags["route"] == "ferry"
            continue
        reading = read_road(tags)
        if reading is None:
            counts["not_driven"] += 1
            continue
        refs: list[int] = []
        for node in item.nodes:
            if not refs or refs[-1] != node.ref:
                refs.append(node.ref)
        if len(refs) < 2:
            continue
        places.update((node.ref, (node.lon, node.lat)) for node in item.nodes if node.location.valid())
        counts["signed"] += reading.forward_kmh > 0
        if reading.unread_speed:
            unread[reading.unread_speed[:40]] += 1
        ways.append(OsmWay(item.id, tuple(refs), tags.get("name") or tags.get("ref") or "", reading))
    return ways, places, barriers


def _read_places(extract: Path, needed: set[int]) -> dict[int, tuple[float, float]]:
    """Read where nodes are, whatever their numbers, one by one."""
    return {
        node.id: (node.location.lon, node.location.lat)
        for node in osmium.FileProcessor(str(extract), osmium.osm.NODE)
        if isinstance(node, osmium.osm.Node) and node.id in needed and node.location.valid()
    }


def _barrier_kind(flags: int) -> str:
    return "toll" if flags & ArcFlag.TOLL else "gate" if flags & ArcFlag.GATE else "bollard"


def _read_restrictions(extract: Path) -> list[OsmRestriction]:
    found = []
    reader = osmium.FileProcessor(str(extract), osmium.osm.RELATION)
    for relation in reader.with_filter(osmium.filter.KeyFilter(*RESTRICTION_KEYS)):
        assert isinstance(relation, osmium.osm.Relation)
        members = tuple((member.type, member.ref, member.role) for member in relation.members)
        found.append(OsmRestriction(relation.id, dict(relation.tags), members))
    return found


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
            )
        )
    edge, backward, tail, head, road_class, speed, way_id, name_of, flags = (
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
        report=dict(roads.counts),
    )
    draft.node_id = ids[used]
    _add_barriers(draft, lonlat_barrier[used, 2].astype(np.int64))
    return draft


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

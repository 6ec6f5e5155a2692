"""Read the roads of an OpenStreetMap extract: ways, the nodes they need, and their turn restrictions."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from gis.network_draft import NetworkError
from gis.network_limits import read_limits, stricter
from gis.network_tags import Reading, read_barrier, read_road
from gis.roads import NO_LIMITS, ArcFlag, Limits

RESTRICTION_KEYS = (
    *("restriction", "restriction:motor_vehicle", "restriction:motorcar"),
    *("restriction:conditional", "restriction:motor_vehicle:conditional", "restriction:motorcar:conditional"),
)
_LIMIT_KEYS = ("maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxweight")


@dataclass(frozen=True, slots=True)
class OsmWay:
    """Hold one road as it stands in the extract."""

    way_id: int
    refs: tuple[int, ...]
    name: str
    reading: Reading
    limits: tuple[Limits, Limits] = (NO_LIMITS, NO_LIMITS)


@dataclass(frozen=True, slots=True)
class OsmRestriction:
    """Hold one turn restriction as it stands in the extract; `members` are (type, id, role)."""

    relation_id: int
    tags: dict[str, str]
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """Hold everything of an extract that a road network is made of.

    `nodes` maps id to (lon, lat, barrier flags); `node_limits` says what may pass a height restrictor or the like.
    """

    ways: list[OsmWay]
    nodes: dict[int, tuple[float, float, int]]
    restrictions: list[OsmRestriction]
    counts: dict[str, Any]
    node_limits: dict[int, Limits] = field(default_factory=dict)


def read_extract(extract: Path) -> OsmRoads:
    """Read roads, nodes and restrictions; raise NetworkError for a file that is not an extract or has no roads."""
    counts: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    unread_limits: Counter[str] = Counter()
    node_limits: dict[int, Limits] = {}
    try:
        ways, places, barriers = _read_ways(extract, counts, unread, unread_limits, node_limits)
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
        "limits_unread": dict(unread_limits.most_common(20)),
    }
    return OsmRoads(ways, nodes, restrictions, report, node_limits)


def _read_ways(
    extract: Path,
    counts: Counter[str],
    unread: Counter[str],
    unread_limits: Counter[str],
    node_limits: dict[int, Limits],
) -> tuple[list[OsmWay], dict[int, tuple[float, float]], dict[int, int]]:
    """Read roads, the (lon, lat) of their nodes, and the flags of every barrier of the extract by its node's id."""
    ways: list[OsmWay] = []
    places: dict[int, tuple[float, float]] = {}
    barriers: dict[int, int] = {}
    reader = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for kind, keys in ((osmium.osm.NODE, ["barrier", *_LIMIT_KEYS]), (osmium.osm.WAY, ["highway", "route"])):
        wanted = osmium.filter.KeyFilter(*keys)
        wanted.enable_for(kind)
        reader.with_filter(wanted)
    for item in reader:
        tags = dict(item.tags)
        if isinstance(item, osmium.osm.Node):
            barriers[item.id] = read_barrier(tags) or 0
            narrow = stricter(*read_limits(tags, unread_limits))
            if narrow != NO_LIMITS:
                node_limits[item.id] = narrow
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
        ways.append(
            OsmWay(
                item.id,
                tuple(refs),
                tags.get("name") or tags.get("ref") or "",
                reading,
                read_limits(tags, unread_limits),
            )
        )
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

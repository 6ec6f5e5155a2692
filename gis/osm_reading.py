"""Take what is wanted from an OpenStreetMap extract: relations first, then nodes and ways once.

Only tagged objects reach Python; a way's coordinates are put together by the reader itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import shapely

from gis import osm_areas
from gis.osm_rows import Rows, Source
from gis.osm_tags import (
    Tags,
    area_class,
    boundary_class,
    camera_kind,
    hydrant_kind,
    is_hospital,
    line_class,
    named_kind,
    station_kind,
    whole,
)  # fmt: skip

Progress = Callable[[float, str], None]
NODE, WAY, RELATION = 0, 1, 2
# A relation with no other tags is an old-style multipolygon: its outer way says what it is.
_SAYS_NOTHING = {"type", "source", "created_by", "note"}


def says_nothing(tags: Tags) -> bool:
    """Tell whether a relation's tags say nothing of what it is."""
    return tags.keys() <= _SAYS_NOTHING


@dataclass(slots=True)
class Area:
    """A relation that may become an area: its tags, and its ways with their roles."""

    osm_id: int
    tags: dict[str, str]
    members: list[tuple[int, bool]]
    joins: bool


class Reading:
    """What has been taken from an extract so far: coordinates, rows, and the relations that may become areas."""

    def __init__(self, file: Path, progress: Progress) -> None:
        self.file, self.progress = file, progress
        self.areas: list[Area] = []
        self.needed: set[int] = set()
        self.node_xy: list[tuple[float, float]] = []
        self.way_wkb: list[str | bytes] = []
        self.way_index: dict[int, int] = {}
        self.member_tags: dict[int, dict[str, str]] = {}
        self.rows = Rows()
        self.coast: list[int] = []
        self.streets: list[tuple[int, dict[str, str], list[int]]] = []
        self.boundary_ways: dict[int, tuple[int, str, str | None]] = {}
        self.counts: Counter[str] = Counter()
        self.countries: Counter[str] = Counter()
        self.wkb = osmium.geom.WKBFactory()

    def read_relations(self) -> None:
        """Take the relations that may become areas, and note which ways they need."""
        self.progress(0.0, "reading relations")
        for relation in osmium.FileProcessor(str(self.file), osmium.osm.RELATION):
            assert isinstance(relation, osmium.osm.Relation)
            tags = _tags(relation)
            if tags is None:
                self.counts["unreadable"] += 1
                continue
            joins = tags.get("type") in ("multipolygon", "boundary")
            level = boundary_class(tags)
            if not (joins or level or station_kind(tags) or is_hospital(tags)):
                continue
            plain = says_nothing(tags)
            useful = plain or level or area_class(tags) or self._is_point(tags) or named_kind(tags)
            if not useful:
                continue
            members = [(m.ref, m.role == "inner") for m in relation.members if m.type == "w"]
            self.areas.append(Area(relation.id, tags, members, joins))
            self.needed.update(ref for ref, _ in members)

    def read_objects(self) -> None:
        """Take the tagged nodes, and the ways with their lines."""
        tagged_nodes = osmium.filter.EmptyTagFilter()
        tagged_nodes.enable_for(osmium.osm.NODE)
        entities = osmium.osm.NODE | osmium.osm.WAY
        guess = max(self.file.stat().st_size / 40, 1.0)
        things = osmium.FileProcessor(str(self.file), entities).with_locations("flex_mem").with_filter(tagged_nodes)
        for seen, thing in enumerate(things, 1):
            if seen % 20_000 == 0:
                self.progress(min(0.05 + 0.85 * seen / guess, 0.9), f"reading nodes and ways ({seen:,})")
            tags = _tags(thing)
            if tags is None:
                self.counts["unreadable"] += 1
            elif isinstance(thing, osmium.osm.Node):
                self._node(thing, tags)
            else:
                self._way(thing, tags)

    def _node(self, node: Any, tags: dict[str, str]) -> None:
        if self.way_wkb or self.counts["ways without a line"]:
            self.counts["nodes after ways"] += 1
        if not node.location.valid():
            self.counts["unreadable"] += 1
            return
        source = Source(NODE, len(self.node_xy), node.id)
        self.node_xy.append((node.lon, node.lat))
        if "place" in tags:
            self.rows.add_place_name(source, tags)
        self.take_common(source, tags)

    def _way(self, way: Any, tags: dict[str, str]) -> None:
        member = way.id in self.needed
        if not tags and not member:
            return
        index, refs = self._line(way, "highway" in tags)
        if index is None:
            return
        source = Source(WAY, index, way.id)
        if member:
            self.way_index[way.id] = index
            if tags:
                self.member_tags[way.id] = tags
        if tags.get("natural") == "coastline":
            self.coast.append(index)
        closed = way.is_closed()
        drawn = line_class(tags)
        if drawn:
            self.rows.add(drawn[0], drawn[1], source, tags)
            if drawn[0] == "roads" and (tags.get("name") or tags.get("ref")):
                self.streets.append((index, tags, refs))
        if closed:
            area = area_class(tags)
            if area:
                self.rows.add(area[0], area[1], source, tags)
        level = boundary_class(tags)
        if level:
            self.boundary_ways[way.id] = (whole(tags.get("admin_level")) or 99, level, tags.get("name"))
            self.way_index[way.id] = index
        self.take_common(source, tags)

    def _line(self, way: Any, with_refs: bool) -> tuple[int | None, list[int]]:
        """Keep a way's line; answers its index (None when fewer than two nodes are there) and its nodes' ids."""
        try:
            self.way_wkb.append(self.wkb.create_linestring(way, osmium.geom.use_nodes.ALL))
            return len(self.way_wkb) - 1, [n.ref for n in way.nodes] if with_refs else []
        except (RuntimeError, osmium.InvalidLocationError):
            places = [(n.ref, (n.lon, n.lat) if n.location.valid() else None) for n in way.nodes]
        self.counts["missing nodes"] += sum(place is None for _, place in places)
        kept, shape = osm_areas.cut_line(places, as_ring=way.is_closed() and not with_refs)
        if shape is None:
            self.counts["ways without a line"] += 1
            return None, []
        self.way_wkb.append(shapely.to_wkb(shape))
        return len(self.way_wkb) - 1, kept if with_refs else []

    @staticmethod
    def _is_point(tags: Tags) -> bool:
        return bool(camera_kind(tags) or hydrant_kind(tags) or station_kind(tags) or is_hospital(tags)) or (
            "addr:housenumber" in tags
        )

    def take_common(self, source: Source, tags: dict[str, str]) -> None:
        """Take what may be tagged on a node, a way or a relation alike."""
        for layer, kind in (
            ("cameras", camera_kind(tags)),
            ("hydrants", hydrant_kind(tags)),
            ("stations", station_kind(tags)),
            ("hospitals", "hospital" if is_hospital(tags) else None),
            ("house_numbers", "address" if "addr:housenumber" in tags else None),
        ):
            if kind:
                self.rows.add(layer, kind, source, tags)
        if tags.get("addr:country"):
            self.countries[tags["addr:country"].upper()] += 1
        if "name" in tags and "highway" not in tags:
            self.rows.add_named(source, tags)


def _tags(thing: Any) -> dict[str, str] | None:
    try:
        return {tag.k: tag.v for tag in thing.tags}
    except UnicodeDecodeError:
        return None

"""Read an OpenStreetMap extract into drawn layers, addresses, streets and named places, in lon/lat.

The relations are read first (which ways belong to areas), then nodes and ways once. Only tagged objects reach
Python; coordinates are put together by the reader and turned into arrays at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from gis import osm_areas
from gis.osm_rows import Address, Named, Rows, Source, Street, attributes_of
from gis.osm_tags import (
    LAYERS,
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

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
Progress = Callable[[float, str], None]
Bounds = tuple[float, float, float, float]
NODE, WAY, RELATION = 0, 1, 2


class ExtractError(ValueError):
    """A file is no OpenStreetMap extract, or is damaged; the message names the file and what is wrong."""


@dataclass(slots=True)
class Extract:
    """What an extract holds, in lon/lat. layers: name -> (shapely geometries, kind codes, columns of attributes)."""

    file: Path
    bounds: Bounds
    center: tuple[float, float]
    layers: dict[str, tuple[NDArray[Any], NDArray[np.uint16], dict[str, list[Any]]]]
    addresses: list[Address]
    streets: list[Street]
    named: list[Named]
    municipalities: list[tuple[str, Any]]
    country: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Area:
    """A relation that may become an area: its tags, and its ways with their roles."""

    osm_id: int
    tags: dict[str, str]
    members: list[tuple[int, bool]]
    joins: bool


def is_extract(file: Path) -> bool:
    """Tell from its name whether a file is an OpenStreetMap extract that can be read."""
    return file.name.casefold().endswith(SUFFIXES)


def read_extract(file: Path, progress: Progress | None = None) -> Extract:
    """Read an extract (.osm.pbf, .osm, .osm.gz, .osm.bz2).

    progress is called with a share of the work in [0, 1] and what is being done; what it raises ends the reading.
    Raises ExtractError for a file that cannot be read as one.
    """
    if not is_extract(file):
        raise ExtractError(f"{file}: not an OpenStreetMap extract (expected {', '.join(SUFFIXES)})")
    if not file.is_file():
        raise ExtractError(f"{file}: no such file")
    reading = _Reading(file, progress or (lambda share, doing: None))
    try:
        reading.read_relations()
        reading.read_objects()
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise ExtractError(f"{file}: cannot be read as an OpenStreetMap extract ({error})") from error
    return reading.finish()


class _Reading:
    def __init__(self, file: Path, progress: Progress) -> None:
        self.file, self.progress = file, progress
        self.areas: list[_Area] = []
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
        self.warnings: list[str] = []
        self.wkb = osmium.geom.WKBFactory()

    def read_relations(self) -> None:
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
            plain = tags.keys() <= {"type", "source", "created_by", "note"}
            useful = plain or level or area_class(tags) or self._is_point(tags) or named_kind(tags)
            if not useful:
                continue
            members = [(m.ref, m.role == "inner") for m in relation.members if m.type == "w"]
            self.areas.append(_Area(relation.id, tags, members, joins))
            self.needed.update(ref for ref, _ in members)

    def read_objects(self) -> None:
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
        if not node.location.valid():
            self.counts["unreadable"] += 1
            return
        source = Source(NODE, len(self.node_xy), node.id)
        self.node_xy.append((node.lon, node.lat))
        if "place" in tags:
            self.rows.add_place_name(source, tags)
        self._common(source, tags)

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
            if drawn[0] == "roads" and tags.get("name"):
                self.streets.append((index, tags, refs))
        if closed:
            area = area_class(tags)
            if area:
                self.rows.add(area[0], area[1], source, tags)
        level = boundary_class(tags)
        if level:
            self.boundary_ways[way.id] = (whole(tags.get("admin_level")) or 99, level, tags.get("name"))
            self.way_index[way.id] = index
        self._common(source, tags)

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

    def _common(self, source: Source, tags: dict[str, str]) -> None:
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

    def finish(self) -> Extract:
        self.progress(0.9, "putting areas together")
        lines = shapely.from_wkb(np.array(self.way_wkb, dtype=object)) if self.way_wkb else np.empty(0, object)
        self.way_wkb.clear()
        relation_areas, municipalities = self._relations(lines)
        for way_id, (_, kind, name) in self.boundary_ways.items():
            level = {"name": name or "", "admin_level": str(self.boundary_ways[way_id][0])}
            self.rows.add("boundaries", kind, Source(WAY, self.way_index[way_id], way_id), level)
        bounds = self._bounds(lines)
        layers = self._layers(lines, relation_areas, bounds)
        points = self._points(lines, relation_areas)
        road_points = shapely.get_coordinates(lines[[row[0] for row in self.streets]]) if self.streets else None
        some = road_points if road_points is not None and len(road_points) else np.array(bounds).reshape(2, 2)
        center = np.median(some, axis=0)
        if self.counts["missing nodes"]:
            self.warnings.append(
                f"{self.counts['missing nodes']:,} references to nodes outside the extract; "
                f"{self.counts['ways without a line']:,} ways left out for that"
            )
        if self.counts["unreadable"]:
            self.warnings.append(f"{self.counts['unreadable']:,} objects could not be read and were left out")
        return Extract(
            self.file, bounds, (float(center[0]), float(center[1])), layers,
            self.rows.addresses(points), self._streets(lines), self.rows.named_places(points), municipalities,
            self._country(), self.warnings,
        )  # fmt: skip

    def _relations(self, lines: NDArray[Any]) -> tuple[list[Any], list[tuple[str, Any]]]:
        """Assemble the relations' areas; answers the areas, and the municipalities among them."""
        found: list[Any] = []
        municipalities: list[tuple[str, Any]] = []
        replaced: set[int] = set()
        for area in self.areas:
            level = boundary_class(area.tags)
            here = [(lines[self.way_index[ref]], inner, ref) for ref, inner in area.members if ref in self.way_index]
            if level:
                self._mark_boundary(area, level)
                if level == "municipality" and len(here) == len(area.members) and area.tags.get("name"):
                    shape, _ = osm_areas.assemble([line for line, inner, _ in here if not inner], [])
                    if shape is not None:
                        municipalities.append((area.tags["name"], shape))
                continue
            tags = area.tags
            if tags.keys() <= {"type", "source", "created_by", "note"}:
                outer_ids = [ref for _, inner, ref in here if not inner]
                tags = next((self.member_tags[ref] for ref in outer_ids if self.member_tags.get(ref)), {})
                drawn = area_class(tags)
                if not drawn:
                    continue
                replaced.update(outer_ids)
            if not here:
                self.counts["areas without a way"] += 1
                continue
            outer = [line for line, inner, _ in here if not inner]
            if area.joins:
                shape, whole_ring = osm_areas.assemble(outer, [line for line, inner, _ in here if inner])
                self.counts["areas cut by the extract"] += not whole_ring
            else:
                shape = None
            anchor = (
                shape
                if shape is not None
                else shapely.MultiLineString(list(shapely.get_parts([line for line, _, _ in here])))
            )
            source = Source(RELATION, len(found), area.osm_id)
            found.append(anchor)
            drawn = area_class(tags)
            if drawn and shape is not None:
                self.rows.add(drawn[0], drawn[1], source, tags)
            if tags is area.tags:
                self._common(source, tags)
        self.rows.drop_ways(replaced, [name for name, (geometry, _) in LAYERS.items() if geometry == "polygon"])
        if self.counts["areas cut by the extract"]:
            self.warnings.append(
                f"{self.counts['areas cut by the extract']:,} areas are cut by the extract's edge and closed straight"
            )
        return found, municipalities

    def _mark_boundary(self, area: _Area, kind: str) -> None:
        level = whole(area.tags.get("admin_level")) or 99
        for ref, _ in area.members:
            if ref in self.way_index and level < self.boundary_ways.get(ref, (100, "", None))[0]:
                self.boundary_ways[ref] = (level, kind, area.tags.get("name"))

    def _country(self) -> str:
        """Answer the country (ISO 3166-1, two letters) that most addresses name, "" when none does."""
        return next((country for country, _ in self.countries.most_common(1) if len(country) == 2), "")

    def _bounds(self, lines: NDArray[Any]) -> Bounds:
        reader = osmium.io.Reader(str(self.file))
        box = reader.header().box()
        reader.close()
        if box.valid() and box.top_right.lon > box.bottom_left.lon and box.top_right.lat > box.bottom_left.lat:
            return (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
        coords = [np.array(self.node_xy).reshape(-1, 2)]
        roads = self.rows.way_indices("roads") + self.rows.way_indices("buildings")
        if roads:
            coords.append(shapely.get_coordinates(lines[roads]))
        every = np.concatenate(coords)
        if not len(every):
            every = shapely.get_coordinates(lines)
        if not len(every):
            raise ExtractError(f"{self.file}: nothing that can be placed on a map")
        self.warnings.append("the extract does not state its bounds; they are taken from what is in it")
        west, south = every.min(axis=0).tolist()
        east, north = every.max(axis=0).tolist()
        return (west, south, east, north)

    def _layers(
        self, lines: NDArray[Any], relation_areas: list[Any], bounds: Bounds
    ) -> dict[str, tuple[NDArray[Any], NDArray[np.uint16], dict[str, list[Any]]]]:
        wet, told = osm_areas.sea(lines[self.coast], bounds) if self.coast else ([], [])
        self.warnings += told
        for shape in wet:
            self.rows.add("water", "sea", Source(RELATION, len(relation_areas), 0), {})
            relation_areas.append(shape)
        layers = {}
        for name, (geometry, kinds) in LAYERS.items():
            rows = self.rows.of(name)
            shapes = np.full(len(rows), None, dtype=object)
            for i, (source, _, _) in enumerate(rows):
                if source.type == WAY:
                    shapes[i] = lines[source.at]
                elif source.type == RELATION:
                    shapes[i] = relation_areas[source.at]
            if geometry == "polygon":
                ways = np.array([i for i, (source, _, _) in enumerate(rows) if source.type == WAY], dtype=np.int64)
                shapes[ways] = osm_areas.close_ways(shapes[ways])
            elif geometry == "point":
                shapes = self._to_points([source for source, _, _ in rows], lines, relation_areas)
            good = [i for i, shape in enumerate(shapes) if shape is not None]
            kept = [rows[i] for i in good]
            codes = np.array([kinds.index(kind) for _, kind, _ in kept], dtype=np.uint16)
            layers[name] = (shapes[good], codes, attributes_of(name, kept))
        return layers

    def _to_points(self, sources: list[Source], lines: NDArray[Any], areas: list[Any]) -> NDArray[Any]:
        xy = np.full((len(sources), 2), np.nan)
        shapes = np.full(len(sources), None, dtype=object)
        for i, source in enumerate(sources):
            if source.type == NODE:
                xy[i] = self.node_xy[source.at]
            else:
                shapes[i] = lines[source.at] if source.type == WAY else areas[source.at]
        other = np.flatnonzero(~shapely.is_missing(shapes))
        closed = osm_areas.close_ways(shapes[other])
        shapes[other] = np.where(shapely.is_missing(closed), shapes[other], closed)
        inside = shapely.point_on_surface(shapes[other])
        xy[other] = np.column_stack((shapely.get_x(inside), shapely.get_y(inside)))
        points: NDArray[Any] = np.asarray(shapely.points(xy), dtype=object).reshape(-1)
        return points

    def _points(self, lines: NDArray[Any], areas: list[Any]) -> dict[Source, tuple[float, float]]:
        sources = list(dict.fromkeys(self.rows.point_sources()))
        points = self._to_points(sources, lines, areas)
        return {
            s: (float(x), float(y))
            for s, x, y in zip(sources, shapely.get_x(points), shapely.get_y(points), strict=True)
        }

    def _streets(self, lines: NDArray[Any]) -> list[Street]:
        return [Street(tags["name"], tags, lines[index], refs) for index, tags, refs in self.streets]


def _tags(thing: Any) -> dict[str, str] | None:
    try:
        return {tag.k: tag.v for tag in thing.tags}
    except UnicodeDecodeError:
        return None

"""Read an OpenStreetMap extract into drawn layers, addresses, streets and named places, in lon/lat.

`gis.osm_reading` takes what is wanted from the file; here it becomes shapes and columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from gis import osm_areas
from gis.osm_reading import NODE, RELATION, WAY, Area, Progress, Reading, says_nothing
from gis.osm_rows import Address, Named, Source, Street, attributes_of
from gis.osm_tags import (
    LAYERS,
    area_class,
    boundary_class,
    whole,
)  # fmt: skip

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
Bounds = tuple[float, float, float, float]


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
    reading = Reading(file, progress or (lambda share, doing: None))
    try:
        reading.read_relations()
        reading.read_objects()
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise ExtractError(f"{file}: cannot be read as an OpenStreetMap extract ({error})") from error
    return _Shaping(reading).finish()


class _Shaping:
    """Turns what was taken into shapes and columns."""

    def __init__(self, raw: Reading) -> None:
        self.raw = raw
        self.warnings: list[str] = []

    def finish(self) -> Extract:
        self.raw.progress(0.9, "putting areas together")
        lines = shapely.from_wkb(np.array(self.raw.way_wkb, dtype=object)) if self.raw.way_wkb else np.empty(0, object)
        self.raw.way_wkb.clear()
        relation_areas, municipalities = self._relations(lines)
        for way_id, (_, kind, name) in self.raw.boundary_ways.items():
            level = {"name": name or "", "admin_level": str(self.raw.boundary_ways[way_id][0])}
            self.raw.rows.add("boundaries", kind, Source(WAY, self.raw.way_index[way_id], way_id), level)
        bounds = self._bounds(lines)
        layers = self._layers(lines, relation_areas, bounds)
        points = self._points(lines, relation_areas)
        road_points = shapely.get_coordinates(lines[[row[0] for row in self.raw.streets]]) if self.raw.streets else None
        some = road_points if road_points is not None and len(road_points) else np.array(bounds).reshape(2, 2)
        center = np.median(some, axis=0)
        if self.raw.counts["missing nodes"]:
            self.warnings.append(
                f"{self.raw.counts['missing nodes']:,} references to nodes outside the extract; "
                f"{self.raw.counts['ways without a line']:,} ways left out for that"
            )
        if self.raw.counts["nodes after ways"]:
            self.warnings.append("the file is not sorted (nodes, ways, relations): ways before their nodes are lost")
        if self.raw.counts["unreadable"]:
            self.warnings.append(f"{self.raw.counts['unreadable']:,} objects could not be read and were left out")
        return Extract(
            self.raw.file, bounds, (float(center[0]), float(center[1])), layers,
            self.raw.rows.addresses(points), self._streets(lines), self.raw.rows.named_places(points), municipalities,
            self._country(), self.warnings,
        )  # fmt: skip

    def _relations(self, lines: NDArray[Any]) -> tuple[list[Any], list[tuple[str, Any]]]:
        """Assemble the relations' areas; answers the areas, and the municipalities among them."""
        found: list[Any] = []
        municipalities: list[tuple[str, Any]] = []
        replaced: set[int] = set()
        for area in self.raw.areas:
            level = boundary_class(area.tags)
            here = [
                (lines[self.raw.way_index[ref]], inner, ref) for ref, inner in area.members if ref in self.raw.way_index
            ]
            if level:
                self._mark_boundary(area, level)
                if level == "municipality" and len(here) == len(area.members) and area.tags.get("name"):
                    shape, _ = osm_areas.assemble([line for line, inner, _ in here if not inner], [])
                    if shape is not None:
                        municipalities.append((area.tags["name"], shape))
                continue
            tags = area.tags
            if says_nothing(tags):
                outer_ids = [ref for _, inner, ref in here if not inner]
                tags = next((self.raw.member_tags[ref] for ref in outer_ids if self.raw.member_tags.get(ref)), {})
                drawn = area_class(tags)
                if not drawn:
                    continue
                replaced.update(outer_ids)
            if not here:
                self.raw.counts["areas without a way"] += 1
                continue
            outer = [line for line, inner, _ in here if not inner]
            if area.joins:
                shape, whole_ring = osm_areas.assemble(outer, [line for line, inner, _ in here if inner])
                self.raw.counts["areas cut by the extract"] += not whole_ring
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
                self.raw.rows.add(drawn[0], drawn[1], source, tags)
            if tags is area.tags:
                self.raw.take_common(source, tags)
        self.raw.rows.drop_ways(replaced, [name for name, (geometry, _) in LAYERS.items() if geometry == "polygon"])
        cut = self.raw.counts["areas cut by the extract"]
        if cut:
            self.warnings.append(f"{cut:,} areas are cut by the extract's edge and closed straight")
        return found, municipalities

    def _mark_boundary(self, area: Area, kind: str) -> None:
        level = whole(area.tags.get("admin_level")) or 99
        for ref, _ in area.members:
            if ref in self.raw.way_index and level < self.raw.boundary_ways.get(ref, (100, "", None))[0]:
                self.raw.boundary_ways[ref] = (level, kind, area.tags.get("name"))

    def _country(self) -> str:
        """Answer the country (ISO 3166-1, two letters) that most addresses name, "" when none does."""
        return next((country for country, _ in self.raw.countries.most_common(1) if len(country) == 2), "")

    def _bounds(self, lines: NDArray[Any]) -> Bounds:
        reader = osmium.io.Reader(str(self.raw.file))
        box = reader.header().box()
        reader.close()
        if box.valid() and box.top_right.lon > box.bottom_left.lon and box.top_right.lat > box.bottom_left.lat:
            return (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
        coords = [np.array(self.raw.node_xy).reshape(-1, 2)]
        roads = self.raw.rows.way_indices("roads") + self.raw.rows.way_indices("buildings")
        if roads:
            coords.append(shapely.get_coordinates(lines[roads]))
        every = np.concatenate(coords)
        if not len(every):
            every = shapely.get_coordinates(lines)
        if not len(every):
            raise ExtractError(f"{self.raw.file}: nothing that can be placed on a map")
        self.warnings.append("the extract does not state its bounds; they are taken from what is in it")
        west, south = every.min(axis=0).tolist()
        east, north = every.max(axis=0).tolist()
        return (west, south, east, north)

    def _layers(
        self, lines: NDArray[Any], relation_areas: list[Any], bounds: Bounds
    ) -> dict[str, tuple[NDArray[Any], NDArray[np.uint16], dict[str, list[Any]]]]:
        wet, told = osm_areas.sea(lines[self.raw.coast], bounds) if self.raw.coast else ([], [])
        self.warnings += told
        for shape in wet:
            self.raw.rows.add("water", "sea", Source(RELATION, len(relation_areas), 0), {})
            relation_areas.append(shape)
        layers = {}
        for name, (geometry, kinds) in LAYERS.items():
            rows = self.raw.rows.of(name)
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
                xy[i] = self.raw.node_xy[source.at]
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
        sources = list(dict.fromkeys(self.raw.rows.point_sources()))
        points = self._to_points(sources, lines, areas)
        xy = np.column_stack((shapely.get_x(points), shapely.get_y(points))).tolist()
        return {source: (lon, lat) for source, (lon, lat) in zip(sources, xy, strict=True)}

    def _streets(self, lines: NDArray[Any]) -> list[Street]:
        return [
            Street(tags.get("name") or tags["ref"], tags, lines[index], refs) for index, tags, refs in self.raw.streets
        ]

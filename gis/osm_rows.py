"""What was taken from an extract, row by row, before it becomes columns: drawn features, addresses, names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gis.osm_tags import KIND_LIMIT, PLACE_KINDS, Tags, direction_deg, metres, named_kind, one_way, station_kind, whole

_TYPES = ("node", "way", "relation")


class Source(NamedTuple):
    """Where a row's geometry is: type (0 node, 1 way, 2 relation), place among its type, and the OSM id."""

    type: int
    at: int
    osm_id: int


Row = tuple[Source, str, Tags]


@dataclass(frozen=True, slots=True)
class Address:
    """A house number as it is tagged, with the point that stands for it, in lon/lat."""

    number: str
    street: str
    city: str
    postcode: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a name that is worth finding; kind is its OSM class ("school", "city")."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    is_settlement: bool
    population: int
    city: str
    lon: float
    lat: float
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Street:
    """A named piece of road: its line in lon/lat and the ids of its nodes, one for each vertex."""

    name: str
    tags: Tags
    line: Any
    nodes: list[int]


def aliases_of(tags: Tags) -> tuple[str, ...]:
    """List a thing's other names: in other languages, official, short, alternative and old ones, a road's number."""
    found: dict[str, None] = {}
    for key, value in tags.items():
        if key.startswith("name:") or key in (
            "alt_name",
            "official_name",
            "short_name",
            "old_name",
            "int_name",
            "loc_name",
        ):
            for name in value.split(";"):
                found[name.strip()[:KIND_LIMIT]] = None
    if "highway" in tags:
        found |= dict.fromkeys(ref.strip()[:KIND_LIMIT] for ref in tags.get("ref", "").split(";"))
    found.pop(tags.get("name", ""), None)
    found.pop("", None)
    return tuple(found)


_Reader = Callable[[Tags], Any]


def _text(*keys: str) -> _Reader:
    return lambda tags: next((tags[key][:KIND_LIMIT] for key in keys if tags.get(key)), None)


def _chinese(tags: Tags) -> str | None:
    return next((tags[key][:KIND_LIMIT] for key in ("name:zh", "name:zh-Hans", "name:zh-Hant") if tags.get(key)), None)


def _flag(key: str) -> _Reader:
    return lambda tags: tags.get(key, "no") not in ("no", "false", "0", "")


def _tilt(tags: Tags) -> float:
    """Read how far a camera is turned down: the tag's angle is not that of the field of view."""
    return metres(tags.get("camera:angle"))


_NAME: tuple[str, _Reader] = ("name", _text("name"))
COLUMNS: dict[str, tuple[tuple[str, _Reader], ...]] = {
    "land_use": (_NAME,),
    "parks": (_NAME,),
    "water": (_NAME,),
    "waterways": (_NAME, ("tunnel", _flag("tunnel"))),
    "buildings": (
        _NAME,
        ("house_number", _text("addr:housenumber")),
        ("street", _text("addr:street", "addr:place")),
        ("levels", lambda tags: metres(tags.get("building:levels"))),
        ("height_m", lambda tags: metres(tags.get("height") or tags.get("building:height"))),
    ),
    "roads": (
        _NAME,
        ("ref", _text("ref")),
        ("bridge", _flag("bridge")),
        ("tunnel", _flag("tunnel")),
        ("layer", lambda tags: max(-100, min(100, whole(tags.get("layer")) or 0))),
        ("oneway", one_way),
    ),
    "railways": (
        _NAME,
        ("bridge", _flag("bridge")),
        ("tunnel", _flag("tunnel")),
        ("layer", lambda tags: max(-100, min(100, whole(tags.get("layer")) or 0))),
    ),
    "boundaries": (_NAME, ("admin_level", lambda tags: whole(tags.get("admin_level")) or 0)),
    "place_names": (
        _NAME,
        ("name_en", _text("name:en")),
        ("name_zh", _chinese),
        ("place", _text("place")),
        ("population", lambda tags: whole(tags.get("population")) or 0),
    ),
    "cameras": (
        ("name", _text("name", "description")),
        ("ref", _text("ref")),
        ("operator", _text("operator")),
        ("camera_kind", lambda tags: None),
        ("camera_type", _text("camera:type")),
        ("direction_deg", direction_deg),
        ("tilt_deg", _tilt),
        ("height_m", lambda tags: metres(tags.get("height") or tags.get("camera:height"))),
    ),
    "hydrants": (
        _NAME,
        ("ref", _text("ref")),
        ("diameter_mm", lambda tags: metres(tags.get("fire_hydrant:diameter"))),
        ("position", _text("fire_hydrant:position")),
    ),
    "stations": (_NAME, ("ref", _text("ref")), ("station_kind", station_kind), ("operator", _text("operator"))),
    "hospitals": (
        _NAME,
        ("emergency", _text("emergency")),
        ("beds", lambda tags: metres(tags.get("beds"))),
        ("operator", _text("operator")),
    ),
    "house_numbers": (
        ("house_number", _text("addr:housenumber")),
        ("street", _text("addr:street", "addr:place")),
        ("city", _text("addr:city")),
        ("postcode", _text("addr:postcode")),
    ),
}


def attributes_of(layer: str, rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Make a layer's columns of attributes from its rows' tags."""
    columns: dict[str, list[Any]] = {column: [read(tags) for _, _, tags in rows] for column, read in COLUMNS[layer]}
    if layer == "cameras":
        columns["camera_kind"] = [kind for _, kind, _ in rows]
    columns["osm_id"] = [source.osm_id for source, _, _ in rows]
    columns["osm_type"] = [_TYPES[source.type] for source, _, _ in rows]
    return columns


class Rows:
    """Rows of every layer as they are met in the file, and the named things beside them."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._named: list[tuple[Source, Tags, str]] = []

    def add(self, layer: str, kind: str, source: Source, tags: Tags) -> None:
        """Take a feature of a drawn layer."""
        self._rows[layer].append((source, kind, tags))

    def add_place_name(self, source: Source, tags: Tags) -> None:
        """Take a settlement's name that the map shows."""
        if tags["place"] in PLACE_KINDS and tags.get("name"):
            self._rows["place_names"].append((source, tags["place"], tags))

    def add_named(self, source: Source, tags: Tags) -> None:
        """Take a thing with a name when it is worth finding."""
        kind = tags.get("place") or named_kind(tags)
        if kind:
            self._named.append((source, tags, kind))

    def of(self, layer: str) -> list[Row]:
        """List the rows of a layer."""
        return self._rows[layer]

    def drop_ways(self, ways: set[int], layers: Iterable[str]) -> None:
        """Drop the rows of ways that stand in the given layers as part of a larger area."""
        if ways:
            for layer in layers:
                self._rows[layer] = [r for r in self._rows[layer] if r[0].type != 1 or r[0].osm_id not in ways]

    def way_indices(self, layer: str) -> list[int]:
        """List the indices of the ways that are drawn in a layer."""
        return [source.at for source, _, _ in self._rows[layer] if source.type == 1]

    def point_sources(self) -> list[Source]:
        """List the sources whose representative point search needs."""
        return [s for s, _, _ in self._rows["house_numbers"]] + [s for s, _, _ in self._named]

    def addresses(self, points: dict[Source, tuple[float, float]]) -> list[Address]:
        """List every tagged address; one that names no street has an empty one."""
        found = []
        for source, _, tags in self._rows["house_numbers"]:
            lon, lat = points[source]
            street = tags.get("addr:street") or tags.get("addr:place") or ""
            if math.isfinite(lon):
                found.append(
                    Address(
                        tags["addr:housenumber"][:KIND_LIMIT], street[:KIND_LIMIT],
                        tags.get("addr:city", "")[:KIND_LIMIT], tags.get("addr:postcode", "")[:KIND_LIMIT], lon, lat,
                    )
                )  # fmt: skip
        return found

    def named_places(self, points: dict[Source, tuple[float, float]]) -> list[Named]:
        """List every named thing that is worth finding."""
        found = []
        for source, tags, kind in self._named:
            lon, lat = points[source]
            if math.isfinite(lon):
                found.append(
                    Named(
                        tags["name"][:KIND_LIMIT], aliases_of(tags), kind, kind in PLACE_KINDS,
                        whole(tags.get("population")) or 0, tags.get("addr:city", "")[:KIND_LIMIT], lon, lat,
                        _chinese(tags) or "",
                    )
                )  # fmt: skip
        return found

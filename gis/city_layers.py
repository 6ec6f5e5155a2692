"""Write a city's drawn layers: those of an extract, a street file's roads, and any vector file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coarse_writer import write_coarse
from gis.column_writer import write_layer
from gis.crs import LONLAT, project
from gis.io import VectorError, VectorFile
from gis.osm_rows import Source, attributes_of
from gis.osm_tags import LAYERS, ROAD_KINDS, area_class, camera_kind, hydrant_kind, line_class, station_kind
from gis.places_build import name_column, nice_name

MOST_KINDS = 50
_NAMES = ("name", "title", "label", "streetname", "street_name", "fullname", "description", "名称")
_REFS = ("ref", "id", "station", "station_no", "number", "camera_id", "code")
_WORDS = {
    "fire": ("fire", "feuerwehr", "pompier", "bomber", "vigili del fuoco", "palo", "消防"),
    "police": ("police", "polizei", "polic", "carabinieri", "poliisi", "公安", "派出所"),
    "ambulance": ("ambulance", "ems", "rescue", "paramedic", "rettung", "急救"),
}


class LayerWriter:
    """Writes layers into a city's `layers` folder and counts what was written."""

    def __init__(self, folder: Path, metric_crs: str, warnings: list[str]) -> None:
        self.folder, self.metric_crs, self.warnings = folder, metric_crs, warnings
        self.counts: dict[str, int] = {}

    def write_osm(
        self, name: str, content: tuple[NDArray[Any], NDArray[np.uint16], dict[str, list[Any]]], source: str
    ) -> None:
        """Write a layer of an extract."""
        geometry, kinds = LAYERS[name]
        self._write(name, geometry, kinds, *content, source)

    def write_streets(self, streets: VectorFile, classes: Mapping[int, str]) -> None:
        """Write the roads of a street file. classes: those of the road network, by the number of the feature.

        The number stands as osm_id, as it is the way id of the network's arcs.
        """
        index, shapes, problems = streets.of_kind("line")
        self.warnings += [str(problem) for problem in problems[:20]]
        named = name_column(streets.columns, _NAMES)
        numbers = streets.numbers[index].tolist()
        kinds = [classes.get(number, "") for number in numbers]
        kinds = [kind if kind in ROAD_KINDS else "residential" for kind in kinds]
        names = streets.columns[named] if named else [None] * len(streets.geometries)
        none: list[Any] = [None] * len(index)
        attributes = {
            "name": [nice_name(str(names[i])) if names[i] else None for i in index.tolist()],
            "ref": none, "bridge": [False] * len(index), "tunnel": [False] * len(index), "layer": [0] * len(index),
            "oneway": [0] * len(index), "osm_id": numbers, "osm_type": none,
        }  # fmt: skip
        codes = np.array([ROAD_KINDS.index(kind) for kind in kinds], np.uint16)
        self._write("roads", "line", ROAD_KINDS, shapes, codes, attributes, streets.file.name)

    def write_vector(self, name: str, vector: VectorFile) -> None:
        """Write a layer from a vector file; one with a known name is given the columns and classes of that layer."""
        known = LAYERS.get(name)
        shapes, geometry = vector.geometries, known[0] if known else vector.kind()
        index = np.arange(len(shapes))
        if known and geometry == "point":
            shapes = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
        elif known and geometry == "line" and vector.kind() == "polygon":
            shapes = shapely.boundary(shapes)
        elif vector.kind() != geometry:
            raise VectorError(f"{vector.file}: layer {name} is made of {geometry}s, these are {vector.kind()}s")
        else:
            index, shapes, problems = vector.of_kind(geometry)
            self.warnings += [str(problem) for problem in problems[:20]]
        rows = index.tolist()
        columns = {column: [values[i] for i in rows] for column, values in vector.columns.items()}
        if known:
            kinds, codes, attributes = _as_known(name, vector.file.stem, columns, vector.numbers[index].tolist())
        else:
            kinds, codes = _by_kind_column(columns, len(rows))
            attributes = {}
            named = name_column(columns, _NAMES)
            if named:
                attributes["name"] = [None if v is None else str(v) for v in columns[named]]
        for column, values in columns.items():
            if column not in attributes and column.casefold() not in attributes:
                attributes[column] = _one_type(values)
        self._write(name, geometry, kinds, shapes, codes, attributes, vector.file.name)

    def _write(
        self, name: str, geometry: str, kinds: Sequence[str], shapes: NDArray[Any], codes: NDArray[np.uint16],
        attributes: Mapping[str, list[Any]], source: str,
    ) -> None:  # fmt: skip
        metric = project(shapes, LONLAT, self.metric_crs) if len(shapes) else shapes
        finite = np.isfinite(shapely.bounds(metric)).all(axis=1) if len(metric) else np.ones(0, bool)
        told: list[str] = []
        if not finite.all():
            told = [f"layer {name}: {int((~finite).sum())} features lie outside what {self.metric_crs} can show"]
            self.warnings += told
            keep = np.flatnonzero(finite).tolist()
            metric, codes = metric[keep], codes[keep]
            attributes = {column: [values[i] for i in keep] for column, values in attributes.items()}
        self.counts[name] = write_layer(
            self.folder / name, metric, name=name, geometry=geometry, kinds=kinds, kind_codes=codes,
            crs=self.metric_crs, attributes=attributes, source=source, warnings=told,
        )  # fmt: skip
        write_coarse(self.folder / name)


def _as_known(
    layer: str, stem: str, columns: Mapping[str, list[Any]], numbers: Sequence[int]
) -> tuple[Sequence[str], NDArray[np.uint16], dict[str, list[Any]]]:
    """Read a file's rows as if its fields were tags, with the fields' usual other names.

    A feature without an OSM id has its number in the file (from 1) in its place, and no osm_type.
    """
    count = len(numbers)
    named, ref = name_column(columns, _NAMES), name_column(columns, _REFS)
    kinds = LAYERS[layer][1]
    rows = []
    for i in range(count):
        tags = {c.casefold(): str(v[i]) for c, v in columns.items() if v[i] is not None}
        for key, column in (("name", named), ("ref", ref)):
            if column and columns[column][i] is not None:
                tags.setdefault(key, str(columns[column][i]))
        rows.append((Source(0, i, _osm_id(tags) or numbers[i]), _kind_in(layer, tags, stem), tags))
    attributes = attributes_of(layer, rows)
    attributes["osm_type"] = [None] * count
    if layer == "stations":
        attributes["station_kind"] = [kind for _, kind, _ in rows]
    elif layer == "place_names":
        attributes["place"] = [kind for _, kind, _ in rows]
    return kinds, np.array([kinds.index(kind) for _, kind, _ in rows], np.uint16), attributes


def _osm_id(tags: Mapping[str, str]) -> int:
    found = re.search(r"\d{1,18}", tags.get("osm_id", "") or tags.get("@id", ""))
    return int(found[0]) if found else 0


def _kind_in(layer: str, tags: dict[str, str], stem: str) -> str:
    kinds = LAYERS[layer][1]
    stated = tags.get("kind") or tags.get("camera_kind") or tags.get("station_kind") or tags.get("place") or ""
    if stated in kinds:
        return stated
    readers = {"cameras": camera_kind, "hydrants": hydrant_kind, "stations": station_kind}
    found = readers[layer](tags) if layer in readers else None
    if found is None and layer in LAYERS:
        drawn = area_class(tags) or line_class(tags)
        found = drawn[1] if drawn and drawn[0] == layer else None
    if found:
        return found
    if layer == "stations":
        for text in (tags.get("name", ""), stem):
            for kind, words in _WORDS.items():
                if any(word in text.casefold() for word in words):
                    return kind
    if layer == "cameras":
        return "traffic" if "traffic" in stem.casefold() else "other"
    fallback = {"hydrants": "other", "land_use": "grass", "parks": "park", "water": "water", "waterways": "stream",
                "buildings": "yes", "roads": "residential", "railways": "rail", "boundaries": "district",
                "place_names": "locality"}  # fmt: skip
    return fallback.get(layer, kinds[0])


def _by_kind_column(columns: Mapping[str, list[Any]], count: int) -> tuple[Sequence[str], NDArray[np.uint16]]:
    column = name_column(columns, ("kind", "class", "category", "type", "类别"))
    if column:
        values = ["" if v is None else str(v)[:80] for v in columns[column]]
        kinds = sorted(set(values))
        if len(kinds) <= MOST_KINDS:
            return [kind or "other" for kind in kinds], np.array([kinds.index(v) for v in values], np.uint16)
    return ("feature",), np.zeros(count, np.uint16)


def _one_type(values: list[Any]) -> list[Any]:
    """Make a column of one type: numbers stay numbers when all are, anything mixed becomes text."""
    types = {type(v) for v in values if v is not None}
    if len(types) <= 1 or types <= {int, float}:
        return [float(v) if v is not None and float in types and int in types else v for v in values]
    return [None if v is None else str(v) for v in values]

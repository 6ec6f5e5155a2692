"""Bring any vector file into a city as drawn layers: one column store for each kind of geometry in it."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.city import City
from gis.column_writer import write_columns
from gis.columns import LayerColumns, is_layer_name
from gis.crs import LONLAT, transformer
from gis.io import CrsMissing, Problem, VectorError, VectorFile, read_vector
from gis.io_guard import check_file
from gis.io_source import file_layers
from gis.ragged import parts_of, turn_rings

Report = Callable[[float, str], None]

KINDS = ("point", "line", "polygon")
_TYPES = {"point": (0, 4), "line": (1, 2, 5), "polygon": (3, 6)}  # GEOS type numbers
MOST_GUESSES = 5
LONGEST_NAME = 60
MOST_SAMPLED = 2_000


@dataclass(frozen=True, slots=True)
class FileLayer:
    """A layer that stands in a file. geometry: as the file calls it; count: -1 where the file does not know."""

    name: str
    geometry: str
    count: int


@dataclass(frozen=True, slots=True)
class Store:
    """A column store that was written: its layer's name, "point", "line" or "polygon", and how many features."""

    name: str
    geometry: str
    count: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. crs: what it was read as; kept: features written, over all stores."""

    stores: tuple[Store, ...]
    kept: int
    crs: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Features of one kind as a column store takes them."""

    coords: NDArray[np.float64]
    sizes: NDArray[np.int64]
    part_counts: NDArray[np.int64]


def list_layers(file: Path | str) -> tuple[FileLayer, ...]:
    """Name the layers of a vector file. Raises VectorError for a file that is refused or cannot be read."""
    path = check_file(file)
    if path.suffix.casefold() in (".parquet", ".geoparquet"):
        return (FileLayer(path.stem, "", -1),)
    return tuple(FileLayer(*row) for row in file_layers(path))


def import_layer(
    source: Path | str,
    city: City,
    name: str,
    *,
    layer: str | None = None,
    crs: str | None = None,
    report: Report | None = None,
) -> Imported:
    """Write a file's features into `layers/<name>` of a city, or `<name>_points`, `_lines`, `_polygons` where mixed.

    layer: of a file with several, the first by default. crs: as for `read_vector`. Raises VectorError (CrsMissing
    where the coordinate system must be stated) or whatever `report` raises to stop; then nothing is left behind.
    """
    tell = report or (lambda share, words: None)
    if not is_layer_name(name):
        raise VectorError(f"{name!r} is no name of a layer: small letters, digits and _, beginning with a letter")
    import shapely

    tell(0.02, "reading")
    vector = read_vector(source, layer=layer, crs=crs, expected=city.bounds)
    tell(0.5, "placing")
    problems = list(vector.problems)
    shapes, metric, rows = _placed(vector, city)
    columns = clean_names(vector.columns, vector.file.name, problems)
    told_outside(vector, city, problems)
    found: dict[str, tuple[_Arrays, NDArray[np.int64]]] = {}
    types, sizes = shapely.get_type_id(shapes), shapely.get_num_coordinates(shapes)
    for kind in KINDS:
        is_one = np.isin(types, _TYPES[kind])
        index = np.flatnonzero(is_one)
        arrays, keep = _cut(shapes[index], metric if is_one.all() else metric[np.repeat(is_one, sizes)], kind)
        what = f"lies outside what {city.metric_crs} can show"
        lost = vector.numbers[rows[np.delete(index, keep)]].tolist()
        problems += [Problem(vector.file.name, number, "geometry", what, False) for number in lost]
        if len(keep):
            found[kind] = arrays, rows[index[keep]]
    if not found:
        raise VectorError(f"{vector.file}: no feature lies where {city.metric_crs} can show it")
    stores: list[Store] = []
    try:
        for kind, (arrays, origin) in found.items():
            tell(0.6 + 0.35 * len(stores) / len(found), "writing")
            called = name if len(found) == 1 else _store_of(name, kind)
            attributes: dict[str, Any] = {column: one_type(values, origin) for column, values in columns.items()}
            attributes.setdefault("feature", vector.numbers[origin])
            target = city.folder / "layers" / called
            if target.exists():
                raise VectorError(f"{city.folder}: there is a layer {called!r} already")
            written = write_columns(
                target, arrays.coords, arrays.sizes, part_counts=arrays.part_counts, name=called, geometry=kind,
                kinds=("feature",), kind_codes=np.zeros(len(origin), np.uint16), crs=city.metric_crs,
                attributes=attributes, source=vector.file.name,
            )  # fmt: skip
            stores.append(Store(called, kind, written))
            tell(0.6 + 0.35 * len(stores) / len(found), "writing")
    except BaseException:  # also a cancel: nothing half imported stays
        for store in stores:
            shutil.rmtree(city.folder / "layers" / store.name, ignore_errors=True)
        raise
    tell(1.0, "done")
    problems.sort(key=lambda problem: problem.feature)
    return Imported(tuple(stores), sum(store.count for store in stores), vector.crs, tuple(problems))


def stores_of(name: str) -> tuple[str, ...]:
    """Name every column store that importing a file under a name may write."""
    return (name, *(_store_of(name, kind) for kind in KINDS))


def sample_coordinates(source: Path | str, city: City, *, layer: str | None = None) -> NDArray[np.float64]:
    """Read some of a vector file's coordinates as they stand in it, float64 (n, 2); none where that fails."""

    try:
        read = read_vector(source, layer=layer, crs=city.metric_crs)
    except (ValueError, OSError):
        return np.empty((0, 2))
    coords = read.lonlat
    coords = coords[:: max(1, len(coords) // MOST_SAMPLED)]
    raw: NDArray[np.float64] = np.column_stack(
        city.to_metric(coords[:, 0], coords[:, 1])
    )  # back to what stands in the file
    kept: NDArray[np.float64] = raw[np.isfinite(raw).all(axis=1)]
    return kept


def guess_crs(missing: CrsMissing, city: City) -> tuple[str, ...]:
    """Name coordinate systems in which a file's coordinates would lie in the city, the likeliest first."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    west, south, east, north = city.bounds
    known = query_crs_info(
        auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS], area_of_interest=AreaOfInterest(west, south, east, north)
    )
    candidates = dict.fromkeys((city.metric_crs, "EPSG:3857", *(f"EPSG:{each.code}" for each in known)))
    x, y = (missing.extent[0] + missing.extent[2]) / 2, (missing.extent[1] + missing.extent[3]) / 2
    found = []
    for candidate in candidates:
        try:
            lon, lat = transformer(candidate, LONLAT).transform(x, y)
        except ValueError:
            continue
        if west <= lon <= east and south <= lat <= north:
            found.append(candidate)
        if len(found) == MOST_GUESSES:
            break
    return tuple(found)


def free_name(city: City, title: str, taken: Sequence[str] = ()) -> str:
    """Make a layer's name of a title, one that neither the city's layers nor `taken` have."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "layer"
    stem = stem if stem[0].isalpha() else f"layer_{stem}"[:30]
    used = {*city.layer_names(), *taken}
    name, number = stem, 2
    while not is_layer_name(name) or not used.isdisjoint(stores_of(name)) or (city.folder / "layers" / name).exists():
        name, number = f"{stem}_{number}", number + 1
    return name


def extent_of(layer: LayerColumns) -> tuple[float, float, float, float] | None:
    """Answer the box of a layer in metres; None where it is empty."""
    if not len(layer.blocks):
        return None
    west, south = layer.blocks[:, :2].min(axis=0).tolist()
    east, north = layer.blocks[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def clean_names(columns: Mapping[str, list[Any]], file: str, problems: list[Problem]) -> dict[str, list[Any]]:
    """Give columns names that are one line of at most 60 printable signs, each once (case aside); changes are told."""
    found: dict[str, list[Any]] = {}
    used: set[str] = set()
    for place, (column, values) in enumerate(columns.items(), start=1):
        text = "".join(sign if sign.isprintable() else " " for sign in column)
        stem = " ".join(text.split())[:LONGEST_NAME] or f"field {place}"
        name, number = stem, 2
        while name.casefold() in used:
            name, number = f"{stem} {number}", number + 1
        if name != column:
            problems.append(Problem(file, 0, column[:LONGEST_NAME], f"the field is called {name!r} here", True))
        used.add(name.casefold())
        found[name] = values
    return found


def one_type(values: list[Any], rows: NDArray[np.int64]) -> list[Any]:
    """Pick rows of a column and make it of one type: numbers where all are, anything mixed becomes text."""
    is_whole = len(rows) == len(values) and bool((rows == np.arange(len(rows))).all())
    picked = values if is_whole else [values[i] for i in rows.tolist()]
    types = set(map(type, picked)) - {type(None)}
    if types == {int} and any(value is not None and abs(value) >= 1 << 63 for value in picked):
        types = {int, str}
    if len(types) <= 1:
        return picked
    if types == {int, float}:
        return [None if value is None else float(value) for value in picked]
    return [None if value is None else str(value) for value in picked]


def told_outside(vector: VectorFile, city: City, problems: list[Problem]) -> None:
    """Tell how many features lie outside of the city; they are kept."""
    import shapely

    west, south, east, north = city.bounds
    sizes = np.asarray(shapely.get_num_coordinates(vector.shapes), np.int64)
    starts = np.cumsum(sizes) - sizes
    lon, lat = vector.lonlat.T
    far = (np.maximum.reduceat(lon, starts) < west) | (np.minimum.reduceat(lon, starts) > east)
    far |= (np.maximum.reduceat(lat, starts) < south) | (np.minimum.reduceat(lat, starts) > north)
    if far.any():
        what = f"{int(far.sum())} of {len(far)} features lie outside of the city"
        problems.append(Problem(vector.file.name, 0, "geometry", what, True))


def _store_of(name: str, kind: str) -> str:
    return f"{name[:33]}_{kind}s"


def _cut(shapes: NDArray[Any], metric: NDArray[np.float64], kind: str) -> tuple[_Arrays, NDArray[np.int64]]:
    """Cut vertices in the city's CRS as geometries are; answers what can be shown there, and its indices."""
    sizes, part_counts, holes = parts_of(shapes, metric, kind)
    finite = np.isfinite(metric).all(axis=1)
    keep = np.arange(len(shapes))
    if not finite.all():
        part_of = np.repeat(np.arange(len(sizes)), sizes)
        feature_of = np.repeat(np.arange(len(shapes)), part_counts)
        keep = np.setdiff1d(keep, feature_of[part_of[~finite]])
        kept_parts = np.isin(feature_of, keep)
        metric = metric[kept_parts[part_of]]
        sizes, holes, part_counts = sizes[kept_parts], holes[kept_parts], part_counts[keep]
    if kind == "polygon" and len(sizes):
        metric = turn_rings(metric, sizes, holes)
    return _Arrays(metric, sizes, part_counts), keep


def _placed(vector: VectorFile, city: City) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.int64]]:
    """Take collections apart into features of one kind each, and place all in the city's CRS.

    Answers the features, their vertices float64 (p, 2) in metres, and the row that each feature came from.
    """
    import shapely

    shapes, rows = vector.shapes, np.arange(len(vector.shapes))
    mixed = shapely.get_type_id(shapes) == 7
    if mixed.any():
        shapes = vector.geometries
        parts, owner = shapely.get_parts(shapes[mixed], return_index=True)
        while (shapely.get_type_id(parts) == 7).any():
            parts, inner = shapely.get_parts(parts, return_index=True)
            owner = owner[inner]
        good = ~shapely.is_empty(parts)
        shapes = np.concatenate((shapes[~mixed], parts[good]))
        rows = np.concatenate((rows[~mixed], np.flatnonzero(mixed)[owner[good]]))
        lonlat = np.asarray(shapely.get_coordinates(shapes))
    elif vector.crs.casefold() == city.metric_crs.casefold():  # there and back again costs a second a million
        return shapes, np.asarray(shapely.get_coordinates(shapes)), rows
    else:
        lonlat = vector.lonlat
    return shapes, np.stack(city.to_metric(lonlat[:, 0], lonlat[:, 1]), axis=1), rows

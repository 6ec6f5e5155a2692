"""Column store of a drawn layer: plain numpy arrays on disk, opened memory-mapped.

A layer is a folder. `coords.npy` holds every vertex in the city's metric CRS, `parts.npy` cuts it into rings or
lines, `features.npy` cuts the parts into features. Features stand sorted by class and, within a class, along a
Hilbert curve, so that neighbours on the ground are neighbours on disk; `blocks.npy` holds the box of every 64.
Opening a layer imports numpy only; shapely and pyarrow are imported when a geometry or an attribute is asked for.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

BLOCK = 64
GEOMETRIES = ("point", "line", "polygon")
LAYER_NAME = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{i}" for p in ("com", "lpt") for i in range(10))}
ARRAYS = ("coords", "parts", "features", "boxes", "kinds", "blocks")
Box = tuple[float, float, float, float]


class LayerError(ValueError):
    """A layer's folder is missing, incomplete or broken; the message names the file."""


def is_layer_name(name: str) -> bool:
    """Tell whether a name may be a layer's folder on every system (lower case, no reserved Windows name)."""
    return LAYER_NAME.fullmatch(name) is not None and name not in _RESERVED


@dataclass(frozen=True, slots=True)
class LayerColumns:
    """One drawn layer: vertices, rings, features and their boxes, in the city's metric CRS (metres).

    coords float64 (n, 2); parts int64 (n_parts + 1) into coords; features int64 (count + 1) into parts;
    boxes float64 (count, 4) xmin ymin xmax ymax; kind_codes uint16 (count), ascending, into `kinds`;
    blocks float64 (ceil(count / 64), 4). A polygon's rings are closed; outer rings run counter-clockwise, the
    holes that follow one run clockwise. All arrays are read-only views of files.
    """

    folder: Path
    name: str
    geometry: str
    kinds: tuple[str, ...]
    crs: str
    source: str
    warnings: tuple[str, ...]
    coords: NDArray[np.float64]
    parts: NDArray[np.int64]
    features: NDArray[np.int64]
    boxes: NDArray[np.float64]
    kind_codes: NDArray[np.uint16]
    blocks: NDArray[np.float64]
    count: int
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, folder: Path) -> LayerColumns:
        """Open a layer's folder memory-mapped. Raises LayerError naming the file that is missing or broken."""
        head_file = folder / "layer.json"
        try:
            head = json.loads(head_file.read_text("utf-8"))
            name, geometry, count = str(head["name"]), str(head["geometry"]), int(head["count"])
            kinds = tuple(str(kind) for kind in head["kinds"])
        except FileNotFoundError:
            raise LayerError(f"{head_file}: missing") from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise LayerError(f"{head_file}: not a layer's head ({error})") from error
        if geometry not in GEOMETRIES:
            raise LayerError(f"{head_file}: geometry is {geometry!r}, expected one of {', '.join(GEOMETRIES)}")
        arrays = {array: _load(folder / f"{array}.npy") for array in ARRAYS}
        shapes = {
            "features": (count + 1,),
            "boxes": (count, 4),
            "kinds": (count,),
            "blocks": (-(-count // BLOCK), 4),
            "coords": (len(arrays["coords"]), 2),
        }
        for array, shape in shapes.items():
            if arrays[array].shape != shape:
                raise LayerError(f"{folder / array}.npy: shape {arrays[array].shape}, expected {shape}")
        return cls(
            folder, name, geometry, kinds, str(head.get("crs", "")), str(head.get("source", "")),
            tuple(str(warning) for warning in head.get("warnings", ())),
            arrays["coords"], arrays["parts"], arrays["features"], arrays["boxes"], arrays["kinds"],
            arrays["blocks"], count,
        )  # fmt: skip

    def query(self, box: Box) -> NDArray[np.int64]:
        """Find the features whose box meets the given one, ascending. box: xmin, ymin, xmax, ymax in metres."""
        blocks = np.flatnonzero(_meets(self.blocks, box))
        if not len(blocks):
            return np.empty(0, np.int64)
        found = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        found = found[found < self.count]
        return found[_meets(self.boxes[found], box)]

    def attribute(self, column: str) -> NDArray[Any] | list[Any]:
        """Read a column of attributes, row i of feature i; numbers as an array (NaN where unknown), text as a list.

        Raises KeyError for a column that the layer does not have.
        """
        if column not in self._cache:
            import pyarrow.parquet as parquet

            if column not in self.columns():
                raise KeyError(f"layer {self.name} has no column {column}")
            with parquet.ParquetFile(self.folder / "attributes.parquet") as file:
                values = file.read(columns=[column]).column(0)
            text = str(values.type) in ("string", "large_string")
            self._cache[column] = values.to_pylist() if text else _numbers(values)
        found: NDArray[Any] | list[Any] = self._cache[column]
        return found

    def columns(self) -> tuple[str, ...]:
        """Name the columns of attributes that the layer has."""
        if "" not in self._cache:
            import pyarrow.parquet as parquet

            try:
                self._cache[""] = tuple(parquet.read_schema(self.folder / "attributes.parquet").names)
            except OSError as error:
                raise LayerError(f"{self.folder / 'attributes.parquet'}: {error}") from error
        names: tuple[str, ...] = self._cache[""]
        return names

    def kind_of(self, index: int) -> str:
        """Name the class of a feature."""
        return self.kinds[int(self.kind_codes[index])]

    def geometry_of(self, index: int) -> BaseGeometry:
        """Make the shapely geometry of a feature, in the metric CRS."""
        import shapely

        first, last = int(self.features[index]), int(self.features[index + 1])
        pieces = [self.coords[self.parts[p] : self.parts[p + 1]] for p in range(first, last)]
        if self.geometry == "point":
            points = np.concatenate(pieces)
            return shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)
        if self.geometry == "line":
            lines = [shapely.LineString(piece) for piece in pieces]
            return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
        shells: list[tuple[NDArray[np.float64], list[NDArray[np.float64]]]] = []
        for piece in pieces:
            if _signed_area(piece) >= 0 or not shells:
                shells.append((piece, []))
            else:
                shells[-1][1].append(piece)
        polygons = [shapely.Polygon(shell, holes) for shell, holes in shells]
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def write_layer(
    folder: Path,
    geometries: NDArray[Any],
    *,
    name: str,
    geometry: str,
    kinds: Sequence[str],
    kind_codes: NDArray[np.integer[Any]],
    crs: str,
    attributes: Mapping[str, Sequence[Any] | NDArray[Any]] | None = None,
    source: str = "",
    warnings: Sequence[str] = (),
) -> int:
    """Write a layer beside its folder, then put it in place; answers how many features were written.

    geometries: shapely objects (n,) in the metric CRS, of the one kind `geometry` ("point", "line", "polygon") or
    its multi kind; none may be empty. kind_codes (n,) index `kinds`. attributes: columns of n values each, None
    where unknown. Raises LayerError when names, kinds or lengths do not fit.
    """
    import shapely

    if not is_layer_name(name) or geometry not in GEOMETRIES:
        raise LayerError(f"not a layer: name {name!r}, geometry {geometry!r}")
    geometries = np.asarray(geometries, dtype=object)
    codes = np.asarray(kind_codes, dtype=np.uint16)
    columns = dict(attributes or {})
    for column, values in (("kind_codes", codes), *columns.items()):
        if len(values) != len(geometries):
            raise LayerError(f"layer {name}: {len(values)} values of {column} for {len(geometries)} features")
    if len(codes) and int(codes.max()) >= len(kinds):
        raise LayerError(f"layer {name}: kind code {codes.max()} of only {len(kinds)} kinds")

    boxes = shapely.bounds(geometries).reshape(-1, 4).astype(np.float64)
    order = np.lexsort((hilbert(boxes), codes))
    geometries, boxes, codes = geometries[order], boxes[order], codes[order]
    if geometry == "polygon":
        geometries = shapely.orient_polygons(geometries)
    arrays = (*_ragged(geometries, geometry), boxes, codes)
    head = _head(name, geometry, kinds, crs, len(geometries), source, warnings)
    _put(folder, arrays, {column: _column(values, order) for column, values in columns.items()}, head)
    return len(geometries)


def write_columns(
    folder: Path,
    coords: NDArray[np.float64],
    sizes: NDArray[np.int64],
    *,
    name: str,
    geometry: str,
    kinds: Sequence[str],
    kind_codes: NDArray[np.integer[Any]],
    crs: str,
    part_counts: NDArray[np.int64] | None = None,
    attributes: Mapping[str, Any] | None = None,
    source: str = "",
    warnings: Sequence[str] = (),
) -> int:
    """Write a layer from plain arrays; otherwise as `write_layer` does.

    coords float64 (p, 2), part after part; sizes int64 (parts,): how many of them each part has; part_counts int64
    (n,): how many parts each feature has, one where not given. A polygon's rings are closed, the outer ones
    counter-clockwise and each before its holes, which run clockwise. attributes may also be arrays of pyarrow. For
    millions of features, which as shapely objects would take many times the memory.
    """
    codes = np.asarray(kind_codes, dtype=np.uint16)
    columns = dict(attributes or {})
    if not is_layer_name(name) or geometry not in GEOMETRIES:
        raise LayerError(f"not a layer: name {name!r}, geometry {geometry!r}")
    sizes = np.asarray(sizes, np.int64)
    counts = np.ones(len(sizes), np.int64) if part_counts is None else np.asarray(part_counts, np.int64)
    for column, values in (("kind_codes", codes), *columns.items()):
        if len(values) != len(counts):
            raise LayerError(f"layer {name}: {len(values)} values of {column} for {len(counts)} features")
    offsets, firsts = _offsets(sizes), _offsets(counts)
    if int(offsets[-1]) != len(coords) or int(firsts[-1]) != len(sizes) or np.any(sizes < 1) or np.any(counts < 1):
        raise LayerError(f"layer {name}: the sizes do not cut {len(coords)} vertices into features")
    boxes = np.empty((len(counts), 4))
    if len(counts):
        starts = offsets[firsts[:-1]]
        boxes[:, :2] = np.minimum.reduceat(coords, starts, axis=0)
        boxes[:, 2:] = np.maximum.reduceat(coords, starts, axis=0)
    order = np.lexsort((hilbert(boxes), codes))
    features = _offsets(counts[order])
    parts_order = _moved(firsts, counts, order, features)
    parts = _offsets(sizes[parts_order])
    take = _moved(offsets, sizes, parts_order, parts)
    arrays = (coords[take], parts, features, boxes[order], codes[order])
    head = _head(name, geometry, kinds, crs, len(counts), source, warnings)
    _put(folder, arrays, {column: _column(values, order) for column, values in columns.items()}, head)
    return len(counts)


def _offsets(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _moved(
    before: NDArray[np.int64], sizes: NDArray[np.int64], order: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Say where the members of groups in a new order stood. before, after: the groups' offsets, old and new."""
    return np.repeat(before[:-1][order] - after[:-1], sizes[order]) + np.arange(int(after[-1]))


def _head(
    name: str, geometry: str, kinds: Sequence[str], crs: str, count: int, source: str, warnings: Sequence[str]
) -> dict[str, Any]:
    return {
        "name": name, "geometry": geometry, "kinds": list(kinds), "crs": crs, "count": count, "source": source,
        "warnings": list(warnings),
    }  # fmt: skip


def _put(folder: Path, arrays: tuple[NDArray[Any], ...], columns: Mapping[str, Any], head: Mapping[str, Any]) -> None:
    """Write arrays (coords, parts, features, boxes, kinds) and columns beside the folder, then put them in place."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    boxes = arrays[3]
    starts = np.arange(0, len(boxes), BLOCK)
    blocks = np.empty((len(starts), 4))
    if len(starts):
        blocks[:, :2] = np.minimum.reduceat(boxes[:, :2], starts, axis=0)
        blocks[:, 2:] = np.maximum.reduceat(boxes[:, 2:], starts, axis=0)

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        for file, array in zip(ARRAYS, (*arrays, blocks), strict=True):
            np.save(beside / f"{file}.npy", np.ascontiguousarray(array), allow_pickle=False)
        parquet.write_table(arrow.table(dict(columns)), beside / "attributes.parquet")
        (beside / "layer.json").write_text(json.dumps(head, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def hilbert(boxes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number boxes (n, 4) by where their centres lie along a Hilbert curve of 16 bits an axis."""
    if not len(boxes):
        return np.empty(0, np.int64)
    centers = (boxes[:, :2] + boxes[:, 2:]) / 2
    low = centers.min(axis=0)
    extent = float((centers.max(axis=0) - low).max()) or 1.0
    cells = np.clip((centers - low) / extent * 65535, 0, 65535).astype(np.int64)
    x, y = cells[:, 0], cells[:, 1]
    number = np.zeros(len(boxes), np.int64)
    side = 1 << 15
    while side:
        right, upper = (x & side) > 0, (y & side) > 0
        number += side * side * ((3 * right) ^ upper)
        flip = ~upper & right
        x, y = (
            np.where(flip, side - 1 - (x & (side - 1)), x & (side - 1)),
            np.where(flip, side - 1 - (y & (side - 1)), y & (side - 1)),
        )
        x, y = np.where(~upper, y, x), np.where(~upper, x, y)
        side >>= 1
    return number


def _ragged(
    geometries: NDArray[Any], geometry: str
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    import shapely

    if not len(geometries):
        return np.empty((0, 2)), np.zeros(1, np.int64), np.zeros(1, np.int64)
    single = {"point": 0, "line": 1, "polygon": 3}[geometry]
    types = set(np.unique(shapely.get_type_id(geometries)).tolist())
    if not types <= {single, single + 4 if single == 0 else {1: 5, 3: 6}[single]}:
        raise LayerError(f"a {geometry} layer cannot hold geometries of type {sorted(types)}")
    _, coords, offsets = shapely.to_ragged_array(shapely.force_2d(geometries))
    levels = [np.asarray(level, np.int64) for level in offsets]
    every = np.arange(len(coords) + 1, dtype=np.int64)
    if geometry == "point":
        return coords, every, levels[0] if levels else every
    if len(levels) == 1:
        return coords, levels[0], np.arange(len(levels[0]), dtype=np.int64)
    if geometry == "polygon" and len(levels) == 3:
        return coords, levels[0], levels[1][levels[2]]
    return coords, levels[0], levels[1]


def _column(values: Any, order: NDArray[np.int64]) -> Any:
    import pyarrow as arrow

    if isinstance(values, arrow.Array | arrow.ChunkedArray):
        return values.take(arrow.array(order))
    if isinstance(values, np.ndarray) and values.dtype != object:
        return arrow.array(values[order])
    picked = arrow.array([values[i] for i in order.tolist()])
    return picked.cast(arrow.string()) if str(picked.type) == "null" else picked


def _numbers(values: Any) -> NDArray[Any]:
    """Read a column of numbers or truths from its buffers: pyarrow's `to_numpy` imports pandas, 170 ms that the
    first picture does not have. Unknown numbers are NaN, unknown truths False."""
    pieces = [_chunk(chunk) for chunk in values.chunks]
    return np.concatenate(pieces) if pieces else np.empty(0)


def _chunk(chunk: Any) -> NDArray[Any]:
    validity, data = chunk.buffers() if str(chunk.type) != "null" else (None, None)
    stop = chunk.offset + len(chunk)

    def bits(buffer: Any) -> NDArray[np.bool_]:
        return np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")[chunk.offset : stop].astype(bool)

    if data is None:
        return np.full(len(chunk), np.nan)
    if str(chunk.type) == "bool":
        read: NDArray[Any] = bits(data)
        return read & bits(validity) if validity is not None else read
    read = np.frombuffer(data, chunk.type.to_pandas_dtype())[chunk.offset : stop]
    if validity is not None and chunk.null_count:
        read = np.where(bits(validity), read.astype(np.float64), np.nan)
    return read


def _load(file: Path) -> NDArray[Any]:
    try:
        loaded = np.load(file, allow_pickle=False) if file.stat().st_size <= 256 else np.load(file, "r", False)
    except FileNotFoundError:
        raise LayerError(f"{file}: missing") from None
    except (OSError, ValueError, EOFError) as error:
        raise LayerError(f"{file}: not an array ({error})") from error
    array: NDArray[Any] = loaded.view(np.ndarray)
    array.flags.writeable = False
    return array


def _meets(boxes: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
    )
    return found


def _signed_area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2

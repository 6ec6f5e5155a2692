"""Column store of a drawn layer: plain numpy arrays on disk, opened memory-mapped.

A layer is a folder. `coords.npy` holds every vertex in the city's metric CRS, `parts.npy` cuts it into rings or
lines, `features.npy` cuts the parts into features. Features stand sorted by class and, within a class, along a
Hilbert curve, so that neighbours on the ground are neighbours on disk; `blocks.npy` holds the box of every 64.
Opening a layer imports numpy only; shapely and pyarrow are imported when a geometry or an attribute is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
Made = TypeVar("Made")


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
        arrays = {array: read_array(folder / f"{array}.npy") for array in ARRAYS}
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

    def query(self, box: Box, kinds: Collection[str] | None = None) -> NDArray[np.int64]:
        """Find the features whose box meets the given one, ascending; only those of some `kinds` where they are named.

        box: xmin, ymin, xmax, ymax in metres.
        """
        if kinds is None:
            return self._found(box, 0, self.count)
        wanted = np.array([False, *(kind in kinds for kind in self.kinds), False])
        ends = np.flatnonzero(wanted[1:] != wanted[:-1]).astype(np.uint16)  # of runs of codes that follow each other
        runs = np.searchsorted(self.kind_codes, ends).reshape(-1, 2)
        return np.concatenate(
            [np.empty(0, np.int64), *(self._found(box, start, stop) for start, stop in runs.tolist() if start < stop)]
        )

    def _found(self, box: Box, start: int, stop: int) -> NDArray[np.int64]:
        first = start // BLOCK
        blocks = self.blocks[first : -(-stop // BLOCK)]
        met = np.flatnonzero(_meets(blocks, box))
        found = ((first + met)[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        are_in = np.repeat(_lies_in(blocks[met], box), BLOCK)
        valid = (found >= start) & (found < stop)
        found, are_in = found[valid], are_in[valid]
        at_edge = ~are_in
        are_in[at_edge] = _meets(self.boxes[found[at_edge]], box)
        return found[are_in]

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

    def kept(self, what: str, make: Callable[[], Made]) -> Made:
        """Make something that follows from the layer once, and keep it as long as the layer is open."""
        key = f"\0{what}"  # no column is called so
        if key not in self._cache:
            self._cache[key] = make()
        made: Made = self._cache[key]
        return made

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


def read_array(file: Path) -> NDArray[Any]:
    """Open an array's file, memory-mapped unless it is tiny. Raises LayerError naming the file."""
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


def _lies_in(boxes: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (boxes[:, 0] >= box[0]) & (boxes[:, 2] <= box[2]) & (boxes[:, 1] >= box[1]) & (boxes[:, 3] <= box[3])
    )
    return found


def _signed_area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2

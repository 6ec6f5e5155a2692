"""Write the column store of a drawn layer (`gis.columns`): sorted, in blocks, put in place at once."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.columns import ARRAYS, BLOCK, GEOMETRIES, LayerError, is_layer_name


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
    head = head_of(name, geometry, kinds, crs, len(geometries), source, warnings)
    put_arrays(folder, arrays, {column: _column(values, order) for column, values in columns.items()}, head)
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
    offsets, firsts = offsets_of(sizes), offsets_of(counts)
    if int(offsets[-1]) != len(coords) or int(firsts[-1]) != len(sizes) or np.any(sizes < 1) or np.any(counts < 1):
        raise LayerError(f"layer {name}: the sizes do not cut {len(coords)} vertices into features")
    boxes = np.empty((len(counts), 4))
    if len(counts):
        starts = offsets[firsts[:-1]]
        boxes[:, :2] = np.minimum.reduceat(coords, starts, axis=0)
        boxes[:, 2:] = np.maximum.reduceat(coords, starts, axis=0)
    order = np.lexsort((hilbert(boxes), codes))
    features = offsets_of(counts[order])
    parts_order = _moved(firsts, counts, order, features)
    parts = offsets_of(sizes[parts_order])
    take = _moved(offsets, sizes, parts_order, parts)
    arrays = (coords[take], parts, features, boxes[order], codes[order])
    head = head_of(name, geometry, kinds, crs, len(counts), source, warnings)
    put_arrays(folder, arrays, {column: _column(values, order) for column, values in columns.items()}, head)
    return len(counts)


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum sizes int64 (n,) up to offsets (n + 1,), from 0."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _moved(
    before: NDArray[np.int64], sizes: NDArray[np.int64], order: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Say where the members of groups in a new order stood. before, after: the groups' offsets, old and new."""
    return np.repeat(before[:-1][order] - after[:-1], sizes[order]) + np.arange(int(after[-1]))


def head_of(
    name: str, geometry: str, kinds: Sequence[str], crs: str, count: int, source: str, warnings: Sequence[str]
) -> dict[str, Any]:
    """Make the head of a layer as layer.json holds it."""
    return {
        "name": name, "geometry": geometry, "kinds": list(kinds), "crs": crs, "count": count, "source": source,
        "warnings": list(warnings),
    }  # fmt: skip


def put_arrays(
    folder: Path, arrays: tuple[NDArray[Any], ...], columns: Mapping[str, Any], head: Mapping[str, Any]
) -> None:
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

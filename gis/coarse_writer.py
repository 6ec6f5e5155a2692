"""Write the coarse copies of a drawn layer (`gis.coarse`): fewer corners, no less than specks, outlines as bars."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.bars import likenesses, rectangles, split_in_two
from gis.coarse import FOLDER, HEAD, mark_of
from gis.column_writer import head_of, offsets_of, put_arrays
from gis.columns import LayerColumns

SCALES_MPP = (1.4, 2.8, 5.6, 11.2, 22.4, 44.8)
SCALES_OF_BARS_MPP = SCALES_MPP[:3]  # what has bars is small, and not drawn from much farther
NAMES = frozenset(("land_use", "parks", "water", "waterways", "buildings", "roads", "railways", "boundaries"))
AS_BARS = frozenset(("buildings",))
FEWEST_CORNERS = 500  # a layer with fewer is drawn as fast as it is
LINE_TOLERANCE_PX = 0.3
AREA_TOLERANCE_PX = 0.25
SMALLEST_PX = 0.7  # what is smaller is not drawn
SHAPELESS_PX = 5.0  # up to here any outline looks like a bar
OVERLAP_PX = 1.5  # where bars have an edge, it is taken off them
DRAWN_BY = ("layer", "bridge", "tunnel")  # attributes that decide how a way is drawn from not too far
FINEST_WITHOUT_MPP = 5.6


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Features on their way from level to level; rows int64 (n,): which of the layer's they are."""

    points: NDArray[np.float64]
    sizes: NDArray[np.int64]
    counts: NDArray[np.int64]
    rows: NDArray[np.int64]

    def only(self, keep: NDArray[np.bool_]) -> _Shapes:
        """Pick some features."""
        return self.without_parts(np.repeat(keep, self.counts))

    def without_parts(self, keep: NDArray[np.bool_]) -> _Shapes:
        """Pick some parts; a feature of which none is left is gone."""
        counts = np.add.reduceat(keep.astype(np.int64), offsets_of(self.counts)[:-1]) if len(keep) else self.counts
        left = counts > 0
        return _Shapes(self.points[np.repeat(keep, self.sizes)], self.sizes[keep], counts[left], self.rows[left])


def write_coarse(folder: Path) -> None:
    """Write the coarse copies of the layer in a folder into it, where it is one of `NAMES` and has many corners.

    Outlines of the layers `AS_BARS` that are simple, or look so at a level's scale, become bars there. Raises
    LayerError where the layer cannot be opened.
    """
    layer = LayerColumns.open(folder)
    if layer.name not in NAMES or layer.geometry == "point" or len(layer.coords) < FEWEST_CORNERS:
        return
    with_bars = layer.geometry == "polygon" and layer.name in AS_BARS
    beside = folder / f".{FOLDER}.{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        left = _Shapes(
            np.array(layer.coords),
            np.diff(layer.parts),
            np.diff(layer.features),
            np.arange(layer.count, dtype=np.int64),
        )
        scales = SCALES_OF_BARS_MPP if with_bars else SCALES_MPP
        for number, scale in enumerate(scales):
            left = _simplified(layer, left, scale)
            shapes = _write_bars(layer, left, scale, beside / str(number)) if with_bars else left
            _write_shapes(layer, shapes, scale, beside / str(number))
        levels = {str(number): scale for number, scale in enumerate(scales)}
        (beside / HEAD).write_text(json.dumps({"mark": mark_of(layer), "levels": levels}) + "\n", "utf-8")
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        beside.rename(folder / FOLDER)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _simplified(layer: LayerColumns, shapes: _Shapes, scale: float) -> _Shapes:
    """Leave out corners, and of areas what is smaller than a speck."""
    if layer.geometry == "line":
        points, sizes = _fewer_corners(shapes.points, shapes.sizes, LINE_TOLERANCE_PX * scale, fewest=2)
        return _Shapes(points, sizes, shapes.counts, shapes.rows)
    least_m = SMALLEST_PX * scale
    shapes = shapes.only(_extents(layer.boxes[shapes.rows]) >= least_m)
    if not len(shapes.rows):
        return shapes
    starts = offsets_of(shapes.sizes)[:-1]
    rings = np.hstack(
        (np.minimum.reduceat(shapes.points, starts, axis=0), np.maximum.reduceat(shapes.points, starts, axis=0))
    )
    extents = _extents(rings)
    firsts = offsets_of(shapes.counts)[:-1]
    largest = np.repeat(np.maximum.reduceat(extents, firsts), shapes.counts)
    shapes = shapes.without_parts((extents >= least_m) | (extents == largest))
    points, sizes = _fewer_corners(shapes.points, shapes.sizes, AREA_TOLERANCE_PX * scale, fewest=5)
    return _Shapes(points, sizes, shapes.counts, shapes.rows)


def _extents(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


def _fewer_corners(
    points: NDArray[np.float64], sizes: NDArray[np.int64], tolerance_m: float, *, fewest: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Leave out corners by Douglas and Peucker; what would have too few of them stays as it is."""
    import shapely

    eased = sizes > fewest
    if not eased.any():
        return points, sizes
    owner = np.repeat(np.arange(int(eased.sum())), sizes[eased])
    lines: Any = shapely.linestrings(points[np.repeat(eased, sizes)], indices=owner)
    lines = shapely.simplify(lines, tolerance_m, preserve_topology=False)
    kept_sizes: NDArray[np.int64] = np.asarray(shapely.get_num_coordinates(lines), np.int64)
    good = kept_sizes >= fewest
    eased[np.flatnonzero(eased)[~good]] = False
    after = sizes.copy()
    after[eased] = kept_sizes[good]
    made = np.empty((int(after.sum()), 2))
    is_eased = np.repeat(eased, after)
    made[is_eased] = shapely.get_coordinates(lines[good])
    made[~is_eased] = points[np.repeat(~eased, sizes)]
    return made, after


def _write_bars(layer: LayerColumns, shapes: _Shapes, scale: float, folder: Path) -> _Shapes:
    """Write what is a bar, or two, at a scale; answers the others."""
    alone = shapes.counts == 1
    starts = offsets_of(shapes.sizes)[:-1][offsets_of(shapes.counts)[:-1]]
    sizes = shapes.sizes[offsets_of(shapes.counts)[:-1]]
    tolerance_m = AREA_TOLERANCE_PX * scale
    found: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]] = []
    four = np.flatnonzero(alone & (sizes == 5))
    ends, widths, fits = rectangles(shapes.points[starts[four][:, None] + np.arange(4)], tolerance_m)
    found.append((four[fits], ends[fits], widths[fits]))
    six = np.flatnonzero(alone & (sizes == 7))
    upper, lower, fits = split_in_two(shapes.points[starts[six][:, None] + np.arange(6)], OVERLAP_PX * scale)
    halves = [rectangles(half, tolerance_m) for half in (upper, lower)]
    fits &= halves[0][2] & halves[1][2]
    found += [(six[fits], ends[fits], widths[fits]) for ends, widths, _ in halves]
    taken = np.zeros(len(shapes.rows), bool)
    for index, _, _ in found:
        taken[index] = True
    small = np.flatnonzero(alone & ~taken & (_extents(layer.boxes[shapes.rows]) < SHAPELESS_PX * scale))
    if len(small):
        is_small = np.zeros(len(shapes.rows), bool)
        is_small[small] = True
        ends, widths = likenesses(
            shapes.points[np.repeat(np.repeat(is_small, shapes.counts), shapes.sizes)], sizes[small]
        )
        found.append((small, ends, widths))
        taken[small] = True
    index = np.concatenate([each[0] for each in found])
    order = np.argsort(index, kind="stable")
    rows, count = shapes.rows[index[order]], len(index)
    arrays = (
        np.concatenate([each[1] for each in found])[order].reshape(-1, 2), np.arange(count + 1) * 2,
        np.arange(count + 1), np.asarray(layer.boxes[rows]), np.asarray(layer.kind_codes[rows]),
    )  # fmt: skip
    put_arrays(folder / "bars", arrays, {}, _head(layer, "line", count))
    np.save(folder / "bars" / "widths.npy", np.concatenate([each[2] for each in found])[order], allow_pickle=False)
    return shapes.only(~taken)


def _write_shapes(layer: LayerColumns, shapes: _Shapes, scale: float, folder: Path) -> None:
    rows = shapes.rows
    arrays = (
        shapes.points, offsets_of(shapes.sizes), offsets_of(shapes.counts), np.asarray(layer.boxes[rows]),
        np.asarray(layer.kind_codes[rows]),
    )  # fmt: skip
    names = layer.columns() if layer.geometry == "line" and scale < FINEST_WITHOUT_MPP else ()
    columns = {name: _picked(layer.attribute(name), rows) for name in DRAWN_BY if name in names}
    put_arrays(folder / "shapes", arrays, columns, _head(layer, layer.geometry, len(rows)))


def _picked(values: Any, rows: NDArray[np.int64]) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows.tolist()]


def _head(layer: LayerColumns, geometry: str, count: int) -> dict[str, Any]:
    warnings: Sequence[str] = ()
    return head_of(layer.name, geometry, layer.kinds, layer.crs, count, layer.source, warnings)

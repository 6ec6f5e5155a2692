"""Coarse copies of a drawn layer: what a view from afar shows of it, made when the layer is written.

They stand in `coarse/` of the layer's folder, a column store a level, so that a layer that is written anew never keeps
those of the old one. A level holds what is seen of the layer at its scale (metres a pixel) and coarser ones, with
corners that move nothing by half a pixel. Simple outlines of a layer of areas are bars: straight lines as wide as the
outline is.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns, LayerError, read_array

FOLDER = "coarse"
HEAD = "coarse.json"


@dataclass(frozen=True, slots=True)
class Level:
    """One coarse copy. shapes: features that keep their form; bars: lines of two points each, widths_m float64 (n,)."""

    metres_per_pixel: float
    shapes: LayerColumns
    bars: LayerColumns | None
    widths_m: NDArray[np.float64]


def level_for(layer: LayerColumns, metres_per_pixel: float) -> Level | None:
    """Answer the coarsest copy that is fine enough for a scale; None where the layer itself is to be drawn."""
    fit = None
    for scale, folder in _levels(layer):
        if scale <= metres_per_pixel:
            fit = scale, folder
    if fit is None:
        return None
    try:
        return layer.kept(f"coarse level {fit[0]:g}", lambda: _open(*fit))
    except LayerError:  # as if it had none: it is whole without
        return None


def mark_of(layer: LayerColumns) -> int:
    """Answer a number that differs where a layer's features or their places do."""
    mark = zlib.crc32(np.array([layer.count, len(layer.parts), len(layer.coords)], "<i8").tobytes())
    return zlib.crc32(np.ascontiguousarray(layer.blocks, "<f8").tobytes(), mark)


def _levels(layer: LayerColumns) -> tuple[tuple[float, Path], ...]:
    return layer.kept("coarse levels", lambda: _read(layer))


def _read(layer: LayerColumns) -> tuple[tuple[float, Path], ...]:
    folder = layer.folder / FOLDER
    try:
        head = json.loads((folder / HEAD).read_text("utf-8"))
        if int(head["mark"]) != mark_of(layer):
            return ()
        return tuple(sorted((float(scale), folder / str(int(number))) for number, scale in head["levels"].items()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def _open(scale: float, folder: Path) -> Level:
    shapes = LayerColumns.open(folder / "shapes")
    if not (folder / "bars").is_dir():
        return Level(scale, shapes, None, np.empty(0))
    bars, widths_m = LayerColumns.open(folder / "bars"), read_array(folder / "bars" / "widths.npy")
    if widths_m.shape != (bars.count,):
        raise LayerError(f"{folder / 'bars' / 'widths.npy'}: shape {widths_m.shape}, expected {(bars.count,)}")
    return Level(scale, shapes, bars, widths_m)

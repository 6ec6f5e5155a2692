"""Fill outlines that are bars, straight lines as wide as the outline is: a fifth of the time of their paths."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gis.columns import LayerColumns
from maps.pointers import pointer_to
from maps.strokes import SMALLEST_POLYGON_PX, SMALLEST_SHAPED_PX, Canvas, extents_px, fill_specks

WIDTHS_A_PX = 4  # a pen has one width: bars are drawn in groups of the nearest quarter of a pixel
NARROW_PX = 4.0


def fill_bars(
    canvas: Canvas,
    bars: LayerColumns,
    widths_m: NDArray[np.float64],
    indices: NDArray[np.int64],
    colour: str,
    edge: str = "",
    edge_px: float = 0.0,
) -> None:
    """Fill the outlines that bars stand for; what is as small as a speck is one, as `fill` has it.

    Where `edge` is given, they are outlined: larger bars of its colour lie under smaller ones.
    """
    boxes = bars.boxes[indices]
    extent = extents_px(canvas, boxes)
    is_speck = (extent >= SMALLEST_POLYGON_PX) & (extent < SMALLEST_SHAPED_PX)
    is_speck[1:] &= (boxes[1:] != boxes[:-1]).any(axis=1)  # both bars of one outline have its box
    fill_specks(canvas, boxes[is_speck], colour)
    shaped = indices[extent >= SMALLEST_SHAPED_PX]
    if not len(shaped):
        return
    ends = canvas.to_device(bars.coords.reshape(-1, 4)[shaped].reshape(-1, 2)).reshape(-1, 4)
    width = widths_m[shaped] * (canvas.scale / canvas.view.metres_per_pixel)
    if not edge:
        _draw_bars(canvas, ends, width, colour)
        return
    half = 0.5 * edge_px * canvas.scale
    _draw_bars(canvas, *_grown(ends, width, half), edge)
    _draw_bars(canvas, *_grown(ends, width, -half), colour)


def _grown(
    ends: NDArray[np.float64], width: NDArray[np.float64], by: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    along = ends[:, 2:] - ends[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    step = along * (np.maximum(by, -0.5 * length) / np.maximum(length, 1e-9))[:, None]
    return np.hstack((ends[:, :2] - step, ends[:, 2:] + step)), np.maximum(width + 2 * by, 0.0)


def _draw_bars(canvas: Canvas, ends: NDArray[np.float64], width: NDArray[np.float64], colour: str) -> None:
    number = np.maximum(np.round(width * WIDTHS_A_PX), 1)
    narrow = width < NARROW_PX  # keeps its area, or a whole quarter would look lighter or darker
    share = np.where(narrow, np.clip(width * WIDTHS_A_PX / number, 0.5, 1.25), 1.0)
    half = (ends[:, 2:] - ends[:, :2]) / 2 * share[:, None]
    middle = (ends[:, :2] + ends[:, 2:]) / 2
    order = np.argsort(number, kind="stable")
    pieces = np.ascontiguousarray(np.hstack((middle - half, middle + half))[order])
    number = number[order]
    cuts = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(number)]
    painter = canvas.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not canvas.is_draft)
    for first, last in pairwise(cuts):
        pen = QPen(QColor(colour), float(number[first]) / WIDTHS_A_PX)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        line, held = pointer_to(pieces[first:last], QLineF)
        painter.drawLines(line, len(held))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

"""Fast drawing of whole arrays of lines and polygons: Qt reads the arrays' own memory, nothing is made per feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gis.columns import LayerColumns
from maps.clipping import clipped_rings
from maps.dashes import dashed
from maps.painter_paths import cut_paths, paths_of
from maps.pointers import pointer_to
from maps.view import View
from maps.wide_lines import Bends, bends_of, discs, mitred

SMALLEST_POLYGON_PX = 0.7
SMALLEST_SHAPED_PX = 3.0
MOST_ROUND_SEGMENTS = 20_000
LEAST_CUT_PX = 1.0  # Qt has a faster way for dashes of thinner lines
THIN_PX = 2.5  # of device pixels: up to here nobody sees the shape of an end
LONG_VERTICES = 100  # of a ring: where most are in such ones, many lie beyond the picture
MANY_VERTICES = 20_000
MOST_OUTLINED = 60_000


@dataclass(frozen=True, slots=True)
class Canvas:
    """A painter with the view it paints: device pixels of the picture, `scale` of them to a logical pixel."""

    painter: QPainter
    view: View
    is_draft: bool = False  # areas without smooth edges, their specks left out: half the time from afar

    @property
    def scale(self) -> float:
        """Return how many device pixels make a logical one."""
        return self.view.device_pixel_ratio

    @property
    def finest_m(self) -> float:
        """Return how many metres a device pixel shows."""
        return self.view.metres_per_pixel / self.view.device_pixel_ratio

    def to_device(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn ground coordinates (n, 2) into device pixels (n, 2)."""
        view = self.view
        west, _, _, north = view.box
        factor = view.device_pixel_ratio / view.metres_per_pixel
        placed = np.empty((len(points), 2))
        np.multiply(points[:, 0] - west, factor, out=placed[:, 0])
        np.multiply(north - points[:, 1], factor, out=placed[:, 1])
        return placed


def ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count from every start to its end, one range after the other."""
    sizes = ends - starts
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(starts - before, sizes)


def gathered(
    layer: LayerColumns, indices: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Collect features' vertices: coords (n, 2), size of every part, number of parts of every feature."""
    if len(indices) and (np.diff(indices) == 1).all():  # neighbours on disk, as all of a class in view of a whole city
        pieces = layer.features[int(indices[0]) : int(indices[-1]) + 2]
        cuts = layer.parts[int(pieces[0]) : int(pieces[-1]) + 1]
        return layer.coords[int(cuts[0]) : int(cuts[-1])], np.diff(cuts), np.diff(pieces)
    first, last = layer.features[indices], layer.features[indices + 1]
    parts = ranges(first, last)
    starts, ends = layer.parts[parts], layer.parts[parts + 1]
    return layer.coords[ranges(starts, ends)], ends - starts, last - first


def thinned(
    points: NDArray[np.float64], sizes: NDArray[np.int64], step: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Drop vertices that fall on the same cell of a grid of `step` device pixels as the one before them."""
    if not len(points):
        return points, sizes
    cells = np.floor(points / step)
    keep = np.empty(len(points), bool)
    keep[0] = True
    np.any(cells[1:] != cells[:-1], axis=1, out=keep[1:])
    ends = np.cumsum(sizes)
    keep[ends - 1] = True
    keep[ends - sizes] = True
    return points[keep], np.add.reduceat(keep.astype(np.int64), ends - sizes)


def segments(points: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Make the (n, 4) array of straight pieces x1 y1 x2 y2 of polylines."""
    if len(points) < 2:
        return np.empty((0, 4))
    pieces = np.empty((len(points) - 1, 4))
    pieces[:, :2] = points[:-1]
    pieces[:, 2:] = points[1:]
    inside = np.ones(len(pieces), bool)
    inside[np.cumsum(sizes)[:-1] - 1] = False
    return pieces[inside]


def stroke(
    canvas: Canvas, pieces: NDArray[np.float64], colour: str | QColor, width_px: float, dashes: tuple[float, ...] = ()
) -> None:
    """Draw segments (n, 4, device pixels) in one call. width_px is logical; dashes count line widths."""
    if not len(pieces):
        return
    pen = QPen(QColor(colour), width_px * canvas.scale)
    wide = width_px * canvas.scale > THIN_PX
    if dashes:
        pen.setDashPattern(list(dashes))
        cap = Qt.PenCapStyle.FlatCap
    elif wide and len(pieces) <= MOST_ROUND_SEGMENTS:
        cap = Qt.PenCapStyle.RoundCap
    else:
        cap = Qt.PenCapStyle.SquareCap if wide else Qt.PenCapStyle.FlatCap
    _draw_pieces(canvas, pieces, pen, cap)


def lines(
    canvas: Canvas,
    points: NDArray[np.float64],
    sizes: NDArray[np.int64],
    colour: str | QColor,
    width_px: float,
    bends: Bends | None = None,
) -> None:
    """Draw polylines (device pixels) without dashes, wide ones with round ends and corners.

    Who draws the same in several widths may find their bends once.
    """
    width = width_px * canvas.scale
    if width <= THIN_PX:
        stroke(canvas, segments(points, sizes), colour, width_px)
        return
    pieces, ends = mitred(bends_of(points, sizes) if bends is None else bends, width)
    _draw_pieces(canvas, pieces, QPen(QColor(colour), width), Qt.PenCapStyle.FlatCap)
    size = np.array([canvas.view.width, canvas.view.height]) * canvas.scale
    rings, corners = discs(ends[((ends > -width) & (ends < size + width)).all(axis=1)], width)
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.setBrush(QColor(colour))
    for path in paths_of(rings, corners, np.ones(len(corners), np.int64)):
        canvas.painter.drawPath(path)


def _draw_pieces(canvas: Canvas, pieces: NDArray[np.float64], pen: QPen, cap: Qt.PenCapStyle) -> None:
    if not len(pieces):
        return
    pen.setCapStyle(cap)
    canvas.painter.setPen(pen)
    first, pieces = pointer_to(pieces, QLineF)
    canvas.painter.drawLines(first, len(pieces))


def polylines(
    canvas: Canvas,
    points: NDArray[np.float64],
    sizes: NDArray[np.int64],
    colour: str | QColor,
    width_px: float,
    dashes: tuple[float, ...] = (),
    flat: bool = False,
) -> None:
    """Draw polylines with dashes that run on through their corners (slower than `stroke`)."""
    if not len(points):
        return
    width = width_px * canvas.scale
    if dashes and LEAST_CUT_PX < width <= THIN_PX:
        view = canvas.view
        within = (-width, -width, view.width * canvas.scale + width, view.height * canvas.scale + width)
        pieces = dashed(points, sizes, [dash * width for dash in dashes], within=within)
        _draw_pieces(canvas, pieces, QPen(QColor(colour), width), Qt.PenCapStyle.FlatCap)
        return
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashes or flat else Qt.PenCapStyle.RoundCap)
    if dashes:
        pen.setDashPattern(list(dashes))
    canvas.painter.setPen(pen)
    canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
    for path in paths_of(points, sizes, np.ones(len(sizes), np.int64)):
        canvas.painter.drawPath(path)


def extents_px(canvas: Canvas, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longer side of boxes (n, 4) on the ground, in device pixels."""
    longer = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return np.asarray(longer * (canvas.scale / canvas.view.metres_per_pixel))


def fill_specks(canvas: Canvas, boxes: NDArray[np.float64], colour: str) -> None:
    """Fill boxes (n, 4) on the ground; a draft lacks them."""
    if not len(boxes) or canvas.is_draft:
        return
    rects = np.empty((len(boxes), 4))
    rects[:, :2] = canvas.to_device(boxes[:, [0, 3]])
    rects[:, 2:] = (boxes[:, 2:] - boxes[:, :2]) * (canvas.scale / canvas.view.metres_per_pixel)
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.setBrush(QColor(colour))
    first, rects = pointer_to(rects, QRectF)
    canvas.painter.drawRects(first, len(rects))


def fill(
    canvas: Canvas, layer: LayerColumns, indices: NDArray[np.int64], colour: str, edge: str = "", edge_px: float = 0.0
) -> None:
    """Fill polygons, outlined where `edge` is given: specks as rectangles, what is under 0.7 px not at all."""
    fill_runs(canvas, layer, [Run(indices, colour)], edge, edge_px)


class Run(NamedTuple):
    """Polygons int64 (n,) of one colour."""

    indices: NDArray[np.int64]
    colour: str
    is_smooth: bool = True


def fill_runs(canvas: Canvas, layer: LayerColumns, runs: Sequence[Run], edge: str = "", edge_px: float = 0.0) -> None:
    """Fill runs of polygons, one run over the other, as `fill` does; all are made ready at once."""
    indices = np.concatenate([run.indices for run in runs]) if runs else np.empty(0, np.int64)
    if not len(indices):
        return
    number = np.repeat(np.arange(len(runs)), [len(run.indices) for run in runs])
    boxes = layer.boxes[indices]
    extent = extents_px(canvas, boxes)
    is_speck = (extent >= SMALLEST_POLYGON_PX) & (extent < SMALLEST_SHAPED_PX)
    specks, specks_of = boxes[is_speck], np.searchsorted(number[is_speck], np.arange(len(runs) + 1))
    is_shaped = extent >= SMALLEST_SHAPED_PX
    paths, edge = _outlines(canvas, layer, indices[is_shaped], number[is_shaped], edge, edge_px)
    painter = canvas.painter
    for order, run in enumerate(runs):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not canvas.is_draft)
        fill_specks(canvas, specks[specks_of[order] : specks_of[order + 1]], run.colour)
        if order in paths:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, run.is_smooth and not canvas.is_draft)
            painter.setBrush(QColor(run.colour))
            painter.setPen(QPen(QColor(edge), edge_px * canvas.scale) if edge else QPen(Qt.PenStyle.NoPen))
            for path in paths[order]:
                painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _outlines(
    canvas: Canvas, layer: LayerColumns, shaped: NDArray[np.int64], number: NDArray[np.int64], edge: str, edge_px: float
) -> tuple[dict[int, list[QPainterPath]], str]:
    """Make the paths of polygons by the number (n,) of their run, and say which edge they can be given."""
    if not len(shaped):
        return {}, edge
    points, sizes, parts = gathered(layer, shaped)
    placed = canvas.to_device(points)
    is_large = int(sizes.max(initial=0)) > MANY_VERTICES  # of one ring
    if int(sizes[sizes > LONG_VERTICES].sum()) * 2 > len(placed):
        size = canvas.view.width * canvas.scale, canvas.view.height * canvas.scale
        placed, sizes = clipped_rings(placed, sizes, *size, (edge_px + 4.0) * canvas.scale)
    if is_large or canvas.view.metres_per_pixel > 1.5:
        placed, sizes = thinned(placed, sizes, 1.0 if canvas.is_draft else 0.75)
    if is_large and len(placed) > MOST_OUTLINED:  # corners in every pixel: an outline takes seconds and shows none
        (placed, sizes), edge = thinned(placed, sizes, 2.0), ""
    paths: dict[int, list[QPainterPath]] = {}
    for path, feature in zip(*cut_paths(placed, sizes, parts, number), strict=True):
        paths.setdefault(int(number[feature]), []).append(path)
    return paths, edge

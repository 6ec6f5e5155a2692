"""What layers of square cells share: cells as a washed picture, hatched ones, their edges, and a legend at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPolygonF

from maps import symbols
from maps.foot import room_at_foot
from maps.hatch import Slant, hatch
from maps.scene import Scene
from maps.strokes import Canvas

HATCH_STEP_PX, HATCH_PX = 9.0, 1.6
SWATCH_PX = 12.0


class Cells(Protocol):
    """Square cells: corners float64 (k, 2), south-west, in metres, of `cell_m` each."""

    @property
    def corner_xy(self) -> NDArray[np.float64]: ...
    @property
    def cell_m(self) -> float: ...


def grid_of(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[int, int]]:
    """Number the columns from the west and the rows from the north; beside it (rows, columns)."""
    at = np.rint((cells.corner_xy - cells.corner_xy.min(axis=0)) / cells.cell_m).astype(np.int64)
    columns, rows = (at.max(axis=0) + 1).tolist()
    return at[:, 0], rows - 1 - at[:, 1], (rows, columns)


def wash(canvas: Canvas, cells: Cells, colours: NDArray[np.uint8]) -> None:
    """Stretch a picture with a pixel a cell over the ground, its pixels squares; colours (k, 4), premultiplied RGBA."""
    column, row, shape = grid_of(cells)
    pixels = np.zeros((*shape, 4), np.uint8)
    pixels[row, column] = colours
    image = QImage(pixels.data, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGBA8888_Premultiplied)
    west, south = cells.corner_xy.min(axis=0)
    east, north = west + shape[1] * cells.cell_m, south + shape[0] * cells.cell_m
    (left, top), (right, bottom) = canvas.to_device(np.array([(west, north), (east, south)])).tolist()
    canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    canvas.painter.drawImage(QRectF(left, top, right - left, bottom - top), image)


def hatch_cells(
    canvas: Canvas, cells: Cells, which: NDArray[np.bool_], colour: str, *, slant: Slant = "rising"
) -> None:
    """Hatch some of the cells."""
    corners = cells.corner_xy[which]
    if not len(corners):
        return
    placed = canvas.to_device(np.concatenate([corners, corners + cells.cell_m]))
    low, high = placed[: len(corners)], placed[len(corners) :]
    brush = QBrush(hatch(QColor(colour).rgba(), canvas.scale, step_px=HATCH_STEP_PX, width_px=HATCH_PX, slant=slant))
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.setBrush(brush)
    canvas.painter.setOpacity(0.55)
    for (left, bottom), (right, top) in zip(low.tolist(), high.tolist(), strict=True):
        canvas.painter.drawRect(QRectF(left, top, right - left, bottom - top))
    canvas.painter.setOpacity(1.0)


def edges_of(
    cells: Cells, column: NDArray[np.int64], row: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """List the sides (m, 4) in metres between cells that belong and cells that do not."""
    inside = np.zeros((shape[0] + 2, shape[1] + 2), bool)
    inside[row + 1, column + 1] = True
    west, south = cells.corner_xy.min(axis=0)
    north, size = south + shape[0] * cells.cell_m, cells.cell_m
    down, across = np.nonzero(inside[:, 1:] != inside[:, :-1])  # between a cell and its neighbour in the east
    x, y = west + across * size, north - (down - 1) * size
    upright = np.column_stack([x, y, x, y - size])
    down, across = np.nonzero(inside[1:, :] != inside[:-1, :])
    x, y = west + (across - 1) * size, north - down * size
    return np.concatenate([upright, np.column_stack([x, y, x + size, y])])


def legend(scene: Scene, rows_of: Sequence[tuple[str, str, float]], foot: float | None) -> None:
    """Paint swatches with their words, (word, colour, how clearly) each, above what stands at the foot."""
    theme, painter = scene.theme, scene.painter
    painter.setFont(symbols.sign_font(11))
    widths = [painter.fontMetrics().horizontalAdvance(word) for word, _, _ in rows_of]
    height, gap = 18.0, 14.0
    rows: list[list[int]] = [[]]
    across = 0.0
    for number, width in enumerate(widths):
        if rows[-1] and across + width + SWATCH_PX + 5 > scene.view.width - 40:
            rows.append([])
            across = 0.0
        rows[-1].append(number)
        across += width + SWATCH_PX + 5 + gap
    plate = QColor(theme.halo)
    plate.setAlphaF(0.85)
    for row in reversed(rows):
        whole = sum(widths[number] + SWATCH_PX + 5 + gap for number in row) - gap
        left, foot = room_at_foot(scene, whole + 12, height + 8, above=foot)
        painter.fillRect(QRectF(left, foot, whole + 12, height + 8), plate)
        x, top = left + 6, foot + 4
        for number in row:
            word, colour, clear = rows_of[number]
            tint = QColor(colour)
            tint.setAlphaF(clear)
            box = QRectF(x, top + (height - SWATCH_PX) / 2, SWATCH_PX, SWATCH_PX)
            painter.fillRect(box, tint)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colour))
            painter.drawPolygon(QPolygonF([box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]))
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(x + SWATCH_PX + 5, top + height - 5), word)
            x += widths[number] + SWATCH_PX + 5 + gap

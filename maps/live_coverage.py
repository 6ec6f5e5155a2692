"""Paint how the city is covered: what is reached in time shines through, what units would leave bare stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPolygonF

from maps import symbols
from maps.foot import caption, room_at_foot
from maps.hatch import hatch
from maps.live_areas import AreaLayer
from maps.scene import Scene
from maps.strokes import Canvas, stroke
from maps.style import ORANGE, VERMILLION, Theme

# How clearly cells are washed: covered ones by the chance that a free unit comes in time, lost ones always alike.
COVERED = (0.04, 0.14)
LOST, THINNER, BARE = 0.3, 0.16, 0.12
LEAST_THINNER = 0.02  # of the chance; less is no difference to a dispatcher
EDGE_PX = 1.3
HATCH_STEP_PX, HATCH_PX = 9.0, 1.6
SWATCH_PX = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class CoverageMark:
    """How one department covers k square cells: corners float64 (k, 2), south-west, in metres, of `cell_m` each.

    `chance` and `chance_after` float (k,) say how likely a free unit comes in time, now and after some have left.
    `caption` says whose cover it is and what it comes to; `words` name what is covered, lost and bare, and, fourth,
    what is thinner; an empty word leaves its swatch out.
    """

    corner_xy: NDArray[np.float64]
    cell_m: float
    chance: NDArray[np.floating]
    chance_after: NDArray[np.floating]
    caption: str = ""
    words: tuple[str, ...] = ("", "", "")


class CoverageLayer(AreaLayer):
    """Cells under everything that happens; what is lost is hatched, so that it is told without its colour too."""

    kind = "coverage"

    def set_marks(self, marks: Sequence[CoverageMark]) -> None:
        """Replace the marks; one is shown."""
        super().set_marks([mark for mark in marks if len(mark.corner_xy)][:1])

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Wash the cells, hatch what is lost, and draw the edges of what is covered and of what is lost."""
        mark: CoverageMark
        for mark in self.marks:
            column, row, shape = _grid(mark)
            covered = mark.chance_after > 0
            lost = (mark.chance > 0) & ~covered
            self._wash(canvas, mark, theme, column, row, shape)
            _hatch_cells(canvas, mark, lost, _lost_colour(theme))
            for cells, colour in ((covered, theme.reach), (lost, _lost_colour(theme))):
                if cells.any():
                    edges = _edges(mark, column[cells], row[cells], shape)
                    ends = canvas.to_device(edges.reshape(-1, 2)).reshape(-1, 4)
                    stroke(canvas, ends, colour, EDGE_PX)

    def paint_at_edges(self, scene: Scene) -> None:
        """Write what is shown, and what the washes mean."""
        mark: CoverageMark
        for mark in self.marks:
            foot = caption(scene, mark.caption, scene.theme.reach) if mark.caption else None
            if any(mark.words):
                _legend(scene, mark, foot)

    @staticmethod
    def _wash(
        canvas: Canvas,
        mark: CoverageMark,
        theme: Theme,
        column: NDArray[np.int64],
        row: NDArray[np.int64],
        shape: tuple[int, int],
    ) -> None:
        """Stretch a picture with a pixel a cell over the ground; its pixels stay squares."""
        pixels = np.zeros((*shape, 4), np.uint8)
        pixels[row, column] = _colours(mark, theme)
        image = QImage(pixels.data, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGBA8888_Premultiplied)
        west, south = mark.corner_xy.min(axis=0)
        east, north = west + shape[1] * mark.cell_m, south + shape[0] * mark.cell_m
        (left, top), (right, bottom) = canvas.to_device(np.array([(west, north), (east, south)])).tolist()
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        canvas.painter.drawImage(QRectF(left, top, right - left, bottom - top), image)


def _grid(mark: CoverageMark) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[int, int]]:
    """Number the columns from the west and the rows from the north; beside it (rows, columns)."""
    at = np.rint((mark.corner_xy - mark.corner_xy.min(axis=0)) / mark.cell_m).astype(np.int64)
    columns, rows = (at.max(axis=0) + 1).tolist()
    return at[:, 0], rows - 1 - at[:, 1], (rows, columns)


def _colours(mark: CoverageMark, theme: Theme) -> NDArray[np.uint8]:
    """Colour each cell, uint8 (k, 4), premultiplied."""
    covered = mark.chance_after > 0
    lost = (mark.chance > 0) & ~covered
    alpha = np.where(covered, COVERED[0] + (COVERED[1] - COVERED[0]) * np.asarray(mark.chance_after, float), BARE)
    alpha = np.where(lost, LOST, alpha)
    thinner = covered & (np.asarray(mark.chance, float) - mark.chance_after > LEAST_THINNER)
    alpha = np.where(thinner, THINNER, alpha)
    found = np.empty((len(alpha), 4), np.uint8)
    for cells, colour in (
        (covered & ~thinner, theme.reach),
        (lost | thinner, _lost_colour(theme)),
        (~covered & ~lost, theme.neutral),
    ):
        found[cells, :3] = np.rint(np.outer(alpha[cells], QColor(colour).getRgb()[:3]))
    found[:, 3] = np.rint(255 * alpha)
    return found


def _lost_colour(theme: Theme) -> str:
    """Return what stands out from the theme's ground and is no road's colour there."""
    return ORANGE if theme.name == "night" else VERMILLION


def _hatch_cells(canvas: Canvas, mark: CoverageMark, cells: NDArray[np.bool_], colour: str) -> None:
    corners = mark.corner_xy[cells]
    if not len(corners):
        return
    placed = canvas.to_device(np.concatenate([corners, corners + mark.cell_m]))
    low, high = placed[: len(corners)], placed[len(corners) :]
    tile = hatch(QColor(colour).rgba(), canvas.scale, step_px=HATCH_STEP_PX, width_px=HATCH_PX, slant="rising")
    brush = QBrush(tile)
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.setBrush(brush)
    canvas.painter.setOpacity(0.55)
    for (left, bottom), (right, top) in zip(low.tolist(), high.tolist(), strict=True):
        canvas.painter.drawRect(QRectF(left, top, right - left, bottom - top))
    canvas.painter.setOpacity(1.0)


def _edges(
    mark: CoverageMark, column: NDArray[np.int64], row: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """List the sides (m, 4) in metres between cells that belong and cells that do not."""
    inside = np.zeros((shape[0] + 2, shape[1] + 2), bool)
    inside[row + 1, column + 1] = True
    west, south = mark.corner_xy.min(axis=0)
    north, size = south + shape[0] * mark.cell_m, mark.cell_m
    down, across = np.nonzero(inside[:, 1:] != inside[:, :-1])  # between a cell and its neighbour in the east
    x, y = west + across * size, north - (down - 1) * size
    upright = np.column_stack([x, y, x, y - size])
    down, across = np.nonzero(inside[1:, :] != inside[:-1, :])
    x, y = west + (across - 1) * size, north - down * size
    return np.concatenate([upright, np.column_stack([x, y, x + size, y])])


def _legend(scene: Scene, mark: CoverageMark, foot: float | None) -> None:
    """Paint a swatch and a word for what is covered, lost and bare, above the caption."""
    theme, painter = scene.theme, scene.painter
    font = symbols.sign_font(11)
    painter.setFont(font)
    colours = (theme.reach, _lost_colour(theme), theme.neutral, _lost_colour(theme))
    shown = [each for each in zip(mark.words, colours, (0.4, 0.6, 0.35, 0.22), strict=False) if each[0]]
    widths = [painter.fontMetrics().horizontalAdvance(word) for word, _, _ in shown]
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
            word, colour, clear = shown[number]
            wash = QColor(colour)
            wash.setAlphaF(clear)
            box = QRectF(x, top + (height - SWATCH_PX) / 2, SWATCH_PX, SWATCH_PX)
            painter.fillRect(box, wash)
            painter.setPen(QColor(colour))
            painter.drawPolygon(QPolygonF([box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]))
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(x + SWATCH_PX + 5, top + height - 5), word)
            x += widths[number] + SWATCH_PX + 5 + gap

"""Paint how the city is covered: what is reached in time shines through, what units would leave bare stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from maps.cell_wash import edges_of, grid_of, hatch_cells, legend, wash
from maps.foot import caption
from maps.live_areas import AreaLayer
from maps.scene import Scene
from maps.strokes import Canvas, stroke
from maps.style import ORANGE, VERMILLION, Theme

# How clearly cells are washed: covered ones by the chance that a free unit comes in time, lost ones always alike.
COVERED = (0.04, 0.14)
LOST, THINNER, BARE = 0.3, 0.16, 0.12
LEAST_THINNER = 0.02  # of the chance; less is no difference to a dispatcher
EDGE_PX = 1.3
SWATCHES = (0.4, 0.6, 0.35, 0.22)


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
            column, row, shape = grid_of(mark)
            covered = mark.chance_after > 0
            lost = (mark.chance > 0) & ~covered
            wash(canvas, mark, _colours(mark, theme))
            hatch_cells(canvas, mark, lost, _lost_colour(theme))
            for cells, colour in ((covered, theme.reach), (lost, _lost_colour(theme))):
                if cells.any():
                    edges = edges_of(mark, column[cells], row[cells], shape)
                    ends = canvas.to_device(edges.reshape(-1, 2)).reshape(-1, 4)
                    stroke(canvas, ends, colour, EDGE_PX)

    def paint_at_edges(self, scene: Scene) -> None:
        """Write what is shown, and what the washes mean."""
        mark: CoverageMark
        for mark in self.marks:
            foot = caption(scene, mark.caption, scene.theme.reach) if mark.caption else None
            theme = scene.theme
            colours = (theme.reach, _lost_colour(theme), theme.neutral, _lost_colour(theme))
            rows = [each for each in zip(mark.words, colours, SWATCHES, strict=False) if each[0]]
            if rows:
                legend(scene, rows, foot)


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

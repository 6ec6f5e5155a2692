"""Paint what a plan of posts comes to: its posts, and cells by what becomes of them in it or beside another plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from maps import symbols
from maps.cell_wash import edges_of, grid_of, hatch_cells, legend, wash
from maps.foot import caption
from maps.hatch import Slant
from maps.live_areas import AreaLayer, dashed
from maps.live_shapes import ShapeLayer
from maps.overlay import Overlay
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import Canvas, stroke
from maps.style import BLUE, ORANGE, SKY_BLUE, VERMILLION, Theme, department_colour

CELLS, POSTS = "plan_cells", "plan_posts"
POST_KIND = "plan_post"
EDGE_PX = 1.4
NAME_PX = 22.0  # from the middle of a post to that of its name
NAMES_COARSEST_MPP = 14.0
RADIUS_PX = 9.0


@dataclass(frozen=True, slots=True)
class Fate:
    """Say how cells of one fate look: the colour's name here, how clearly, and how they are hatched, if so."""

    tone: str
    clear: float
    slant: Slant | None = None


# What becomes of a cell. The first three are of one plan; the others of a plan beside the one before it.
FATES: Mapping[str, Fate] = MappingProxyType(
    {
        "in_time": Fate("reach", 0.13),
        "late": Fate("worse", 0.2),
        "never": Fate("neutral", 0.34, "level"),
        "lost": Fate("worse", 0.4, "rising"),
        "slower": Fate("worse", 0.16),
        "won": Fate("better", 0.44, "falling"),
        "quicker": Fate("better", 0.18),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class PlanCellsMark:
    """Hold k square cells (south-west corners float64 (k, 2), metres, `cell_m` each) with the fate of each.

    fate: int (k,) into `fates` (names of `FATES`), -1 for none; words: those of the legend, by fate.
    """

    corner_xy: NDArray[np.float64]
    cell_m: float
    fate: NDArray[np.integer]
    fates: tuple[str, ...]
    words: Mapping[str, str]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PlanPostMark:
    """One post of a plan; `state` is stays, new, moved (from from_x, from_y) or closed; chosen ones have a ring."""

    post_id: str
    name: str
    department_kind: str
    x: float
    y: float
    units: int = 1
    state: str = "stays"
    is_chosen: bool = False
    from_x: float = 0.0
    from_y: float = 0.0


def tone(theme: Theme, name: str) -> str:
    """Return a colour by its name: reach and neutral are the theme's, worse and better those that eyes can part."""
    if name == "worse":
        return ORANGE if theme.name == "night" else VERMILLION
    if name == "better":
        return SKY_BLUE if theme.name == "night" else BLUE
    return str(getattr(theme, name))


def show_plans(overlay: Overlay) -> None:
    """Let an overlay take `plan_cells` and `plan_posts`."""
    overlay.add_layer(CELLS, PlanCellsLayer(), under="reach")
    overlay.add_layer(POSTS, PlanPostLayer(), under="places")


class PlanCellsLayer(AreaLayer):
    """Cells under everything; what is lost rises, what is won falls, so that they are told without colour too."""

    kind = CELLS

    def set_marks(self, marks: Sequence[PlanCellsMark]) -> None:
        """Replace the marks; one is shown."""
        super().set_marks([mark for mark in marks if len(mark.corner_xy)][:1])

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Wash the cells, hatch those that are to stand out, and draw their edges."""
        mark: PlanCellsMark
        for mark in self.marks:
            colours = np.zeros((len(mark.fate), 4), np.uint8)
            column, row, shape = grid_of(mark)
            for number, name in enumerate(mark.fates):
                fate, own = FATES[name], mark.fate == number
                colour = tone(theme, fate.tone)
                colours[own, :3] = [round(fate.clear * each) for each in QColor(colour).getRgb()[:3]]
                colours[own, 3] = round(255 * fate.clear)
            wash(canvas, mark, colours)
            for number, name in enumerate(mark.fates):
                fate, own = FATES[name], mark.fate == number
                if fate.slant is None or not own.any():
                    continue
                colour = tone(theme, fate.tone)
                hatch_cells(canvas, mark, own, colour, slant=fate.slant)
                ends = edges_of(mark, column[own], row[own], shape)
                stroke(canvas, canvas.to_device(ends.reshape(-1, 2)).reshape(-1, 4), colour, EDGE_PX)

    def paint_at_edges(self, scene: Scene) -> None:
        """Write what is shown, and what the washes mean: only of what there is."""
        mark: PlanCellsMark
        for mark in self.marks:
            foot = caption(scene, mark.caption, scene.theme.reach) if mark.caption else None
            there = set(np.unique(mark.fate).tolist())
            rows = [
                (mark.words[name], tone(scene.theme, FATES[name].tone), min(1.0, 0.15 + 1.4 * FATES[name].clear))
                for number, name in enumerate(mark.fates)
                if number in there and mark.words.get(name)
            ]
            if rows:
                legend(scene, rows, foot)


class PlanPostLayer(ShapeLayer):
    """Posts with the number of their units; new ones double, moved ones with where they stood, closed ones crossed."""

    kind = POST_KIND

    def id_of(self, mark: PlanPostMark) -> str:
        """Return the post's id."""
        return mark.post_id

    def distance_px(self, index: int, view: object, across: float, down: float) -> float:
        """Measure to the disc."""
        mark = self.marks[index]
        x, y = view.to_screen(mark.x, mark.y)  # type: ignore[attr-defined]
        return max(0.0, float(np.hypot(x - across, y - down)) - RADIUS_PX)

    def paint(self, scene: Scene) -> None:
        """Paint every post, closed ones below the others."""
        theme, scale = scene.theme, scene.scale
        marks = sorted(self.marks, key=lambda each: (each.state != "closed", each.is_chosen))
        if not marks:
            return
        placed = scene.to_screen(np.array([[mark.x, mark.y] for mark in marks]))
        for mark, at in zip(marks, placed, strict=True):
            if mark.state == "moved":
                self._paint_way(scene, mark, at)
        seen = np.flatnonzero(scene.in_view(placed, 30)).tolist()
        spots = []
        for index in seen:
            mark = marks[index]
            look = (mark.state, min(mark.units, 100), department_colour(theme, mark.department_kind), mark.is_chosen)
            spots.append(
                scene.sheet.spot((POSTS, theme.name, scale, *look), lambda look=look: post_sign(theme, *look, scale))
            )
        if spots:
            scene.paint_sprites(placed[seen], np.array(spots, dtype=np.float64))

    def paint_over(self, scene: Scene) -> None:
        """Write the names when near, always that of what is chosen, new or moved: below it, or above, where room is."""
        theme, is_near = scene.theme, scene.view.metres_per_pixel <= NAMES_COARSEST_MPP
        for mark in sorted(self.marks, key=lambda each: (not each.is_chosen, each.state == "stays")):
            at = scene.to_screen(np.array([[mark.x, mark.y]]))
            if not mark.name or not scene.in_view(at, 80)[0]:
                continue
            if not (is_near or mark.is_chosen or mark.state in ("new", "moved")):
                continue
            words, colour = mark.name[:32], department_colour(theme, mark.department_kind)
            spot = scene.sheet.spot(
                (POSTS, theme.name, scene.scale, words, colour),
                lambda words=words, colour=colour: symbols.chip(
                    words, 10.5, theme.text, theme.halo, colour, scene.scale
                ),
            )
            for down in (NAME_PX, -NAME_PX):
                place = at + np.array([0.0, down])
                box = boxes_around(place, spot.width / scene.scale, spot.height / scene.scale)
                if not overlap(box, scene.taken_boxes()).any():
                    scene.take(box)
                    scene.paint_sprites(place, np.array([spot], dtype=np.float64))
                    break

    @staticmethod
    def _paint_way(scene: Scene, mark: PlanPostMark, end: NDArray[np.float64]) -> None:
        start = scene.to_screen(np.array([[mark.from_x, mark.from_y]]))[0]
        colour = department_colour(scene.theme, mark.department_kind)
        with scene.device() as canvas:
            line = np.stack((start, end)) * scene.scale
            stroke(canvas, dashed(line, 7.0 * scene.scale, 5.0 * scene.scale), colour, 2.2)
        scene.painter.setPen(QPen(QColor(colour), 1.6, Qt.PenStyle.DotLine))
        scene.painter.setBrush(Qt.BrushStyle.NoBrush)
        scene.painter.drawEllipse(QPointF(*start), RADIUS_PX - 2, RADIUS_PX - 2)


def post_sign(theme: Theme, state: str, units: int, colour: str, is_chosen: bool, scale: float) -> QImage:
    """Draw the disc of a post with the number of its units; `state` as in PlanPostMark."""
    middle, is_closed = QPointF(0, 0), state == "closed"
    fill = QColor(theme.neutral if is_closed else colour)

    def draw(painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rings = [(RADIUS_PX + 4.5, tone(theme, "better"), 2.6)] if state in ("new", "moved") else []
        if is_chosen:
            rings.append((RADIUS_PX + 9.0, theme.selection, 2.4))
        for radius, edge, wide in rings:
            for one, width in ((theme.ink, wide + 2.8), (edge, wide)):
                painter.setPen(QPen(QColor(one), width))
                painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(QColor(theme.halo), 2.2))
        painter.setBrush(QColor(theme.ground) if is_closed else fill)
        painter.drawEllipse(middle, RADIUS_PX, RADIUS_PX)
        if not is_closed:
            symbols.write(painter, str(units) if units < 100 else "…", 11.0, theme.ink)
            return
        painter.setPen(QPen(fill, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, RADIUS_PX - 1, RADIUS_PX - 1)
        painter.setPen(QPen(QColor(tone(theme, "worse")), 2.8))
        arm = RADIUS_PX * 0.75
        painter.drawLine(QPointF(-arm, -arm), QPointF(arm, arm))
        painter.drawLine(QPointF(-arm, arm), QPointF(arm, -arm))

    side = 2 * (RADIUS_PX + (13.0 if is_chosen else 9.0))
    return symbols.drawn(side, side, scale, draw)

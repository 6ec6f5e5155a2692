"""Paint open cases of urban management: thousands of them, gathered from afar, each by itself when near."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen

from maps import symbols
from maps.case_symbols import CaseLook, case_colour, case_icon, case_symbol, late_colour
from maps.cluster_symbols import CLUSTER
from maps.clusters import Clusters, gather, level_of
from maps.gathered_points import PILL_HEIGHT_PX, pill, pill_width_px
from maps.lettering import text_sprite
from maps.scene import Hit, Reach, Scene, boxes_around, overlap
from maps.view import View

GATHER_FROM_LEVEL = 1  # scales coarser than 1 m a pixel
CELL_PX = 64.0  # at the coarsest scale of a level; twice as wide at its finest
LEAST = 3
RADIUS_PX = 8.0
NAMES_COARSEST_MPP = 0.45
MOST_NAMES = 80
NAME_PX = 10.0
RING_PX = 14.0


@dataclass(frozen=True, eq=False)
class CaseTable:
    """Hold n open cases in columns, the most pressing last: it is painted over the others.

    ids int64 (n); xy float64 (n, 2) in the city's metric CRS; `looks` and `names` (of classes) are what the codes
    int16 (n) stand for. `selected` is a case's number, 0 for none.
    """

    ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    xy: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    looks: tuple[CaseLook, ...] = ()
    look_codes: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    names: tuple[str, ...] = ()
    name_codes: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))
    selected: int = 0

    def __post_init__(self) -> None:
        """Take columns that came back from a file with other types."""
        for name, kind in (("ids", np.int64), ("look_codes", np.int16), ("name_codes", np.int16)):
            object.__setattr__(self, name, np.asarray(getattr(self, name)).astype(kind, copy=False))
        object.__setattr__(self, "looks", tuple(CaseLook(*look) for look in self.looks))


class CaseLayer:
    """Paint one `CaseTable`; what is a danger or in hand is never gathered."""

    kind = "case"

    def __init__(self) -> None:
        self.is_complete = True
        self.table = CaseTable()
        self._known: dict[int, Clusters] = {}
        self._is_loud = np.zeros(0, bool)
        self._is_late = np.zeros(0, bool)
        self._late: dict[int, NDArray[np.bool_]] = {}

    def set_marks(self, marks: Sequence[CaseTable]) -> None:
        """Replace the table; clusters stay where only the selection moved."""
        table = marks[0] if marks else CaseTable()
        is_same = table.xy is self.table.xy and table.look_codes is self.table.look_codes
        was_selected, self.table = self.table.selected, table
        if is_same and was_selected == table.selected:
            return
        looks = table.looks
        danger = np.array([look.is_danger for look in looks], bool)
        late = np.array([look.is_late for look in looks], bool)
        none = np.zeros(len(table.ids), bool)
        self._is_loud = (danger[table.look_codes] if looks else none) | (table.ids == table.selected)
        self._is_late = late[table.look_codes] if looks else none
        self._known.clear()
        self._late.clear()

    def pulsing(self) -> NDArray[np.float64]:
        """Nothing moves by itself."""
        return np.empty((0, 2))

    def reach(self) -> Reach:
        """Nothing is found by boxes; `hits` looks."""
        return Reach((), np.empty((0, 4)), 0.0)

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Return how far a screen point lies from a mark, 0 within it, infinite where it is not shown."""
        if not self.is_alone(view)[index]:
            return math.inf
        x, y = view.to_screen(*self.table.xy[index])
        return max(0.0, math.hypot(float(x) - across, float(y) - down) - RADIUS_PX)

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find marks and signs of gathered ones near a screen point."""
        if not len(self.table.ids):
            return []
        x, y = view.to_ground(across, down)
        far = (RADIUS_PX + within_px) * view.metres_per_pixel
        near = np.flatnonzero((np.abs(self.table.xy - (float(x), float(y))) <= far).all(axis=1))
        found = [(self.distance_px(index, view, across, down), index) for index in near.tolist()]
        hits = [Hit(away, index, self.kind, str(self.table.ids[index])) for away, index in found if away <= within_px]
        clusters, level = self.clusters(view), level_of(view.metres_per_pixel)
        if len(clusters.keys):
            xs, ys = view.to_screen(clusters.middles[:, 0], clusters.middles[:, 1])
            for index in np.flatnonzero((np.abs(xs - across) < 80) & (np.abs(ys - down) < 80)).tolist():
                dx = abs(float(xs[index]) - across) - pill_width_px(int(clusters.counts[index])) / 2
                dy = abs(float(ys[index]) - down) - PILL_HEIGHT_PX / 2
                away = math.hypot(max(0.0, dx), max(0.0, dy))
                if away <= within_px:
                    hits.append(Hit(away, index, CLUSTER, f"{self.kind}:{level}:{clusters.keys[index]}"))
        return hits

    def clusters(self, view: View) -> Clusters:
        """Return what is gathered at the scale of a view."""
        return self._of_level(level_of(view.metres_per_pixel))

    def is_alone(self, view: View) -> NDArray[np.bool_]:
        """Tell which marks are drawn by themselves at the scale of a view, bool (n)."""
        return np.asarray(self.clusters(view).of < 0)

    def box_of(self, identity: str) -> tuple[float, float, float, float] | None:
        """Return the ground that a sign stands for; None where it is gone."""
        clusters, found = self._found(identity)
        return tuple(clusters.boxes[found[0]].tolist()) if len(found) else None

    def members_of(self, identity: str) -> tuple[int, ...]:
        """Return the numbers of the cases that a sign stands for; none where it is gone."""
        clusters, found = self._found(identity)
        return tuple(self.table.ids[np.isin(clusters.of, found)].tolist())

    def paint(self, scene: Scene) -> None:
        """Paint what is in view."""
        self.is_complete = True
        table = self.table
        if not len(table.ids):
            return
        self._paint_gathered(scene)
        placed = scene.to_screen(table.xy)
        seen = np.flatnonzero(scene.in_view(placed, 20) & self.is_alone(scene.view))
        theme, scale = scene.theme, scene.scale
        drawn = [
            scene.sheet.spot((self.kind, theme.name, scale, look), lambda look=look: case_symbol(theme, look, scale))
            for look in table.looks
        ]
        spots = np.array(drawn, dtype=np.float64).reshape(-1, 4)
        scene.paint_sprites(placed[seen], spots[table.look_codes[seen]])
        if len(seen) <= MOST_NAMES * 4:
            scene.take(boxes_around(placed[seen], 2 * RADIUS_PX, 2 * RADIUS_PX))
        held = np.flatnonzero(table.ids == table.selected)
        for x, y in placed[held].tolist():
            scene.painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((theme.halo, 5.0), (theme.selection, 2.4)):
                scene.painter.setPen(QPen(QColor(colour), width))
                scene.painter.drawEllipse(QPointF(x, y), RING_PX, RING_PX)

    def paint_over(self, scene: Scene) -> None:
        """Write number and class beside marks when near, where nothing else stands; always that of the one in hand."""
        table, is_near = self.table, scene.view.metres_per_pixel <= NAMES_COARSEST_MPP
        if not len(table.ids):
            return
        placed = scene.to_screen(table.xy)
        shown = scene.in_view(placed, 20) & ((table.ids == table.selected) | (is_near & self.is_alone(scene.view)))
        theme, scale = scene.theme, scene.scale
        font = symbols.sign_font(NAME_PX * scale, bold=False)
        rows, spots = [], []
        for index in np.flatnonzero(shown)[::-1][:MOST_NAMES].tolist():
            words = f"{table.ids[index]}  {table.names[table.name_codes[index]]}"[:48]
            spot = scene.spot(
                (self.kind, "name", theme.name, scale, words),
                lambda words=words: text_sprite(words, font, theme.text, theme.halo, 1.8 * scale),
            )
            if spot is None:
                self.is_complete = False
            else:
                rows.append(index)
                spots.append(spot)
        if not rows:
            return
        drawn = np.array(spots, dtype=np.float64).reshape(-1, 4)
        half = drawn[:, 2:] / scale / 2
        at = placed[rows] + np.stack((RING_PX + 2 + half[:, 0], np.zeros(len(rows))), axis=1)
        boxes = np.hstack((at - half, at + half))
        free = (overlap(boxes, scene.taken_boxes()) == 0) | (table.ids[rows] == table.selected)
        kept: list[int] = []
        for place in np.flatnonzero(free).tolist():
            if not kept or overlap(boxes[[place]], boxes[kept])[0] == 0:
                kept.append(place)
        scene.take(boxes[kept])
        scene.paint_sprites(at[kept], drawn[kept])

    def _paint_gathered(self, scene: Scene) -> None:
        clusters = self.clusters(scene.view)
        if not len(clusters.keys):
            return
        theme, scale = scene.theme, scene.scale
        has_late = self._late_of(level_of(scene.view.metres_per_pixel), clusters)
        placed = scene.to_screen(clusters.middles)
        spots, at = [], []
        for index in np.flatnonzero(scene.in_view(placed, 40)).tolist():
            count, is_late = int(clusters.counts[index]), bool(has_late[index])
            colour = late_colour(theme) if is_late else case_colour(theme)
            spot = scene.spot(
                (self.kind, "gathered", theme.name, scale, count, is_late),
                lambda count=count, colour=colour: pill(theme, count, colour, case_icon(theme, False), scale),
            )
            if spot is None:
                self.is_complete = False
                continue
            spots.append(spot)
            at.append(index)
        scene.paint_sprites(placed[at], np.array(spots, dtype=np.float64).reshape(-1, 4))

    def _late_of(self, level: int, clusters: Clusters) -> NDArray[np.bool_]:
        found = self._late.get(level)
        if found is None:
            inside = clusters.of >= 0
            late = np.bincount(clusters.of[inside], self._is_late[inside], minlength=len(clusters.keys))
            found = self._late[level] = late > 0
        return found

    def _of_level(self, level: int) -> Clusters:
        known = self._known.get(level)
        if known is None:
            xy = self.table.xy
            if level >= GATHER_FROM_LEVEL:
                known = gather(xy, CELL_PX * 2.0**level, LEAST, ~self._is_loud)
            else:
                known = gather(xy, 1.0, len(xy) + 1)
            self._known[level] = known
        return known

    def _found(self, identity: str) -> tuple[Clusters, NDArray[np.int64]]:
        level, _, key = identity.partition(":")
        clusters = self._of_level(int(level))
        return clusters, np.flatnonzero(clusters.keys == int(key))

"""Paint units: one by one, in a tidy column where several stand at one place, gathered where they crowd from afar."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from maps import symbols
from maps.cluster_symbols import ClusterPainter
from maps.layers import UnitMark
from maps.scene import Hit, Reach, Scene, boxes_around
from maps.unit_places import COLUMN_WIDTH_PX, ROW_PX, Places, UnitPlaces
from maps.unit_signs import Asked, UnitSigns
from maps.unit_sprites import UnitSprites, turned_to
from maps.unit_table import NO_UNITS, UnitTable
from maps.view import View

CALL_SIGNS_COARSEST_MPP = 7.0
BUSY_CALL_SIGNS_COARSEST_MPP = 30.0
HOME_QUIET_FROM_MPP = 1.1  # from this scale on, free units at their stations are small and without call signs
CROWD = 1_200  # so many units in view leave no room to read every call sign
RADIUS_PX = 9.0
QUIET_OPACITY = 0.8
MARGIN_PX = 30.0
COLUMN_REACH_PX = 400.0
# What is painted later: free units below, busy ones over them, the selected and those in distress on top.
_HEIGHTS = {"out_of_service": 0.0, "available": 1.0, "available_by_radio": 1.0}


def age_opacity(fix_age_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how clearly units are drawn: fully up to a minute, fading to 0.4 at a quarter of an hour; NaN 0.75."""
    faded = 1.0 - 0.6 * np.log(np.maximum(fix_age_s, 60.0) / 60.0) / np.log(15.0)
    return np.asarray(np.where(np.isnan(fix_age_s), 0.75, np.maximum(0.4, faded)))


class UnitLayer:
    """Units: department by shape and colour, status by fill and letter, heading, call sign, age by fading."""

    kind = "unit"
    is_complete = True

    def __init__(self) -> None:
        self.marks: UnitTable = NO_UNITS
        self._places = UnitPlaces()
        self._sprites = UnitSprites()
        self._signs = UnitSigns()
        self._clusters = ClusterPainter(self.kind)
        # Those drawn by themselves, from the bottom up: rows, ground places, whether they are quiet.
        self._alone: tuple[Places | None, NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]] = (
            None, np.empty(0, np.int64), np.empty((0, 2)), np.empty(0, bool),
        )  # fmt: skip

    def set_marks(self, marks: Iterable[UnitMark]) -> None:
        """Replace the marks; a `UnitTable` is taken as it is."""
        table = self.marks = UnitTable.of(marks)
        by_status = np.array([_HEIGHTS.get(name, 2.0) for name in table.statuses] or [0.0])
        height = by_status[table.status_codes]
        height[table.at_home] = 0.5
        height[table.selected] = 3.0
        height[table.distress] = 4.0
        self._order = np.argsort(height, kind="stable")
        self._opacity = age_opacity(table.fix_age_s)
        self._places.set_table(table)
        self._signs.set_table(table)
        self._clusters.forget()

    def pulsing(self) -> NDArray[np.float64]:
        """Return the places (n, 2) of units in distress."""
        return self.marks.xy[self.marks.distress]

    def reach(self) -> Reach:
        """Nothing is picked through boxes: `hits` looks at all units at once."""
        return Reach((), np.empty((0, 4)), 0.0)

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Return how far a screen point lies from a unit that is drawn by itself, infinite where it is gathered."""
        places = self._places.at(view)
        if places.clusters.of[index] >= 0:
            return np.inf
        x, y = places.to_screen(self.marks.xy[[index]], np.array([index]), view)[0]
        return max(0.0, float(np.hypot(x - across, y - down)) - RADIUS_PX)

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find units and gathered units near a screen point."""
        if not len(self.marks):
            return []
        places = self._places.at(view)
        x, y = (float(value) for value in view.to_ground(across, down))
        reach = (RADIUS_PX + within_px) * view.metres_per_pixel
        near = (np.abs(self.marks.xy - (x, y)) <= reach).all(axis=1)
        near |= places.in_column
        candidates = np.flatnonzero(near & (places.clusters.of < 0))
        at = places.to_screen(self.marks.xy[candidates], candidates, view)
        distances = np.maximum(0.0, np.hypot(at[:, 0] - across, at[:, 1] - down) - RADIUS_PX)
        right, beside = across - at[:, 0], np.abs(at[:, 1] - down)
        on_row = places.in_column[candidates] & (right > 0) & (right < COLUMN_WIDTH_PX - 18) & (beside < ROW_PX / 2)
        distances[on_row] = 0.0
        rank = np.empty(len(self.marks), np.int64)
        rank[self._order] = np.arange(len(self._order))
        found = [
            Hit(distance, int(rank[index]) + 1_000_000, self.kind, self.marks.unit_ids[index])
            for index, distance in zip(candidates.tolist(), distances.tolist(), strict=True)
            if distance <= within_px
        ]
        return found + self._clusters.hits(places.level, places.clusters, view, across, down, within_px)

    def box_of(self, identity: str) -> tuple[float, float, float, float] | None:
        """Return the ground that a gathered symbol stands for; None where it is gone."""
        level, _, key = identity.partition(":")
        clusters = self._places.of_level(int(level)).clusters
        found = np.flatnonzero(clusters.keys == int(key))
        return tuple(clusters.boxes[found[0]].tolist()) if len(found) else None

    def members_of(self, identity: str) -> tuple[UnitMark, ...]:
        """Return the units that a gathered symbol stands for; none where it is gone."""
        level, _, key = identity.partition(":")
        clusters = self._places.of_level(int(level)).clusters
        found = np.flatnonzero(clusters.keys == int(key))
        return tuple(self.marks[index] for index in np.flatnonzero(np.isin(clusters.of, found)).tolist())

    def paint(self, scene: Scene) -> None:
        """Paint the units in view."""
        self.is_complete = True
        if not len(self.marks):
            return
        places, generation = self._places.at(scene.view), scene.sheet.generation
        self._sprites.begin(scene, self.marks)
        self._clusters.paint(scene, places.level, places.clusters, self.marks)
        seen, placed = self._in_view(scene, places)
        if scene.view.metres_per_pixel >= HOME_QUIET_FROM_MPP:
            quiet = self.marks.is_quiet[seen]
            spots = self._sprites.small(scene, self.marks, seen[quiet])
            scene.paint_sprites(placed[quiet], spots, np.full(len(spots), QUIET_OPACITY))
            scene.take(boxes_around(placed[quiet], 12, 12))
            seen, placed = seen[~quiet], placed[~quiet]
        self._paint_columns(scene, places)
        scene.take(boxes_around(placed, 26, 26))
        self._paint_units(scene, placed, seen, places)
        self._signs.paint(scene, self.marks, places, self._asked(scene, len(seen)), self._opacity)
        self.is_complete = (
            self._sprites.is_complete
            and self._signs.is_complete
            and self._clusters.is_complete
            and scene.sheet.generation == generation  # else the sheet was full: this frame's spots are gone
        )

    def _in_view(self, scene: Scene, places: Places) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the units in view that are drawn by themselves, from the bottom up, and their pixels (k, 2)."""
        if self._alone[0] is not places:
            order = self._order[places.clusters.of[self._order] < 0]
            self._alone = (places, order, places.xy(self.marks.xy, order), self.marks.is_quiet[order])
        _, order, xy, _ = self._alone
        box = np.array(scene.view.grown_box(COLUMN_REACH_PX if places.columns else MARGIN_PX))
        seen = order[np.flatnonzero(((xy > box[:2]) & (xy < box[2:])).all(axis=1))]
        placed = places.to_screen(self.marks.xy[seen], seen, scene.view)
        if places.columns:
            inside = scene.in_view(placed, MARGIN_PX)
            return seen[inside], placed[inside]
        return seen, placed

    def paint_over(self, scene: Scene) -> None:
        """Paint the units in distress once more: nothing may stand over them."""
        calling = np.flatnonzero(self.marks.distress)
        if not len(calling):
            return
        places = self._places.at(scene.view)
        placed = places.to_screen(self.marks.xy[calling], calling, scene.view)
        inside = scene.in_view(placed, 30)
        if inside.any():
            self._paint_units(scene, placed[inside], calling[inside], places)
            self._signs.paint_again(scene, self.marks, calling[inside], self._opacity)

    def _paint_units(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64], places: Places) -> None:
        if not len(seen):
            return
        table = self.marks
        self._paint_halos(scene, placed, seen)
        opacity = self._opacity[seen]
        turned = ~np.isnan(table.heading_deg[seen]) & ~places.in_column[seen]
        pointers = self._sprites.headings(scene, table, seen[turned])
        drawn = ~np.isnan(pointers[:, 0])
        at = placed[turned] + symbols.heading_place(turned_to(table.heading_deg[seen[turned]]))
        scene.paint_sprites(at[drawn], pointers[drawn], opacity[turned][drawn])
        scene.paint_sprites(placed, self._sprites.bodies(scene, table, seen), opacity)
        asking = table.speak[seen]
        if asking.any():
            badge = self._sprites.speak(scene)
            scene.paint_sprites(placed[asking] + np.array([11.0, -11.0]), np.tile(badge, (int(asking.sum()), 1)))

    def _asked(self, scene: Scene, count: int) -> Asked:
        """Say which units may be named in a frame that shows so many by themselves."""
        _, order, xy, quiet = self._alone
        scale = scene.view.metres_per_pixel
        return Asked(
            order,
            xy,
            quiet if scale >= HOME_QUIET_FROM_MPP else np.zeros(len(order), bool),
            scale <= BUSY_CALL_SIGNS_COARSEST_MPP,
            scale <= CALL_SIGNS_COARSEST_MPP and count <= CROWD,
        )

    def _paint_columns(self, scene: Scene, places: Places) -> None:
        """Paint the plate and the thread of every column in view."""
        painter, theme = scene.painter, scene.theme
        for column in places.columns:
            x, y = (float(value) for value in scene.view.to_screen(*column.xy))
            box = column.box.translated(x, y)
            if not QRectF(0, 0, scene.view.width, scene.view.height).intersects(box):
                continue
            plate = QColor(theme.halo)
            plate.setAlphaF(0.78)
            painter.setPen(QPen(QColor(theme.neutral), 1.0))
            painter.setBrush(plate)
            painter.drawRoundedRect(box, 5, 5)
            for colour, width in ((theme.ink, 3.6), (theme.neutral, 1.6)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawLine(QPointF(x, y), QPointF(box.left(), y))
            painter.setBrush(QColor(theme.neutral))
            painter.setPen(QPen(QColor(theme.ink), 1.2))
            painter.drawEllipse(QPointF(x, y), 3.4, 3.4)
            scene.take(np.array([[box.left(), box.top(), box.right(), box.bottom()]]))

    def _paint_halos(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        painter, table = scene.painter, self.marks
        for place in np.flatnonzero(table.is_loud[seen]).tolist():
            index, middle = seen[place], QPointF(*placed[place])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if table.selected[index]:
                painter.setPen(QPen(QColor(scene.theme.halo), 5.5))
                painter.drawEllipse(middle, 17, 17)
                painter.setPen(QPen(QColor(scene.theme.selection), 2.4))
                painter.drawEllipse(middle, 17, 17)
            if table.distress[index]:
                beat = scene.now_s % 1.0
                colour = QColor(scene.theme.distress)
                painter.setPen(QPen(colour, 4))
                painter.drawEllipse(middle, 22, 22)
                colour.setAlphaF(1.0 - beat)
                painter.setPen(QPen(colour, 6))
                painter.drawEllipse(middle, 24 + 26 * beat, 24 + 26 * beat)

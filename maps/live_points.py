"""Paint what moves or calls: units and incidents."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from maps import symbols
from maps.layers import IncidentMark, UnitMark
from maps.point_layer import TURNS, PointLayer
from maps.scene import Scene, boxes_around
from maps.sprites import Spot
from maps.style import priority_colour
from maps.view import View

CALL_SIGNS_COARSEST_MPP = 7.0
BUSY_CALL_SIGNS_COARSEST_MPP = 30.0
INCIDENT_LABELS_COARSEST_MPP = 6.0
OLD_FIX_S = 120.0
PILE_PX = 9.0
HOME_QUIET_FROM_MPP = 1.1  # from this scale on, free units at their stations are small and without call signs
CROWD = 1_200  # so many units in view leave no room to read every call sign
CELLS_A_ROW = 1_000_000_007


def age_opacity(fix_age_s: float | None) -> float:
    """Return how clearly a unit is drawn: fully up to a minute, fading to 0.4 at a quarter of an hour."""
    if fix_age_s is None:
        return 0.75
    if fix_age_s <= 60:
        return 1.0
    return max(0.4, 1.0 - 0.6 * math.log(fix_age_s / 60) / math.log(15))


class UnitLayer(PointLayer):
    """Units: department by shape and colour, status by fill and letter, heading, call sign, age by fading."""

    kind = "unit"
    _has_distress = False

    def set_marks(self, marks: Sequence[UnitMark]) -> None:
        """Replace the marks."""
        super().set_marks(marks)
        self._opacity = np.array([age_opacity(mark.fix_age_s) for mark in self.marks])
        self._is_free = np.array(
            [mark.status.startswith("available") or mark.status == "out_of_service" for mark in self.marks], bool
        )
        self._has_distress = any(mark.distress for mark in self.marks)
        self._is_loud = np.array([mark.selected or mark.distress for mark in self.marks], bool)
        at_home = np.array([mark.at_home and not mark.speak for mark in self.marks], bool)
        self._is_quiet = at_home & ~self._is_loud

    def height_of(self, mark: UnitMark) -> float:
        """Free units below, busy ones over them, the selected and those in distress on top."""
        if mark.distress:
            return 4
        if mark.selected:
            return 3
        if mark.at_home:
            return 0.5
        return {"out_of_service": 0, "available": 1, "available_by_radio": 1}.get(mark.status, 2)

    def id_of(self, mark: UnitMark) -> str:
        """Return the unit's id."""
        return mark.unit_id

    def pulses(self, mark: UnitMark) -> bool:
        """A unit in distress pulses."""
        return mark.distress

    def paint(self, scene: Scene) -> None:
        """Paint the units in view."""
        self.is_complete = True
        if not self.marks:
            return
        if self.needs_spots(scene):
            self._find_spots(scene)
        placed = scene.to_screen(self.xy)
        seen = np.flatnonzero(scene.in_view(placed, 30))
        if not len(seen):
            return
        if scene.view.metres_per_pixel >= HOME_QUIET_FROM_MPP:
            quiet = seen[self._is_quiet[seen]]
            scene.paint_sprites(placed[quiet], self._small[quiet], np.full(len(quiet), 0.8))
            scene.take(boxes_around(placed[quiet], 12, 12))
            seen = seen[~self._is_quiet[seen]]
        scene.take(boxes_around(placed[seen], 26, 26))
        self._paint_halos(scene, placed, seen)
        self._paint_symbols(scene, placed, seen)
        self._paint_call_signs(scene, placed, seen)

    def paint_over(self, scene: Scene) -> None:
        """Paint the units in distress once more: nothing may stand over them."""
        if not self._has_distress:
            return
        placed = scene.to_screen(self.xy)
        calling = [index for index, mark in enumerate(self.marks) if mark.distress]
        seen = np.array([index for index in calling if scene.in_view(placed[[index]], 30)[0]], dtype=np.int64)
        if len(seen):
            self._paint_halos(scene, placed, seen)
            self._paint_symbols(scene, placed, seen)
            self._paint_call_signs(scene, placed, seen)

    def _paint_symbols(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        turned = seen[self._has_heading[seen]]
        scene.paint_sprites(placed[turned], self._headings[turned], self._opacity[turned])
        scene.paint_sprites(placed[seen], self._bodies[seen], self._opacity[seen])
        asking = [index for index in seen.tolist() if self.marks[index].speak]
        if asking:
            badge = self.spots_of(
                scene, ["speak"] * len(asking), lambda _: symbols.speak_badge(scene.theme, scene.scale)
            )
            scene.paint_sprites(placed[asking] + np.array([11.0, -11.0]), badge)

    def _find_spots(self, scene: Scene) -> None:
        theme, scale = scene.theme, scene.scale
        self._bodies = self.spots_of(
            scene,
            [(mark.department_kind, mark.status) for mark in self.marks],
            lambda key: symbols.unit_symbol(theme, *key, scale),
        )
        self._small = self.spots_of(
            scene,
            [("small", mark.department_kind) for mark in self.marks],
            lambda key: symbols.small_unit_symbol(theme, key[1], scale),
        )
        self._signs: dict[tuple[int, int], Spot] = {}
        self._has_heading = np.array([mark.heading_deg is not None for mark in self.marks], bool)
        self._headings = self.spots_of(
            scene,
            [(mark.department_kind, round((mark.heading_deg or 0.0) / 360 * TURNS) % TURNS) for mark in self.marks],
            lambda key: symbols.heading_pointer(theme, key[0], key[1] * 360 / TURNS, scale),
        )

    def _paint_halos(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        painter = scene.painter
        for index in seen[self._is_loud[seen]].tolist():
            mark, middle = self.marks[index], QPointF(*placed[index])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if mark.selected:
                painter.setPen(QPen(QColor(scene.theme.halo), 5.5))
                painter.drawEllipse(middle, 19, 19)
                painter.setPen(QPen(QColor(scene.theme.selection), 2.4))
                painter.drawEllipse(middle, 19, 19)
            if mark.distress:
                beat = scene.now_s % 1.0
                colour = QColor(scene.theme.distress)
                painter.setPen(QPen(colour, 4))
                painter.drawEllipse(middle, 22, 22)
                colour.setAlphaF(1.0 - beat)
                painter.setPen(QPen(colour, 6))
                painter.drawEllipse(middle, 24 + 26 * beat, 24 + 26 * beat)

    def _paint_call_signs(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        scale = scene.view.metres_per_pixel
        wanted = self._is_loud[seen].copy()
        if scale <= BUSY_CALL_SIGNS_COARSEST_MPP:
            wanted |= ~self._is_free[seen]
        if scale <= CALL_SIGNS_COARSEST_MPP and len(seen) <= CROWD:
            wanted[:] = True
        chosen = seen[wanted][::-1]  # what is on top is written first
        if not len(chosen):
            return
        # Cells are fixed to the ground, so that while panning the same call signs stay.
        cells = _cells(self.xy[chosen], np.array([44.0, 16.0]) * scale)
        _, first = np.unique(cells, return_index=True)
        chosen = chosen[np.sort(first)]
        piles = _cells(self.xy, np.array([PILE_PX, PILE_PX]) * scale)
        found, counts = np.unique(piles[seen], return_counts=True)
        below = counts[np.searchsorted(found, piles[chosen])] - 1
        spots = self._sign_spots(scene, chosen, below)
        ready = np.flatnonzero(~np.isnan(spots[:, 0]))
        scene.take(boxes_around(placed[chosen[ready]] + np.array([0.0, 20.0]), 42, 17))
        scene.paint_sprites(
            placed[chosen[ready]] + np.array([0.0, 20.0]), spots[ready], np.maximum(0.7, self._opacity[chosen[ready]])
        )

    def _sign_spots(self, scene: Scene, indices: NDArray[np.int64], below: NDArray[np.int64]) -> NDArray[np.float64]:
        """Find call signs on the sheet, with the count of units that each covers; NaN where the frame's time is up."""
        theme, sheet, generation = scene.theme, scene.sheet, scene.sheet.generation
        spots = np.full((len(indices), 4), np.nan)
        drawn = 0
        for place, (index, count) in enumerate(zip(indices.tolist(), below.tolist(), strict=True)):
            known = self._signs.get((index, count))
            if known is None:
                if scene.most_new is not None and drawn >= scene.most_new:
                    self.is_complete = False
                    continue
                drawn += 1
                mark = self.marks[index]
                text = _call_sign(mark) + (f" +{count}" if count else "")
                ink, ground, edge = (
                    (theme.paper, theme.distress, theme.distress)
                    if mark.distress
                    else (theme.text, theme.halo, theme.building_edge)
                )
                known = sheet.spot(
                    ("sign", theme.name, scene.scale, text, mark.distress),
                    lambda text=text, ink=ink, ground=ground, edge=edge: symbols.chip(
                        text, 10.5, ink, ground, edge, scene.scale
                    ),
                )
                if sheet.generation != generation:  # it was full and started anew: what was found is gone
                    self.is_complete = False
                    return np.full((len(indices), 4), np.nan)
                self._signs[index, count] = known
            spots[place] = known
        return spots


def _cells(xy: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.int64]:
    cells = np.floor(xy / size).astype(np.int64)
    return cells[:, 0] * CELLS_A_ROW + cells[:, 1]


def _call_sign(mark: UnitMark) -> str:
    text = mark.call_sign[:16]
    if mark.distress:
        return f"{text} SOS"
    if mark.fix_age_s is not None and mark.fix_age_s >= OLD_FIX_S:
        minutes = int(mark.fix_age_s // 60)
        return f"{text} {minutes}\u2032" if minutes < 100 else f"{text} {minutes // 60} h"
    return text


class IncidentLayer(PointLayer):
    """Incidents: a flag with glyph and number, its border and fill by priority; new ones pulse, overdue ones tick."""

    kind = "incident"
    reach_px = 60.0

    def height_of(self, mark: IncidentMark) -> float:
        """More urgent ones over less urgent ones, new ones over old ones, the selected on top."""
        return 100.0 * mark.selected + 10.0 * mark.is_new - mark.priority

    def id_of(self, mark: IncidentMark) -> str:
        """Return the incident's number as text."""
        return str(mark.number)

    def pulses(self, mark: IncidentMark) -> bool:
        """A new incident pulses."""
        return mark.is_new

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the flag over the place."""
        mark = self.marks[index]
        x, y = view.to_screen(*self.xy[index])
        width, height = symbols.incident_size(mark.number)
        dx = max(0.0, abs(across - float(x)) - width / 2)
        dy = max(0.0, float(y) - 9 - height - down, down - float(y) - 3)
        return math.hypot(dx, dy)

    def paint(self, scene: Scene) -> None:
        """Paint the incidents in view."""
        placed = scene.to_screen(self.xy)
        _, hints = self._beyond(scene)
        scene.take(boxes_around(hints, 44, 44))
        seen = np.flatnonzero(scene.in_view(placed, 70))
        if not len(seen):
            return
        theme, scale, painter = scene.theme, scene.scale, scene.painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index in seen.tolist():
            mark, middle = self.marks[index], QPointF(*placed[index])
            if mark.selected:
                painter.setPen(QPen(QColor(theme.halo), 6))
                painter.drawEllipse(middle, 13, 13)
                painter.setPen(QPen(QColor(theme.selection), 2.6))
                painter.drawEllipse(middle, 13, 13)
            if mark.is_new:
                for lag in (0.0, 0.5):
                    beat = (scene.now_s / 1.4 + lag) % 1.0
                    colour = QColor(theme.paper if theme.name == "night" else theme.ink)
                    colour.setAlphaF((1.0 - beat) ** 1.5)
                    painter.setPen(QPen(colour, 3.4 - 2 * beat))
                    painter.drawEllipse(middle, 10 + 42 * beat, 10 + 42 * beat)
        spots = self.spots_of(
            scene,
            [self._key(self.marks[index]) for index in seen.tolist()],
            lambda key: symbols.incident_symbol(theme, *key, scale),
        )
        scene.paint_sprites(placed[seen], spots)
        scene.take(boxes_around(placed[seen] - np.array([0.0, 20.0]), 50, 44))
        self._paint_labels(scene, placed, seen)

    def _beyond(self, scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Find the incidents off the screen, and where at its edge each is pointed to."""
        placed, view = scene.to_screen(self.xy), scene.view
        gone = np.flatnonzero(~scene.in_view(placed, 0))
        margin = np.array([26.0, 26.0])
        high = np.array([view.width, view.height - 22.0]) - margin  # the scale bar and the attribution stay free
        return gone, np.clip(placed[gone], margin, np.maximum(margin, high))

    def paint_over(self, scene: Scene) -> None:
        """Point to the incidents that are not on the screen: nobody may forget them."""
        placed = scene.to_screen(self.xy)
        gone, at = self._beyond(scene)
        if not len(gone):
            return
        theme = scene.theme
        for place, index in enumerate(gone.tolist()):
            mark = self.marks[index]
            colour = priority_colour(theme, mark.priority)
            way = placed[index] - at[place]
            scene.painter.save()
            scene.painter.translate(*at[place])
            scene.painter.rotate(math.degrees(math.atan2(way[1], way[0])))
            scene.painter.setPen(QPen(QColor(theme.ink), 1.6))
            scene.painter.setBrush(QColor(colour))
            scene.painter.drawPolygon(QPolygonF([QPointF(24, 0), QPointF(12, -7), QPointF(12, 7)]))
            scene.painter.restore()
        spots = self.spots_of(
            scene,
            [("beyond", self.marks[index].number, self.marks[index].priority) for index in gone.tolist()],
            lambda key: symbols.chip(
                str(key[1]), 12, theme.text, theme.halo, priority_colour(theme, key[2]), scene.scale
            ),
        )
        scene.paint_sprites(at, spots)

    @staticmethod
    def _key(mark: IncidentMark) -> tuple[int, str, int, bool]:
        return (mark.number, mark.kind, mark.priority, mark.is_overdue)

    def _paint_labels(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        near = scene.view.metres_per_pixel <= INCIDENT_LABELS_COARSEST_MPP
        told = [
            index
            for index in seen.tolist()
            if self.marks[index].label and (near or self.marks[index].selected or self.marks[index].is_new)
        ]
        theme = scene.theme
        spots = self.spots_of(
            scene,
            [("label", self.marks[index].label[:40]) for index in told],
            lambda key: symbols.chip(key[1], 11, theme.text, theme.halo, theme.building_edge, scene.scale),
        )
        at = placed[told] + np.array([0.0, 17.0])
        half = np.stack((spots[:, 2], spots[:, 3]), axis=1) / scene.scale / 2
        scene.take(np.hstack((at - half, at + half)))
        scene.paint_sprites(at, spots)

"""Paint incidents: a flag each, side by side at one place, gathered where many crowd, pointed to beyond the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPen, QPolygonF

from maps import incident_symbols, symbols
from maps.cluster_symbols import CLUSTER
from maps.clusters import Clusters, gather, level_of, piles
from maps.layers import IncidentMark
from maps.point_layer import PointLayer
from maps.scene import Hit, Scene, boxes_around, overlap
from maps.style import Theme, priority_colour
from maps.view import View

INCIDENT_LABELS_COARSEST_MPP = 6.0
GATHER_FROM_LEVEL = 2  # scales coarser than 2 m a pixel
CELL_PX = 72.0  # at the coarsest scale of a level; twice as wide at its finest
LEAST = 4
PILE_PX = 14.0
BESIDE_PX = 14.0
LATE_PX = 56.0  # beside a flag that carries a clock
A_ROW = 4
STAYS_PX2 = 120.0
HINT_APART_PX = np.array([48.0, 30.0])
HINT_REACH_PX = 16.0


class IncidentLayer(PointLayer):
    """Incidents: what it is, number, priority by shape and colour, how far it has come; new ones pulse."""

    kind = "incident"
    reach_px = 190.0

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[int, tuple[Clusters, NDArray[np.float64]]] = {}
        self._is_loud = np.zeros(0, bool)
        self._label_sides: dict[int, int] = {}

    def set_marks(self, marks: Sequence[IncidentMark]) -> None:
        """Replace the marks."""
        super().set_marks(marks)
        self._known.clear()
        self._is_loud = np.array([mark.selected for mark in self.marks], bool)
        known = {mark.number for mark in self.marks}
        self._label_sides = {number: side for number, side in self._label_sides.items() if number in known}

    def height_of(self, mark: IncidentMark) -> float:
        """More urgent ones over less urgent ones, new ones over old ones, the selected on top."""
        return 100.0 * mark.selected + 10.0 * mark.is_new - mark.priority

    def id_of(self, mark: IncidentMark) -> str:
        """Return the incident's number as text."""
        return str(mark.number)

    def pulses(self, mark: IncidentMark) -> bool:
        """A new incident pulses."""
        return mark.is_new

    def _places(self, level: int) -> tuple[Clusters, NDArray[np.float64]]:
        """Return what is gathered in an octave of scales, and by how many pixels (n, 2) each flag is moved."""
        known = self._known.get(level)
        if known is None:
            shifts = np.zeros((len(self.marks), 2))
            if level >= GATHER_FROM_LEVEL:
                clusters = gather(self.xy, CELL_PX * 2.0**level, LEAST, ~self._is_loud)
            else:
                clusters = gather(self.xy, 1.0, len(self.xy) + 1)
                for members in piles(self.xy, PILE_PX * 2.0**level, 1, np.ones(len(self.xy), bool)):
                    self._lay_out(sorted(members.tolist(), key=lambda index: self.marks[index].number), shifts)
            known = self._known[level] = (clusters, shifts)
        return known

    def _lay_out(self, members: list[int], shifts: NDArray[np.float64]) -> None:
        """Lay the flags of one place side by side, a row over the other."""
        for start in range(0, len(members), A_ROW):
            row = members[start : start + A_ROW]
            widths = [
                symbols.incident_size(self.marks[index].number)[0]
                + (LATE_PX if self.marks[index].is_overdue else BESIDE_PX)
                for index in row
            ]
            left = -sum(widths) / 2
            for index, width in zip(row, widths, strict=True):
                flag = symbols.incident_size(self.marks[index].number)[0]
                shifts[index] = (left + (flag + BESIDE_PX) / 2, -(start // A_ROW) * 44.0)
                left += width

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the flag over the place."""
        clusters, shifts = self._places(level_of(view.metres_per_pixel))
        if clusters.of[index] >= 0:
            return math.inf
        x, y = (float(value) for value in view.to_screen(*self.xy[index]))
        x, y = x + shifts[index, 0], y + shifts[index, 1]
        width, height = symbols.incident_size(self.marks[index].number)
        dx = max(0.0, abs(across - x) - width / 2)
        dy = max(0.0, y - 9 - height - down, down - y - 3)
        return math.hypot(dx, dy)

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find flags, gathered flags, and the signs at the screen's edge that point to one."""
        found = super().hits(view, across, down, within_px)
        level = level_of(view.metres_per_pixel)
        clusters, _ = self._places(level)
        if len(clusters.keys):
            x, y = view.to_screen(clusters.middles[:, 0], clusters.middles[:, 1])
            dx = np.maximum(0.0, np.abs(x - across) - incident_symbols.GATHERED_WIDTH_PX / 2)
            dy = np.maximum(0.0, np.abs(y - 18 - down) - 18)
            away = np.hypot(dx, dy)
            found += [
                Hit(float(away[index]), index, CLUSTER, f"{self.kind}:{level}:{clusters.keys[index]}")
                for index in np.flatnonzero(away <= within_px).tolist()
            ]
        shown, at, _ = self._beyond(view)
        away = np.maximum(0.0, np.hypot(at[:, 0] - across, at[:, 1] - down) - HINT_REACH_PX)
        found += [
            Hit(float(away[place]), len(self.marks) + place, self.kind, self.id_of(self.marks[shown[place]]))
            for place in np.flatnonzero(away <= within_px).tolist()
        ]
        return found

    def box_of(self, identity: str) -> tuple[float, float, float, float] | None:
        """Return the ground that a gathered symbol stands for; None where it is gone."""
        level, _, key = identity.partition(":")
        clusters, _ = self._places(int(level))
        found = np.flatnonzero(clusters.keys == int(key))
        return tuple(clusters.boxes[found[0]].tolist()) if len(found) else None

    def members_of(self, identity: str) -> tuple[IncidentMark, ...]:
        """Return the incidents that a gathered symbol stands for; none where it is gone."""
        level, _, key = identity.partition(":")
        clusters, _ = self._places(int(level))
        found = np.flatnonzero(clusters.keys == int(key))
        return tuple(self.marks[index] for index in np.flatnonzero(np.isin(clusters.of, found)).tolist())

    def claim(self, scene: Scene) -> None:
        """Keep the room of flags and of the signs at the edge: call signs and chips go elsewhere."""
        if not self.marks:
            return
        clusters, shifts = self._places(level_of(scene.view.metres_per_pixel))
        placed = scene.to_screen(self.xy) + shifts
        alone = np.flatnonzero((clusters.of < 0) & scene.in_view(placed, 70))
        sizes = np.array([symbols.incident_size(self.marks[index].number) for index in alone.tolist()]).reshape(-1, 2)
        half = np.stack((sizes[:, 0] / 2 + 3, sizes[:, 1] / 2 + 6), axis=1)
        middles = placed[alone] - np.array([0.0, 21.0])
        scene.claim(np.hstack((middles - half, middles + half)))
        scene.claim(boxes_around(self._beyond(scene.view)[1], 44, 44))
        if len(clusters.keys):
            scene.claim(boxes_around(scene.to_screen(clusters.middles) - np.array([0.0, 18.0]), 48, 44))

    def paint(self, scene: Scene) -> None:
        """Paint the incidents in view."""
        if not self.marks:
            return
        clusters, shifts = self._places(level_of(scene.view.metres_per_pixel))
        grounded = scene.to_screen(self.xy)
        placed = grounded + shifts
        seen = np.flatnonzero((clusters.of < 0) & scene.in_view(placed, 70))
        painter, theme, scale = scene.painter, scene.theme, scene.scale
        for index in seen.tolist():
            if shifts[index].any():
                painter.setPen(QPen(QColor(theme.paper if theme.name == "night" else theme.ink), 1.4))
                painter.drawLine(QPointF(*grounded[index]), QPointF(*placed[index]))
            self._paint_rings(scene, self.marks[index], QPointF(*placed[index]))
        self._paint_gathered(scene, clusters)
        spots = self.spots_of(
            scene,
            [incident_symbols.look_of(self.marks[index]) for index in seen.tolist()],
            lambda look: incident_symbols.incident_flag(theme, look, scale),
        )
        scene.paint_sprites(placed[seen], spots)
        self._paint_labels(scene, placed, seen)

    @staticmethod
    def _paint_rings(scene: Scene, mark: IncidentMark, middle: QPointF) -> None:
        theme, painter = scene.theme, scene.painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if mark.selected:
            painter.setPen(QPen(QColor(theme.halo), 6))
            painter.drawEllipse(middle, 13, 13)
            painter.setPen(QPen(QColor(theme.selection), 2.6))
            painter.drawEllipse(middle, 13, 13)
        if mark.is_new:
            _pulse(scene, middle)

    def _paint_gathered(self, scene: Scene, clusters: Clusters) -> None:
        """Paint gathered incidents: how many, how urgent the most urgent is, how many are new."""
        theme, scale = scene.theme, scene.scale
        placed = scene.to_screen(clusters.middles)
        seen = np.flatnonzero(scene.in_view(placed, 60))
        looks = []
        for index in seen.tolist():
            held = [self.marks[member] for member in np.flatnonzero(clusters.of == index).tolist()]
            new = sum(mark.is_new for mark in held)
            if new:
                _pulse(scene, QPointF(*placed[index]))
            looks.append((len(held), min(mark.priority for mark in held), new, any(mark.is_overdue for mark in held)))
        spots = self.spots_of(
            scene,
            [("gathered", *look) for look in looks],
            lambda key: incident_symbols.gathered_flag(theme, *key[1:], scale),
        )
        scene.paint_sprites(placed[seen], spots)

    def _beyond(self, view: View) -> tuple[list[int], NDArray[np.float64], list[int]]:
        """Find the incidents off the screen: which are named at its edge, where (k, 2), and how many each stands for.

        Where several would stand on each other, the one on top (the newest, the most urgent) is named.
        """
        x, y = view.to_screen(self.xy[:, 0], self.xy[:, 1])
        gone = np.flatnonzero(~((x > 0) & (x < view.width) & (y > 0) & (y < view.height)))
        margin = np.array([26.0, 26.0])
        high = np.array([view.width, view.height - 22.0]) - margin  # the scale bar and the attribution stay free
        at = np.clip(np.stack((x, y), axis=1)[gone], margin, np.maximum(margin, high))
        shown: list[int] = []
        places: list[NDArray[np.float64]] = []
        counts: list[int] = []
        for index, place in zip(gone[::-1].tolist(), at[::-1], strict=True):
            near = next((one for one, other in enumerate(places) if (abs(other - place) < HINT_APART_PX).all()), None)
            if near is not None:
                counts[near] += 1
                continue
            shown.append(index)
            places.append(place)
            counts.append(1)
        return shown, np.array(places).reshape(-1, 2), counts

    def paint_at_edges(self, scene: Scene) -> None:
        """Point to the incidents that are not on the screen: nobody may forget them."""
        if not self.marks:
            return
        shown, at, counts = self._beyond(scene.view)
        if not shown:
            return
        scene.take(boxes_around(at, 44, 44))
        theme = scene.theme
        aims = scene.to_screen(self.xy[shown])
        for place, index in enumerate(shown):
            way = aims[place] - at[place]
            scene.painter.save()
            scene.painter.translate(*at[place])
            scene.painter.rotate(math.degrees(math.atan2(way[1], way[0])))
            scene.painter.setPen(QPen(QColor(theme.ink), 1.6))
            scene.painter.setBrush(QColor(priority_colour(theme, self.marks[index].priority)))
            scene.painter.drawPolygon(QPolygonF([QPointF(24, 0), QPointF(12, -7), QPointF(12, 7)]))
            scene.painter.restore()
        spots = self.spots_of(
            scene,
            [
                ("beyond", self.marks[index].number, self.marks[index].priority, count)
                for index, count in zip(shown, counts, strict=True)
            ],
            lambda key: _hint(theme, *key[1:], scene.scale),
        )
        scene.paint_sprites(at, spots)

    def _paint_labels(self, scene: Scene, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        """Write what it is where nothing else stands: under the place, over the flag, or beside it."""
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
        at = np.empty((len(told), 2))
        for place in reversed(range(len(told))):  # what is on top chooses first
            index = told[place]
            half = spots[place, 2:4] / scene.scale / 2
            flag = symbols.incident_size(self.marks[index].number)[0] / 2
            tries = placed[index] + np.array(
                [
                    (0.0, 17.0),
                    (0.0, -42.0 - half[1]),
                    (-flag - half[0] - 6, -22.0),
                    (flag + half[0] + 6, -22.0),
                    (0.0, 38.0),
                    (-half[0] - 24, 17.0),
                ]
            )
            covered = overlap(np.hstack((tries - half, tries + half)), scene.taken_boxes())
            held = self._label_sides.get(self.marks[index].number, 0)
            covered[held] -= STAYS_PX2  # a label does not jump aside for a corner of something that passes by
            side = self._label_sides[self.marks[index].number] = int(covered.argmin())
            at[place] = tries[side]
            scene.take(np.hstack((at[place] - half, at[place] + half))[None, :])
        scene.paint_sprites(at, spots)


def _pulse(scene: Scene, middle: QPointF) -> None:
    colour = QColor(scene.theme.paper if scene.theme.name == "night" else scene.theme.ink)
    for lag in (0.0, 0.5):
        beat = (scene.now_s / 1.4 + lag) % 1.0
        colour.setAlphaF((1.0 - beat) ** 1.5)
        scene.painter.setPen(QPen(colour, 3.4 - 2 * beat))
        scene.painter.setBrush(Qt.BrushStyle.NoBrush)
        scene.painter.drawEllipse(middle, 10 + 42 * beat, 10 + 42 * beat)


def _hint(theme: Theme, number: int, priority: int, count: int, scale: float) -> QImage:
    text = str(number) if count == 1 else f"{number} +{count - 1}"
    return symbols.chip(text, 12, theme.text, theme.halo, priority_colour(theme, priority), scale)

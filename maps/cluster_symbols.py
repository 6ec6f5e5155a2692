"""Paint gathered marks: how many, and in a ring whose they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from maps.clusters import Clusters
from maps.scene import Hit, Scene, boxes_around, overlap
from maps.sprites import Spot
from maps.style import Theme, department_colour
from maps.symbols import department_shape, drawn, write
from maps.unit_table import UnitTable
from maps.view import View

SLICES = 10
SIZES_PX = (13.0, 15.5, 18.0, 21.0)  # radius of up to 9, 99, 999 and more
ASIDES_PX = np.array([(0.0, 0.0), (0.0, 24.0), (46.0, 0.0), (-46.0, 0.0), (0.0, -60.0)])
CLUSTER = "cluster"
_BASE = 32  # more departments than there are kinds of


def radius_px(count: int) -> float:
    """Return the radius of the symbol of so many."""
    return SIZES_PX[min(3, len(str(count)) - 1)]


@dataclass(slots=True)
class _Looks:
    """What the clusters of one level look like: slices as one number each, whether some work, and their sprites."""

    rings: NDArray[np.int64]
    works: NDArray[np.bool_]
    plates: NDArray[np.float64]
    counts: NDArray[np.float64]
    asides: NDArray[np.float64]  # how far (n, 2), in pixels, each was moved in the last frame
    made_for: tuple[object, ...] = ()


class ClusterPainter:
    """Paint and find the symbols of gathered units: a ring split by department, the count, filled when some work."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: dict[int, _Looks] = {}
        self._drawn: dict[tuple[int, bool, int], tuple[Spot, Spot]] = {}  # by ring, works and count
        self._drawn_for: tuple[object, ...] = ()
        self.is_complete = True

    def forget(self) -> None:
        """Begin anew with other marks."""
        self._known.clear()

    def paint(self, scene: Scene, level: int, clusters: Clusters, table: UnitTable) -> None:
        """Paint the gathered units in view."""
        self.is_complete = True
        if not len(clusters.keys):
            return
        if level not in self._known:
            self._known[level] = _looks(clusters, table)
        looks = self._known[level]
        placed = scene.to_screen(clusters.middles)
        seen = np.flatnonzero(scene.in_view(placed, 24))
        self._step_aside(scene, looks, placed, seen)
        placed += looks.asides
        self._draw_missing(scene, looks, seen, clusters, table)
        ready = seen[~np.isnan(looks.plates[seen, 0])]
        scene.paint_sprites(placed[ready], looks.plates[ready])
        scene.paint_sprites(placed[ready], looks.counts[ready])
        scene.take(boxes_around(placed[ready], 34, 34))

    @staticmethod
    def _step_aside(scene: Scene, looks: _Looks, placed: NDArray[np.float64], seen: NDArray[np.int64]) -> None:
        """Move symbols off the incidents' flags: to below, beside or above them."""
        looks.asides[:] = 0.0
        held = scene.claimed_boxes()
        covered = overlap(boxes_around(placed[seen], 38, 38), held)
        for index in seen[covered > 0].tolist():
            others = boxes_around((placed + looks.asides)[seen[seen != index]], 38, 38)
            costs = overlap(boxes_around(placed[index] + ASIDES_PX, 38, 38), np.concatenate((held, others)))
            looks.asides[index] = ASIDES_PX[int(costs.argmin())]
            if looks.asides[index].any():
                scene.painter.setPen(QPen(QColor(scene.theme.neutral), 1.6))
                scene.painter.drawLine(QPointF(*placed[index]), QPointF(*(placed[index] + looks.asides[index])))

    def _draw_missing(
        self, scene: Scene, looks: _Looks, seen: NDArray[np.int64], clusters: Clusters, table: UnitTable
    ) -> None:
        """Find the sprites of clusters; where the frame's time is up, the rest comes in the next ones."""
        theme, scale, sheet = scene.theme, scene.scale, scene.sheet
        now = (id(sheet), sheet.generation, theme.name, scale, table.departments)
        if self._drawn_for != now:
            self._drawn_for = now
            self._drawn.clear()
        if looks.made_for != now:
            looks.made_for = now
            looks.plates[:] = looks.counts[:] = np.nan
        for index in seen[np.isnan(looks.plates[seen, 0])].tolist():
            ring, works, count = int(looks.rings[index]), bool(looks.works[index]), int(clusters.counts[index])
            found = self._drawn.get((ring, works, count))
            if found is None:
                found = self._draw(scene, ring, works, count, table)
                if sheet.generation != now[1]:  # it was full and started anew: what was found is gone
                    self.is_complete = False
                    looks.made_for = ()
                    looks.plates[:] = np.nan
                    return
                if found is None:
                    self.is_complete = False
                    continue
                self._drawn[ring, works, count] = found
            looks.plates[index], looks.counts[index] = found

    def _draw(self, scene: Scene, ring: int, works: bool, count: int, table: UnitTable) -> tuple[Spot, Spot] | None:
        theme, scale = scene.theme, scene.scale
        slices, radius = _slices(ring, table.departments), radius_px(count)
        text = str(count) if count < 10_000 else f"{count // 1000}k"
        plate = scene.spot(
            (CLUSTER, theme.name, scale, slices, works, radius),
            lambda: cluster_symbol(theme, slices, works, radius, scale),
        )
        number = scene.spot(
            (CLUSTER, theme.name, scale, "count", text, works), lambda: count_text(theme, text, works, scale)
        )
        return None if plate is None or number is None else (plate, number)

    def hits(
        self, level: int, clusters: Clusters, view: View, across: float, down: float, within_px: float
    ) -> list[Hit]:
        """Find gathered units near a screen point."""
        if not len(clusters.keys):
            return []
        x, y = view.to_screen(clusters.middles[:, 0], clusters.middles[:, 1])
        looks = self._known.get(level)
        if looks is not None:
            x, y = x + looks.asides[:, 0], y + looks.asides[:, 1]
        away = np.hypot(x - across, y - down)
        found = []
        for index in np.flatnonzero(away <= SIZES_PX[-1] + within_px).tolist():
            distance = max(0.0, float(away[index]) - radius_px(int(clusters.counts[index])))
            if distance <= within_px:
                found.append(Hit(distance, index, CLUSTER, f"{self._kind}:{level}:{clusters.keys[index]}"))
        return found


def _looks(clusters: Clusters, table: UnitTable) -> _Looks:
    count, kinds = len(clusters.keys), len(table.departments)
    inside = np.flatnonzero(clusters.of >= 0)
    of = clusters.of[inside]
    split = np.bincount(of * kinds + table.department_codes[inside], minlength=count * kinds).reshape(count, kinds)
    upto = split.cumsum(axis=1)
    asked = (np.arange(SLICES) + 0.5) / SLICES * upto[:, -1:]
    codes = np.minimum((upto[:, None, :] <= asked[:, :, None]).sum(axis=2), _BASE - 1)
    rings = (codes * _BASE ** np.arange(SLICES, dtype=np.int64)).sum(axis=1)
    works = np.bincount(of, weights=~table.is_free[inside], minlength=count) > 0
    return _Looks(rings, works, np.full((count, 4), np.nan), np.full((count, 4), np.nan), np.zeros((count, 2)))


def _slices(ring: int, names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for _ in range(SLICES):
        ring, code = divmod(ring, _BASE)
        found.append(names[code])
    return (found[0],) if len(set(found)) == 1 else tuple(found)


def cluster_symbol(theme: Theme, slices: tuple[str, ...], works: bool, radius: float, scale: float) -> QImage:
    """Draw the plate of gathered units: the department's shape where it is one, else a ring with a slice a share."""

    def draw(painter: QPainter) -> None:
        plate = QColor(theme.neutral if works else theme.halo)
        if len(slices) == 1:
            colour = department_colour(theme, slices[0])
            shape = department_shape(slices[0], radius)
            painter.strokePath(shape, QPen(QColor(theme.ink), 7.0))
            painter.strokePath(shape, QPen(QColor(colour), 4.6))
            painter.fillPath(shape, plate)
            return
        painter.setPen(QPen(QColor(theme.ink), 7.0))
        painter.setBrush(plate)
        painter.drawEllipse(QPointF(0, 0), radius, radius)
        box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
        start = 0
        while start < len(slices):
            end = start
            while end < len(slices) and slices[end] == slices[start]:
                end += 1
            pen = QPen(QColor(department_colour(theme, slices[start])), 4.6)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            turn = 360 / len(slices)
            painter.drawArc(box, round((90 - end * turn + 3) * 16), round(((end - start) * turn - 6) * 16))
            start = end

    side = 2 * math.ceil(radius * 1.35 + 6)
    return drawn(side, side, scale, draw)


def count_text(theme: Theme, text: str, works: bool, scale: float) -> QImage:
    """Draw the count that stands in the plate."""
    return drawn(40, 20, scale, lambda painter: write(painter, text, 13, theme.ink if works else theme.text))

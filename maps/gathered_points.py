"""Points that gather into one quiet sign where they crowd from afar."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from maps import symbols
from maps.cluster_symbols import CLUSTER
from maps.clusters import Clusters, gather, level_of
from maps.point_layer import PointLayer
from maps.scene import Hit, Scene
from maps.style import Theme
from maps.view import View

PILL_HEIGHT_PX = 18.0
ICON_PX = 20.0
TEXT_PX = 11.0


class GatheredLayer(PointLayer):
    """Points by themselves when near; from afar those of a ground cell are one sign with their count.

    Cells are fixed to the ground and halve with every octave: panning changes nothing, coming nearer only splits.
    """

    gather_from_level = 2  # scales coarser than 2 m a pixel
    cell_px = 56.0  # at the coarsest scale of a level; twice as wide at its finest
    least = 3
    gathered_coarsest_mpp = math.inf

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[int, Clusters] = {}
        self._is_loud = np.zeros(0, bool)

    def set_marks(self, marks: Sequence[Any]) -> None:
        """Replace the marks."""
        super().set_marks(marks)
        self._known.clear()
        self._is_loud = np.array([self.is_loud(mark) for mark in self.marks], bool)

    def is_loud(self, mark: Any) -> bool:
        """Tell whether a mark is never gathered."""
        return False

    @abstractmethod
    def gathered_look(self, members: Sequence[Any]) -> tuple[str, ...]:
        """Return what the sign of some marks shows beside their count, as plain values."""

    @abstractmethod
    def gathered_icon(self, theme: Theme, look: tuple[str, ...]) -> tuple[str, Callable[[QPainter], None]]:
        """Return the colour of the sign and what draws its icon around the origin."""

    def clusters(self, view: View) -> Clusters:
        """Return what is gathered at the scale of a view."""
        return self._of_level(level_of(view.metres_per_pixel))

    def _of_level(self, level: int) -> Clusters:
        known = self._known.get(level)
        if known is None:
            if level >= self.gather_from_level:
                known = gather(self.xy, self.cell_px * 2.0**level, self.least, ~self._is_loud)
            else:
                known = gather(self.xy, 1.0, len(self.xy) + 1)
            self._known[level] = known
        return known

    def is_alone(self, view: View) -> NDArray[np.bool_]:
        """Tell which marks are drawn by themselves at the scale of a view, bool (n)."""
        return np.asarray(self.clusters(view).of < 0)

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to a mark that is drawn by itself; a gathered one is infinitely far."""
        return super().distance_px(index, view, across, down) if self.is_alone(view)[index] else math.inf

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find marks and signs of gathered ones near a screen point."""
        found = super().hits(view, across, down, within_px)
        clusters, level = self.clusters(view), level_of(view.metres_per_pixel)
        if not len(clusters.keys) or view.metres_per_pixel > self.gathered_coarsest_mpp:
            return found
        x, y = view.to_screen(clusters.middles[:, 0], clusters.middles[:, 1])
        near = np.flatnonzero((np.abs(x - across) < 80) & (np.abs(y - down) < 80))
        for index in near.tolist():
            half = (pill_width_px(int(clusters.counts[index])) / 2, PILL_HEIGHT_PX / 2)
            dx, dy = abs(float(x[index]) - across) - half[0], abs(float(y[index]) - down) - half[1]
            away = math.hypot(max(0.0, dx), max(0.0, dy))
            if away <= within_px:
                found.append(Hit(away, index, CLUSTER, f"{self.kind}:{level}:{clusters.keys[index]}"))
        return found

    def box_of(self, identity: str) -> tuple[float, float, float, float] | None:
        """Return the ground that a sign stands for; None where it is gone."""
        clusters, found = self._found(identity)
        return tuple(clusters.boxes[found[0]].tolist()) if len(found) else None

    def members_of(self, identity: str) -> tuple[Any, ...]:
        """Return the marks that a sign stands for; none where it is gone."""
        clusters, found = self._found(identity)
        return tuple(self.marks[index] for index in np.flatnonzero(np.isin(clusters.of, found)).tolist())

    def _found(self, identity: str) -> tuple[Clusters, NDArray[np.int64]]:
        level, _, key = identity.partition(":")
        clusters = self._of_level(int(level))
        return clusters, np.flatnonzero(clusters.keys == int(key))

    def paint_gathered(self, scene: Scene) -> None:
        """Paint the signs in view."""
        clusters = self.clusters(scene.view)
        if not len(clusters.keys) or scene.view.metres_per_pixel > self.gathered_coarsest_mpp:
            return
        placed = scene.to_screen(clusters.middles)
        seen = np.flatnonzero(scene.in_view(placed, 40))
        looks = []
        for index in seen.tolist():
            members = [self.marks[member] for member in np.flatnonzero(clusters.of == index).tolist()]
            looks.append((len(members), self.gathered_look(members)))
        spots = self.spots_of(
            scene,
            [("gathered", *look) for look in looks],
            lambda key: pill(scene.theme, key[1], *self.gathered_icon(scene.theme, key[2]), scene.scale),
        )
        scene.paint_sprites(placed[seen], spots)


def pill_width_px(count: int) -> float:
    """Return how wide the sign of so many is."""
    return ICON_PX + 8.0 * len(str(count)) + 8.0


def pill(theme: Theme, count: int, colour: str, icon: Callable[[QPainter], None], scale: float) -> QImage:
    """Draw the sign of gathered points: an icon and how many."""
    width = pill_width_px(count)

    def draw(painter: QPainter) -> None:
        plate = QColor(theme.halo)
        plate.setAlphaF(0.88)
        painter.setPen(QPen(QColor(colour), 1.2))
        painter.setBrush(plate)
        box = QRectF(-width / 2, -PILL_HEIGHT_PX / 2, width, PILL_HEIGHT_PX)
        painter.drawRoundedRect(box, PILL_HEIGHT_PX / 2, PILL_HEIGHT_PX / 2)
        painter.save()
        painter.translate(QPointF(-width / 2 + ICON_PX / 2 + 1, 0))
        painter.scale(0.9, 0.9)
        icon(painter)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = (-width / 2 + ICON_PX + width / 2 - 4) / 2
        advance = QFontMetricsF(symbols.sign_font(TEXT_PX)).horizontalAdvance(str(count))
        symbols.write(painter, str(count), min(TEXT_PX, TEXT_PX * (width - ICON_PX) / advance), theme.text, middle)

    return symbols.drawn(width + 4, PILL_HEIGHT_PX + 4, scale, draw)

"""Paint the ways that units came, fading with age."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter

from maps.layers import TrailMark
from maps.live_shapes import ShapeLayer
from maps.scene import Scene
from maps.strokes import stroke
from maps.style import department_colour

STEPS = 4  # shades from now to about to vanish
MOST_SEGMENTS = 6_000  # in view; beyond, the oldest are left out


class TrailLayer(ShapeLayer):
    """Trails: a thin line in the department's colour, the older the fainter; nothing to pick."""

    kind = "trail"
    is_pickable = False

    def paint(self, scene: Scene) -> None:
        """Paint the pieces in view, the newest most clearly."""
        theme = scene.theme
        mark: TrailMark
        with scene.device() as canvas:
            canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
            for mark, pieces, ages in self._in_view(scene):
                colour = department_colour(theme, mark.department_kind)
                shade = np.minimum((ages * STEPS).astype(np.int64), STEPS - 1)
                width = 3.4 if mark.is_loud else 2.2
                for step in reversed(range(STEPS)):
                    chosen = pieces[shade == step]
                    clear = (1.0 if mark.is_loud else 0.8) * (1 - step / STEPS)
                    stroke(canvas, chosen, theme.ink, width + 1.8)
                    stroke(canvas, chosen, _mixed(colour, theme.ground, clear), width)

    def _in_view(self, scene: Scene) -> Iterator[tuple[TrailMark, NDArray[np.float64], NDArray[np.float64]]]:
        west, south, east, north = scene.view.grown_box(8)
        found = []
        for mark in self.marks:
            x, y = mark.segments[:, 0::2], mark.segments[:, 1::2]
            is_in = (x.max(axis=1) > west) & (x.min(axis=1) < east) & (y.max(axis=1) > south) & (y.min(axis=1) < north)
            found.append((mark, mark.segments[is_in], mark.age_share[is_in]))
        total = sum(len(ages) for _, _, ages in found)
        oldest = 1.0
        if total > MOST_SEGMENTS:
            oldest = float(np.partition(np.concatenate([ages for *_, ages in found]), MOST_SEGMENTS)[MOST_SEGMENTS])
        for mark, pieces, ages in sorted(found, key=lambda one: one[0].is_loud):
            keep = (ages <= oldest) | mark.is_loud
            start = scene.to_screen(pieces[keep, :2]) * scene.scale
            end = scene.to_screen(pieces[keep, 2:]) * scene.scale
            yield mark, np.hstack((start, end)), ages[keep]


def _mixed(colour: str, ground: str, share: float) -> QColor:
    """Return a colour faded into the ground; a clear one would show a bead at every joint."""
    one, other = QColor(colour), QColor(ground)
    return QColor.fromRgbF(
        *(getattr(one, part)() * share + getattr(other, part)() * (1 - share) for part in ("redF", "greenF", "blueF"))
    )

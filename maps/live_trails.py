"""Paint the ways that units came, fading with age."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter

from maps.layers import TrailMark
from maps.live_shapes import ShapeLayer
from maps.scene import Scene
from maps.strokes import stroke
from maps.style import department_colour

STEPS = 4  # shades from now to about to vanish
MOST_SEGMENTS = 4_000  # in view; beyond, the oldest are left out
COARSEST_MPP = 20.0  # farther away only those of chosen units are shown


class TrailLayer(ShapeLayer):
    """Trails: a thin line in the department's colour, the older the fainter; nothing to pick."""

    kind = "trail"
    is_pickable = False

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[tuple[bool, int, str, int]] = []
        self._segments, self._low, self._high = np.empty((0, 4)), np.empty((0, 2)), np.empty((0, 2))

    def set_marks(self, marks: Sequence[TrailMark]) -> None:
        """Replace the marks; pieces are sorted once as they are painted: quiet ones first, the oldest undermost."""
        super().set_marks(marks)
        found = []
        for mark in self.marks:
            shade = np.minimum((mark.age_share * STEPS).astype(np.int64), STEPS - 1)
            found += [
                ((mark.is_loud, STEPS - 1 - step, mark.department_kind), mark.segments[shade == step])
                for step in np.unique(shade).tolist()
            ]
        found.sort(key=lambda one: one[0])
        self._groups = [(*look, len(pieces)) for look, pieces in found]
        self._segments = np.concatenate([pieces for _, pieces in found]) if found else np.empty((0, 4))
        self._low = np.minimum(self._segments[:, :2], self._segments[:, 2:])
        self._high = np.maximum(self._segments[:, :2], self._segments[:, 2:])

    def paint(self, scene: Scene) -> None:
        """Paint the pieces in view, the newest most clearly."""
        if not len(self._segments):
            return
        box = scene.view.grown_box(8)
        is_seen = np.all((self._high > box[:2]) & (self._low < box[2:]), axis=1)
        groups = self._in_view(is_seen, scene.view.metres_per_pixel)
        theme = scene.theme
        with scene.device() as canvas:
            canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
            for (is_loud, newness, kind, _), chosen in groups:
                pieces = np.hstack((canvas.to_device(chosen[:, :2]), canvas.to_device(chosen[:, 2:])))
                width = 3.4 if is_loud else 2.2
                if is_loud:
                    stroke(canvas, pieces, theme.ink, width + 1.8)
                clear = (1.0 if is_loud else 0.8) * (newness + 1) / STEPS
                stroke(canvas, pieces, _mixed(department_colour(theme, kind), theme.ground, clear), width)

    def _in_view(
        self, is_seen: NDArray[np.bool_], metres_per_pixel: float
    ) -> list[tuple[tuple[bool, int, str, int], NDArray[np.float64]]]:
        """Return the pieces in view of every group; where they are too many, not the oldest."""
        starts = np.cumsum([0, *(count for *_, count in self._groups)])
        found, room = [], MOST_SEGMENTS
        for group, start in reversed(list(zip(self._groups, starts.tolist(), strict=False))):
            if not group[0] and (room <= 0 or metres_per_pixel > COARSEST_MPP):
                continue
            chosen = self._segments[start : start + group[3]][is_seen[start : start + group[3]]]
            if len(chosen):
                found.append((group, chosen))
                room -= len(chosen)
        return found[::-1]


def _mixed(colour: str, ground: str, share: float) -> QColor:
    """Return a colour faded into the ground; a clear one would show a bead at every joint."""
    one, other = QColor(colour), QColor(ground)
    return QColor.fromRgbF(
        *(getattr(one, part)() * share + getattr(other, part)() * (1 - share) for part in ("redF", "greenF", "blueF"))
    )

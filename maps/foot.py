"""Where captions and legends stand: at the foot of the screen over the scale bar, each above what is there already."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maps import symbols
from maps.scene import Scene, overlap

LEFT_PX, BOTTOM_PX = 8.0, 40.0
LOW_PX, ASIDE_PX = 520.0, 56.0  # on a low map its column of tools reaches down to the foot: captions stand beside it
APART_PX = 4.0
HIGHEST = 0.4  # of the view's height; a sign at the edge is covered rather than a caption put among the incidents


def room_at_foot(scene: Scene, width: float, height: float, *, above: float | None = None) -> tuple[float, float]:
    """Take the lowest free room of that size in logical pixels, over a top at `above`; return its left and top."""
    left = LEFT_PX if scene.view.height >= LOW_PX else ASIDE_PX
    lowest = (scene.view.height - BOTTOM_PX if above is None else above - APART_PX) - height
    top = lowest
    taken = scene.taken_boxes()
    while hit := [box for box in taken if overlap(_box(left, top, width, height), box[None, :])[0] > 0]:
        top = min(float(box[1]) for box in hit) - height - APART_PX
        if top < scene.view.height * HIGHEST:
            top = lowest
            break
    scene.take(_box(left, top, width, height))
    return left, top


def caption(scene: Scene, text: str, colour: str) -> float:
    """Write what an area shows on a plate; return the plate's top."""
    theme = scene.theme
    spot = scene.sheet.spot(
        ("caption", theme.name, scene.scale, text[:90], colour),
        lambda: symbols.chip(text[:90], 11, theme.text, theme.halo, colour, scene.scale),
    )
    width, height = spot.width / scene.scale, spot.height / scene.scale
    left, top = room_at_foot(scene, width, height)
    at = np.array([[left + width / 2, top + height / 2]])
    scene.paint_sprites(at, np.array([spot], dtype=np.float64))
    return top


def _box(left: float, top: float, width: float, height: float) -> NDArray[np.float64]:
    return np.array([[left, top, left + width, top + height]])

"""What the live layers are painted with, and what every live layer can do."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from maps.sprites import Spot, SpriteSheet, fragments
from maps.strokes import Canvas
from maps.style import Theme
from maps.view import View

# How long a frame may draw new sprites, while moving and at rest; a few are drawn however long that takes.
MOVING_NEW_S = 0.0008
STILL_NEW_S = 0.002
LEAST_NEW = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """One frame: a painter that counts logical pixels, the view, the theme, the sprites and the time in seconds."""

    painter: QPainter
    view: View
    theme: Theme
    sheet: SpriteSheet
    now_s: float = 0.0
    is_moving: bool = False
    most_new: int | None = None  # sprites that may be drawn anew in this frame; the rest comes in the next ones
    taken: list[NDArray[np.float64]] = field(default_factory=list)  # boxes on the screen that chips should leave free
    drawn_anew: list[float] = field(default_factory=list)  # seconds that each took
    claimed: list[NDArray[np.float64]] = field(default_factory=list)  # boxes that layers above will need

    @property
    def scale(self) -> float:
        """Return how many device pixels make a logical one."""
        return self.view.device_pixel_ratio

    def spot(self, key: Hashable, make: Callable[[], QImage]) -> Spot | None:
        """Return where a sprite lies on the sheet; None where it is to be drawn and this frame's time for it is up."""
        if not self.sheet.has(key) and self.most_new is not None:
            most_s = MOVING_NEW_S if self.is_moving else STILL_NEW_S
            if len(self.drawn_anew) >= self.most_new or (
                len(self.drawn_anew) >= LEAST_NEW and sum(self.drawn_anew) >= most_s
            ):
                return None
            started = time.perf_counter()
            found = self.sheet.spot(key, make)
            self.drawn_anew.append(time.perf_counter() - started)
            return found
        return self.sheet.spot(key, make)

    def to_screen(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn ground coordinates (n, 2) into logical pixels (n, 2)."""
        return np.stack(self.view.to_screen(xy[:, 0], xy[:, 1]), axis=1) if len(xy) else np.empty((0, 2))

    def in_view(self, placed: NDArray[np.float64], margin_px: float) -> NDArray[np.bool_]:
        """Tell which logical pixels lie on the screen or near it."""
        return np.asarray(
            (placed[:, 0] > -margin_px)
            & (placed[:, 0] < self.view.width + margin_px)
            & (placed[:, 1] > -margin_px)
            & (placed[:, 1] < self.view.height + margin_px)
        )

    def take(self, boxes: NDArray[np.float64]) -> None:
        """Tell that boxes (n, 4: left, top, right, bottom in logical pixels) hold what should be seen."""
        if len(boxes):
            self.taken.append(boxes)

    def claim(self, boxes: NDArray[np.float64]) -> None:
        """Tell, before anything is painted, that boxes (n, 4) will hold what must be seen (an incident's flag)."""
        if len(boxes):
            self.claimed.append(boxes)
            self.taken.append(boxes)

    def claimed_boxes(self) -> NDArray[np.float64]:
        """Return all boxes that were claimed for this frame, float64 (n, 4)."""
        return np.concatenate(self.claimed) if self.claimed else np.empty((0, 4))

    def taken_boxes(self) -> NDArray[np.float64]:
        """Return all boxes that were taken in this frame, float64 (n, 4)."""
        return np.concatenate(self.taken) if self.taken else np.empty((0, 4))

    @contextmanager
    def device(self) -> Iterator[Canvas]:
        """Count device pixels for a while."""
        self.painter.save()
        self.painter.scale(1 / self.scale, 1 / self.scale)
        try:
            yield Canvas(self.painter, self.view)
        finally:
            self.painter.restore()

    def paint_sprites(
        self, placed: NDArray[np.float64], spots: NDArray[np.float64], opacity: NDArray[np.float64] | None = None
    ) -> None:
        """Paint sprites (n, 4 on the sheet) with their middles at logical pixels (n, 2)."""
        if not len(placed):
            return
        with self.device():
            at = placed * self.scale
            made = fragments(at[:, 0], at[:, 1], spots, np.ones(len(at)) if opacity is None else opacity)
            self.sheet.paint(self.painter, made)


def boxes_around(middles: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """Return boxes (n, 4: left, top, right, bottom) of one size around points (n, 2)."""
    half = np.array([width / 2, height / 2])
    return np.hstack((middles - half, middles + half))


def overlap(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much area of each box (n, 4) is covered by the others (m, 4), float64 (n)."""
    if not len(others):
        return np.zeros(len(boxes))
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.maximum(high - low, 0.0)
    return np.asarray((shared[..., 0] * shared[..., 1]).sum(axis=1))


class Reach(NamedTuple):
    """What of a layer can be picked: ids, boxes on the ground float64 (n, 4), and how far symbols reach in pixels."""

    ids: Sequence[str]
    boxes: NDArray[np.float64]
    pixels: float


class Hit(NamedTuple):
    """One mark near a screen point: how far in pixels (0: under it), its height among its layer's, its kind and id."""

    distance_px: float
    height: int
    kind: str
    identity: str


class LiveLayer(Protocol):
    """One layer of marks that is painted anew in every frame over the tiles.

    More methods are used where a layer has them: `claim(scene)` before anything is painted, to keep room free;
    `paint_at_edges(scene)` for what belongs to the screen, not to the ground, and is painted in every frame;
    `hits(view, across, down, within_px) -> list[Hit]` instead of `reach` and `distance_px`, for thousands of points;
    `box_of(identity)`, the ground that a symbol of kind "cluster" stands for.
    """

    kind: str
    is_complete: bool  # whether the last frame showed everything

    def set_marks(self, marks: Sequence[Any]) -> None:
        """Replace the marks."""
        ...

    def paint(self, scene: Scene) -> None:
        """Paint what is in view."""
        ...

    def paint_over(self, scene: Scene) -> None:
        """Paint what must stand over all layers (a route's chip)."""
        ...

    def pulsing(self) -> NDArray[np.float64]:
        """Return the places (n, 2) where the next frame differs though nothing was told."""
        ...

    def reach(self) -> Reach:
        """Return what can be picked."""
        ...

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Return how far a screen point lies from a mark, 0 within it, infinite where it is not shown."""
        ...

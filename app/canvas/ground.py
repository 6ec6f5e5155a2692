"""What has its place on the ground, painted: tiles, names over them, and marks; directly or in parts between frames."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QRegion

from app.canvas.motion import Motion
from app.canvas.still import Part
from app.canvas.tiles import TileField
from maps.labels import LabelBoard
from maps.outside import paint_outside
from maps.overlay import PULSE_PX, Overlay
from maps.style import THEMES, Theme
from maps.view import View

LABELS_EVERY_S = 0.2
MOVING_LABELS_S = 0.0012  # of a frame for choosing labels and drawing new ones
STILL_LABELS_S = 0.002
PART_S = 0.003  # between two frames
MOST_NEW_SPRITES = 30


class Ground:
    """Paint the ground of one map. `come_again` is called where labels are due, but were chosen a moment ago."""

    def __init__(self, tiles: TileField, overlay: Overlay, motion: Motion, come_again: Callable[[], None]) -> None:
        self._tiles = tiles
        self._overlay = overlay
        self._motion = motion
        self._come_again = come_again
        self.theme = THEMES["night"]
        self.edge: NDArray[np.float64] = np.empty((0, 2))  # of the city
        self._board = LabelBoard(self.theme)
        self._labels_at = 0.0
        self._labels_are_due = True
        self._labels_are_drawn = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return what paints it in parts, from the bottom up."""
        return self._part_of_tiles, self._part_of_labels, self._part_of_marks

    @property
    def has_its_labels(self) -> bool:
        """Tell whether what is written is the last word."""
        return self._labels_are_drawn and not self._labels_are_due

    def begin(self, theme: Theme) -> None:
        """Write everything anew, in a look."""
        self.theme = theme
        self._board = LabelBoard(theme)
        self._labels_are_due = True

    def choose_labels_again(self) -> None:
        """Look once more what can be written: other tiles are there, or the view is another."""
        self._labels_are_due = True

    def paint(self, painter: QPainter, view: View, *, is_rough: bool) -> bool:
        """Paint it all at once, without smooth tiles where `is_rough`; answers whether nothing is missing."""
        self._paint_tiles(painter, view, is_moving=is_rough)
        if self._motion.zoom is None:
            self._place_labels(view)
        budget_s = MOVING_LABELS_S if self._motion.is_on else STILL_LABELS_S
        is_placed = self._motion.zoom is not None or self._board.go_on(budget_s)
        self._labels_are_drawn = self._board.paint(painter, view, budget_s if is_placed else 0.0) and is_placed
        return self._paint_marks(painter, view, is_moving=self._motion.is_on) and self._labels_are_drawn

    def fill(self, painter: QPainter, view: View, empty: QRegion) -> None:
        """Paint the base map where a picture leaves the screen (a region in device pixels) empty."""
        ratio = view.device_pixel_ratio
        for strip in empty:  # a clip of several parts costs a frame ten milliseconds
            painter.save()
            painter.scale(1 / ratio, 1 / ratio)
            painter.setClipRect(strip)
            painter.scale(ratio, ratio)
            self._tiles.draw(painter, view, self.theme, is_moving=True, within=strip)
            paint_outside(painter, view, self.theme, self.edge)
            painter.restore()

    def pulsing(self, view: View) -> QRegion:
        """Return what of the widget differs from frame to frame by itself."""
        side = round(2 * PULSE_PX)
        boxes = QRegion()
        for x, y in self._overlay.pulsing(view):
            boxes += QRect(round(x - PULSE_PX), round(y - PULSE_PX), side, side)
        return boxes

    def paint_edges(self, painter: QPainter, view: View) -> None:
        """Paint what belongs to the screen's edges instead."""
        self._overlay.paint_edges(painter, view, self.theme, time.monotonic())

    def _part_of_tiles(self, painter: QPainter, view: View, _: bool) -> bool:
        self._paint_tiles(painter, view, is_moving=self._motion.is_on)
        return True

    def _part_of_labels(self, painter: QPainter, view: View, is_last: bool) -> bool | None:
        # Before a zoom ends those of the scale to come are chosen only where all are known: none is to vanish.
        if self._motion.zoom is None or self._tiles.is_complete(view):
            self._place_labels(view)
        is_ready = self._board.go_on(PART_S) and self._board.draw_new(view, PART_S)
        if not (is_ready or is_last):
            return None
        self._labels_are_drawn = self._board.paint(painter, view, 0.0) and is_ready
        return self._labels_are_drawn

    def _part_of_marks(self, painter: QPainter, view: View, _: bool) -> bool:
        return self._paint_marks(painter, view, is_moving=self._motion.is_dragging)

    def _paint_tiles(self, painter: QPainter, view: View, *, is_moving: bool) -> None:
        self._tiles.draw(painter, view, self.theme, is_moving=is_moving)
        paint_outside(painter, view, self.theme, self.edge)

    def _paint_marks(self, painter: QPainter, view: View, *, is_moving: bool) -> bool:
        return self._overlay.paint_ground(
            painter, view, self.theme, time.monotonic(), is_moving=is_moving, most_new=MOST_NEW_SPRITES
        )

    def _place_labels(self, view: View) -> None:
        if not self._labels_are_due:
            return
        now = time.monotonic()
        if now - self._labels_at < LABELS_EVERY_S:
            self._come_again()
            return
        self._labels_at = now
        self._labels_are_due = False
        begin = self._board.begin if self._tiles.is_complete(view) else self._board.begin_with_some
        begin(self._tiles.labels(view), view)

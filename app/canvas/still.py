"""What a moving hand shows, kept as one picture a little larger than the screen: a frame is then a copy of it.

It is painted in parts between the frames, and anew when something changed or the hand comes near its border.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QImage, QPainter

from maps.view import View

MARGIN_PX = 128.0
NEAR_BORDER_PX = 56.0
PART_MS = 1  # between two parts, so that a frame comes first where one is due

# Paints one part of a picture of a view; the painter counts logical pixels. Answers whether it is complete.
Part = Callable[[QPainter, View], bool]


@dataclass(frozen=True, slots=True)
class _Held:
    """A picture (device pixels) of a view that reaches beyond the screen's."""

    image: QImage
    view: View

    def offset(self, view: View) -> tuple[int, int]:
        """Return where on a view's screen, in device pixels, the picture's left top corner lies."""
        factor = view.device_pixel_ratio / view.metres_per_pixel
        return (
            round(self.view.box[0] * factor) - round(view.box[0] * factor),
            round(view.box[3] * factor) - round(self.view.box[3] * factor),
        )

    def border_px(self, view: View) -> float:
        """Return how far the picture reaches beyond a view, in logical pixels; negative where it does not cover it."""
        own, other = self.view, view
        if (own.metres_per_pixel, own.device_pixel_ratio) != (other.metres_per_pixel, other.device_pixel_ratio):
            return -1.0
        sides = (
            other.box[0] - own.box[0],
            other.box[1] - own.box[1],
            own.box[2] - other.box[2],
            own.box[3] - other.box[3],
        )
        return min(sides) / other.metres_per_pixel


class StillPicture(QObject):
    """Hold the picture for one map. `parts` paint in order, from the ground up."""

    def __init__(self, parts: Sequence[Part], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._held: _Held | None = None
        self._next: _Held | None = None  # what is being painted
        self._done = 0  # so many of its parts
        self._was_complete = True
        self._is_stale = False
        self._turn = QTimer(self, interval=PART_MS, singleShot=True)
        self._turn.timeout.connect(self._paint_part)
        self._wanted: View | None = None

    def tell_changed(self) -> None:
        """Paint it anew as soon as can be; the old one serves until then."""
        self._is_stale = True

    def drop(self) -> None:
        """Let go of the pictures: the hand rests, or what they show is of another look."""
        self._held = self._next = self._wanted = None
        self._is_stale = False
        self._turn.stop()

    def draw(self, painter: QPainter, view: View) -> bool:
        """Draw a view where the picture covers it; answers whether it did. Has it painted on where that is due."""
        border = self._held.border_px(view) if self._held is not None else -1.0
        self._wanted = view
        if (border < NEAR_BORDER_PX or self._is_stale) and not self._turn.isActive():
            self._turn.start()
        if self._held is None or border < 0:
            return False
        ratio = view.device_pixel_ratio
        across, down = self._held.offset(view)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPoint(across, down), self._held.image)
        painter.restore()
        return True

    def _paint_part(self) -> None:
        """Paint one part more; after the last one the new picture takes the place of the old."""
        if self._next is None:
            if self._wanted is None:
                return
            self._next = _blank(self._wanted)
            self._done = 0
            self._was_complete = True
            self._is_stale = False
        painter = QPainter(self._next.image)
        try:
            ratio = self._next.view.device_pixel_ratio
            painter.scale(ratio, ratio)
            self._was_complete &= self._parts[self._done](painter, self._next.view)
        finally:
            painter.end()
        self._done += 1
        if self._done < len(self._parts):
            self._turn.start()
            return
        self._held, self._next = self._next, None
        self._is_stale |= not self._was_complete


def _blank(view: View) -> _Held:
    """Make an empty picture around a view, whose corner lies on the same whole device pixels as the screen's."""
    margin = round(MARGIN_PX * view.device_pixel_ratio) / view.device_pixel_ratio
    around = view.resized(view.width + 2 * margin, view.height + 2 * margin)
    ratio = around.device_pixel_ratio
    return _Held(QImage(round(around.width * ratio), round(around.height * ratio), QImage.Format.Format_RGB32), around)

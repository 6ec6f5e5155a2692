"""What the map shows, kept as a picture a little larger than the screen: a frame is then a copy of it.

It is painted in parts between the frames, and anew when something changed or the view comes near its border. While the
scale changes it is stretched, and that of the scale to come is painted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QRegion

from maps.view import View

MARGIN_PX = 128.0
NEAR_BORDER_PX = 56.0
SPARE_MS = 400
PART_MS = 1  # between two parts, so that a frame comes first where one is due
MOST_TURNS = 2  # that one part may take before it is painted as far as it is
MOST_STRETCH = 2.2
LEAST_COVERED = 0.45  # of the screen

# Paints one part of a picture of a view; the painter counts logical pixels. Answers whether it is complete; None where
# it painted nothing yet and asks for one more turn, which it does not while `is_last`.
Part = Callable[[QPainter, View, bool], bool | None]


@dataclass(slots=True)
class _Held:
    """A picture (device pixels) of a view that reaches beyond the screen's, with all changes up to a number."""

    image: QImage
    view: View
    change: int
    is_complete: bool = True

    def target(self, view: View) -> QRect:
        """Return where on a view's screen the picture lies, in device pixels."""
        factor = view.device_pixel_ratio / view.metres_per_pixel
        left = round(self.view.box[0] * factor) - round(view.box[0] * factor)
        top = round(view.box[3] * factor) - round(self.view.box[3] * factor)
        if self.is_to_scale(view):
            return QRect(left, top, self.image.width(), self.image.height())
        stretch = self.view.metres_per_pixel / view.metres_per_pixel
        return QRect(left, top, round(self.image.width() * stretch), round(self.image.height() * stretch))

    def is_to_scale(self, view: View) -> bool:
        """Tell whether it can be copied as it is."""
        return math.isclose(self.view.metres_per_pixel, view.metres_per_pixel, rel_tol=1e-9)

    def stretch(self, view: View) -> float:
        """Return how many times larger or smaller it would be shown, 1 or more."""
        factor = self.view.metres_per_pixel / view.metres_per_pixel
        return max(factor, 1 / factor)

    def border_px(self, view: View) -> float:
        """Return how far the picture reaches beyond a view, in logical pixels; negative where it does not cover it."""
        if not self.is_to_scale(view) or self.view.device_pixel_ratio != view.device_pixel_ratio:
            return -1.0
        own, other = self.view.box, view.box
        sides = (other[0] - own[0], other[1] - own[1], own[2] - other[2], own[3] - other[3])
        return min(sides) / view.metres_per_pixel

    def covered(self, view: View) -> float:
        """Return what share of a view it covers."""
        screen = _screen(view)
        seen = self.target(view).intersected(screen)
        return max(0, seen.width()) * max(0, seen.height()) / (screen.width() * screen.height())


class StillPicture(QObject):
    """Hold the picture for one map. `parts` paint in order, from the ground up."""

    ended = Signal(bool)  # one more picture is whole, or (False) could not be painted

    def __init__(self, parts: Sequence[Part], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._held: list[_Held] = []  # the newest last
        self._next: _Held | None = None  # what is being painted
        self._done = 0  # so many of its parts
        self._turns = 0  # that the part in hand has had
        self._change = 0
        self._turn = QTimer(self, interval=PART_MS, singleShot=True)
        self._turn.timeout.connect(self._paint_parts)
        self._wanted: View | None = None
        self._turn_s = 0.0
        self._spare: QImage | None = None  # new memory would cost a picture two milliseconds
        self._tidy = QTimer(self, interval=SPARE_MS, singleShot=True)
        self._tidy.timeout.connect(self._drop_spare)

    def tell_changed(self) -> None:
        """Let the picture be painted anew when it is wanted next; the old one serves until then."""
        self._change += 1

    def drop(self) -> None:
        """Let go of the pictures: what they show is of another look."""
        self._held.clear()
        self._next = self._wanted = self._spare = None
        self._turn.stop()

    def drop_old(self) -> None:
        """Keep no more than one picture: the scale does not change."""
        for held in self._held[:-1]:
            self._spare = held.image
        del self._held[:-1]
        if self._spare is not None and not self._tidy.isActive():
            self._tidy.start()

    def _drop_spare(self) -> None:
        self._spare = None

    def is_true(self, view: View) -> bool:
        """Tell whether the picture shows all of a view, and all that was told."""
        held = self._held[-1] if self._held else None
        return held is not None and held.is_complete and held.change == self._change and held.border_px(view) >= 0

    def reaches(self, view: View) -> bool:
        """Tell whether the newest picture covers a view at its scale, be it true or not."""
        return bool(self._held) and self._held[-1].border_px(view) >= 0

    def want(self, view: View, *, border_px: float = 0.0, turn_s: float = 0.0) -> bool:
        """Have a true picture painted that reaches so far beyond a view; answers whether that is still to be done.

        One turn of the event loop begins parts for `turn_s`, at least one.
        """
        if self.is_true(view) and self._held[-1].border_px(view) >= border_px:
            return False
        self._wanted, self._turn_s = view, turn_s
        if not self._turn.isActive():
            self._turn.start()
        return True

    def draw(self, painter: QPainter, view: View) -> QRegion | None:
        """Draw what is there of a view; answers what of the screen (device pixels) it left empty.

        None where there is no picture of nearly that ground and scale: then nothing is drawn.
        """
        near = [held for held in self._held if held.stretch(view) <= MOST_STRETCH and self._is_as_dense(held, view)]
        covered = [(round(held.covered(view), 2), -held.stretch(view), place) for place, held in enumerate(near)]
        if not covered or max(covered)[0] < LEAST_COVERED:
            return None
        best = near[max(covered)[2]]
        ratio, target = view.device_pixel_ratio, best.target(view)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(target, best.image)
        painter.restore()
        return QRegion(_screen(view)).subtracted(QRegion(target))

    @staticmethod
    def _is_as_dense(held: _Held, view: View) -> bool:
        return held.view.device_pixel_ratio == view.device_pixel_ratio

    def _paint_parts(self) -> None:
        """Paint on for a turn; after the last part the new picture is the one that is drawn."""
        if self._next is None:
            if self._wanted is None:
                return
            self._next = _blank(self._wanted, self._change, self._spare)
            self._spare = None
            self._tidy.stop()
            self._done = self._turns = 0
        until = time.perf_counter() + self._turn_s
        self._paint_part(self._next)
        while self._done < len(self._parts) and time.perf_counter() < until:
            self._paint_part(self._next)
        if self._done < len(self._parts):
            self._turn.start()
            return
        self._held = [*self._held[-1:], self._next]
        self._next = None
        self.ended.emit(True)

    def _paint_part(self, picture: _Held) -> None:
        self._turns += 1
        try:
            is_complete = self._painted(picture)
        except BaseException:
            self._next = self._wanted = None
            self.ended.emit(False)
            raise
        if is_complete is not None:
            picture.is_complete &= is_complete
            self._done += 1
            self._turns = 0

    def _painted(self, picture: _Held) -> bool | None:
        painter = QPainter(picture.image)
        try:
            ratio = picture.view.device_pixel_ratio
            painter.scale(ratio, ratio)
            return self._parts[self._done](painter, picture.view, self._turns >= MOST_TURNS)
        finally:
            painter.end()


def _screen(view: View) -> QRect:
    ratio = view.device_pixel_ratio
    return QRect(0, 0, round(view.width * ratio), round(view.height * ratio))


def _blank(view: View, change: int, spare: QImage | None) -> _Held:
    """Begin a picture around a view, whose corner lies on the same whole device pixels as the screen's."""
    margin = round(MARGIN_PX * view.device_pixel_ratio) / view.device_pixel_ratio
    around = view.resized(view.width + 2 * margin, view.height + 2 * margin)
    ratio = around.device_pixel_ratio
    size = QSize(round(around.width * ratio), round(around.height * ratio))
    image = spare if spare is not None and spare.size() == size else QImage(size, QImage.Format.Format_RGB32)
    return _Held(image, around, change)

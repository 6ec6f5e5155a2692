"""What is costly to paint and stands still, painted once for a piece of ground and then copied into every frame."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from maps.scene import Scene
from maps.strokes import Canvas
from maps.view import View

MARGIN = 0.125  # how much more ground than is seen is painted, on each side, as a share of the screen


class KeptPicture:
    """A transparent picture over the ground in view and around it.

    It is painted anew when the view leaves it, stops at another scale, or the key differs: roughly while the map
    moves, smoothly at rest. While the scale changes the old one is stretched.
    """

    def __init__(self) -> None:
        self._image = QImage()
        self._view: View | None = None
        self._key: Hashable = None
        self._is_rough = False

    def forget(self) -> None:
        """Give the memory back."""
        self._image, self._view, self._key = QImage(), None, None

    def paint(self, scene: Scene, key: Hashable, draw: Callable[[Canvas], None]) -> None:
        """Copy the picture into a frame; `draw` paints it where it does not fit any more."""
        view, key = scene.view, (key, scene.theme.name, scene.scale)
        held = self._view
        is_zooming = scene.is_moving and held is not None and held.metres_per_pixel != view.metres_per_pixel
        is_due = self._is_rough and not scene.is_moving
        if held is None or key != self._key or is_due or not (is_zooming or _holds(held, view)):
            held = self._draw(view, key, draw, is_rough=scene.is_moving)
        west, _, _, north = held.box
        across, down = (float(value) for value in view.to_screen(west, north))
        stretch = held.metres_per_pixel / view.metres_per_pixel
        target = QRectF(across, down, held.width * stretch, held.height * stretch)
        scene.painter.drawImage(target, self._image, QRectF(self._image.rect()))

    def _draw(self, view: View, key: Hashable, draw: Callable[[Canvas], None], *, is_rough: bool) -> View:
        # The same middle and whole pixels more on each side: the copy then lies on the screen's own pixels.
        more = (round(view.width * MARGIN), round(view.height * MARGIN))
        held = replace(view, width=view.width + 2 * more[0], height=view.height + 2 * more[1])
        ratio = view.device_pixel_ratio
        size = (round(held.width * ratio), round(held.height * ratio))
        if (self._image.width(), self._image.height()) != size:
            self._image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(0)
        painter = QPainter(self._image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_rough)
            draw(Canvas(painter, held))
        finally:
            painter.end()
        self._view, self._key, self._is_rough = held, key, is_rough
        return held


def _holds(held: View, view: View) -> bool:
    if held.metres_per_pixel != view.metres_per_pixel:
        return False
    (west, south, east, north), box = held.box, view.box
    slack = 0.5 * view.metres_per_pixel
    return west <= box[0] + slack and south <= box[1] + slack and east >= box[2] - slack and north >= box[3] - slack

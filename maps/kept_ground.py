"""What lies under the layers that are being styled, kept by tile: a restyle then paints only what it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtGui import QImage, QPainter

MOST_PICTURES = 24  # of 1 MiB, a tile each


class KeptGround:
    """The pictures of what was painted last, the oldest given up."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[Hashable, QImage] = OrderedDict()
        self._state: object = None

    def follow(self, state: object) -> None:
        """Forget everything where the state of what is painted differs from the last one."""
        if state != self._state:
            self._state = state
            self._pictures.clear()

    def paint(
        self, painter: QPainter, size: tuple[int, int], key: Hashable, draw: Callable[[QPainter], object]
    ) -> None:
        """Copy a picture of so many device pixels over what is painted; `draw` makes it where it is not kept."""
        picture = self._pictures.pop(key, None)
        if picture is None:
            picture = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
            picture.fill(0)
            inside = QPainter(picture)
            try:
                inside.setRenderHint(QPainter.RenderHint.Antialiasing)
                draw(inside)
            finally:
                inside.end()
        self._pictures[key] = picture
        while len(self._pictures) > MOST_PICTURES:
            self._pictures.popitem(last=False)
        painter.drawImage(0, 0, picture)

"""A sheet of small ready-made pictures: thousands of symbols are then painted in one call."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QPixmap

from maps.pointers import pointer_to

SHEET_WIDTH = 2048
FIRST_HEIGHT = 512
MOST_HEIGHT = 16384
MOST_GROWTH = 1024  # doubled, a large sheet would lie half empty
GAP = 1


class Spot(NamedTuple):
    """Where a sprite lies on the sheet, in device pixels."""

    left: int
    top: int
    width: int
    height: int


class SpriteSheet:
    """Pack sprites on one pixmap, row by row; a sheet that is full starts anew (`generation` counts).

    It begins `height` device pixels high and grows up to `most_height`.
    """

    def __init__(self, height: int = FIRST_HEIGHT, most_height: int = MOST_HEIGHT) -> None:
        self._spots: dict[Hashable, Spot] = {}
        self._most_height = most_height
        self._sheet = self._blank(height)
        self._left = self._top = self._row_height = 0
        self.generation = 0

    @staticmethod
    def _blank(height: int) -> QPixmap:
        sheet = QPixmap(SHEET_WIDTH, height)
        sheet.fill(Qt.GlobalColor.transparent)
        return sheet

    def has(self, key: Hashable) -> bool:
        """Tell whether the sprite of a key is drawn already."""
        return key in self._spots

    def fits(self, width: int, height: int) -> bool:
        """Tell whether one more sprite goes on the sheet without starting anew."""
        top = self._top if self._left + width <= SHEET_WIDTH else self._top + self._row_height + GAP
        return top + height <= self._most_height

    def spot(self, key: Hashable, make: Callable[[], QImage]) -> Spot:
        """Return where the sprite of a key lies; `make` draws it when it is not there yet."""
        found = self._spots.get(key)
        if found is None:
            found = self._spots[key] = self._add(make())
        return found

    def _add(self, image: QImage) -> Spot:
        image.setDevicePixelRatio(1.0)
        width, height = min(image.width(), SHEET_WIDTH), image.height()
        if self._left + width > SHEET_WIDTH:
            self._left, self._top, self._row_height = 0, self._top + self._row_height + GAP, 0
        needed = self._top + height
        if needed > self._most_height:
            self._spots.clear()
            self._sheet = self._blank(max(FIRST_HEIGHT, height))
            self._left = self._top = self._row_height = 0
            self.generation += 1
        elif needed > self._sheet.height():
            before = self._sheet.height()
            taller = self._blank(min(self._most_height, max(needed, min(2 * before, before + MOST_GROWTH))))
            with _painting(taller) as painter:
                painter.drawPixmap(0, 0, self._sheet)
            self._sheet = taller
        spot = Spot(self._left, self._top, width, height)
        with _painting(self._sheet) as painter:
            painter.drawImage(spot.left, spot.top, image, 0, 0, width, height)
        self._left += width + GAP
        self._row_height = max(self._row_height, height)
        return spot

    def paint(self, painter: QPainter, fragments: NDArray[np.float64]) -> None:
        """Paint sprites: fragments float64 (n, 10) as `QPainter.PixmapFragment` has them, in device pixels."""
        if not len(fragments):
            return
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._paint_apart(painter, fragments)
            return
        first, fragments = pointer_to(fragments, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, len(fragments), self._sheet)

    def _paint_apart(self, painter: QPainter, fragments: NDArray[np.float64]) -> None:
        """Paint each sprite as a picture of its own: an SVG would hold the whole sheet for every one of them."""
        opacity = painter.opacity()
        for x, y, left, top, width, height, *_, visible in fragments.tolist():
            painter.setOpacity(opacity * visible)
            cut = self._sheet.copy(QRect(round(left), round(top), round(width), round(height)))
            painter.drawPixmap(QPointF(x - width / 2, y - height / 2), cut)
        painter.setOpacity(opacity)


class _painting:  # noqa: N801
    """Paint on a pixmap and be sure to end."""

    def __init__(self, target: QPixmap) -> None:
        self._painter = QPainter(target)

    def __enter__(self) -> QPainter:
        self._painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        return self._painter

    def __exit__(self, *_: object) -> None:
        self._painter.end()


def fragments(
    across: NDArray[np.float64], down: NDArray[np.float64], spots: NDArray[np.float64], opacity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Make fragments whose middles lie at whole device pixels (an even sprite is then copied, not resampled).

    spots float64 (n, 4) left, top, width, height; the other arrays (n).
    """
    made = np.empty((len(across), 10))
    made[:, 0] = np.floor(across - spots[:, 2] / 2 + 0.5) + spots[:, 2] / 2
    made[:, 1] = np.floor(down - spots[:, 3] / 2 + 0.5) + spots[:, 3] / 2
    made[:, 2:6] = spots
    made[:, 6:8] = 1.0
    made[:, 8] = 0.0
    made[:, 9] = opacity
    return made

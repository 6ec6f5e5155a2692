"""A sheet of small ready-made pictures: thousands of symbols are then painted in one call."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QPixmap

from maps.pointers import pointer_to

SHEET_WIDTH = 2048
FIRST_HEIGHT = 512
MOST_HEIGHT = 16384
PAGE_HEIGHT = 1024
GAP = 1


class Spot(NamedTuple):
    """Where a sprite lies on the sheet, in device pixels; pages lie under each other."""

    left: int
    top: int
    width: int
    height: int


class SpriteSheet:
    """Pack sprites row by row on pages under each other; a sheet that is full starts anew (`generation` counts).

    It begins `height` device pixels high and grows up to `most_height`. What it has is never copied: that of a large
    sheet would hold a frame up for a tenth of a second.
    """

    def __init__(self, height: int = FIRST_HEIGHT, most_height: int = MOST_HEIGHT) -> None:
        self._most_height = most_height
        self.generation = 0
        self._begin(height)

    def _begin(self, height: int) -> None:
        self._spots: dict[Hashable, Spot] = {}
        self._pages: list[QPixmap] = []
        self._tops: list[int] = []  # of the pages
        self._left = self._top = self._row_height = 0
        self._add_page(height)

    def _add_page(self, height: int) -> None:
        page = QPixmap(SHEET_WIDTH, height)
        page.fill(Qt.GlobalColor.transparent)
        self._tops.append(self.height)
        self._pages.append(page)
        self._left, self._top, self._row_height = 0, self._tops[-1], 0

    @property
    def height(self) -> int:
        """Return the device pixels that all pages are high."""
        return self._tops[-1] + self._pages[-1].height() if self._pages else 0

    def has(self, key: Hashable) -> bool:
        """Tell whether the sprite of a key is drawn already."""
        return key in self._spots

    def fits(self, width: int, height: int) -> bool:
        """Tell whether one more sprite goes on the sheet without starting anew."""
        _, top = self._next_place(width)
        return top + height <= self.height or self.height + height <= self._most_height

    def spot(self, key: Hashable, make: Callable[[], QImage]) -> Spot:
        """Return where the sprite of a key lies; `make` draws it when it is not there yet."""
        found = self._spots.get(key)
        if found is None:
            made = self._add(make())
            found = self._spots[key] = made
        return found

    def _next_place(self, width: int) -> tuple[int, int]:
        if self._left + width <= SHEET_WIDTH:
            return self._left, self._top
        return 0, self._top + self._row_height + GAP

    def _add(self, image: QImage) -> Spot:
        image.setDevicePixelRatio(1.0)
        width, height = min(image.width(), SHEET_WIDTH), image.height()
        left, top = self._next_place(width)
        if top + height > self.height:
            if self.height + height > self._most_height:
                self._begin(max(FIRST_HEIGHT, height))
                self.generation += 1
            else:
                self._add_page(min(max(PAGE_HEIGHT, height), self._most_height - self.height))
            left, top = self._left, self._top
        elif top != self._top:
            self._top, self._row_height = top, 0
        spot = Spot(left, top, width, height)
        with _painting(self._pages[-1]) as painter:
            painter.drawImage(left, top - self._tops[-1], image, 0, 0, width, height)
        self._left = left + width + GAP
        self._row_height = max(self._row_height, height)
        return spot

    def paint(self, painter: QPainter, fragments: NDArray[np.float64]) -> None:
        """Paint sprites: fragments float64 (n, 10) as `QPainter.PixmapFragment` has them, in device pixels."""
        if not len(fragments):
            return
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._paint_apart(painter, fragments)
            return
        for page, some in self._by_page(fragments):
            first, some = pointer_to(some, QPainter.PixmapFragment)
            painter.drawPixmapFragments(first, len(some), page)

    def _by_page(self, fragments: NDArray[np.float64]) -> Iterator[tuple[QPixmap, NDArray[np.float64]]]:
        """Yield runs of fragments that lie on one page, with `top` counted there; who comes later lies above."""
        if len(self._pages) == 1:
            yield self._pages[0], fragments
            return
        numbers = np.searchsorted(self._tops, fragments[:, 3], side="right") - 1
        local = fragments.copy()
        local[:, 3] -= np.array(self._tops)[numbers]
        ends = [*(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
        begin = 0
        for end in ends:
            yield self._pages[int(numbers[begin])], local[begin:end]
            begin = end

    def _paint_apart(self, painter: QPainter, fragments: NDArray[np.float64]) -> None:
        """Paint each sprite as a picture of its own: an SVG would hold the whole sheet for every one of them."""
        opacity = painter.opacity()
        for page, some in self._by_page(fragments):
            for x, y, left, top, width, height, *_, visible in some.tolist():
                painter.setOpacity(opacity * visible)
                cut = page.copy(QRect(round(left), round(top), round(width), round(height)))
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

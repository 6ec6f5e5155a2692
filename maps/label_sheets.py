"""Keep the sprites of labels on pages of one size: a new page costs nothing like a growing sheet, old ones go."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from maps.sprites import SpriteSheet, fragments

PAGE_HEIGHT = 512  # device pixels: 4 MiB a page
MOST_PAGES = 6
_Spot = tuple[float, float, float, float, float]  # left, top, width, height on the page; the page's number


class LabelSheets:
    """Sprites by key; those on the oldest page are drawn anew when they are asked for after it went."""

    def __init__(self) -> None:
        self._numbers = count()
        self._pages: dict[int, SpriteSheet] = {}
        self._spots: dict[Hashable, _Spot] = {}

    def spot(self, key: Hashable, make: Callable[[], QImage]) -> _Spot:
        """Return where the sprite of a key lies; `make` draws it when it is not there."""
        found = self._spots.get(key)
        if found is None or int(found[4]) not in self._pages:
            image = make()
            number = self._page_for(image)
            found = self._spots[key] = (*self._pages[number].spot(key, lambda: image), float(number))
        return found

    def _page_for(self, image: QImage) -> int:
        newest = next(reversed(self._pages), None)
        if newest is None or not self._pages[newest].fits(image.width(), image.height()):
            newest = next(self._numbers)
            self._pages[newest] = SpriteSheet(max(PAGE_HEIGHT, image.height()), max(PAGE_HEIGHT, image.height()))
            if len(self._pages) > MOST_PAGES:
                gone = next(iter(self._pages))
                del self._pages[gone]
                self._spots = {key: spot for key, spot in self._spots.items() if spot[4] != gone}
        return newest

    def are_there(self, spots: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which spots (n, 5; NaN where none is known) can be painted, bool (n)."""
        return np.isin(spots[:, 4], list(self._pages))

    def paint(
        self, painter: QPainter, across: NDArray[np.float64], down: NDArray[np.float64], spots: NDArray[np.float64]
    ) -> None:
        """Paint sprites (spots float64 (n, 5)) with their middles at device pixels (n)."""
        for number in np.unique(spots[:, 4]).tolist():
            here = spots[:, 4] == number
            made = fragments(across[here], down[here], spots[here, :4], np.ones(int(here.sum())))
            self._pages[int(number)].paint(painter, made)

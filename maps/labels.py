"""Choose which labels stand on the map, greedily and without collisions, and paint them as ready-made sprites."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from itertools import chain, takewhile

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from maps.ground_style import LABEL_STYLES
from maps.label import Label
from maps.label_sheets import LabelSheets
from maps.lettering import HALO_PX, PLATE_PX, label_font, text_sprite, text_width
from maps.style import Theme
from maps.view import View

CELL_PX = 64
MARGIN_PX = 100.0
ROUND_DEG = 2.0
LOOK_AT_CLOCK_EVERY = 16
SETTLEMENTS_BELOW = 10.0  # ranks that take the place of what stands

_Box = tuple[float, float, float, float]  # left, top, right, bottom
_Key = tuple[str, str, int, int]


class LabelBoard:
    """Keep the labels that stand on the screen: while the scale stays, a label that stands keeps its place.

    Placing can be done in slices (`begin`, `go_on`): what stood before is painted until the new choice is complete.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._scale = (0.0, 0.0)
        self._placed: dict[_Key, Label] = {}
        self._passing: set[_Key] = set()  # what stands from another scale until all of this one is known
        self._xy = np.empty((0, 2))
        self._spots = np.empty((0, 5))
        self._sheets = LabelSheets()
        self._choice: _Choice | None = None

    @property
    def placed(self) -> tuple[Label, ...]:
        """Return the labels that stand at the moment."""
        return tuple(self._placed.values())

    @property
    def is_placing(self) -> bool:
        """Tell whether a choice was begun and is not complete."""
        return self._choice is not None

    def place(self, labels: Iterable[Label], view: View) -> None:
        """Choose from labels (most important first) what can stand in a view without touching another."""
        self.begin(labels, view)
        self.go_on()

    def begin(self, labels: Iterable[Label], view: View) -> None:
        """Begin to choose; what was being chosen is dropped."""
        self._choice = _Choice(_first_to_last(self._kept(view), tuple(labels)), view)

    def begin_with_some(self, labels: Iterable[Label], view: View) -> None:
        """Begin to choose while more labels are to come: what stands from another scale stays where it is free."""
        kept = self._kept(view)
        own = {id(label) for label in kept}
        passing = tuple(label for label in self._placed.values() if id(label) not in own)
        self._choice = _Choice(chain(_first_to_last(kept, tuple(labels)), passing), view, passing)

    def _kept(self, view: View) -> tuple[Label, ...]:
        """Return what stands and was chosen for a view's scale."""
        if (view.metres_per_pixel, view.device_pixel_ratio) != self._scale:
            return ()
        return tuple(label for key, label in self._placed.items() if key not in self._passing)

    def go_on(self, budget_s: float = math.inf) -> bool:
        """Go on choosing for so long at most; answers whether the choice is complete and stands."""
        if self._choice is None:
            return True
        if not self._choice.go_on(budget_s):
            return False
        view, chosen = self._choice.view, self._choice.chosen
        passing = {id(label) for label in self._choice.passing}
        self._passing = {key for key, label in chosen.items() if id(label) in passing}
        self._choice = None
        known = {key: spot for key, spot in zip(self._placed, self._spots, strict=True) if key in chosen}
        if (view.metres_per_pixel, view.device_pixel_ratio) != self._scale:
            known = {}
        self._scale = (view.metres_per_pixel, view.device_pixel_ratio)
        self._placed = chosen
        self._xy = np.array([(label.x, label.y) for label in chosen.values()]).reshape(-1, 2)
        unknown = np.full(5, np.nan)
        self._spots = np.array([known.get(key, unknown) for key in chosen]).reshape(-1, 5)
        return True

    def paint(self, painter: QPainter, view: View, budget_s: float = math.inf) -> bool:
        """Paint what stands, at the places that a view (at any scale) gives; the painter counts logical pixels.

        Answers whether all are there: drawing new sprites stops after `budget_s`, the next call goes on.
        """
        seen, across, down = self._seen(view)
        if not len(seen):
            return True
        ratio = view.device_pixel_ratio
        is_complete = self._draw_missing(seen, ratio, budget_s)
        ready = seen[self._sheets.are_there(self._spots[seen])]
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        self._sheets.paint(painter, across[ready] * ratio, down[ready] * ratio, self._spots[ready])
        painter.restore()
        return is_complete

    def draw_new(self, view: View, budget_s: float) -> bool:
        """Draw sprites that a view lacks, for so long at most; answers whether all are there."""
        return self._draw_missing(self._seen(view)[0], view.device_pixel_ratio, budget_s)

    def _seen(self, view: View) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return which labels a view shows (k), and where the middles of all (n) are in logical pixels."""
        across, down = view.to_screen(self._xy[:, 0], self._xy[:, 1])
        seen = np.flatnonzero(
            (across > -MARGIN_PX)
            & (across < view.width + MARGIN_PX)
            & (down > -MARGIN_PX)
            & (down < view.height + MARGIN_PX)
        )
        return seen, across, down

    def _draw_missing(self, wanted: NDArray[np.int64], ratio: float, budget_s: float) -> bool:
        """Find or draw the sprites of labels; answers whether the time sufficed for all (one is always drawn)."""
        missing = wanted[~self._sheets.are_there(self._spots[wanted])]
        until = time.perf_counter() + budget_s
        labels = list(self._placed.values()) if len(missing) else []
        for number, index in enumerate(missing.tolist()):
            if number and time.perf_counter() > until:
                return False
            self._spots[index] = self._spot(labels[index], ratio)
        return True

    def _spot(self, label: Label, ratio: float) -> tuple[float, ...]:
        style, text, theme = LABEL_STYLES[label.style], _written(label), self._theme
        angle = round(label.angle_deg / ROUND_DEG) * ROUND_DEG
        bend = tuple((across * ratio, down * ratio) for across, down in label.bend)
        return self._sheets.spot(
            (text, label.style, angle, bend, ratio),
            lambda: text_sprite(
                text, label_font(style, ratio), getattr(theme, style.colour), theme.halo, HALO_PX * ratio, angle,
                bend=bend, plate=theme.roads[style.plate] if style.plate else "",
            ),
        )  # fmt: skip


def _written(label: Label) -> str:
    return label.text.upper() if LABEL_STYLES[label.style].capitals else label.text


def _first_to_last(kept: tuple[Label, ...], labels: tuple[Label, ...]) -> Iterator[Label]:
    """Give the names of settlements first, then what stands already, then the others."""
    yield from (label for label in kept if label.rank < SETTLEMENTS_BELOW)
    yield from takewhile(lambda label: label.rank < SETTLEMENTS_BELOW, labels)
    yield from kept
    yield from labels


class _Choice:
    """A choice of labels on its way."""

    def __init__(self, labels: Iterator[Label], view: View, passing: tuple[Label, ...] = ()) -> None:
        self.view = view
        self.passing = passing
        self.chosen: dict[_Key, Label] = {}
        self._waiting = labels
        self._grid = _Grid()

    def go_on(self, budget_s: float) -> bool:
        until = time.perf_counter() + budget_s
        for number, label in enumerate(self._waiting):
            self._try(label)
            if number % LOOK_AT_CLOCK_EVERY == 0 and time.perf_counter() > until:
                return False
        return True

    def _try(self, label: Label) -> None:
        view, grid = self.view, self._grid
        across = (label.x - view.x) / view.metres_per_pixel
        down = (view.y - label.y) / view.metres_per_pixel
        if abs(across) > view.width / 2 + MARGIN_PX or abs(down) > view.height / 2 + MARGIN_PX:
            return
        key = (label.text, label.style, round(label.x), round(label.y))
        if key in self.chosen:
            return
        style = LABEL_STYLES[label.style]
        if style.apart_px and not grid.is_apart(label.text, style.apart_px, across, down):
            return
        width = text_width(_written(label), label.style) + 6
        height = style.size_px * 1.15 + 3
        if style.plate:
            width, height = width + 2 * PLATE_PX[0], height + 2 * PLATE_PX[1]
        boxes = _bent_pieces(across, down, label.bend, height) if label.bend else ()
        boxes = boxes or _pieces(across, down, width, height, label.angle_deg)
        if grid.is_free(boxes):
            grid.take(boxes, label.text, across, down)
            self.chosen[key] = label


def _bent_pieces(across: float, down: float, bend: tuple[tuple[float, float], ...], height: float) -> list[_Box]:
    """Cover a bent text by squares along its line."""
    half = height / 2 + 1
    return [(across + x - half, down + y - half, across + x + half, down + y + half) for x, y in bend]


def _pieces(across: float, down: float, width: float, height: float, angle_deg: float) -> list[_Box]:
    """Cover a turned text by upright boxes about as wide as it is high."""
    if abs(angle_deg) < 4:
        return [(across - width / 2, down - height / 2, across + width / 2, down + height / 2)]
    count = max(1, math.ceil(width / height))
    step = width / count
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    half_x = (step * abs(cos) + height * abs(sin)) / 2
    half_y = (step * abs(sin) + height * abs(cos)) / 2
    boxes = []
    for number in range(count):
        along = (number + 0.5) * step - width / 2
        x, y = across + along * cos, down + along * sin
        boxes.append((x - half_x, y - half_y, x + half_x, y + half_y))
    return boxes


class _Grid:
    """Remember which boxes are taken, by cells of the screen."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[_Box]] = {}
        self._texts: dict[str, list[tuple[float, float]]] = {}

    def is_apart(self, text: str, apart_px: float, across: float, down: float) -> bool:
        return not any(math.hypot(across - x, down - y) < apart_px for x, y in self._texts.get(text, ()))

    def is_free(self, boxes: list[_Box]) -> bool:
        for left, top, right, bottom in boxes:
            for cell in _cells(left, top, right, bottom):
                for taken in self._cells.get(cell, ()):
                    if left < taken[2] and right > taken[0] and top < taken[3] and bottom > taken[1]:
                        return False
        return True

    def take(self, boxes: list[_Box], text: str, across: float, down: float) -> None:
        self._texts.setdefault(text, []).append((across, down))
        for box in boxes:
            for cell in _cells(*box):
                self._cells.setdefault(cell, []).append(box)


def _cells(left: float, top: float, right: float, bottom: float) -> list[tuple[int, int]]:
    first_row, last_row = int(top // CELL_PX), int(bottom // CELL_PX) + 1
    return [
        (column, row)
        for column in range(int(left // CELL_PX), int(right // CELL_PX) + 1)
        for row in range(first_row, last_row)
    ]

"""Find what could be written on the map and where: places, streets along their run, waters, parks, house numbers.

Imports numpy only, so that the worker processes that paint tiles can do it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from maps.ground_style import LABEL_STYLES, road_group
from maps.painter import DrawnLayers, opened
from maps.strokes import gathered
from maps.view import Box, View

STREET_REPEAT_PX = 420.0
STREET_STEP_PX = 16.0
MOST_BEND_PX = 3.0
STREETS_COARSEST_MPP = {
    "motorway": 9.0, "trunk": 9.0, "primary": 9.0, "secondary": 7.0, "tertiary": 4.5, "street": 2.9,
    "pedestrian": 1.6, "service": 0.8, "path": 0.8,
}  # fmt: skip
STREET_RANK = {
    "motorway": 20, "trunk": 21, "primary": 22, "secondary": 23, "tertiary": 24, "street": 26, "pedestrian": 27,
    "service": 40, "path": 41,
}  # fmt: skip
# kind of place: label style, finest and coarsest metres per pixel, rank (lower is placed first)
PLACES = {
    "city": ("city", 6.0, 500.0, 0),
    "town": ("town", 4.0, 120.0, 1),
    "suburb": ("suburb", 1.4, 45.0, 3),
    "village": ("suburb", 1.4, 40.0, 4),
    "island": ("quarter", 1.0, 16.0, 6),
    "quarter": ("quarter", 1.0, 16.0, 6),
    "neighbourhood": ("quarter", 0.8, 11.0, 7),
    "hamlet": ("locality", 0.6, 9.0, 9),
    "locality": ("locality", 0.6, 5.0, 10),
}
NUMBERS_COARSEST_MPP = 0.62
AREAS_COARSEST_MPP = 14.0
BUILDINGS_COARSEST_MPP = 1.2


class Label(NamedTuple):
    """One thing that could be written: its middle (metric CRS), turn (degrees, clockwise on the screen) and rank."""

    text: str
    style: str
    x: float
    y: float
    angle_deg: float
    rank: float


def estimated_width_px(text: str, size_px: float) -> float:
    """Guess how wide a text is without a font; Chinese, Japanese and Korean signs are square."""
    return sum(1.0 if sign >= "\u2e80" else 0.56 for sign in text) * size_px


def labels_in(layers: DrawnLayers, view: View) -> list[Label]:
    """Collect the labels whose middle lies in a view, most important first."""
    found: list[Label] = []
    if (layer := opened(layers, "place_names")) is not None:
        found.extend(_places(layer, view))
    if (layer := opened(layers, "roads")) is not None:
        found.extend(_streets(layer, view))
    for name, style, rank, coarsest in (
        ("water", "water", 12, AREAS_COARSEST_MPP),
        ("parks", "park", 14, AREAS_COARSEST_MPP),
        ("buildings", "building", 50, BUILDINGS_COARSEST_MPP),
    ):
        if view.metres_per_pixel <= coarsest and (layer := opened(layers, name)) is not None:
            found.extend(_areas(layer, view, style, rank))
    if view.metres_per_pixel <= NUMBERS_COARSEST_MPP and (layer := opened(layers, "house_numbers")) is not None:
        found.extend(_numbers(layer, view))
    found.sort(key=lambda label: (label.rank, label.text, label.x, label.y))
    return found


def _column(layer: LayerColumns, column: str) -> Any:
    return layer.attribute(column) if column in layer.columns() else [None] * layer.count


def _clean(text: object) -> str:
    """Keep what can be printed on one line: a file's text may hold anything."""
    if not isinstance(text, str):
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in text[:80]).strip()


def _middles(layer: LayerColumns, found: NDArray[np.int64]) -> NDArray[np.float64]:
    boxes = layer.boxes[found]
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _within(points: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    return np.asarray(
        (points[:, 0] >= box[0]) & (points[:, 0] < box[2]) & (points[:, 1] >= box[1]) & (points[:, 1] < box[3])
    )


def _places(layer: LayerColumns, view: View) -> Iterator[Label]:
    found = layer.query(view.box)
    texts = _column(layer, "name")
    middles = _middles(layer, found)
    for index, (x, y), inside in zip(found.tolist(), middles.tolist(), _within(middles, view.box), strict=True):
        style, finest, coarsest, rank = PLACES.get(layer.kind_of(index), ("locality", 0.6, 5.0, 11))
        text = _clean(texts[index])
        if text and inside and finest <= view.metres_per_pixel <= coarsest:
            yield Label(text, style, x, y, 0.0, rank)


def _areas(layer: LayerColumns, view: View, style: str, rank: int) -> Iterator[Label]:
    if layer.geometry != "polygon":
        return
    found = layer.query(view.box)
    extents = (layer.boxes[found, 2] - layer.boxes[found, 0]) / view.metres_per_pixel
    found = found[(extents > 30) & _within(_middles(layer, found), view.box)]
    if not len(found):
        return
    texts = _column(layer, "name")
    size = LABEL_STYLES[style].size_px
    for index in found.tolist():
        text = _clean(texts[index])
        west, south, east, north = layer.boxes[index].tolist()
        width, height = (east - west) / view.metres_per_pixel, (north - south) / view.metres_per_pixel
        if text and estimated_width_px(text, size) < width * 1.1 and height > size * 1.6:
            yield Label(text, style, (west + east) / 2, (south + north) / 2, 0.0, rank + 4 - min(4.0, width / 200))


def _numbers(layer: LayerColumns, view: View) -> Iterator[Label]:
    found = layer.query(view.box)
    texts = _column(layer, "house_number")
    middles = _middles(layer, found)
    for index, (x, y), inside in zip(found.tolist(), middles.tolist(), _within(middles, view.box), strict=True):
        text = _clean(texts[index])
        if text and inside and len(text) < 12:
            yield Label(text, "number", x, y, 0.0, 60)


def _streets(layer: LayerColumns, view: View) -> Iterator[Label]:
    if layer.geometry != "line":
        return
    wanted = np.array(
        [view.metres_per_pixel <= STREETS_COARSEST_MPP[road_group(kind)] for kind in layer.kinds] or [False]
    )
    found = layer.query(view.grown_box(80))
    found = found[wanted[layer.kind_codes[found]]] if len(found) else found
    if not len(found):
        return
    texts = _column(layer, "name")
    runs: dict[str, list[NDArray[np.float64]]] = {}
    groups: dict[str, str] = {}
    for index in found.tolist():
        text = _clean(texts[index])
        if not text:
            continue
        group = road_group(layer.kind_of(index))
        points, sizes, _ = gathered(layer, np.array([index]))
        runs.setdefault(text, []).extend(np.split(points, np.cumsum(sizes)[:-1]))
        if text not in groups or STREET_RANK[group] < STREET_RANK[groups[text]]:
            groups[text] = group
    for text, pieces in runs.items():
        group = groups[text]
        style = "road" if STREET_RANK[group] <= 24 else "street"
        for chain in joined(pieces):
            yield from _along(chain, text, style, STREET_RANK[group], view)


def joined(pieces: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Join polylines end to end where their ends meet (to 0.1 m), whichever way they run; at a fork straight on."""

    def end(point: NDArray[np.float64]) -> tuple[int, int]:
        return round(float(point[0]) * 10), round(float(point[1]) * 10)

    waiting = dict(enumerate(pieces))
    at: dict[tuple[int, int], list[int]] = {}
    for number, piece in waiting.items():
        at.setdefault(end(piece[0]), []).append(number)
        at.setdefault(end(piece[-1]), []).append(number)
    chains = []
    for number in range(len(pieces)):
        if number not in waiting:
            continue
        chain = [waiting.pop(number)]
        for forward in (True, False):
            while True:
                tip = chain[-1][-1] if forward else chain[0][0]
                more = [other for other in at[end(tip)] if other in waiting]
                if not more:
                    break
                before = (chain[-1][-2] if forward else chain[0][1]) - tip
                _, number_of_next = max((_straightness(before, waiting[other], tip, end), other) for other in more)
                piece = waiting.pop(number_of_next)
                if (end(piece[0]) == end(tip)) != forward:
                    piece = piece[::-1]
                chain = [*chain, piece] if forward else [piece, *chain]
        chains.append(np.concatenate([chain[0], *(piece[1:] for piece in chain[1:])]))
    return chains


def _straightness(
    before: NDArray[np.float64],
    piece: NDArray[np.float64],
    tip: NDArray[np.float64],
    end: Callable[[NDArray[np.float64]], tuple[int, int]],
) -> float:
    """Return how straight a piece goes on at a tip: 1 straight, -1 back."""
    after = (piece[1] if end(piece[0]) == end(tip) else piece[-2]) - tip
    return float(-(before @ after) / max(1e-9, np.hypot(*before) * np.hypot(*after)))


def _along(chain: NDArray[np.float64], text: str, style: str, rank: float, view: View) -> Iterator[Label]:
    """Give the straightest places for a text along a line, about every `STREET_REPEAT_PX`."""
    scale = view.metres_per_pixel
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(chain, axis=0).T)))) / scale
    needed = estimated_width_px(text, LABEL_STYLES[style].size_px) + 10
    if length[-1] < needed:
        return
    room = length[-1] - needed
    middles = needed / 2 + np.linspace(0, room, max(1, int(room / STREET_STEP_PX)) + 1)
    at = np.stack((middles - needed / 2, middles, middles + needed / 2))
    x, y = np.interp(at, length, chain[:, 0]), np.interp(at, length, chain[:, 1])
    chord = np.hypot(x[2] - x[0], y[2] - y[0]) / scale
    bend = np.hypot(x[1] - (x[0] + x[2]) / 2, y[1] - (y[0] + y[2]) / 2) / scale
    middle_x, middle_y = (x[0] + x[2] + 2 * x[1]) / 4, (y[0] + y[2] + 2 * y[1]) / 4
    fits = (bend <= MOST_BEND_PX) & (chord > needed * 0.975)
    fits &= _within(np.stack((middle_x, middle_y), axis=1), view.box)
    best: dict[int, tuple[float, int]] = {}
    share = length[-1] / max(1, round(length[-1] / STREET_REPEAT_PX))
    for number in np.flatnonzero(fits).tolist():
        span = int(middles[number] / share)
        price = float(bend[number]) + abs(float(middles[number]) - (span + 0.5) * share) / share
        if span not in best or price < best[span][0]:
            best[span] = (price, number)
    for _, number in best.values():
        angle = -np.degrees(np.arctan2(y[2, number] - y[0, number], x[2, number] - x[0, number]))
        angle = float((angle + 90) % 180 - 90)
        yield Label(text, style, float(middle_x[number]), float(middle_y[number]), angle, rank)

"""Find what could be written on the map and where: places, streets along their run, waters, parks, house numbers.

Imports numpy only, so that the worker processes that paint tiles can do it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import coded
from maps.ground_style import LABEL_STYLES
from maps.inside import place_inside
from maps.label import Label, clean, estimated_width_px, within
from maps.listing import Unhidden, listing_of
from maps.painter import DrawnLayers, opened
from maps.street_names import river_names, road_shields, street_names
from maps.strokes import gathered
from maps.view import View

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


_in_order = itemgetter(5, 0, 2, 3)


def labels_in(layers: DrawnLayers, view: View) -> list[Label]:
    """Collect the labels whose middle lies in a view, most important first."""
    return in_order([*own_labels(layers, view), *labels_laid_over(layers, view)])


def labels_laid_over(layers: DrawnLayers, view: View) -> list[Label]:
    """Collect what user layers write in a view."""
    listing = listing_of(layers)
    if not listing.layers:
        return []
    from maps.user_labels import user_labels

    return [Label(*label) for label in user_labels(layers, listing, view)]


def own_labels(layers: DrawnLayers, view: View) -> list[Label]:
    """Collect what the city's own layers write in a view, in no order."""
    shown = Unhidden(layers, listing_of(layers))
    found: list[Label] = []
    if (layer := opened(shown, "place_names")) is not None:
        found.extend(_places(layer, view))
    if (layer := opened(shown, "roads")) is not None:
        found.extend(street_names(layer, view))
        found.extend(road_shields(layer, view))
    if (layer := opened(shown, "waterways")) is not None:
        found.extend(river_names(layer, view))
    for name, style, rank, coarsest in (
        ("water", "water", 12, AREAS_COARSEST_MPP),
        ("parks", "park", 14, AREAS_COARSEST_MPP),
        ("buildings", "building", 50, BUILDINGS_COARSEST_MPP),
    ):
        if view.metres_per_pixel <= coarsest and (layer := opened(shown, name)) is not None:
            found.extend(_areas(layer, view, style, rank))
    if view.metres_per_pixel <= NUMBERS_COARSEST_MPP and (layer := opened(shown, "house_numbers")) is not None:
        found.extend(_numbers(layer, view))
    return found


def in_order(labels: list[Label]) -> list[Label]:
    """Sort labels, most important first, and always in the same order."""
    labels.sort(key=_in_order)
    return labels


def _middles(layer: LayerColumns, found: NDArray[np.int64]) -> NDArray[np.float64]:
    boxes = layer.boxes[found]
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _texts(layer: LayerColumns, column: str, found: NDArray[np.int64]) -> list[str]:
    """Read a column's texts of features, "" where there is none."""
    codes, texts = coded(layer, column)
    return [clean(texts[code]) if code >= 0 else "" for code in codes[found].tolist()]


def _places(layer: LayerColumns, view: View) -> Iterator[Label]:
    found = layer.query(view.box)
    found = found[within(_middles(layer, found), view.box)]
    middles = _middles(layer, found).tolist()
    for index, (x, y), text in zip(found.tolist(), middles, _texts(layer, "name", found), strict=True):
        style, finest, coarsest, rank = PLACES.get(layer.kind_of(index), ("locality", 0.6, 5.0, 11))
        if text and finest <= view.metres_per_pixel <= coarsest:
            yield Label(text, style, x, y, 0.0, rank)


def _areas(layer: LayerColumns, view: View, style: str, rank: int) -> Iterator[Label]:
    """Name areas inside of themselves, where the name has room."""
    if layer.geometry != "polygon":
        return
    found = layer.query(view.box)
    extents = (layer.boxes[found, 2] - layer.boxes[found, 0]) / view.metres_per_pixel
    codes, texts = coded(layer, "name")
    found = found[(extents > 30) & (codes[found] >= 0)]
    size = LABEL_STYLES[style].size_px
    for index in found.tolist():
        text = clean(texts[codes[index]])
        west, south, east, north = layer.boxes[index].tolist()
        width, height = (east - west) / view.metres_per_pixel, (north - south) / view.metres_per_pixel
        needed = estimated_width_px(text, size)
        if not text or needed > width * 1.1 or height < size * 1.6:
            continue
        points, sizes, _ = gathered(layer, np.array([index]))
        place, room = place_inside(points, sizes)
        if needed < room / view.metres_per_pixel * 1.25 and within(place[None, :], view.box)[0]:
            yield Label(text, style, float(place[0]), float(place[1]), 0.0, rank + 4 - min(4.0, width / 200))


def _numbers(layer: LayerColumns, view: View) -> Iterator[Label]:
    found = layer.query(view.box)
    found = found[within(_middles(layer, found), view.box)]
    for (x, y), text in zip(_middles(layer, found).tolist(), _texts(layer, "house_number", found), strict=True):
        if text and len(text) < 12:
            yield Label(text, "number", x, y, 0.0, 60)

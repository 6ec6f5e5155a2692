"""Find what user layers write on the map: a field's text at every feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import coded
from maps.inside import place_inside
from maps.strokes import gathered
from maps.user_layers import LayerList, UserLayer
from maps.user_style import Drawn, drawn
from maps.view import View

if TYPE_CHECKING:
    from maps.listing import DrawnLayers

RANK = 10.0  # after the settlements and suburbs, before the streets: somebody asked for these
LEAST_EXTENT_PX = 24.0  # of an area or a line that is named
MOST_LABELS = 400
LONGEST = 80
SIZES_PX = (8, 9, 10, 11, 12, 14, 16, 20, 26)


def user_labels(
    layers: DrawnLayers, listing: LayerList, view: View
) -> Iterator[tuple[str, str, float, float, float, float]]:
    """Give what user layers write in a view: text, style ("user10"), x, y (metric CRS), angle (degrees), rank."""
    for place in ("over", "under"):
        for layer in reversed(listing.shown_in(place, view.metres_per_pixel)):
            if layer.kind == "vector" and layer.look.label_field and layer.name in layers.layer_names():
                try:
                    yield from _labels(layers.layer(layer.name), layer, view)
                except (ValueError, OSError):
                    continue  # the painter has said so


def label_style(size_px: float) -> str:
    """Name the label style whose size is nearest."""
    return f"user{min(SIZES_PX, key=lambda size: abs(size - size_px))}"


def _labels(
    columns: LayerColumns, layer: UserLayer, view: View
) -> Iterator[tuple[str, str, float, float, float, float]]:
    shown = drawn(columns, layer.look)
    found = columns.query(view.box)
    found = found[shown.classes[found] >= 0]
    extents = (columns.boxes[found, 2:] - columns.boxes[found, :2]).max(axis=1) / view.metres_per_pixel
    if columns.geometry != "point":
        found, extents = found[extents >= LEAST_EXTENT_PX], extents[extents >= LEAST_EXTENT_PX]
    places = _places(columns, found)
    west, south, east, north = view.box
    x, y = places[:, 0], places[:, 1]
    inside = (x >= west) & (x < east) & (y >= south) & (y < north)
    found, places, extents = found[inside], places[inside], extents[inside]
    most_first = np.lexsort((found, -(extents if shown.sizes is None else shown.sizes[found])))[:MOST_LABELS]
    codes, texts = coded(columns, layer.look.label_field)
    style = label_style(layer.look.label_size_px)
    for i in most_first.tolist():
        code = int(codes[found[i]])
        text = _one_line(texts[code]) if code >= 0 else ""
        if text:
            down = _below_px(shown, int(found[i]), layer) * view.metres_per_pixel
            yield text, style, float(places[i, 0]), float(places[i, 1]) - down, 0.0, RANK


def _below_px(shown: Drawn, index: int, layer: UserLayer) -> float:
    """Answer how far under its place a text stands: a point's text under its dot, others in their middle."""
    if shown.layer.geometry != "point":
        return 0.0
    size = layer.look.size_px if shown.sizes is None else float(shown.sizes[index])
    return size / 2 + layer.look.label_size_px * 0.7 + 2


def _places(columns: LayerColumns, found: NDArray[np.int64]) -> NDArray[np.float64]:
    """Choose where every feature is named, (n, 2): a point where it is, a line half-way, an area inside of itself."""
    if columns.geometry == "point" or not len(found):
        return (columns.boxes[found, :2] + columns.boxes[found, 2:]) / 2
    places = np.empty((len(found), 2))
    for i, index in enumerate(found.tolist()):
        points, sizes, _ = gathered(columns, np.array([index]))
        longest = int(np.argmax(sizes))
        first = int(sizes[:longest].sum())
        piece = points[first : first + int(sizes[longest])]
        places[i] = piece[len(piece) // 2] if columns.geometry == "line" else place_inside(points, sizes)[0]
    return places


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST]).strip()

"""Find the features of user layers under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from maps.strokes import gathered
from maps.user_layers import LayerList
from maps.user_painter import size_px
from maps.user_style import Drawn, drawn
from maps.view import View

if TYPE_CHECKING:
    from maps.listing import DrawnLayers

REACH_PX = 4.0
MOST_ASKED = 2_000


def features_at(
    layers: DrawnLayers, listing: LayerList, view: View, across: float, down: float
) -> tuple[tuple[str, int], ...]:
    """Find the drawn features at a place of the screen (logical pixels): layer's name and feature, the top one first.

    Only what the look shows at this scale is found; points and lines within 4 pixels of what is drawn.
    """
    x, y = (float(value) for value in view.to_ground(across, down))
    found: list[tuple[str, int]] = []
    for place in ("over", "under"):
        for layer in reversed(listing.shown_in(place, view.metres_per_pixel)):
            if layer.kind != "vector" or layer.name not in layers.layer_names():
                continue
            shown = drawn(layers.layer(layer.name), layer.look)
            found += [(layer.name, index) for index in _nearest_first(shown, view, x, y)]
    return tuple(found)


def _nearest_first(shown: Drawn, view: View, x: float, y: float) -> list[int]:
    layer, look = shown.layer, shown.look
    largest = max(look.size_px_range[1] if shown.sizes is not None else look.size_px, look.width_px)
    reach = (largest / 2 if layer.geometry != "polygon" else 0.0) + REACH_PX
    margin = reach * view.metres_per_pixel
    found = layer.query((x - margin, y - margin, x + margin, y + margin))
    found = found[shown.classes[found] >= 0][:MOST_ASKED]
    at = np.array([x, y])
    distances = []
    for index in found.tolist():
        allowed = (size_px(shown, index, view.metres_per_pixel) / 2 + REACH_PX) * view.metres_per_pixel
        distance = 0.0 if _holds(layer, index, at) else _distance(layer, index, at)
        if distance <= (allowed if layer.geometry != "polygon" else 0.0):
            distances.append((distance, index))
    return [index for _, index in sorted(distances)]


def _holds(layer: LayerColumns, index: int, at: NDArray[np.float64]) -> bool:
    """Tell whether an area holds a point: a ray to the east crosses its rings an odd number of times."""
    if layer.geometry != "polygon":
        return False
    one, two = _pieces(layer, index)
    rises = (one[:, 1] > at[1]) != (two[:, 1] > at[1])
    one, two = one[rises], two[rises]
    where = one[:, 0] + (at[1] - one[:, 1]) / (two[:, 1] - one[:, 1]) * (two[:, 0] - one[:, 0])
    return bool((where > at[0]).sum() % 2)


def _distance(layer: LayerColumns, index: int, at: NDArray[np.float64]) -> float:
    """Measure from a point to a feature's line or points, in metres."""
    if layer.geometry == "point":
        points, _, _ = gathered(layer, np.array([index]))
        return float(np.hypot(*(points - at).T).min())
    one, two = _pieces(layer, index)
    along = two - one
    share = np.clip(((at - one) * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.hypot(*(one + along * share[:, None] - at).T).min())


def _pieces(layer: LayerColumns, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points, sizes, _ = gathered(layer, np.array([index]))
    joined = np.ones(len(points) - 1, bool)
    joined[np.cumsum(sizes)[:-1] - 1] = False
    return points[:-1][joined], points[1:][joined]

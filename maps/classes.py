"""Sort a field's values into classes with colours: equal intervals, quantiles, natural breaks, categories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import coded
from maps.user_layers import PALETTE, Category, Step

METHODS = ("equal", "quantiles", "natural")
RAMP = ("#3a6fb0", "#2b9c9a", "#84b84c", "#e3bd3f", "#d9793b")  # rises in lightness to the fourth; read day and night
MOST_DISTINCT = 800
OTHER_COLOUR = "#8c9196"


def steps_for(values: NDArray[np.float64], count: int = 5, method: str = "natural") -> tuple[Step, ...]:
    """Cut numbers into at most `count` classes with rising colours; unknown ones (NaN) are not looked at.

    method: "equal" (intervals), "quantiles" (as many features in each) or "natural" (least variance within classes:
    Fisher, "On grouping for maximum homogeneity", 1958, as Jenks drew maps with it). Raises ValueError for others.
    """
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if method not in METHODS:
        raise ValueError(f"{method!r} is no way to make classes: {', '.join(METHODS)}")
    if not len(known):
        return ()
    if method == "equal":
        edges = np.linspace(known.min(), known.max(), count + 1)[1:]
    elif method == "quantiles":
        edges = np.quantile(known, np.linspace(0, 1, count + 1)[1:], method="inverted_cdf")
    else:
        edges = _natural(known, count)
    edges = np.unique(edges)
    return tuple(Step(float(edge), colour) for edge, colour in zip(edges.tolist(), ramp(len(edges)), strict=True))


def categories_for(layer: LayerColumns, field: str, most: int = 12) -> tuple[Category, ...]:
    """Give the commonest texts of a field colours of the palette, the commonest first."""
    codes, texts = coded(layer, field)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    order = sorted(range(len(texts)), key=lambda i: (-int(counts[i]), texts[i]))[:most]
    return tuple(Category(texts[i], PALETTE[place % len(PALETTE)]) for place, i in enumerate(order))


def ramp(count: int, anchors: Sequence[str] = RAMP) -> tuple[str, ...]:
    """Give `count` colours evenly along a ramp of anchors."""
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in anchors], np.float64)
    at = np.linspace(0, len(anchors) - 1, count) if count > 1 else np.array([(len(anchors) - 1) / 2])
    mixed = np.stack([np.interp(at, np.arange(len(anchors)), rgb[:, channel]) for channel in range(3)], axis=1)
    return tuple("#" + "".join(f"{round(value):02x}" for value in row) for row in mixed.tolist())


def _natural(known: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Find the upper edges of the classes with the least squared deviation, exactly for up to 800 different values."""
    values, weights = np.unique(known, return_counts=True)
    if len(values) > MOST_DISTINCT:
        grouped = np.quantile(known, np.linspace(0, 1, MOST_DISTINCT), method="inverted_cdf")
        values = np.unique(grouped)
        weights = np.diff(np.searchsorted(np.sort(known), values, side="right"), prepend=0)
    count = min(count, len(values))
    centred = values - values.mean()
    mass = np.concatenate(([0.0], np.cumsum(weights)))
    first = np.concatenate(([0.0], np.cumsum(weights * centred)))
    second = np.concatenate(([0.0], np.cumsum(weights * centred**2)))
    size = len(values)
    start, stop = np.meshgrid(np.arange(size), np.arange(1, size + 1), indexing="ij")
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = second[stop] - second[start] - (first[stop] - first[start]) ** 2 / (mass[stop] - mass[start])
    cost[stop <= start] = np.inf
    best = cost[0].copy()  # of one class over the values before every stop
    cuts = []
    for _ in range(count - 1):
        total = np.concatenate(([np.inf], best[:-1]))[:, None] + cost
        cuts.append(np.argmin(total, axis=0))
        best = total.min(axis=0)
    edges, last = [size], size
    for cut in reversed(cuts):
        last = int(cut[last - 1])
        edges.append(last)
    return np.asarray(values[np.array(edges[::-1]) - 1], np.float64)

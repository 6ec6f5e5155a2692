"""One thing that could be written on the map, as plain values that cross from a worker to the window."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maps.view import Box

LONGEST = 80


class Label(NamedTuple):
    """One thing that could be written: its middle (metric CRS), turn (degrees, clockwise on the screen) and rank.

    bend: where the line of a bent text runs, from its first sign to its last, in logical pixels from the middle
    (x to the right, y down); empty for a straight one.
    """

    text: str
    style: str
    x: float
    y: float
    angle_deg: float
    rank: float
    bend: tuple[tuple[float, float], ...] = ()


def estimated_width_px(text: str, size_px: float) -> float:
    """Guess how wide a text is without a font; Chinese, Japanese and Korean signs are square."""
    return sum(1.0 if sign >= "\u2e80" else 0.56 for sign in text) * size_px


def clean(text: object) -> str:
    """Keep what can be printed on one line: a file's text may hold anything."""
    if not isinstance(text, str):
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST]).strip()


def within(points: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Tell which points (n, 2) lie in a box; its west and south edges belong to it, the others do not."""
    return np.asarray(
        (points[:, 0] >= box[0]) & (points[:, 0] < box[2]) & (points[:, 1] >= box[1]) & (points[:, 1] < box[3])
    )


def read_label(entry: list[Any]) -> Label:
    """Make a label of what its JSON gave."""
    *plain, bend = entry
    return Label(*plain, tuple((across, down) for across, down in bend))

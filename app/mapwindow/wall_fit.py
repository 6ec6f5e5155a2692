"""Where a wall map looks: so that every open incident is seen, and the picture seldom moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from maps.tiles import scale_of
from maps.view import Box, View

LEAST_GROUND_M = 1_800.0  # a single incident is shown with this much ground round it
MARGIN = 0.14
EDGE = 0.06  # an incident nearer to the edge than this share of the screen is on its way out
NEARER_BY = 1.9  # only a picture that could be so much nearer is made nearer


def wall_view(view: View, points: Sequence[tuple[float, float]], city: Box) -> View:
    """Return the view that shows all points (x, y in the metric CRS), at a scale that tiles have; the city for none.

    city: the box of the city's ground.
    """
    if not points:
        return _on_a_level(view.fit(city))
    across, down = [x for x, _ in points], [y for _, y in points]
    middle_x, middle_y = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
    half_x = max(max(across) - min(across), LEAST_GROUND_M) / 2
    half_y = max(max(down) - min(down), LEAST_GROUND_M) / 2
    box = (middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)
    wanted, whole = _on_a_level(view.fit(box, MARGIN)), _on_a_level(view.fit(city))
    west, south, east, north = city
    are_inside = west <= min(across) and max(across) <= east and south <= min(down) and max(down) <= north
    return whole if are_inside and whole.metres_per_pixel <= wanted.metres_per_pixel else wanted


def must_move(view: View, wanted: View, points: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a view serves no more: an incident is out of it or at its edge, or all would be seen far larger."""
    if wanted.metres_per_pixel * NEARER_BY <= view.metres_per_pixel:
        return True
    if not points:
        return wanted.metres_per_pixel > view.metres_per_pixel * 1.01
    for x, y in points:
        across, down = (float(value) for value in view.to_screen(x, y))
        if not (EDGE <= across / view.width <= 1 - EDGE and EDGE <= down / view.height <= 1 - EDGE):
            return True
    return False


def _on_a_level(view: View) -> View:
    return replace(view, metres_per_pixel=scale_of(math.ceil(math.log2(view.metres_per_pixel) * 2 - 1e-9)))

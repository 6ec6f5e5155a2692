"""Mend geometries that are not valid, as far as that comes to an end: GEOS cannot be stopped once it has begun."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_S = 10.0  # for one geometry, as reckoned
MOST_TOGETHER_S = 30.0  # for all of a file
CROSSINGS_A_S = 30_000.0  # measured: what a ring costs that crosses itself so often
RINGS_AT_ONCE = 4_000.0  # a second for so many rings, and it grows with their square
FEW_CORNERS = 300
_SAMPLE = 400_000


class Mender:
    """Mend geometries one by one within a time that is reckoned beforehand: equal files get equal answers."""

    def __init__(self) -> None:
        self._left_s = MOST_TOGETHER_S

    def mended(self, shape: Any) -> tuple[Any, str]:
        """Answer a valid geometry and what was wrong, or None and why it cannot be had."""
        import shapely

        cost_s = cost_of(shape)
        if cost_s > MOST_S or cost_s > self._left_s:
            return None, "crosses itself too often, or has too many rings, to be mended"
        self._left_s -= cost_s
        reason = shapely.is_valid_reason(shape)
        try:
            mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        except shapely.errors.GEOSException as error:
            return None, f"cannot be mended: {' '.join(str(error).split())[:200]}"
        return (None, f"nothing is left of it: {reason}") if mended.is_empty else (mended, f"mended: {reason}")


def cost_of(shape: Any) -> float:
    """Reckon how many seconds mending takes, from the number of rings and of places where lines cross."""
    import shapely

    coords = shapely.get_coordinates(shape)
    if len(coords) <= FEW_CORNERS:
        return 0.0
    polygons = shapely.get_parts(shape)
    rings = int(np.maximum(shapely.get_num_interior_rings(polygons), 0).sum()) + len(polygons)
    return crossings(coords) / CROSSINGS_A_S + (rings / RINGS_AT_ONCE) ** 2


def crossings(coords: NDArray[np.float64]) -> float:
    """Estimate how often a line of corners (n, 2) crosses itself, from pairs of its pieces drawn with a fixed seed."""
    start, stop = coords[:-1], coords[1:]
    count = len(start)
    one, other = np.random.default_rng(0).integers(0, count, (2, min(_SAMPLE, count * count)))

    def side(of: NDArray[np.int64], points: NDArray[np.float64]) -> NDArray[np.float64]:
        along, away = stop[of] - start[of], points - start[of]
        return np.asarray(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0])

    with np.errstate(over="ignore", invalid="ignore"):
        cross = (side(one, start[other]) * side(one, stop[other]) < 0) & (
            side(other, start[one]) * side(other, stop[one]) < 0
        )
    return float(cross.mean()) * count * count / 2

"""Turn a grid of numbers into the areas where they are below zero, with outlines between the grid's points."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_SOUTH, _EAST, _NORTH, _WEST = range(4)
# For each set of corners that lie inside (1 south-west, 2 south-east, 4 north-east, 8 north-west) the pieces of outline
# through a square, from side to side with the inside on the left. Corners that touch slantwise are joined (5, 10).
_PIECES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_SOUTH, _WEST),),
    2: ((_EAST, _SOUTH),),
    3: ((_EAST, _WEST),),
    4: ((_NORTH, _EAST),),
    5: ((_SOUTH, _EAST), (_NORTH, _WEST)),
    6: ((_NORTH, _SOUTH),),
    7: ((_NORTH, _WEST),),
    8: ((_WEST, _NORTH),),
    9: ((_SOUTH, _NORTH),),
    10: ((_WEST, _SOUTH), (_EAST, _NORTH)),
    11: ((_EAST, _NORTH),),
    12: ((_WEST, _EAST),),
    13: ((_SOUTH, _EAST),),
    14: ((_WEST, _SOUTH),),
}


def areas_below_zero(
    field: NDArray[np.floating[Any]], *, x: float, y: float, cell_m: float, smallest_m2: float = 0.0
) -> Any:
    """Return where a field (rows from south to north, columns from west to east) is below zero, a MultiPolygon.

    x, y: where field[0, 0] stands; cell_m: how far the values are apart. Nothing is inside beyond the grid. Pieces
    and holes smaller than `smallest_m2` are left out.
    """
    padded = np.pad(np.asarray(field, np.float64), 1, constant_values=1.0)
    rings = _rings(padded)
    shells, holes, sizes = [], [], []
    for ring in rings:
        area = _signed_area(ring) * cell_m**2
        if abs(area) >= smallest_m2 and area != 0:
            placed = np.array([x, y]) + (ring - 1.0) * cell_m
            if area > 0:
                shells.append(placed)
                sizes.append(area)
            else:
                holes.append(placed)
    if not shells:
        return shapely.MultiPolygon()
    order = np.argsort(sizes)
    shells = [shells[place] for place in order.tolist()]
    within: list[list[Any]] = [[] for _ in shells]
    if holes:
        tree = shapely.STRtree(shapely.points([hole[0] for hole in holes]))
        owners, found = tree.query([shapely.Polygon(shell) for shell in shells], predicate="contains")
        smallest: dict[int, int] = {}
        for hole, owner in zip(found.tolist(), owners.tolist(), strict=True):
            smallest[hole] = min(owner, smallest.get(hole, owner))
        for hole, owner in smallest.items():
            within[owner].append(holes[hole])
    return shapely.MultiPolygon([shapely.Polygon(*pair) for pair in zip(shells, within, strict=True)])


def _rings(field: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Follow the outlines: closed rings (n, 2) in columns and rows, counter-clockwise round what is below zero."""
    inside = field < 0
    across, up = inside[:, 1:] != inside[:, :-1], inside[1:] != inside[:-1]
    count = int(across.sum())
    across_id = np.where(across, np.cumsum(across).reshape(across.shape) - 1, -1)
    up_id = np.where(up, count + np.cumsum(up).reshape(up.shape) - 1, -1)
    rows, columns = np.nonzero(across)
    low, high = field[rows, columns], field[rows, columns + 1]
    points = [np.column_stack((columns + low / (low - high), rows.astype(np.float64)))]
    rows, columns = np.nonzero(up)
    low, high = field[rows, columns], field[rows + 1, columns]
    points.append(np.column_stack((columns.astype(np.float64), rows + low / (low - high))))
    xy = np.concatenate(points)

    corners = inside.astype(np.uint8)
    code = corners[:-1, :-1] + 2 * corners[:-1, 1:] + 4 * corners[1:, 1:] + 8 * corners[1:, :-1]
    following = np.full(len(xy), -1, dtype=np.int64)
    rows, columns = np.nonzero((code > 0) & (code < 15))
    sides = np.stack(
        (across_id[rows, columns], up_id[rows, columns + 1], across_id[rows + 1, columns], up_id[rows, columns])
    )
    codes = code[rows, columns]
    for number, pieces in _PIECES.items():
        squares = np.flatnonzero(codes == number)
        for start, end in pieces:
            following[sides[start, squares]] = sides[end, squares]

    left, rings = following.tolist(), []
    for first in range(len(left)):
        if left[first] < 0:
            continue
        ring, at = [], first
        while left[at] >= 0:
            ring.append(at)
            left[at], at = -1, left[at]
        rings.append(xy[[*ring, first]])
    return rings


def _signed_area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2

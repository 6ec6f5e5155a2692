"""The outlines of a city's buildings as walls that hide what lies behind them.

Every outline does so, whatever the building's height: heights are known for few buildings, and a street camera hangs
lower than nearly all of them. Ground and trees hide nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.sight import Eye, Sweep, look

HUNG_M = 5.0  # a viewer no farther inside an outline is taken to hang on that wall
BEFORE_WALL_M = 0.2
_ON_WALL_M = 1e-6
_Points = NDArray[np.float64]


class Walls:
    """The outlines of a city's buildings as walls; a city without buildings has none."""

    def __init__(self, layer: LayerColumns | None) -> None:
        self._layer = layer

    def near(self, x: float, y: float, range_m: float, ignored: tuple[int, ...] = ()) -> _Points:
        """Return the walls of all buildings within range, float64 (n, 4) x0 y0 x1 y1; some lie a little beyond it."""
        layer = self._layer
        if layer is None:
            return np.empty((0, 4))
        features = layer.query((x - range_m, y - range_m, x + range_m, y + range_m))
        if ignored:
            features = features[~np.isin(features, ignored)]
        return _walls_of(layer, features)

    def holding(self, x: float, y: float) -> tuple[int, ...]:
        """Return the buildings whose outline a point lies within or on, ascending."""
        layer = self._layer
        if layer is None:
            return ()
        found = layer.query((x - 0.01, y - 0.01, x + 0.01, y + 0.01)).tolist()
        return tuple(number for number in found if _holds(_walls_of(layer, np.array([number])), x, y))

    def hung(self, eye: Eye) -> Eye:
        """Return a viewer at the place that it really looks from.

        One that stands inside an outline by `HUNG_M` or less hangs on that wall and is put in front of it, so that its
        own building hides what is behind it; one that then would look into its own building, or that stands
        deeper inside, is taken to stand on the roof, and that building hides nothing from it.
        """
        layer, own = self._layer, self.holding(eye.x, eye.y)
        if layer is None or not own:
            return eye
        on_roof = Eye(eye.x, eye.y, eye.direction_deg, eye.angle_deg, eye.range_m, own)
        walls = _walls_of(layer, np.array(own))
        foot, distance_m, out = _nearest_wall(walls, eye.x, eye.y)
        if distance_m > HUNG_M:
            return on_roof
        for sign in (1.0, -1.0):
            x, y = (float(value) for value in foot + sign * BEFORE_WALL_M * out)
            if self.holding(x, y):
                continue
            if not eye.is_all_round and eye.direction_deg is not None:
                turn = math.radians(eye.direction_deg)
                if sign * float(out @ (math.sin(turn), math.cos(turn))) < -0.1:
                    return on_roof
            return Eye(x, y, eye.direction_deg, eye.angle_deg, eye.range_m)
        return on_roof

    def seen_by(self, eye: Eye) -> Sweep:
        """Find what a viewer sees among the city's buildings from where it really looks, see `hung`."""
        stood = self.hung(eye)
        return look(stood, self.near(stood.x, stood.y, stood.range_m, stood.ignored))


def _walls_of(layer: LayerColumns, features: NDArray[np.int64]) -> _Points:
    """Return the sides of all rings of some buildings, float64 (n, 4)."""
    if not len(features):
        return np.empty((0, 4))
    rings = _runs(np.asarray(layer.features[features]), np.asarray(layer.features[features + 1]))
    first, last = np.asarray(layer.parts[rings]), np.asarray(layer.parts[rings + 1])
    corners = _runs(first, np.maximum(last - 1, first))  # the last corner of a ring is the first again
    return np.hstack((layer.coords[corners], layer.coords[corners + 1]))


def _runs(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all whole numbers of all half-open runs, one run after another."""
    many = last - first
    return np.asarray(np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many))


def _holds(walls: _Points, x: float, y: float) -> bool:
    """Tell whether a point lies within (even-odd) or on the sides of an outline."""
    x0, y0, x1, y1 = walls.T
    crossed = (y0 > y) != (y1 > y)
    across = x0[crossed] + (y - y0[crossed]) / (y1[crossed] - y0[crossed]) * (x1[crossed] - x0[crossed])
    return bool((across > x).sum() % 2) or _nearest_wall(walls, x, y)[1] <= _ON_WALL_M


def _nearest_wall(walls: _Points, x: float, y: float) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Return the nearest point on walls, its distance, and the wall's normal (outwards where rings run as stored)."""
    start, run = walls[:, :2], walls[:, 2:] - walls[:, :2]
    squared = np.maximum((run**2).sum(axis=1), 1e-12)
    share = np.clip((((x, y) - start) * run).sum(axis=1) / squared, 0.0, 1.0)
    feet = start + share[:, None] * run
    away = np.hypot(feet[:, 0] - x, feet[:, 1] - y)
    best = int(np.argmin(away))
    normal = np.array([run[best, 1], -run[best, 0]]) / math.sqrt(float(squared[best]))
    return feet[best], float(away[best]), normal

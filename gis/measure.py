"""Measure on the earth: lengths, areas and circles that are true whatever the map's projection does to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Geod

LonLat = tuple[float, float]


@cache
def _earth() -> Geod:
    from pyproj import Geod  # 50 ms that the first picture does not have

    return Geod(ellps="WGS84")


def lengths_m(corners: Sequence[LonLat]) -> NDArray[np.float64]:
    """Return the length of each piece between lon/lat corners, float64 (n - 1), along the ellipsoid (WGS 84)."""
    if len(corners) < 2:
        return np.empty(0)
    lon, lat = np.array(corners, dtype=np.float64).T
    _, _, lengths = _earth().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return np.asarray(lengths, dtype=np.float64)


def distance_m(start: LonLat, end: LonLat) -> float:
    """Return the distance of two places (lon/lat) along the ellipsoid."""
    return float(lengths_m((start, end))[0])


def area_m2(corners: Sequence[LonLat]) -> float:
    """Return the area of a ring of lon/lat corners, open or closed, in either direction; 0 for fewer than three."""
    if len(corners) < 3:
        return 0.0
    lon, lat = np.array(corners, dtype=np.float64).T
    area, _ = _earth().polygon_area_perimeter(lon, lat)
    return abs(float(area))


def circle(middle: LonLat, radius_m: float, *, corners: int = 72) -> NDArray[np.float64]:
    """Return a closed ring lon/lat float64 (corners + 1, 2) whose corners all lie `radius_m` from the middle."""
    azimuths = np.linspace(0.0, 360.0, corners + 1)
    around = np.full(corners + 1, 1.0)
    lon, lat, _ = _earth().fwd(middle[0] * around, middle[1] * around, azimuths, radius_m * around)
    return np.stack((lon, lat), axis=1)


def is_inside(points: NDArray[np.float64], ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points (n, 2) lie in a ring (m, 2), open or closed, of the same plane; even-odd where it crosses."""
    inside = np.zeros(len(points), dtype=np.bool_)
    x, y = points[:, 0], points[:, 1]
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 != y2:
            spans = (y1 > y) != (y2 > y)
            inside ^= spans & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside


def distances_to_line(points: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far points (n, 2) lie from a line of corners (m, 2), or from its one point, in the plane."""
    nearest = np.hypot(*(points - line[0]).T)
    for start, end in pairwise(line):
        run = end - start
        squared = float(run @ run)
        if squared > 0:
            share = np.clip((points - start) @ run / squared, 0.0, 1.0)
            nearest = np.minimum(nearest, np.hypot(*(points - start - share[:, None] * run).T))
    return np.asarray(nearest)

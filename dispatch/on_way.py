"""Whether a closure lies on a way that was worked out before it: a guess by shape alone, without the roads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dispatch.incident import Closure
from dispatch.straight import EARTH_RADIUS_M

POINT_M = 25.0  # a point closes the road that it lies on
BESIDE_M = 15.0
ALONG_M = 60.0  # a line that the way only crosses at a junction runs along it for less


def lies_on(closure: Closure, lonlat: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a closure lies on a way (lon/lat points, WGS 84).

    A point does within some metres, an area where the way goes through it, a line where the way runs along it, or
    where it is short and lies across the way.
    """
    import shapely

    if len(lonlat) < 2 or not closure.coordinates:
        return False
    lon, lat = lonlat[0][0], math.radians(lonlat[0][1])
    scale = math.radians(1.0) * EARTH_RADIUS_M

    def metres(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        # From the first point on, so that a city on the 180th meridian is whole.
        return [(((x - lon + 180.0) % 360.0 - 180.0) * scale * math.cos(lat), y * scale) for x, y in points]

    way: Any = shapely.LineString(metres(lonlat))
    points = metres(closure.coordinates)
    try:
        if closure.geometry_type == "Polygon":
            area = shapely.make_valid(shapely.Polygon(points, [metres(hole) for hole in closure.holes]))
            return bool(way.intersection(area).length > 0)
        if closure.geometry_type == "Point":
            return bool(way.distance(shapely.Point(points[0])) <= POINT_M)
        line = shapely.LineString(points)
    except (shapely.errors.ShapelyError, ValueError):
        return False  # a bad shape closes nothing either
    if line.length < ALONG_M:
        return bool(way.distance(line) <= BESIDE_M)
    return bool(way.intersection(line.buffer(BESIDE_M)).length > ALONG_M)

"""Where a vehicle is on its way after a time, over a ground that is flat within a city."""

from __future__ import annotations

import math
from bisect import bisect_right

from dispatch.recommendation import Path

LonLat = tuple[float, float]


def along(path: Path, elapsed_s: float) -> tuple[LonLat, float, float]:
    """Return lon/lat, heading in degrees and speed in m/s after so many seconds on a way."""
    times, points = path.times_s, path.lonlat
    last = len(points) - 1
    if elapsed_s >= times[-1]:
        return points[-1], heading_deg(points[max(0, last - 1)], points[-1]), 0.0
    index = min(max(bisect_right(times, elapsed_s) - 1, 0), last - 1)
    start, end = points[index], points[index + 1]
    span_s = times[index + 1] - times[index]
    share = (elapsed_s - times[index]) / span_s if span_s > 0 else 1.0
    lonlat = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
    return lonlat, heading_deg(start, end), distance_m(start, end) / span_s if span_s > 0 else 0.0


def distance_m(a: LonLat, b: LonLat) -> float:
    """Return the distance over a locally flat ground; good to a part in a thousand within a city."""
    east = math.radians(b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return 6_371_000.0 * math.hypot(east, math.radians(b[1] - a[1]))


def heading_deg(a: LonLat, b: LonLat) -> float:
    """Return the heading from one place to another in degrees, clockwise from north."""
    east = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.degrees(math.atan2(east, b[1] - a[1])) % 360

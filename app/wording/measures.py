"""Lengths and areas as they are read off the map: finer than distances that a dispatcher hears."""

from __future__ import annotations

import math

from app.wording.durations import BLANK


def length(metres: float) -> str:
    """Word a measured length: `8.4 m`, `352 m`, `1.27 km`, `14.3 km`."""
    if not math.isfinite(metres):
        return BLANK
    if metres < 9.95:
        return f"{metres:.1f} m"
    if metres < 999.5:
        return f"{round(metres)} m"
    return f"{metres / 1000:.2f} km" if metres < 9_995 else f"{metres / 1000:.1f} km"


def area(square_metres: float) -> str:
    """Word a measured area: `84 m²`, `3,250 m²`, `1.27 ha`, `2.31 km²`."""
    if not math.isfinite(square_metres):
        return BLANK
    if square_metres < 9_995:
        return f"{round(square_metres):,} m²"
    if square_metres < 995_000:
        return f"{square_metres / 10_000:.3g} ha"
    return f"{square_metres / 1_000_000:,.2f} km²"


def coordinates(lon: float, lat: float) -> str:
    """Write a place as people do, latitude first: the command line and the search read it again."""
    return f"{lat:.6f}, {lon:.6f}"


def times(factor: float) -> str:
    """Say how many times as fast as life something goes, without the sign."""
    return f"{factor:,.0f}" if factor >= 1 else f"{factor:.2g}"

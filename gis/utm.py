"""Project lon/lat into UTM without PROJ, whose import costs what the first picture of a map does not have."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FROM_MIDDLE_DEG = 12.0  # beyond, the series loses accuracy: PROJ is asked
_ZONE = re.compile(r"EPSG:32([67])(0[1-9]|[1-5]\d|60)", re.IGNORECASE)
_A, _F, _K0 = 6_378_137.0, 1 / 298.257223563, 0.9996  # WGS 84; the scale on the middle meridian
_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64) * _K0
_SERIES = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)


def to_utm(crs: str, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Turn lon/lat in degrees (WGS 84) into x/y in metres of a zone "EPSG:326zz" or "EPSG:327zz".

    Within a millimetre of PROJ; None for another CRS and for places far from the zone. Krüger's series in the third
    flattening to the fourth order, as Karney gives it (Transverse Mercator with an accuracy of a few nanometers, 2011).
    """
    zone = _ZONE.fullmatch(crs)
    if zone is None:
        return None
    east = np.asarray(lon, dtype=np.float64) - (int(zone[2]) * 6 - 183)
    if not (np.abs(east) < FROM_MIDDLE_DEG).all():
        return None
    away, up = np.radians(east), np.sin(np.radians(np.asarray(lat, dtype=np.float64)))
    eccentricity = 2 * np.sqrt(_N) / (1 + _N)
    tangent = np.sinh(np.arctanh(up) - eccentricity * np.arctanh(eccentricity * up))
    north: Any = np.arctan2(tangent, np.cos(away))
    along: Any = np.arcsinh(np.sin(away) / np.hypot(tangent, np.cos(away)))
    y, x = north, along
    for order, factor in enumerate(_SERIES, start=1):
        y = y + factor * np.sin(2 * order * north) * np.cosh(2 * order * along)
        x = x + factor * np.cos(2 * order * north) * np.sinh(2 * order * along)
    return 500_000.0 + _RADIUS * x, (0.0 if zone[1] == "6" else 10_000_000.0) + _RADIUS * y

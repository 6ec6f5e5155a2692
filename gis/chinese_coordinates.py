"""Turn the shifted coordinates of Chinese maps, GCJ-02 and BD-09, into WGS 84 and back.

Maps published in China are shifted by a function that is not published; what is used here is the reconstruction that
has been public since 2013 and agrees with the services' own answers to about a decimetre: series of sines around
105° E 35° N on the Krasovsky ellipsoid (1940: a = 6,378,245 m, e² = 0.00669342162296594). BD-09 shifts GCJ-02 once
more, in polar coordinates. Outside of the rectangle that the shift is defined on, nothing is changed.
All functions take and answer degrees, float64 arrays of one shape or numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]

KRASOVSKY_A_M = 6_378_245.0
KRASOVSKY_E2 = 0.006_693_421_622_965_943
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
CLOSE_ENOUGH_DEG = 1e-10  # 0.01 mm
MOST_ROUNDS = 30
NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09", "bd09ll": "BD-09"}
_BD_WAVE = np.pi * 3000.0 / 180.0


def chinese_name(crs: str | None) -> str | None:
    """Answer "GCJ-02" or "BD-09" where a text means one of them, however it is written; otherwise None."""
    return NAMES.get("".join(sign for sign in (crs or "").casefold() if sign.isalnum()))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Shift WGS 84 to GCJ-02, some 300 to 700 m."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    swell = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (swell + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (swell + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    bend = 1.0 - KRASOVSKY_E2 * np.sin(phi) ** 2
    metres_lat = KRASOVSKY_A_M * (1.0 - KRASOVSKY_E2) / (bend * np.sqrt(bend)) * np.pi / 180.0
    metres_lon = KRASOVSKY_A_M / np.sqrt(bend) * np.cos(phi) * np.pi / 180.0
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(inside, lon + east / metres_lon, lon), np.where(inside, lat + north / metres_lat, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Undo the shift of GCJ-02, by coming closer until the way forward gives what was asked (to 0.01 mm)."""
    return _undone(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 to BD-09, about 1 km more; outside of the rectangle nothing is changed."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD_WAVE)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return (
        np.where(inside, radius * np.cos(angle) + 0.0065, lon),
        np.where(inside, radius * np.sin(angle) + 0.006, lat),
    )


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Undo the shift of BD-09, to 0.01 mm."""
    return _undone(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Turn BD-09 into WGS 84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Turn WGS 84 into BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def _undone(
    shift: Callable[[ArrayLike, ArrayLike], tuple[Degrees, Degrees]], lon: ArrayLike, lat: ArrayLike
) -> tuple[Degrees, Degrees]:
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    found_lon, found_lat = lon, lat
    for _ in range(MOST_ROUNDS):
        there_lon, there_lat = shift(found_lon, found_lat)
        off_lon, off_lat = lon - there_lon, lat - there_lat
        found_lon, found_lat = found_lon + off_lon, found_lat + off_lat
        off = np.maximum(np.abs(off_lon), np.abs(off_lat))
        if not np.any(off > CLOSE_ENOUGH_DEG):
            break
    return found_lon, found_lat

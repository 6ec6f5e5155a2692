"""Coordinate systems: the metric CRS of a place, and there and back, always (lon, lat) and (x, y)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyproj import Transformer

LONLAT = "EPSG:4326"


def utm_crs(lon: float, lat: float) -> str:
    """Name the UTM zone (WGS 84) of a point, as "EPSG:326zz" north and "EPSG:327zz" south of the equator.

    Follows the widened zones of south-west Norway (32V) and Svalbard. Raises ValueError outside lon/lat or
    beyond the zones (84° north, 80° south).
    """
    if not (-180 <= lon <= 180 and -80 <= lat <= 84):
        raise ValueError(f"no UTM zone at lon {lon}, lat {lat}")
    zone = min(int((lon + 180) // 6) + 1, 60)
    if 56 <= lat < 64 and 3 <= lon < 12:
        zone = 32
    elif lat >= 72 and 0 <= lon < 42:
        zone = 31 + 2 * int((lon + 3) // 12)
    return f"EPSG:{32600 + zone if lat >= 0 else 32700 + zone}"


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer:
    """Make (and keep) the transformer between two CRS, x or longitude first. Raises ValueError for an unknown CRS.

    A transformer may be used from any thread; pyproj keeps a context for each.
    """
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    try:
        return Transformer.from_crs(source, target, always_xy=True)
    except CRSError as error:
        raise ValueError(f"unknown coordinate system: {source} to {target} ({error})") from error


def check_metric(crs: str) -> str:
    """Answer the CRS as it was given when it is projected and in metres, otherwise raise ValueError."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        parsed = CRS.from_user_input(crs)
    except CRSError as error:
        raise ValueError(f"unknown coordinate system: {crs} ({error})") from error
    units = {axis.unit_name for axis in parsed.axis_info}
    if not parsed.is_projected or units != {"metre"}:
        raise ValueError(f"{crs} is not a projected coordinate system in metres")
    return crs


def project(geometries: Any, source: str, target: str) -> Any:
    """Transform an array of shapely geometries from one CRS to another, x or longitude first."""
    import shapely

    there = transformer(source, target)

    def columns(coords: Any) -> Any:
        x, y = there.transform(coords[:, 0], coords[:, 1])
        coords[:, 0], coords[:, 1] = x, y
        return coords

    return shapely.transform(geometries, columns)

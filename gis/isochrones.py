"""What is reached within some minutes from a set of places, together or each by itself, as GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gis.crs import LONLAT, transformer
from gis.reach import LIMITS_S, ReachMap

TOGETHER = ""


@dataclass(frozen=True, slots=True)
class Isochrone:
    """What is reached within `limit_s` seconds of driving from a place by its name, or from any of them (TOGETHER).

    area: a shapely MultiPolygon in the network's metric CRS; lonlat: the same in WGS 84; area_km2: its size.
    """

    name: str
    limit_s: float
    area: Any
    lonlat: Any
    area_km2: float


def isochrones(
    reach: ReachMap,
    places: Sequence[tuple[str, float, float]],
    limits_s: Sequence[float] = LIMITS_S,
    *,
    each: bool = False,
    towards: bool = False,
) -> tuple[tuple[Isochrone, ...], tuple[str, ...]]:
    """Draw what is reached from places (name, lon, lat), and name those that lie off the roads.

    `each`: one for every place and limit, in their order, else one a limit for all together. `towards`: from where one
    of them is reached. Times are those of the driving profile, without turnout, hour or weather. Raises ValueError for
    limits that are not above zero.
    """
    import shapely

    if not limits_s or not all(0 < limit <= 24 * 3600 for limit in limits_s):
        raise ValueError("limits must be above zero, and below a day")
    crs = reach.network.crs
    lonlat = np.array([(lon, lat) for _, lon, lat in places], dtype=np.float64).reshape(-1, 2)
    xy = np.column_stack(transformer(LONLAT, crs).transform(lonlat[:, 0], lonlat[:, 1]))
    snaps = reach.snap(xy)
    off = tuple(name for (name, _, _), snap in zip(places, snaps, strict=True) if snap is None)
    on = [(name, snap) for (name, _, _), snap in zip(places, snaps, strict=True) if snap is not None]
    if not on:
        return (), off
    asked = [(name, [snap]) for name, snap in on] if each else [(TOGETHER, [snap for _, snap in on])]
    to_lonlat = transformer(crs, LONLAT)

    def turned(points: Any) -> Any:
        return np.round(np.column_stack(to_lonlat.transform(points[:, 0], points[:, 1])), 6)

    found = [
        Isochrone(name, one.limit_s, one.area, shapely.transform(one.area, turned), float(one.area.area) / 1e6)
        for name, snapped in asked
        for one in reach.reach(snapped, limits_s, towards=towards)
    ]
    return tuple(found), off


def as_geojson(found: Sequence[Isochrone], **more: Any) -> dict[str, Any]:
    """Return isochrones as a FeatureCollection, the longest limits first, so that the shorter lie on top."""
    import shapely

    features = [
        {
            "type": "Feature",
            "properties": {"from": one.name, "limit_s": one.limit_s, "area_km2": round(one.area_km2, 4), **more},
            "geometry": shapely.geometry.mapping(one.lonlat),
        }
        for one in sorted(found, key=lambda one: -one.limit_s)
    ]
    return {"type": "FeatureCollection", "features": features}

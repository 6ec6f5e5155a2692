"""What parts of a city are called: its zones, else its named places, else the points of the compass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis.city import City

COMPASS = ("east", "north_east", "north", "north_west", "west", "south_west", "south", "south_east")
CENTRE = "centre"
FEWEST, MOST = 3, 200
NAMED_KINDS = ("suburb", "quarter", "neighbourhood", "village", "town")
NEAR_M = 3000.0
LEAST_NAMED = 0.8  # of the demand; below that the names are of one corner only


@dataclass(frozen=True, slots=True)
class Area:
    """Name a part of a city: `kind` is zone, place, or compass (then `name` is one of COMPASS, or CENTRE)."""

    kind: str
    name: str


def areas_of(
    city: City, xy: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.int32], tuple[Area, ...]]:
    """Tell in which part of a city points lie: int32 (k,) into the areas that are returned beside it.

    xy: float64 (k, 2) in the city's metric CRS; weight: float64 (k,), what each counts.
    """
    names = compass(xy, weight)
    for named in (_zones(city, xy), _places(city, xy)):
        if weight[[each is not None for each in named]].sum() >= LEAST_NAMED * weight.sum() > 0:
            names = [found or fallback for found, fallback in zip(named, names, strict=True)]
            break
    areas = sorted(set(names), key=lambda area: (area.kind, area.name))
    number = {area: place for place, area in enumerate(areas)}
    return np.array([number[name] for name in names], dtype=np.int32), tuple(areas)


def compass(xy: NDArray[np.float64], weight: NDArray[np.float64]) -> list[Area]:
    """Name points (k, 2) by where they lie from their weighted middle; the inner third of them is the centre."""
    if not len(xy):
        return []
    away = xy - np.average(xy, axis=0, weights=weight if weight.sum() > 0 else None)
    far_m = np.hypot(away[:, 0], away[:, 1])
    inner_m = float(np.quantile(far_m, 1 / 3))
    sector = np.rint(np.arctan2(away[:, 1], away[:, 0]) / (np.pi / 4)).astype(int) % 8
    return [
        Area("compass", CENTRE if metres <= inner_m else COMPASS[at])
        for metres, at in zip(far_m.tolist(), sector.tolist(), strict=True)
    ]


def _zones(city: City, xy: NDArray[np.float64]) -> list[Area | None]:
    from gis.city import CityError
    from gis.zones import Zones, zone_layers

    layers = []
    for name in city.layer_names():
        try:
            layers.append(city.layer(name))
        except CityError:
            continue
    for layer in zone_layers(layers):
        if FEWEST <= layer.count <= MOST:
            zones = Zones(layer)
            found = [zones.zone_of(x, y) for x, y in xy.tolist()]
            return [None if zone is None else Area("zone", zone.name) for zone in found]
    return [None] * len(xy)


def _places(city: City, xy: NDArray[np.float64]) -> list[Area | None]:
    from scipy.spatial import cKDTree

    from gis.city import CityError
    from gis.columns import LayerError

    try:
        layer = city.layer("place_names")
        names = layer.attribute("name")
    except (CityError, LayerError, KeyError, OSError):
        return [None] * len(xy)
    rows = [row for row in range(layer.count) if layer.kind_of(row) in NAMED_KINDS and names[row]]
    if len(rows) < FEWEST or layer.geometry != "point" or not len(xy):
        return [None] * len(xy)
    away_m, nearest = (np.asarray(each) for each in cKDTree(np.asarray(layer.boxes)[rows, :2]).query(xy))
    return [
        Area("place", " ".join(str(names[rows[at]]).split())) if metres <= NEAR_M else None
        for metres, at in zip(away_m.tolist(), nearest.tolist(), strict=True)
    ]

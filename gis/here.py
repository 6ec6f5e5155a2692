"""What is here: everything that a city folder knows about one place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.city import City, CityError
from gis.columns import LayerColumns, LayerError
from gis.measure import is_inside
from gis.places import Place, PlacesError
from gis.zones import GROUND, Zones, cell_of

NEAR_M = 300.0
STREET_WITHIN_M = 150.0
CROSSING_WITHIN_M = 400.0
STATION_KINDS = ("fire", "police", "ambulance", "hospital")


@dataclass(frozen=True, slots=True)
class Near:
    """Something near: its name (may be empty), what kind it is, where, and how far in a straight line."""

    name: str
    kind: str
    lon: float
    lat: float
    distance_m: float
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """An area that holds the place: the drawn layer it is of, its kind and its name (may be empty)."""

    layer: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Here:
    """Everything that is known of one place; x, y in `metric_crs`, lists nearest first.

    `street` and `crossing` are the nearest named ones, empty where none is near. `stations` holds the nearest one of
    each of `STATION_KINDS`.
    """

    lon: float
    lat: float
    x: float
    y: float
    metric_crs: str
    address: Place | None = None
    street: str = ""
    street_m: float = math.inf
    crossing: str = ""
    crossing_m: float = math.inf
    areas: tuple[Area, ...] = ()
    cell: str = ""
    cameras: tuple[Near, ...] = ()
    hydrants: tuple[Near, ...] = ()
    stations: tuple[Near, ...] = ()


def what_is_here(
    city: City, lon: float, lat: float, *, stations: Sequence[Near] | None = None, within_m: float = NEAR_M
) -> Here:
    """Gather what the city knows of a place (lon/lat). Layers that are broken or missing are left out.

    `stations`: the agency's own instead of the map's fire, police and ambulance stations; their distance is measured
    here. `within_m` limits cameras and hydrants.
    """
    x, y = (float(value) for value in city.to_metric(lon, lat))
    layers = _layers(city)
    street, street_m, crossing, crossing_m = streets_near(layers.get("roads"), x, y)
    return Here(
        lon,
        lat,
        x,
        y,
        city.metric_crs,
        address=_address(city, lon, lat),
        street=street,
        street_m=street_m,
        crossing=crossing,
        crossing_m=crossing_m,
        cell=cell_of(x, y) if math.isfinite(x) and math.isfinite(y) else "",
        areas=tuple(areas_at(layers.values(), x, y)),
        cameras=tuple(points_near(city, layers.get("cameras"), x, y, within_m)),
        hydrants=tuple(points_near(city, layers.get("hydrants"), x, y, within_m)),
        stations=tuple(_nearest_stations(city, layers, x, y, stations)),
    )


def areas_at(layers: Iterable[LayerColumns], x: float, y: float) -> list[Area]:
    """Return the areas of all polygon layers that hold a point (metric CRS), smallest first."""
    found: list[tuple[float, Area]] = []
    point = np.array([[x, y]])
    for layer in layers:
        if layer.geometry != "polygon":
            continue
        for index in layer.query((x, y, x, y)).tolist():
            rings = [
                layer.coords[layer.parts[part] : layer.parts[part + 1]]
                for part in range(int(layer.features[index]), int(layer.features[index + 1]))
            ]
            if sum(bool(is_inside(point, ring)[0]) for ring in rings) % 2:
                west, south, east, north = layer.boxes[index].tolist()
                name = _text(layer, "name", index) if layer.name in GROUND else Zones(layer).names[index]
                area = Area(layer.name, layer.kind_of(index), name)
                found.append(((east - west) * (north - south), area))
    found.sort(key=lambda one: one[0])
    return list(dict.fromkeys(area for _, area in found))


def points_near(city: City, layer: LayerColumns | None, x: float, y: float, within_m: float) -> list[Near]:
    """Return the points of a layer within a distance, nearest first."""
    if layer is None:
        return []
    index = layer.query((x - within_m, y - within_m, x + within_m, y + within_m))
    away = _distances(layer, index, x, y)
    order = np.argsort(away, kind="stable")
    return [_near(city, layer, int(index[at]), float(away[at])) for at in order.tolist() if away[at] <= within_m]


def streets_near(layer: LayerColumns | None, x: float, y: float) -> tuple[str, float, str, float]:
    """Return the nearest named street with its distance, and the nearest crossing of two ("A / B") with its own."""
    if layer is None:
        return "", math.inf, "", math.inf
    street, street_m = "", math.inf
    names_at: dict[tuple[float, float], set[str]] = {}
    reach = CROSSING_WITHIN_M
    for index in layer.query((x - reach, y - reach, x + reach, y + reach)).tolist():
        name = _text(layer, "name", index)
        if not name:
            continue
        for part in range(int(layer.features[index]), int(layer.features[index + 1])):
            line = np.asarray(layer.coords[layer.parts[part] : layer.parts[part + 1]])
            away = _distance_to(line, x, y)
            if away < street_m and away <= STREET_WITHIN_M:
                street, street_m = name, away
            near = np.hypot(line[:, 0] - x, line[:, 1] - y) <= reach
            for corner in np.round(line[near], 2).tolist():
                names_at.setdefault((corner[0], corner[1]), set()).add(name)
    crossings = [
        (math.hypot(corner[0] - x, corner[1] - y), " / ".join(sorted(names)))
        for corner, names in names_at.items()
        if len(names) > 1
    ]
    crossing_m, crossing = min(crossings, default=(math.inf, ""))
    return street, street_m, crossing, crossing_m


def _layers(city: City) -> dict[str, LayerColumns]:
    found = {}
    for name in city.layer_names():
        try:
            found[name] = city.layer(name)
        except CityError:
            continue
    return found


def _address(city: City, lon: float, lat: float) -> Place | None:
    try:
        places = city.places()
    except (CityError, PlacesError):
        return None
    try:
        return places.reverse(lon, lat)
    finally:
        places.close()


def _nearest_stations(
    city: City, layers: dict[str, LayerColumns], x: float, y: float, own: Sequence[Near] | None
) -> list[Near]:
    nearest: dict[str, Near] = {}

    def offer(one: Near) -> None:
        if one.kind in STATION_KINDS and (one.kind not in nearest or one.distance_m < nearest[one.kind].distance_m):
            nearest[one.kind] = one

    for one in own or ():
        at = city.to_metric(one.lon, one.lat)
        offer(Near(one.name, one.kind, one.lon, one.lat, math.hypot(at[0] - x, at[1] - y), one.identity))
    for name in ("hospitals",) if own else ("stations", "hospitals"):
        layer = layers.get(name)
        if layer is None or not layer.count:
            continue
        every = np.arange(layer.count)
        away = _distances(layer, every, x, y)
        for code in np.unique(layer.kind_codes).tolist():
            of_kind = every[layer.kind_codes == code]
            index = int(of_kind[away[of_kind].argmin()])
            offer(_near(city, layer, index, float(away[index])))
    return [nearest[kind] for kind in STATION_KINDS if kind in nearest]


def _near(city: City, layer: LayerColumns, index: int, distance_m: float) -> Near:
    west, south, east, north = layer.boxes[index].tolist()
    lon, lat = city.to_lonlat((west + east) / 2, (south + north) / 2)
    identity = _text(layer, "osm_id", index) or f"{layer.name}/{index}"
    return Near(_text(layer, "name", index), layer.kind_of(index), float(lon), float(lat), distance_m, identity)


def _distances(layer: LayerColumns, index: NDArray[np.int64], x: float, y: float) -> NDArray[np.float64]:
    boxes = layer.boxes[index]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.asarray(np.hypot(middles[:, 0] - x, middles[:, 1] - y))


def _distance_to(line: NDArray[np.float64], x: float, y: float) -> float:
    start, run = line[:-1], np.diff(line, axis=0)
    squared = np.maximum((run**2).sum(axis=1), 1e-12)
    share = np.clip(((np.array([x, y]) - start) * run).sum(axis=1) / squared, 0.0, 1.0)
    feet = start + share[:, None] * run
    return float(np.hypot(feet[:, 0] - x, feet[:, 1] - y).min())


def _text(layer: LayerColumns, column: str, index: int) -> str:
    try:
        value = layer.attribute(column)[index]
    except (KeyError, LayerError, OSError, IndexError):
        return ""
    return value if isinstance(value, str) else "" if value is None else str(value)

"""Who and what lies within an area: buildings, addresses, and people where a layer tells of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis.city import City
    from gis.columns import LayerColumns

MOST_BEYOND_DEG = 5.0  # of a corner of an area, beyond the city's edge
BUILDINGS, ADDRESSES = "buildings", "house_numbers"
# A layer of population says so by its name: places and districts carry a population too, whole towns at a point.
PEOPLE_LAYERS = ("popul", "census", "people", "inhabit", "resident", "tract", "vaesto", "vaki")
# What the number of people is called in the layers of population that are published.
PEOPLE_FIELDS = ("population", "people", "inhabitants", "residents", "pop", "persons", "pop2020", "pop2010", "pop2000",
                 "total_pop", "tot_pop", "vaesto", "asukkaita", "人口")  # fmt: skip


class BadArea(ValueError):
    """Nothing can be counted in an area: `code` says why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Within:
    """Say what lies within an area of `area_km2`; None where the city has no layer that tells.

    buildings: those that it touches; addresses: those in it; people: of `people_layer`, polygons by the share of them
    that lies in the area, as if people lived evenly over each.
    """

    area_km2: float
    buildings: int | None
    addresses: int | None
    people: float | None
    people_layer: str = ""


def count_within(city: City, area: Any) -> Within:
    """Count what lies within a shapely polygon or multipolygon in lon/lat. Raises BadArea where it is none."""
    import shapely

    shape = shapely.make_valid(area) if area is not None else None
    if shape is None or shapely.is_empty(shape) or shapely.get_dimensions(shape) != 2:
        raise BadArea("no_area", "an area is needed: a polygon, not a line or a point")
    if not _is_near(shape.bounds, city.bounds):
        raise BadArea("off_map", "the area has a corner that is not on this map; longitude comes first")
    metric = shapely.transform(shape, lambda xy: np.column_stack(city.to_metric(xy[:, 0], xy[:, 1])))
    if not np.isfinite(shapely.get_coordinates(metric)).all():
        raise BadArea("off_map", "the area has a corner that is not on this map")
    shapely.prepare(metric)
    buildings, addresses = _layer(city, BUILDINGS, "polygon"), _layer(city, ADDRESSES, "point")
    told = _people_layer(city)
    return Within(
        float(metric.area) / 1e6,
        None if buildings is None else int(_touched(buildings, metric).sum()),
        None if addresses is None else len(_points_in(addresses, metric)),
        None if told is None else _people(*told, metric),
        "" if told is None else told[0].name,
    )


def _is_near(bounds: tuple[float, ...], of: tuple[float, ...]) -> bool:
    """Tell whether an area lies where the city's own metres hold: beyond, they count nothing and say so of nothing."""
    west, south, east, north = bounds
    return (
        west >= of[0] - MOST_BEYOND_DEG and south >= of[1] - MOST_BEYOND_DEG
        and east <= of[2] + MOST_BEYOND_DEG and north <= of[3] + MOST_BEYOND_DEG
    )  # fmt: skip


def around(city: City, lon: float, lat: float, radius_m: float) -> Any:
    """Return a circle around a place as a shapely polygon in lon/lat. Raises BadArea for a radius that is none."""
    import shapely

    from gis.measure import circle

    if not (math.isfinite(radius_m) and 0 < radius_m <= 100_000):
        raise BadArea("bad_radius", f"a radius must be above zero and below 100 km, not {radius_m:g} m")
    return shapely.Polygon(circle((lon, lat), radius_m))


def _layer(city: City, name: str, geometry: str) -> LayerColumns | None:
    from gis.city import CityError

    try:
        layer = city.layer(name)
    except CityError:
        return None
    return layer if layer.geometry == geometry and layer.count else None


def _people_layer(city: City) -> tuple[LayerColumns, NDArray[np.float64]] | None:
    """Find the first layer that tells how many people live where: by its name, with such a field."""
    from gis.city import CityError
    from gis.columns import LayerError

    for name in city.layer_names():
        if not any(word in name for word in PEOPLE_LAYERS):
            continue
        try:
            layer = city.layer(name)
        except CityError:
            continue
        if layer.geometry == "line" or not layer.count:
            continue
        for field in PEOPLE_FIELDS:
            for spelt in (field, field.upper(), field.capitalize()):
                try:
                    values = np.asarray(layer.attribute(spelt), dtype=np.float64)
                except (KeyError, OSError, TypeError, ValueError, LayerError):
                    continue
                return layer, np.where(np.isfinite(values) & (values > 0), values, 0.0)
    return None


def _near(layer: LayerColumns, area: Any) -> NDArray[np.int64]:
    west, south, east, north = area.bounds
    return layer.query((west, south, east, north))


def _touched(layer: LayerColumns, area: Any) -> NDArray[np.bool_]:
    import shapely

    rows = _near(layer, area)
    shapes = np.array([layer.geometry_of(row) for row in rows.tolist()], dtype=object)
    return np.asarray(shapely.intersects(area, shapes)) if len(rows) else np.zeros(0, np.bool_)


def _points_in(layer: LayerColumns, area: Any) -> NDArray[np.int64]:
    import shapely

    rows = _near(layer, area)
    xy = np.asarray(layer.boxes)[rows, :2]
    return rows[np.asarray(shapely.intersects_xy(area, xy[:, 0], xy[:, 1]))] if len(rows) else rows


def _people(layer: LayerColumns, people: NDArray[np.float64], area: Any) -> float:
    import shapely

    if layer.geometry == "point":
        return float(people[_points_in(layer, area)].sum())
    rows = _near(layer, area)
    shapes = np.array([shapely.make_valid(layer.geometry_of(row)) for row in rows.tolist()], dtype=object)
    if not len(rows):
        return 0.0
    whole = shapely.area(shapes)
    inside = shapely.area(shapely.intersection(shapes, area))
    return float((people[rows] * np.divide(inside, whole, out=np.zeros(len(rows)), where=whole > 0)).sum())

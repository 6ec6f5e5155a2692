"""Areas with an owner: districts or first-due areas of a polygon layer, and the cells of 10,000 square metres.

A cell is a square of 100 m along the city's metric CRS, numbered by its column and row from the CRS' origin:
`E3857N66720` begins at x = 385,700 m, y = 6,672,000 m. The number is the same in every program that knows the CRS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.grid import LAYER as GRID

CELL_M = 100.0
MOST_ZONES = 5_000  # a layer of more polygons holds parcels or the like, not zones
# Polygons that are drawn as ground, not areas that somebody owns.
GROUND = frozenset({"land_use", "parks", "water", "buildings"})
_LIKELY = ("first_due", "zone", "district", "precinct", "beat", "ward", "neighbo", "quarter", "area", "admin")
_NAMES = ("name", "title", "label", "district", "zone", "name_en", "code", "id", "ref")


@dataclass(frozen=True, slots=True)
class Zone:
    """One area: its row in the layer, its name (a number where it has none), its size."""

    index: int
    name: str
    area_m2: float


class Zones:
    """Answer whose area a place lies in. `layer` holds polygons in the city's metric CRS, `name_field` their names."""

    def __init__(self, layer: LayerColumns, name_field: str = "") -> None:
        if layer.geometry != "polygon":
            raise ValueError(f"layer {layer.name} is made of {layer.geometry}s, zones are polygons")
        self.layer = layer
        self.name_field = name_field or _name_field(layer.columns())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name all zones; one without a name has its number, from 1."""
        if not self.name_field:
            return tuple(str(number) for number in range(1, self.layer.count + 1))
        values = self.layer.attribute(self.name_field)
        return tuple(_text(value) or str(number) for number, value in enumerate(values, start=1))

    def zone_of(self, x: float, y: float) -> Zone | None:
        """Return the zone that a place (metres) lies in, the smallest where several overlap; None outside all."""
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        found = [self.zone(int(index)) for index in self.layer.query((x, y, x, y)) if self._covers(int(index), x, y)]
        return min(found, key=lambda zone: (zone.area_m2, zone.index), default=None)

    def zone(self, index: int) -> Zone:
        """Return the zone of a row. Raises IndexError where there is no such row."""
        return Zone(index, self.names[index], float(self._shape(index).area))

    def rings(self, index: int) -> tuple[NDArray[np.float64], ...]:
        """Return the rings of a zone, float64 (n, 2) each, closed."""
        layer = self.layer
        parts = range(int(layer.features[index]), int(layer.features[index + 1]))
        return tuple(layer.coords[layer.parts[part] : layer.parts[part + 1]] for part in parts)

    def label_place(self, index: int) -> tuple[float, float]:
        """Return a point well inside a zone, for its name."""
        import shapely

        shape = max(shapely.get_parts(self._shape(index)).tolist(), key=lambda part: part.area)
        tolerance = max(1.0, math.sqrt(shape.area) / 50)
        middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance))[0]
        return float(middle[0]), float(middle[1])

    @cached_property
    def _shapes(self) -> dict[int, Any]:
        return {}

    def _shape(self, index: int) -> Any:
        if index not in self._shapes:
            import shapely

            self._shapes[index] = shapely.make_valid(self.layer.geometry_of(index))
        return self._shapes[index]

    def _covers(self, index: int, x: float, y: float) -> bool:
        import shapely

        return bool(shapely.intersects_xy(self._shape(index), x, y))


def zone_layers(layers: Sequence[LayerColumns]) -> tuple[LayerColumns, ...]:
    """Choose the layers that may be zones, the likeliest first: not too many polygons, and none drawn as ground.

    The grid of cells is none either: its cells have codes that nobody calls a part of the city by.
    """
    able = [
        layer
        for layer in layers
        if layer.geometry == "polygon" and layer.name not in GROUND | {GRID} and 0 < layer.count <= MOST_ZONES
    ]
    return tuple(sorted(able, key=lambda layer: (_rank(layer.name), layer.name)))


def cell_of(x: float, y: float) -> str:
    """Return the number of the cell that a place (metres) lies in; its south and west sides belong to it.

    Raises ValueError for what is not a number.
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("a place that is not a number lies in no cell")
    return f"E{math.floor(x / CELL_M)}N{math.floor(y / CELL_M)}"


def _rank(name: str) -> int:
    return next((place for place, word in enumerate(_LIKELY) if word in name), len(_LIKELY))


def _name_field(columns: Sequence[str]) -> str:
    plain = {column.casefold(): column for column in columns}
    return next((plain[name] for name in _NAMES if name in plain), "")


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    number = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if number else " ".join(str(value).split())

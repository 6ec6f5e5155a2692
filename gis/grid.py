"""The grid of a city (单元网格): cells of about 10,000 square metres with codes, and which cell a place lies in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.city import City
from gis.columns import LayerColumns

LAYER = "grid"
NAME_OF_CODE = "code"
KINDS = ("land", "water")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its row, its code of 15 digits, its size, and whether it is water."""

    index: int
    code: str
    area_m2: float
    is_water: bool = False

    @property
    def county(self) -> str:
        """Return its county's code, 6 digits."""
        return self.code[:6]

    @property
    def street(self) -> str:
        """Return the code down to its street (街道), 9 digits."""
        return self.code[:9]

    @property
    def community(self) -> str:
        """Return the code down to its community (社区), 12 digits."""
        return self.code[:12]


class Grid:
    """Answer in which cell places lie. Raises ValueError for a layer that is no grid."""

    def __init__(self, city: City, layer: LayerColumns) -> None:
        if layer.geometry != "polygon" or NAME_OF_CODE not in layer.columns():
            raise ValueError(f"layer {layer.name} is no grid: it needs polygons and a column {NAME_OF_CODE!r}")
        self._city, self.layer = city, layer

    @classmethod
    def of(cls, city: City) -> Grid | None:
        """Open a city's grid; None where it has none. Raises CityError or ValueError where it is broken."""
        return cls(city, city.layer(LAYER)) if LAYER in city.layer_names() else None

    def __len__(self) -> int:
        return self.layer.count

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Give the codes of all cells, row by row."""
        return tuple(str(code) for code in self.layer.attribute(NAME_OF_CODE))

    def cell(self, index: int) -> Cell:
        """Return the cell of a row. Raises IndexError where there is none."""
        is_water = self.layer.kind_of(index) == KINDS[1]
        return Cell(index, self.codes[index], float(self._areas[index]), is_water)

    def cell_of(self, lon: float, lat: float) -> Cell | None:
        """Return the cell that a place lies in, the first row where several touch there; None outside all."""
        x, y = self._city.to_metric(lon, lat)
        return self.cell_at(x, y)

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the cell of a place in metres of the city's CRS, as `cell_of` does."""
        import shapely

        if not (np.isfinite(x) and np.isfinite(y)):
            return None
        found = self._tree.query(shapely.Point(x, y), predicate="intersects")
        return self.cell(int(found.min())) if len(found) else None

    def rows_of(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Answer the rows of the cells of many places, int64 (n,); -1 outside all and for what is not a number."""
        import shapely

        x, y = self._city.to_metric(lon, lat)
        is_place = np.isfinite(x) & np.isfinite(y)
        at = np.column_stack((np.where(is_place, x, 0.0), np.where(is_place, y, 0.0)))
        points = np.asarray(shapely.points(at), dtype=object)
        place, row = self._tree.query(points, predicate="intersects")
        rows = np.full(len(points), len(self), np.int64)
        np.minimum.at(rows, place, row)
        rows[(rows == len(self)) | ~is_place] = -1
        return rows

    @cached_property
    def shapes(self) -> NDArray[Any]:
        """Give the cells as shapely polygons, row by row."""
        shapes = np.empty(len(self), dtype=object)
        shapes[:] = [self.layer.geometry_of(index) for index in range(len(self))]
        return shapes

    @cached_property
    def _tree(self) -> Any:
        import shapely

        shapely.prepare(self.shapes)
        return shapely.STRtree(self.shapes)

    @cached_property
    def _areas(self) -> NDArray[np.float64]:
        import shapely

        areas: NDArray[np.float64] = shapely.area(self.shapes)
        return areas

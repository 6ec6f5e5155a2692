"""Rows of a drawn layer as they are gathered, and the naming of what stands on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coarse_writer import write_coarse
from gis.column_writer import write_layer
from gis.osm_rows import COLUMNS
from gis.osm_tags import LAYERS


@dataclass(slots=True)
class Rows:
    """Features of one drawn layer, one by one; coordinates in metres from the city's middle."""

    layer: str
    shapes: list[Any] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, shape: Any, kind: str, **values: Any) -> None:
        """Take a feature; of an area in several parts each becomes one, and what is empty or a speck is left out."""
        wanted = {"polygon": 3, "line": 1, "point": 0}[LAYERS[self.layer][0]]
        for part in shapely.get_parts(shape):
            if shapely.get_type_id(part) == wanted and not part.is_empty and (wanted != 3 or part.area > 20):
                self.shapes.append(part)
                self.kinds.append(kind)
                self.values.append(values)

    def write(self, folder: Any, center_xy: NDArray[np.float64], crs: str, source: str) -> int:
        """Write the layer with its usual columns; a row that says nothing of a column has its usual empty value."""
        geometry, kinds = LAYERS[self.layer]
        empty = {column: read({}) for column, read in COLUMNS[self.layer]}
        columns: dict[str, list[Any]] = {
            column: [values.get(column, nothing) for values in self.values] for column, nothing in empty.items()
        }
        columns["osm_id"] = list(range(1, len(self.shapes) + 1))
        columns["osm_type"] = [None] * len(self.shapes)
        shapes = shapely.transform(np.array(self.shapes, dtype=object), lambda points: points + center_xy)
        written = write_layer(
            folder / self.layer, shapes, name=self.layer, geometry=geometry, kinds=kinds,
            kind_codes=np.array([kinds.index(kind) for kind in self.kinds], np.uint16), crs=crs,
            attributes=columns, source=source,
        )  # fmt: skip
        write_coarse(folder / self.layer)
        return written

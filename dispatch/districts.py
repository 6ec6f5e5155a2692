"""The parts of a city that a queue may name: responsible areas, districts of a layer, and which of them a place is in.

Polygons are looked up here and never in a decision: the log keeps the names alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.grid import Grid
from gis.zones import Zones, zone_layers

if TYPE_CHECKING:
    from dispatch.areas import Areas
    from gis.city import City
    from gis.columns import LayerColumns

AREA, CELLS, DISTRICT = "area", "cells", "district"
FEWEST, MOST = 2, 300  # districts of a layer: more are no parts that anybody splits a room's work by
MOST_KEPT = 50_000

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """Name a part of the city as a queue names it (`id`), and what people call it; `kind` is area, cells or district.

    Cells that no responsible area holds are offered by street (9 digits).
    """

    kind: str
    id: str
    name: str
    name_zh: str = ""


class Districts:
    """Know a city's districts and cells. Opening reads layers and builds a tree: not in the window's thread.

    A layer that is broken is left out and said in the program's log. `parts_of` is quick and safe from any thread.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._kept: dict[tuple[float, float], tuple[str, ...]] = {}
        self._grid = self._open_grid()
        self._zones = self._open_zones()
        if self._grid is not None and len(self._grid):
            self._grid.cell_at(0.0, 0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the districts, as their layer does; none where the city has no such layer."""
        return tuple(dict.fromkeys(self._zones.names)) if self._zones is not None else ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Give the codes of the city's cells."""
        return self._grid.codes if self._grid is not None else ()

    def parts_of(self, lon: float, lat: float) -> tuple[str, ...]:
        """Name what a place lies in: its cell's code, and its district; what is in none has no names."""
        key = (lon, lat)
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept = {}
            known = self._kept[key] = tuple(self._look_up(lon, lat))
        return known

    def _look_up(self, lon: float, lat: float) -> Iterable[str]:
        x, y = self._city.to_metric(lon, lat)
        if self._grid is not None and (cell := self._grid.cell_at(x, y)) is not None:
            yield cell.code
        if self._zones is not None and (zone := self._zones.zone_of(x, y)) is not None:
            yield zone.name

    def _open_grid(self) -> Grid | None:
        try:
            return Grid.of(self._city)
        except ValueError as error:
            _logger.warning("the grid of cells is left out of queues: %s", error)
            return None

    def _open_zones(self) -> Zones | None:
        layers: list[LayerColumns] = []
        for name in self._city.layer_names():
            try:
                layers.append(self._city.layer(name))
            except ValueError as error:
                _logger.warning("the layer %s is left out of queues: %s", name, error)
        able = (layer for layer in zone_layers(layers) if FEWEST <= layer.count <= MOST)
        layer = next(able, None)
        return None if layer is None else Zones(layer)


def parts_to_choose(areas: Areas, districts: Districts | None = None) -> tuple[Part, ...]:
    """List what a queue may be split by: responsible areas, districts, and the streets of cells outside every area."""
    found = [Part(AREA, area.id, area.name, area.name_zh) for area in areas.areas]
    if districts is not None:
        found += [Part(DISTRICT, name, name) for name in districts.names]
        streets = sorted({code[:9] for code in districts.codes if not areas.holding(code)})
        found += [Part(CELLS, street, street) for street in streets]
    return tuple(found)

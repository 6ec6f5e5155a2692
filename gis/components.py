"""Which component of a city (部件) stands near a place: its code of 16 digits, its layer and how far away it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.city import City
from gis.columns import LayerColumns
from gis.component_codes import FILE, read_codes, sources_of

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Component:
    """One component: its code, the layer and row that it stands in, x/y of the metric CRS, whose it is ("" unknown)."""

    code: str
    layer: str
    row: int
    x: float
    y: float
    owner: str = ""


class Components:
    """Hold the components of a city that have codes, and find the nearest. Raises CodesError where the file is bad."""

    def __init__(self, layers: Iterable[LayerColumns], codes: Mapping[str, str]) -> None:
        self._layers: list[LayerColumns] = []
        self._codes: list[str] = []
        self._at: list[tuple[int, int]] = []  # place among the layers, row there
        places: list[NDArray[np.float64]] = []
        for layer in layers:
            try:
                sources = sources_of(layer)
            except ValueError:  # nobody gave its features ids: they are no components
                continue
            rows = [row for row, source in enumerate(sources) if source in codes]
            self._codes += [codes[sources[row]] for row in rows]
            self._at += [(len(self._layers), row) for row in rows]
            boxes = layer.boxes[rows]
            places.append((boxes[:, :2] + boxes[:, 2:]) / 2)
            self._layers.append(layer)
        self.xy = np.concatenate([np.empty((0, 2)), *places])

    @classmethod
    def of(cls, city: City, layers: Iterable[str]) -> Components:
        """Open the components in those of the named layers that a city has. Raises CodesError, CityError."""
        there = city.layer_names()
        named = [name for name in dict.fromkeys(layers) if name in there]
        return cls([city.layer(name) for name in named], read_codes(city.folder / FILE) if named else {})

    def __len__(self) -> int:
        return len(self._codes)

    def near(self, x: float, y: float, *, within_m: float, limit: int = 5) -> tuple[tuple[Component, float], ...]:
        """Return components with their distance in metres, nearest first."""
        if not len(self) or not (np.isfinite(x) and np.isfinite(y)):
            return ()
        away = np.hypot(*(self.xy - (x, y)).T)
        order = np.argsort(away, kind="stable")[:limit].tolist()
        return tuple((self._component(index), float(away[index])) for index in order if away[index] <= within_m)

    def _component(self, index: int) -> Component:
        place, row = self._at[index]
        layer = self._layers[place]
        owner = layer.attribute(OWNER)[row] if OWNER in layer.columns() else ""
        x, y = self.xy[index].tolist()
        return Component(self._codes[index], layer.name, row, x, y, owner if isinstance(owner, str) else "")

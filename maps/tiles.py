"""The grid of tiles that the base map is cut into, and a folder of layers that a worker process can open."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gis.columns import LayerColumns
from maps.listing import BUILT_IN, listing_of
from maps.view import View

TILE_PX = 512  # device pixels
LEVELS_PER_OCTAVE = 2


class TileKey(NamedTuple):
    """Name one tile: the scale doubles every second level; columns run east, rows north from the CRS' origin."""

    level: int
    column: int
    row: int


def scale_of(level: int) -> float:
    """Return the metres per logical pixel of a level; level 0 is 1 m."""
    return float(2.0 ** (level / LEVELS_PER_OCTAVE))


def nearest_level(metres_per_pixel: float) -> int:
    """Return the level whose scale is nearest to the given one."""
    return round(math.log2(metres_per_pixel) * LEVELS_PER_OCTAVE)


def tile_extent_m(level: int, device_pixel_ratio: float) -> float:
    """Return the side of a tile on the ground."""
    return TILE_PX * scale_of(level) / device_pixel_ratio


def tile_view(key: TileKey, device_pixel_ratio: float) -> View:
    """Return the view that a tile shows."""
    extent = tile_extent_m(key.level, device_pixel_ratio)
    return View(
        (key.column + 0.5) * extent,
        (key.row + 0.5) * extent,
        scale_of(key.level),
        TILE_PX / device_pixel_ratio,
        TILE_PX / device_pixel_ratio,
        device_pixel_ratio,
    )


def tiles_covering(view: View, level: int, margin_px: float = 0.0) -> Iterator[TileKey]:
    """Give the tiles of a level that a view touches, nearest to its centre first."""
    extent = tile_extent_m(level, view.device_pixel_ratio)
    west, south, east, north = view.grown_box(margin_px)
    keys = [
        TileKey(level, column, row)
        for column in range(math.floor(west / extent), math.ceil(east / extent))
        for row in range(math.floor(south / extent), math.ceil(north / extent))
    ]
    middle_x, middle_y = view.x / extent - 0.5, view.y / extent - 0.5
    keys.sort(key=lambda key: (key.column - middle_x) ** 2 + (key.row - middle_y) ** 2)
    return iter(keys)


class LayerFolder:
    """Open the drawn layers of a city's folder without the city: what a worker process needs, and no more.

    After an edit, one made with `before` keeps open what is still the same, so that only what changed is read again.
    """

    def __init__(self, layers: Path, before: LayerFolder | None = None) -> None:
        self.folder = layers.parent
        self._layers = layers
        heads = {file.parent.name: file.stat() for file in layers.glob("*/layer.json") if file.parent.name[0] != "."}
        self._names = tuple(sorted(heads))
        self._written = {name: (head.st_ino, head.st_mtime_ns, head.st_size) for name, head in heads.items()}
        self._open: dict[str, LayerColumns] = {}
        if before is not None and before._layers == layers:
            self._open = {
                name: layer for name, layer in before._open.items() if before._written[name] == self._written.get(name)
            }

    def own_layers(self) -> tuple[object, ...]:
        """Tell the state of the city's own layers: it is equal while none was written, hidden or shown."""
        return (self._state(name for name in self._names if name in BUILT_IN), listing_of(self).hidden)

    def unstyled_layers(self) -> tuple[object, ...]:
        """Tell the state of all layers but those that users style."""
        listing = listing_of(self)
        unstyled = (name for name in self._names if name in BUILT_IN or listing.named(name) is None)
        return (self._state(unstyled), listing.hidden)

    def _state(self, names: Iterable[str]) -> tuple[object, ...]:
        return tuple((name, self._written[name]) for name in names)

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers in the folder."""
        return self._names

    def layer(self, name: str) -> LayerColumns:
        """Open a layer once and keep it."""
        if name not in self._open:
            self._open[name] = LayerColumns.open(self._layers / name)
        return self._open[name]

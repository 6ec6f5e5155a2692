"""The grid of web map tiles (EPSG:3857): which tile lies where, and which zoom suits a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

WEB_MERCATOR = "EPSG:3857"
HALF_M = 20037508.342789244  # half of the world's side in EPSG:3857
TILE_PX = 256
MOST_ZOOM = 24

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, order=True)
class WebTile:
    """Name one tile as XYZ services do: columns run east, rows south, from the north-west corner of the world."""

    zoom: int
    column: int
    row: int

    @property
    def tms_row(self) -> int:
        """The row counted from the south, as MBTiles stores it."""
        return (1 << self.zoom) - 1 - self.row

    @property
    def is_on_earth(self) -> bool:
        """Tell whether there is such a tile."""
        side = 1 << max(0, self.zoom)
        return 0 <= self.zoom <= MOST_ZOOM and 0 <= self.column < side and 0 <= self.row < side

    def box(self) -> Box:
        """Answer the tile's box in metres of EPSG:3857: xmin, ymin, xmax, ymax."""
        side = tile_side_m(self.zoom)
        west, north = -HALF_M + self.column * side, HALF_M - self.row * side
        return west, north - side, west + side, north

    def lonlat_box(self) -> Box:
        """Answer the tile's box in degrees: west, south, east, north."""
        west, south, east, north = self.box()
        return (*_lonlat(west, south), *_lonlat(east, north))


def tile_side_m(zoom: int) -> float:
    """Answer the side of a tile in metres of EPSG:3857 (on the ground it is shorter by the cosine of the latitude)."""
    return 2 * HALF_M / (1 << zoom)


def nearest_zoom(metres_per_pixel: float, tile_px: int = TILE_PX) -> int:
    """Answer the zoom whose pixels are nearest in size to the given one, in metres of EPSG:3857."""
    exact = math.log2(2 * HALF_M / tile_px / metres_per_pixel)
    return min(max(round(exact), 0), MOST_ZOOM)


def tiles_in(box: Box, zoom: int) -> tuple[range, range]:
    """Answer the columns and rows of the tiles that a box in EPSG:3857 touches."""
    west, south, east, north = box
    side, last = tile_side_m(zoom), (1 << zoom) - 1

    def place(metres: float) -> int:
        return min(max(math.floor(metres / side), 0), last)

    def spanned(low: float, high: float) -> range:
        first = place(low)
        return range(first, max(first, place(high - 1e-9 * side)) + 1)  # what only touches a tile is not in it

    return spanned(west + HALF_M, east + HALF_M), spanned(HALF_M - north, HALF_M - south)


def mercator_box(west: float, south: float, east: float, north: float) -> Box:
    """Turn a box in degrees into one in metres of EPSG:3857; what lies beyond the square world is cut off."""
    return (*_metres(west, south), *_metres(east, north))


def _metres(lon: float, lat: float) -> tuple[float, float]:
    lat = min(max(lat, -85.0511287798066), 85.0511287798066)
    return lon / 180 * HALF_M, math.asinh(math.tan(math.radians(lat))) / math.pi * HALF_M


def _lonlat(x: float, y: float) -> tuple[float, float]:
    return x / HALF_M * 180, math.degrees(math.atan(math.sinh(y / HALF_M * math.pi)))

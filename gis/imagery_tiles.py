"""Archives of web tiles, and caches of map services, seen in a city's CRS."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.chinese_coordinates import chinese_name
from gis.crs import transformer
from gis.imagery_placing import chinese_shift
from gis.imagery_problem import ImageryError
from gis.imagery_sampling import Rgba, grid_of, sampled, straight
from gis.tile_archive import TileArchive, open_archive
from gis.tile_decoding import decoded
from gis.web_tiles import TILE_PX, WEB_MERCATOR, Box, WebTile, mercator_box, nearest_zoom, tile_side_m, tiles_in

MOST_DECODED_BYTES = 96 << 20
MOST_TILES_A_READ = 150
MOST_PARENTS = 8
MOST_CHILDREN = 2

ToSource = Callable[[Any, Any], tuple[Any, Any]]


class TilePicture:
    """An archive of web tiles, or the cache of a map service, seen in the city's CRS."""

    def __init__(self, file: Path, metric_crs: str) -> None:
        self._archive: TileArchive = open_archive(file)
        facts = self._archive.facts
        if facts.is_vector:
            self._archive.close()
            raise ImageryError(f"{file}: holds features, not pictures")
        self._is_cache = facts.is_cache
        self._least, self._most = facts.least_zoom, facts.most_zoom
        self._to_source = to_tiles(metric_crs, facts.crs)
        west, south, east, north = mercator_box(*facts.bounds)
        back = transformer(WEB_MERCATOR, metric_crs)
        self.box: Box = tuple(  # type: ignore[assignment]
            float(each) if math.isfinite(each) else math.copysign(1e8, place)
            for each, place in zip(back.transform_bounds(west, south, east, north), (-1, -1, 1, 1), strict=True)
        )
        self._decoded: OrderedDict[WebTile, Rgba | None] = OrderedDict()
        self._held_bytes = 0
        self._version = self._archive.version()
        # What fetches tiles into a cache reckons in tiles of 256 pixels, whatever comes.
        self._tile_px = TILE_PX if facts.is_cache else self._measured_px(facts.bounds)

    def read(self, box: Box, width: int, height: int) -> Rgba:
        """Read a box of ground as RGBA, uint8 (height, width, 4), straight alpha, clear where there is no picture."""
        version = self._archive.version()
        if version != self._version:
            self._version = version
            self._decoded.clear()
            self._held_bytes = 0
        clear = np.zeros((height, width, 4), np.uint8)
        wanted = tiles_for(box, width, height, self._to_source, self._least, self._most, self._tile_px)
        if wanted is None:
            return clear
        zoom, columns, rows = wanted
        places = grid_of(box, width, height, self._to_source)
        mosaic = self._mosaic(zoom, columns, rows)
        if mosaic is None:
            return clear
        side = tile_side_m(zoom)
        factor = mosaic.shape[1] / len(columns) / side
        left, _, _, top = WebTile(zoom, columns[0], rows[0]).box()
        return straight(sampled(mosaic, (places[0] - left) * factor, (top - places[1]) * factor))

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def _measured_px(self, bounds: Box) -> int:
        """Measure the side of the archive's tiles on one in the middle."""
        west, south, east, north = mercator_box(*bounds)
        middle = ((west + east) / 2, (south + north) / 2) * 2
        for zoom in range(self._least, self._most + 1):
            columns, rows = tiles_in(middle, zoom)
            found = self._tile(WebTile(zoom, columns[0], rows[0]))
            if found is not None:
                return int(found.shape[0])
        return TILE_PX

    def _mosaic(self, zoom: int, columns: range, rows: range) -> Rgba | None:
        """Put tiles together; where one is missing, a part of the nearest coarser one that is there."""
        pieces = [[self._piece(WebTile(zoom, column, row)) for column in columns] for row in rows]
        side = max((piece.shape[0] for line in pieces for piece in line if piece is not None), default=0)
        if not side:
            return None
        answer = np.zeros((len(rows) * side, len(columns) * side, 4), np.uint8)
        for down, line in enumerate(pieces):
            for across, piece in enumerate(line):
                if piece is not None:
                    place = (slice(down * side, (down + 1) * side), slice(across * side, (across + 1) * side))
                    answer[place] = _resized(piece, side)
        return answer

    def _piece(self, tile: WebTile) -> Rgba | None:
        found = self._tile(tile)
        if found is not None:
            return found
        for up in range(1, min(MOST_PARENTS, tile.zoom - self._least) + 1):
            coarse = self._tile(WebTile(tile.zoom - up, tile.column >> up, tile.row >> up))
            if coarse is not None:
                height, width = coarse.shape[:2]
                share = 1 << up
                left = (tile.column % share) / share * width
                top = (tile.row % share) / share * height
                across = left + (np.arange(width) + 0.5) / share
                down = top + (np.arange(height) + 0.5) / share
                return sampled(coarse, *np.meshgrid(across, down))
        return self._from_finer(tile, MOST_CHILDREN if self._is_cache else 0)

    def _from_finer(self, tile: WebTile, levels: int) -> Rgba | None:
        """Shrink the finer tiles of a cache together: offline, what was looked at from near is seen from afar."""
        if levels == 0 or tile.zoom >= self._most:
            return None
        answer = np.zeros((TILE_PX, TILE_PX, 4), np.uint8)
        found = False
        half = TILE_PX // 2
        for down in (0, 1):
            for across in (0, 1):
                child = WebTile(tile.zoom + 1, 2 * tile.column + across, 2 * tile.row + down)
                piece = self._tile(child)
                if piece is None:
                    piece = self._from_finer(child, levels - 1)
                if piece is not None:
                    found = True
                    pairs = _resized(piece, TILE_PX).reshape(half, 2, half, 2, 4)
                    place = (slice(down * half, (down + 1) * half), slice(across * half, (across + 1) * half))
                    answer[place] = pairs.mean(axis=(1, 3), dtype=np.float32).round()
        return answer if found else None

    def _tile(self, tile: WebTile) -> Rgba | None:
        if tile in self._decoded:
            self._decoded.move_to_end(tile)
            return self._decoded[tile]
        picture: Rgba | None = None
        data = self._archive.tile(tile)
        if data is not None:
            try:
                picture = decoded(data)
            except ImageryError:
                picture = None  # one damaged tile leaves a hole, or its parent
        self._decoded[tile] = picture
        self._held_bytes += picture.nbytes if picture is not None else 0
        while self._held_bytes > MOST_DECODED_BYTES or len(self._decoded) > 20_000:
            _, old = self._decoded.popitem(last=False)
            self._held_bytes -= old.nbytes if old is not None else 0
        return picture


def tiles_for(
    box: Box, width: int, height: int, to_source: ToSource, least: int, most: int, tile_px: int = TILE_PX
) -> tuple[int, range, range] | None:
    """Choose the zoom, columns and rows of the tiles that a picture of a box needs; None for none, or far too many.

    to_source turns x, y of the city into metres of the tiles. What fetches tiles asks this too, so that what is
    fetched is what is read.
    """
    west, south, east, north = box
    x, y = to_source(*np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5)))
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    seen = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    scale = math.sqrt(max((seen[2] - seen[0]) / width * ((seen[3] - seen[1]) / height), 1e-12))
    zoom = min(max(nearest_zoom(scale, tile_px), least), most)
    columns, rows = tiles_in(seen, zoom)
    return (zoom, columns, rows) if len(columns) * len(rows) <= MOST_TILES_A_READ else None


def to_tiles(metric_crs: str, shifted: str = "") -> ToSource:
    """Answer what turns x, y of a city into metres of web tiles. shifted: "GCJ-02" or "BD-09" where the tiles are."""
    to_web: ToSource = transformer(metric_crs, WEB_MERCATOR).transform
    if chinese_name(shifted) is None:
        return to_web
    shift = chinese_shift(shifted)
    return lambda x, y: shift(*to_web(x, y))


def _resized(piece: NDArray[np.uint8], side: int) -> Rgba:
    height, width = piece.shape[:2]
    if height == width == side:
        return piece
    steps = (np.arange(side) + 0.5) / side
    return sampled(piece, *np.meshgrid(steps * width, steps * height))

"""Pictures of the city in the web's own projection (EPSG:3857), cut into the tiles that web maps know."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from gis.crs import LONLAT, transformer
from gis.imagery_sampling import grid_of, sampled
from gis.web_tiles import HALF_M, TILE_PX, WEB_MERCATOR, WebTile, tile_side_m, tiles_in
from maps.view import Box, View

FINEST_ZOOM = 20
OVERSAMPLING = 1.5  # the picture that is bent is drawn so much finer than what it becomes


class Located(Protocol):
    """What a projection needs of a city."""

    @property
    def metric_crs(self) -> str:
        """Name the CRS that the city is drawn in."""
        ...


def metres_per_pixel(zoom: float, lat: float) -> float:
    """Return the true scale of a web map's zoom level at a latitude."""
    return 2 * HALF_M * math.cos(math.radians(lat)) / (TILE_PX * 2.0**zoom)


def zoom_of(scale: float, lat: float) -> float:
    """Return the zoom level, with its fraction, whose true scale at a latitude is the given metres per pixel."""
    return math.log2(2 * HALF_M * math.cos(math.radians(lat)) / (TILE_PX * scale))


def web_tiles(city: Located, box: Box, zoom: int, paint: Callable[[View], QImage]) -> Iterator[tuple[WebTile, QImage]]:
    """Give the tiles of a zoom level that cover a box of ground (metric CRS).

    `paint` is asked once, for an opaque picture of a view of the ground; it is bent into the web's projection, so
    that north is up as web maps have it.
    """
    columns, rows = tiles_in(_web_box(city, box), zoom)
    side = tile_side_m(zoom)
    west, east = (column * side - HALF_M for column in (columns.start, columns.stop))
    south, north = (HALF_M - row * side for row in (rows.stop, rows.start))
    to_metric = transformer(WEB_MERCATOR, city.metric_crs).transform
    x, y = grid_of((west, south, east, north), len(columns) * TILE_PX, len(rows) * TILE_PX, to_metric)
    _, lat = transformer(city.metric_crs, LONLAT).transform((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    scale = metres_per_pixel(zoom, lat)
    view = View(
        float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2, scale,
        math.ceil((x.max() - x.min()) / scale) + 4, math.ceil((y.max() - y.min()) / scale) + 4, OVERSAMPLING,
    )  # fmt: skip
    pixels = _pixels(paint(view))
    for column in columns:
        for row in rows:
            top, left = (row - rows.start) * TILE_PX, (column - columns.start) * TILE_PX
            part = np.s_[top : top + TILE_PX, left : left + TILE_PX]
            across, down = view.to_screen(x[part], y[part])
            made = np.ascontiguousarray(sampled(pixels, across * OVERSAMPLING, down * OVERSAMPLING))
            image = QImage(made.data, TILE_PX, TILE_PX, TILE_PX * 4, QImage.Format.Format_RGBX8888)
            yield WebTile(zoom, column, row), image.copy()


def _web_box(city: Located, box: Box) -> Box:
    west, south, east, north = transformer(city.metric_crs, WEB_MERCATOR).transform_bounds(*box, densify_pts=21)
    return west, south, east, north


def _pixels(image: QImage) -> Any:
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width()].copy()


def encoded(image: QImage, kind: str = "WEBP", quality: int = 80) -> bytes:
    """Return a picture as the bytes of a file. Raises ValueError for a kind that cannot be written."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, kind, quality):  # type: ignore[call-overload]
        raise ValueError(f"pictures cannot be written as {kind} here")
    return bytes(held.data())

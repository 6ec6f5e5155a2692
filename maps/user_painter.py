"""Paint the layers that people laid over a city: areas, lines and points by their look, pictures by their opacity."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gis.city import City
from maps.strokes import Canvas, fill, gathered, segments, stroke, thinned
from maps.style import Theme
from maps.user_layers import LayerList, UserLayer
from maps.user_style import Drawn, drawn
from maps.view import Box

if TYPE_CHECKING:
    from maps.listing import DrawnLayers

log = logging.getLogger(__name__)

INTERIOR = 0.22  # of an area in one colour, so that the map is seen through it
CLASSED_INTERIOR = 0.42  # where the colour itself says something
SMALLEST_POINT_PX = 2.6
POINTS_APART = 0.55  # of their size: nearer ones cannot be told apart, and one stands for them
SUFFIXES = {"imagery": (".tif",), "archive": (".mbtiles", ".pmtiles"), "remote": (".mbtiles",)}


def paint_user_layers(
    canvas: Canvas, layers: DrawnLayers, listing: LayerList, box: Box, theme: Theme, place: str
) -> None:
    """Paint the user layers that are shown in a place, "under" or "over", from the bottom up.

    One that cannot be painted is said in the log and left out. box: the ground with a margin, in metres.
    """
    for layer in listing.shown_in(place, canvas.view.metres_per_pixel):
        try:
            if layer.kind == "vector":
                _paint_vector(canvas, layers, layer, box, theme)
            else:
                _paint_pictures(canvas, layers, layer)
        except (ValueError, OSError, KeyError) as error:
            log.warning("layer %s is left out of the map: %s", layer.name, error)


def picture_file(city_folder: Path, layer: UserLayer) -> Path | None:
    """Find the file of a layer of pictures; None where it is not there (a remote one that fetched nothing yet)."""
    files = (city_folder / "imagery" / (layer.name + suffix) for suffix in SUFFIXES.get(layer.kind, ()))
    return next((file for file in files if file.is_file()), None)


def _paint_pictures(canvas: Canvas, layers: DrawnLayers, layer: UserLayer) -> None:
    from maps.imagery_painter import paint_imagery

    city_folder, metric_crs = _home(layers)
    file = picture_file(city_folder, layer)
    if file is not None:
        paint_imagery(canvas, file, metric_crs, layer.look.opacity)


def _home(layers: DrawnLayers) -> tuple[Path, str]:
    """Find the city's folder and CRS, of a city or of a folder of its layers."""
    if isinstance(layers, City):
        return layers.folder, layers.metric_crs
    any_layer = layers.layer(layers.layer_names()[0])
    return any_layer.folder.parent.parent, any_layer.crs


def _paint_vector(canvas: Canvas, layers: DrawnLayers, layer: UserLayer, box: Box, theme: Theme) -> None:
    if layer.name not in layers.layer_names():
        return
    columns = layers.layer(layer.name)
    shown = drawn(columns, layer.look)

    def paint(on: Canvas) -> None:
        if columns.geometry == "polygon":
            _paint_areas(on, shown, box)
        elif columns.geometry == "line":
            _paint_lines(on, shown, box)
        else:
            _paint_points(on, shown, theme)

    if layer.look.opacity < 1.0:
        _through(canvas, layer.look.opacity, paint)
    else:
        paint(canvas)


def _through(canvas: Canvas, opacity: float, paint: Callable[[Canvas], None]) -> None:
    """Paint on a clear sheet, then lay the sheet over the picture: what overlaps within the layer shows once."""
    view, scale = canvas.view, canvas.scale
    sheet = QImage(round(view.width * scale), round(view.height * scale), QImage.Format.Format_ARGB32_Premultiplied)
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(Canvas(painter, view))
    finally:
        painter.end()
    canvas.painter.save()
    canvas.painter.setOpacity(opacity)
    canvas.painter.drawImage(QPointF(0, 0), sheet)
    canvas.painter.restore()


def _by_class(shown: Drawn, found: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Cut found features into one run a class, the first class last so that it lies on top."""
    classes = shown.classes[found]
    for place in sorted(np.unique(classes[classes >= 0]).tolist(), reverse=True):
        yield shown.colours[place], found[classes == place]


def _paint_areas(canvas: Canvas, shown: Drawn, box: Box) -> None:
    look = shown.look
    share = INTERIOR if look.symbology == "single" else CLASSED_INTERIOR
    for colour, run in _by_class(shown, shown.layer.query(box)):
        inside = QColor(colour)
        inside.setAlphaF(share)
        edge = (look.outline or colour) if look.width_px > 0 else ""
        fill(canvas, shown.layer, run, inside.name(QColor.NameFormat.HexArgb), edge, look.width_px)


def _paint_lines(canvas: Canvas, shown: Drawn, box: Box) -> None:
    look, layer = shown.look, shown.layer
    runs = []
    for colour, run in _by_class(shown, layer.query(box)):
        widths = np.full(len(run), look.width_px) if shown.sizes is None else shown.sizes[run]
        for width in np.unique(widths).tolist():
            placed, sizes, _ = gathered(layer, run[widths == width])
            placed, sizes = thinned(canvas.to_device(placed), sizes, 1.0)
            runs.append((_seen(canvas, segments(placed, sizes), width), colour, width))
    if look.outline:
        for pieces, _, width in runs:
            stroke(canvas, pieces, look.outline, width + 2.0)
    for pieces, colour, width in runs:
        if width > 0:
            stroke(canvas, pieces, colour, width)


def _seen(canvas: Canvas, pieces: NDArray[np.float64], width_px: float) -> NDArray[np.float64]:
    """Keep the pieces whose box meets the picture: a line across the city has thousands that do not."""
    reach = (width_px + 4.0) * canvas.scale
    right, bottom = canvas.view.width * canvas.scale + reach, canvas.view.height * canvas.scale + reach
    x, y = pieces[:, 0::2], pieces[:, 1::2]
    keep = (x.max(axis=1) > -reach) & (x.min(axis=1) < right) & (y.max(axis=1) > -reach) & (y.min(axis=1) < bottom)
    return pieces[keep] if len(pieces) else pieces


def _paint_points(canvas: Canvas, shown: Drawn, theme: Theme) -> None:
    look = shown.look
    points, found, classes, sizes = _spread(canvas, shown)
    if not len(found):
        return
    placed = canvas.to_device(points)
    rim = look.outline or theme.halo
    order = np.lexsort((-classes, -sizes))  # large ones first, and the first class last
    painter, scale = canvas.painter, canvas.scale
    stamps: dict[tuple[int, float], tuple[QImage, float]] = {}
    columns = (placed[order], classes[order], sizes[order])
    for (across, down), place, size in zip(*(column.tolist() for column in columns), strict=True):
        if (place, size) not in stamps:
            stamp = _stamp(shown.colours[place], rim, round(size * scale, 2), scale)
            stamps[place, size] = stamp, stamp.width() / 2
        image, half = stamps[place, size]
        painter.drawImage(QPointF(round(across - half), round(down - half)), image)


def _spread(
    canvas: Canvas, shown: Drawn
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int16], NDArray[np.float32]]:
    """Find the points to draw: of several that would cover each other one, the same in every tile.

    Answers places (n, 2), features, classes and sizes, all (n,). The cells hang on the ground, not on the picture.
    """
    scale = canvas.view.metres_per_pixel
    size = point_size_px(shown, scale)
    smallest, largest = (size, size) if shown.sizes is None else shown.look.size_px_range
    box = canvas.view.grown_box(largest / 2 + 3)
    cell = max(2.0, POINTS_APART * smallest) * scale
    west, south, east, north = np.floor(np.asarray(box) / cell).tolist()
    found = shown.layer.query((west * cell, south * cell, (east + 1) * cell, (north + 1) * cell))
    found = found[shown.classes[found] >= 0]
    points, _, parts = gathered(shown.layer, found)
    found = np.repeat(found, parts)
    sizes = np.full(len(found), size, np.float32) if shown.sizes is None else shown.sizes[found]
    classes = shown.classes[found]
    if len(found):
        cells = np.floor(points / cell).astype(np.int64)
        order = np.arange(len(found))
        if shown.sizes is not None or len(shown.colours) > 1:  # the largest, and the first class, stand for a cell
            order = np.lexsort((classes, -sizes))
        _, first = np.unique(((cells[:, 0] << 32) + cells[:, 1])[order], return_index=True)
        chosen = order[first]
        points, found, classes, sizes = points[chosen], found[chosen], classes[chosen], sizes[chosen]
    return points, found, classes, sizes


@lru_cache(maxsize=256)
def _stamp(colour: str, rim: str, size: float, scale: float) -> QImage:
    """Draw a dot of a size in device pixels on a picture that just holds it."""
    edge = min(1.0 * scale, size * 0.18)  # small dots are mostly colour
    side = int(np.ceil(size + 2 * edge + 1))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(rim), edge))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QPointF(side / 2, side / 2), size / 2, size / 2)
    painter.end()
    return image


def point_size_px(shown: Drawn, metres_per_pixel: float) -> float:
    """Answer the size of a layer's points where no field gives it: smaller where they would cover the map."""
    blocks = shown.layer.blocks
    if not len(blocks):
        return shown.look.size_px
    extent = (blocks[:, 2:].max(axis=0) - blocks[:, :2].min(axis=0)) / metres_per_pixel
    count = shown.layer.count
    apart = max(float(np.sqrt(extent.prod() / count)), float(extent.max()) / count)  # spread over an area, or in a row
    return min(shown.look.size_px, max(SMALLEST_POINT_PX, 0.6 * apart))


def size_px(shown: Drawn, index: int, metres_per_pixel: float) -> float:
    """Answer the size that a feature is drawn in, in logical pixels: a point's, or a line's width."""
    if shown.sizes is not None:
        return float(shown.sizes[index])
    return point_size_px(shown, metres_per_pixel) if shown.layer.geometry == "point" else shown.look.width_px

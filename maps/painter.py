"""Paint the city itself, the quiet ground under everything that happens, into any view."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gis.columns import LayerColumns
from maps.ground_style import ROAD_STYLES, land_colour, road_group
from maps.strokes import Canvas, fill, gathered, polylines, segments, stroke, thinned
from maps.style import Theme
from maps.view import Box, View

log = logging.getLogger(__name__)

MARGIN_PX = 24  # wide strokes of features just outside still reach in
CASING_FINEST_PX = 2.4
BUILDINGS_COARSEST_MPP = 12.0
BUILDING_EDGES_COARSEST_MPP = 1.6
LEVELS_COARSEST_MPP = 4.0
HYDRANTS_COARSEST_MPP = 1.5

BUILT_IN = frozenset(
    (
        "land_use", "parks", "water", "waterways", "buildings", "roads", "railways", "boundaries", "place_names",
        "cameras", "hydrants", "stations", "hospitals", "house_numbers",
    )
)  # fmt: skip


class DrawnLayers(Protocol):
    """What can be painted: a city, or only its folder of layers."""

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers there are."""
        ...

    def layer(self, name: str) -> LayerColumns:
        """Open one of them."""
        ...


def paint_base(painter: QPainter, layers: DrawnLayers, view: View, theme: Theme) -> None:
    """Paint every drawn layer of a city in order. The painter counts device pixels of a picture of the view."""
    canvas = Canvas(painter, view)
    painter.fillRect(
        0, 0, round(view.width * canvas.scale) + 1, round(view.height * canvas.scale) + 1, QColor(theme.ground)
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = view.grown_box(MARGIN_PX)
    scale = view.metres_per_pixel
    for name in ("land_use", "parks", "water"):
        if (layer := opened(layers, name)) is not None:
            _paint_areas(canvas, layer, box, theme, name)
    if (layer := opened(layers, "waterways")) is not None:
        _paint_waterways(canvas, layer, box, theme)
    if scale <= BUILDINGS_COARSEST_MPP and (layer := opened(layers, "buildings")) is not None:
        _paint_buildings(canvas, layer, box, theme)
    if (layer := opened(layers, "roads")) is not None:
        _paint_roads(canvas, layer, box, theme)
    if (layer := opened(layers, "railways")) is not None:
        _paint_railways(canvas, layer, box, theme)
    if (layer := opened(layers, "boundaries")) is not None:
        _paint_boundaries(canvas, layer, box, theme)
    for name in layers.layer_names():
        if name not in BUILT_IN and (layer := opened(layers, name)) is not None:
            _paint_other(canvas, layer, box, theme)
    if scale <= HYDRANTS_COARSEST_MPP and (layer := opened(layers, "hydrants")) is not None:
        _paint_points(canvas, layer, box, theme.hydrant, theme.paper, 2.4)


def opened(layers: DrawnLayers, name: str) -> LayerColumns | None:
    """Open a layer; None where there is none, or (said in the log) where its files are broken."""
    if name not in layers.layer_names():
        return None
    try:
        return layers.layer(name)
    except ValueError as error:
        log.warning("layer %s is left out of the map: %s", name, error)
        return None


def base_image(layers: DrawnLayers, view: View, theme: Theme) -> QImage:
    """Paint the city in a new picture of the view's size (RGB32, with its device pixel ratio)."""
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        paint_base(painter, layers, view, theme)
    finally:
        painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _by_kind(layer: LayerColumns, indices: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Cut found features, which stand sorted by class, into one run a class."""
    codes = layer.kind_codes[indices]
    edges = np.flatnonzero(np.diff(codes)) + 1
    for run in np.split(indices, edges):
        if len(run):
            yield layer.kind_of(int(run[0])), run


def _paint_areas(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme, name: str) -> None:
    found = layer.query(box)
    if name == "water":
        if layer.geometry == "polygon":
            fill(canvas, layer, found, theme.water, theme.water, 0.5)
        return
    default = theme.land["green"] if name == "parks" else theme.ground
    for kind, run in _by_kind(layer, found):
        colour = land_colour(theme, kind)
        colour = default if colour == theme.ground else colour
        if colour != theme.ground:
            fill(canvas, layer, run, colour)


def _paint_waterways(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    if layer.geometry != "line":
        return
    scale = canvas.view.metres_per_pixel
    widths = {"river": 10.0, "canal": 7.0, "stream": 2.0, "ditch": 1.2, "drain": 1.2}
    for kind, run in _by_kind(layer, layer.query(box)):
        width_m = widths.get(kind, 2.0)
        if scale > (60.0 if width_m > 5 else 6.0):
            continue
        points, sizes, _ = gathered(layer, run)
        stroke(canvas, segments(canvas.to_device(points), sizes), theme.water, max(0.8, width_m / scale))


def _paint_buildings(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    if layer.geometry != "polygon":
        return
    near = canvas.view.metres_per_pixel <= BUILDING_EDGES_COARSEST_MPP
    fill(canvas, layer, layer.query(box), theme.building, theme.building_edge if near else "", 0.8)


def _is_set(values: object, indices: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Read an OSM yes/no column: unset, "no" and false count as no."""
    if isinstance(values, np.ndarray) and values.dtype == bool:
        return np.asarray(values[indices])
    picked = [values[i] for i in indices.tolist()]  # type: ignore[index]
    return np.fromiter((bool(value) and value != "no" and value == value for value in picked), bool, len(picked))


def _paint_roads(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    if layer.geometry != "line":
        return
    scale = canvas.view.metres_per_pixel
    groups: dict[str, list[NDArray[np.int64]]] = {}
    for kind, run in _by_kind(layer, layer.query(box)):
        group = road_group(kind)
        if ROAD_STYLES[group].width_px(scale):
            groups.setdefault(group, []).append(run)
    drawn: dict[str, NDArray[np.int64]] = {}
    bridges: dict[str, NDArray[np.int64]] = {}
    tunnels: dict[str, NDArray[np.int64]] = {}
    columns = layer.columns() if scale <= LEVELS_COARSEST_MPP else ()
    for group in ROAD_STYLES:
        if group not in groups:
            continue
        found = np.concatenate(groups[group])
        is_tunnel = _is_set(layer.attribute("tunnel"), found) if "tunnel" in columns else np.zeros(len(found), bool)
        is_bridge = _is_set(layer.attribute("bridge"), found) if "bridge" in columns else np.zeros(len(found), bool)
        is_bridge &= ~is_tunnel
        tunnels[group] = found[is_tunnel]
        bridges[group] = found[is_bridge]
        drawn[group] = found[~is_tunnel & ~is_bridge]
    for group, found in tunnels.items():
        _paint_tunnels(canvas, layer, group, found, theme)
    _paint_road_groups(canvas, layer, drawn, theme, flat_casing=False)
    _paint_road_groups(canvas, layer, bridges, theme, flat_casing=True)


def _pieces(
    canvas: Canvas, layer: LayerColumns, found: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    points, sizes, _ = gathered(layer, found)
    placed = canvas.to_device(points)
    if canvas.view.metres_per_pixel > 1.5:
        placed, sizes = thinned(placed, sizes, 1.0)
    return placed, sizes


def _paint_tunnels(canvas: Canvas, layer: LayerColumns, group: str, found: NDArray[np.int64], theme: Theme) -> None:
    width = ROAD_STYLES[group].width_px(canvas.view.metres_per_pixel)
    if not len(found) or width < 0.7:
        return
    placed, sizes = _pieces(canvas, layer, found)
    if group == "path" or width < CASING_FINEST_PX:
        polylines(canvas, placed, sizes, theme.tunnel, width, (3.0, 2.0))
        return
    polylines(canvas, placed, sizes, theme.roads[ROAD_STYLES[group].colour], width + 1.2, (4.0 / width, 3.0 / width))
    polylines(canvas, placed, sizes, theme.tunnel, width - 0.6, flat=True)


def _paint_road_groups(
    canvas: Canvas, layer: LayerColumns, groups: dict[str, NDArray[np.int64]], theme: Theme, *, flat_casing: bool
) -> None:
    scale = canvas.view.metres_per_pixel
    ready = {}
    for group, found in groups.items():
        if len(found):
            ready[group] = _pieces(canvas, layer, found)
    for group, (placed, sizes) in ready.items():
        width = ROAD_STYLES[group].width_px(scale)
        if group != "path" and width >= CASING_FINEST_PX:
            if flat_casing:
                polylines(canvas, placed, sizes, theme.casing, width + 3.0, flat=True)
            else:
                stroke(canvas, segments(placed, sizes), theme.casing, width + 1.8)
    for group, (placed, sizes) in ready.items():
        width = ROAD_STYLES[group].width_px(scale)
        if group == "path":
            polylines(canvas, placed, sizes, theme.path, min(width, 1.6), (2.5, 2.0))
        else:
            stroke(canvas, segments(placed, sizes), theme.roads[ROAD_STYLES[group].colour], width)


def _paint_railways(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    scale = canvas.view.metres_per_pixel
    if layer.geometry != "line" or scale > 60:
        return
    hidden = {"subway", "abandoned", "razed", "disused", "proposed", "platform"}
    for kind, run in _by_kind(layer, layer.query(box)):
        if kind in hidden or (kind != "rail" and scale > 12):
            continue
        placed, sizes = _pieces(canvas, layer, run)
        if kind == "rail" and scale < 1.2:
            stroke(canvas, segments(placed, sizes), theme.railway, 2.4)
            polylines(canvas, placed, sizes, theme.railway_gap, 1.2, (5.0, 5.0))
        else:
            stroke(canvas, segments(placed, sizes), theme.railway, 0.8 if kind == "rail" else 0.6)


def _paint_boundaries(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    if layer.geometry == "point":
        return
    points, sizes, _ = gathered(layer, layer.query(box))
    placed, sizes = thinned(canvas.to_device(points), sizes, 1.0)
    polylines(canvas, placed, sizes, theme.boundary, 1.1, (6.0, 3.0, 1.5, 3.0))


def _paint_other(canvas: Canvas, layer: LayerColumns, box: Box, theme: Theme) -> None:
    found = layer.query(box)
    if layer.geometry == "point":
        _paint_points(canvas, layer, box, theme.other, theme.ground, 2.6)
        return
    points, sizes, _ = gathered(layer, found)
    placed, sizes = thinned(canvas.to_device(points), sizes, 1.0)
    if len(placed):
        stroke(canvas, segments(placed, sizes), theme.other, 1.4)


def _paint_points(canvas: Canvas, layer: LayerColumns, box: Box, colour: str, edge: str, radius_px: float) -> None:
    points, _, _ = gathered(layer, layer.query(box))
    placed = canvas.to_device(points)
    radius = radius_px * canvas.scale
    canvas.painter.setBrush(QColor(colour))
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    if edge:
        canvas.painter.setPen(QPen(QColor(edge), 0.7 * canvas.scale))
    for across, down in placed.tolist():
        canvas.painter.drawEllipse(int(across - radius), int(down - radius), int(2 * radius), int(2 * radius))

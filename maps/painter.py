"""Paint the city itself, the quiet ground under everything that happens, into any view."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gis.coarse import level_for
from gis.columns import LayerColumns
from maps.bar_painter import fill_bars
from maps.ground_style import land_colour
from maps.kept_ground import KeptGround
from maps.listing import BUILT_IN, DrawnLayers, Unhidden, listing_of
from maps.road_painter import paint_ways, runs_by_kind
from maps.strokes import Canvas, Run, fill, fill_runs, gathered, lines, polylines, segments, stroke, thinned
from maps.style import Theme, contrast
from maps.user_layers import LayerList
from maps.view import Box, View

log = logging.getLogger(__name__)

MARGIN_PX = 24  # wide strokes of features just outside still reach in
DRAFT_FINEST_MPP = 6.0
BUILDINGS_COARSEST_MPP = 12.0
BUILDING_EDGES_COARSEST_MPP = 1.6
BUILDING_EDGE_PX = 0.8
FAINT_CONTRAST = 1.06  # right on the ground, nobody sees whether the edge of what stands out so little is smooth
FAR_FAINT_CONTRAST = 1.12  # the same where a whole city is seen, and an edge is a pixel here and there
FAR_MPP = 20.0
HYDRANTS_COARSEST_MPP = 1.5
RIVER_WIDTHS_M = {"river": 10.0, "canal": 7.0, "stream": 2.0, "ditch": 1.2, "drain": 1.2}


def paint_base(
    painter: QPainter,
    layers: DrawnLayers,
    view: View,
    theme: Theme,
    *,
    is_draft: bool = False,
    kept: KeptGround | None = None,
) -> None:
    """Paint every drawn layer of a city in order. The painter counts device pixels of a picture of the view.

    A draft of a large ground is made in half the time: it may lack specks and the smooth edges of areas.
    What the city's own layers look like is `kept`, and taken from there, where user layers are shown over them.
    """
    canvas = Canvas(painter, view, is_draft and view.metres_per_pixel > DRAFT_FINEST_MPP)
    scale = view.metres_per_pixel
    box = view.grown_box(MARGIN_PX)
    listing = listing_of(layers)
    shown = Unhidden(layers, listing)
    size = (round(view.width * canvas.scale), round(view.height * canvas.scale))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def ground(on: Canvas) -> None:
        on.painter.fillRect(0, 0, size[0] + 1, size[1] + 1, QColor(theme.ground))
        for name in ("land_use", "parks", "water"):
            _paint_areas(on, seen(on, opened(shown, name)), box, theme, name)
        _paint_waterways(on, seen(on, opened(shown, "waterways")), box, theme)

    def built(on: Canvas) -> None:
        if scale <= BUILDINGS_COARSEST_MPP:
            _paint_buildings(on, opened(shown, "buildings"), box, theme)
        paint_ways(on, seen(on, opened(shown, "roads")), seen(on, opened(shown, "railways")), box, theme)
        _paint_boundaries(on, seen(on, opened(shown, "boundaries")), box, theme)
        for name in shown.layer_names():
            if name not in BUILT_IN and listing.named(name) is None:
                _paint_other(on, opened(shown, name), box, theme)

    def paint(*parts: Callable[[Canvas], None]) -> None:
        if kept is None or not any(listing.shown_in(place, scale) for place in ("under", "over")):
            for part in parts:
                part(canvas)
        else:
            key = (view, theme.name, len(parts))
            kept.paint(painter, size, key, lambda inside: [part(Canvas(inside, view)) for part in parts])

    if listing.shown_in("under", scale):
        ground(canvas)
        _paint_user_layers(canvas, layers, listing, box, theme, "under")
        paint(built)
    else:
        paint(ground, built)
    _paint_user_layers(canvas, layers, listing, box, theme, "over")
    if scale <= HYDRANTS_COARSEST_MPP:
        _paint_points(canvas, opened(shown, "hydrants"), box, theme.hydrant, theme.paper, 2.4)


def seen(canvas: Canvas, layer: LayerColumns | None) -> LayerColumns | None:
    """Answer what is drawn of a layer at a view's scale: its coarse copy where it has one, else the layer itself."""
    level = level_for(layer, canvas.finest_m) if layer is not None else None
    return layer if level is None else level.shapes


def opened(layers: DrawnLayers, name: str) -> LayerColumns | None:
    """Open a layer; None where there is none, or (said in the log) where its files are broken."""
    if name not in layers.layer_names():
        return None
    try:
        return layers.layer(name)
    except ValueError as error:
        log.warning("layer %s is left out of the map: %s", name, error)
        return None


def base_image(layers: DrawnLayers, view: View, theme: Theme, *, is_draft: bool = False) -> QImage:
    """Paint the city in a new picture of the view's size (RGB32, with its device pixel ratio)."""
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        paint_base(painter, layers, view, theme, is_draft=is_draft)
    finally:
        painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _paint_user_layers(
    canvas: Canvas, layers: DrawnLayers, listing: LayerList, box: Box, theme: Theme, place: str
) -> None:
    if listing.layers:
        from maps.user_painter import paint_user_layers

        paint_user_layers(canvas, layers, listing, box, theme, place)


def _paint_areas(canvas: Canvas, layer: LayerColumns | None, box: Box, theme: Theme, name: str) -> None:
    if layer is None:
        return
    found = layer.query(box)
    if name == "water":
        if layer.geometry == "polygon":
            fill(canvas, layer, found, theme.water, theme.water, 0.5)
        return
    default = theme.land["green"] if name == "parks" else theme.ground
    faint = FAR_FAINT_CONTRAST if canvas.view.metres_per_pixel >= FAR_MPP else FAINT_CONTRAST
    runs: list[Run] = []
    for kind, run in runs_by_kind(layer, found):
        colour = land_colour(theme, kind)
        colour = default if colour == theme.ground else colour
        if colour != theme.ground:
            is_faint = all(not each.is_smooth for each in runs) and contrast(colour, theme.ground) <= faint
            runs.append(Run(run, colour, not is_faint))
    fill_runs(canvas, layer, runs)


def _paint_waterways(canvas: Canvas, layer: LayerColumns | None, box: Box, theme: Theme) -> None:
    if layer is None or layer.geometry != "line":
        return
    scale = canvas.view.metres_per_pixel
    for kind, run in runs_by_kind(layer, layer.query(box)):
        width_m = RIVER_WIDTHS_M.get(kind, 2.0)
        if scale > (60.0 if width_m > 5 else 6.0):
            continue
        points, sizes, _ = gathered(layer, run)
        lines(canvas, canvas.to_device(points), sizes, theme.water, max(0.8, width_m / scale))


def _paint_buildings(canvas: Canvas, layer: LayerColumns | None, box: Box, theme: Theme) -> None:
    if layer is None or layer.geometry != "polygon":
        return
    edge = theme.building_edge if canvas.view.metres_per_pixel <= BUILDING_EDGES_COARSEST_MPP else ""
    level = level_for(layer, canvas.finest_m)
    if level is not None and level.bars is not None:
        fill_bars(canvas, level.bars, level.widths_m, level.bars.query(box), theme.building, edge, BUILDING_EDGE_PX)
    shapes = layer if level is None else level.shapes
    fill(canvas, shapes, shapes.query(box), theme.building, edge, BUILDING_EDGE_PX)


def _paint_boundaries(canvas: Canvas, layer: LayerColumns | None, box: Box, theme: Theme) -> None:
    if layer is None or layer.geometry == "point":
        return
    points, sizes, _ = gathered(layer, layer.query(box))
    placed, sizes = thinned(canvas.to_device(points), sizes, 1.0)
    polylines(canvas, placed, sizes, theme.boundary, 1.1, (6.0, 3.0, 1.5, 3.0))


def _paint_other(canvas: Canvas, layer: LayerColumns | None, box: Box, theme: Theme) -> None:
    if layer is None:
        return
    if layer.geometry == "point":
        _paint_points(canvas, layer, box, theme.other, theme.ground, 2.6)
        return
    points, sizes, _ = gathered(layer, layer.query(box))
    placed, sizes = thinned(canvas.to_device(points), sizes, 1.0)
    if len(placed):
        stroke(canvas, segments(placed, sizes), theme.other, 1.4)


def _paint_points(
    canvas: Canvas, layer: LayerColumns | None, box: Box, colour: str, edge: str, radius_px: float
) -> None:
    if layer is None:
        return
    points, _, _ = gathered(layer, layer.query(box))
    placed = canvas.to_device(points)
    radius = radius_px * canvas.scale
    canvas.painter.setBrush(QColor(colour))
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    if edge:
        canvas.painter.setPen(QPen(QColor(edge), 0.7 * canvas.scale))
    for across, down in placed.tolist():
        canvas.painter.drawEllipse(int(across - radius), int(down - radius), int(2 * radius), int(2 * radius))

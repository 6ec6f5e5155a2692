"""Paint roads and railways, level by level: tunnels at the bottom, bridges over what they cross, arrows on one-ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from maps.ground_style import ROAD_STYLES, RoadStyle, road_group
from maps.strokes import Canvas, gathered, lines, polylines, segments, stroke, thinned
from maps.style import Theme, mixed
from maps.view import Box
from maps.wide_lines import Bends, bends_of

CASING_FINEST_PX = 2.4
LEVELS_COARSEST_MPP = 4.0
ARROWS_COARSEST_MPP = 1.2
ARROWS_APART_PX = 150.0
ARROWS_NARROWEST_PX = 4.5
ARROW_LEAST_PX = 34.0  # a shorter piece of road gets none
RAILWAYS_COARSEST_MPP = 60.0
HIDDEN_RAILWAYS = frozenset(("subway", "abandoned", "razed", "disused", "proposed", "platform"))
_UNDERGROUND = -1000

Indices = NDArray[np.int64]


def paint_ways(
    canvas: Canvas, roads: LayerColumns | None, railways: LayerColumns | None, box: Box, theme: Theme
) -> None:
    """Paint roads and railways from the lowest tunnel to the highest bridge; either may be missing."""
    by_level: dict[int, tuple[dict[str, Indices], dict[str, Indices]]] = {}
    if roads is not None and roads.geometry == "line":
        for level, group, found in _levelled(canvas, roads, _roads_in(canvas, roads, box)):
            by_level.setdefault(level, ({}, {}))[0][group] = found
    if railways is not None and railways.geometry == "line":
        for level, kind, found in _levelled(canvas, railways, _railways_in(canvas, railways, box)):
            by_level.setdefault(level, ({}, {}))[1][kind] = found
    for level in sorted(by_level):
        streets, rails = by_level[level]
        if level < _UNDERGROUND / 2:
            for group, found in streets.items():
                _paint_tunnels(canvas, roads, group, found, theme)
            continue  # a railway under the ground is not shown
        if streets:
            _paint_roads(canvas, roads, streets, theme, is_raised=level > 0)
        for kind, found in rails.items():
            _paint_railway(canvas, railways, kind, found, theme, is_raised=level > 0)


def runs_by_kind(layer: LayerColumns, indices: Indices) -> Iterator[tuple[str, Indices]]:
    """Cut found features, which stand sorted by class, into one run a class."""
    codes = layer.kind_codes[indices]
    for run in np.split(indices, np.flatnonzero(np.diff(codes)) + 1):
        if len(run):
            yield layer.kind_of(int(run[0])), run


def is_set(values: object, indices: Indices) -> NDArray[np.bool_]:
    """Read an OSM yes/no column: unset, "no" and false count as no."""
    if isinstance(values, np.ndarray) and values.dtype == bool:
        return np.asarray(values[indices])
    picked = [values[i] for i in indices.tolist()]  # type: ignore[index]
    return np.fromiter((bool(value) and value != "no" and value == value for value in picked), bool, len(picked))


def _roads_in(canvas: Canvas, layer: LayerColumns, box: Box) -> Mapping[str, Indices]:
    """Find the roads that are drawn at a view's scale, by group from the bottom up."""
    scale = canvas.view.metres_per_pixel
    runs: dict[str, list[Indices]] = {group: [] for group, style in ROAD_STYLES.items() if style.width_px(scale)}
    drawn = [kind for kind in layer.kinds if road_group(kind) in runs]
    for kind, run in runs_by_kind(layer, layer.query(box, drawn)):
        runs[road_group(kind)].append(run)
    return {group: np.concatenate(found) for group, found in runs.items() if found}


def _railways_in(canvas: Canvas, layer: LayerColumns, box: Box) -> Mapping[str, Indices]:
    scale = canvas.view.metres_per_pixel
    if scale > RAILWAYS_COARSEST_MPP:
        return {}
    drawn = [kind for kind in layer.kinds if kind not in HIDDEN_RAILWAYS and (kind == "rail" or scale <= 12)]
    return dict(runs_by_kind(layer, layer.query(box, drawn)))


def _levelled(canvas: Canvas, layer: LayerColumns, groups: Mapping[str, Indices]) -> Iterator[tuple[int, str, Indices]]:
    """Cut groups by how high their ways lie: 0 on the ground; far away all of them lie there."""
    columns = layer.columns() if canvas.view.metres_per_pixel <= LEVELS_COARSEST_MPP else ()
    for group, found in groups.items():
        if not columns:
            yield 0, group, found
            continue
        levels = _numbers(layer, "layer", found) if "layer" in columns else np.zeros(len(found), np.int64)
        is_bridge = is_set(layer.attribute("bridge"), found) if "bridge" in columns else np.zeros(len(found), bool)
        if group == "path":
            levels[~is_bridge] = 0  # a floor of a building, not a bridge
        levels[is_bridge & (levels <= 0)] = 1
        if "tunnel" in columns:
            levels[is_set(layer.attribute("tunnel"), found)] += _UNDERGROUND
        for level in np.unique(levels).tolist():
            yield level, group, found[levels == level]


def _numbers(layer: LayerColumns, column: str, indices: Indices) -> Indices:
    values = layer.attribute(column)
    if not isinstance(values, np.ndarray):
        return np.zeros(len(indices), np.int64)  # text, from a street file of somebody's own
    return np.asarray(np.clip(np.nan_to_num(np.asarray(values[indices], np.float64)), -100, 100), np.int64)


def _pieces(canvas: Canvas, layer: LayerColumns, found: Indices) -> tuple[NDArray[np.float64], Indices]:
    points, sizes, _ = gathered(layer, found)
    placed = canvas.to_device(points)
    if canvas.view.metres_per_pixel > 1.5:
        placed, sizes = thinned(placed, sizes, 1.0)
    return placed, sizes


def _paint_tunnels(canvas: Canvas, layer: LayerColumns, group: str, found: Indices, theme: Theme) -> None:
    style = ROAD_STYLES[group]
    width = style.width_px(canvas.view.metres_per_pixel)
    if width < 0.7:
        return
    placed, sizes = _pieces(canvas, layer, found)
    if group == "path" or width < CASING_FINEST_PX:
        polylines(canvas, placed, sizes, theme.tunnel, min(width, 1.6) if group == "path" else width, (3.0, 2.0))
        return
    edge = mixed(theme.tunnel, theme.roads[style.colour] if theme.name == "night" else theme.casing, 0.6)
    polylines(canvas, placed, sizes, edge, width, flat=True)
    polylines(canvas, placed, sizes, theme.tunnel, width - 1.4, flat=True)


def _paint_roads(
    canvas: Canvas, layer: LayerColumns, groups: Mapping[str, Indices], theme: Theme, *, is_raised: bool
) -> None:
    scale = canvas.view.metres_per_pixel
    ready = {group: _pieces(canvas, layer, groups[group]) for group in ROAD_STYLES if group in groups}
    bends: dict[str, Bends] = {}
    for group, (placed, sizes) in ready.items():
        width = ROAD_STYLES[group].width_px(scale)
        if is_raised and scale < LEVELS_COARSEST_MPP / 2 and (group != "path" or scale < 0.8):
            shown = min(width, 1.6) + 2.4 if group == "path" else width
            polylines(canvas, placed, sizes, theme.casing, shown + 3.0, flat=True)
            if group == "path":
                polylines(canvas, placed, sizes, theme.roads["pedestrian"], shown, flat=True)
        elif group != "path" and width >= CASING_FINEST_PX:
            bends[group] = bends_of(placed, sizes)
            lines(canvas, placed, sizes, theme.casing, width + 1.8, bends[group])
    for group, (placed, sizes) in ready.items():
        style = ROAD_STYLES[group]
        if group == "path":
            polylines(canvas, placed, sizes, theme.path, min(style.width_px(scale), 1.6), (2.5, 2.0))
        else:
            lines(canvas, placed, sizes, theme.roads[style.colour], style.width_px(scale), bends.get(group))
    if scale <= ARROWS_COARSEST_MPP and "oneway" in layer.columns():
        for group, style in ROAD_STYLES.items():
            if group in groups and group != "path" and style.width_px(scale) >= ARROWS_NARROWEST_PX:
                _paint_arrows(canvas, layer, groups[group], style, theme)


def _paint_arrows(canvas: Canvas, layer: LayerColumns, found: Indices, style: RoadStyle, theme: Theme) -> None:
    """Paint arrows where a road is open one way only. They hang on the road, so that they are whole over two tiles."""
    ways = _numbers(layer, "oneway", found)
    found, ways = found[ways != 0], ways[ways != 0]
    if not len(found):
        return
    points, sizes, parts = gathered(layer, found)
    at, along = spread_along(
        canvas.to_device(points), sizes, ARROWS_APART_PX * canvas.scale, ARROW_LEAST_PX * canvas.scale,
        np.repeat(ways, parts),
    )  # fmt: skip
    reach = 12 * canvas.scale
    size = np.array([canvas.view.width, canvas.view.height]) * canvas.scale
    near = ((at > -reach) & (at < size + reach)).all(axis=1)
    at, along = at[near], along[near]
    width = style.width_px(canvas.view.metres_per_pixel)
    half, head = 4.6 * canvas.scale, min(2.6, 0.3 * width) * canvas.scale
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    tip, tail = at + along * half, at - along * half
    barb = tip - along * head * 1.25
    pieces = np.concatenate(
        [np.hstack(ends) for ends in ((tail, tip), (barb + across * head, tip), (barb - across * head, tip))]
    )
    stroke(canvas, pieces, mixed(theme.roads[style.colour], theme.text_street, 0.6), 1.1)


def spread_along(
    points: NDArray[np.float64], sizes: Indices, apart: float, least: float, ways: Indices
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spread places evenly along polylines, one at least on those not shorter than `least`.

    Answers the places (n, 2) and the unit directions there (n, 2), turned round where `ways` (one a line) is negative.
    """
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    ends = np.cumsum(sizes)
    lengths[ends[:-1] - 1] = 0.0  # from one line to the next
    run = np.concatenate(([0.0], np.cumsum(lengths)))
    first, last = run[ends - sizes], run[ends - 1]
    counts = np.where(last - first >= least, np.maximum(1, np.round((last - first) / apart)), 0).astype(np.int64)
    line = np.repeat(np.arange(len(sizes)), counts)
    number = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = first[line] + (number + 0.5) * (last - first)[line] / np.maximum(counts[line], 1)
    piece = np.clip(np.searchsorted(run, wanted, side="right") - 1, 0, max(0, len(lengths) - 1))
    share = (wanted - run[piece]) / np.maximum(lengths[piece], 1e-9)
    at = points[piece] + steps[piece] * share[:, None]
    along = steps[piece] / np.maximum(lengths[piece], 1e-9)[:, None]
    return at, along * np.sign(ways[line])[:, None]


def _paint_railway(
    canvas: Canvas, layer: LayerColumns, kind: str, found: Indices, theme: Theme, *, is_raised: bool
) -> None:
    scale = canvas.view.metres_per_pixel
    placed, sizes = _pieces(canvas, layer, found)
    if is_raised and scale < LEVELS_COARSEST_MPP / 2:
        polylines(canvas, placed, sizes, theme.casing, 6.0, flat=True)
        polylines(canvas, placed, sizes, theme.ground, 4.0, flat=True)
    if kind == "rail" and scale < 1.2:
        stroke(canvas, segments(placed, sizes), theme.railway, 2.4)
        polylines(canvas, placed, sizes, theme.railway_gap, 1.2, (5.0, 5.0))
    else:
        is_quiet = kind != "rail" or scale >= 5  # a tram in its street, a yard with a hundred tracks
        colour = mixed(theme.railway, theme.ground, 0.45 if is_quiet else 0.0)
        stroke(canvas, segments(placed, sizes), colour, 0.8 if kind == "rail" else 0.6)

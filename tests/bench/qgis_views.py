"""What QGIS is given to draw the same as we do: a GeoPackage of a city's drawn layers, and the looks of one view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.city import City
from gis.columns import LayerColumns
from maps.ground_style import ROAD_STYLES, land_colour, road_group
from maps.painter import (
    BUILDING_EDGES_COARSEST_MPP,
    BUILDINGS_COARSEST_MPP,
    HYDRANTS_COARSEST_MPP,
    RIVER_WIDTHS_M,
)
from maps.road_painter import CASING_FINEST_PX, HIDDEN_RAILWAYS, RAILWAYS_COARSEST_MPP
from maps.style import Theme, mixed
from maps.view import View

Looks = dict[str, dict[str, Any]]
DRAWN = ("land_use", "parks", "water", "waterways", "buildings", "railways", "roads", "boundaries", "hydrants")


def write_geopackage(city: City, file: Path, theme: Theme, *, names: Sequence[str] = DRAWN) -> int:
    """Write layers with a column `look`, spatially indexed; answers how many features they have."""
    import shapely
    from pyogrio.raw import write

    total = 0
    for name in names:
        layer = city.layer(name)
        looks = np.array([_look_name(name, kind, theme) for kind in layer.kinds], dtype=object)[layer.kind_codes]
        shapes = shapes_of(layer)
        write(
            str(file), shapely.to_wkb(shapes), [looks], ["look"], layer=name, driver="GPKG", crs=city.metric_crs,
            geometry_type={"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}[layer.geometry],
            append=file.exists(), promote_to_multi=layer.geometry != "point", SPATIAL_INDEX="YES",
        )  # fmt: skip
        total += len(shapes)
    return total


def shapes_of(layer: LayerColumns) -> NDArray[Any]:
    """Make the shapely geometries of a layer, all at once where its features are of one part."""
    import shapely

    if layer.geometry == "point":
        return np.asarray(shapely.points(layer.coords))
    if len(layer.parts) != len(layer.features):
        return np.array([layer.geometry_of(index) for index in range(layer.count)], dtype=object)
    owner = np.repeat(np.arange(layer.count), np.diff(layer.parts))
    if layer.geometry == "line":
        return np.asarray(shapely.linestrings(layer.coords, indices=owner))
    return np.asarray(shapely.polygons(shapely.linearrings(layer.coords, indices=owner)))


def _look_name(layer: str, kind: str, theme: Theme) -> str:
    if layer == "roads":
        return road_group(kind)
    if layer in ("land_use", "parks"):
        colour = land_colour(theme, kind)
        return colour if colour != theme.ground or layer == "land_use" else theme.land["green"]
    return kind if layer in ("waterways", "railways") else "all"


def job_of(city: City, view: View, theme: Theme, name: str) -> dict[str, Any]:
    """Say what QGIS has to draw for a view: what our painter draws there, without labels, arrows and bridges."""
    layers = []
    for layer in DRAWN:
        looks = LOOKS[layer](city.layer(layer), view.metres_per_pixel, theme)
        if looks:
            layers.append({"name": layer, "geometry": city.layer(layer).geometry, "looks": looks})
    return {
        "name": name, "width": int(view.width), "height": int(view.height), "box": view.box, "ground": theme.ground,
        "layers": layers,
    }  # fmt: skip


def _land(layer: LayerColumns, _: float, theme: Theme) -> Looks:
    names = {_look_name(layer.name, kind, theme) for kind in layer.kinds}
    return {colour: {"colour": colour} for colour in sorted(names) if colour != theme.ground}


def _water(layer: LayerColumns, _: float, theme: Theme) -> Looks:
    return {"all": {"colour": theme.water, "edge": theme.water, "edge_px": 0.5}}


def _waterways(layer: LayerColumns, scale: float, theme: Theme) -> Looks:
    looks = {}
    for kind in layer.kinds:
        width_m = RIVER_WIDTHS_M.get(kind, 2.0)
        if scale <= (60.0 if width_m > 5 else 6.0):
            looks[kind] = {"colour": theme.water, "width_px": max(0.8, width_m / scale)}
    return looks


def _buildings(layer: LayerColumns, scale: float, theme: Theme) -> Looks:
    if scale > BUILDINGS_COARSEST_MPP:
        return {}
    edge = theme.building_edge if scale <= BUILDING_EDGES_COARSEST_MPP else ""
    return {"all": {"colour": theme.building, "edge": edge, "edge_px": 0.8}}


def _roads(layer: LayerColumns, scale: float, theme: Theme) -> Looks:
    looks: Looks = {}
    for level, (group, style) in enumerate(ROAD_STYLES.items(), start=1):
        width = style.width_px(scale)
        if not width:
            continue
        if group == "path":
            looks[group] = {"colour": theme.path, "width_px": min(width, 1.6), "dashes": (2.5, 2.0), "level": level}
            continue
        looks[group] = {"colour": theme.roads[style.colour], "width_px": width, "level": level}
        if width >= CASING_FINEST_PX:
            looks[group] |= {"casing": theme.casing, "casing_px": width + 1.8}
    return looks


def _railways(layer: LayerColumns, scale: float, theme: Theme) -> Looks:
    looks: Looks = {}
    for kind in layer.kinds:
        if kind in HIDDEN_RAILWAYS or scale > (RAILWAYS_COARSEST_MPP if kind == "rail" else 12):
            continue
        if kind == "rail" and scale < 1.2:
            looks[kind] = {
                "colour": theme.railway_gap, "width_px": 1.2, "dashes": (5.0, 5.0), "casing": theme.railway,
                "casing_px": 2.4,
            }  # fmt: skip
            continue
        is_quiet = kind != "rail" or scale >= 5
        colour = mixed(theme.railway, theme.ground, 0.45 if is_quiet else 0.0)
        looks[kind] = {"colour": colour, "width_px": 0.8 if kind == "rail" else 0.6}
    return looks


def _boundaries(layer: LayerColumns, _: float, theme: Theme) -> Looks:
    return {"all": {"colour": theme.boundary, "width_px": 1.1, "dashes": (6.0, 3.0, 1.5, 3.0)}}


def _hydrants(layer: LayerColumns, scale: float, theme: Theme) -> Looks:
    if scale > HYDRANTS_COARSEST_MPP:
        return {}
    return {"all": {"colour": theme.hydrant, "radius_px": 2.4, "edge": theme.paper}}


LOOKS: dict[str, Callable[[LayerColumns, float, Theme], Looks]] = {
    "land_use": _land, "parks": _land, "water": _water, "waterways": _waterways, "buildings": _buildings,
    "roads": _roads, "railways": _railways, "boundaries": _boundaries, "hydrants": _hydrants,
}  # fmt: skip

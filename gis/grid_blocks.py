"""Cut a city's ground into blocks along its streets, railways and waters, and large blocks into even pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.city import City
from gis.columns import LayerColumns
from gis.crs import LONLAT, project

SNAP_M = 0.01  # every corner of the grid lies on a raster of a centimetre, so that neighbours share their corners
WANTED_M2 = 10_000.0
SPLIT_M2 = 15_000.0  # a larger block is cut; a smaller one and the least remainder fit into one cell together
_STREETS = frozenset((
    "living_street", "pedestrian", "road", "unclassified", "residential", "tertiary_link", "tertiary",
    "secondary_link", "secondary", "primary_link", "primary", "trunk_link", "trunk", "busway", "motorway_link",
    "motorway",
))  # fmt: skip
_RAILS = frozenset(("rail",))
_RIVERS = frozenset(("canal", "river"))
_SEA = frozenset(("sea", "bay"))
_LEAST_WATER_M2 = 2_000.0


@dataclass(frozen=True, slots=True)
class Pieces:
    """Hold what cells are put together from: polygons (n,) that neither overlap nor leave a gap.

    block (n,) numbers the block that each is cut from; region (n,) the region that it lies in; is_water (n,).
    """

    shapes: NDArray[Any]
    block: NDArray[np.int64]
    region: NDArray[np.int64]
    is_water: NDArray[np.bool_]


def outline_of(city: City) -> Any:
    """Return the ground of a city in its metric CRS: its bounds without the open sea."""
    # Straight from corner to corner in metres, as the edges of the sea are that were closed along the bounds.
    ground = project(np.array([shapely.box(*city.bounds)]), LONLAT, city.metric_crs)[0]
    sea = [shape for shape, kind in zip(*_areas(city, "water"), strict=True) if kind in _SEA]
    return shapely.difference(ground, shapely.union_all(sea)) if sea else ground


def pieces_of(city: City, regions: NDArray[Any]) -> Pieces:
    """Cut the ground within regions (polygons, (r,), metric CRS) into pieces of no more than some 15,000 m2.

    Raises ValueError where no ground is left.
    """
    waters = _waters(city)
    lines = [*_lines(city), *shapely.boundary(regions).tolist(), *shapely.boundary(waters).tolist()]
    noded = _noded(np.array(lines, dtype=object))
    blocks, _ = _within(_faces(noded), regions)
    if not len(blocks):
        raise ValueError("no ground is left to cut into cells")
    cuts = _cuts(blocks[shapely.area(blocks) > SPLIT_M2])
    pieces = _faces(_noded(np.array([noded, *cuts], dtype=object)))
    pieces, region = _within(pieces, regions)
    points = shapely.point_on_surface(pieces)
    block = _holders(points, blocks)
    is_water = _holders(points, waters) >= 0 if len(waters) else np.zeros(len(pieces), bool)
    return Pieces(pieces, block, region, is_water)


def _cuts(blocks: NDArray[Any]) -> NDArray[Any]:
    """Rule each block into a grid of about 10,000 m2 a field, along its own long side."""
    if not len(blocks):
        return np.empty(0, dtype=object)
    corners = shapely.get_coordinates(shapely.get_exterior_ring(shapely.oriented_envelope(blocks))).reshape(-1, 5, 2)
    ruled: list[Any] = []
    whose: list[int] = []
    for number, (origin, first, _, last, _) in enumerate(corners):
        along, across = first - origin, last - origin
        long, wide = np.hypot(*along), np.hypot(*across)
        if wide > long:
            along, across, long, wide = across, along, wide, long
        rows = max(1, round(wide / np.sqrt(WANTED_M2)))
        columns = max(1, round(long * wide / WANTED_M2 / rows))
        starts = [origin + along * step / columns for step in range(1, columns)]
        ends = [start + across for start in starts]
        starts += [origin + across * step / rows for step in range(1, rows)]
        ends += [origin + across * step / rows + along for step in range(1, rows)]
        ruled += list(zip(starts, ends, strict=True))
        whose += [number] * (columns + rows - 2)
    shapely.prepare(blocks)
    cut = shapely.get_parts(shapely.intersection(_longer(np.array(ruled), 1.0), blocks[whose]))
    cut = cut[shapely.get_num_coordinates(cut) == 2]
    # A little over the edge: rounded to the raster, an end that just touches it may fall short of it.
    return _longer(shapely.get_coordinates(cut).reshape(-1, 2, 2), 2 * SNAP_M)


def _longer(ends: NDArray[np.float64], by_m: float) -> NDArray[Any]:
    """Make lines (n,) of their two ends (n, 2, 2), longer by some metres at each."""
    run = ends[:, 1] - ends[:, 0]
    step = run / np.maximum(np.hypot(*run.T), SNAP_M)[:, None] * by_m
    return np.asarray(shapely.linestrings(np.stack((ends[:, 0] - step, ends[:, 1] + step), axis=1)), dtype=object)


def _noded(lines: NDArray[Any]) -> Any:
    return shapely.union_all(lines, grid_size=SNAP_M)


def _faces(noded: Any) -> NDArray[Any]:
    faces: NDArray[Any] = shapely.get_parts(shapely.polygonize([noded]))
    middle = shapely.bounds(faces).reshape(-1, 4)
    return faces[np.lexsort(middle.T)]


def _within(faces: NDArray[Any], regions: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    region = _holders(shapely.point_on_surface(faces), regions) if len(faces) else np.empty(0, np.int64)
    return faces[region >= 0], region[region >= 0]


def _holders(points: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.int64]:
    """Say which area each point lies in, the first where several; -1: none."""
    shapely.prepare(areas)
    area, point = shapely.STRtree(points).query(areas, predicate="intersects")
    found = np.full(len(points), len(areas), np.int64)
    np.minimum.at(found, point, area)
    found[found == len(areas)] = -1
    return found


def _waters(city: City) -> NDArray[Any]:
    shapes, kinds = _areas(city, "water")
    keep = [shape.area >= _LEAST_WATER_M2 and kind not in _SEA for shape, kind in zip(shapes, kinds, strict=True)]
    found: NDArray[Any] = shapes[np.array(keep, dtype=bool)]
    return found


def _areas(city: City, name: str) -> tuple[NDArray[Any], list[str]]:
    if name not in city.layer_names():
        return np.empty(0, dtype=object), []
    layer = city.layer(name)
    shapes = np.array([layer.geometry_of(index) for index in range(layer.count)] + [None], dtype=object)[:-1]
    return shapely.make_valid(shapes), [layer.kind_of(index) for index in range(layer.count)]


def _lines(city: City) -> list[Any]:
    found: list[Any] = []
    for name, kinds in (("roads", _STREETS), ("railways", _RAILS), ("waterways", _RIVERS)):
        if name in city.layer_names():
            layer = city.layer(name)
            if layer.geometry == "line":
                found += _parts(layer, _above_ground(layer, kinds))
    return found


def _above_ground(layer: LayerColumns, kinds: frozenset[str]) -> NDArray[np.bool_]:
    wanted = np.array([kind in kinds for kind in layer.kinds], dtype=bool)[np.asarray(layer.kind_codes)]
    if "tunnel" in layer.columns():
        wanted &= ~np.asarray(layer.attribute("tunnel"), dtype=bool)
    return wanted


def _parts(layer: LayerColumns, wanted: NDArray[np.bool_]) -> list[Any]:
    lines = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, np.asarray(layer.coords), (np.asarray(layer.parts),)
    )
    of_feature = np.repeat(wanted, np.diff(layer.features))
    return list(lines[of_feature])

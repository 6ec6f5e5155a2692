"""Where help is called for: cells of a few hundred metres, weighted by what stands there until the log knows better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.demand.areas import Area, areas_of

if TYPE_CHECKING:
    from gis.city import City
    from gis.columns import LayerColumns

CELLS_M = (200.0, 250.0, 300.0, 400.0, 500.0, 650.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0, 3000.0, 5000.0, 10_000.0)
MOST_CELLS = 2000
# A source counts by how much of the city it knows: the share of the junctions in whose square of this side it has
# something. Streets where nothing is mapped are not streets where nobody lives: the rest of the weight is theirs.
KNOWN_WITHIN_M = 400.0
LEAST_KNOWN = 0.05
NOBODY_THERE = frozenset({"garage", "shed"})
MOST_LEVELS = 60.0
Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Places float64 (n, 2) in metres and what each counts, float64 (n,)."""

_ROWS = 2**32  # more rows of cells than the earth has


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Say how demand lies over a city: k cells, each with the middle of its demand and its share of the whole.

    lonlat float64 (k, 2), WGS 84; weight float64 (k,), its sum 1; corner_xy float64 (k, 2), the south-west corner of
    each square cell of `cell_m` in the city's metric CRS; area int32 (k,) into `areas`. `source` names what it is made
    of: addresses, buildings, roads, history, joined by +.
    """

    lonlat: NDArray[np.float64]
    weight: NDArray[np.float64]
    source: str
    cell_m: float
    corner_xy: NDArray[np.float64]
    area: NDArray[np.int32]
    areas: tuple[Area, ...]

    def __len__(self) -> int:
        return len(self.weight)


def demand_of(city: City, *, most_cells: int = MOST_CELLS) -> Demand:
    """Lay demand over a city by its addresses and the floors of its buildings, and by its junctions where both lack.

    Addresses and buildings count by how much of the city each knows, junctions by what the better of them leaves.
    Raises RoadsError where the city has no roads.
    """
    network = city.roads()
    _, first = np.unique(network.junction, return_index=True)
    junctions = np.asarray(network.node_xy)[first]
    sources: dict[str, Points] = {"addresses": _addresses(city), "buildings": _buildings(city)}
    known = {name: _known_share(junctions, each) for name, each in sources.items()}
    sources["roads"] = (junctions, np.ones(len(junctions)))
    known["roads"] = 1.0 - max(known.values())
    used = [name for name, share in known.items() if share >= LEAST_KNOWN and sources[name][1].sum() > 0]
    xy = np.concatenate([np.empty((0, 2)), *(sources[name][0] for name in used)])
    parts = [known[name] * sources[name][1] / sources[name][1].sum() for name in used]
    weight = np.concatenate([np.empty(0), *parts])
    cell_m, corner_xy, middle_xy, share = gathered(xy, weight, most_cells=most_cells)
    lon, lat = city.to_lonlat(middle_xy[:, 0], middle_xy[:, 1])
    area, areas = areas_of(city, middle_xy, share)
    return Demand(np.column_stack([lon, lat]), share, "+".join(used), cell_m, corner_xy, area, areas)


def gathered(
    xy: NDArray[np.float64], weight: NDArray[np.float64], *, most_cells: int = MOST_CELLS
) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Gather weighted points (n, 2) in square cells, as small as `most_cells` allow; their order does not matter.

    Returns the cells' side, their corners and the middles of their weight, float64 (k, 2) each, and their shares.
    """
    counts = np.isfinite(xy).all(axis=1) & np.isfinite(weight) & (weight > 0)
    xy, weight = xy[counts], weight[counts]
    if not len(xy):
        return CELLS_M[0], np.empty((0, 2)), np.empty((0, 2)), np.empty(0)
    cell_m = CELLS_M[-1]
    for cell_m in CELLS_M:
        at = np.floor(xy / cell_m).astype(np.int64)
        number, first, of = np.unique(at[:, 0] * _ROWS + at[:, 1], return_index=True, return_inverse=True)
        if len(number) <= most_cells:
            break
    cells = at[first].astype(np.float64)
    total = np.bincount(of, weight)
    middle = np.column_stack([np.bincount(of, weight * (xy[:, axis] - xy[0, axis])) for axis in (0, 1)])
    share: NDArray[np.float64] = total / total.sum()
    return cell_m, cells * cell_m, middle / total[:, None] + xy[0], share


def nearest_cells(demand: Demand, lonlat: Sequence[tuple[float, float]]) -> NDArray[np.int64]:
    """Find the cell nearest to each place (lon, lat), int64 (n,); -1 for one farther than two cells from all."""
    from scipy.spatial import cKDTree

    if not len(demand) or not len(lonlat):
        return np.full(len(lonlat), -1)
    metres = np.array([np.cos(np.radians(demand.lonlat[:, 1].mean())), 1.0]) * 111_195.0
    places = np.array(lonlat, dtype=np.float64) * metres
    found = cKDTree(demand.lonlat * metres).query(np.where(np.isfinite(places), places, 1e12))
    away_m, cell = (np.asarray(each) for each in found)
    return np.where(away_m <= 2 * demand.cell_m, cell, -1).astype(np.int64)


def _known_share(junctions: NDArray[np.float64], source: Points) -> float:
    """Give the share of junctions (n, 2) in whose square the source has something that counts."""
    xy, weight = source
    at = np.floor(xy[weight > 0] / KNOWN_WITHIN_M).astype(np.int64)
    here = np.floor(junctions / KNOWN_WITHIN_M).astype(np.int64)
    if not len(here):
        return 0.0
    return float(np.isin(here[:, 0] * _ROWS + here[:, 1], at[:, 0] * _ROWS + at[:, 1]).mean())


def _addresses(city: City) -> Points:
    layer = _layer(city, "house_numbers", "point")
    xy = np.empty((0, 2)) if layer is None else np.asarray(layer.coords)
    return xy, np.ones(len(xy))


def _buildings(city: City) -> Points:
    """Give the middle of every building where people are, and the area of all its floors in square metres."""
    layer = _layer(city, "buildings", "polygon")
    if layer is None or not layer.count:
        return np.empty((0, 2)), np.empty(0)
    boxes = np.asarray(layer.boxes)
    nobody = [code for code, kind in enumerate(layer.kinds) if kind in NOBODY_THERE]
    floor_m2 = _areas_m2(layer) * _levels(layer)
    floor_m2[np.isin(layer.kind_codes, nobody)] = 0.0
    return (boxes[:, :2] + boxes[:, 2:]) / 2, floor_m2


def _areas_m2(layer: LayerColumns) -> NDArray[np.float64]:
    """Measure the features of a layer of polygons; holes, which run clockwise, count against them."""
    coords = np.asarray(layer.coords)
    xy = coords - coords[0]
    twice = np.zeros(len(xy))
    twice[:-1] = xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]
    twice[np.asarray(layer.parts[1:]) - 1] = 0.0  # from the last point of a ring leads no side to the next ring
    points = np.asarray(layer.parts)[np.asarray(layer.features)]
    sums = np.concatenate([[0.0], np.cumsum(twice)])
    areas_m2: NDArray[np.float64] = np.maximum((sums[points[1:]] - sums[points[:-1]]) / 2, 0.0)
    return areas_m2


def _levels(layer: LayerColumns) -> NDArray[np.float64]:
    try:
        levels = np.asarray(layer.attribute("levels"), dtype=np.float64)
    except (KeyError, OSError, TypeError, ValueError):
        return np.ones(layer.count)
    return np.where(np.isfinite(levels), np.clip(levels, 1.0, MOST_LEVELS), 1.0)


def _layer(city: City, name: str, geometry: str) -> LayerColumns | None:
    from gis.city import CityError

    try:
        layer = city.layer(name)
    except CityError:
        return None
    return layer if layer.geometry == geometry and len(layer.coords) else None

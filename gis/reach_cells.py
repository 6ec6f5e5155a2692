"""The cells of a city's ground, each belonging to the nearest road that may be driven."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.roads import RoadNetwork

BESIDE_M = 75.0  # ground farther from every road belongs to none
CELL_M = 20.0
MOST_CELLS = 2_000_000  # a larger city has larger cells
_STEP_S = 2.0  # about what a cell takes to drive: the scale on which 'too late' and 'too far beside' are compared


class RoadCells:
    """Hold samples of the edges marked in `counting`, and the cells that belong to them.

    Sample k lies on edge `edge[k]` after `share[k]` of its length; the samples of an edge stand together. `water`:
    shapely polygons whose cells belong to nobody, unless a road leads over them.
    """

    def __init__(self, network: RoadNetwork, counting: NDArray[np.bool_], water: Sequence[Any], cell_m: float) -> None:
        from scipy.ndimage import distance_transform_edt

        low = network.node_xy.min(axis=0) if network.node_count else np.zeros(2)
        high = network.node_xy.max(axis=0) if network.node_count else np.zeros(2)
        extent = high - low + 4 * BESIDE_M
        self.cell_m = max(cell_m, math.sqrt(float(extent[0] * extent[1]) / MOST_CELLS))
        self.low = np.floor((low - 2 * BESIDE_M) / self.cell_m) * self.cell_m
        columns, rows = (np.ceil(extent / self.cell_m).astype(int) + 1).tolist()
        self.edge, self.share, xy = _samples(network, np.flatnonzero(counting), self.cell_m / 2)
        self._first = np.searchsorted(self.edge, np.arange(network.edge_count + 1))
        column, row = np.clip(np.rint((xy - self.low) / self.cell_m).astype(np.int64), 0, (columns - 1, rows - 1)).T
        cells, self._slot = np.unique(row * columns + column, return_inverse=True)
        self._slots = len(cells)
        is_road = np.zeros(rows * columns, dtype=bool)
        is_road[cells] = True
        is_road = is_road.reshape(rows, columns)
        away, (near_row, near_column) = distance_transform_edt(~is_road, return_indices=True)
        self._away_m = (away * self.cell_m).astype(np.float32)
        slot_of = np.zeros(rows * columns, dtype=np.int32)
        slot_of[cells] = np.arange(len(cells), dtype=np.int32)
        self._owner = slot_of[near_row.astype(np.int64) * columns + near_column]
        self._row_of, self._column_of = np.divmod(cells, columns)
        self._is_wet = self._wet(water, rows, columns) & ~is_road

    def of_edge(self, edge: int) -> slice:
        """Return where the samples of an edge stand."""
        return slice(int(self._first[edge]), int(self._first[edge + 1]))

    def area(self, times_s: NDArray[np.float64], limit_s: float) -> Any:
        """Return the cells within a limit as a MultiPolygon, its outlines evened out by a third of a cell."""
        import shapely

        from gis.contours import areas_below_zero

        slots_s = np.full(self._slots, np.inf)
        np.minimum.at(slots_s, self._slot, times_s)
        there = np.flatnonzero(slots_s <= limit_s)
        if not len(there):
            return shapely.MultiPolygon()
        margin = math.ceil(BESIDE_M / self.cell_m) + 2
        window = tuple(
            slice(max(0, int(place[there].min()) - margin), int(place[there].max()) + margin + 1)
            for place in (self._row_of, self._column_of)
        )
        late = np.minimum(slots_s, limit_s + 9 * _STEP_S)[self._owner[window]] - limit_s
        far = (self._away_m[window] - BESIDE_M) / self.cell_m * _STEP_S
        field = np.clip(np.maximum(late, far), -2 * _STEP_S, 2 * _STEP_S)
        field[self._is_wet[window]] = 2 * _STEP_S
        field[field == 0] = -1e-6
        x, y = self.low + np.array([window[1].start, window[0].start]) * self.cell_m
        found = areas_below_zero(field, x=float(x), y=float(y), cell_m=self.cell_m, smallest_m2=self.cell_m**2)
        plain = shapely.simplify(found, self.cell_m / 3, preserve_topology=False)  # eight times quicker than with
        if not shapely.is_valid(plain):
            plain = shapely.simplify(found, self.cell_m / 3)
        return shapely.multipolygons(shapely.get_parts(plain))

    def _wet(self, water: Sequence[Any], rows: int, columns: int) -> NDArray[np.bool_]:
        if not len(water):
            return np.zeros((rows, columns), dtype=bool)
        from rasterio import Affine
        from rasterio.features import rasterize

        # Row 0 is the southernmost: the step between rows points north.
        x, y = self.low - self.cell_m / 2
        place = Affine(self.cell_m, 0, float(x), 0, self.cell_m, float(y))
        return np.asarray(rasterize(list(water), out_shape=(rows, columns), transform=place, dtype=np.uint8) > 0)


def _samples(
    network: RoadNetwork, edges: NDArray[np.int64], step_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give points along edges no more than `step_m` apart, both ends too: edge, share of its length, xy (n, 2)."""
    if not len(edges):
        return np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 2))
    points, offset = np.asarray(network.edge_xy), np.asarray(network.edge_offset)
    run = np.concatenate(([0.0], np.hypot(*np.diff(points, axis=0).T)))
    run[offset[:-1]] = 1.0  # a gap between edges, so that no place along the row of all points means two of them
    along = np.cumsum(run)
    begin, length = along[offset[edges]], along[offset[edges + 1] - 1] - along[offset[edges]]
    counts = np.maximum(2, np.ceil(length / step_m).astype(np.int64) + 1)
    rank = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = rank / np.repeat(counts - 1, counts)
    at = np.repeat(begin, counts) + share * np.repeat(length, counts)
    xy = np.column_stack((np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])))
    return np.repeat(edges, counts), share, xy

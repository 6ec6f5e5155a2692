"""How densely something happened: a smooth surface over points, for seeing where it gathers.

Kernel density with the quartic (biweight) kernel, Silverman, Density Estimation for Statistics and Data Analysis
(1986), section 4.2: a point of weight w adds 3 w / (pi h^2) (1 - d^2 / h^2)^2 at a distance d below the bandwidth h.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.columns import Box

MOST_CELLS = 4_000_000
LEAST_CELLS_A_BANDWIDTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """A surface: values float32 (rows, columns), weight a square kilometre, row 0 in the north; box in metres.

    The sum of all values times a cell's area is the weight of the points that count. `bandwidth_m` may be larger than
    was asked for where the ground is too wide for such fine cells.
    """

    values: NDArray[np.float32]
    box: Box
    cell_m: float
    bandwidth_m: float
    weight: float

    @property
    def highest(self) -> float:
        """Return the highest value."""
        return float(self.values.max(initial=0.0))


def density(
    xy: ArrayLike, weights: ArrayLike | None = None, *, bandwidth_m: float = 400.0, box: Box | None = None
) -> Density:
    """Spread points (n, 2: x, y in metres) over the ground around them.

    weights (n,), each 1 where None. Points that are no numbers, and those outside `box`, do not count; without a box
    all others do. Raises ValueError for a bandwidth that is not above zero or weights of another length.
    """
    if not (math.isfinite(bandwidth_m) and bandwidth_m > 0):
        raise ValueError(f"a bandwidth must be above zero, not {bandwidth_m!r}")
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    heavy = np.ones(len(places)) if weights is None else np.asarray(weights, dtype=np.float64)
    if heavy.shape != (len(places),):
        raise ValueError(f"{len(places)} points cannot have weights of shape {heavy.shape}")
    counts = np.isfinite(places).all(axis=1) & np.isfinite(heavy)
    if box is not None:
        counts &= (places >= box[:2]).all(axis=1) & (places <= box[2:]).all(axis=1)
    places, heavy = places[counts], heavy[counts]
    if not len(places):
        return Density(np.zeros((0, 0), np.float32), (0.0, 0.0, 0.0, 0.0), 1.0, bandwidth_m, 0.0)
    low, high = places.min(axis=0), places.max(axis=0)
    bandwidth_m = max(bandwidth_m, _least_bandwidth(high - low))
    cell_m = max(bandwidth_m / 12, math.sqrt(float(np.prod(high - low + 2 * bandwidth_m)) / (0.9 * MOST_CELLS)))
    reach = math.ceil(bandwidth_m / cell_m)
    # The cells' middles lie at whole cells, whatever the points are: pictures of two days then fit each other.
    first = np.floor(low / cell_m).astype(np.int64) - reach - 1
    columns, rows = (np.ceil(high / cell_m).astype(np.int64) + reach + 2 - first).tolist()
    binned = _binned(places / cell_m - first, heavy, rows, columns)
    spread = _convolved(binned, _kernel(bandwidth_m / cell_m, reach)) / (cell_m**2 / 1e6)
    west, south = ((first - 0.5) * cell_m).tolist()
    extent = (west, south, west + columns * cell_m, south + rows * cell_m)
    return Density(spread[::-1].astype(np.float32), extent, cell_m, bandwidth_m, float(heavy.sum()))


def _least_bandwidth(extent: NDArray[np.float64]) -> float:
    """Return the smallest bandwidth that still has enough cells: two points on different continents must not need
    all memory."""
    return LEAST_CELLS_A_BANDWIDTH * math.sqrt(float(np.prod(np.maximum(extent, 1.0))) / MOST_CELLS)


def _binned(at: NDArray[np.float64], weights: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Share every point (n, 2: column, row) among the four cells' middles around it."""
    corner = np.floor(at).astype(np.int64)
    part = at - corner
    found = np.zeros(rows * columns)
    for right in (0, 1):
        for up in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - up - part[:, 1]) * weights
            cells = (corner[:, 1] + up) * columns + corner[:, 0] + right
            found += np.bincount(cells, share, minlength=rows * columns)
    return found.reshape(rows, columns)


def _kernel(radius: float, reach: int) -> NDArray[np.float64]:
    """Return the kernel of a radius in cells, its sum 1: then no weight is lost on the grid."""
    side = np.arange(-reach, reach + 1) / radius
    kernel = np.maximum(1 - side[:, None] ** 2 - side[None, :] ** 2, 0.0) ** 2
    return np.asarray(kernel / kernel.sum())


def _convolved(grid: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convolve through the Fourier transform; the grid has a margin that is as wide as the kernel."""
    rows, columns = (_quick(size) for size in grid.shape)
    reach = kernel.shape[0] // 2
    spread = np.fft.irfft2(np.fft.rfft2(grid, (rows, columns)) * np.fft.rfft2(kernel, (rows, columns)), (rows, columns))
    moved = np.roll(spread, (-reach, -reach), axis=(0, 1))[: grid.shape[0], : grid.shape[1]]
    return np.maximum(moved, 0.0)


def _quick(size: int) -> int:
    """Return the next size with no prime factor above 5."""
    while True:
        left = size
        for factor in (2, 3, 5):
            while left % factor == 0:
                left //= factor
        if left == 1:
            return size
        size += 1

"""What happened close together: clusters of points in the plane, or in the plane and in time, by DBSCAN.

Ester, Kriegel, Sander and Xu (1996), as scikit-learn does it; in time two points are near where both their distance and
their seconds apart are small (Birant and Kut's ST-DBSCAN, 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

NOISE = -1
MOST_PAIRS = 30_000_000


class TooDense(ValueError):
    """More pairs of points lie near each other than memory is good for."""

    def __init__(self, within_m: float) -> None:
        super().__init__(f"too many points lie within {within_m:g} m of each other: take less")
        self.within_m = within_m


def clusters(
    xy: ArrayLike,
    at_s: ArrayLike | None = None,
    *,
    within_m: float = 150.0,
    within_s: float = 4 * 3600.0,
    least: int = 5,
) -> NDArray[np.int64]:
    """Number the cluster of each point (n, 2: x, y in metres), int64 (n,), the largest 0; NOISE for none.

    Around a point of a cluster's core lie `least` within `within_m`, itself included, and within `within_s` of it
    where seconds (n,) are given. Points that are no numbers are in none. Raises ValueError for distances that are not
    above zero, or so large that too many lie near each other.
    """
    from scipy.spatial import cKDTree
    from sklearn.cluster import DBSCAN

    places = np.asarray(xy, np.float64).reshape(-1, 2)
    seconds = None if at_s is None else np.asarray(at_s, np.float64)
    if seconds is not None and seconds.shape != (len(places),):
        raise ValueError(f"{len(places)} points cannot have instants of shape {seconds.shape}")
    if not (within_m > 0 and within_s > 0 and least >= 1):
        raise ValueError("what is near must be farther than nothing, and a cluster have a point")
    found = np.full(len(places), NOISE, np.int64)
    known = np.isfinite(places).all(axis=1)
    if seconds is not None:
        known &= np.isfinite(seconds)
    rows = np.flatnonzero(known)
    if not len(rows):
        return found
    tree = cKDTree(places[rows])
    if tree.count_neighbors(tree, within_m) > MOST_PAIRS:
        raise TooDense(within_m)
    pairs = tree.query_pairs(within_m, output_type="ndarray")
    if seconds is not None:
        own = seconds[rows]
        pairs = pairs[np.abs(own[pairs[:, 0]] - own[pairs[:, 1]]) <= within_s]
    label = DBSCAN(eps=1.0, min_samples=least, metric="precomputed").fit(_near(pairs, len(rows))).labels_
    found[rows] = _largest_first(np.asarray(label, np.int64))
    return found


def _near(pairs: NDArray[np.int64], count: int) -> object:
    """Return what is near what as a sparse matrix of distances: those that stand in it are below the limit."""
    from scipy.sparse import csr_matrix

    each = np.arange(count)
    row = np.concatenate([pairs[:, 0], pairs[:, 1], each])
    column = np.concatenate([pairs[:, 1], pairs[:, 0], each])
    return csr_matrix((np.full(len(row), 0.5), (row, column)), shape=(count, count))


def _largest_first(label: NDArray[np.int64]) -> NDArray[np.int64]:
    size = np.bincount(label[label >= 0])
    order = np.lexsort((np.arange(len(size)), -size))
    rank = np.empty(len(size), np.int64)
    rank[order] = np.arange(len(size))
    return np.where(label >= 0, rank[np.maximum(label, 0)], NOISE) if len(size) else label

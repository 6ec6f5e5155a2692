"""Cut shapely geometries of one kind into plain arrays, rings turned the way a column store wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ragged(
    geometries: NDArray[Any], geometry: str
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Cut geometries (n,), all "point", "line" or "polygon" or their multi kinds, none empty.

    Answers coords float64 (p, 2), and what `parts_of` says of them.
    """
    import shapely

    coords = np.asarray(shapely.get_coordinates(geometries))
    return (coords, *parts_of(geometries, coords, geometry))


def parts_of(
    geometries: NDArray[Any], coords: NDArray[np.float64], geometry: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Say how the coordinates of geometries, as `ragged` takes them, are cut. coords: these, or the same elsewhere.

    Answers the size of every part or ring, the parts of every feature int64 (n,), and which rings are holes. Features
    of one part, which most are, are never taken apart as objects.
    """
    import shapely

    counts = np.asarray(shapely.get_num_coordinates(geometries), np.int64)
    if geometry == "point":
        return np.ones(int(counts.sum()), np.int64), counts, np.zeros(int(counts.sum()), bool)
    several = np.asarray(shapely.get_num_geometries(geometries) > 1)
    if geometry == "polygon" and len(counts):
        several |= ~_are_one_ring(coords, counts)
    part_counts = np.ones(len(geometries), np.int64)
    inner_sizes, inner_counts, inner_holes = _taken_apart(geometries[several], geometry)
    part_counts[several] = inner_counts
    sizes, holes = np.empty(int(part_counts.sum()), np.int64), np.zeros(int(part_counts.sum()), bool)
    is_inner = np.repeat(several, part_counts)
    sizes[~is_inner], sizes[is_inner] = counts[~several], inner_sizes
    holes[is_inner] = inner_holes
    return sizes, part_counts, holes


def turn_rings(coords: NDArray[np.float64], sizes: NDArray[np.int64], holes: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Turn rings so that outer ones run counter-clockwise and holes clockwise; coords (p, 2), sizes and holes (r,)."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    x, y = (coords - np.repeat(coords[starts], sizes, axis=0)).T  # near zero, where no digits are lost
    cross = np.zeros(len(coords))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[ends - 1] = 0.0
    is_wrong = (np.add.reduceat(cross, starts) < 0) != holes
    place = np.arange(len(coords))
    mirrored = np.repeat(starts + ends - 1, sizes) - place
    return coords[np.where(np.repeat(is_wrong, sizes), mirrored, place)]


def _are_one_ring(coords: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which polygons end where they begin, and are there only then: a hole, too, would end where it begins."""
    starts = np.cumsum(counts) - counts
    there = (coords == np.repeat(coords[starts], counts, axis=0)).all(axis=1)
    return np.asarray(there[starts + counts - 1] & (np.add.reduceat(there.astype(np.int64), starts) == 2))


def _taken_apart(
    geometries: NDArray[Any], geometry: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    import shapely

    parts, owner = shapely.get_parts(geometries, return_index=True)
    if geometry == "polygon":
        parts, polygon = shapely.get_rings(parts, return_index=True)
        holes = np.ones(len(parts), bool)
        holes[np.flatnonzero(np.diff(polygon, prepend=-1))] = False
        owner = owner[polygon]
    else:
        holes = np.zeros(len(parts), bool)
    counts = np.bincount(owner, minlength=len(geometries)).astype(np.int64)
    return shapely.get_num_coordinates(parts).astype(np.int64), counts, holes

"""Put pieces together to cells of 5,000 to 20,000 square metres, by the longest side that they share."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.grid_blocks import SNAP_M, WANTED_M2, Pieces

LEAST_M2, MOST_M2 = 5_000.0, 20_000.0
NEAR_M = 300.0
# A side counts by what lies along it: within a block more than along a street, a bank hardly at all.
_IN_BLOCK, _ALONG_STREET, _ALONG_BANK = 4.0, 1.0, 0.02


def put_together(pieces: Pieces) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Answer the cells, polygons (c,), and which cell each piece (n,) belongs to.

    Pieces of two regions are never put together. What has no neighbour that leaves it within the limits stays small.
    """
    areas = shapely.area(pieces.shapes)
    owner, islets = _joined(pieces, areas)
    owner = _with_islets(pieces, owner, islets)
    roots, cell = np.unique(owner, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(len(roots) + 1))
    shapes = np.empty(len(roots), dtype=object)
    for number in range(len(roots)):
        members = order[starts[number] : starts[number + 1]]
        alone = len(members) == 1
        shapes[number] = pieces.shapes[members[0]] if alone else shapely.coverage_union_all(pieces.shapes[members])
    return shapes, cell.astype(np.int64)


def shared_sides(shapes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """List which polygons of a coverage share a side: two arrays of their numbers, the first smaller, and metres."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    corners = np.rint((coords - coords.min(axis=0)) / SNAP_M).astype(np.int64)
    number = corners[:, 0] * (int(corners[:, 1].max()) + 1) + corners[:, 1]
    low = np.minimum(number[follows], number[follows + 1])
    high = np.maximum(number[follows], number[follows + 1])
    lengths = np.hypot(*(coords[follows + 1] - coords[follows]).T)
    whose = owner[ring[follows]]
    order = np.lexsort((whose, high, low))
    same = np.flatnonzero((low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1]))
    one, other, length = whose[order][same], whose[order][same + 1], lengths[order][same]
    apart = one != other
    return one[apart], other[apart], length[apart]


def _joined(pieces: Pieces, areas: NDArray[np.float64]) -> tuple[NDArray[np.int64], list[int]]:
    """Join the smallest piece to its best neighbour, again and again, until none is too small.

    Answers whose each piece is now, and which small ones have no neighbour at all.
    """
    sides: dict[int, dict[int, float]] = defaultdict(dict)
    one, other, length = shared_sides(pieces.shapes)
    is_inside = pieces.block[one] == pieces.block[other]
    is_bank = pieces.is_water[one] != pieces.is_water[other]
    worth = length * np.where(is_bank, _ALONG_BANK, np.where(is_inside, _IN_BLOCK, _ALONG_STREET))
    fits = pieces.region[one] == pieces.region[other]
    for a, b, w in zip(one[fits].tolist(), other[fits].tolist(), worth[fits].tolist(), strict=True):
        sides[a][b] = sides[b][a] = sides[a].get(b, 0.0) + w
    size = areas.tolist()
    owner = list(range(len(size)))
    heap = [(area, number) for number, area in enumerate(size) if area < LEAST_M2]
    heapq.heapify(heap)
    while heap:
        area, small = heapq.heappop(heap)
        if owner[small] != small or area != size[small]:
            continue  # it went into another, or has grown
        able = [
            (_merit(size[each], area, w), -each) for each, w in sides[small].items() if size[each] + area <= MOST_M2
        ]
        if not able:
            continue
        best = -max(able)[1]
        owner[small] = best
        size[best] += area
        for each, w in sides.pop(small).items():
            del sides[each][small]
            if each != best:
                sides[each][best] = sides[best][each] = sides[best].get(each, 0.0) + w
        if size[best] < LEAST_M2:
            heapq.heappush(heap, (size[best], best))
    islets = [each for each, area in enumerate(size) if owner[each] == each and area < LEAST_M2 and not sides[each]]
    return _roots(owner), islets


def _merit(size: float, area: float, worth: float) -> float:
    """Weigh a shared side: less where both together are larger than a cell should be."""
    return worth * min(1.0, WANTED_M2 / (size + area)) ** 2


def _roots(owner: list[int]) -> NDArray[np.int64]:
    for number, above in enumerate(owner):
        while owner[above] != above:
            above = owner[above]
        owner[number] = above
    return np.array(owner, np.int64)


def _with_islets(pieces: Pieces, owner: NDArray[np.int64], islets: list[int]) -> NDArray[np.int64]:
    """Give each small thing without a neighbour to the nearest cell that has room, across the water."""
    if not islets:
        return owner
    areas = np.bincount(owner, shapely.area(pieces.shapes), minlength=len(owner))
    tree = shapely.STRtree(pieces.shapes)
    for number in sorted(islets, key=lambda each: (areas[each], each)):
        if owner[number] != number or areas[number] >= LEAST_M2:
            continue  # another islet went with it, or it with another
        shape = pieces.shapes[number]
        near = np.sort(tree.query(shape, predicate="dwithin", distance=NEAR_M))
        able = near[(owner[near] != number) & (pieces.region[near] == pieces.region[number])]
        able = able[areas[owner[able]] + areas[number] <= MOST_M2]
        if len(able):
            best = int(owner[able[np.argmin(shapely.distance(pieces.shapes[able], shape))]])
            owner[owner == number] = best
            areas[best] += areas[number]
    return owner

"""What single buildings of an invented city look like: outline, kind, storeys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis.invented.districts import GRID, INDUSTRIAL, RURAL, SUBURB
from gis.invented.plan import XY
from gis.osm_tags import BUILDING_KINDS

KIND = {name: code for code, name in enumerate(BUILDING_KINDS)}


def outlines(
    dice: np.random.Generator,
    use: NDArray[np.int64],
    main: NDArray[np.bool_],
    wall: XY,
    way: XY,
    out: XY,
    width: NDArray[np.float64],
    deep: NDArray[np.float64],
    side: NDArray[np.int64],
) -> tuple[XY, NDArray[np.int64]]:
    """Draw the outlines: rectangles, and some with a wing taken out of a back corner."""
    count = len(wall)
    share = np.array([0.25, 0.22, 0.15, 0.35, 0.3, 0.3])[use]
    winged = main & (dice.random(count) < share)
    cut_w, cut_d = dice.uniform(0.3, 0.6, count), dice.uniform(0.3, 0.55, count)
    mirror = np.where(dice.random(count) < 0.5, 1.0, -1.0)
    sizes = np.where(winged, 7, 5)
    first = np.cumsum(sizes) - sizes
    coords = np.empty((int(sizes.sum()), 2))

    def put(rows: NDArray[np.bool_], corners: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
        # Left of the street the street's direction, then outwards, turns counter-clockwise; right of it it is mirrored.
        for number, (a, d) in enumerate(corners):
            spot = wall[rows] + way[rows] * (a * width[rows])[:, None] + out[rows] * (d * deep[rows])[:, None]
            coords[first[rows] + number] = spot
        coords[first[rows] + len(corners)] = coords[first[rows]]

    half, none, all_ = np.full(count, 0.5), np.zeros(count), np.ones(count)
    plain = ~winged
    flip = np.where(side > 0, 1.0, -1.0)
    put(plain, [(s * half[plain] * flip[plain], d[plain]) for s, d in ((-1, none), (1, none), (1, all_), (-1, all_))])
    w = winged
    for handed in (1.0, -1.0):
        rows = w & (mirror == handed)
        f, c, e = flip[rows], 0.5 - cut_w[rows], 1 - cut_d[rows]
        h, o, a = half[rows], none[rows], all_[rows]
        right = [(-h, o), (h, o), (h, e), (c, e), (c, a), (-h, a)]
        left = [(-h, o), (h, o), (h, a), (-c, a), (-c, e), (-h, e)]
        put(rows, [(x * f, y) for x, y in (right if handed > 0 else left)])
    return coords, sizes


def kinds_and_levels(
    dice: np.random.Generator,
    radius_m: float,
    use: NDArray[np.int64],
    main: NDArray[np.bool_],
    wall: XY,
    aside: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say what the buildings are and how many storeys they have: shops and offices where streets are large."""
    throw, second = dice.random(len(use)), dice.random(len(use))
    away = np.hypot(wall[:, 0], wall[:, 1]) / radius_m
    busy = aside > 6.0
    kinds = np.select(
        [
            ~main & (throw < 0.5), ~main, use == INDUSTRIAL, (use == SUBURB) | (use == RURAL), busy & (throw < 0.3),
            (use <= GRID) & (throw < 0.12), (use <= GRID) & (throw < 0.2), throw < 0.012, throw < 0.018,
        ],
        [
            KIND["shed"], KIND["garage"], KIND["industrial"], KIND["house"], KIND["retail"], KIND["office"],
            KIND["commercial"], KIND["public"], KIND["religious"],
        ], KIND["apartments"],
    )  # fmt: skip
    kinds = np.where((use == SUBURB) & busy & (throw < 0.12), KIND["retail"], kinds)
    low = np.array([3, 3, 4, 1, 1, 1])[use]
    high = np.array([6, 8, 10, 2, 3, 2])[use]
    levels = low + np.floor((high - low + 1) * second).astype(np.int64)
    towers = (use == GRID) & (away < 0.3) & (second > 0.96)
    levels = np.where(towers, 12 + (throw * 22).astype(np.int64), levels)
    return kinds, np.where(main, levels, 1)

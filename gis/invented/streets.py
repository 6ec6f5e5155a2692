"""The small streets of an invented city: a lattice of its own in every face, cut off where the large streets run.

Lattice lines that reach a large street meet it in a junction; where two from both sides meet it nearly opposite each
other they share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.arterials import NONE, Arterials
from gis.invented.districts import BLOCKS, GRID, INDUSTRIAL, OLD, RURAL, SUBURB, Districts
from gis.invented.plan import XY, Plan, Warp

SAME_JUNCTION_M = 24.0
# Per use: metres between streets along and across, how far junctions are shaken (share), share of streets left out.
PATTERNS = {
    OLD: (96.0, 70.0, 0.15, 0.13),
    GRID: (126.0, 74.0, 0.0, 0.05),
    BLOCKS: (128.0, 92.0, 0.07, 0.13),
    SUBURB: (146.0, 92.0, 0.1, 0.22),
    INDUSTRIAL: (255.0, 190.0, 0.05, 0.2),
    RURAL: (240.0, 175.0, 0.26, 0.42),
}


@dataclass(frozen=True, slots=True)
class SmallStreets:
    """Hold small streets before they join the large ones.

    node_xy float64 (n, 2): lattice junctions; face, row, column int64 (n,). tail, head int64 (s,): streets between
    lattice junctions; line, place int64 (s,): the lattice line that each is a piece of, and the how-manieth. stub int64
    (k,): junctions from which a street runs to a large one; end_xy float64 (k, 2), edge int64 (k,): where, and which
    arterial edge; stub_ahead bool (k,): it runs on along its line, not back. line_face, line_axis int64 (lines,).
    """

    node_xy: XY
    face: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    line: NDArray[np.int64]
    place: NDArray[np.int64]
    stub: NDArray[np.int64]
    end_xy: XY
    edge: NDArray[np.int64]
    stub_line: NDArray[np.int64]
    stub_place: NDArray[np.int64]
    stub_ahead: NDArray[np.bool_]
    line_face: NDArray[np.int64]
    line_axis: NDArray[np.int64]


def lay_streets(plan: Plan, arterials: Arterials, districts: Districts, *, spread: float = 1.0) -> SmallStreets:
    """Lay the small streets of every built-up face. spread: stretches the distances between streets."""
    dice = plan.dice(4)
    faces = np.flatnonzero(districts.use <= RURAL)
    table = np.array([PATTERNS[use] for use in range(RURAL + 1)])[districts.use[faces]]
    spacing = table[:, :2] * dice.uniform(0.9, 1.12, (len(faces), 2)) * spread
    keep_off = 0.42 * spacing.min(axis=1)
    shapes = districts.faces[faces]
    inner = shapely.buffer(shapes, -keep_off, quad_segs=2)
    boxes = shapely.bounds(shapes)
    reach = np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / 2
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.ceil(reach[:, None] / spacing).astype(np.int64)
    size = 2 * half + 1
    count = size.prod(axis=1)
    owner = np.repeat(np.arange(len(faces)), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    column, row = place // size[owner, 1], place % size[owner, 1]
    shake = table[owner, 2:3] * spacing[owner] * dice.uniform(-1, 1, (len(owner), 2))
    flat = (np.column_stack((column, row)) - half[owner]) * spacing[owner] + shake
    turn = districts.turn_rad[faces][owner]
    cos, sin = np.cos(turn), np.sin(turn)
    points = middle[owner] + np.column_stack((flat[:, 0] * cos - flat[:, 1] * sin, flat[:, 0] * sin + flat[:, 1] * cos))
    for uses, length_m, reach_m in (((SUBURB, RURAL), 680.0, 52.0), ((OLD,), 420.0, 17.0)):
        bent = np.isin(districts.use[faces], uses)[owner]
        points[bent] = Warp(dice, length_m, reach_m).moved(points[bent])
    shapely.prepare(inner)
    inside = shapely.contains_xy(inner[owner], points[:, 0], points[:, 1])

    # Lattice neighbours along the columns (the next row) and along the rows (the next column).
    last_column, last_row = column == size[owner, 0] - 1, row == size[owner, 1] - 1
    starts = (np.flatnonzero(~last_row), np.flatnonzero(~last_column))
    tail = np.concatenate(starts)
    head = np.concatenate((starts[0] + 1, starts[1] + size[owner[starts[1]], 1]))
    axis = np.repeat((0, 1), [len(part) for part in starts])
    first_line = np.cumsum(size.sum(axis=1)) - size.sum(axis=1)
    line = first_line[owner[tail]] + np.where(axis == 0, column[tail], size[owner[tail], 0] + row[tail])
    place = np.where(axis == 0, row[tail], column[tail])
    both = inside[tail] & inside[head]
    shapely.prepare(shapes)
    for share in (0.25, 0.5, 0.75):  # a hollow face may lie on both sides of something else
        between = points[tail[both]] * (1 - share) + points[head[both]] * share
        both[both] = shapely.contains_xy(shapes[owner[tail[both]]], between[:, 0], between[:, 1])
    one = inside[tail] ^ inside[head]
    # Left out more often across than along: blocks grow long, not large.
    gone = dice.random(len(tail)) < table[owner[tail], 3] * np.where(axis == 0, 1.3, 0.7)
    laid = both & ~gone
    begin = np.where(inside[tail], tail, head)[one]
    beyond = np.where(inside[tail], head, tail)[one]
    stretched = points[begin] + (points[beyond] - points[begin]) * 2.4
    at, hit = _first_hits(points[begin], stretched, shapes, owner[begin])
    far = np.hypot(*(hit - points[begin]).T) > 2.2 * spacing[owner[begin]].max(axis=1)
    edge = _edges_at(arterials, hit, at & ~far)
    joined = (edge >= 0) & (dice.random(len(edge)) > 0.6 * table[owner[begin], 3])

    used = np.zeros(len(points), bool)
    used[tail[laid]] = used[head[laid]] = True
    used[begin[joined]] = True
    number = np.cumsum(used) - 1
    size_all = int(size.sum())
    line_face = np.repeat(faces, size.sum(axis=1))
    line_axis = np.arange(size_all) - np.repeat(first_line, size.sum(axis=1)) >= np.repeat(size[:, 0], size.sum(axis=1))
    return SmallStreets(
        points[used], faces[owner[used]], number[tail[laid]], number[head[laid]], line[laid], place[laid],
        number[begin[joined]], hit[joined], edge[joined], line[one][joined], place[one][joined],
        inside[tail[one]][joined], line_face, line_axis.astype(np.int64),
    )  # fmt: skip


def _first_hits(start: XY, stop: XY, shapes: NDArray[Any], face: NDArray[np.int64]) -> tuple[NDArray[np.bool_], XY]:
    """Find where lines from inside a face first meet its rings: whether, and where."""
    rings, face_of_ring = shapely.get_rings(shapes, return_index=True)
    coords = shapely.get_coordinates(rings)
    ring_of = np.repeat(np.arange(len(rings)), shapely.get_num_coordinates(rings))
    same = ring_of[:-1] == ring_of[1:]
    first, second = coords[:-1][same], coords[1:][same]
    face_of = face_of_ring[ring_of[:-1][same]]
    begins = np.searchsorted(face_of, np.arange(len(shapes) + 1))
    best = np.full(len(start), np.inf)
    for chunk in np.array_split(np.arange(len(start)), max(1, len(start) // 20_000)):
        sizes = begins[face[chunk] + 1] - begins[face[chunk]]
        which = np.repeat(np.arange(len(chunk)), sizes)
        segment = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + begins[face[chunk]][which]
        away = (stop[chunk] - start[chunk])[which]
        side = second[segment] - first[segment]
        gap = first[segment] - start[chunk][which]
        cross = away[:, 0] * side[:, 1] - away[:, 1] * side[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (gap[:, 0] * side[:, 1] - gap[:, 1] * side[:, 0]) / cross
            along = (gap[:, 0] * away[:, 1] - gap[:, 1] * away[:, 0]) / cross
        good = (share > 1e-6) & (share <= 1) & (along >= 0) & (along <= 1)
        nearest = np.full(len(chunk), np.inf)
        np.minimum.at(nearest, which[good], share[good])
        best[chunk] = nearest
    found = np.isfinite(best)
    share = np.where(found, best, 0.0)
    return found, start + (stop - start) * share[:, None]


def _edges_at(arterials: Arterials, hits: XY, use: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the arterial edge that each point lies on, -1 where it is none or only a bound."""
    found = np.full(len(hits), -1)
    at = np.flatnonzero(use)
    tree = shapely.STRtree(arterials.lines)
    pair, edge = tree.query(shapely.points(hits[at]), predicate="dwithin", distance=0.5)
    streets = (arterials.classes[edge] > NONE) & ~arterials.is_bridge[edge]
    found[at[pair[streets]]] = edge[streets]
    return found

"""The large streets of an invented city: they are laid first, cross each other, and leave faces between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.ground import Ground
from gis.invented.plan import XY, Plan, Warp, wavy_circle

SUPERBLOCK_M = 860.0
CORE_SHARE = 0.3  # within this share of the radius superblocks are quartered
STEP_M = 55.0
# Classes of arterial edges; "none" bounds a face without being a street.
CLASSES = ("none", "tertiary", "secondary", "primary", "trunk")
NONE, TERTIARY, SECONDARY, PRIMARY, TRUNK = range(5)


@dataclass(frozen=True, slots=True)
class Arterials:
    """Hold the edges between crossings, each a polyline, and the faces that they bound.

    lines: shapely LineStrings (e,); classes int64 (e,) into CLASSES; is_bridge bool (e,); street int64 (e,) the long
    street that an edge is a piece of, -1 for edges that are none; faces: shapely polygons (f,).
    """

    lines: NDArray[Any]
    classes: NDArray[np.int64]
    is_bridge: NDArray[np.bool_]
    street: NDArray[np.int64]
    faces: NDArray[Any]


class _Lines:
    """Streets as they are laid, before they cross."""

    def __init__(self) -> None:
        self.shapes: list[Any] = []
        self.classes: list[int] = []
        self.streets: list[int] = []

    def add(self, points: XY, road_class: int, street: int) -> None:
        if len(points) > 1:
            self.shapes.append(shapely.LineString(points))
            self.classes.append(road_class)
            self.streets.append(street)


def lay_arterials(plan: Plan, ground: Ground) -> Arterials:
    """Lay the arterials of a city."""
    dice = plan.dice(2)
    lines = _Lines()
    _lattice(dice, plan.radius_m, lines)
    _radials_and_rings(dice, plan.radius_m, ground, lines)
    shapes = np.array(lines.shapes, dtype=object)
    classes, streets = np.array(lines.classes), np.array(lines.streets)
    obstacles = shapely.union_all([ground.banks, ground.motorway_strip, ground.rail_strip])
    shapely.prepare(obstacles)
    beyond = np.where(classes >= PRIMARY, ground.frame, ground.outline)
    shapes = shapely.intersection(shapes, beyond)
    dry, kept = shapely.get_parts(shapely.difference(shapes, obstacles), return_index=True)
    pieces, classes_of, streets_of = [dry], [classes[kept]], [streets[kept]]
    bridges, owner = _bridges(dice, ground, shapes, classes, obstacles)
    pieces.append(bridges)
    classes_of.append(classes[owner])
    streets_of.append(streets[owner])
    edges_of_ground, ground_classes = _bounds_and_quays(plan, ground, obstacles)
    pieces.append(edges_of_ground)
    classes_of.append(ground_classes)
    street_count = int(streets.max()) + 1
    streets_of.append(np.where(ground_classes > NONE, street_count + np.arange(len(ground_classes)), -1))
    return _crossed(
        np.concatenate(pieces), np.concatenate(classes_of), np.concatenate(streets_of),
        np.concatenate([np.full(len(part), index == 1) for index, part in enumerate(pieces)]),
        ground.outline,
    )  # fmt: skip


def _lattice(dice: np.random.Generator, radius: float, lines: _Lines) -> None:
    """Lay a bent lattice, finer in the middle, with gaps so that superblocks differ."""
    block = SUPERBLOCK_M * dice.uniform(0.9, 1.15)
    turn = dice.uniform(0, np.pi / 2)
    large = Warp(dice, radius * 1.1, min(radius * 0.12, 2.2 * block))
    small = Warp(dice, 4.6 * block, 0.16 * block)
    axes = np.array(((math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))))
    half = math.ceil(1.35 * radius / block) * 2  # in half blocks
    fine = np.arange(-half * block / 2, half * block / 2 + STEP_M, STEP_M)
    for axis in (0, 1):
        for index in range(-half, half + 1):
            across = index * block / 2
            along = np.column_stack((fine, np.full(len(fine), across)))
            points = along if axis == 0 else along[:, ::-1]
            points = small.moved(large.moved(points @ axes))
            away = np.hypot(points[:, 0], points[:, 1]) / radius
            rank = SECONDARY if index % 4 == 0 else TERTIARY
            if index % 8 == 4 * axis:
                rank = PRIMARY if index % 16 == 4 * axis and radius > 4000 else SECONDARY
            reach = (
                1.3
                if rank == PRIMARY and index % 16 == 4 * axis
                else 1.12
                if index % 4 == 0
                else 1.1
                if index % 2 == 0
                else CORE_SHARE
            )
            shown = away < reach
            cell = np.floor(fine / block + 0.5 * (index % 2)).astype(int)
            cell -= cell.min()
            gaps = dice.random(cell.max() + 1) < (0.17 if rank == TERTIARY else 0.05 if rank == SECONDARY else 0)
            if index % 2:
                gaps |= dice.random(len(gaps)) < 0.15
            edges = (away > 0.85) & (dice.random(cell.max() + 1) < 0.3)[cell] & (rank < PRIMARY)
            _add_runs(points, shown & ~gaps[cell] & ~edges, rank, 1000 * axis + index + half, lines)


def _add_runs(points: XY, shown: NDArray[np.bool_], rank: int, street: int, lines: _Lines) -> None:
    at = np.flatnonzero(np.diff(np.concatenate(([False], shown, [False])).astype(int)))
    for first, last in zip(at[::2].tolist(), at[1::2].tolist(), strict=True):
        lines.add(points[first : min(last + 1, len(points))], rank, street)


def _radials_and_rings(dice: np.random.Generator, radius: float, ground: Ground, lines: _Lines) -> None:
    count = int(np.clip(round(3 + radius / 2200), 3, 9))
    first = dice.uniform(0, 2 * np.pi)
    inner = 0.085 * radius
    for number in range(count):
        turn = first + 2 * np.pi * number / count + dice.uniform(-0.22, 0.22)
        along = np.arange(inner, 1.7 * radius, STEP_M)
        bend = dice.uniform(-0.3, 0.3) * (along / radius) ** 1.5 + 0.03 * np.sin(
            along / radius * 9 + dice.uniform(0, 6)
        )
        points = along[:, None] * np.column_stack((np.cos(turn + bend), np.sin(turn + bend)))
        lines.add(points, TRUNK if number % 3 == 0 and radius > 3000 else PRIMARY, 5000 + number)
    lines.add(wavy_circle(dice, inner, 0.2, step_m=18.0), PRIMARY if radius > 3000 else SECONDARY, 5100)
    if radius > 3000:
        lines.add(wavy_circle(dice, 0.27 * radius, 0.12, step_m=40.0), PRIMARY, 5101)


def _bridges(
    dice: np.random.Generator, ground: Ground, shapes: NDArray[Any], classes: NDArray[np.int64], obstacles: Any
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Choose which streets go on over what lies across: the large ones first, none close beside another."""
    parts, owner = shapely.get_parts(shapely.intersection(shapes, obstacles), return_index=True)
    use = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 8)
    parts, owner = parts[use], owner[use]
    ends = np.stack((shapely.get_point(parts, 0), shapely.get_point(parts, -1)))
    # A street that ends in the strip, as one does at a gap, does not cross it.
    whole = (shapely.distance(ends, shapely.boundary(obstacles)) < 0.01).all(axis=0)
    rank = classes[owner]
    width = shapely.length(parts)
    straight = shapely.distance(*ends) > 0.6 * width
    wet = shapely.intersects(parts, ground.banks)
    over_lake_or_sea = shapely.intersects(parts, shapely.union_all([p for p in (ground.sea, ground.lake) if p])) if (
        ground.sea or ground.lake
    ) else np.zeros(len(parts), bool)  # fmt: skip
    whole &= straight & ~over_lake_or_sea & (width < 1400)
    whole &= (rank >= SECONDARY) | (dice.random(len(parts)) < np.where(wet, 0.3, 0.55))
    middles = shapely.get_coordinates(shapely.line_interpolate_point(parts, 0.5, normalized=True))
    chosen: list[int] = []
    for at in sorted(np.flatnonzero(whole).tolist(), key=lambda i: (-int(rank[i]), i)):
        apart = 380.0 if wet[at] else 160.0
        if not chosen or np.hypot(*(middles[chosen] - middles[at]).T).min() > apart:
            chosen.append(at)
    return parts[chosen], owner[chosen]


def _bounds_and_quays(plan: Plan, ground: Ground, obstacles: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Bound the faces where no street does: at the city's edge and along strips; streets run along the quays."""
    quays = shapely.intersection(shapely.boundary(ground.banks), ground.outline)
    near = shapely.Point(0, 0).buffer(0.62 * plan.radius_m)
    strips = shapely.union_all([ground.motorway_strip, ground.rail_strip])
    streets = shapely.get_parts(shapely.line_merge(quays.intersection(near).difference(strips)))
    streets = streets[shapely.length(streets) > 150]
    # Bounds lie under these streets too; where lines coincide the larger class counts.
    bounds = shapely.get_parts(shapely.union_all([shapely.boundary(obstacles), shapely.boundary(ground.outline)]))
    return (
        np.concatenate((streets, bounds)),
        np.concatenate((np.full(len(streets), TERTIARY), np.full(len(bounds), NONE))),
    )


def _crossed(
    lines: NDArray[Any],
    classes: NDArray[np.int64],
    streets: NDArray[np.int64],
    is_bridge: NDArray[np.bool_],
    inside: Any,
) -> Arterials:
    """Cut all lines where they cross, and find whose piece every edge is."""
    noded = _without_loose_ends(shapely.get_parts(shapely.line_merge(shapely.union_all(lines, grid_size=0.05))), inside)
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    tree = shapely.STRtree(lines)
    found, near = tree.query(middles, predicate="dwithin", distance=0.6)
    # Of lines that lie on each other the larger street counts; a bridge is told by its own line.
    best = np.full(len(noded), -1)
    order = np.lexsort((near, is_bridge[near], classes[near], found))
    best[found[order]] = near[order]
    lost = best < 0
    if lost.any():
        best[lost] = np.asarray(tree.nearest(middles[lost]))
    faces = shapely.get_parts(shapely.polygonize(noded))
    return Arterials(noded, classes[best], is_bridge[best], streets[best], faces)


def _without_loose_ends(lines: NDArray[Any], inside: Any) -> NDArray[Any]:
    """Drop what ends nowhere inside an area, until nothing does."""
    shapely.prepare(inside)
    for _ in range(12):
        ends = shapely.get_coordinates(np.concatenate((shapely.get_point(lines, 0), shapely.get_point(lines, -1))))
        _, node, degree = np.unique(
            np.round(ends / 0.02).astype(np.int64), axis=0, return_inverse=True, return_counts=True
        )
        loose = (degree[node.ravel()] == 1) & shapely.contains_xy(inside, ends[:, 0], ends[:, 1])
        drop = loose[: len(lines)] | loose[len(lines) :]
        if not drop.any():
            break
        lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines[~drop])))
    return lines

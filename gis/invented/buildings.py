"""Buildings of an invented city, in rows along its streets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.districts import BLOCKS, GRID, INDUSTRIAL, OLD, RURAL, SUBURB
from gis.invented.outlines import KIND, kinds_and_levels, outlines
from gis.invented.plan import XY
from gis.invented.shaping import Shape
from gis.invented.street_graph import StreetGraph
from gis.network_tags import CLASS_CODE

# Per use: metres of frontage, of gap, of depth, between street and wall.
LOTS = {
    OLD: (16.0, 0.0, 13.0, 1.0),
    GRID: (22.0, 1.0, 15.0, 2.5),
    BLOCKS: (36.0, 9.0, 12.5, 8.0),
    SUBURB: (12.5, 6.5, 10.0, 6.0),
    INDUSTRIAL: (58.0, 17.0, 38.0, 12.0),
    RURAL: (13.0, 22.0, 10.0, 9.0),
}
HALF_WIDTH_M = {"primary": 9.0, "secondary": 7.5, "tertiary": 6.5}
LINED = ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "pedestrian")
CELL_M = 5.0
CHUNK = 250_000
END_M = 9.0
LEAST_SCALE, MOST_SCALE = 0.62, 1.55


@dataclass(frozen=True, slots=True)
class Buildings:
    """Hold b buildings in metres from the city's middle.

    coords float64 (p, 2), closed rings counter-clockwise; sizes int64 (b,); kinds int64 (b,) into BUILDING_KINDS;
    levels int64 (b,); front float64 (b, 2): the middle of the wall towards the street; edge int64 (b,): the street;
    side int64 (b,): 1 left, -1 right of its points; along_m float64 (b,); addressed bool (b,): it has a
    number; use int64 (b,): of its face.
    """

    coords: XY
    sizes: NDArray[np.int64]
    kinds: NDArray[np.int64]
    levels: NDArray[np.int64]
    front: XY
    edge: NDArray[np.int64]
    side: NDArray[np.int64]
    along_m: NDArray[np.float64]
    addressed: NDArray[np.bool_]
    use: NDArray[np.int64]


@dataclass(slots=True)
class _Sides:
    """Both sides of every street that houses stand along: the edge, which side, the face there, the usable length."""

    edge: NDArray[np.int64]
    side: NDArray[np.int64]
    face: NDArray[np.int64]
    use: NDArray[np.int64]
    length_m: NDArray[np.float64]
    aside_m: NDArray[np.float64]


def line_with_buildings(shape: Shape, wanted: int, step: Callable[[float, str], None]) -> Buildings:
    """Line the streets with buildings.

    wanted: about how many there are to be, each counted twice that has a house number. step is told shares of the work
    and may raise to stop it.
    """
    step(0.0, "buildings")
    sides = _sides(shape)
    faces = np.unique(sides.face)
    dice = shape.plan.dice(6)
    # How many find room is measured in some faces; frontages are stretched or shrunk so that the number comes out.
    some = dice.permutation(faces)[: max(16, min(120, len(faces) // 5))]
    sample = _in_faces(sides, np.isin(sides.face, some))
    # Each use by itself: a face of houses holds many times what one of works does.
    metres = [np.bincount(part.use, part.length_m, minlength=RURAL + 1) for part in (sides, sample)]
    weight = metres[0] / np.maximum(metres[1], 1.0)

    def count(scale: float, twice: bool) -> float:
        found = _rows(shape, sample, shape.plan.dice(7), scale, twice)
        return max(float(((1 + found.addressed) * weight[found.use]).sum()), 1.0)

    scale, twice = 1.0, False
    for _ in range(5):
        expected = count(scale, twice)
        if abs(expected / (1.04 * wanted) - 1) < 0.02:
            break
        scale = float(np.clip(scale * expected / (1.04 * wanted), LEAST_SCALE, MOST_SCALE))
        twice = twice or (scale == LEAST_SCALE and expected < wanted)
    keep = min(1.0, 1.05 * wanted / count(scale, twice))
    chunks = np.array_split(faces, max(1, min(len(faces), round(sides.length_m.sum() / (14.0 * scale) / CHUNK))))
    parts = []
    for number, chunk in enumerate(chunks):
        step(0.05 + 0.9 * number / len(chunks), f"buildings ({number + 1} of {len(chunks)})")
        inside = (sides.face >= chunk[0]) & (sides.face <= chunk[-1])
        part = _rows(shape, _in_faces(sides, inside), np.random.default_rng([shape.plan.seed, 8, number]), scale, twice)
        parts.append(_thinned(part, np.random.default_rng([shape.plan.seed, 9, number]).random(len(part.edge)) < keep))
    addressed = np.concatenate([part.addressed for part in parts])
    order = dice.permutation(len(addressed))
    keeps = np.zeros(len(order), bool)
    keeps[order[np.cumsum(1 + addressed[order]) <= wanted]] = True
    del order
    ends = np.cumsum([len(part.edge) for part in parts])[:-1]
    parts = [_thinned(part, keep) for part, keep in zip(parts, np.split(keeps, ends), strict=True)]
    return Buildings(*(np.concatenate([getattr(p, name) for p in parts]) for name in Buildings.__dataclass_fields__))


def _thinned(found: Buildings, keep: NDArray[np.bool_]) -> Buildings:
    if keep.all():
        return found
    return Buildings(
        found.coords[np.repeat(keep, found.sizes)],
        *(getattr(found, name)[keep] for name in Buildings.__dataclass_fields__ if name != "coords"),
    )


def _sides(shape: Shape) -> _Sides:
    streets, districts = shape.streets, shape.districts
    lined = np.isin(streets.road_class, [CLASS_CODE[name] for name in LINED]) & ~streets.is_bridge
    length = streets.lengths_m()
    edges = np.flatnonzero(lined & (length > 2 * END_M + 10))
    edge, side = np.repeat(edges, 2), np.tile((1, -1), len(edges))
    face = streets.face[edge]
    large = np.flatnonzero(face < 0)
    probes = _beside(streets, edge[large], side[large], length[edge[large]] / 2, 26.0)[0]
    pair, found = shapely.STRtree(districts.faces).query(shapely.points(probes), predicate="within")
    face[large[pair]] = found
    half = np.full(len(CLASS_CODE), 5.0)
    for name, metres in HALF_WIDTH_M.items():
        half[CLASS_CODE[name]] = metres
    sides = _Sides(
        edge, side, face, districts.use[face], length[edge] - 2 * END_M, half[streets.road_class[edge]]
    )  # fmt: skip
    return _in_faces(sides, (face >= 0) & (sides.use <= RURAL))


def _in_faces(sides: _Sides, keep: NDArray[np.bool_]) -> _Sides:
    return _Sides(*(getattr(sides, name)[keep] for name in _Sides.__dataclass_fields__))


def _beside(
    streets: StreetGraph, edge: NDArray[np.int64], side: NDArray[np.int64], along: NDArray[np.float64], aside: float
) -> tuple[XY, XY]:
    """Find points beside streets, and the direction of the street there."""
    first = streets.offset[edge]
    last = streets.offset[edge + 1] - 1
    steps = np.zeros(len(streets.points))
    steps[1:] = np.hypot(*np.diff(streets.points, axis=0).T)
    total = np.cumsum(steps)
    wanted = total[first] + along
    segment = np.clip(np.searchsorted(total, wanted, side="right") - 1, first, last - 1)
    start, stop = streets.points[segment], streets.points[segment + 1]
    length = np.maximum(total[segment + 1] - total[segment], 1e-9)
    way = (stop - start) / length[:, None]
    at = start + way * np.clip(wanted - total[segment], 0, length)[:, None]
    return at + np.column_stack((-way[:, 1], way[:, 0])) * (side * aside)[:, None], way


def _rows(shape: Shape, sides: _Sides, dice: np.random.Generator, scale: float, twice: bool) -> Buildings:
    """Build along some sides; what would stand on a street, across a face's edge or on another row is left out."""
    lots = np.array([LOTS[use] for use in range(RURAL + 1)])
    order = np.lexsort((sides.side, sides.edge, -sides.aside_m, sides.face))  # who stands first on a corner
    sides = _Sides(*(getattr(sides, name)[order] for name in _Sides.__dataclass_fields__))
    lot = lots[sides.use] * (scale, scale if scale > 1 else 1.0, min(scale, 1.0) if scale < 0.9 else 1.0, 1.0)
    pitch = lot[:, 0] + lot[:, 1]
    counts = np.floor((sides.length_m + lot[:, 1]) / pitch).astype(np.int64)
    counts = np.maximum(counts, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    slack = sides.length_m - counts * pitch + lot[:, 1]
    along = END_M + slack[owner] / 2 + (place + 0.5) * pitch[owner] - lot[owner, 1] / 2
    use = sides.use[owner]
    width = lot[owner, 0] * np.where(lot[owner, 1] > 1, dice.uniform(0.82, 1.12, len(owner)), 1.0)
    deep = lot[owner, 2] * dice.uniform(0.8, 1.25, len(owner))
    aside = sides.aside_m[owner] + lot[owner, 3] + np.where(use == SUBURB, dice.uniform(-1.5, 2.5, len(owner)), 0.0)
    main = np.ones(len(owner), bool)
    if twice:  # sheds and garages behind
        shed = dice.random(len(owner)) < 0.85
        owner, along, use = (np.concatenate((values, values[shed])) for values in (owner, along, use))
        behind = aside[shed] + deep[shed] + dice.uniform(5, 8, int(shed.sum()))
        aside = np.concatenate((aside, behind))
        size = int(shed.sum())
        width = np.concatenate((width, dice.uniform(3.5, 6.5, size)))
        deep = np.concatenate((deep, dice.uniform(3.5, 6.0, size)))
        main = np.concatenate((main, np.zeros(size, bool)))
    edge, side = sides.edge[owner], sides.side[owner]
    wall, way = _beside(shape.streets, edge, side, along, 0.0)
    out = np.column_stack((-way[:, 1], way[:, 0])) * side[:, None]
    wall = wall + out * aside[:, None]
    stands = _undisturbed(shape, sides, owner, use, wall, way, out, width, deep)
    stands &= ~_pressed(owner, main, wall, way, out, width, deep)
    owner, use, edge, side = (values[stands] for values in (owner, use, edge, side))
    along, main = along[stands], main[stands]
    wall, way, out, width, deep = (values[stands] for values in (wall, way, out, width, deep))
    coords, sizes = outlines(dice, use, main, wall, way, out, width, deep, side)
    kinds, levels = kinds_and_levels(dice, shape.plan.radius_m, use, main, wall, sides.aside_m[owner])
    addressed = main & (kinds != KIND["shed"])
    return Buildings(coords, sizes, kinds, levels, wall, edge, side, along, addressed, use)


def _undisturbed(
    shape: Shape,
    sides: _Sides,
    owner: NDArray[np.int64],
    use: NDArray[np.int64],
    wall: XY,
    way: XY,
    out: XY,
    width: NDArray[np.float64],
    deep: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which buildings touch no ground that a street or an earlier row has, on a grid of small cells."""
    if not len(owner):
        return np.zeros(0, bool)
    origin = wall.min(axis=0) - 500
    columns, rows = ((wall.max(axis=0) - origin + 500) // CELL_M).astype(np.int64) + 1

    def cells(points: XY) -> NDArray[np.int64]:
        at = np.floor((points - origin) / CELL_M).astype(np.int64)
        return np.asarray(at[:, 0] * rows + at[:, 1])

    ground = _street_ground(shape, np.unique(sides.face))
    near = ((ground > origin) & (ground < origin + np.array((columns, rows)) * CELL_M)).all(axis=1)
    taken = np.zeros(int(columns) * int(rows), bool)
    taken[cells(ground[near])] = True
    # Spots no more than a cell apart; a lot of a use is about so large.
    across = np.array([4, 5, 8, 4, 13, 4])[use]
    down = np.array([4, 4, 4, 3, 9, 3])[use]
    touched, whose = [], []
    for u, v in sorted({(int(u), int(v)) for u, v in zip(across, down, strict=True)}):
        rows_of = np.flatnonzero((across == u) & (down == v))
        for a in np.linspace(-0.5, 0.5, u):
            for d in np.linspace(0.12, 1.0, v):
                spot = (
                    wall[rows_of] + way[rows_of] * (a * (width[rows_of] - 0.6))[:, None]
                    + out[rows_of] * (d * deep[rows_of])[:, None]
                )  # fmt: skip
                touched.append(cells(spot))
                whose.append(rows_of)
    cell, building = np.concatenate(touched), np.concatenate(whose)
    good = np.ones(len(owner), bool)
    good[building[taken[cell]]] = False
    still = good[building]
    cell, building = cell[still], building[still]
    order = np.lexsort((owner[building], cell))
    cell, row_of, building = cell[order], owner[building][order], building[order]
    starts = np.ones(len(cell), bool)
    starts[1:] = cell[1:] != cell[:-1]
    first = row_of[np.maximum.accumulate(np.where(starts, np.arange(len(cell)), 0))]
    good[building[row_of != first]] = False
    return good


def _pressed(
    owner: NDArray[np.int64],
    main: NDArray[np.bool_],
    wall: XY,
    way: XY,
    out: XY,
    width: NDArray[np.float64],
    deep: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which buildings on the inner side of a bend would stand on the one before them in their row."""
    back_end = wall + way * (width / 2)[:, None] + out * deep[:, None]
    back_start = wall - way * (width / 2)[:, None] + out * deep[:, None]
    gap = ((back_start[1:] - back_end[:-1]) * way[:-1]).sum(axis=1)
    found = np.zeros(len(owner), bool)
    found[1:] = (owner[1:] == owner[:-1]) & (main[1:] == main[:-1]) & (gap < -0.6)
    return found


def _street_ground(shape: Shape, faces: NDArray[np.int64]) -> XY:
    """Sample the ground that streets take in some faces, and the faces' edges: points a cell apart."""
    streets = shape.streets
    rings = shapely.get_rings(shape.districts.faces[faces])
    ring_points = shapely.get_coordinates(rings)
    ring_sizes = shapely.get_num_coordinates(rings)
    inner = np.flatnonzero(np.isin(streets.face, faces))
    sizes = np.diff(streets.offset)[inner]
    take = np.repeat(streets.offset[inner] - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    points = np.concatenate((ring_points, streets.points[take]))
    all_sizes = np.concatenate((ring_sizes, sizes))
    piece = np.repeat(np.arange(len(all_sizes)), all_sizes)
    same = piece[:-1] == piece[1:]
    start, stop = points[:-1][same], points[1:][same]
    length = np.hypot(*(stop - start).T)
    count = np.maximum(np.ceil(length / (0.8 * CELL_M)).astype(np.int64), 1)
    owner = np.repeat(np.arange(len(count)), count)
    at = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)) / count[owner]
    middle = start[owner] + (stop - start)[owner] * at[:, None]
    normal = ((stop - start) / np.maximum(length, 1e-9)[:, None])[owner][:, ::-1] * (-1.0, 1.0)
    return np.concatenate((middle, middle + 2.5 * normal, middle - 2.5 * normal))

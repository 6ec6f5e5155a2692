"""What every face between the large streets is used for, and which district and quarter it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.arterials import Arterials
from gis.invented.ground import Ground
from gis.invented.plan import XY, Plan, Waves

# How a face is built up or left open. Streets are laid only in the first six.
USES = (
    "old", "grid", "blocks", "suburb", "industrial", "rural", "park", "cemetery", "education", "medical", "sports",
    "square", "nothing",
)  # fmt: skip
OLD, GRID, BLOCKS, SUBURB, INDUSTRIAL, RURAL, PARK, CEMETERY, EDUCATION, MEDICAL, SPORTS, SQUARE, NOTHING = range(13)
LEAST_STREETS_M2 = 14_000.0
MOST_DISTRICTS = 22


@dataclass(frozen=True, slots=True)
class Districts:
    """Hold a row for every face of the arterials.

    faces: shapely polygons (f,); middles float64 (f, 2); use int64 (f,) into USES; quarter, district int64 (f,);
    quarter_xy, district_xy float64 (n, 2): where their names stand; turn_rad float64 (f,): how the streets lie.
    """

    faces: NDArray[Any]
    middles: XY
    use: NDArray[np.int64]
    quarter: NDArray[np.int64]
    district: NDArray[np.int64]
    quarter_xy: XY
    district_xy: XY
    turn_rad: NDArray[np.float64]


def settle(plan: Plan, ground: Ground, arterials: Arterials) -> Districts:
    """Decide what every face is used for."""
    dice = plan.dice(3)
    faces = arterials.faces
    inner = shapely.point_on_surface(faces)
    middles = shapely.get_coordinates(shapely.centroid(faces))
    area = shapely.area(faces)
    away = np.hypot(middles[:, 0], middles[:, 1]) / plan.radius_m
    strips = shapely.union_all([ground.banks, ground.motorway_strip, ground.rail_strip])
    shapely.prepare(strips)
    shapely.prepare(ground.outline)
    is_strip = shapely.intersects(strips, inner)
    outside = ~shapely.intersects(ground.outline, inner)
    field = Waves(dice, plan.radius_m * 0.5).at(middles)
    near_rail = _near(faces, shapely.LineString(ground.rail), 120)
    near_river = _near(faces, ground.river, 120)

    edge = away + 0.10 * field
    use = np.select([edge < 0.12, edge < 0.36, edge < 0.58, edge < 0.93], [OLD, GRID, BLOCKS, SUBURB], RURAL)
    use[(use == BLOCKS) & (dice.random(len(use)) < 0.35)] = GRID
    use[(use == SUBURB) & (dice.random(len(use)) < 0.15)] = BLOCKS
    works = (near_rail | near_river) & (away > 0.3) & (away < 0.95)
    use[works & (Waves(dice, plan.radius_m * 0.35).at(middles) > 0.12)] = INDUSTRIAL
    open_share = dice.random(len(use))
    built = area > LEAST_STREETS_M2
    use[built & (open_share < np.where(near_river, 0.16, 0.055)) & (area < 900_000)] = PARK
    if ground.lake is not None:
        use[_near(faces, ground.lake, 60)] = PARK
    for kind, low, high, count in (
        (CEMETERY, 0.3, 0.8, 3), (MEDICAL, 0.1, 0.75, 4), (EDUCATION, 0.12, 0.7, 5), (SPORTS, 0.3, 0.85, 4)
    ):  # fmt: skip
        fits = np.flatnonzero(
            (away > low) & (away < high) & built & (area < 420_000) & (use < PARK) & ~is_strip & ~outside
        )
        take = min(len(fits) // 12, max(1, round(count * plan.junctions / 20_000)))
        use[dice.permutation(fits)[:take]] = kind
    use[~built & (use < PARK)] = SQUARE
    thin = area / np.maximum(shapely.length(faces), 1) ** 2 < 0.012
    use[thin & (use != PARK)] = SQUARE
    use[outside] = np.where(dice.random(int(outside.sum())) < 0.35, PARK, NOTHING)
    use[is_strip] = NOTHING

    quarter, quarter_xy = _grouped(dice, middles, np.flatnonzero(use != NOTHING), 9)
    district, district_xy = _grouped(
        dice, quarter_xy, np.arange(len(quarter_xy)), max(7, len(quarter_xy) // MOST_DISTRICTS)
    )
    turn = _turns(dice, faces, use, quarter)
    return Districts(faces, middles, use, quarter, district[quarter], quarter_xy, district_xy, turn)


def _near(faces: NDArray[Any], thing: Any, within_m: float) -> NDArray[np.bool_]:
    """Tell which faces lie within a distance of something long: its surroundings, coarsely, are quicker to meet."""
    around = shapely.simplify(shapely.buffer(thing, within_m, quad_segs=2), 8.0)
    shapely.prepare(around)
    return np.asarray(shapely.intersects(around, faces))


def _grouped(
    dice: np.random.Generator, points: XY, members: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], XY]:
    """Group points by the nearest of seeds spread among the members; answers each point's group and the seeds."""
    from scipy.spatial import cKDTree

    count = max(1, min(len(members), round(len(members) / size)))
    seeds = points[dice.permutation(members)[:count]] if len(members) else np.zeros((1, 2))
    for _ in range(4):
        group = cKDTree(seeds).query(points[members])[1]
        size_of = np.bincount(group, minlength=len(seeds))
        sums = np.column_stack([np.bincount(group, points[members, k], minlength=len(seeds)) for k in (0, 1)])
        seeds = np.where(size_of[:, None] > 0, sums / np.maximum(size_of, 1)[:, None], seeds)
    return np.asarray(cKDTree(seeds).query(points)[1], dtype=np.int64), seeds


def _turns(
    dice: np.random.Generator, faces: NDArray[Any], use: NDArray[np.int64], quarter: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Turn streets along the longest side of each face; in a quarter of grids all lie the same way."""
    boxes = shapely.get_coordinates(shapely.oriented_envelope(faces)).reshape(-1, 5, 2)
    sides = boxes[:, 1:3] - boxes[:, 0:2]
    longer = np.argmax(np.linalg.norm(sides, axis=2), axis=1)
    side = sides[np.arange(len(faces)), longer]
    own = np.arctan2(side[:, 1], side[:, 0])
    area = shapely.area(faces)
    order = np.lexsort((-area, quarter))
    first = order[np.unique(quarter[order], return_index=True)[1]]
    common = np.zeros(int(quarter.max()) + 1)
    common[quarter[first]] = own[first]
    same = (use == GRID) & (dice.random(len(common)) < 0.6)[quarter]
    return np.where(same, common[quarter], own)

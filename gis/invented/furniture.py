"""What stands along the streets of an invented city: stations, hospitals, cameras, hydrants."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.districts import MEDICAL, RURAL
from gis.invented.land import Land
from gis.invented.names import Names
from gis.invented.plan import XY
from gis.invented.rows import Rows
from gis.invented.shaping import Shape
from gis.network_tags import CLASS_CODE

HYDRANT_STEP_M = 120.0
# Junctions for one station or camera.
JUNCTIONS_A = {"fire": 1_300, "police": 1_900, "ambulance": 1_500, "camera": 42}
_TITLES = {"fire": "Fire Station", "police": "Police Station", "ambulance": "Ambulance Station"}


def stations(shape: Shape, land: Land) -> Rows:
    """Spread the stations over the city, each at a street."""
    rows = Rows("stations")
    dice = shape.plan.dice(30)
    streets = shape.streets
    along = (streets.road_class >= CLASS_CODE["secondary"]) & (streets.road_class <= CLASS_CODE["residential"])
    along &= (streets.lengths_m() > 50) & ~streets.is_bridge
    edges = np.flatnonzero(along)
    middles = _middles(shape, edges)
    for kind, title in _TITLES.items():
        count = max(2, round(shape.plan.junctions / JUNCTIONS_A[kind]))
        large = streets.road_class[edges] <= CLASS_CODE["tertiary"]
        for number, at in enumerate(_spread(dice, middles, large, count).tolist(), start=1):
            quarter = int(np.argmin(np.hypot(*(shape.districts.quarter_xy - middles[at]).T)))
            name = f"{title} {number}, {land.quarter_names.english[quarter]}"
            rows.add(
                shapely.Point(_beside(shape, edges[at : at + 1], 16.0)[0]), kind, name=name, ref=str(number),
                station_kind=kind, operator=land.city.english[0],
            )  # fmt: skip
    return rows


def _spread(dice: np.random.Generator, points: XY, preferred: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Choose points so that the others have one near: the middles of as many groups, at the nearest preferred point."""
    from scipy.spatial import cKDTree

    some = points[dice.permutation(len(points))[: 400 * count]]
    seeds = some[:count].copy()
    for _ in range(6):
        group = cKDTree(seeds).query(some)[1]
        size = np.bincount(group, minlength=count)
        sums = np.column_stack([np.bincount(group, some[:, k], minlength=count) for k in (0, 1)])
        seeds = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], seeds)
    choice = np.flatnonzero(preferred) if preferred.any() else np.arange(len(points))
    return np.unique(choice[cKDTree(points[choice]).query(seeds)[1]])


def _middles(shape: Shape, edges: NDArray[np.int64]) -> XY:
    streets = shape.streets
    return np.asarray((streets.node_xy[streets.tail[edges]] + streets.node_xy[streets.head[edges]]) / 2)


def _beside(shape: Shape, edges: NDArray[np.int64], aside_m: float) -> XY:
    streets = shape.streets
    way = streets.node_xy[streets.head[edges]] - streets.node_xy[streets.tail[edges]]
    way = way / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    return np.asarray(_middles(shape, edges) + aside_m * np.column_stack((-way[:, 1], way[:, 0])))


def hospitals(shape: Shape, land: Land) -> Rows:
    """Put a hospital on each ground of that use; a small city without one has one beside a large street."""
    rows = Rows("hospitals")
    dice = shape.plan.dice(31)
    for face in np.flatnonzero(shape.districts.use == MEDICAL).tolist():
        name = f"{land.quarter_names.english[int(shape.districts.quarter[face])]} Hospital"
        _hospital(rows, dice, shapely.point_on_surface(shape.districts.faces[face]), name, land)
    if not rows.shapes:
        built = np.flatnonzero(shape.districts.use <= RURAL)
        near = built[np.argmin(np.hypot(*shape.districts.middles[built].T))]
        _hospital(rows, dice, shapely.Point(shape.districts.middles[near]), f"{land.city.english[0]} Hospital", land)
    return rows


def _hospital(rows: Rows, dice: np.random.Generator, place: Any, name: str, land: Land) -> None:
    beds = float(dice.integers(6, 60) * 20)
    rows.add(place, "hospital", name=name, emergency="yes", beds=beds, operator=land.city.english[0])


def cameras(shape: Shape, names: Names) -> Rows:
    """Watch crossings of large streets, squares in the middle, and the motorways, each camera along a street."""
    rows = Rows("cameras")
    dice, streets = shape.plan.dice(32), shape.streets
    count = max(20, round(shape.plan.junctions / JUNCTIONS_A["camera"]))
    node = np.concatenate((streets.tail, streets.head))
    edge = np.tile(np.arange(streets.edge_count), 2)
    rank = np.select(
        [streets.road_class <= CLASS_CODE["motorway"], streets.road_class <= CLASS_CODE["secondary"],
         streets.road_class <= CLASS_CODE["tertiary"]], [2.0, 3.0, 1.0], 0.12,
    )  # fmt: skip
    weight = np.bincount(node, rank[edge], minlength=len(streets.node_xy))
    degree = np.bincount(node, minlength=len(streets.node_xy))
    away = np.hypot(*streets.node_xy.T) / shape.plan.radius_m
    weight = np.where(degree >= 3, weight, 0.02) * np.exp(-((away / 0.55) ** 2)) ** 0.8
    # Without putting back, the heavier the likelier.
    keys = dice.random(len(weight)) ** (1 / np.maximum(weight, 1e-9))
    chosen = np.sort(np.argsort(-keys, kind="stable")[:count])
    order = np.argsort(node, kind="stable")
    starts = np.searchsorted(node[order], chosen)
    turn = dice.random(len(chosen))
    for number, (place, start) in enumerate(zip(chosen.tolist(), starts.tolist(), strict=True), start=1):
        own = edge[order[start : start + int(degree[place])]]
        looks = int(own[np.argmax(rank[own] + 0.01 * np.arange(len(own)))]) if turn[number - 1] < 0.75 else int(own[0])
        points = streets.points[streets.offset[looks] : streets.offset[looks + 1]]
        points = points if streets.tail[looks] == place else points[::-1]
        way = points[min(1, len(points) - 1)] - points[0]
        way = way / max(float(np.hypot(*way)), 1e-9)
        at = points[0] + 7.0 * np.array((way[1], -way[0])) - 3.0 * way
        kind = "public" if away[place] < 0.14 and turn[number - 1] < 0.5 else "traffic"
        kind = "speed" if streets.road_class[looks] <= CLASS_CODE["trunk"] and turn[number - 1] < 0.4 else kind
        called = sorted({names.english[int(s)] for s in streets.street[own].tolist() if s >= 0})
        name = ", ".join((f"Camera {number}", *([" / ".join(called[:2])] if called else ())))
        rows.add(
            shapely.Point(at), kind, name=name, ref=f"C{number}", camera_kind=kind,
            camera_type="dome" if turn[number - 1] > 0.85 else "fixed",
            direction_deg=round(float(np.degrees(np.arctan2(way[0], way[1])) % 360), 1),
            angle_deg=float(dice.choice((45, 60, 75, 90))), height_m=float(dice.integers(5, 12)),
        )  # fmt: skip
    return rows


def hydrants(shape: Shape) -> tuple[XY, NDArray[np.int64]]:
    """Place hydrants along the streets; answers points (h, 2) and kinds into HYDRANT_KINDS (pillar, underground)."""
    streets, dice = shape.streets, shape.plan.dice(33)
    use = (streets.road_class >= CLASS_CODE["primary"]) & ~streets.is_bridge
    length = np.where(use, streets.lengths_m(), 0.0)
    total = np.cumsum(length)
    last = np.floor(total / HYDRANT_STEP_M).astype(np.int64)
    counts = np.diff(np.concatenate(([0], last)))
    edge = np.repeat(np.arange(streets.edge_count), counts)
    number = np.arange(len(edge)) + 1
    along = number * HYDRANT_STEP_M - (total - length)[edge]
    share = np.clip(along / np.maximum(length[edge], 1e-9), 0.04, 0.96)
    start, stop = streets.points[streets.offset[edge]], streets.points[streets.offset[edge + 1] - 1]
    way = stop - start
    way_one = way / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    straight = np.diff(streets.offset)[edge] == 2
    middle = start + way * share[:, None]
    bent = np.flatnonzero(~straight)
    # On a bent street the nearest of its own points serves.
    pick = streets.offset[edge[bent]] + np.round(share[bent] * (np.diff(streets.offset)[edge[bent]] - 1)).astype(
        np.int64
    )
    middle[bent] = streets.points[pick]
    side = np.where(dice.random(len(edge)) < 0.5, 1.0, -1.0)
    points = middle + (4.6 * side)[:, None] * np.column_stack((-way_one[:, 1], way_one[:, 0]))
    return points, np.where(dice.random(len(edge)) < 0.7, 2, 3)

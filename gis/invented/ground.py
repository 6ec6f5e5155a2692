"""The ground of an invented city: river, sea, lake, where the city ends, and the strips that streets must bridge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.invented.plan import XY, Plan, wavy_circle

MOTORWAY_HALF_M = 44.0
RAIL_HALF_M = 16.0
BANK_M = 26.0
RING_SHARE = 0.58  # the motorway ring, as a share of the radius
LEAST_RING_M = 1_900.0
MARGIN = 1.16


@dataclass(frozen=True, slots=True)
class Ground:
    """Hold the ground, shapely geometries in metres from the city's middle.

    outline: the built-up city. water: river, sea and lake as drawn. banks: water with its embankments, which no
    street enters but on a bridge. motorways: centre lines, the ring first (closed), then the spurs outwards; strips:
    what motorways and the railway take. rail: its centre line.
    """

    half_m: float
    outline: Any
    river: Any
    river_line: XY
    sea: Any | None
    lake: Any | None
    island: Any | None
    banks: Any
    ring: XY | None
    spurs: tuple[XY, ...]
    spur_at: tuple[float, ...]
    motorway_strip: Any
    rail: XY
    rail_strip: Any

    @property
    def frame(self) -> Any:
        """The square that the city's map covers."""
        return shapely.box(-self.half_m, -self.half_m, self.half_m, self.half_m)


def lay_ground(plan: Plan) -> Ground:
    """Lay the ground of a city."""
    dice = plan.dice(1)
    radius = plan.radius_m
    outline = shapely.Polygon(wavy_circle(dice, radius, 0.16, step_m=radius / 60))
    half = MARGIN * radius
    frame = shapely.box(-half, -half, half, half)
    heading = dice.uniform(0, np.pi)
    sea = _sea(dice, radius, half, heading) if dice.random() < 0.45 else None
    line = _meander(dice, radius, heading, offset=dice.uniform(0.06, 0.16) * radius * dice.choice((-1.0, 1.0)))
    width = float(np.clip(radius / 55, 34.0, 260.0)) * dice.uniform(0.8, 1.25)
    river, island = _river(dice, line, width)
    river = river.intersection(frame)
    lake = None
    if dice.random() < 0.7:
        at = radius * dice.uniform(0.42, 0.52) * _unit(heading + dice.choice((-1, 1)) * dice.uniform(0.9, 1.5))
        ring = wavy_circle(dice, float(np.clip(radius / 22, 70, 420)), 0.35, step_m=14.0)
        lake = shapely.Polygon(ring * (1.0, dice.uniform(0.5, 0.8)) + at).buffer(0).difference(river.buffer(60))
        lake = None if lake.is_empty else max(shapely.get_parts(lake), key=lambda part: part.area)
    if sea is not None:
        outline = outline.difference(sea.buffer(50))
        outline = max(shapely.get_parts(outline), key=lambda part: part.area)
        river = river.difference(sea)
    wet = [part for part in (river, sea, lake) if part is not None]
    banks = shapely.union_all([part.buffer(BANK_M) for part in wet])
    ring_line, spurs, spur_at = None, [], []
    if radius * RING_SHARE >= LEAST_RING_M:
        ring_line = wavy_circle(dice, radius * RING_SHARE, 0.09, step_m=50.0)
        first = dice.uniform(0, 2 * np.pi)
        for number in range(3):
            found = _spur(dice, ring_line, first + number * 2.1 + dice.uniform(-0.3, 0.3), half, sea)
            if found is not None:
                spurs.append(found[0])
                spur_at.append(found[1])
    strips = []
    if ring_line is not None:
        strips = [shapely.LineString(ring_line).buffer(MOTORWAY_HALF_M)]
        strips += [shapely.LineString(spur).buffer(MOTORWAY_HALF_M) for spur in spurs]
        strips += [shapely.Point(spur[0]).buffer(330.0) for spur in spurs]
    rail = _meander(dice, radius, heading + dice.uniform(0.9, 1.6), offset=dice.uniform(-0.1, 0.1) * radius, calm=0.45)
    if sea is not None:
        inland = shapely.LineString(rail).difference(sea.buffer(80))
        rail = shapely.get_coordinates(max(shapely.get_parts(inland), key=lambda part: part.length))
    return Ground(
        half, outline, river, line, sea, lake, island, banks, ring_line, tuple(spurs), tuple(spur_at),
        shapely.union_all(strips) if strips else shapely.Polygon(), rail, shapely.LineString(rail).buffer(RAIL_HALF_M),
    )  # fmt: skip


def _unit(turn: float) -> XY:
    return np.array((math.cos(turn), math.sin(turn)))


def _meander(dice: np.random.Generator, radius: float, heading: float, *, offset: float, calm: float = 1.0) -> XY:
    """Make a bending line (n, 2) right across the city."""
    along = np.arange(-1.7 * radius, 1.7 * radius, 25.0)
    aside = np.full(len(along), offset)
    for length, reach in ((2.3, 0.13), (1.1, 0.07), (0.5, 0.022)):
        wave = 2 * np.pi * along / (length * radius * dice.uniform(0.8, 1.2)) + dice.uniform(0, 2 * np.pi)
        aside += np.sin(wave) * reach * radius * calm
    forth = _unit(heading)
    return np.asarray(along[:, None] * forth + aside[:, None] * np.array((-forth[1], forth[0])))


def _river(dice: np.random.Generator, line: XY, width: float) -> tuple[Any, Any | None]:
    """Give a river its width along its line; sometimes an island parts it."""
    step = np.gradient(line, axis=0)
    aside = np.column_stack((-step[:, 1], step[:, 0])) / np.linalg.norm(step, axis=1)[:, None]
    along = np.arange(len(line)) * 25.0
    wide = width * (1 + 0.22 * np.sin(along / (14 * width) + dice.uniform(0, 6)))
    island = None
    if dice.random() < 0.6:
        at = int(len(line) * dice.uniform(0.42, 0.58))
        length = width * dice.uniform(3.5, 6.0)
        bulge = np.exp(-(((along - along[at]) / length) ** 2))
        island = _ribbon(line, aside, wide * 0.75 * bulge - 0.28 * width)
        wide = wide * (1 + 0.95 * bulge)
    water = _ribbon(line, aside, wide)
    if island is not None and not island.is_empty:
        return water.difference(island), island
    return water, None


def _ribbon(line: XY, aside: XY, wide: NDArray[np.float64]) -> Any:
    use = np.flatnonzero(wide > 0)
    if len(use) < 3:
        return shapely.Polygon()
    half = wide[use, None] / 2
    ring = np.concatenate((line[use] + aside[use] * half, (line[use] - aside[use] * half)[::-1]))
    return shapely.Polygon(ring).buffer(0)


def _sea(dice: np.random.Generator, radius: float, half: float, heading: float) -> Any:
    """Make the sea at one end of the river: everything beyond a bending coast."""
    forth = _unit(heading)
    side = np.array((-forth[1], forth[0]))
    along = np.arange(-2.2 * half, 2.2 * half, 40.0)
    out = np.full(len(along), 0.84 * radius)
    for length, reach in ((1.9, 0.06), (0.8, 0.035), (0.3, 0.012), (0.11, 0.004)):
        out += np.sin(2 * np.pi * along / (length * radius) + dice.uniform(0, 6)) * reach * radius
    coast = along[:, None] * side + out[:, None] * forth
    far = np.array((coast[-1] + forth * 4 * half, coast[0] + forth * 4 * half))
    return shapely.Polygon(np.concatenate((coast, far))).buffer(0).intersection(shapely.box(-half, -half, half, half))


def _spur(dice: np.random.Generator, ring: XY, turn: float, half: float, sea: Any | None) -> tuple[XY, float] | None:
    """Lead a motorway from the ring outwards; answers it and where along the ring (metres) it begins."""
    bearing = np.arctan2(ring[:-1, 1], ring[:-1, 0])
    at = int(np.argmin(np.abs((bearing - turn + np.pi) % (2 * np.pi) - np.pi)))
    start = ring[at]
    forth = start / np.linalg.norm(start)
    along = np.arange(0.0, 3 * half, 50.0)
    bend = np.sin(along / half * dice.uniform(2, 4)) * dice.uniform(-0.08, 0.08) * half
    line = start + along[:, None] * forth + bend[:, None] * np.array((-forth[1], forth[0]))
    inside = (np.abs(line) < half - 80).all(axis=1)
    line = line[: int(np.argmin(inside)) if not inside.all() else len(line)]
    if len(line) < 24 or (sea is not None and shapely.LineString(line).distance(sea) < 120):
        return None
    return line, float(np.linalg.norm(np.diff(ring[: at + 1], axis=0), axis=1).sum())

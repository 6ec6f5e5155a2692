"""Shape an invented city: lay the ground and the streets until there are about as many junctions as were asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gis.invented.arterials import Arterials, lay_arterials
from gis.invented.districts import Districts, settle
from gis.invented.ground import Ground, lay_ground
from gis.invented.joining import join_streets
from gis.invented.motorway import lay_motorways
from gis.invented.plan import Plan
from gis.invented.street_graph import StreetGraph, mended
from gis.invented.streets import lay_streets

NEAR_ENOUGH = 0.015
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold the ground, the faces between the large streets, and all streets."""

    plan: Plan
    ground: Ground
    arterials: Arterials
    districts: Districts
    streets: StreetGraph


def shape_city(plan: Plan, step: Callable[[float, str], None]) -> Shape:
    """Shape a city; step is told a share of the work and what is being done, and may raise to stop it."""
    step(0.0, "ground")
    ground = lay_ground(plan)
    step(0.05, "large streets")
    arterials = lay_arterials(plan, ground)
    step(0.3, "districts")
    districts = settle(plan, ground, arterials)
    motorways = lay_motorways(ground, arterials)
    spread, best = 1.0, None
    for attempt in range(MOST_TRIES):
        step(0.45 + 0.5 * attempt / MOST_TRIES, f"small streets ({attempt + 1})")
        small = lay_streets(plan, arterials, districts, spread=spread)
        streets = join_streets(plan, arterials, districts, small, motorways)
        count = len(streets.node_xy)
        miss = abs(count - plan.junctions)
        if best is None or miss < best[0]:
            best = (miss, streets)
        if miss <= NEAR_ENOUGH * plan.junctions:
            break
        fixed = min(count - len(small.node_xy), plan.junctions // 2)
        spread *= float(np.clip(np.sqrt((count - fixed) / (plan.junctions - fixed)), 0.6, 1.6))
    assert best is not None
    step(0.95, "crossings")
    return Shape(plan, ground, arterials, districts, mended(best[1]))

"""A line of cells and stations, one minute apart, for cover that can be reckoned by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from immutables import Map

from dispatch.coverage_targets import MoveUpRules, Target, Targets
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.incident import Closure
from dispatch.recommendation import Path
from dispatch.state import State, UnitState
from dispatch.travels import Start, Travels
from resources.status import Status
from resources.unit import Department, Roster, Station, Turnout, Unit
from tests.dispatch.town import START

STEP = 0.01  # degrees of longitude that are driven in a minute
ANYTHING = MoveUpRules(least_gain=0.0, gain_a_minute=0.0)
FIRE = Department("fire", "Fire", "fire")


def target(within_min: float, *, busy: float = 0.3, clock: str = "travel", capabilities: Sequence[str] = ()) -> Target:
    """Return a target of the fire department; `within_min` counts cells."""
    return Target("first", "fire", 60 * within_min, tuple(capabilities), clock, 0.9, busy, name="engine", name_zh="车")


def targets(*each: Target, rules: MoveUpRules = ANYTHING) -> Targets:
    return Targets(tuple(each), rules)


def line(weights: Iterable[float]) -> Demand:
    """Lay demand over a street from 25.0 E on, a cell a minute; its parts are called west and east."""
    weight = np.array(list(weights), dtype=np.float64)
    lonlat = np.column_stack([25.0 + STEP * np.arange(len(weight)), np.full(len(weight), 60.0)])
    area = (np.arange(len(weight)) >= len(weight) / 2).astype(np.int32)
    corner_xy = np.column_stack([np.arange(len(weight)) * 500.0, np.zeros(len(weight))])
    areas = (Area("compass", "west"), Area("zone", "Eastside"))
    return Demand(lonlat, weight / weight.sum(), "test", 500.0, corner_xy, area, areas)


def unit(unit_id: str, cell: float, *, station: str = "", **more: object) -> Unit:
    """Return a fire engine that stands at a cell."""
    place = {"department": "fire", "capabilities": ("engine",), "lon": 25.0 + STEP * cell, "lat": 60.0}
    return Unit(unit_id, **{**place, "station": station, "turnout": "fire", **more})  # type: ignore[arg-type]


def state_of(units: Sequence[Unit], stations: Iterable[int] = (), *, sequence: int = 1) -> State:
    """Return a state with free units, and stations `s<cell>` at some cells; turnout takes a minute."""
    houses = tuple(Station(f"s{cell}", f"House {cell}", "fire", 25.0 + STEP * cell, 60.0) for cell in stations)
    roster = Roster((FIRE,), houses, tuple(units), (Turnout("fire", 60, 60),))
    return State(
        sequence=sequence,
        roster=roster,
        departments=Map({"fire": FIRE}),
        stations=Map({each.id: each for each in houses}),
        turnouts=Map({each.id: each for each in roster.turnouts}),
        units=Map({each.id: UnitState(each, Status.AVAILABLE, START) for each in units}),
    )


class Street:
    """A ground where a cell takes a minute, two in snow.

    `cut` bars the way across a place, `asked` counts the starts timed.
    """

    def __init__(self) -> None:
        self.cut: float | None = None
        self.slowness = 1.0
        self.asked = 0

    def set_closures(self, closures: Iterable[Closure]) -> None:
        lines = [closure.coordinates[0][0] for closure in closures]
        self.cut = lines[0] if lines else None

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        self.slowness = 2.0 if weather == "snow" else 1.0

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        [travels] = self.travels_to_each(mode, starts, [(lon, lat)])
        return travels

    def travels_to_each(
        self, mode: str, starts: Sequence[Start], places: Sequence[tuple[float, float]]
    ) -> list[Travels]:
        self.asked += len(starts)
        here = np.array([start.lon for start in starts])
        zeros = np.zeros(len(starts))
        found = []
        for lon, _ in places:
            times_s = np.round(np.abs(here - lon) / STEP * 60 * self.slowness, 3)
            if self.cut is not None:
                times_s[(here < self.cut) != (lon < self.cut)] = math.inf
            found.append(Travels(times_s, zeros, zeros.astype(bool), zeros))
        return found

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        return [None] * len(starts)

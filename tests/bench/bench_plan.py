"""Who should go to 500 incidents with 5,000 units, and what the city is left with, beside one after another."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from immutables import Map

from app.planner.answering import Planner
from app.planner.questions import CoverageQuestion, PlanQuestion
from dispatch.coverage import Coverage
from dispatch.coverage_report import CoverageReport
from dispatch.coverage_targets import default_targets
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.ground import Ground
from dispatch.plan import Plan, plan_in_turn, price_of_greed
from dispatch.state import State, UnitState
from gis.crs import LONLAT, transformer
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from resources.roster_made import DEPARTMENTS
from resources.roster_outfit import equipment_of, officers_of
from resources.unit import Roster
from tests.bench.bench_roads import DATA, EXTRACTS
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch.fleet import NOW, crisis
from tests.dispatch.in_turn import in_turn

CITIES = ("Milan", "Vancouver")
UNITS, INCIDENTS, STATIONS, RUNS = 5000, 500, 150, 5
CELL_M = 500.0


def rows() -> Iterator[Row]:
    """Yield the time of a plan with coverage, whether it is proven best, and what simpler ways give."""
    for city in CITIES:
        name, crs = EXTRACTS[city]
        if not (DATA / name).exists():
            yield absent(f"plan in {city}", f"{Path(name).name} is not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            build_from_osm(DATA / name, Path(folder), metric_crs=crs)
            yield from _measure(city, Ground(RoadNetwork.open(Path(folder)), default_profiles()))


def _measure(city: str, ground: Ground) -> Iterator[Row]:
    state = outfitted(crisis(ground.network, UNITS, INCIDENTS, seed=1))
    planner = Planner(ground, covering=lambda roads: Coverage(roads, _demand(ground.network), default_targets()))
    planner.begin(state, ())
    planner.coverage.prepare(state, {}, at=NOW)
    while planner.coverage.work() < 1.0:
        pass
    _ask(planner, 0)
    gc.collect()
    gc.freeze()
    work = f"{city}, plan of {INCIDENTS} incidents, {UNITS:,} units, with coverage"
    runs = [timed(lambda number=number: _ask(planner, number)) for number in range(1, RUNS + 1)]
    took_s, (best, _) = statistics.median(took for took, _ in runs), runs[0][1]
    yield within(f"{work}, median", took_s, 1.0)
    yield within(f"the same, worst of {RUNS}", max(took for took, _ in runs), 1.0)
    unproven = sum(not each.is_optimal for each in best.served)
    yield Row("its classes that are not proven best", f"{unproven} of {len(best.served)}", "0", float(unproven), "0")
    greedy = plan_in_turn(state, {}, ground, at=NOW)
    for price in price_of_greed(best, greedy)[:2]:
        work = f"price of greed, priority {price.priority}"
        yield Row(work, f"{price.unfilled:+d} unfilled", f"{price.longer_s:+.1f} s to each filled", None)
    alone_s, _ = timed(lambda: in_turn(state, {}, ground, at=NOW))
    yield against("the plan", took_s, "one incident after another", alone_s, aim="≤ 1")


def _ask(planner: Planner, number: int) -> tuple[Plan, CoverageReport]:
    """Ask for the plan, and for what the city is left with by it."""
    at = NOW + timedelta(seconds=number)
    found = planner.answer(PlanQuestion("bench", number, at))
    leaving = tuple(chosen.unit_id for each in found.answers for chosen in each.chosen)
    return found, planner.answer(CoverageQuestion("bench", number, at, leaving))


def outfitted(state: State) -> State:
    """Give the units of a made-up fleet stations, officers and what they carry, and the state their roster."""
    units = {
        name: replace(
            each.unit,
            station=f"S{number % STATIONS}",
            officers=officers_of(each.unit.capabilities),
            equipment=equipment_of(each.unit.capabilities),
        )
        for number, (name, each) in enumerate(sorted(state.units.items()))
    }
    states = {name: UnitState(unit, state.units[name].status, state.units[name].since) for name, unit in units.items()}
    return replace(state, units=Map(states), roster=Roster(departments=DEPARTMENTS, units=tuple(units.values())))


def _demand(network: RoadNetwork) -> Demand:
    """Lay demand over a city by its junctions."""
    cell = np.floor(network.node_xy / CELL_M)
    corner, of, many = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    x, y = (np.bincount(of.ravel(), weights=values) / many for values in network.node_xy.T)
    lonlat = np.column_stack(transformer(network.crs, LONLAT).transform(x, y))
    areas = (Area("compass", "middle"),)
    return Demand(lonlat, many / many.sum(), "roads", CELL_M, corner * CELL_M, np.zeros(len(many), np.int32), areas)

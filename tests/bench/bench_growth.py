"""How the time of one answer grows with the city and with the fleet, on invented cities, drawn in characters."""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
from collections.abc import Iterator
from math import log
from pathlib import Path

from app.planner.child import Planner
from dispatch.ground import Ground
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.bench.bench_city import command
from tests.bench.bench_dispatch import ask_each
from tests.bench.rows import Row, figure
from tests.dispatch.fleet import fleet_state

JUNCTIONS = (10_000, 50_000, 137_000, 270_000)
FLEETS = (100, 300, 1000, 3000, 10_000)
USUAL_JUNCTIONS, USUAL_FLEET = 137_000, 1000
WIDTH = 30


def rows() -> Iterator[Row]:
    """Yield the curve of each; the ratio is the slope on double logarithmic paper, 1 being linear."""
    cities: list[tuple[float, float]] = []
    fleets: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="opsroom-growth-") as folder:
        for junctions in JUNCTIONS:
            out = Path(folder) / str(junctions)
            size = ["--junctions", str(junctions), "--features", "10000", "--seed", "1"]
            command([sys.executable, "-m", "app", "city", "generate", *size, "--out", str(out)])
            network = RoadNetwork.open(out / "roads")
            ground = Ground(network, default_profiles())
            cities.append((network.node_count, _answer_s(ground, USUAL_FLEET)))
            if junctions == USUAL_JUNCTIONS:
                fleets = [(count, _answer_s(ground, count)) for count in FLEETS]
    yield from _curve(f"one answer, {USUAL_FLEET:,} units", "nodes", cities)
    yield from _curve(f"one answer, {USUAL_JUNCTIONS:,} junctions", "units", fleets)


def _answer_s(ground: Ground, units: int) -> float:
    planner = Planner(ground)
    planner.begin(fleet_state(ground.network, units, seed=1), ())
    ask_each(planner, 6, seed=3)
    gc.collect()
    return statistics.median(ask_each(planner, 30, seed=2))


def _curve(work: str, unit: str, points: list[tuple[float, float]]) -> Iterator[Row]:
    most = max(took_s for _, took_s in points)
    for size, took_s in points:
        bar = "█" * max(1, round(WIDTH * took_s / most))
        yield Row(f"{work}: {size:,.0f} {unit}", figure(took_s, "s"), bar, None)
    (first, begin_s), (last, end_s) = points[0], points[-1]
    slope = log(end_s / begin_s) / log(last / first)
    yield Row(f"{work}: {last / first:.0f} times the {unit}", f"{end_s / begin_s:.1f} times", "slope", slope, "≤ 1")

"""How often real cities are answered wrong: times, recommendations and a plan, against Dijkstra and exact solvers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from immutables import Map
from numpy.typing import NDArray

from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.plan import plan
from dispatch.recommend import recommend_for
from dispatch.state import State
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from tests.bench.bench_roads import DATA, EXTRACTS
from tests.bench.rows import Row, absent
from tests.dispatch.exact_classes import by_highs
from tests.dispatch.fleet import NOW, Exact, crisis, fleet_state, measured, questions, scattered
from tests.gis.road_oracle import Oracle, scatter

CITIES = ("Vancouver", "Milan", "Porto")
UNITS, TARGETS, QUESTIONS, CLOSED = 2_000, 10, 30, 20
MOST_WRONG_S = 2e-3  # a millisecond at each end


def rows() -> Iterator[Row]:
    """Yield the rows of every city whose extract is here."""
    for city in CITIES:
        name, crs = EXTRACTS[city]
        if not (DATA / name).exists():
            yield absent(f"{city}: answers that are wrong", f"{Path(name).name} is not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            build_from_osm(DATA / name, Path(folder), metric_crs=crs)
            network = RoadNetwork.open(Path(folder))
            yield _times(city, network)
            yield _recommendations(city, network)
            yield _plan(city, network)


def _wrong(work: str, wrong: int, count: int, peer: str) -> Row:
    return Row(f"{work}: wrong", f"{wrong:,}", f"of {count:,}, by {peer}", wrong / count, "0")


def _times(city: str, network: RoadNetwork) -> Row:
    """Compare times with all roads open and with one in fifty closed and some slow, turn restrictions included."""
    profile = default_profiles()["emergency"]
    router = Router(network, profile)
    snaps = [snap for snap in router.snap_many(scatter(network, UNITS + TARGETS, seed=1)) if snap is not None]
    sources, targets = snaps[:-TARGETS], snaps[-TARGETS:]
    dice = np.random.default_rng(2)
    some = dice.choice(network.arc_count, network.arc_count // 50, replace=False).tolist()
    slow = dict.fromkeys(dice.choice(network.arc_count, 200, replace=False).tolist(), 0.4)
    cases: list[tuple[list[int], Mapping[int, float]]] = [([], {}), (some, slow)]
    wrong = count = 0
    for closed, slowed in cases:
        router.set_weights(closed=closed, slow=slowed, factors=None)
        oracle = Oracle(network, profile, sorted(router.closed), slow=slowed)
        found = router.matrix_s(sources, targets)
        right = np.column_stack([oracle.times_s(sources, target) for target in targets])
        wrong += int((~_alike(found, right)).sum())
        count += right.size
    return _wrong(f"{city}, times, a half with roads closed and slow", wrong, count, "Dijkstra")


def _alike(found: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return (np.isinf(found) & np.isinf(right)) | (np.abs(found - right) <= MOST_WRONG_S)


def _recommendations(city: str, network: RoadNetwork) -> Row:
    ground = Ground(network, default_profiles())
    state = fleet_state(network, UNITS, seed=3)
    closures = [Closure(str(n), "Point", (spot,)) for n, spot in enumerate(scattered(network, CLOSED, seed=4))]
    shut: State = replace(state, closures=Map({each.id: each for each in closures}))
    wrong = 0
    for now in (state, shut):
        ground.set_closures(now.closures.values())
        exact = Exact(ground, now)
        for place in questions(network, QUESTIONS, seed=5):
            answer = recommend_for(
                now, {}, ground, kind=place.kind, location=place.location, alarm_level=place.alarm_level, at=NOW
            )
            pairs = zip(measured(now, place, answer), exact.best(place), strict=True)
            wrong += any(had[0] != best[0] or abs(had[1] - best[1]) > 0.01 * max(best[0], 1) for had, best in pairs)
    return _wrong(f"{city}, recommendations, {UNITS:,} units", wrong, 2 * QUESTIONS, "the whole table")


def _plan(city: str, network: RoadNetwork) -> Row:
    ground = Ground(network, default_profiles())
    state = crisis(network, 150, 30, seed=6)
    answer = plan(state, {}, ground, at=NOW, time_limit_s=60)
    exact = Exact(ground, state)
    asked = [
        (incident, need)
        for incident in state.incidents.values()
        for need in state.cards[incident.kind].needs_at(incident.alarm_level)
        for _ in range(need.count)
    ]
    names = [(need.optional, incident.priority) for incident, need in asked]
    order = sorted(set(names))
    classes = [np.flatnonzero([each == name for each in names]) for name in order]
    best = by_highs(np.array([exact.costs_ms(*each) for each in asked]), classes)
    wrong = 0
    for number, each in enumerate(answer.served):
        is_full = each.places - each.filled == best[2 * number]
        wrong += not (is_full and abs(each.total_s - best[2 * number + 1] / 1000) <= 0.01 * max(each.filled, 1))
    return _wrong(f"{city}, classes of a plan, 30 incidents, 150 units", wrong, len(order), "HiGHS")

"""Who should go, in Vancouver with 500 units: milliseconds a full answer, against Dijkstra and an exact solver."""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from immutables import Map

from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.recommend import recommend_for, straight_line
from dispatch.recommendation import Recommendation
from dispatch.state import State
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch.fleet import NOW, Exact, Place, fleet_state, measured, questions, scattered

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = "vancouver/vancouver_canada.osm.pbf"
UNITS, PLACES = 500, 100


def rows() -> Iterator[Row]:
    """Yield one row a measure; every answer is checked against the exact one."""
    extract = Path(os.environ.get("OPSROOM_DATA") or ROOT.parent / "shared" / "data") / EXTRACT
    if not extract.exists():
        yield absent("recommend in Vancouver", f"{extract.name} is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        build_from_osm(extract, Path(folder), metric_crs="EPSG:32610")
        ground = Ground(RoadNetwork.open(Path(folder)), default_profiles())
        yield from _measure(ground)


def _measure(ground: Ground) -> Iterator[Row]:
    state = fleet_state(ground.network, UNITS, seed=1)
    places = questions(ground.network, PLACES, seed=2)

    def ask(place: Place, state: State = state) -> Recommendation:
        return recommend_for(
            state, {}, ground, kind=place.kind, location=place.location, alarm_level=place.alarm_level, at=NOW
        )

    for place in questions(ground.network, 6, seed=3):  # opens both routers and snaps the fleet, as arriving fixes do
        ask(place)
    gc.collect()
    gc.freeze()  # as the planner's process does once it stands
    asked = []
    for place in places:
        took_s, answer = timed(lambda place=place: ask(place))
        asked.append((took_s, measured(state, place, answer)))
    exact = Exact(ground, state)
    exact.best(places[0])
    exact.best(places[4])
    peers = [timed(lambda place=place: exact.best(place)) for place in places]
    wrong = sum(not np.allclose(answer, best, atol=0.1) for (_, answer), (_, best) in zip(asked, peers, strict=True))
    spent, peer = [took_s for took_s, _ in asked], [took_s for took_s, _ in peers]
    who = "Dijkstra and solver, no routes"
    work = f"recommend, {UNITS} units, {PLACES} places, median"
    yield against(work, statistics.median(spent), who, statistics.median(peer), aim="≤ 1")
    yield against("the same, worst", max(spent), who, max(peer), aim="≤ 1")
    yield within("the same, median", statistics.median(spent), 0.01)
    yield Row("answers that are not the best by Dijkstra and solver", f"{wrong}", f"of {PLACES}", wrong / PLACES, "0")
    guesses = [
        timed(lambda place=place: straight_line(state, {}, kind=place.kind, location=place.location, at=NOW))[0]
        for place in places
    ]
    yield within("straight-line list while the planner is down, worst", max(guesses), 0.02)
    spots = scattered(ground.network, 20, seed=4)
    closures = [Closure(str(number), "Point", (spot,)) for number, spot in enumerate(spots)]
    closing = [timed(lambda n=n: ground.set_closures(closures[: 20 - n % 2]))[0] for n in range(10)]
    yield within("close or open a road beside 19 closed, both profiles, median", statistics.median(closing), 0.01)
    closed = Map({each.id: each for each in closures})
    states = [replace(state, closures=closed), replace(state, closures=Map())]
    changed = [timed(lambda n=n: ask(places[n], states[n % 2]))[0] for n in range(30)]
    yield within("close or open 20 roads, and a changed answer, median", statistics.median(changed), 0.01)
    yield within("the same, worst", max(changed), 0.01)

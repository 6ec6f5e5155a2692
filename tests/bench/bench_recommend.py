"""Who should go, in Vancouver with 500 units: milliseconds a full answer, against Dijkstra and an exact solver."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

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
from tests.dispatch.fleet import NOW, Exact, Place, fleet_state, measured, questions, scattered

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = "vancouver/vancouver_canada.osm.pbf"
UNITS, PLACES = 500, 100
Found = TypeVar("Found")


def rows() -> Iterator[dict[str, Any]]:
    """Yield one row a measure; every answer is checked against the exact one."""
    extract = Path(os.environ.get("OPSROOM_DATA") or ROOT.parent / "shared" / "data") / EXTRACT
    if not extract.exists():
        yield _row("recommend in Vancouver", "not measured", f"{extract} is not here", None, "")
        return
    with tempfile.TemporaryDirectory() as folder:
        build_from_osm(extract, Path(folder), metric_crs="EPSG:32610")
        ground = Ground(RoadNetwork.open(Path(folder)), default_profiles())
        yield from _measure(ground)


def _measure(ground: Ground) -> Iterator[dict[str, Any]]:
    state = fleet_state(ground.network, UNITS, seed=1)
    places = questions(ground.network, PLACES, seed=2)

    def ask(place: Place, state: State = state) -> Recommendation:
        return recommend_for(
            state, {}, ground, kind=place.kind, location=place.location, alarm_level=place.alarm_level, at=NOW
        )

    for place in questions(ground.network, 6, seed=3):  # opens both routers and snaps the fleet, as arriving fixes do
        ask(place)
    ours = []
    for place in places:
        spent_ms, answer = _timed(lambda place=place: ask(place))
        ours.append((spent_ms, measured(state, place, answer)))
    exact = Exact(ground, state)
    exact.best(places[0])
    exact.best(places[4])
    peers = [_timed(lambda place=place: exact.best(place)) for place in places]
    wrong = sum(not np.allclose(answer, best, atol=0.1) for (_, answer), (_, best) in zip(ours, peers, strict=True))
    spent, peer = np.array([ms for ms, _ in ours]), np.array([ms for ms, _ in peers])
    who = "Dijkstra, solver; no routes"
    ratio, worst = float(np.median(peer) / np.median(spent)), float(peer.max() / spent.max())
    work = f"recommend, {UNITS} units, {PLACES} places, median"
    yield _row(work, f"{np.median(spent):.1f} ms", f"{who} {np.median(peer):.0f} ms", ratio, "10 ms")
    yield _row("the same, worst", f"{spent.max():.1f} ms", f"{who} {peer.max():.0f} ms", worst, "")
    yield _row("the same, answers that are not the best", f"{wrong} of {PLACES}", "", None, "0")
    guesses = [
        _timed(lambda place=place: straight_line(state, {}, kind=place.kind, location=place.location, at=NOW))[0]
        for place in places
    ]
    yield _row("straight-line list while the planner is down, worst", f"{max(guesses):.1f} ms", "", None, "20 ms")
    spots = scattered(ground.network, 20, seed=4)
    closures = [Closure(str(number), "Point", (spot,)) for number, spot in enumerate(spots)]
    closing = [_timed(lambda n=n: ground.set_closures(closures[: 20 - n % 2]))[0] for n in range(10)]
    yield _row("close or open roads, 20 closed, both profiles", f"{np.median(closing):.1f} ms", "", None, "10 ms")
    closed = Map({each.id: each for each in closures})
    states = [replace(state, closures=closed), replace(state, closures=Map())]
    changed = [_timed(lambda n=n: ask(places[n], states[n % 2]))[0] for n in range(30)]
    work = "close or open 20 roads, both profiles, and a changed recommendation"
    yield _row(work, f"{np.median(changed):.1f} ms", "", None, "10 ms")
    yield _row("the same, worst", f"{max(changed):.1f} ms", "", None, "")


def _timed(work: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = work()
    return (time.perf_counter() - started) * 1000, found


def _row(work: str, ours: str, peer: str, ratio: float | None, aim: str) -> dict[str, Any]:
    return {"work": work, "ours": ours, "peer": peer, "ratio": ratio, "aim": aim}

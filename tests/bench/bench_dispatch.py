"""Milan with 5,000 units: one incident, closing roads, a matrix, against OSRM, Valhalla, networkx and the library."""

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
from numpy.typing import NDArray
from routingkit_cch import CCH, CCHManyToOne, CCHMetric

from app.planner.child import Planner, Question
from dispatch.ground import Ground
from dispatch.incident import Closure
from gis.crs import LONLAT, transformer
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from gis.snap import Snap
from resources.position import Fix
from tests.bench.bench_roads import DATA, EXTRACTS
from tests.bench.road_peers import ask_peer
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch.fleet import NOW, Place, fleet_state, questions, scattered

UNITS, MOVED, PLACES, CLOSED = 5000, 300, 500, 20


def rows() -> Iterator[Row]:
    """Yield the rows of one city; a peer that is not here says so in its row."""
    name, crs = EXTRACTS["Milan"]
    if not (DATA / name).exists():
        yield absent("dispatch in Milan", f"{Path(name).name} is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        build_from_osm(DATA / name, Path(folder), metric_crs=crs)
        network = RoadNetwork.open(Path(folder))
        ours = [*_answers(network), *_matrix(network)]
        spent_s = {row.work: found for row, found in ours if found is not None}
        yield from (row for row, _ in ours)
        yield from _peers(network, DATA / name, Path(folder), list(spent_s.values()))


def _answers(network: RoadNetwork) -> Iterator[tuple[Row, float | None]]:
    """Measure whole answers as the planner's process gives them: fixes are snapped when they arrive."""
    planner = Planner(Ground(network, default_profiles()))
    state = fleet_state(network, UNITS, seed=1)
    planner.begin(state, ())
    places = questions(network, 60, seed=2)
    ask_each(planner, 6, seed=3)
    gc.collect()
    gc.freeze()
    names, dice = sorted(state.units), np.random.default_rng(4)
    spots = scattered(network, MOVED * len(places), seed=5)
    spent = []
    for number, place in enumerate(places):
        at = NOW + timedelta(seconds=number)
        moved = dice.choice(len(names), MOVED, replace=False).tolist()
        here = spots[number * MOVED : (number + 1) * MOVED]
        fixes = [
            Fix(names[row], lon, lat, at, at, 9.0, float(dice.uniform(0, 360)), "bench")
            for row, (lon, lat) in zip(moved, here, strict=True)
        ]
        planner.tell_fixes(fixes)
        spent.append(timed(lambda place=place, number=number: planner.answer(_question(place, number)))[0])
    work = f"Milan, one incident, {UNITS:,} units, {MOVED} moved: whole answer"
    yield within(f"{work}, median", statistics.median(spent), 0.01), statistics.median(spent)
    yield within("the same, worst of 60", max(spent), 0.01), None
    closures = [Closure(str(n), "Point", (spot,)) for n, spot in enumerate(scattered(network, CLOSED, seed=6))]
    states = (replace(state, closures=Map({each.id: each for each in closures})), state)
    planner.answer(_question(places[0], 60))
    again = []
    for number in range(20):
        planner.state = states[number % 2]
        again.append(timed(lambda number=number: planner.answer(_question(places[0], 60 + number)))[0])
    work = f"{CLOSED} roads closed or opened, and the answer right again"
    yield within(f"{work}, median", statistics.median(again), 0.01), None
    yield within("the same, worst of 20", max(again), 0.01), None


def ask_each(planner: Planner, count: int, seed: int) -> list[float]:
    """Return the seconds of each of so many whole answers at places beside the roads."""
    assert isinstance(planner.ground, Ground)
    places = enumerate(questions(planner.ground.network, count, seed))
    return [timed(lambda place=place, n=n: planner.answer(_question(place, n)))[0] for n, place in places]


def _question(place: Place, number: int) -> Question:
    at = NOW + timedelta(seconds=number)
    return Question(
        "bench", number, at, kind=place.kind, location=place.location, alarm_level=place.alarm_level, priority=1
    )


def _matrix(network: RoadNetwork) -> Iterator[tuple[Row, float | None]]:
    """Measure the table of all units to many places beside the library called directly for the same nodes."""
    router = Router(network, default_profiles()["emergency"])
    units, places = _snaps(router, UNITS, seed=1), _snaps(router, PLACES, seed=7)
    router.matrix_s(units, places[:2])
    ours_s = min(timed(lambda: router.matrix_s(units, places))[0] for _ in range(3))
    cch = CCH(network.order.tolist(), network.tail.tolist(), network.head.tolist(), False)
    metric = CCHMetric(cch, router.weights_ms.tolist())
    heads, tails = network.head[_arcs(units)], network.tail[_arcs(places)].tolist()

    def library() -> NDArray[np.float64]:
        query = CCHManyToOne(metric, heads.tolist())
        table = [query.distances_to(node) for node in tails]
        return np.array(table, dtype=np.float64)

    library_s = min(timed(library)[0] for _ in range(3))
    work = f"Milan, times of {UNITS:,} units to {PLACES} places, as an array"
    yield against(work, ours_s, "the library alone", library_s, aim="≤ 1.2"), ours_s
    ways = [timed(lambda pair=pair: router.route(*pair))[0] for pair in zip(units[:200], places[:200], strict=True)]
    yield within("Milan, one route drawn, median", statistics.median(ways), 0.001), statistics.median(ways)


def _anew_s(network: RoadNetwork) -> float:
    """Measure how long it takes until every road is driven at another speed, and a time by that is known."""
    router = Router(network, default_profiles()["emergency"])
    units, places = _snaps(router, 2, seed=1), _snaps(router, 1, seed=7)
    spent = []
    for number in range(6):
        factors = np.full(network.arc_count, 0.9 - 0.1 * (number % 2), dtype=np.float32)
        began = timed(lambda factors=factors: router.set_weights(closed=[], slow={}, factors=factors))[0]
        spent.append(began + timed(lambda: router.matrix_s(units, places))[0])
    return statistics.median(spent)


def _snaps(router: Router, count: int, seed: int) -> list[Snap]:
    lon, lat = np.array(scattered(router.network, count, seed)).T
    xy = np.column_stack(transformer(LONLAT, router.network.crs).transform(lon, lat))
    return [snap for snap in router.snap_many(xy) if snap is not None]


def _arcs(snaps: list[Snap]) -> NDArray[np.int64]:
    return np.array([snap.arc for snap in snaps], dtype=np.int64)


def _peers(network: RoadNetwork, extract: Path, folder: Path, ours: list[float]) -> Iterator[Row]:
    one_s, matrix_s, route_s = ours
    units, places = scattered(network, UNITS, seed=1), scattered(network, PLACES, seed=7)
    work = f"one incident, {UNITS:,} units: our whole answer"
    found = ask_peer("osrm", extract, units, places)
    if isinstance(found, str):
        yield absent("the same questions to OSRM", found)
    else:
        yield against(work, one_s, "OSRM's table alone", found["one"], aim="≤ 0.02")
        yield against(f"table of {UNITS:,} x {PLACES}", matrix_s, "OSRM", found["matrix"], aim="≤ 0.5")
        yield against("one route", route_s, "OSRM, without its shape", found["route"])
        yield against("new weights everywhere", _anew_s(network), "OSRM prepared anew", found["build"])
    found = ask_peer("valhalla", extract, units, places)
    if isinstance(found, str):
        yield absent("the same question to Valhalla", found)
    else:
        yield against(work, one_s, f"Valhalla, {found['units']:,.0f} units only", found["one"])
    arrays = folder / "arrays"
    arrays.mkdir()
    weights_ms = default_profiles()["emergency"].weights_ms(network).astype(np.int64)
    for name, values in (("tail", network.tail), ("head", network.head), ("time_ms", weights_ms)):
        np.ascontiguousarray(values, dtype=np.int64).tofile(arrays / name)
    router = Router(network, default_profiles()["emergency"])
    nodes = [network.head[_arcs(_snaps(router, count, seed))].tolist() for count, seed in ((UNITS, 1), (20, 7))]
    found = ask_peer("networkx", arrays, *nodes)
    if isinstance(found, str):
        yield absent("the same question to networkx", found)
    else:
        yield against(work, one_s, "networkx, Dijkstra alone", found["one"], aim="≤ 0.01")

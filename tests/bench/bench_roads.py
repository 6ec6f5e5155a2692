"""Roads: building a network, 500 units to one place, closing roads, against scipy's Dijkstra over the same arcs."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gis.network_build import build_from_osm, build_from_streets
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from tests.gis.road_oracle import Oracle, scatter

DATA = Path(os.environ.get("OPSROOM_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
EXTRACTS = {
    "Vancouver": ("vancouver/vancouver_canada.osm.pbf", "EPSG:32610"),
    "Milan": ("bench/milan.osm.pbf", "EPSG:32632"),
    "Porto": ("bench/porto.osm.pbf", "EPSG:32629"),
    "San Francisco": ("sanfrancisco/streets_2014.gpkg", "EPSG:32610"),
}
UNITS = 500
PLACES = 100


def rows() -> Iterator[dict[str, Any]]:
    """Yield the rows of every city whose data is here."""
    for city, (name, crs) in EXTRACTS.items():
        if not (DATA / name).exists():
            yield _row(f"{city}: data is not here", "", str(DATA / name), None)
            continue
        with tempfile.TemporaryDirectory() as folder:
            yield from _city(city, DATA / name, crs, Path(folder))


def _city(city: str, file: Path, crs: str, folder: Path) -> Iterator[dict[str, Any]]:
    built_s, report = _timed(lambda: _build(file, folder, crs))
    size = f"{report['nodes']:,} nodes, {report['arcs'] + report['turn_arcs']:,} arcs"
    yield _row(f"{city}: build with its order", f"{built_s:.1f} s", size, None, "< 20 s")
    profile = default_profiles()["emergency"]
    opened_s, router = _timed(lambda: Router(RoadNetwork.open(folder), profile))
    yield _row(f"{city}: open and customize", f"{opened_s * 1e3:.0f} ms", "", None, "< 100 ms")
    snaps = [snap for snap in router.snap_many(scatter(router.network, UNITS + PLACES, seed=1)) if snap is not None]
    units, places = snaps[:UNITS], snaps[UNITS:]
    asked = [_timed(lambda place=place: router.travel_times_s(units, place))[0] for place in places]
    oracle = Oracle(router.network, profile)
    graph = oracle.reversed_graph
    searched = [_timed(lambda index=index: dijkstra(graph, indices=index))[0] for index in range(0, 1000, 100)]
    ours, theirs = statistics.median(asked), statistics.median(searched)
    yield _row(
        f"{city}: {UNITS} units to one place, median of {len(places)}",
        f"{ours * 1e3:.2f} ms",
        f"one Dijkstra {theirs * 1e3:.1f} ms",
        theirs / ours,
        "< 5 ms",
    )
    yield _row(f"{city}: the same, worst", f"{max(asked) * 1e3:.2f} ms", "", None, "< 5 ms")
    ways = [_timed(lambda pair=pair: router.route(*pair))[0] for pair in zip(units, places, strict=False)]
    yield _row(f"{city}: one way drawn, median", f"{statistics.median(ways) * 1e3:.2f} ms", "", None)
    dice = np.random.default_rng(2)
    twenty = dice.choice(router.network.arc_count, 20, replace=False).tolist()
    closed_s = statistics.median(_timed(lambda arcs=arcs: router.set_closed(arcs))[0] for arcs in (twenty, [], twenty))
    whole_s, _ = _timed(lambda: Router(router.network, profile, closures=twenty))
    yield _row(
        f"{city}: close 20 roads",
        f"{closed_s * 1e3:.2f} ms",
        f"a new router {whole_s * 1e3:.0f} ms",
        whole_s / closed_s,
        "< 10 ms",
    )


def _build(file: Path, folder: Path, crs: str) -> dict[str, Any]:
    if file.suffix == ".gpkg":
        fields = {"from_field": "F_NODE_CNN", "to_field": "T_NODE_CNN", "class_field": "CLASSCODE"}
        return build_from_streets(file, folder, metric_crs=crs, **fields)
    return build_from_osm(file, folder, metric_crs=crs)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def _row(work: str, ours: str, peer: str, ratio: float | None, aim: str = "") -> dict[str, Any]:
    return {"work": work, "ours": ours, "peer": peer, "ratio": ratio, "aim": aim}

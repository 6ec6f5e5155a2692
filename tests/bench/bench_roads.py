"""Roads: building a network, 500 units to one place, closing roads, against scipy's Dijkstra over the same arcs."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gis.network_build import build_from_osm, build_from_streets
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from tests.bench.rows import Row, absent, against, timed, within
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


def rows() -> Iterator[Row]:
    """Yield the rows of every city whose data is here."""
    for city, (name, crs) in EXTRACTS.items():
        if not (DATA / name).exists():
            yield absent(f"{city}: roads", f"{Path(name).name} is not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            yield from _city(city, DATA / name, crs, Path(folder))


def _city(city: str, file: Path, crs: str, folder: Path) -> Iterator[Row]:
    built_s, report = timed(lambda: _build(file, folder, crs))
    size = f"{report['nodes']:,} nodes, {report['arcs'] + report['turn_arcs']:,} arcs"
    yield within(f"{city}, {size}: build with its order", built_s, 20)
    profile = default_profiles()["emergency"]
    opened_s, router = timed(lambda: Router(RoadNetwork.open(folder), profile))
    yield within(f"{city}: open and customize", opened_s, 0.1)
    snaps = [snap for snap in router.snap_many(scatter(router.network, UNITS + PLACES, seed=1)) if snap is not None]
    units, places = snaps[:UNITS], snaps[UNITS:]
    asked = [timed(lambda place=place: router.travel_times_s(units, place))[0] for place in places]
    graph = Oracle(router.network, profile).reversed_graph
    searched = [timed(lambda index=index: dijkstra(graph, indices=index))[0] for index in range(0, 1000, 100)]
    ours, theirs = statistics.median(asked), statistics.median(searched)
    yield against(f"{city}: {UNITS} units to one place, median of {len(places)}", ours, "one Dijkstra by scipy", theirs)
    yield within(f"{city}: the same, worst", max(asked), 0.005)
    ways = [timed(lambda pair=pair: router.route(*pair))[0] for pair in zip(units, places, strict=False)]
    yield against(f"{city}: one way drawn, median", statistics.median(ways), "one Dijkstra by scipy", theirs)
    dice = np.random.default_rng(2)
    twenty = dice.choice(router.network.arc_count, 20, replace=False).tolist()
    closed_s = statistics.median(timed(lambda arcs=arcs: router.set_closed(arcs))[0] for arcs in (twenty, [], twenty))
    whole_s, _ = timed(lambda: Router(router.network, profile, closures=twenty))
    yield against(f"{city}: close 20 roads", closed_s, "a new router", whole_s)


def _build(file: Path, folder: Path, crs: str) -> dict[str, Any]:
    if file.suffix == ".gpkg":
        fields = {"from_field": "F_NODE_CNN", "to_field": "T_NODE_CNN", "class_field": "CLASSCODE"}
        return build_from_streets(file, folder, metric_crs=crs, **fields)
    return build_from_osm(file, folder, metric_crs=crs)

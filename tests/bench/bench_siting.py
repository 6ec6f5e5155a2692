"""Where to stand: medians and cover at the sizes of a city, and isochrones of 40 stations on a large network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from dispatch.siting.maximal_cover import maximal_cover
from dispatch.siting.p_median import p_median
from gis.isochrones import isochrones
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.reach import ReachMap
from gis.roads import RoadNetwork
from tests.bench.bench_roads import DATA, EXTRACTS
from tests.bench.rows import Row, absent, against, timed, within
from tests.gis.road_oracle import scatter

STATIONS = 40
CITY = "Milan"  # some 54,000 nodes


def rows() -> Iterator[Row]:
    """Yield medians, cover and isochrones."""
    random = np.random.default_rng(1)
    tracts = random.uniform(0, 15_000, (205, 2))
    cost = _distances(random.uniform(0, 15_000, (16, 2)), tracts)
    people = random.integers(500, 9_000, 205).astype(np.float64)
    ours, found = timed(lambda: p_median(cost, people, 4))
    theirs, value = timed(lambda: _by_highs(cost, people, 4))
    same = "equal" if abs(found.value - value) <= 1e-6 * value else "NOT EQUAL"
    yield against(f"p-median of 205 × 16, 4 sites ({same})", ours, "HiGHS on the textbook's programme", theirs)
    places = random.uniform(0, 15_000, (900, 2))
    took, found = timed(lambda: p_median(_distances(places[:300], places), np.ones(900), 10, budget_s=60))
    yield within(f"p-median of 900 × 300, 10 sites ({_proof(found.gap)})", took, 60)
    cells = random.uniform(0, 20_000, (1000, 2))
    reach = _distances(random.uniform(0, 20_000, (100, 2)), cells) <= 2_500
    took, found = timed(lambda: maximal_cover(reach, random.uniform(0, 1, 1000), 12))
    yield within(f"MCLP of 1,000 × 100, 12 sites ({_proof(found.gap)})", took, 20)
    yield from _isochrones()


def _isochrones() -> Iterator[Row]:
    name, crs = EXTRACTS[CITY]
    if not (DATA / name).exists():
        yield absent(f"{CITY}: isochrones", f"{Path(name).name} is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        build_from_osm(DATA / name, Path(folder), metric_crs=crs)
        network = RoadNetwork.open(Path(folder))
        made, reach = timed(lambda: ReachMap(network, default_profiles()["emergency"]))
        from gis.crs import LONLAT, transformer

        xy = scatter(network, STATIONS, seed=1)
        lon, lat = transformer(network.crs, LONLAT).transform(xy[:, 0], xy[:, 1])
        places = [(str(row), float(x), float(y)) for row, (x, y) in enumerate(zip(lon, lat, strict=True))]
        size = f"{CITY}, {network.node_count:,} nodes"
        yield within(f"{size}: the ground of isochrones, once", made, 10)
        took, (areas, _) = timed(lambda: isochrones(reach, places, [240.0, 480.0]))
        yield within(f"{size}: {STATIONS} stations together, 4 and 8 min", took, 5)
        took, (areas, _) = timed(lambda: isochrones(reach, places, [240.0, 480.0], each=True))
        yield within(f"{size}: each of {STATIONS} by itself, {len(areas)} areas", took, 60)


def _proof(gap: float) -> str:
    return "proven" if gap <= 1e-6 else f"gap {gap:.3%}"


def _distances(sites: np.ndarray, cells: np.ndarray) -> np.ndarray:
    return np.asarray(np.hypot(*(sites[:, None] - cells[None]).transpose(2, 0, 1)))


def _by_highs(cost: np.ndarray, weight: np.ndarray, count: int) -> float:
    sites, cells = cost.shape
    pairs = np.arange(sites * cells)
    site, cell = np.divmod(pairs, cells)
    ones, wide = np.ones(len(pairs)), sites + len(pairs)
    once = csr_array((ones, (cell, sites + pairs)), shape=(cells, wide))
    linked = csr_array(
        (np.concatenate([ones, -ones]), (np.tile(pairs, 2), np.concatenate([sites + pairs, site]))),
        shape=(len(pairs), wide),
    )
    number = csr_array((np.ones(sites), (np.zeros(sites, np.int64), np.arange(sites))), shape=(1, wide))
    answer = milp(
        np.concatenate([np.zeros(sites), (cost * weight).ravel()]),
        integrality=np.concatenate([np.ones(sites), np.zeros(len(pairs))]),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(linked, -np.inf, 0),
            LinearConstraint(number, count, count),
        ],
    )
    return float(answer.fun)

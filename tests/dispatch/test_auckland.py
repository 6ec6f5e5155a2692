"""Auckland's roads as ambulance scientists use them (JEMSS.jl): times and answers are those of the file's own arcs."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from dispatch.ground import Ground
from dispatch.plan import plan
from dispatch.recommend import recommend_for
from gis.crs import LONLAT, transformer
from gis.network_draft import Draft, finish
from gis.network_tags import CLASS_CODE
from gis.roads import RoadNetwork
from gis.routing import Router
from tests.dispatch.exact_classes import by_highs
from tests.dispatch.fleet import NOW, Exact, crisis, fleet_state, measured, questions
from tests.gis.road_oracle import Oracle, scatter
from tests.gis.road_town import even_profile

CRS = "EPSG:2193"  # New Zealand's own
# Every road has its speed in the file, 47 or 91 km/h with lights on; the profile drives just that.
AS_IN_THE_FILE = even_profile(top_speed_kmh=120.0)
SOURCES, TARGETS = 2_000, 5


@dataclass(frozen=True)
class File:
    """What the file says: nodes float64 (n, 2) in lon/lat, and arcs with their ends, kilometres and seconds."""

    lonlat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    length_km: NDArray[np.float64]
    time_s: NDArray[np.float64]

    @classmethod
    def read(cls, nodes: Path, arcs: Path) -> File:
        places = _numbers(nodes)
        rows = _numbers(arcs)
        ends = rows[:, 1:3].astype(np.int64) - 1
        return cls(places[:, 1:3], ends[:, 0], ends[:, 1], rows[:, 3], rows[:, 4] * 86_400)

    def draft(self) -> Draft:
        """Make both directions of a street one edge, straight from node to node."""
        ends = np.sort(np.column_stack([self.tail, self.head]), axis=1)
        streets, edge = np.unique(ends, axis=0, return_inverse=True)
        count = len(self.tail)
        return Draft(
            junction_lonlat=self.lonlat,
            edge_offset=np.arange(0, 2 * len(streets) + 1, 2),
            edge_lonlat=self.lonlat[streets].reshape(-1, 2),
            edge=edge.ravel(),
            backward=self.tail > self.head,
            tail=self.tail,
            head=self.head,
            road_class=np.full(count, CLASS_CODE["road"]),
            speed_kmh=self.length_km / self.time_s * 3600,
            way_id=np.arange(1, count + 1),
            name=np.full(count, -1),
            flags=np.zeros(count, dtype=np.int64),
            names=[],
        )

    def to(self, node: int) -> NDArray[np.float64]:
        """Give the seconds from every node to one, by the file's own times."""
        size = len(self.lonlat)
        against = csr_matrix((self.time_s, (self.head, self.tail)), shape=(size, size))
        found: NDArray[np.float64] = dijkstra(against, indices=node)
        return found


def _numbers(file: Path) -> NDArray[np.float64]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [row[:-1] for row in csv.reader(lines) if row[0] and row[0][0].isdigit()]
    return np.array(rows, dtype=np.float64)


@pytest.fixture(scope="module")
def file(shared_data: Callable[[str], Path]) -> File:
    folder = "bench/jemss_auckland"
    return File.read(shared_data(f"{folder}/nodes.csv.gz"), shared_data(f"{folder}/arcs.csv.gz"))


@pytest.fixture(scope="module")
def network(file: File, tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    folder = tmp_path_factory.mktemp("auckland")
    report = finish(file.draft(), folder, metric_crs=CRS)
    assert (report["junctions"], report["arcs"]) == (54_370, 90_638)  # all of it hangs together
    return RoadNetwork.open(folder)


def test_ten_thousand_times_are_those_of_the_files_own_arcs(file: File, network: RoadNetwork) -> None:
    """Nothing of this program stands between the file and the times that are held against it."""
    dice = np.random.default_rng(1)
    chosen = dice.choice(len(file.lonlat), SOURCES + TARGETS, replace=False)
    xy = np.column_stack(transformer(LONLAT, CRS).transform(*file.lonlat[chosen].T))
    router = Router(network, AS_IN_THE_FILE)
    snaps = router.snap_many(xy)
    assert all(snap is not None and snap.offset_m < 0.01 for snap in snaps)
    found = router.matrix_s(snaps[:SOURCES], snaps[SOURCES:])
    expected = np.column_stack([file.to(int(node))[chosen[:SOURCES]] for node in chosen[SOURCES:]])
    assert found.shape == expected.shape == (SOURCES, TARGETS) and np.isfinite(expected).all()
    assert expected.max() > 3000
    # Each of some hundred arcs on the way is rounded to a millisecond.
    assert np.abs(found - expected).max() < 0.05


def test_from_beside_the_roads_and_with_roads_closed_they_are_dijkstras(network: RoadNetwork) -> None:
    router = Router(network, AS_IN_THE_FILE)
    snaps = [snap for snap in router.snap_many(scatter(network, 1_003, seed=2)) if snap is not None]
    dice = np.random.default_rng(3)
    for closed in ([], dice.choice(network.arc_count, network.arc_count // 30, replace=False).tolist()):
        router.set_weights(closed=closed, slow={}, factors=None)
        oracle = Oracle(network, AS_IN_THE_FILE, sorted(router.closed))
        found = router.matrix_s(snaps[:1_000], snaps[1_000:])
        expected = np.column_stack([oracle.times_s(snaps[:1_000], target) for target in snaps[1_000:]])
        assert np.array_equal(np.isinf(found), np.isinf(expected)) and np.isinf(found).any() == bool(closed)
        reached = np.isfinite(expected)
        assert np.abs(found[reached] - expected[reached]).max() < 1e-3


@pytest.fixture(scope="module")
def ground(network: RoadNetwork) -> Ground:
    return Ground(network, {"emergency": AS_IN_THE_FILE})


def test_every_recommendation_is_the_best_there_is(ground: Ground) -> None:
    state = fleet_state(ground.network, 300, seed=4)
    exact, filled = Exact(ground, state), 0
    for place in questions(ground.network, 6, seed=5):
        answer = recommend_for(
            state, {}, ground, kind=place.kind, location=place.location, alarm_level=place.alarm_level, at=NOW
        )
        for (count, total_s), (most, least_s) in zip(measured(state, place, answer), exact.best(place), strict=True):
            assert count == most and total_s == pytest.approx(least_s, abs=0.01 * max(count, 1))
            filled += count
    assert filled > 20


def test_the_plan_of_a_crisis_is_the_best_there_is(ground: Ground) -> None:
    state = crisis(ground.network, 80, 12, seed=6)
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
    assert answer.is_optimal and [(each.optional, each.priority) for each in answer.served] == order
    assert sum(each.places - each.filled for each in answer.served) > 5
    for number, each in enumerate(answer.served):
        assert each.places - each.filled == best[2 * number]
        assert each.total_s == pytest.approx(best[2 * number + 1] / 1000, abs=0.01 * max(each.filled, 1))

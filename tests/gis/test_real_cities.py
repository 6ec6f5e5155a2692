"""Real cities of several sizes: every time equals Dijkstra's over the same network."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gis.network_build import build_from_osm, build_from_streets
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import NoRoute, Router
from gis.speeds import default_speeds
from tests.gis.road_oracle import Oracle, scatter

CITIES = {
    "vancouver/vancouver_canada.osm.pbf": ("EPSG:32610", 18_000, 150),
    "bench/milan.osm.pbf": ("EPSG:32632", 40_000, 1_200),
    "bench/porto.osm.pbf": ("EPSG:32629", 60_000, 300),
}


def hold_against_dijkstra(network: RoadNetwork, seed: int) -> None:
    profile = default_profiles()["emergency"]
    router = Router(network, profile)
    snaps = [snap for snap in router.snap_many(scatter(network, 410, seed)) if snap is not None]
    sources, targets = snaps[:400], snaps[400:]
    dice = np.random.default_rng(seed)
    some = dice.choice(network.arc_count, network.arc_count // 50, replace=False).tolist()
    slow = dict.fromkeys(dice.choice(network.arc_count, 60, replace=False).tolist(), 0.3)
    morning = default_speeds().factors(network, weekday=0, hour=8, weather="snow", profile="emergency")
    ladder = network.arcs_too_small_for((3.5, 2.5, 18.0)).tolist()
    for closed, slowed, factors in (([], {}, None), (some, {}, None), ([*some, *ladder], slow, morning)):
        router.set_weights(closed=closed, slow=slowed, factors=factors)
        oracle = Oracle(network, profile, sorted(router.closed), slow=slowed, factors=factors)
        times = router.matrix_s(sources, targets[:5])
        expected = np.column_stack([oracle.times_s(sources, target) for target in targets[:5]])
        assert np.array_equal(np.isinf(times), np.isinf(expected))
        reached = np.isfinite(expected)
        assert reached.sum() > 1000
        assert np.abs(times[reached] - expected[reached]).max() < 1e-3
    for source in sources[:20]:
        try:
            time_s = router.route(source, targets[0]).time_s
        except NoRoute:
            time_s = np.inf
        assert time_s == pytest.approx(router.travel_times_s([source], targets[0])[0], abs=1e-6)


@pytest.mark.parametrize("name", list(CITIES))
def test_extracts(name: str, tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    crs, junctions, restrictions = CITIES[name]
    report = build_from_osm(shared_data(name), tmp_path, metric_crs=crs)
    assert report["junctions"] > junctions
    assert report["restrictions"]["handled"] > restrictions
    network = RoadNetwork.open(tmp_path)
    assert network.problems() == []
    hold_against_dijkstra(network, seed=len(name))


def test_a_street_file(tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    report = build_from_streets(
        shared_data("sanfrancisco/streets_2014.gpkg"),
        tmp_path,
        metric_crs="EPSG:32610",
        from_field="F_NODE_CNN",
        to_field="T_NODE_CNN",
        class_field="CLASSCODE",
    )
    assert report["streets"] == 15_602
    assert report["class_not_understood"] == {}
    assert report["junctions"] > 9_300
    hold_against_dijkstra(RoadNetwork.open(tmp_path), seed=4)

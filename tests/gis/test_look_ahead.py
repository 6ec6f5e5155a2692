"""A vehicle that drives too fast for the next corner goes straight on, and its times are Dijkstra's from there."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gis.look_ahead import bearing_deg, look_ahead_m
from gis.pinned import PinnedPlaces
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from gis.routing import Router
from gis.snap import Snap
from tests.gis.road_oracle import Oracle, scatter
from tests.gis.road_town import Town, even_profile, grid, to_metric

EAST = 90.0


def driving(router: Router, x: float, y: float, speed_mps: float, heading_deg: float = EAST) -> Snap:
    [snap] = router.snap_many(
        np.array([to_metric(x, y)]), headings_deg=np.array([heading_deg]), speeds_mps=np.array([speed_mps])
    )
    assert snap is not None
    return snap


def time_s(router: Router, source: Snap, x: float, y: float) -> float:
    return float(router.travel_times_s([source], router.snap(*to_metric(x, y)))[0])


@pytest.fixture
def town(tmp_path: Path) -> Router:
    return Router(grid(4).build(tmp_path), even_profile())


def test_how_far_it_looks_ahead_grows_with_its_speed() -> None:
    assert look_ahead_m(0.0) == look_ahead_m(math.nan) == 0.0
    assert look_ahead_m(5.0) == 10.0
    assert look_ahead_m(14.0) == pytest.approx(28 + (196 - 25) / 6.8)


def test_metres_before_a_junction_it_cannot_turn_there(town: Router) -> None:
    """It drives east on the lowest row, 8 m before the second column, and is wanted 50 m up that column."""
    slow, fast = driving(town, 92, 0, 2.0), driving(town, 92, 0, 14.0)
    assert slow.ahead == () and len([arc for arc in fast.ahead if town.network.edge[arc] >= 0]) == 1
    assert time_s(town, slow, 100, 50) == pytest.approx(5.8, abs=0.1)
    assert time_s(town, fast, 100, 50) == pytest.approx(0.8 + 10 + 15, abs=0.1)  # back from the next one
    assert time_s(town, driving(town, 40, 0, 14.0), 100, 50) == pytest.approx(11, abs=0.1)
    assert len([arc for arc in driving(town, 92, 0, 30.0).ahead if town.network.edge[arc] >= 0]) == 2


def test_what_lies_straight_ahead_is_no_detour(town: Router) -> None:
    fast = driving(town, 92, 0, 14.0)
    [target] = [town.snap(*to_metric(150, 0))]
    assert time_s(town, fast, 150, 0) == pytest.approx(5.8, abs=0.1)
    route = town.route(fast, target)
    assert route.time_s == pytest.approx(5.8, abs=0.1) and route.distance_m == pytest.approx(58, abs=0.5)
    around = town.route(fast, town.snap(*to_metric(100, 50)))
    assert around.time_s == pytest.approx(time_s(town, fast, 100, 50), abs=2e-3)
    assert around.distance_m == pytest.approx(258, abs=1) and len(around.arcs) >= 4


def test_it_turns_where_the_road_ends_or_is_closed(town: Router) -> None:
    assert len(driving(town, 292, 0, 14.0).ahead) == 1  # the corner of the town: it follows the bend
    assert driving(town, 292, 100, 14.0).ahead == ()  # a street that ends at another
    fast = driving(town, 92, 0, 14.0)
    town.set_closed([fast.ahead[-1]])
    assert time_s(town, fast, 100, 50) == pytest.approx(5.8, abs=0.1)
    assert town.route(fast, town.snap(*to_metric(100, 50))).distance_m == pytest.approx(58, abs=0.5)


def test_it_does_not_drive_straight_on_into_a_one_way(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (100, 0), (200, 0), (100, 100), (200, 100)]):
        town.node(number, x, y)
    town.way(1, [0, 1])
    town.way(2, [2, 1], oneway="yes")
    town.way(3, [1, 3, 4, 2])
    router = Router(town.build(tmp_path), even_profile())
    assert time_s(router, driving(router, 92, 0, 14.0), 100, 50) == pytest.approx(5.8, abs=0.1)


@pytest.mark.parametrize("mode", ["emergency", "ordinary"])
def test_times_and_routes_of_moving_vehicles_equal_dijkstra(helsinki: Path, mode: str) -> None:
    network, profile = RoadNetwork.open(helsinki / "roads"), default_profiles()[mode]
    dice = np.random.default_rng(4)
    router = Router(network, profile)
    plain = [snap for snap in router.snap_many(scatter(network, 260, seed=9, spread_m=5.0)) if snap is not None]
    headings = np.array([bearing_deg(network.shape_of(snap.arc), snap.fraction) for snap in plain])
    xy = np.array([(snap.x, snap.y) for snap in plain])
    found = router.snap_many(xy, headings_deg=headings, speeds_mps=dice.uniform(2, 25, len(xy)))
    snaps = [snap for snap in found if snap is not None]
    bound = [snap for snap in snaps if snap.ahead]
    assert len(bound) > 60 and any(network.edge[list(snap.ahead)].min() < 0 for snap in bound)
    ahead = [snap.ahead[-1] for snap in bound]
    near = [Snap(arc, 0.5, *network.shape_of(arc).mean(axis=0), 0.0) for arc in ahead[:4] if network.edge[arc] >= 0]
    targets = [*plain[:4], *near]
    for closed in ([], [*ahead[::3], *dice.integers(0, network.arc_count, 400).tolist()]):
        router.set_closed(closed)
        oracle = Oracle(network, profile, sorted(router.closed))
        expected = np.column_stack([oracle.times_s(snaps, target) for target in targets])
        times = router.matrix_s(snaps, targets)
        assert np.array_equal(np.isinf(times), np.isinf(expected))
        reached = np.isfinite(expected)
        assert np.abs(times[reached] - expected[reached]).max() < 1e-3
        pinned = PinnedPlaces(router, targets).times_s(snaps)
        assert np.array_equal(np.isinf(pinned), np.isinf(expected))
        assert np.abs(pinned[reached] - expected[reached]).max() < 1e-2
        for column in (0, len(targets) - 1):
            for row, route in enumerate(router.routes(snaps, targets[column])):
                assert (route is None) == np.isinf(expected[row, column])
                if route is not None:
                    assert route.time_s == pytest.approx(expected[row, column], abs=5e-3)

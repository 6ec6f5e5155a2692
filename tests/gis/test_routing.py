"""Driving times equal Dijkstra's; closures, islands, threads and stale places are answered, never a crash."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.profile import INFINITE, default_profiles
from gis.roads import RoadNetwork, RoadsError
from gis.routing import NoRoute, Router
from gis.snap import OutsideCity, Snap
from tests.gis.road_oracle import Oracle, scatter
from tests.gis.road_town import Town, even_profile, grid, seconds, to_metric


@pytest.fixture(scope="module")
def city(helsinki: Path) -> RoadNetwork:
    return RoadNetwork.open(helsinki / "roads")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Router]:
    yield Router(grid().build(tmp_path), even_profile())


def at(router: Router, x: float, y: float) -> Snap:
    return router.snap(*to_metric(x, y))


@pytest.mark.parametrize("mode", ["emergency", "ordinary"])
@pytest.mark.parametrize("closed_share", [0.0, 0.1])
def test_thousands_of_times_equal_dijkstra(city: RoadNetwork, mode: str, closed_share: float) -> None:
    profile = default_profiles()[mode]
    dice = np.random.default_rng(3)
    router = Router(city, profile)
    router.set_closed(np.flatnonzero(dice.random(city.arc_count) < closed_share).tolist())
    snaps = [snap for snap in router.snap_many(scatter(city, 160, seed=5)) if snap is not None]
    targets = snaps[:40]
    times = router.matrix_s(snaps, targets)
    oracle = Oracle(city, profile, sorted(router.closed))
    expected = np.column_stack([oracle.times_s(snaps, target) for target in targets])
    assert np.array_equal(np.isinf(times), np.isinf(expected))
    assert np.isinf(times).any() == bool(closed_share)
    reached = np.isfinite(expected)
    assert np.abs(times[reached] - expected[reached]).max() < 1e-3
    for column in (0, 7):
        assert np.array_equal(router.travel_times_s(snaps, targets[column]), times[:, column])


@pytest.mark.parametrize("mode", ["emergency", "ordinary"])
def test_times_equal_dijkstra_with_everything_at_once(city: RoadNetwork, mode: str) -> None:
    """Closures, slow roads, factors by road, roads too low for the vehicle, and the turns of the network."""
    profile, dice = default_profiles()[mode], np.random.default_rng(11)
    limits = np.zeros((city.arc_count, 3), dtype=np.float32)
    limits[dice.random(city.arc_count) < 0.02, 0] = 3.1
    city = replace(city, limits=limits)
    arcs = np.arange(city.arc_count)
    slow = dict.fromkeys(arcs[dice.random(city.arc_count) < 0.1].tolist(), 0.4)
    slow |= dict.fromkeys(arcs[dice.random(city.arc_count) < 0.02].tolist(), 0.05)
    closed = arcs[dice.random(city.arc_count) < 0.01]
    factors = dice.uniform(0.3, 1.4, city.arc_count).astype(np.float32)
    tall = Router(city, profile)
    tall.set_weights(closed=[*closed, *city.arcs_too_small_for((3.2, 2.5, 14.0))], slow=slow, factors=factors)
    low = Router(city, profile, beside=tall)
    low.set_weights(closed=closed, slow=slow, factors=factors)
    snaps = [snap for snap in tall.snap_many(scatter(city, 150, seed=6)) if snap is not None]
    targets = snaps[:25]
    found = {}
    for router in (tall, low):
        oracle = Oracle(city, profile, sorted(router.closed), slow=slow, factors=factors)
        assert np.array_equal(oracle.weights == np.inf, router.weights_ms == INFINITE)
        found[router] = times = router.matrix_s(snaps, targets)
        expected = np.column_stack([oracle.times_s(snaps, target) for target in targets])
        assert np.array_equal(np.isinf(times), np.isinf(expected)) and np.isinf(times).any()
        assert np.abs(times[np.isfinite(expected)] - expected[np.isfinite(expected)]).max() < 1e-3
        for source, target, time_s in zip(snaps[30:60], targets, times[range(30, 55), range(25)], strict=False):
            if np.isfinite(time_s):
                assert router.route(source, target).time_s == pytest.approx(time_s, abs=1e-3)
    assert (found[tall] >= found[low]).all() and (found[tall] > found[low]).any()


def test_in_a_small_town_every_pair_equals_dijkstra_whatever_is_changed(tmp_path: Path) -> None:
    """One-ways, forbidden turns, a low bridge; closures, slow roads and factors at random, one after the other."""
    town = grid()
    town.ways[0][2].update(maxheight="3", oneway="yes")
    town.ways[3][2]["maxweight"] = "10"
    town.restrict("no_left_turn", 101, 11, 201)
    town.restrict("only_straight_on", 200, [100], 202)
    network, profile, dice = town.build(tmp_path), even_profile(), np.random.default_rng(17)
    sizes = [(0.0, 0.0, 0.0), (3.5, 0.0, 0.0), (2.0, 2.0, 12.0)]
    places = np.array([to_metric(x, y) for x, y in dice.uniform(-10, 210, (12, 2)).tolist()])
    router = Router(network, profile)
    snaps = [snap for snap in router.snap_many(places) if snap is not None]
    cut_off = 0
    for number in range(60):
        closed = dice.choice(network.arc_count, number % 7, replace=False).tolist()
        closed += network.arcs_too_small_for(sizes[number % 3]).tolist()
        some = dice.choice(network.arc_count, number % 11, replace=False).tolist()
        slow = {arc: float(share) for arc, share in zip(some, dice.uniform(0.1, 1, len(some)), strict=True)}
        factors = None if number % 4 == 0 else dice.uniform(0.2, 2.0, network.arc_count).astype(np.float32)
        router.set_weights(closed=closed, slow=slow, factors=factors)
        oracle = Oracle(network, profile, sorted(router.closed), slow=slow, factors=factors)
        expected = np.column_stack([oracle.times_s(snaps, target) for target in snaps])
        times = router.matrix_s(snaps, snaps)
        np.testing.assert_allclose(times, expected, atol=1e-3)
        cut_off += int(np.isinf(times).sum())
    assert 100 < cut_off < 60 * 144 / 2


def test_slow_roads_and_factors_leave_nothing_behind(city: RoadNetwork) -> None:
    profile, dice = default_profiles()["emergency"], np.random.default_rng(4)
    router = Router(city, profile)
    snaps = [snap for snap in router.snap_many(scatter(city, 60, seed=2)) if snap is not None]
    before = router.matrix_s(snaps, snaps[:5])
    some = dict.fromkeys(dice.choice(city.arc_count, 40, replace=False).tolist(), 0.2)
    many = dict.fromkeys(range(city.arc_count), 0.5)
    half = np.full(city.arc_count, 0.5, dtype=np.float32)
    changes: list[dict[str, object]] = [
        {"slow": some}, {"slow": many}, {"slow": some, "closed": list(some)[:9]},
        {"factors": half}, {"slow": some, "factors": half},
    ]  # fmt: skip
    seen = []
    for change in changes:
        router.set_weights(**change)  # type: ignore[arg-type]
        fresh = Router(city, profile, beside=router)
        fresh.set_weights(**change)  # type: ignore[arg-type]
        seen.append(router.matrix_s(snaps, snaps[:5]))
        assert np.array_equal(seen[-1], fresh.matrix_s(snaps, snaps[:5]))
    assert np.array_equal(seen[1], seen[3])  # half the speed on every road by either way of saying it
    router.set_closed([0])  # slow roads and factors stay while only closures change
    assert np.isfinite(router.matrix_s(snaps, snaps[:5])[:, 0]).any()
    assert not np.array_equal(router.matrix_s(snaps, snaps[:5]), before)
    router.set_weights()
    assert np.array_equal(router.matrix_s(snaps, snaps[:5]), before)


def test_a_factor_that_is_none_is_refused_and_changes_nothing(town: Router) -> None:
    here, there = at(town, 20, 0), at(town, 170, 200)
    before = town.travel_times_s([here], there)
    for wrong in (0.0, -1.0, float("nan"), 1.5):
        with pytest.raises(ValueError, match="share of its speed"):
            town.set_weights(slow={0: wrong})
    for factors in (np.zeros(town.network.arc_count), np.ones(3), np.full(town.network.arc_count, np.nan)):
        with pytest.raises(ValueError, match="factors of speed"):
            town.set_weights(factors=factors.astype(np.float32))
    with pytest.raises(IndexError):
        town.set_weights(slow={10**6: 0.5})
    assert np.array_equal(town.travel_times_s([here], there), before)


def test_routers_beside_each_other_share_no_closure_and_no_other_network(town: Router, tmp_path: Path) -> None:
    beside = Router(town.network, town.profile, beside=town, closures=[0])
    assert beside.snapper is town.snapper and town.closed == frozenset()
    assert beside.is_closed(np.array([0, 1, town.network.arc_count - 1])).tolist() == [True, False, False]
    other = Router(town.network, even_profile(off_road_kmh=5.0), beside=town)
    assert other.snapper is not town.snapper
    (tmp_path / "other").mkdir()
    with pytest.raises(ValueError, match="one network"):
        Router(grid().build(tmp_path / "other"), town.profile, beside=town)


def test_routes_take_the_time_that_was_promised(city: RoadNetwork) -> None:
    router = Router(city, default_profiles()["emergency"])
    snaps = [snap for snap in router.snap_many(scatter(city, 120, seed=9)) if snap is not None]
    weights = router.weights_ms
    for source, target in zip(snaps[:60], snaps[60:], strict=False):
        route = router.route(source, target)
        assert route.time_s == pytest.approx(router.travel_times_s([source], target)[0], abs=1e-6)
        assert (np.diff(route.times_s) >= 0).all()
        assert route.times_s[0] == pytest.approx(source.offset_m / router.profile.off_road_mps)
        assert route.times_s[-1] == pytest.approx(route.time_s - target.offset_m / router.profile.off_road_mps)
        assert route.xy[0].tolist() == [source.x, source.y]
        assert route.xy[-1].tolist() == [target.x, target.y]
        assert np.hypot(*np.diff(route.xy, axis=0).T).sum() == pytest.approx(route.distance_m, rel=2e-3, abs=1.5)
        assert all(weights[arc] != INFINITE for arc in route.arcs)
        for arc, follow in zip(route.arcs, route.arcs[1:], strict=False):
            assert city.head[arc] == city.tail[follow]


def test_along_one_edge(town: Router) -> None:
    here, ahead = at(town, 20, 0), at(town, 70, 0)
    assert here.arc == ahead.arc
    assert town.travel_times_s([here], ahead)[0] == pytest.approx(5, abs=0.02)
    assert town.travel_times_s([ahead], here)[0] == pytest.approx(5, abs=0.02)
    assert town.travel_times_s([here], here)[0] == pytest.approx(0, abs=0.01)
    still = town.route(here, here)
    assert len(still.xy) == 2
    assert still.time_s == pytest.approx(0, abs=0.01)


def test_behind_on_a_one_way_is_a_way_round_the_block(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["oneway"] = "yes"
    router = Router(town.build(tmp_path), even_profile())
    here, behind = at(router, 70, 0), at(router, 20, 0)
    assert here.reverse == -1
    assert router.travel_times_s([behind], here)[0] == pytest.approx(5, abs=0.02)
    assert router.travel_times_s([here], behind)[0] == pytest.approx(3 + 30 + 2, abs=0.1)
    route = router.route(here, behind)
    assert route.names == ("Row 0", "Column 1", "Row 1", "Column 0", "Row 0")
    assert route.distance_m == pytest.approx(350, rel=0.003)


def test_a_place_beside_the_road_is_reached_on_foot(town: Router) -> None:
    route = town.route(at(town, 50, 30), at(town, 150, -20))
    assert route.off_road_m == pytest.approx(50, abs=0.3)
    assert route.time_s == pytest.approx(50 + 10, abs=0.4)
    assert route.distance_m == pytest.approx(100, abs=0.4)
    assert route.names == ("Row 0",)


def test_closing_and_opening_again(town: Router) -> None:
    start, end = (20, 0), (180, 0)
    before = seconds(town, start, end)
    row = town.nearest_arcs(*to_metric(150, 3))
    assert len(row) == 2
    town.close(row.tolist())
    assert seconds(town, start, (120, 100)) < 30
    assert np.isinf(seconds(town, start, end))  # the end stands on the closed road
    assert seconds(town, start, (200, 20)) == pytest.approx(8 + 10 + 10 + 8, abs=0.2)
    town.reopen(row.tolist())
    assert seconds(town, start, end) == before
    assert town.closed == frozenset()
    town.close(town.arcs_in(shapely.box(*to_metric(90, -10), *to_metric(110, 210))).tolist())
    assert np.isinf(seconds(town, (0, 20), (200, 20)))


def test_a_partial_update_equals_a_new_router(city: RoadNetwork) -> None:
    profile = default_profiles()["emergency"]
    router = Router(city, profile)
    dice = np.random.default_rng(1)
    snaps = [snap for snap in router.snap_many(scatter(city, 60, seed=2)) if snap is not None]
    # Few arcs are updated in part, many at once; going back and forth must leave nothing behind.
    for count in (3, 400, 5, 0, city.arc_count, 2, 0):
        closed = dice.choice(city.arc_count, count, replace=False).tolist()
        router.set_closed(closed)
        fresh = Router(city, profile, closures=closed)
        assert np.array_equal(router.matrix_s(snaps, snaps[:5]), fresh.matrix_s(snaps, snaps[:5]))


def test_a_flood_over_every_road_is_said_not_crashed(town: Router) -> None:
    snaps = [at(town, 20, 0), at(town, 100, 100)]
    town.set_closed(range(town.network.arc_count))
    assert np.isinf(town.matrix_s(snaps, snaps))[[0, 0, 1], [0, 1, 0]].all()
    with pytest.raises(NoRoute):
        town.route(*snaps)
    assert isinstance(NoRoute(), LookupError)


def test_a_closed_bridge_cuts_the_other_bank_off(tmp_path: Path) -> None:
    town = Town()
    for number in range(4):
        town.node(number, 100 * number, 0)
    town.way(1, [0, 1])
    town.way(2, [1, 2], bridge="yes", name="Bridge")
    town.way(3, [2, 3])
    router = Router(town.build(tmp_path), even_profile())
    assert router.route(at(router, 50, 0), at(router, 250, 0)).names == ("Bridge",)
    router.set_closed(router.arcs_of_ways([2, 12345]))
    with pytest.raises(NoRoute):
        router.route(at(router, 50, 0), at(router, 250, 0))
    assert np.isinf(router.travel_times_s([at(router, 50, 0)], at(router, 150, 0))[0])
    assert seconds(router, (20, 0), (80, 0)) == pytest.approx(6, abs=0.1)


def test_a_place_of_another_network_is_refused_and_the_router_lives(town: Router) -> None:
    here = at(town, 20, 0)
    stale = Snap(arc=10**6, fraction=0.5, x=0, y=0, offset_m=0)
    for question in (
        lambda: town.route(here, stale),
        lambda: town.travel_times_s([stale], here),
        lambda: town.matrix_s([here], [stale]),
        lambda: town.set_closed([10**6]),
        lambda: town.set_closed([-1]),
    ):
        with pytest.raises(IndexError):
            question()
    town.set_closed([0])
    assert np.isfinite(town.travel_times_s([here], at(town, 100, 150))[0])


def test_far_places_and_none(town: Router) -> None:
    with pytest.raises(OutsideCity, match="5000 m"):
        at(town, 0, -6000)
    assert at(town, 0, -4000).offset_m == pytest.approx(4000, rel=0.01)
    snaps = town.snap_many(np.array([to_metric(20, 0), (np.nan, 0), to_metric(0, 90_000), (np.inf, 1)]))
    assert [snap is None for snap in snaps] == [False, True, True, True]
    assert np.isinf(town.travel_times_s(snaps, at(town, 50, 0))).tolist() == [False, True, True, True]
    assert town.travel_times_s([], at(town, 50, 0)).shape == (0,)
    assert town.matrix_s(snaps, [None]).shape == (4, 1)


def test_another_thread_is_turned_away(town: Router) -> None:
    here = at(town, 20, 0)
    raised: list[BaseException] = []

    def ask() -> None:
        for question in (
            lambda: town.travel_times_s([here], here),
            lambda: town.route(here, here),
            lambda: town.set_closed([0]),
            lambda: town.snap(here.x, here.y),
        ):
            try:
                question()
            except RuntimeError as error:
                raised.append(error)

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert len(raised) == 4
    town.set_closed([0])


def test_a_kept_traceback_locks_nothing(town: Router) -> None:
    kept = []
    for _ in range(3):
        try:
            town._ask_each([0], [[(0, -1)]], lambda column, far_ms: None)
        except Exception as error:
            kept.append(error)
        try:
            town._quickest([(0, 0)], [(0, "soon")])  # type: ignore[list-item]
        except Exception as error:
            kept.append(error)
    assert kept
    town.set_closed([0])
    town.set_closed(range(20))


def test_a_moving_unit_counts_from_the_junction_ahead(town: Router) -> None:
    x, y = to_metric(60, 2)
    behind = at(town, 20, 0)
    standing = town.snap(x, y)
    west, east = town.next_junction(x, y, 270.0), town.next_junction(x, y, 85.0)
    assert (standing.reverse >= 0, west.reverse, east.reverse) == (True, -1, -1)
    times = town.travel_times_s([standing, west, east], behind)
    assert times.tolist() == pytest.approx([4 + 2, 4 + 2, 4 + 8 + 2], abs=0.3)
    [kept, moving] = town.snap_many(np.array([[x, y], [x, y]]), headings_deg=np.array([np.nan, 85.0]))
    assert (kept, moving) == (standing, east)
    across = town.next_junction(*to_metric(96, 4), 0.0)  # nearer to the row, but driving up the column
    assert town.network.names[int(town.network.name[across.arc])] == "Column 1"
    nowhere = town.next_junction(x, y, 0.0)
    assert nowhere == standing


def test_on_a_junction_any_road_may_be_taken(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["oneway"] = "yes"
    router = Router(town.build(tmp_path), even_profile())
    corner = at(router, 100, 0)
    assert corner.junction >= 0
    assert router.travel_times_s([corner], at(router, 100, 50))[0] == pytest.approx(5, abs=0.1)
    assert router.travel_times_s([at(router, 100, 50)], corner)[0] == pytest.approx(5, abs=0.1)


def test_a_damaged_order_is_refused_before_the_library_sees_it(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    order = np.array(network.order)
    order[0] = order[1]
    np.save(tmp_path / "roads" / "order.npy", order)
    with pytest.raises(RoadsError, match="order"):
        Router(RoadNetwork.open(tmp_path / "roads"), even_profile())


def test_importing_the_router_is_light() -> None:
    heavy = ("pandas", "geopandas", "scipy.sparse", "PySide6")
    code = f"import sys, gis.routing; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

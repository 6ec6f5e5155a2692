"""What is reached in time agrees with the router, is cut where the time runs out, and crosses no river."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.profile import default_profiles
from gis.reach import ReachMap
from gis.roads import ArcFlag, RoadNetwork
from gis.routing import Router
from tests.gis.road_oracle import Oracle, scatter
from tests.gis.road_town import Town, even_profile, grid, to_metric


@pytest.fixture(scope="module")
def city(helsinki: Path) -> RoadNetwork:
    return RoadNetwork.open(helsinki / "roads")


def area(reach: ReachMap, start: tuple[float, float], limit_s: float, *, towards: bool = False) -> shapely.MultiPolygon:
    [place] = reach.snap(np.array([to_metric(*start)]))
    assert place is not None
    [found] = reach.reach([place], [limit_s], towards=towards)
    assert found.limit_s == limit_s
    assert found.area.is_valid
    return found.area


def holds(found: shapely.MultiPolygon, x: float, y: float) -> bool:
    return bool(found.contains(shapely.Point(*to_metric(x, y))))


@pytest.mark.parametrize("towards", [False, True])
@pytest.mark.parametrize("closed_share", [0.0, 0.05])
def test_places_on_roads_are_inside_when_the_router_says_so(
    city: RoadNetwork, towards: bool, closed_share: float
) -> None:
    profile = default_profiles()["emergency"]
    router = Router(city, profile)
    router.set_closed(np.flatnonzero(np.random.default_rng(3).random(city.arc_count) < closed_share).tolist())
    reach = ReachMap(city, profile, closed=router.closed, cell_m=10.0)
    [start] = reach.snap(np.median(city.node_xy, axis=0)[None, :])
    places = [snap for snap in router.snap_many(scatter(city, 1500, seed=5)) if snap is not None]
    on_road = [type(snap)(snap.arc, snap.fraction, snap.x, snap.y, 0.0, snap.reverse, snap.junction) for snap in places]
    times_s = router.travel_times_s(on_road, start) if towards else router.matrix_s([start], on_road)[0]
    points = shapely.points([(snap.x, snap.y) for snap in places])
    open_road = np.array([not reach._is_shut(snap) for snap in places])
    for found in reach.reach([start], (60.0, 120.0), towards=towards):
        inside = shapely.contains(found.area, points)
        assert inside[times_s < found.limit_s - 3].mean() > 0.98
        late = open_road & (times_s > found.limit_s + 6)
        assert late.sum() > 40
        # A road on which one is late may lie in one cell with another that is reached.
        assert inside[late].mean() < 0.06


@pytest.mark.parametrize("towards", [False, True])
def test_node_times_equal_dijkstra_over_the_arcs(city: RoadNetwork, towards: bool) -> None:
    profile = default_profiles()["ordinary"]
    closed = np.flatnonzero(np.random.default_rng(8).random(city.arc_count) < 0.02).tolist()
    router = Router(city, profile, closures=closed)
    oracle = Oracle(city, profile, sorted(router.closed))
    reach = ReachMap(city, profile, closed=closed)
    [place] = reach.snap(scatter(city, 2, seed=4)[1:])
    times_s = reach.node_times_s([place], towards=towards)
    nodes = np.random.default_rng(1).integers(0, city.node_count, 300)
    snaps = [
        router.snap(*city.node_xy[node]) for node in nodes.tolist() if reach._main[node]
    ]  # at a junction one may take any road, so that the quickest of its copies counts
    kept = [snap for snap in snaps if snap.junction >= 0 and snap.offset_m < 1e-6]
    offsets = np.array([times_s[city.nodes_of_junction(snap.junction)].min() for snap in kept])
    if towards:
        assert np.allclose(offsets, oracle.times_s(kept, place), atol=2e-3)
    else:
        assert np.allclose(offsets[:40], [oracle.times_s([place], snap)[0] for snap in kept[:40]], atol=2e-3)


def test_a_road_is_cut_where_the_time_runs_out(tmp_path: Path) -> None:
    reach = ReachMap(grid(2, 1000.0).build(tmp_path), even_profile())
    found = area(reach, (300, 0), 40)
    for x, inside in ((0, True), (300, True), (670, True), (730, False), (1000, False)):
        assert holds(found, x, 0) is inside, x
    assert holds(found, 0, 70)
    assert not holds(found, 0, 130)


def test_several_places_count_together_and_a_walk_to_the_road_counts(tmp_path: Path) -> None:
    reach = ReachMap(grid(2, 1000.0).build(tmp_path), even_profile())
    both = reach.snap(np.array([to_metric(200, 0), to_metric(800, 0)]))
    [found] = reach.reach(both, [20.0])
    assert holds(found.area, 100, 0)
    assert holds(found.area, 900, 0)
    assert not holds(found.area, 500, 0)
    off_road = area(reach, (500, 15), 20)  # 15 s of the 20 are walked
    assert holds(off_road, 530, 0)
    assert not holds(off_road, 600, 0)


def test_a_wide_block_is_a_hole(tmp_path: Path) -> None:
    reach = ReachMap(grid(2, 400.0).build(tmp_path), even_profile())
    found = area(reach, (0, 0), 600)
    assert sum(len(part.interiors) for part in found.geoms) == 1
    assert not holds(found, 200, 200)
    assert holds(found, 200, 50)
    assert not holds(found, 200, -120)


def test_the_far_bank_and_the_water_are_not_reached(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (600, 0), (600, 100), (0, 100)], start=1):
        town.node(number, x, y)
    town.way(100, [1, 2], name="Near bank")
    town.way(101, [2, 3], name="Bridge", bridge="yes")
    town.way(102, [3, 4], name="Far bank")
    network = town.build(tmp_path)
    river = shapely.Polygon([to_metric(*corner) for corner in ((-300, 20), (900, 20), (900, 80), (-300, 80))])
    reach = ReachMap(network, even_profile(), water=[river])
    found = area(reach, (0, 0), 40)
    assert holds(found, 200, 0)
    assert holds(found, 200, -40)
    assert not holds(found, 200, 100)
    assert not holds(found, 200, 90)
    later = area(reach, (0, 0), 200)
    assert holds(later, 200, 100)
    assert not holds(later, 200, 50)
    assert holds(later, 600, 50)
    dry = ReachMap(network, even_profile())
    assert holds(area(dry, (0, 0), 200), 200, 50)


def test_one_way_streets_lead_away_but_not_back(tmp_path: Path) -> None:
    town = grid(2, 500.0)
    town.ways = [(number, refs, {**tags, "oneway": "yes"}) for number, refs, tags in town.ways]
    town.ways = [(n, refs[::-1] if n in (101, 200) else refs, tags) for n, refs, tags in town.ways]
    profile = even_profile(closed=ArcFlag.CONTRAFLOW | default_profiles()["ordinary"].closed)
    reach = ReachMap(town.build(tmp_path), profile)
    away, back = area(reach, (250, 0), 20), area(reach, (250, 0), 20, towards=True)
    assert holds(away, 400, 0)
    assert not holds(away, 100, 0)
    assert holds(back, 100, 0)
    assert not holds(back, 400, 0)


def test_forbidden_turns_are_obeyed(tmp_path: Path) -> None:
    def town(restricted: bool) -> Town:
        made = grid(3, 300.0)
        made.ways = [(n, refs, tags) for n, refs, tags in made.ways if n not in (100, 200, 101, 201)]
        made.way(100, [0, 10], name="In")
        made.way(110, [10, 20], name="On")
        made.way(201, [10, 11, 12], name="Side")
        made.way(120, [2, 12], name="Top")
        made.way(130, [0, 1, 2], name="Back")
        if restricted:
            made.restrict("no_left_turn", 100, 10, 201)
        return made

    profile = even_profile(closed=default_profiles()["ordinary"].closed)
    for restricted in (False, True):
        folder = tmp_path / str(restricted)
        folder.mkdir()
        found = area(ReachMap(town(restricted).build(folder), profile), (100, 0), 50)
        assert holds(found, 450, 0)
        assert holds(found, 300, 200) is not restricted


def test_a_closure_changes_it_and_its_road_is_not_stood_on(tmp_path: Path) -> None:
    network = grid(3, 300.0).build(tmp_path)
    reach = ReachMap(network, even_profile())
    place = np.array([to_metric(450, 0)])
    shut = network.edge_index.arcs(network.edge_index.near(shapely.Point(*place[0]), 5.0)[:1])
    after = ReachMap(network, even_profile(), closed=shut.tolist())
    assert holds(area(reach, (100, 0), 60), 450, 0)
    found = area(after, (100, 0), 60)
    assert not holds(found, 450, 0)
    assert holds(found, 200, 0)
    [moved] = after.snap(place)
    assert moved is not None
    assert moved.arc not in shut
    assert moved.offset_m == pytest.approx(150, abs=2)
    assert area(after, (450, 0), 300).area > 0


def test_nothing_is_reached_from_nowhere(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    everything = ReachMap(network, even_profile(), closed=range(network.arc_count))
    [place] = ReachMap(network, even_profile()).snap(np.array([to_metric(50, 0)]))
    assert [one.area.is_empty for one in everything.reach([place])] == [True] * 3
    assert [one.area.is_empty for one in everything.reach([])] == [True] * 3
    assert ReachMap(network, even_profile()).snap(np.array([[0.0, 0.0], [np.nan, 1.0]])) == [None, None]

"""Points come onto the right road, at the right place of it."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gis.look_ahead import bearing_deg
from gis.network_parts import main_part
from gis.profile import INFINITE, default_profiles
from gis.roads import ArcFlag, RoadNetwork
from gis.routing import Router
from gis.snap import Snapper
from tests.gis.road_oracle import scatter
from tests.gis.road_town import Town, even_profile, grid, to_metric


def snapper(network: RoadNetwork) -> Snapper:
    return Snapper(network, even_profile().weights_ms(network))


def test_every_point_is_on_its_nearest_road(helsinki: Path) -> None:
    network = RoadNetwork.open(helsinki / "roads")
    weights = default_profiles()["ordinary"].weights_ms(network)
    usable = main_part(network, default_profiles()["ordinary"])
    points = scatter(network, 300, seed=1)
    drivable = (weights != INFINITE) & (network.edge >= 0) & usable[network.tail] & usable[network.head]
    above = np.flatnonzero(drivable & ((network.flags & ArcFlag.TUNNEL) == 0))
    shapes = [shapely.LineString(network.shape_of(arc)) for arc in above]
    for point, snap in zip(points, Snapper(network, weights, usable).snap_many(points), strict=True):
        assert snap is not None
        least = shapely.distance(shapes, shapely.Point(point)).min()
        assert snap.offset_m == pytest.approx(least, abs=1e-6)
        line = shapely.LineString(network.shape_of(snap.arc))
        on_road = line.interpolate(snap.fraction, normalized=True)
        assert (on_road.x, on_road.y) == pytest.approx((snap.x, snap.y), abs=1e-5)
        assert drivable[snap.arc]
        assert snap.reverse < 0 or network.edge[snap.reverse] == network.edge[snap.arc]


def test_the_order_of_points_changes_nothing(helsinki: Path) -> None:
    network = RoadNetwork.open(helsinki / "roads")
    points = scatter(network, 200, seed=4)
    find = snapper(network)
    assert find.snap_many(points[::-1])[::-1] == find.snap_many(points)


def test_a_moving_unit_is_on_the_road_near_by_that_leads_where_it_heads(helsinki: Path) -> None:
    """Every road within 15 m of the nearest, looked at one by one: metres away, and a metre for every 4 degrees."""
    network, profile = RoadNetwork.open(helsinki / "roads"), default_profiles()["emergency"]
    weights, usable = profile.weights_ms(network), main_part(network, profile)
    points, headings = scatter(network, 120, seed=6), np.random.default_rng(6).uniform(0, 360, 120)
    arcs = np.flatnonzero((weights != INFINITE) & (network.edge >= 0) & usable[network.tail] & usable[network.head])
    lines = np.array([shapely.LineString(network.shape_of(arc)) for arc in arcs])
    is_below = (network.flags[arcs] & ArcFlag.TUNNEL) != 0
    snapper = Snapper(network, weights, usable)
    standing = snapper.snap_many(points)
    turned = 0
    for point, heading, plain, moving in zip(
        points, headings, standing, snapper.snap_many(points, headings_deg=headings), strict=True
    ):
        assert plain is not None and moving is not None
        away_m = shapely.distance(lines, shapely.Point(point))
        below = is_below[arcs == plain.arc][0]
        costs = {}
        for at in np.flatnonzero((away_m <= plain.offset_m + 15.0) & (is_below == below)).tolist():
            share = lines[at].project(shapely.Point(point), normalized=True)
            turn = abs((bearing_deg(network.shape_of(arcs[at]), share) - heading + 180) % 360 - 180)
            if turn <= 60.0:
                against = 45.0 if network.flags[arcs[at]] & ArcFlag.CONTRAFLOW else 0.0
                costs[int(arcs[at])] = away_m[at] + turn / 4 + against
        if costs:
            turned += moving != plain
            assert moving.reverse == -1 and costs[moving.arc] == pytest.approx(min(costs.values()), abs=1e-6)
        else:
            assert moving == plain
    assert turned > 20


def test_a_place_above_a_tunnel_is_on_the_street(tmp_path: Path) -> None:
    town = grid()
    town.node(40, 50, 40)
    town.node(41, 500, 40)
    town.way(300, [0, 40, 41, 20], tunnel="yes", name="Tunnel")
    network = town.build(tmp_path)
    [over, inside] = snapper(network).snap_many(np.array([to_metric(60, 38), to_metric(400, 41)]))
    assert over is not None
    assert inside is not None
    names = [network.names[int(network.name[snap.arc])] for snap in (over, inside)]
    assert names == ["Row 0", "Tunnel"]


def test_a_network_without_open_roads_snaps_nothing(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    shut = Snapper(network, np.full(network.arc_count, INFINITE, dtype=np.uint32))
    assert shut.snap_many(np.array([to_metric(0, 0)])) == [None]


def test_two_nodes_at_one_place_make_no_trouble(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 0, 0)
    town.node(3, 50, 0)
    town.way(1, [1, 2])
    town.way(2, [2, 3])
    [snap] = snapper(town.build(tmp_path)).snap_many(np.array([to_metric(0, 0)]))
    assert snap is not None
    assert 0 <= snap.fraction <= 1


@pytest.mark.parametrize(("fraction", "degrees"), [(0.0, 90), (0.2, 90), (1.0, 0)])
def test_bearings(fraction: float, degrees: float) -> None:
    assert bearing_deg(np.array([[0.0, 0], [100, 0], [100, 100]]), fraction) == pytest.approx(degrees)


def dual_carriageway(folder: Path) -> RoadNetwork:
    """Northbound at x = 0, southbound at x = -12, streets across every 300 m."""
    town = Town()
    for row in range(4):
        town.node(row, 0, 300 * row)
        town.node(10 + row, -12, 300 * row)
        town.node(20 + row, 300, 300 * row)
        town.way(300 + row, [10 + row, row, 20 + row], name=f"Street {row}")
    town.way(100, [0, 1, 2, 3], name="Northbound", highway="primary", oneway="yes")
    town.way(101, [13, 12, 11, 10], name="Southbound", highway="primary", oneway="yes")
    town.way(102, [20, 21, 22, 23], name="Back street")
    return town.build(folder)


@pytest.mark.parametrize("closed", [even_profile().closed, even_profile().closed & ~ArcFlag.CONTRAFLOW])
@pytest.mark.parametrize(("x", "noise_deg"), [(-4, 0), (-1, 30), (3, -30), (-12, 50), (-8, -50)])
def test_a_moving_unit_keeps_to_its_carriageway(tmp_path: Path, closed: ArcFlag, x: float, noise_deg: float) -> None:
    """Whichever lane the fix strayed to, and also where the profile may drive against the one-way."""
    network = dual_carriageway(tmp_path)
    find = Snapper(network, even_profile(closed=closed).weights_ms(network))
    place = np.array([to_metric(x, 350)])
    for heading_deg, name in ((180, "Southbound"), (0, "Northbound")):
        [snap] = find.snap_many(place, headings_deg=np.array([(heading_deg + noise_deg) % 360.0]))
        assert snap is not None and (snap.reverse, snap.junction) == (-1, -1)
        assert network.names[int(network.name[snap.arc])] == name
        assert not network.flags[snap.arc] & ArcFlag.CONTRAFLOW
    [standing] = find.snap_many(place, headings_deg=np.array([np.nan]))
    assert standing == find.snap_many(place)[0]


def test_moving_units_count_as_dijkstra_on_the_expanded_network_says(helsinki: Path) -> None:
    """Arcs are the nodes there: who drives along an arc may go on only to the arcs that leave where it ends."""
    network = RoadNetwork.open(helsinki / "roads")
    profile, dice = default_profiles()["emergency"], np.random.default_rng(8)
    router = Router(network, profile)
    weights = router.weights_ms.astype(np.float64)
    usable = main_part(network, profile)
    may = np.flatnonzero((weights != INFINITE) & (network.edge >= 0) & usable[network.tail] & usable[network.head])
    above = may[(network.flags[may] & ArcFlag.TUNNEL) == 0]
    arcs = dice.choice(above[network.length_m[above] > 40], 60, replace=False)
    lines = [shapely.LineString(network.shape_of(arc)) for arc in arcs]
    fractions = dice.uniform(0.2, 0.6, len(arcs))
    on_road = [line.interpolate(at, normalized=True) for line, at in zip(lines, fractions, strict=True)]
    xy = np.array([(point.x, point.y) for point in on_road]) + dice.normal(0, 2, (len(arcs), 2))
    headings = np.array([bearing_deg(network.shape_of(arc), at) for arc, at in zip(arcs, fractions, strict=True)])
    snaps = router.snap_many(xy, headings_deg=(headings + dice.uniform(-20, 20, len(arcs))) % 360)
    kept = [snap for snap, arc in zip(snaps, arcs, strict=True) if snap is not None and snap.arc == arc]
    assert len(kept) >= 0.95 * len(arcs)
    assert all((snap.reverse, snap.junction) == (-1, -1) for snap in kept)

    passable = np.flatnonzero(weights != INFINITE)
    by_tail = passable[np.argsort(network.tail[passable], kind="stable")]
    first, last = (np.searchsorted(network.tail[by_tail], network.head[passable], side=s) for s in ("left", "right"))
    into = np.repeat(passable, last - first)
    out = np.concatenate([by_tail[a:b] for a, b in zip(first, last, strict=True)])
    graph = csr_matrix((np.maximum(weights[out], 1e-7), (into, out)), shape=(len(weights), len(weights)))
    [target] = [snap for snap in router.snap_many(xy[:1] + 1500.0) if snap is not None]
    times_s = router.travel_times_s(kept, target)
    far_ms = dijkstra(graph, indices=[snap.arc for snap in kept])  # to the end of every arc, its own not counted
    for snap, ms, found in zip(kept, far_ms, times_s, strict=True):
        ends = [(target.arc, target.fraction)] + [(target.reverse, 1 - target.fraction)] * (target.reverse >= 0)
        twins = [(each, share) for arc, share in ends for each in _twins(network, arc)]
        best = min(ms[arc] - (1 - share) * weights[arc] for arc, share in twins if weights[arc] != INFINITE)
        best += (1 - snap.fraction) * weights[snap.arc]
        walk_s = (snap.offset_m + target.offset_m) / profile.off_road_mps
        assert found == pytest.approx(best / 1000 + walk_s, abs=0.003)


def _twins(network: RoadNetwork, arc: int) -> list[int]:
    return network.arcs_of_edge(int(network.edge[arc]), bool(network.backward[arc])).tolist()

"""Points come onto the right road, at the right place of it."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.network_parts import main_part
from gis.profile import INFINITE, default_profiles
from gis.roads import ArcFlag, RoadNetwork
from gis.snap import Snapper, bearing_deg
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

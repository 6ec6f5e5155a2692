"""A way is drawn and timed as one would by hand, arc by arc."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shapely import LineString
from shapely.ops import substring

from gis.profile import INFINITE, default_profiles
from gis.roads import RoadNetwork
from gis.route import Way, assemble
from gis.snap import Snap
from tests.gis.road_town import Town, even_profile, to_metric

ENDS = ((0.0, 1.0), (0.3, 1.0), (0.0, 0.6), (0.25, 0.75))


@pytest.fixture(scope="module")
def city(helsinki: Path) -> RoadNetwork:
    return RoadNetwork.open(helsinki / "roads")


def walk(network: RoadNetwork, weights: np.ndarray, length: int, dice: np.random.Generator) -> list[int]:
    """Take open arcs one after another at random, turn arcs among them."""
    arcs = [int(dice.choice(np.flatnonzero((weights != INFINITE) & (network.edge >= 0))))]
    while len(arcs) < length:
        on = np.flatnonzero((network.tail == network.head[arcs[-1]]) & (weights != INFINITE))
        if not len(on):
            break
        arcs.append(int(dice.choice(on)))
    return arcs


def by_hand(
    network: RoadNetwork, weights: np.ndarray, steps: list[tuple[int, float, float]]
) -> tuple[list[tuple[float, float]], list[float]]:
    """Give points and seconds behind the start of the way."""
    points, times, clock_ms = [], [], 0
    for arc, start, end in steps:
        step_ms = round((end - start) * int(weights[arc]))
        if network.edge[arc] >= 0:
            line = LineString(network.shape_of(arc))
            piece = LineString(substring(line, start, end, normalized=True).coords[:])
            driven = 0.0
            for before, point in zip(piece.coords, piece.coords[1:], strict=False):
                driven += np.hypot(point[0] - before[0], point[1] - before[1])
                points.append(point)
                times.append((clock_ms + step_ms * (driven / piece.length if piece.length else 1.0)) / 1000)
        clock_ms += step_ms
    return points, times


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("length", [1, 2, 30])
def test_points_and_times_are_those_of_every_arc_in_turn(
    city: RoadNetwork, length: int, ends: tuple[float, float]
) -> None:
    weights = default_profiles()["ordinary"].weights_ms(city)
    dice = np.random.default_rng(length)
    for _ in range(20):
        arcs = walk(city, weights, length, dice)
        while city.edge[arcs[-1]] < 0:
            arcs.pop()
        steps = [(arc, 0.0, 1.0) for arc in arcs]
        steps[0] = (arcs[0], ends[0], steps[0][2])
        steps[-1] = (arcs[-1], steps[-1][1], ends[1])
        points, times = by_hand(city, weights, steps)
        target = Snap(arcs[-1], ends[1], *points[-1], 5.0)
        spot = Way(target, target, [])
        way = Way(Snap(arcs[0], ends[0], 1.0, 2.0, 3.0), target, arcs, *ends)
        before, route, after, again = assemble(city, weights, 2.0, [spot, way, spot, way])
        for still in (before, after):
            assert (still.time_s, still.distance_m, still.names, still.times_s.tolist()) == (5.0, 0.0, (), [2.5, 2.5])
        assert np.array_equal(again.xy, route.xy) and again.names == route.names
        assert again.times_s == pytest.approx(route.times_s)
        assert route.xy[0].tolist() == [1.0, 2.0] and route.times_s[0] == 1.5
        assert route.xy[1:] == pytest.approx(np.array(points), abs=1e-6)
        assert route.times_s[1:] == pytest.approx(np.array(times) + 1.5, abs=1e-6)
        assert route.time_s == pytest.approx(times[-1] + 1.5 + 2.5)
        named = [city.names[city.name[arc]] for arc, _, _ in steps if city.name[arc] >= 0 <= city.edge[arc]]
        assert route.names == tuple(name for row, name in enumerate(named) if row == 0 or named[row - 1] != name)
        driven_m = [float(city.length_m[arc]) * (end - start) for arc, start, end in steps]
        assert route.distance_m == pytest.approx(sum(driven_m))


def test_a_shape_point_where_the_way_ends_is_there_once(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (0, 30), (70, 30), (70, 100)]):
        town.node(number + 1, x, y)
    town.way(1, [1, 2, 3, 4])
    network = town.build(tmp_path)
    weights = even_profile().weights_ms(network)
    for arc in (0, 1):
        shape = LineString(network.shape_of(arc))
        for corner in shape.coords[1:-1]:
            share = sum(np.hypot(*np.diff(shape.coords[: shape.coords[:].index(corner) + 1], axis=0).T)) / shape.length
            for start, end in ((share, 1.0), (0.0, share)):
                source, target = Snap(arc, start, *shape.coords[0], 0.0), Snap(arc, end, *corner, 0.0)
                [route] = assemble(network, weights, 1.0, [Way(source, target, [arc], start, end)])
                assert len(route.xy) == len({tuple(point) for point in route.xy.tolist()})


def test_no_way_at_all_has_two_points_and_takes_no_time(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 0, 0)
    town.node(3, 50, 0)
    town.way(1, [1, 2, 3])
    network = town.build(tmp_path)
    x, y = to_metric(0, 0)
    source = Snap(0, 0.0, x, y, 2.0)
    [route] = assemble(network, even_profile().weights_ms(network), 1.0, [Way(source, source, [0], 0.0, 0.0)])
    assert route.xy.tolist() == [[x, y], [x, y]] and route.times_s.tolist() == [2.0, 2.0]
    assert (route.time_s, route.distance_m, route.off_road_m) == (4.0, 0.0, 4.0)
    assert assemble(network, even_profile().weights_ms(network), 1.0, []) == []

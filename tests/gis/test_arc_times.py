"""The time on every arc: what is slow twice, what drives the same edge, and what turns cost."""

from pathlib import Path

import numpy as np
import pytest

from gis.arc_times import ArcTimes
from gis.profile import INFINITE, LONGEST_MS
from gis.roads import ArcFlag, RoadNetwork
from tests.gis.road_town import even_profile, grid


@pytest.fixture
def network(tmp_path: Path) -> RoadNetwork:
    """A restriction through a way doubles its arcs, and one at a node makes turns that cost."""
    town = grid()
    town.ways[0][2]["oneway"] = "yes"
    town.node(500, 50, 100, barrier="gate")
    town.ways[1][1].insert(1, 500)
    town.restrict("only_straight_on", 200, [100], 202)
    return town.build(tmp_path)


def twins(network: RoadNetwork) -> tuple[int, int]:
    pairs = (network.arcs_of_edge(edge, False) for edge in range(network.edge_count))
    one, other = next(pair for pair in pairs if len(pair) == 2).tolist()
    return one, other


def test_arcs_that_drive_one_edge_go_together_and_the_slowest_counts(network: RoadNetwork) -> None:
    one, other = twins(network)
    times = ArcTimes(network, even_profile())
    for slow in ({one: 0.5, other: 0.25}, {other: 0.25}, {one: 0.25}, {one: 0.25, other: 0.5}):
        changed = times.put(closed=[], slow=slow)
        assert set(changed) <= {one, other}
        assert times.weights_ms[[one, other]].tolist() == np.rint(times.open_ms[[one, other]] / 0.25).tolist()
    assert times.put(closed=[other], slow={}).tolist() == sorted((one, other))
    assert times.closed.tolist() == sorted((one, other))
    assert (times.weights_ms[times.closed] == INFINITE).all()
    assert times.put(closed=[]).tolist() == sorted((one, other))
    assert np.array_equal(times.weights_ms, times.open_ms)


def test_a_gate_takes_as_long_in_slow_traffic(network: RoadNetwork) -> None:
    times = ArcTimes(network, even_profile(penalty_s={ArcFlag.GATE: 30.0}))
    is_turn = np.asarray(network.edge) < 0
    assert 30_000 in times.open_ms[is_turn]
    times.put(closed=[], slow=dict.fromkeys(range(network.arc_count), 0.5))
    slow = times.weights_ms.copy()
    times.put(closed=[], slow={}, factors=np.full(network.arc_count, 0.5, dtype=np.float32))
    assert np.array_equal(times.weights_ms, slow)
    is_open = times.open_ms != INFINITE
    assert np.array_equal(slow[is_turn | ~is_open], times.open_ms[is_turn | ~is_open])
    assert np.array_equal(slow[~is_turn & is_open], 2 * times.open_ms[~is_turn & is_open])


def test_what_is_barred_stays_barred_and_nothing_takes_longer_than_a_day(network: RoadNetwork) -> None:
    times = ArcTimes(network, even_profile())
    times.put(closed=[], slow=dict.fromkeys(range(network.arc_count), 1e-320))
    barred = times.open_ms == INFINITE
    assert barred.any() and (times.weights_ms[barred] == INFINITE).all()
    assert times.weights_ms[~barred].max() == LONGEST_MS
    assert not times.is_closed(np.arange(network.arc_count)).any()

"""Trails: thinned, bounded, in order, ending where the unit is."""

from __future__ import annotations

import numpy as np

from resources.trails import APART_M, Trails


def drive(trails: Trails, seconds: range, speed_mps: float = 10.0, unit_ids: tuple[str, ...] = ("E1",)) -> None:
    for second in seconds:
        xy = np.array([[speed_mps * second, float(row)] for row in range(len(unit_ids))])
        trails.take(unit_ids, xy, np.full(len(unit_ids), float(second)))


def way(trails: Trails, x: float, now_s: float, *, since_s: float = 0.0, points: int | None = None):
    return trails.ways(("E1",), np.array([[x, 0.0]]), since_s=since_s, now_s=now_s, points=points)


def test_a_way_runs_to_where_the_unit_is() -> None:
    trails = Trails()
    drive(trails, range(21))
    found = way(trails, 200.0, 20.0)
    assert found.segments[:, 0].tolist() == [0, 40, 80, 120, 160, 200], "every four seconds"
    assert found.segments[:, 2].tolist() == [40, 80, 120, 160, 200, 200]
    assert found.at_s.tolist() == [4, 8, 12, 16, 20, 20]


def test_standing_leaves_one_place() -> None:
    trails = Trails()
    drive(trails, range(100), speed_mps=APART_M / 200)
    assert len(way(trails, 5.0, 100.0).segments) == 1


def test_memory_is_bounded_and_the_oldest_goes() -> None:
    trails = Trails(points=5)
    drive(trails, range(0, 400, 4))
    found = way(trails, 3_960.0, 400.0)
    assert found.segments[:, 0].tolist() == [3_800, 3_840, 3_880, 3_920, 3_960]
    assert way(trails, 3_960.0, 400.0, since_s=390.0).segments[:, 0].tolist() == [3_920, 3_960]
    assert way(trails, 3_960.0, 400.0, points=2).segments[:, 0].tolist() == [3_920, 3_960]


def test_each_unit_has_its_own_way_and_strangers_none() -> None:
    trails = Trails()
    drive(trails, range(0, 40, 4), unit_ids=("E1", "E2"))
    found = trails.ways(("E2", "nobody", "E1"), np.array([[1.0, 1], [0, 0], [2, 0]]), since_s=0.0, now_s=40.0)
    assert set(found.row.tolist()) == {0, 2}
    assert set(found.segments[found.row == 0, 1].tolist()) == {1.0}


def test_a_unit_without_a_position_leaves_no_way() -> None:
    trails = Trails()
    trails.take(("E1",), np.zeros((1, 2)), np.array([np.nan]))
    assert not len(way(trails, 0.0, 1.0).segments)


def test_many_units_find_room() -> None:
    trails = Trails()
    for count in (3, 500, 2_000):
        names = tuple(f"U{row}" for row in range(count))
        trails.take(names, np.arange(2.0 * count).reshape(-1, 2), np.zeros(count))
    assert len(trails) == 2_000

"""Coarser positions: only where a unit has moved on, and now and then that it still stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from resources.position import Fix
from resources.position_thinning import MOVED_M, STANDING_S, Thinner

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
METRE = 1 / 111_195


def fix(unit_id: str, north_m: float, after_s: float) -> Fix:
    at = AT + timedelta(seconds=after_s)
    return Fix(unit_id, 24.9, 60.1 + north_m * METRE, at, at)


def test_a_level_comes_in_its_own_time_with_the_newest_of_each() -> None:
    thinner = Thinner(5)
    thinner.take([fix("E1", 0, 0), fix("E2", 0, 0)])
    assert [one.unit_id for one in thinner.due(100.0)] == ["E1", "E2"]
    for second in range(1, 5):
        thinner.take([fix("E1", 20 * second, second)])
        assert thinner.due(100.0 + second) == []
    [found] = thinner.due(105.2)
    assert found == fix("E1", 80, 4)
    thinner.take([fix("E1", 200, 10)])
    assert thinner.due(109.9) == []
    assert thinner.due(110.0) == [fix("E1", 200, 10)]  # its turns do not drift with those who ask late


def test_who_creeps_is_told_once_it_has_moved_away() -> None:
    thinner = Thinner(2)
    thinner.take([fix("E1", 0, 0)])
    assert thinner.due(0.0)
    told = []
    for turn in range(1, 10):
        thinner.take([fix("E1", 6.0 * turn, turn)])
        told += thinner.due(2.0 * turn)
    assert [round((one.lat - 60.1) / METRE) for one in told] == [30]
    assert told[0].lat - 60.1 >= MOVED_M * METRE


def test_who_stands_is_told_now_and_then_and_who_is_silent_is_not() -> None:
    thinner = Thinner(10)
    thinner.take([fix("E1", 0, 0), fix("E2", 0, 0)])
    assert len(thinner.due(0.0)) == 2
    told = []
    for second in range(1, 65):
        thinner.take([fix("E1", 0, second)])
        told += thinner.due(float(second))
    assert [(one.fixed_at - AT).total_seconds() for one in told] == [STANDING_S, 2 * STANDING_S]

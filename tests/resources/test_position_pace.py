"""The pace of positions on wires of any width: settled at what fits, found again when the wire recovers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from resources.position_pace import LONGEST_WAIT_S, Pace, Reading

DEMAND = {1: 60_000.0, 2: 45_000.0, 5: 15_000.0, 10: 7_000.0}


def ride(pace: Pace, wire: float, seconds: float, *, begin_s: float = 0.0, way_s: float = 0.02) -> list[int]:
    """Let a reader read from a wire of so many bytes a second; return the levels that it went through."""
    now_s, levels, owed = begin_s, [pace.level_s], 0.0
    while now_s < begin_s + seconds:
        passed_s = max(2.0, float(pace.level_s))
        owed = min(owed + DEMAND[pace.level_s] * passed_s, DEMAND[pace.level_s] * (10 + 2 * pace.level_s))
        read = min(owed, wire * passed_s)
        owed -= read
        questions = max(1, int(passed_s / pace.level_s))
        now_s += passed_s
        pace.take(
            Reading(min(passed_s, read / wire + questions * way_s), passed_s, int(read), questions, way_s),
            DEMAND,
            now_s,
        )
        levels.append(pace.level_s)
    return levels


@pytest.mark.parametrize(
    ("wire", "level_s"), [(50e6, 1), (125_000, 1), (80_000, 2), (40_000, 5), (16_000, 10), (2_000, 10)]
)
def test_it_settles_where_the_wire_carries_it(wire: float, level_s: int) -> None:
    levels = ride(Pace(), wire, 120)
    assert levels[-1] == level_s
    assert levels.index(level_s) <= 3  # within seconds, not level by level


def test_it_comes_back_step_by_step_when_the_wire_recovers() -> None:
    pace = Pace()
    ride(pace, 16_000, 60)
    assert pace.is_slow and pace.level_s == 10
    levels = ride(pace, 1e6, 120, begin_s=60)
    assert levels[-1] == 1 and not pace.is_slow
    assert list(dict.fromkeys(levels)) == [10, 5, 2, 1]


def test_a_level_that_proves_too_much_is_tried_more_and_more_seldom() -> None:
    pace, tries, now_s = Pace(5), [], 0.0
    while now_s < 3_600:
        now_s += 5
        # The server says that a finer level would be nothing, and then it takes all the time.
        share = 0.1 if pace.level_s == 5 else 1.0
        if pace.take(Reading(5 * share, 5.0, 10_000, 5, 0.0), {2: 10.0, 5: 10.0, 10: 1.0}, now_s) and pace.level_s < 5:
            tries.append(now_s)
    gaps = [after - before for before, after in pairwise(tries)]
    assert gaps[0] < 60 and max(gaps[-3:]) >= LONGEST_WAIT_S
    assert len(tries) < 25


def test_an_answer_that_did_not_come_asks_for_less_at_once() -> None:
    pace = Pace()
    assert [pace.fail(0.0), pace.level_s, pace.fail(1.0), pace.level_s] == [True, 2, True, 5]
    assert pace.fail(2.0) and not pace.fail(3.0) and pace.level_s == 10


def test_a_fleet_that_stands_still_is_no_reason_to_stay_coarse() -> None:
    pace = Pace(10)
    for turn in range(1, 30):
        pace.take(Reading(0.05, 10.0, 300, 1, 0.05), {1: 80.0, 2: 40.0, 5: 30.0, 10: 30.0}, 10.0 * turn)
    assert pace.level_s == 1

"""Cover on a street whose cells lie a minute apart: shares by hand, words for the worst part, times kept anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from dispatch.coverage import Coverage
from dispatch.coverage_kept import AT_ONCE
from dispatch.demand.cells import Demand
from dispatch.demand.history import History
from dispatch.incident import Closure
from resources.position import Fix
from resources.status import Status
from resources.unit import Shift
from tests.dispatch.coverage_town import STEP, Street, line, state_of, target, targets, unit
from tests.dispatch.town import START


def coverage(weights: list[float], *, within_min: float = 2, busy: float = 0.3, clock: str = "travel") -> Coverage:
    return Coverage(Street(), line(weights), targets(target(within_min, busy=busy, clock=clock)))


def test_shares_before_and_after_are_those_by_hand() -> None:
    state = state_of([unit("E1", 1), unit("E2", 2), unit("E3", 8)], stations=[1])
    report = coverage([1] * 10).answers(state, {}, at=START, leaving=["E2", "nobody"])
    [cover] = report.covers
    assert report.leaving == ("E2",)
    assert cover.counts.tolist() == [2, 2, 2, 2, 1, 0, 1, 1, 1, 1]
    assert cover.counts_after.tolist() == [1, 1, 1, 1, 0, 0, 1, 1, 1, 1]
    assert (cover.reached, cover.reached_after) == (pytest.approx(0.9), pytest.approx(0.8))
    assert cover.expected == pytest.approx((4 * (1 - 0.3**2) + 5 * 0.7) / 10)
    assert cover.expected_after == pytest.approx(8 * 0.7 / 10)
    assert cover.chance.tolist() == pytest.approx([0.91] * 4 + [0.7, 0.0] + [0.7] * 4)
    assert (cover.units, cover.units_after, cover.is_short) == (3, 2, True)


def test_the_part_that_is_hit_worst_is_named_with_its_minutes() -> None:
    state = state_of([unit("E1", 1), unit("E3", 8)], stations=[1])
    report = coverage([1] * 10).answers(state, {}, at=START, leaving=["E1"])
    [cover] = report.covers
    assert cover.worst is not None and cover.worst.area.name == "west"
    assert cover.worst.wait_s == 60 + 60 * 6  # of the lost cells 3 to 0, five to eight minutes away, the middle one
    assert cover.reason.code == "cover_lost"
    assert dict(cover.reason.parameters) | {"direction": "west", "wait_min": 7.0, "who": "engine"} == dict(
        cover.reason.parameters
    )
    assert report.most_hit is cover


@pytest.mark.parametrize(
    ("cells", "leaving", "code"),
    [
        ([5], ["A"], "cover_nobody"),
        ([2, 2, 7], [], "cover_holds"),
        ([2, 2, 7], ["A"], "cover_thinner"),
        ([2], [], "cover_gap"),
    ],
)
def test_what_is_said_depends_on_what_is_lost(cells: list[int], leaving: list[str], code: str) -> None:
    units = [unit(name, cell) for name, cell in zip("ABC", cells, strict=False)]
    [cover] = coverage([1] * 10).answers(state_of(units), {}, at=START, leaving=leaving).covers
    assert cover.reason.code == code


def test_what_nobody_reaches_any_more_is_said_so() -> None:
    state = state_of([unit("E1", 1), unit("E3", 8)])
    state = replace(state, closures=Map({"c": Closure("c", "LineString", ((25.0 + 4.5 * STEP, 60.0), (25.1, 61.0)))}))
    [cover] = coverage([1] * 10).answers(state, {}, at=START, leaving=["E1"]).covers
    assert cover.reason.code == "cover_lost_wholly" and cover.worst is not None and cover.worst.wait_s is None


def test_no_demand_no_unit_and_no_target_are_answered() -> None:
    empty = Coverage(Street(), _nowhere(), targets(target(2)))
    [cover] = empty.answers(state_of([unit("E1", 1)]), {}, at=START).covers
    assert (cover.reached, cover.counts.shape) == (0.0, (0,))
    assert coverage([1]).answers(state_of([]), {}, at=START).covers == ()
    assert Coverage(Street(), line([1]), targets()).answers(state_of([unit("E1", 1)]), {}, at=START).covers == ()
    busy = state_of([unit("E1", 0)])
    busy = replace(busy, units=Map({"E1": replace(busy.units["E1"], status=Status.OUT_OF_SERVICE)}))
    [cover] = coverage([1, 1]).answers(busy, {}, at=START).covers
    assert (cover.units, cover.reached, cover.reason.code) == (0, 0.0, "cover_nobody")


def _nowhere() -> Demand:
    demand = line([1])
    none = np.empty((0, 2))
    return replace(demand, lonlat=none, weight=np.empty(0), corner_xy=none, area=np.empty(0, np.int32))


def test_who_counts() -> None:
    able = [unit("E1", 0), unit("L1", 1, capabilities=("ladder",)), unit("A1", 0, department="ambulance")]
    crews = [unit("X1", 3, cross_staffed="house"), unit("X2", 3, cross_staffed="house")]
    shifts = [unit("N1", 4, shift="night")]
    state = state_of([*able, *crews, *shifts])
    state = replace(state, roster=replace(state.roster, shifts=(Shift("night", "20:00", "06:00"),)))
    engines = Coverage(Street(), line([1] * 5), targets(target(0, capabilities=["engine"])))
    [cover] = engines.answers(state, {}, at=START).covers
    assert cover.counts.tolist() == [1, 0, 0, 1, 0]  # one crew once, nobody who is off duty or cannot do it
    [cover] = engines.answers(state, {}, at=START + timedelta(hours=13)).covers
    assert cover.counts.tolist() == [1, 0, 0, 1, 1]
    [cover] = engines.answers(state, {}, at=START, leaving=["X2"]).covers
    assert cover.counts_after.tolist() == [1, 0, 0, 0, 0]
    out = replace(state.units["X2"], assignment_id="1/1", status=Status.ALERTED)
    [cover] = engines.answers(replace(state, units=state.units.set("X2", out)), {}, at=START).covers
    assert cover.counts.tolist() == [1, 0, 0, 0, 0]
    held = replace(state.units["E1"], held="harbour")
    [cover] = engines.answers(replace(state, units=state.units.set("E1", held)), {}, at=START).covers
    assert cover.counts.tolist() == [1, 0, 0, 1, 0]


def test_turnout_counts_where_the_target_says_response() -> None:
    [cover] = coverage([1] * 5, within_min=2, clock="response").answers(state_of([unit("E1", 0)]), {}, at=START).covers
    assert cover.counts.tolist() == [1, 1, 0, 0, 0]


def test_a_unit_whose_position_is_too_old_covers_nothing_and_is_named() -> None:
    lost = Fix("E1", 25.0 + 3 * STEP, 60.0, START, START, 15.0)
    report = coverage([1] * 5).answers(state_of([unit("E1", 0)]), {"E1": lost}, at=START + timedelta(hours=1))
    assert report.unplaced == ("E1",) and report.covers[0].units == 0


def test_only_what_moved_is_timed_and_trembling_is_not_moving() -> None:
    cover = coverage([1] * 5)
    state = state_of([unit("E1", 0), unit("E2", 0), unit("E3", 2)], stations=[0])
    ground = cover.ground
    assert isinstance(ground, Street)
    cover.answers(state, {}, at=START)
    assert ground.asked == 2  # two share the station
    cover.answers(state, {}, at=START, leaving=["E1"])
    assert ground.asked == 2
    near, far = (Fix("E3", 25.0 + cell * STEP, 60.0, START, START) for cell in (2.02, 3.0))
    assert cover.answers(state, {"E3": near}, at=START).covers[0].counts.tolist() == [3, 3, 3, 1, 1]
    assert ground.asked == 2
    assert cover.answers(state, {"E3": far}, at=START).covers[0].counts.tolist() == [2, 3, 3, 1, 1]
    assert ground.asked == 3


def test_changed_roads_are_timed_between_questions_and_the_age_is_said() -> None:
    units = [unit(f"E{number:03}", number / 10) for number in range(AT_ONCE + 10)]
    cover, state = coverage([1] * 10), state_of(units)
    first = cover.answers(state, {}, at=START)
    bar = Closure("c", "LineString", ((25.0 + 0.55 * STEP, 60.0), (25.1, 61.0)))
    closed = replace(state, closures=Map({"c": bar}), sequence=2)
    later = START + timedelta(minutes=3)
    cover.prepare(closed, {}, at=later)
    assert cover.work(budget_s=0.0) < 1.0
    meanwhile = cover.answers(closed, {}, at=later)
    assert (meanwhile.times_at, meanwhile.progress) == (START, 0.0)
    assert np.array_equal(meanwhile.covers[0].counts, first.covers[0].counts)
    while cover.work(budget_s=0.001) < 1.0:
        pass
    done = cover.answers(closed, {}, at=later)
    assert (done.times_at, done.progress) == (later, 1.0)
    assert done.covers[0].counts[0] == 6
    again = cover.answers(state, {}, at=later)  # a question about the roads as they were costs nothing
    assert np.array_equal(again.covers[0].counts, first.covers[0].counts)


def test_what_is_imagined_between_two_parts_of_the_work_does_not_spoil_it() -> None:
    units = [unit(f"E{number:03}", number / 10) for number in range(AT_ONCE + 10)]
    cover, state = coverage([1] * 10), state_of(units)
    cover.answers(state, {}, at=START)
    bar = Closure("c", "LineString", ((25.0 + 0.55 * STEP, 60.0), (25.1, 61.0)))
    closed = replace(state, closures=Map({"c": bar}), sequence=2)
    cover.prepare(closed, {}, at=START)
    cover.answers(state, {}, at=START)  # as if the road were open
    while cover.work() < 1.0:
        pass
    cover.answers(state, {}, at=START)
    assert cover.answers(closed, {}, at=START).covers[0].counts[0] == 6


def test_weather_slows_and_what_nobody_has_prepared_is_said() -> None:
    units = [unit(f"E{number:03}", number / 10) for number in range(AT_ONCE + 10)]
    cover, state = coverage([1] * 10), state_of(units)
    assert cover.answers(state, {}, at=START).covers[0].counts[0] == 21
    snow = replace(state, weather="snow")
    late = cover.answers(snow, {}, at=START)
    assert (late.covers[0].counts[0], late.progress) == (21, 0.0)
    cover.prepare(snow, {}, at=START)
    while cover.work() < 1.0:
        pass
    assert cover.answers(snow, {}, at=START).covers[0].counts[0] == 11


def test_many_that_moved_count_from_where_they_were_until_they_are_timed() -> None:
    units = [unit(f"E{number:03}", 0) for number in range(AT_ONCE + 10)]
    cover, state = coverage([1] * 10), state_of(units)
    cover.answers(state, {}, at=START)
    fixes = {
        each.id: Fix(each.id, 25.0 + (5 + number / 50) * STEP, 60.0, START, START) for number, each in enumerate(units)
    }
    assert cover.answers(state, fixes, at=START).covers[0].counts[0] == len(units)
    cover.prepare(state, fixes, at=START)
    while cover.work() < 1.0:
        pass
    assert cover.answers(state, fixes, at=START).covers[0].counts[0] == 0


def test_what_the_log_taught_changes_demand_and_busyness() -> None:
    cover = coverage([1, 1, 8])
    state = state_of([unit("E1", 0)])
    before = cover.answers(state, {}, at=START).covers[0]
    cover.learn(History({"fire": ((25.0, 60.0),) * 4000}, {"fire": 0.5}))
    after = cover.answers(state, {}, at=START).covers[0]
    assert after.busy == 0.5 and cover.weight_of("fire")[0] > 0.9 and before.busy == 0.3
    assert cover.weight_of("police").tolist() == pytest.approx([0.1, 0.1, 0.8])


@given(st.permutations(range(6)), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_the_order_of_rows_changes_nothing(order: list[int], cells: list[int]) -> None:
    units = [unit(f"E{number}", cell, station="s1") for number, cell in enumerate(cells)]
    one = coverage([1, 2, 3, 4, 5] * 2).answers(state_of(units, [1, 4]), {}, at=START, leaving=["E1", "E4"])
    shuffled = state_of([units[place] for place in order], [4, 1])
    other = coverage([1, 2, 3, 4, 5] * 2).answers(shuffled, {}, at=START, leaving=["E4", "E1"])
    for left, right in zip(one.covers, other.covers, strict=True):
        assert np.array_equal(left.counts_after, right.counts_after)
        assert (left.expected_after, left.reason, left.worst) == (right.expected_after, right.reason, right.worst)

"""Groups that want one station get it, at the best there is by trying everything and by HiGHS."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dispatch.commands import AssignUnits, Choice
from dispatch.joint_together import solve_together
from dispatch.matching import IMPOSSIBLE
from dispatch.penalties import Known
from dispatch.plan import plan
from tests.dispatch.exact_classes import by_highs
from tests.dispatch.story import Story
from tests.dispatch.test_joint_plan import pairs_of, town
from tests.dispatch.test_joint_solver import measured
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

Rows = NDArray[np.int64]


@st.composite
def boards(draw: st.DrawFn) -> tuple[Rows, list[Rows], list[Rows], Rows]:
    places, units = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    cell = st.one_of(st.just(IMPOSSIBLE), st.integers(0, draw(st.sampled_from((1, 4, 9)))))
    costs = draw(st.lists(st.lists(cell, min_size=units, max_size=units), min_size=places, max_size=places))
    number = np.array(draw(st.lists(st.integers(0, 1), min_size=places, max_size=places)))
    group = np.array(draw(st.lists(st.integers(0, 2), min_size=places, max_size=places)))
    station = np.array(draw(st.lists(st.integers(0, 2), min_size=units, max_size=units)))
    classes = [np.flatnonzero(number == each) for each in range(2)]
    return np.array(costs, dtype=np.int64), classes, [np.flatnonzero(group == each) for each in range(2)], station


def fits(picks: Rows, groups: list[Rows], station: Rows) -> bool:
    return all(len({int(station[each]) for each in picks[rows] if each >= 0}) <= 1 for rows in groups)


def by_trying(costs: Rows, classes: list[Rows], groups: list[Rows], station: Rows) -> list[int]:
    answers = []
    for choice in product(range(-1, costs.shape[1]), repeat=len(costs)):
        used = [column for column in choice if column >= 0]
        possible = all(costs[row, column] != IMPOSSIBLE for row, column in enumerate(choice) if column >= 0)
        if len(set(used)) == len(used) and possible and fits(np.array(choice), groups, station):
            answers.append(measured(costs, classes, np.array(choice)))
    return min(answers)


@settings(max_examples=200, deadline=None)
@given(boards())
def test_equal_to_trying_everything(board: tuple[Rows, list[Rows], list[Rows], Rows]) -> None:
    costs, classes, groups, station = board
    answer = solve_together(costs, classes, groups, station)
    assert answer.is_optimal and fits(answer.picks, groups, station)
    assert measured(costs, classes, answer.picks) == by_trying(costs, classes, groups, station)


@settings(max_examples=100, deadline=None)
@given(boards(), st.integers(0, 6))
def test_out_of_time_it_still_fits_and_never_claims_to_be_best(
    board: tuple[Rows, list[Rows], list[Rows], Rows], looks: int
) -> None:
    costs, classes, groups, station = board
    left = iter([False] * looks)
    answer = solve_together(costs, classes, groups, station, is_late=lambda: next(left, True))
    assert fits(answer.picks, groups, station)
    sums, best = measured(costs, classes, answer.picks), by_trying(costs, classes, groups, station)
    assert sums == best if answer.is_optimal else sums >= best
    if not answer.is_optimal:
        assert answer.greedy_from is not None
        assert answer.bound_ms <= sum(sums[2 * answer.greedy_from + 1 :: 2])


@pytest.mark.parametrize("seed", [1, 2])
def test_equal_to_highs_on_larger_ones(seed: int) -> None:
    dice = np.random.default_rng(seed)
    costs = dice.integers(60_000, 900_000, (24, 30))
    costs[dice.random(costs.shape) < 0.5] = IMPOSSIBLE
    classes = [np.arange(0, 12), np.arange(12, 24)]
    groups = [np.arange(4 * each, 4 * each + 3) for each in range(5)]
    station = np.arange(30) // 5
    answer = solve_together(costs, classes, groups, station)
    assert answer.is_optimal and fits(answer.picks, groups, station)
    assert measured(costs, classes, answer.picks) == by_highs(costs, classes, groups=groups, station=station)


def test_an_engine_and_a_ladder_come_from_one_station_where_that_is_asked() -> None:
    state = town([("structure_fire", 2, 2, 2)], ["E1", "E2", "L1", "A1"])
    wish = Known(together={1: [("engine", "ladder_2")]})
    apart, together = (plan(state, {}, TownRoads(), at=START, known=known) for known in (Known(), wish))
    chosen = {need: unit for _, need, unit in pairs_of(together)}
    assert {need: unit for _, need, unit in pairs_of(apart)}["engine"] == "E2"
    assert (chosen["engine"], chosen["ladder_2"], chosen["engine_2"]) == ("E1", "L1", "E2")
    assert together.is_optimal


def test_who_is_on_its_way_already_decides_the_station() -> None:
    story = Story()
    number = story.fire()
    story.do(AssignUnits(number, (Choice("E2", "engine"),)))
    wish = Known(together={number: [("engine", "als", "patrol")]})
    answer = plan(story.state, {}, TownRoads(), at=START, known=wish)
    assert pairs_of(answer) == []
    assert {each.need_id for each in answer.answers[0].unmet} == {"als", "patrol"}


def test_a_need_in_two_groups_is_refused() -> None:
    state = town([("structure_fire", 2, 2, 2)], ["E1", "E2", "L1", "A1"])
    wish = Known(together={1: [("engine", "ladder_2"), ("engine", "als")]})
    with pytest.raises(ValueError, match="two groups"):
        plan(state, {}, TownRoads(), at=START, known=wish)


def test_parts_that_share_nothing_are_searched_apart_and_all_of_them() -> None:
    costs = np.full((4, 8), IMPOSSIBLE, dtype=np.int64)
    costs[:2, :4] = [[1, 9, 9, 9], [9, 9, 1, 1]]  # stations 0 0 1 1: apart 2, together 10
    costs[2:, 4:] = [[2, 9, 9, 9], [9, 9, 2, 2]]
    station = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    groups = [np.array([0, 1]), np.array([2, 3])]
    answer = solve_together(costs, [np.arange(4)], groups, station)
    assert answer.is_optimal and fits(answer.picks, groups, station)
    assert measured(costs, [np.arange(4)], answer.picks) == [0, 21]

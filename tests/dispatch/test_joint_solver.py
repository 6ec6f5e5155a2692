"""Classes are served one after another, each at its true optimum: held against trying everything and against HiGHS."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dispatch import joint_face, joint_solver
from dispatch.joint_face import Face, TooLarge, narrow
from dispatch.joint_solver import solve
from dispatch.matching import IMPOSSIBLE
from tests.dispatch.exact_classes import by_highs

Costs = NDArray[np.int64]
CLASSES = 3


def measured(costs: Costs, classes: list[NDArray[np.int64]], picks: NDArray[np.int64]) -> list[int]:
    """Return, class by class, the places left empty and the sum of costs."""
    used = picks[picks >= 0].tolist()
    assert len(set(used)) == len(used)
    sums = []
    for rows in classes:
        filled = [(row, int(picks[row])) for row in rows.tolist() if picks[row] >= 0]
        assert all(costs[pair] != IMPOSSIBLE for pair in filled)
        sums += [len(rows) - len(filled), sum(int(costs[pair]) for pair in filled)]
    return sums


def by_trying(costs: Costs, classes: list[NDArray[np.int64]]) -> list[int]:
    """Return what is best by trying everything."""
    answers = []
    for choice in product(range(-1, costs.shape[1]), repeat=len(costs)):
        used = [column for column in choice if column >= 0]
        pairs = [(row, column) for row, column in enumerate(choice) if column >= 0]
        if len(set(used)) == len(used) and all(costs[pair] != IMPOSSIBLE for pair in pairs):
            answers.append(measured(costs, classes, np.array(choice)))
    return min(answers)


@st.composite
def boards(draw: st.DrawFn) -> tuple[Costs, list[NDArray[np.int64]]]:
    places, units = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    dearest = draw(st.sampled_from((0, 1, 3, 9)))  # few values make many ties
    cell = st.one_of(st.just(IMPOSSIBLE), st.integers(0, dearest))
    costs = draw(st.lists(st.lists(cell, min_size=units, max_size=units), min_size=places, max_size=places))
    number = np.array(draw(st.lists(st.integers(0, CLASSES - 1), min_size=places, max_size=places)))
    return np.array(costs, dtype=np.int64), [np.flatnonzero(number == each) for each in range(CLASSES)]


@settings(max_examples=250, deadline=None)
@given(boards())
def test_equal_to_trying_everything_with_ties_and_too_few_units(
    board: tuple[Costs, list[NDArray[np.int64]]],
) -> None:
    costs, classes = board
    answer = solve(costs, classes)
    assert answer.is_optimal
    assert measured(costs, classes, answer.picks) == by_trying(costs, classes)


@settings(max_examples=100, deadline=None)
@given(boards(), st.randoms(use_true_random=False))
def test_the_order_of_places_changes_no_class(board: tuple[Costs, list[NDArray[np.int64]]], dice: object) -> None:
    costs, classes = board
    order = list(range(len(costs)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    shuffled = costs[order]
    moved = [np.flatnonzero(np.isin(order, rows)) for rows in classes]
    before, after = solve(costs, classes), solve(shuffled, moved)
    assert measured(costs, classes, before.picks) == measured(shuffled, moved, after.picks)


@settings(max_examples=100, deadline=None)
@given(boards())
def test_both_wishes_at_once_and_one_after_the_other_agree(board: tuple[Costs, list[NDArray[np.int64]]]) -> None:
    costs, classes = board
    at_once = solve(costs, classes)
    with pytest.MonkeyPatch.context() as patch:
        # Room for one wish of a class alone, with what it may not give up, and for no more.
        patch.setattr(joint_face, "EXACT_BELOW", 4.0 * 5 * (5 * 10 + 10))
        apart = solve(costs, classes)
    assert measured(costs, classes, at_once.picks) == measured(costs, classes, apart.picks)


@pytest.mark.parametrize(("units", "ties"), [(90, False), (25, False), (40, True)])
def test_equal_to_highs_on_larger_ones(units: int, ties: bool) -> None:
    dice = np.random.default_rng(units)
    costs = dice.integers(60_000, 1_800_000, (60, units))
    if ties:  # units of one station take equally long
        costs = costs[:, np.repeat(np.arange(units // 4), 4)]
    costs[dice.random(costs.shape) < 0.6] = IMPOSSIBLE
    number = dice.integers(0, 4, len(costs))
    classes = [np.flatnonzero(number == each) for each in range(4)]
    assert measured(costs, classes, solve(costs, classes).picks) == by_highs(costs, classes)


def test_of_equal_answers_an_earlier_class_takes_the_one_that_suits_the_later_best() -> None:
    costs = np.array([[5, 5], [IMPOSSIBLE, 7]], dtype=np.int64)
    assert solve(costs, [np.array([0]), np.array([1])]).picks.tolist() == [0, 1]
    costs = np.array([[5, 5], [7, IMPOSSIBLE]], dtype=np.int64)
    assert solve(costs, [np.array([0]), np.array([1])]).picks.tolist() == [1, 0]


def test_a_second_lost_by_the_first_class_outweighs_any_number_of_later_places() -> None:
    costs = np.full((40, 40), 1, dtype=np.int64)
    costs[0] = IMPOSSIBLE
    costs[0, :2] = (1000, 1001)
    costs[1:, 1] = IMPOSSIBLE  # all later ones could be filled only if the first took the second unit
    picks = solve(costs, [np.array([0]), np.arange(1, 40)]).picks
    assert picks[0] == 0 and (picks[1:] == -1).sum() == 1


def test_the_place_that_stands_first_is_filled_of_equals_by_the_first_unit() -> None:
    costs = np.full((3, 1), 9, dtype=np.int64)
    assert solve(costs, [np.arange(3)]).picks.tolist() == [0, -1, -1]
    costs = np.full((1, 3), 9, dtype=np.int64)
    assert solve(costs, [np.arange(1)]).picks.tolist() == [0]


def test_out_of_time_the_rest_is_served_in_turn_and_marked() -> None:
    costs = np.array([[9, 1, 5], [1, 2, 9], [1, 5, 9]], dtype=np.int64)
    late = iter((False, True))
    answer = solve(costs, [np.array([0]), np.array([1, 2])], is_late=lambda: next(late))
    assert not answer.is_optimal and answer.greedy_from == 1
    assert answer.picks.tolist() == [1, 0, 2]
    assert answer.bound_ms == 2  # both would have the first unit


def test_a_class_too_large_is_not_begun_and_the_classes_before_it_keep_what_they_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joint_solver, "MOST_CELLS", 5)
    costs = np.array([[9, 1, 5], [1, 2, 9], [1, 5, 9]], dtype=np.int64)
    answer = solve(costs, [np.array([0]), np.array([1, 2])])
    assert not answer.is_optimal and answer.greedy_from == 1
    assert answer.picks.tolist() == [1, 0, 2]


def test_sums_that_would_not_be_exact_are_refused() -> None:
    face = Face.nothing(2).with_rows(np.arange(2), np.ones((2, 2), dtype=bool))
    with pytest.raises(TooLarge):
        narrow(face, np.full((2, 2), 2.0**51), np.zeros(2))


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_give_is_answered(shape: tuple[int, int]) -> None:
    answer = solve(np.zeros(shape, dtype=np.int64), [np.arange(shape[0])])
    assert answer.picks.tolist() == [-1] * shape[0] and answer.is_optimal

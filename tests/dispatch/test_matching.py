"""Slots and units are matched as well as trying everything would."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matching import IMPOSSIBLE, LONGEST_MS, match


def brute_force(costs: list[list[int]]) -> tuple[int, int, int]:
    """Return (slots left empty, sum of costs, sum of columns) of the best answer, by trying every one."""
    best = (len(costs) + 1, 0, 0)
    columns = range(-1, len(costs[0]) if costs else 0)
    for choice in product(columns, repeat=len(costs)):
        used = [column for column in choice if column >= 0]
        if len(set(used)) < len(used):
            continue
        values = [costs[row][column] for row, column in enumerate(choice) if column >= 0]
        if IMPOSSIBLE not in values:
            best = min(best, (len(costs) - len(used), sum(values), sum(used)))
    return best


def measured(costs: list[list[int]], answer: tuple[int | None, ...]) -> tuple[int, int, int]:
    used = [column for column in answer if column is not None]
    assert len(set(used)) == len(used)
    values = [costs[row][column] for row, column in enumerate(answer) if column is not None]
    assert IMPOSSIBLE not in values
    return answer.count(None), sum(values), sum(used)


tables = st.integers(1, 5).flatmap(
    lambda units: st.lists(
        st.lists(st.one_of(st.just(IMPOSSIBLE), st.integers(0, 6)), min_size=units, max_size=units),
        min_size=1,
        max_size=4,
    )
)


@settings(max_examples=400, deadline=None)
@given(tables)
def test_equal_to_trying_everything_with_ties_and_impossible_slots(costs: list[list[int]]) -> None:
    answer = match(np.array(costs, dtype=np.int64))
    empty, total, _ = measured(costs, answer)
    assert (empty, total) == brute_force(costs)[:2]


@settings(max_examples=200, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_set_of_equals(costs: list[list[int]], dice: object) -> None:
    order = list(range(len(costs)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    answer = match(np.array(costs, dtype=np.int64))
    shuffled = match(np.array([costs[row] for row in order], dtype=np.int64))
    assert measured(costs, answer)[:2] == measured([costs[row] for row in order], shuffled)[:2]


def test_of_equals_the_first_is_taken() -> None:
    assert match(np.array([[7, 5, 5, 5]], dtype=np.int64)) == (1,)
    assert sorted(match(np.array([[5, 5, 5], [5, 5, 5]], dtype=np.int64))) == [0, 1]


def test_filling_more_slots_beats_any_time() -> None:
    assert match(np.array([[1, 2], [1, IMPOSSIBLE]], dtype=np.int64)) == (1, 0)
    assert match(np.array([[1, LONGEST_MS * 5], [1, IMPOSSIBLE]], dtype=np.int64)) == (1, 0)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_match_is_answered(shape: tuple[int, int]) -> None:
    assert match(np.zeros(shape, dtype=np.int64)) == (None,) * shape[0]


def test_a_large_table_is_matched_at_the_optimum_of_the_solver() -> None:
    from scipy.optimize import linear_sum_assignment

    costs = np.random.default_rng(3).integers(1, 3_600_000, (24, 5000))
    answer = match(costs)
    rows, columns = linear_sum_assignment(costs)
    assert sum(int(costs[row, column]) for row, column in enumerate(answer) if column is not None) == int(
        costs[rows, columns].sum()
    )

"""A search among assignments finds the best, by trying everything and by plain programmes, and claims nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_classes import pack_by_search
from dispatch.packing_terms import Terms, is_sound, worth
from tests.dispatch.packed import Costs, boards, by_one_programme, by_trying
from tests.dispatch.test_packing import random_board


def never() -> bool:
    return False


def led_by_one(terms: Terms) -> Terms:
    """Return terms of which an assignment can know all: nobody brings several officers, who rides need not lead."""
    return replace(terms, officers=terms.officers * ~terms.shared, has_officers=np.minimum(terms.has_officers, 1))


@settings(max_examples=100, deadline=None)
@given(boards())
def test_equal_to_trying_everything(board: tuple[Costs, Terms]) -> None:
    costs, terms = board
    answer = pack_by_search(costs, terms, is_late=never)
    assert is_sound(answer, costs, terms)
    until = None if answer.greedy_from is None else 3 * answer.greedy_from
    assert worth(answer, costs, terms)[:until] == by_trying(costs, terms)[:until]


@pytest.mark.parametrize("seed", range(1, 5))
def test_equal_to_one_plain_programme_on_larger_boards(seed: int) -> None:
    costs, terms = random_board(seed, needs=18, units=32)
    terms = led_by_one(terms)
    answer = pack_by_search(costs, terms, is_late=never)
    assert answer.is_optimal and is_sound(answer, costs, terms)
    assert worth(answer, costs, terms) == by_one_programme(costs, terms)


@settings(max_examples=40, deadline=None)
@given(boards(), st.integers(0, 5))
def test_out_of_time_only_what_was_decided_is_claimed(board: tuple[Costs, Terms], looks: int) -> None:
    costs, terms = board
    left = iter([False] * looks)
    answer = pack_by_search(costs, terms, is_late=lambda: next(left, True))
    assert is_sound(answer, costs, terms)
    until = None if answer.greedy_from is None else 3 * answer.greedy_from
    assert worth(answer, costs, terms)[:until] == by_trying(costs, terms)[:until]


def city(seed: int, incidents: int = 40) -> tuple[Costs, Terms]:
    """Return a city of incidents with two needs that want one station each, or a need that rides, and too few units."""
    dice = np.random.default_rng(seed)
    needs, units = 2 * incidents, 70
    costs = dice.integers(60_000, 900_000, (needs, units))
    costs[dice.random(costs.shape) < 0.7] = IMPOSSIBLE
    incident = np.repeat(np.arange(incidents), 2)
    shared = (np.arange(needs) % 2 == 1) & (incident % 4 == 1) & (incident % 5 > 0)
    return costs, Terms(
        np.ones(needs, dtype=np.int64),
        incident,
        np.repeat(dice.integers(0, 3, incidents), 2),
        shared,
        np.zeros(needs, dtype=np.int64),
        np.zeros(units, dtype=np.int64),
        np.arange(units) // 5,
        [(unit,) for unit in range(units)],
        tuple(np.array([2 * number, 2 * number + 1]) for number in range(0, incidents, 5)),
    )


def test_a_city_is_proven_and_never_worse_where_less_is_asked() -> None:
    costs, terms = city(3)
    answer = pack_by_search(costs, terms, is_late=never, most=1000)
    free = pack_by_search(costs, replace(terms, groups=()), is_late=never, most=1000)
    assert answer.is_optimal and free.is_optimal and is_sound(answer, costs, terms)
    assert worth(free, costs, terms) < worth(answer, costs, terms)
    assert worth(free, costs, terms) == by_one_programme(costs, replace(terms, groups=()))


def test_too_much_to_try_is_said() -> None:
    costs, terms = city(3)
    answer = pack_by_search(costs, terms, is_late=never, most=2)
    assert not answer.is_optimal and answer.greedy_from is not None
    assert is_sound(answer, costs, terms)


def test_the_order_of_rows_and_columns_changes_no_worth() -> None:
    costs, terms = city(5)
    back, first = np.arange(len(costs))[::-1], np.arange(costs.shape[1])[::-1]
    turned_costs, turned = costs[np.ix_(back, first)], terms.part(back, first)
    one = pack_by_search(costs, terms, is_late=never)
    other = pack_by_search(turned_costs, turned, is_late=never)
    assert one.is_optimal and other.is_optimal
    assert worth(one, costs, terms) == worth(other, turned_costs, turned)


def test_of_two_stations_that_serve_a_group_alike_neither_is_lost_for_later_classes() -> None:
    costs = np.array([[100, 100], [200, 200]])
    none = np.zeros(2, dtype=np.int64)
    stations, classes = np.arange(2), np.arange(2)
    terms = Terms(np.array([2, 1]), classes, classes, none > 0, none, none, stations, [("a",), ("b",)], (none[:1],))
    assert pack_by_search(costs, terms, is_late=never).hosts == {0: 0, 1: 1}

"""Units that hang together are packed at the best there is, by trying everything and by one plain programme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import packing_programme
from dispatch.matching import IMPOSSIBLE
from dispatch.packing import Terms, endless, pack, pack_in_turn
from dispatch.packing_programme import Programme, Wish
from dispatch.packing_rest import pack_by_programme
from dispatch.packing_terms import is_sound, worth
from tests.dispatch.packed import Costs, boards, by_one_programme, by_trying


@pytest.fixture(scope="module")
def few_at_first() -> Iterator[None]:
    """Have programmes begin with two choices a need, so that prices have to find the others on small boards too."""
    patch = pytest.MonkeyPatch()
    patch.setattr(packing_programme, "SMALL", -1)
    patch.setattr(packing_programme, "NEAREST", 1)
    yield
    patch.undo()


def random_board(seed: int, needs: int = 14, units: int = 26) -> tuple[Costs, Terms]:
    dice = np.random.default_rng(seed)
    costs = dice.integers(60_000, 900_000, (needs, units))
    costs[dice.random(costs.shape) < 0.5] = IMPOSSIBLE
    uses = [(f"u{unit}",) for unit in range(units)]
    uses = [(*used, f"crew {unit // 2}") if unit < 8 else used for unit, used in enumerate(uses)]
    uses[-1] = ("u9", "u10", "u11")
    terms = Terms(
        dice.integers(1, 3, needs),
        np.sort(dice.integers(0, 5, needs)),
        dice.integers(0, 2, needs),
        dice.random(needs) < 0.3,
        (dice.random(needs) < 0.4).astype(np.int64),
        (dice.random(units) < 0.2) * dice.integers(1, 3, units),
        np.zeros(units, dtype=np.int64),
        uses,
    )
    return costs, terms


@settings(max_examples=60, deadline=None)
@given(boards())
def test_equal_to_trying_everything(board: tuple[Costs, Terms]) -> None:
    costs, terms = board
    answer = pack(costs, terms)
    assert answer.is_optimal and is_sound(answer, costs, terms)
    assert worth(answer, costs, terms) == by_trying(costs, terms)


@settings(max_examples=40, deadline=None)
@given(boards())
def test_programmes_are_equal_too_where_choices_are_taken_in_by_their_prices(
    few_at_first: None, board: tuple[Costs, Terms]
) -> None:
    costs, terms = board
    answer = pack_by_programme(costs, terms, endless)
    assert answer.is_optimal and is_sound(answer, costs, terms)
    assert worth(answer, costs, terms) == by_trying(costs, terms)


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_one_plain_programme_on_larger_boards(seed: int) -> None:
    costs, terms = random_board(seed)
    answer = pack(costs, terms)
    assert answer.is_optimal and is_sound(answer, costs, terms)
    assert worth(answer, costs, terms) == by_one_programme(costs, terms)


@settings(max_examples=40, deadline=None)
@given(boards(), st.integers(0, 4))
def test_out_of_time_every_rule_is_kept_and_nothing_is_claimed(board: tuple[Costs, Terms], looks: int) -> None:
    costs, terms = board
    left = iter([10.0] * looks)
    answer = pack(costs, terms, left_s=lambda: next(left, 0.0))
    assert is_sound(answer, costs, terms)
    found, best = worth(answer, costs, terms), by_trying(costs, terms)
    assert found == best if answer.is_optimal else found >= best
    if answer.greedy_from is not None:
        spent_ms = sum(
            costs[need, unit] for unit, need in answer.hosts.items() if terms.classes[need] >= answer.greedy_from
        )
        assert answer.bound_ms <= spent_ms


@settings(max_examples=40, deadline=None)
@given(boards())
def test_in_turn_every_rule_is_kept_and_it_is_never_better(board: tuple[Costs, Terms]) -> None:
    costs, terms = board
    answer = pack_in_turn(costs, terms)
    assert is_sound(answer, costs, terms) and not answer.is_optimal
    assert worth(answer, costs, terms) >= by_trying(costs, terms)


def plain(needs: int, units: int, **more: object) -> Terms:
    """Return terms of needs of one incident, a place each, that bind nothing but what is given."""
    none = np.zeros(needs, dtype=np.int64)
    of_units = np.zeros(units, dtype=np.int64)
    terms = Terms(none + 1, none, none, none > 0, none, of_units, of_units, [(unit,) for unit in range(units)])
    return replace(terms, **more)  # type: ignore[arg-type]


def test_of_one_crew_the_vehicle_that_saves_most_goes() -> None:
    costs = np.array([[100, IMPOSSIBLE, 500], [IMPOSSIBLE, 100, 900]])
    terms = plain(2, 3, uses=[("a", "crew"), ("b", "crew"), ("c",)])
    assert pack(costs, terms).hosts == {1: 1, 2: 0}


def test_a_task_force_fills_one_place_and_leaves_none_of_its_units() -> None:
    costs = np.array([[300, 200, IMPOSSIBLE, 50], [300, IMPOSSIBLE, 400, IMPOSSIBLE]])
    terms = plain(2, 4, uses=[("a",), ("b",), ("c",), ("a", "c")])
    assert pack(costs, terms).hosts == {0: 1, 1: 0}  # the force is quickest, but would leave the other need empty
    assert pack(costs[:1], plain(1, 4, uses=terms.uses)).hosts == {3: 0}


def test_a_shared_need_rides_or_has_a_unit_of_its_own() -> None:
    costs = np.array([[100, 200], [IMPOSSIBLE, 300]])
    terms = plain(2, 2, shared=np.array([False, True]))
    assert (pack(costs, terms).hosts, pack(costs, terms).rides) == ({1: 0}, {1: (1,)})
    apart = np.array([[100, IMPOSSIBLE], [IMPOSSIBLE, 300]])
    assert pack(apart, terms).hosts == {0: 0, 1: 1}


def test_an_officer_goes_where_one_is_asked_for_though_later() -> None:
    costs = np.array([[100, 150, 900]])
    terms = plain(1, 3, counts=np.array([2]), officers=np.array([1]), has_officers=np.array([0, 0, 1]))
    assert pack(costs, terms).hosts == {0: 0, 2: 0}


def test_nothing_at_all_and_nobody_at_all() -> None:
    assert pack(np.zeros((0, 0), dtype=np.int64), plain(0, 0)).hosts == {}
    assert pack(np.zeros((0, 3), dtype=np.int64), plain(0, 3)).hosts == {}
    assert pack(np.zeros((2, 0), dtype=np.int64), plain(2, 0)).hosts == {}


def test_of_equals_the_needs_that_stand_first_and_earlier_columns() -> None:
    costs = np.full((3, 4), 100)
    terms = plain(3, 4, uses=[("a", "x"), ("b", "x", "y"), ("c", "y"), ("d", "x")])
    assert set(pack(costs, terms).hosts.values()) == {0, 1}
    assert set(pack(costs, terms).hosts) == {0, 2}


def test_a_single_wish_finds_its_least() -> None:
    costs, terms = random_board(3, needs=6, units=9)
    programme = Programme(costs, terms, endless)
    programme.take_in(np.flatnonzero(terms.classes == 0))
    mine = (terms.classes == 0).astype(np.float64)
    filled = -programme.narrow(Wish(-mine, np.zeros(6), np.zeros(6)))
    assert int(terms.counts[terms.classes == 0].sum()) - filled == by_one_programme(costs, terms)[0]

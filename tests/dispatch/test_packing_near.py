"""In a large city what an assignment breaks is put right near by; what is claimed to be best is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from dispatch import packing_rest
from dispatch.packing import endless
from dispatch.packing_rest import pack_by_programme
from dispatch.packing_terms import is_sound, worth
from tests.dispatch.packed import by_one_programme
from tests.dispatch.test_packing import random_board


@pytest.fixture
def a_city_of_a_few() -> Iterator[None]:
    """Take boards of more than six needs for large."""
    patch = pytest.MonkeyPatch()
    patch.setattr(packing_rest, "MOST_NEEDS", 6)
    patch.setattr(packing_rest, "FEW", 1)
    patch.setattr("dispatch.packing_near.MOST_NEEDS", 6)
    yield
    patch.undo()


@pytest.mark.parametrize("seed", range(8))
def test_it_keeps_every_rule_and_claims_only_what_is_best(a_city_of_a_few: None, seed: int) -> None:
    costs, terms = random_board(seed)
    answer, best = pack_by_programme(costs, terms, endless), by_one_programme(costs, terms)
    found = worth(answer, costs, terms)
    assert is_sound(answer, costs, terms)
    if answer.greedy_from is None:
        assert found == best
    else:
        assert found >= best and found[: 3 * answer.greedy_from] == best[: 3 * answer.greedy_from]


def test_it_is_seldom_far_from_the_best(a_city_of_a_few: None) -> None:
    worths = [
        (worth(pack_by_programme(*board, endless), *board), by_one_programme(*board))
        for board in map(random_board, range(20, 28))
    ]
    assert sum(found[0] == best[0] for found, best in worths) >= 7
    over = [(found[2] - best[2]) / best[2] for found, best in worths if found[:2] == best[:2]]
    assert float(np.median(over)) < 0.02

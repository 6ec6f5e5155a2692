"""Optional needs get what the required ones can do without at no cost, whether one assignment tells it or a search."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch import outcome as outcomes
from dispatch.matching import IMPOSSIBLE
from dispatch.outcome import Costs
from dispatch.runcard import Need

CARD = tuple(Need(f"n{row}", ("x",), 1 + row % 2, optional=row > 1) for row in range(4))


def worth(costs_ms: Costs, picks: tuple[tuple[int, ...], ...]) -> list[int]:
    found = []
    for rows in ((0, 1), (2, 3)):
        pairs = [(row, column) for row in rows for column in picks[row]]
        found += [-len(pairs), sum(int(costs_ms[pair]) for pair in pairs)]
    return found


def board(seed: int, most_ms: int) -> NDArray[np.int64]:
    """Make times of up to nine units; a unit takes as long whichever need it fills, and does not fit all."""
    dice = np.random.default_rng(seed)
    units = int(dice.integers(1, 10))
    times = dice.integers(1, most_ms, size=units)
    return np.where(dice.random((4, units)) < 0.6, times, IMPOSSIBLE).astype(np.int64)


@pytest.mark.parametrize("most_ms", [4, 900_000, 90_000_000])
def test_one_assignment_tells_what_a_search_finds(most_ms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    boards = [board(seed, most_ms) for seed in range(60)]
    searches: list[int] = []
    search = outcomes._in_turn
    monkeypatch.setattr(outcomes, "_in_turn", lambda *told: searches.append(1) or search(*told))
    quick = [worth(costs_ms, outcomes._plain(CARD, costs_ms)) for costs_ms in boards]
    few = len(searches)
    monkeypatch.setattr(outcomes, "_is_best", lambda *_: False)
    assert quick == [worth(costs_ms, outcomes._plain(CARD, costs_ms)) for costs_ms in boards]
    assert few < len(searches) - few or most_ms > 1e6  # numbers of those cannot say both wishes
    monkeypatch.setattr(outcomes, "_is_best", lambda *_: True)
    blind = [worth(costs_ms, outcomes._plain(CARD, costs_ms)) for costs_ms in boards]
    assert (quick != blind) is (most_ms == 4)  # only units that are equally fast can be exchanged at no cost

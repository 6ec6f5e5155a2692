"""Medians against every choice that there is, and against a solver that knows nothing of them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from dispatch.siting.p_median import p_median

Costs = NDArray[np.float64]


def best_of_all(cost: Costs, weight: Costs, count: int, held: tuple[int, ...] = ()) -> float:
    """Try every choice."""
    free = [site for site in range(len(cost)) if site not in held]
    return min(
        float(cost[[*held, *more]].min(axis=0) @ weight) for more in combinations(free, count - len(held))
    )  # fmt: skip


def by_solver(cost: Costs, weight: Costs, count: int) -> float:
    """Solve the textbook's programme by HiGHS: y for sites, x for pairs."""
    sites, cells = cost.shape
    one, linked = np.zeros((cells, sites + sites * cells)), np.zeros((sites * cells, sites + sites * cells))
    for site in range(sites):
        for cell in range(cells):
            at = site * cells + cell
            one[cell, sites + at] = 1
            linked[at, [site, sites + at]] = -1, 1
    number = np.concatenate([np.ones(sites), np.zeros(sites * cells)])
    rules: list[Any] = [
        LinearConstraint(one, 1, 1), LinearConstraint(linked, -np.inf, 0), LinearConstraint(number, count, count)
    ]  # fmt: skip
    answer = milp(
        np.concatenate([np.zeros(sites), (cost * weight).ravel()]),
        integrality=np.concatenate([np.ones(sites), np.zeros(sites * cells)]), bounds=Bounds(0, 1), constraints=rules,
    )  # fmt: skip
    return float(answer.fun)


@pytest.mark.parametrize("seed", range(25))
def test_the_least_of_all_choices_is_found_and_proven(seed: int) -> None:
    random = np.random.default_rng(seed)
    sites, cells = int(random.integers(2, 9)), int(random.integers(1, 30))
    count = int(random.integers(1, sites + 1))
    cost = random.uniform(0, 100, (sites, cells)) if seed % 2 else random.integers(0, 6, (sites, cells)).astype(float)
    weight = random.integers(0, 5, cells).astype(float)
    held = tuple(random.choice(sites, int(random.integers(0, count)), replace=False).tolist())
    found = p_median(cost, weight, count, held=held)
    assert found.value == pytest.approx(best_of_all(cost, weight, count, held))
    assert found.is_proven and len(set(found.sites)) == count and set(held) <= set(found.sites)
    assert found.value == pytest.approx(float(cost[list(found.sites)].min(axis=0) @ weight))


@pytest.mark.parametrize("count", [2, 5, 9])
def test_a_solver_of_programmes_finds_nothing_better(count: int) -> None:
    random = np.random.default_rng(count)
    places = random.uniform(0, 10_000, (40, 2))
    cost = np.hypot(*(places[:15, None] - places[None, :]).transpose(2, 0, 1))
    weight = random.uniform(0, 10, 40)
    found = p_median(cost, weight, count)
    assert found.is_proven and found.value == pytest.approx(by_solver(cost, weight, count), rel=1e-6)


def test_a_street_of_nine_houses_is_halved() -> None:
    # Nine houses a metre apart: with one site the middle one, 2 × (1 + 2 + 3 + 4); with three each third's middle.
    cost = np.abs(np.arange(9.0)[:, None] - np.arange(9.0))
    assert p_median(cost, np.ones(9), 1).sites == (4,) and p_median(cost, np.ones(9), 1).value == 20
    assert p_median(cost, np.ones(9), 3).sites == (1, 4, 7) and p_median(cost, np.ones(9), 3).value == 6
    assert p_median(cost, np.ones(9), 2, held=[0]).value == 12 and p_median(cost, np.ones(9), 2, held=[0]).sites[0] == 0


def test_where_time_runs_out_what_is_not_proven_is_said() -> None:
    random = np.random.default_rng(3)
    places = random.uniform(0, 1, (150, 2))
    cost = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    found = p_median(cost, np.ones(150), 8, budget_s=0.0)
    whole = p_median(cost, np.ones(150), 8)
    assert found.bound <= whole.value + 1e-9 <= found.value + 2e-9 and len(found.sites) == 8
    assert found.gap == pytest.approx((found.value - found.bound) / found.value)
    assert not found.is_proven and whole.is_proven


@pytest.mark.parametrize(
    ("cost", "weight", "count", "held"),
    [
        (np.ones((3, 2)), np.ones(3), 1, ()),
        (np.full((3, 2), np.inf), np.ones(2), 1, ()),
        (np.ones((3, 2)), np.array([1.0, -1.0]), 1, ()),
        (np.ones((3, 2)), np.ones(2), 4, ()),
        (np.ones((3, 2)), np.ones(2), 0, ()),
        (np.ones((3, 2)), np.ones(2), 1, (0, 1)),
        (np.ones((3, 2)), np.ones(2), 2, (7,)),
    ],
)
def test_what_cannot_be_chosen_is_refused(cost: Costs, weight: Costs, count: int, held: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"fit|numbers|chosen|candidates"):
        p_median(cost, weight, count, held=held)


def test_cells_that_weigh_nothing_change_nothing() -> None:
    cost = np.array([[1.0, 1e9], [2.0, 0.0]])
    assert p_median(cost, np.array([1.0, 0.0]), 1).sites == (0,)
    assert p_median(cost, np.zeros(2), 1).value == 0

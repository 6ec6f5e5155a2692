"""Cover against every choice that there is."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest

from dispatch.siting.maximal_cover import fewest_sites, maximal_cover, order_of


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_covers_more(seed: int) -> None:
    random = np.random.default_rng(seed)
    sites, cells = int(random.integers(2, 9)), int(random.integers(1, 40))
    reach, weight = random.random((sites, cells)) < 0.3, random.integers(0, 6, cells).astype(float)
    count = int(random.integers(1, sites + 1))
    held = tuple(random.choice(sites, int(random.integers(0, count)), replace=False).tolist())
    free = [site for site in range(sites) if site not in held]
    best = max(float(weight[reach[[*held, *more]].any(axis=0)].sum()) for more in combinations(free, count - len(held)))
    found = maximal_cover(reach, weight, count, held=held)
    assert found.value == pytest.approx(best) and found.is_proven
    assert len(set(found.sites)) == count and set(held) <= set(found.sites)


@pytest.mark.parametrize("seed", range(12))
def test_units_that_may_be_busy_may_stand_together(seed: int) -> None:
    random = np.random.default_rng(seed)
    reach, weight = random.random((5, 12)) < 0.4, random.random(12)
    busy, count = float(random.uniform(0.1, 0.7)), int(random.integers(2, 5))
    best = max(
        float(weight @ (1 - busy ** reach[list(each)].sum(axis=0)))
        for each in combinations_with_replacement(range(5), count)
    )
    found = maximal_cover(reach, weight, count, busy=busy, most_a_site=count)
    assert found.value == pytest.approx(best) and len(found.sites) == count
    assert found.is_proven


def test_units_that_stand_already_count_for_what_they_are() -> None:
    # Two units at site 0 cover cell 0 so well that the third does more for the smaller cell 1.
    reach = np.array([[True, False], [True, False], [False, True]])
    weight = np.array([10.0, 2.0])
    assert maximal_cover(reach, weight, 3, held=[0, 0], busy=0.3).sites == (0, 0, 2)
    assert maximal_cover(reach, weight, 2, held=[0], busy=0.3).sites == (0, 1)
    assert maximal_cover(reach, weight, 2, held=[0], busy=0.0).sites == (0, 2)


@pytest.mark.parametrize("seed", [1, 2, 8, 18, 32, 46, 55, 60])  # most are such that the greedy choice is not best
def test_a_site_comes_with_all_of_its_units(seed: int) -> None:
    random = np.random.default_rng(seed)
    reach, weight, units = random.random((8, 20)) < 0.35, random.random(20), random.integers(1, 4, 8)
    busy, count = float(random.uniform(0.1, 0.7)), int(random.integers(2, 5))
    best = max(
        float(weight @ (1 - busy ** (units[list(each)] @ reach[list(each)]))) for each in combinations(range(8), count)
    )
    found = maximal_cover(reach, weight, count, busy=busy, units=units.tolist())
    assert found.value == pytest.approx(best) and found.is_proven and len(set(found.sites)) == count


def test_a_site_without_units_is_none() -> None:
    with pytest.raises(ValueError, match="one at least"):
        maximal_cover(np.ones((2, 2), np.bool_), np.ones(2), 1, busy=0.1, units=[1, 0])


@pytest.mark.parametrize("seed", range(15))
def test_fewer_sites_do_not_reach_so_much(seed: int) -> None:
    random = np.random.default_rng(seed)
    reach, weight = random.random((7, 25)) < 0.35, random.random(25)
    share = 0.8 * float(weight[reach.any(axis=0)].sum() / weight.sum())
    found = fewest_sites(reach, weight, at_least=share)
    need = share * weight.sum() * (1 - 1e-9)
    assert weight[reach[list(found.sites)].any(axis=0)].sum() >= need and found.is_proven
    fewer = combinations(range(7), len(found.sites) - 1)
    assert not any(weight[reach[list(each)].any(axis=0)].sum() >= need for each in fewer)


def test_what_nobody_can_reach_is_said() -> None:
    reach = np.array([[True, False, False], [True, True, False]])
    with pytest.raises(ValueError, match=r"2 candidates together reach 0\.6667 of the demand, not 0\.9"):
        fewest_sites(reach, np.ones(3), at_least=0.9)
    assert fewest_sites(reach, np.array([1.0, 1.0, 0.0])).sites == (1,)
    assert fewest_sites(reach, np.ones(3), at_least=0.6, held=[0]).sites == (0, 1)
    with pytest.raises(ValueError, match="cannot be chosen"):
        maximal_cover(reach, np.ones(3), 3)
    with pytest.raises(ValueError, match="busy"):
        maximal_cover(reach, np.ones(3), 1, busy=1.0)


def test_the_site_that_adds_most_is_opened_first() -> None:
    reach = np.array([[True, True, False, False], [False, True, True, True], [True, False, False, False]])
    assert order_of(reach, np.ones(4), (0, 1, 2)) == [1, 0, 2]
    assert order_of(reach, np.array([9.0, 0, 0, 1]), (0, 1, 2)) == [0, 1, 2]

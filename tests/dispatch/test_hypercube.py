"""How far the model of coverage is from the truth where its assumption fails: servers that wait on each other.

MEXCLP takes every unit to be busy with one probability, whatever the others do. Larson's three servers are the
smallest published case where that is wrong and where the truth is known.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dispatch.coverage_maths import expected, marginal
from tests.dispatch.hypercube import Demand, Hypercube, correction, solve

# Larson and Odoni (1981), sections 5.4.3 to 5.5.3. The split of rates among orders is fitted to what they print.
LARSON = (Demand(0.50, (0, 1, 2)), Demand(0.25, (0, 2, 1)), Demand(0.35, (1, 0, 2)), Demand(0.40, (2, 0, 1)))
BUSY = 0.5  # 1.5 calls for 3 servers
# What is stated about MEXCLP: on this example it promises at most so much more than there is, for n units in reach.
LARGEST_ERROR = {1: 0.058, 2: 0.082, 3: 0.112}


@pytest.fixture(scope="module")
def larson() -> Hypercube:
    return solve(3, LARSON)


def test_the_published_workloads_are_found(larson: Hypercube) -> None:
    assert larson.workloads() == pytest.approx([0.5574, 0.4734, 0.4693], abs=5e-5)
    assert larson.all_busy == pytest.approx(0.23684, abs=5e-6)
    assert larson.sent_elsewhere() == pytest.approx(0.43529, abs=5e-5)
    assert sum(larson.chance) + larson.waiting == pytest.approx(1.0)
    assert sum(larson.workloads()) == pytest.approx(1.5)  # what is offered is done


def test_the_queue_alone_is_that_of_three_equal_servers(larson: Hypercube) -> None:
    """Whoever is asked first, the number of busy servers is that of M/M/3 (Erlang's C)."""
    empty = 1 / (1 + 1.5 + 1.5**2 / 2 + 1.5**3 / 6 / (1 - BUSY))
    by_number = np.bincount([state.bit_count() for state in range(8)], weights=larson.chance)
    assert by_number == pytest.approx([empty, 1.5 * empty, 1.5**2 / 2 * empty, 1.5**3 / 6 * empty])


def test_orders_are_kept(larson: Hypercube) -> None:
    """Everybody who is served at once is served by the first of the order who is free."""
    for demand in LARSON:
        sent = larson.sent(demand)
        assert sum(sent) == pytest.approx(1 - larson.all_busy)
        first, second, _ = demand.order
        assert sent[first] == pytest.approx(1 - larson.workloads()[first])
        both = larson.all_of_them_busy((first, second))
        assert sent[second] == pytest.approx(larson.workloads()[first] - both)


def test_one_server_and_servers_without_rivals_are_as_known() -> None:
    alone = solve(1, [Demand(0.5, (0,))])
    assert (alone.workloads(), alone.all_busy) == (pytest.approx([0.5]), pytest.approx(0.5))
    with pytest.raises(ValueError, match="without end"):
        solve(3, [Demand(3.0, (0, 1, 2))])


def test_what_mexclp_promises_too_much_on_this_example(larson: Hypercube) -> None:
    """It takes servers to be busy by themselves: as they help each other out, they are busy together more often."""
    worst = dict.fromkeys(LARGEST_ERROR, 0.0)
    for count in worst:
        promised = float(expected(np.array([count]), BUSY)[0])
        for some in combinations(range(3), count):
            error = promised - (1.0 - larson.all_of_them_busy(some))
            worst[count] = max(worst[count], abs(error))
            assert count == 1 or error > 0  # never too careful where several are in reach
    for count, bound in LARGEST_ERROR.items():
        assert bound - 0.002 < worst[count] <= bound


def test_with_larsons_correction_the_error_is_a_tenth(larson: Hypercube) -> None:
    """Q(N, rho, j) says by how much the j-th in reach counts for less; the order of what adds most stays the same."""
    factors = [correction(3, BUSY, before) for before in range(3)]
    assert factors == pytest.approx([1.0, 0.73684, 0.63158], abs=5e-6)
    added = [float(marginal(np.array([count]), np.array([1.0]), BUSY)[0]) for count in range(3)]
    corrected = np.cumsum([part * factor for part, factor in zip(added, factors, strict=True)])
    assert corrected[2] == pytest.approx(1 - larson.all_busy, abs=0.1 * LARGEST_ERROR[3])
    assert added == sorted(added, reverse=True)
    assert [part * factor for part, factor in zip(added, factors, strict=True)] == sorted(
        (part * factor for part, factor in zip(added, factors, strict=True)), reverse=True
    )

"""Expected cover equals what all busy and free crews together would give; each more unit adds less."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dispatch.coverage_maths import expected, greedy_sites, marginal, reached, share


def enumerated(reach: NDArray[np.bool_], weight: NDArray[np.float64], busy: float) -> float:
    """Sum over every pattern of busy units what the free ones reach."""
    total = 0.0
    for free in itertools.product((False, True), repeat=len(reach)):
        chance = float(np.prod([1 - busy if one else busy for one in free]))
        total += chance * float(weight[reach[list(free)].any(axis=0)].sum())
    return total


@st.composite
def towns(draw: Any) -> tuple[NDArray[np.bool_], NDArray[np.float64], float]:
    units, cells = draw(st.integers(0, 5)), draw(st.integers(1, 6))
    reach = np.array(draw(st.lists(st.booleans(), min_size=units * cells, max_size=units * cells)), dtype=bool)
    weight = np.array(draw(st.lists(st.integers(1, 9), min_size=cells, max_size=cells)), dtype=np.float64)
    return reach.reshape(units, cells), weight / weight.sum(), draw(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9]))


@given(towns())
def test_expected_cover_equals_the_sum_over_every_pattern_of_busy_units(town: Any) -> None:
    reach, weight, busy = town
    counts = reach.sum(axis=0)
    assert share(counts, weight, busy) == pytest.approx(enumerated(reach, weight, busy), abs=1e-12)


@given(st.integers(0, 12), st.floats(0, 0.99), st.floats(0, 5))
def test_the_next_unit_adds_what_daskin_says(units: int, busy: float, demand: float) -> None:
    before, after = np.array([units]), np.array([units + 1])
    weight = np.array([demand])
    gain = float(marginal(before, weight, busy)[0])
    assert gain == pytest.approx(demand * (1 - busy) * busy**units)
    assert share(before, weight, busy) + gain == pytest.approx(share(after, weight, busy))


@given(towns(), st.randoms())
def test_more_units_never_cover_less_and_each_adds_less_than_to_fewer(town: Any, dice: Any) -> None:
    reach, weight, busy = town
    if not len(reach):
        return
    order = list(range(len(reach)))
    dice.shuffle(order)
    new, *others = order
    few, many = reach[others[: len(others) // 2]].sum(axis=0), reach[others].sum(axis=0)
    to_few = share(few + reach[new], weight, busy) - share(few, weight, busy)
    to_many = share(many + reach[new], weight, busy) - share(many, weight, busy)
    assert to_few >= to_many - 1e-12 and to_many >= -1e-12


def test_what_is_reached_counts_each_cell_once() -> None:
    counts, weight = np.array([0, 1, 3]), np.array([0.5, 0.3, 0.2])
    assert reached(counts, weight) == pytest.approx(0.5)
    assert expected(counts, 0.0).tolist() == [0.0, 1.0, 1.0]


@given(towns(), st.integers(0, 3))
def test_sites_chosen_one_after_another_come_near_the_best(town: Any, count: int) -> None:
    reach, weight, busy = town
    chosen = greedy_sites(reach, weight, busy, count)
    assert len(chosen) == (count if len(reach) else 0)
    if not chosen:
        return
    best = max(
        share(reach[list(some)].sum(axis=0), weight, busy)
        for some in itertools.combinations_with_replacement(range(len(reach)), count)
    )
    found = share(reach[chosen].sum(axis=0), weight, busy)
    assert (1 - 1 / np.e) * best - 1e-12 <= found <= best + 1e-12


def test_sites_of_san_francisco_against_every_choice(shared_data: Any) -> None:
    """205 census tracts and 16 sites of spopt: 4 sites within 5 km, where every choice can be tried."""
    file: Path = shared_data("bench/spopt/SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    with file.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    stores = sorted({row["name"] for row in rows})
    tracts = sorted({row["DestinationName"] for row in rows})
    people = {row["DestinationName"]: float(row["demand"]) for row in rows}
    reach = np.zeros((len(stores), len(tracts)), dtype=bool)
    for row in rows:
        reach[stores.index(row["name"]), tracts.index(row["DestinationName"])] = float(row["distance"]) <= 5000
    weight = np.array([people[tract] for tract in tracts])
    weight /= weight.sum()
    for busy in (0.0, 0.3):
        found = share(reach[greedy_sites(reach, weight, busy, 4)].sum(axis=0), weight, busy)
        every = itertools.combinations_with_replacement(range(16), 4)
        assert found >= 0.97 * max(share(reach[list(some)].sum(axis=0), weight, busy) for some in every)

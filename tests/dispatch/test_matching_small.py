"""Small tables are matched without scipy, and as scipy would."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from dispatch.matching import match
from dispatch.matching_small import match_rows

tables = st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 2, 9, 2**44])).flatmap(
    lambda of: st.lists(
        st.lists(st.integers(0, of[2]).map(float), min_size=of[1], max_size=of[1]), min_size=of[0], max_size=of[0]
    )
)


@settings(max_examples=300, deadline=None)
@given(tables)
def test_the_pairs_are_those_of_scipy_also_where_sums_are_equal(costs: list[list[float]]) -> None:
    rows, columns = linear_sum_assignment(np.array(costs))
    assert match_rows(costs) == list(zip(rows.tolist(), columns.tolist(), strict=True))


def test_nothing_is_matched_with_nothing() -> None:
    assert match_rows([]) == []


def test_a_card_of_usual_size_loads_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)  # whoever imports it now fails
    costs = np.random.default_rng(4).integers(0, 900_000, (5, 30))
    assert None not in match(costs)

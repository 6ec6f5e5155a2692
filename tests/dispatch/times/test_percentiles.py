"""Percentiles are numpy's linear ones, for many groups at once."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.times.percentiles import percentile, summarise


def test_the_method_is_the_one_that_its_page_names() -> None:
    # Of 10, 20, 30, 40 the 90th is 30 + 0.7 * 10; a nearest rank would say 40, a median of two the lower or higher.
    found = summarise(np.array([40.0, 10.0, 30.0, 20.0]), np.zeros(4, np.int64), 1)
    assert (found.n[0], found.mean[0], found.p50[0], found.p90[0]) == (4, 25.0, 25.0, pytest.approx(37.0))


def test_every_group_is_as_numpy_has_it() -> None:
    rng = np.random.default_rng(7)
    values, keys = rng.exponential(300, 5_000), rng.integers(-1, 40, 5_000)
    values[rng.random(5_000) < 0.2] = np.nan
    keys[keys == 17] = 3  # a group of none
    found = summarise(values, keys, 40)
    for key in range(40):
        own = values[(keys == key) & np.isfinite(values)]
        assert found.n[key] == len(own)
        if not len(own):
            assert np.isnan([found.mean[key], found.p50[key], found.p90[key]]).all()
            continue
        assert found.mean[key] == pytest.approx(own.mean())
        assert [found.p50[key], found.p90[key]] == pytest.approx(np.percentile(own, [50, 90], method="linear"))
        assert percentile(np.sort(own), 0.9) == pytest.approx(np.percentile(own, 90))


def test_one_value_is_every_percentile_and_none_is_none() -> None:
    one = summarise(np.array([61.0]), np.zeros(1, np.int64), 1)
    assert (one.p50[0], one.p90[0]) == (61.0, 61.0)
    assert np.isnan(percentile(np.zeros(0), 0.5))

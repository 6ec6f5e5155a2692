"""Classes of a field's values: intervals, quantiles, natural breaks against trying every way, categories."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from maps.classes import METHODS, categories_for, ramp, steps_for
from maps.user_layers import PALETTE
from tests.maps.overlaid import build_overlaid


def test_equal_intervals_and_quantiles() -> None:
    values = np.array([0.0, 1, 2, 3, 100, np.nan])
    assert [step.upto for step in steps_for(values, 4, "equal")] == [25, 50, 75, 100]
    assert [step.upto for step in steps_for(np.arange(1.0, 9), 4, "quantiles")] == [2, 4, 6, 8]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [2, 3, 4])
def test_natural_breaks_are_the_best_of_all(seed: int, count: int) -> None:
    values = np.sort(np.random.default_rng(seed).integers(0, 40, 14).astype(float))

    def spread(edges: list[float]) -> float:
        cuts = [-np.inf, *edges]
        groups = [values[(values > low) & (values <= high)] for low, high in pairwise(cuts)]
        return float(sum(((group - group.mean()) ** 2).sum() for group in groups if len(group)))

    different = np.unique(values)
    best = min(spread([*edges, different[-1]]) for edges in combinations(different[:-1].tolist(), count - 1))
    assert spread([step.upto for step in steps_for(values, count)]) == pytest.approx(best)


@pytest.mark.parametrize("method", METHODS)
def test_every_value_has_a_step_and_few_values_few_steps(method: str) -> None:
    values = np.random.default_rng(1).lognormal(size=20_000)
    steps = steps_for(values, 7, method)
    assert len(steps) == 7 and steps[-1].upto == pytest.approx(values.max(), rel=0)
    assert len(steps_for(np.array([3.0, 3.0]), 5, method)) == 1
    assert steps_for(np.array([np.nan]), 5, method) == ()


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="jenkins"):
        steps_for(np.array([1.0]), 2, "jenkins")


def test_the_commonest_categories_come_first(tmp_path: object) -> None:
    layer = build_overlaid(tmp_path).layer("signs")  # type: ignore[arg-type]
    assert [(each.value, each.colour) for each in categories_for(layer, "kind", 2)] == [
        ("stop", PALETTE[0]), ("", PALETTE[1]),
    ]  # fmt: skip


def test_a_ramp_runs_from_end_to_end() -> None:
    assert ramp(3, ("#000000", "#ffffff")) == ("#000000", "#808080", "#ffffff")
    assert len(set(ramp(9))) == 9 and len(ramp(1)) == 1

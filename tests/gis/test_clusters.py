"""Clusters in the plane and in time, against what their definition says of each point."""

from __future__ import annotations

import numpy as np
import pytest

from gis.clusters import NOISE, clusters


def by_definition(
    xy: np.ndarray, at_s: np.ndarray | None, within_m: float, within_s: float, least: int
) -> list[set[int]]:
    """Join the cores that are near each other; what is near a core belongs to some cluster."""
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= within_m
    if at_s is not None:
        near &= np.abs(at_s[:, None] - at_s[None]) <= within_s
    cores = set(np.flatnonzero(near.sum(axis=1) >= least).tolist())
    found: list[set[int]] = []
    while cores:
        group, edge = set(), {cores.pop()}
        while edge:
            one = edge.pop()
            group.add(one)
            more = {other for other in cores if near[one, other]}
            cores -= more
            edge |= more
        found.append(group)
    return sorted(found, key=min)


@pytest.mark.parametrize("in_time", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_cores_are_together_as_the_definition_says(seed: int, in_time: bool) -> None:
    random = np.random.default_rng(seed)
    xy, at_s = random.uniform(0, 1500, (150, 2)), random.uniform(0, 30_000, 150) if in_time else None
    found = clusters(xy, at_s, within_m=120, within_s=5_000, least=4)
    groups = by_definition(xy, at_s, 120, 5_000, 4)
    assert [len({found[each] for each in group}) for group in groups] == [1] * len(groups)
    assert len({found[min(group)] for group in groups} - {NOISE}) == len(groups) == found.max() + 1
    size = np.bincount(found[found >= 0])
    assert size.tolist() == sorted(size.tolist(), reverse=True)


def test_two_crowds_at_one_place_at_two_times_are_two() -> None:
    xy = np.zeros((12, 2))
    at_s = np.array([0.0] * 5 + [50_000.0] * 6 + [np.nan])
    assert clusters(xy, at_s, within_m=10, within_s=3600, least=5).tolist() == [1] * 5 + [0] * 6 + [NOISE]
    assert clusters(xy, within_m=10, least=5).tolist() == [0] * 12


def test_odd_input_is_refused_or_left_out() -> None:
    assert clusters(np.zeros((0, 2))).tolist() == [] and clusters([[np.nan, 0.0]]).tolist() == [NOISE]
    assert clusters([[0.0, 0.0], [1e6, 0.0]], least=2).tolist() == [NOISE, NOISE]
    with pytest.raises(ValueError, match="farther than nothing"):
        clusters([[0.0, 0.0]], within_m=0)
    with pytest.raises(ValueError, match="instants of shape"):
        clusters([[0.0, 0.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="take less"):
        clusters(np.zeros((6_000, 2)))

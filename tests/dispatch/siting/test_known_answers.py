"""205 census tracts and 16 sites of San Francisco: the answers that spopt publishes for its own example."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.siting.maximal_cover import fewest_sites, maximal_cover
from dispatch.siting.p_median import p_median

FILE = "bench/spopt/SF_network_distance_candidateStore_16_censusTract_205_new.csv"
WITHIN_M = 5_000.0


@pytest.fixture
def example(shared_data: Callable[[str], Path]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the metres by road from each site to each tract, and the people of each tract."""
    with shared_data(FILE).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    sites = sorted({row["name"] for row in rows})
    tracts = sorted({row["DestinationName"] for row in rows})
    away_m, people = np.full((len(sites), len(tracts)), np.nan), np.zeros(len(tracts))
    for row in rows:
        tract = tracts.index(row["DestinationName"])
        away_m[sites.index(row["name"]), tract], people[tract] = float(row["distance"]), float(row["demand"])
    return away_m, people


def test_the_four_medians(example: tuple[NDArray[np.float64], NDArray[np.float64]]) -> None:
    away_m, people = example
    found = p_median(away_m, people, 4)
    assert found.is_proven and found.value / people.sum() == pytest.approx(2982.1268579890657, rel=1e-12)
    every = min(float(away_m[list(four)].min(axis=0) @ people) for four in combinations(range(16), 4))
    assert found.value == pytest.approx(every)


def test_the_most_that_four_sites_cover_and_the_fewest_that_cover_all(
    example: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    away_m, people = example
    reach = away_m <= WITHIN_M
    found = maximal_cover(reach, people, 4)
    covered = reach[list(found.sites)].any(axis=0)
    assert found.is_proven and people[covered].sum() == 875_247 and covered.mean() == pytest.approx(0.8975609756097561)
    fewest = fewest_sites(reach, people)
    assert fewest.is_proven and len(fewest.sites) == 8

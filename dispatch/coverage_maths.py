"""How well demand is covered by units that may be busy: the maximal expected covering location model, MEXCLP.

Daskin, Transportation Science 17 (1983): where each unit is busy with probability q, demand d within reach of n units
is served from one of them with probability 1 - q^n, and the k-th unit adds d (1 - q) q^(k-1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def expected(counts: Counts, busy: float) -> NDArray[np.float64]:
    """Give the chance that one of n units that reach a cell is free, float64 (k,), for counts n int64 (k,)."""
    chance: NDArray[np.float64] = 1.0 - np.power(busy, counts, dtype=np.float64)
    return chance


def marginal(counts: Counts, weight: NDArray[np.float64], busy: float) -> NDArray[np.float64]:
    """Give what one more unit within reach would add to each cell's covered demand, float64 (k,)."""
    gain: NDArray[np.float64] = weight * (1.0 - busy) * np.power(busy, counts, dtype=np.float64)
    return gain


def share(counts: Counts, weight: NDArray[np.float64], busy: float) -> float:
    """Give the share of demand (weight float64 (k,), its sum 1) that is expected to be served in time."""
    return float(weight @ expected(counts, busy))


def reached(counts: Counts, weight: NDArray[np.float64]) -> float:
    """Give the share of demand that one unit at least reaches in time."""
    return float(weight[counts > 0].sum())


def greedy_sites(reach: NDArray[np.bool_], weight: NDArray[np.float64], busy: float, count: int) -> list[int]:
    """Choose sites for `count` units one after another, each where it adds most; ties go to the first site.

    reach: bool (s, k), which cells each site reaches in time; a site may be chosen several times. The sum of what is
    covered is submodular, so that this comes to 1 - 1/e of the best at least (Nemhauser, Wolsey, Fisher, 1978).
    """
    counts = np.zeros(reach.shape[1], dtype=np.int64)
    table = reach.astype(np.float64)
    chosen: list[int] = []
    for _ in range(count if len(reach) else 0):
        gains = np.round(table @ marginal(counts, weight, busy), 12)
        site = int(gains.argmax())
        chosen.append(site)
        counts += reach[site]
    return chosen

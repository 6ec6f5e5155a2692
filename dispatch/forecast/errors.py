"""How wrong a forecast was."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.forecast.weeks import by_week

Counts = NDArray[np.float64]
# A model that expects nothing would be infinitely wrong about one call: it is held to expect at least so much an hour.
LEAST_EXPECTED = 0.01


def mean_absolute(true: Counts, expected: Counts) -> float:
    """Return the mean absolute error, calls an hour."""
    return float(np.abs(true - expected).mean())


def deviance(true: Counts, expected: Counts) -> float:
    """Return the mean Poisson deviance: twice the mean of y log(y / m) - (y - m)."""
    level = np.maximum(expected, LEAST_EXPECTED)
    ratio = np.where(true > 0, true * np.log(np.where(true > 0, true, 1.0) / level), 0.0)
    return float(2.0 * (ratio - (true - level)).mean())


def scaled(error: float, counts: Counts, label: NDArray[np.int64]) -> float | None:
    """Return an absolute error by that of saying last week's hour again within the weeks learnt from: MASE.

    Hyndman and Koehler (2006). Below 1 it is better than that. None where each week is like the one before it.
    """
    weeks = by_week(counts, label)
    steps = np.abs(np.diff(weeks, axis=0))
    known = steps[np.isfinite(steps)]
    scale = float(known.mean()) if known.size else 0.0
    return error / scale if scale > 0 else None

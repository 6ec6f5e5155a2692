"""Models of calls by hour of the week: what the weeks before say of hours to come.

Each takes counts float64 (n,), the local hour of the week of each int64 (n,), and those of the hours to come int64
(m,), and returns how many calls are expected in each, float64 (m,), above zero or zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.forecast.errors import deviance
from dispatch.forecast.weeks import by_week

Counts = NDArray[np.float64]
Labels = NDArray[np.int64]
Model = Callable[[Counts, Labels, Labels], Counts]
# How much a week counts less than the one after it: 0 is the plain mean.
FADES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
RIDGE = 1e-4


def last_week(counts: Counts, label: Labels, ahead: Labels) -> Counts:
    """Expect what the same hour of the week brought last: the seasonal naive forecast."""
    last: Counts = by_week(counts, label)[-1][ahead]
    return last


def mean_week(counts: Counts, label: Labels, ahead: Labels) -> Counts:
    """Expect the mean of the same hour of all weeks."""
    mean: Counts = np.nanmean(by_week(counts, label), axis=0)[ahead]
    return mean


def fading_weeks(counts: Counts, label: Labels, ahead: Labels) -> Counts:
    """Expect the mean of the same hour of all weeks, older ones counting less: exponential smoothing.

    How fast they fade is what would have foretold the weeks best, each from those before it.
    """
    weeks = by_week(counts, label)
    errors = [_one_ahead(weeks, fade) for fade in FADES]
    return _faded(weeks, FADES[int(np.argmin(errors))])[ahead]


def poisson_week(counts: Counts, label: Labels, ahead: Labels) -> Counts:
    """Expect what a Poisson regression on hour of the day, weekday, and hour of weekend days says.

    With 55 numbers for 168 hours it learns an hour of one day from that hour of others.
    """
    from sklearn.linear_model import PoissonRegressor

    if not counts.sum() > 0:
        return np.zeros(len(ahead))
    model: Any = PoissonRegressor(alpha=RIDGE, solver="newton-cholesky", max_iter=200)
    model.fit(_features(label), counts)
    expected: Counts = np.asarray(model.predict(_features(ahead)), dtype=np.float64)
    return expected


MODELS: Mapping[str, Model] = {
    "last_week": last_week,
    "mean_week": mean_week,
    "fading_weeks": fading_weeks,
    "poisson_week": poisson_week,
}


def _faded(weeks: Counts, fade: float) -> Counts:
    age = np.arange(len(weeks))[::-1]
    heavy = np.where(np.isfinite(weeks), ((1.0 - fade) ** age)[:, None], 0.0)
    faded: Counts = (heavy * np.nan_to_num(weeks)).sum(axis=0) / heavy.sum(axis=0)
    return faded


def _one_ahead(weeks: Counts, fade: float) -> float:
    """Measure how well each week is foretold from those before it."""
    found = []
    for week in range(max(1, len(weeks) // 2), len(weeks)):
        known = np.isfinite(weeks[week]) & np.isfinite(weeks[:week]).any(axis=0)
        found.append(deviance(weeks[week][known], _faded(weeks[:week, known], fade)))
    return float(np.mean(found)) if found else 0.0


def _features(label: Labels) -> NDArray[np.float64]:
    hour, weekday = label % 24, label // 24
    found = np.zeros((len(label), 24 + 7 + 24))
    rows = np.arange(len(label))
    found[rows, hour] = 1.0
    found[rows, 24 + weekday] = 1.0
    at_weekend = weekday >= 5
    found[rows[at_weekend], 31 + hour[at_weekend]] = 1.0
    return found

"""Forecasts with how wrong they were: each model foretells the last weeks, one after another, from those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import HOURS_A_WEEK, Calls, Series, hour_labels, hourly
from dispatch.forecast.errors import deviance, mean_absolute, scaled
from dispatch.forecast.models import MODELS, Model

BASELINE = "last_week"
LEARNT_WEEKS = 2  # the least to learn from
LEAST_WEEKS = LEARNT_WEEKS + 1
MOST_TRIED = 8
RANGE = (0.1, 0.9)
Counts = NDArray[np.float64]


class TooShort(ValueError):
    """A history is too short to forecast from: `days` there are, `needed` there must be."""

    def __init__(self, days: float, needed: float) -> None:
        super().__init__(
            f"{days:.1f} days of calls are too few: a forecast needs {needed:.0f}, two weeks to learn from and one to "
            "be tried on; import a longer history, or take a longer period or more kinds of calls"
        )
        self.days, self.needed = days, needed


@dataclass(frozen=True, slots=True)
class Tried:
    """Say how wrong a model was over the weeks tried, an hour at a time.

    mae: mean absolute error, calls an hour; mase: that by the same of the seasonal naive forecast within the weeks
    learnt from (None where those are all alike); deviance: mean Poisson deviance; inside: the share of hours whose
    calls lay within the range that it gave (80 % should).
    """

    model: str
    mae: float
    mase: float | None
    deviance: float
    inside: float


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Say how many calls are expected by hour from `start_at` (aware UTC) on, and how the models did before.

    expected, low, high: float64 (m,), calls an hour; eight hours of ten should bring `low` to `high`. label: int64
    (m,), the local hour of the week. `tried` holds every model, the best (by deviance) first: that is the one used.
    """

    start_at: datetime
    label: NDArray[np.int64]
    expected: Counts
    low: Counts
    high: Counts
    tried: tuple[Tried, ...]
    weeks_tried: int
    days_known: float

    @property
    def model(self) -> str:
        """Name the model used."""
        return self.tried[0].model

    @property
    def baseline(self) -> Tried:
        """Return how wrong it is to say last week again."""
        return next(each for each in self.tried if each.model == BASELINE)


def forecast(
    calls: Calls, *, hours: int = HOURS_A_WEEK, models: Mapping[str, Model] = MODELS,
    period: tuple[datetime, datetime] | None = None,
) -> Forecast:  # fmt: skip
    """Forecast the hours after the last whole day of calls, or of the period (aware) that they were taken from.

    Raises TooShort.
    """
    try:
        series = hourly(calls, period=period)
    except ValueError as error:
        raise TooShort(0.0, LEAST_WEEKS * 7) from error
    tried, weeks = backtest(series, models=models)
    label = hour_labels(series.end_at, hours, calls.time_zone)
    expected = models[tried[0].model](series.counts, series.label, label)
    low, high = _range(expected)
    return Forecast(series.end_at, label, expected, low, high, tried, weeks, series.days)


def backtest(series: Series, *, models: Mapping[str, Model] = MODELS) -> tuple[tuple[Tried, ...], int]:
    """Try models on the last weeks of a series, each from the weeks before it; the best first, and how many weeks.

    Raises TooShort: LEARNT_WEEKS to learn from and one to try it on is the least.
    """
    weeks = len(series.counts) // HOURS_A_WEEK
    if weeks < LEAST_WEEKS:
        raise TooShort(series.days, LEAST_WEEKS * 7)
    tries = min(weeks - LEARNT_WEEKS, MOST_TRIED)
    found = [_tried(name, model, series, tries) for name, model in models.items()]
    return tuple(sorted(found, key=lambda each: (round(each.deviance, 9), each.model != BASELINE, each.model))), tries


def _tried(name: str, model: Model, series: Series, tries: int) -> Tried:
    true, expected, scales = [], [], []
    for back in range(tries, 0, -1):
        cut = len(series.counts) - back * HOURS_A_WEEK
        stop = cut + HOURS_A_WEEK
        told = model(series.counts[:cut], series.label[:cut], series.label[cut:stop])
        true.append(series.counts[cut:stop])
        expected.append(told)
        scales.append(scaled(mean_absolute(true[-1], told), series.counts[:cut], series.label[:cut]))
    all_true, all_expected = np.concatenate(true), np.concatenate(expected)
    low, high = _range(all_expected)
    known = [each for each in scales if each is not None]
    return Tried(
        name,
        mean_absolute(all_true, all_expected),
        float(np.mean(known)) if len(known) == len(scales) else None,
        deviance(all_true, all_expected),
        float(((all_true >= low) & (all_true <= high)).mean()),
    )


def _range(expected: Counts) -> tuple[Counts, Counts]:
    from scipy.stats import poisson

    low, high = (np.asarray(poisson.ppf(share, np.maximum(expected, 0.0)), dtype=np.float64) for share in RANGE)
    return np.maximum(low, 0.0), np.nan_to_num(high)

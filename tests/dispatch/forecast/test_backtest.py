"""Forecasts on weeks that are known: exact where weeks repeat, better than last week where they only seem to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch.calls import HOURS_A_WEEK, Calls, hourly
from dispatch.forecast.backtest import LEAST_WEEKS, RANGE, TooShort, backtest, forecast
from dispatch.forecast.errors import deviance, mean_absolute, scaled
from dispatch.forecast.models import MODELS, fading_weeks, last_week, mean_week
from dispatch.forecast.weeks import by_week

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def calls_of(counts: np.ndarray, *, start: datetime = MONDAY, zone: str = "UTC") -> Calls:
    """Let so many calls come in each hour, the first with its beginning, the last just before its end."""
    at_s = np.concatenate(
        [hour * 3600 + np.linspace(0, 3599, int(count)) for hour, count in enumerate(counts) if count]
    )
    none = np.zeros(len(at_s), dtype=np.int64)
    return Calls(at_s + start.timestamp(), none, none + 1, np.zeros((len(at_s), 2)), ("call",), ("fire",), zone)


def weeks(count: int, *, seed: int = 1) -> np.ndarray:
    """Draw weeks with a quiet night, a busy evening and other weekends."""
    hour = np.arange(count * HOURS_A_WEEK)
    rate = 4 + 3 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi) + 2.0 * (hour // 24 % 7 >= 5)
    counts: np.ndarray = np.random.default_rng(seed).poisson(rate)
    counts[[0, -1]] = 2
    return counts


def test_weeks_that_repeat_are_foretold_exactly() -> None:
    one = np.random.default_rng(2).integers(1, 9, HOURS_A_WEEK)
    told = forecast(calls_of(np.tile(one, 4)))
    assert told.expected.tolist() == one.tolist() and told.start_at == MONDAY + timedelta(weeks=4)
    assert told.model == "last_week" and told.baseline is told.tried[0]
    assert (told.baseline.mae, told.baseline.mase, told.baseline.deviance) == (0, None, 0)
    assert told.weeks_tried == 2 and told.days_known == 28


def test_the_models_are_held_against_last_week_on_weeks_they_have_not_seen() -> None:
    told = forecast(calls_of(weeks(12)))
    by_name = {each.model: each for each in told.tried}
    assert set(by_name) == set(MODELS) and told.weeks_tried == 8
    assert [each.deviance for each in told.tried] == sorted(each.deviance for each in told.tried)
    assert by_name["poisson_week"].mae < by_name["mean_week"].mae < by_name["last_week"].mae
    assert told.model == "poisson_week" and told.tried[0].mase is not None and told.tried[0].mase < 0.8
    assert 0.75 < told.tried[0].inside < 0.95 and RANGE == (0.1, 0.9)
    assert (told.low <= told.expected).all() and (told.expected <= told.high).all()
    assert abs(told.expected.mean() - weeks(12).mean()) < 0.3


def test_errors_are_those_by_hand() -> None:
    true, said = np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0])
    assert mean_absolute(true, said) == 1
    assert deviance(true, said) == pytest.approx(2 * (1 + 0 + 4 * np.log(2) - 2) / 3)
    assert deviance(np.array([1.0]), np.array([0.0])) == pytest.approx(2 * (np.log(100) - 0.99))
    week = np.arange(HOURS_A_WEEK)
    counts = np.concatenate([np.zeros(HOURS_A_WEEK), np.full(HOURS_A_WEEK, 2.0), np.full(HOURS_A_WEEK, 3.0)])
    assert scaled(3.0, counts, np.tile(week, 3)) == pytest.approx(2.0)
    assert scaled(3.0, counts[:HOURS_A_WEEK], week) is None


def test_what_each_model_says_is_what_its_name_says() -> None:
    label = np.tile(np.arange(HOURS_A_WEEK), 3)
    counts = np.repeat([1.0, 4.0, 7.0], HOURS_A_WEEK)
    ahead = np.array([0, 5, 167, 5])
    assert last_week(counts, label, ahead).tolist() == [7] * 4
    assert mean_week(counts, label, ahead).tolist() == [4] * 4
    assert 4 < fading_weeks(counts, label, ahead)[0] < 7  # it rises: the last weeks count more
    assert by_week(counts, label)[:, 3].tolist() == [1, 4, 7]


@pytest.mark.parametrize(("start", "short"), [("2026-03-02", 1), ("2026-10-05", -1)])
def test_hours_keep_their_names_where_clocks_change(start: str, short: int) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    begin = datetime.fromisoformat(start).replace(tzinfo=zone)
    hours = 5 * HOURS_A_WEEK - short
    told = hourly(calls_of(np.full(hours, 2), start=begin, zone="America/Los_Angeles"))
    assert len(told.counts) == hours and told.counts.tolist() == [2] * hours
    sizes = np.bincount(told.label, minlength=HOURS_A_WEEK)
    odd = 6 * 24 + (2 if short > 0 else 1)
    assert sizes[odd] == 5 - short and (np.delete(sizes, odd) == 5).all()
    table = by_week(told.counts, told.label)
    assert np.isnan(table).sum() == (1 if short > 0 else HOURS_A_WEEK - 1)
    assert np.isfinite(table[-1]).all()


def test_a_history_that_is_too_short_is_said_to_be() -> None:
    with pytest.raises(TooShort) as caught:
        forecast(calls_of(weeks(2)))
    assert (caught.value.days, caught.value.needed) == (14, 7 * LEAST_WEEKS)
    assert "14.0 days of calls are too few: a forecast needs 21" in str(caught.value)
    with pytest.raises(TooShort, match=r"0\.0 days"):
        forecast(calls_of(np.array([1, 0, 2])))
    assert backtest(hourly(calls_of(weeks(3))))[1] == 1

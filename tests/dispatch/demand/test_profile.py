"""Calls by hour, weekday, kind and place."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.calls import calls_of
from dispatch.demand.profile import profile_of
from tests.dispatch.called import state_of
from tests.dispatch.coverage_town import line


def test_a_week_by_hour_weekday_kind_and_place() -> None:
    rows = [
        (day * 24 + hour, "fall" if hour else "fire", day, ("f",)) for day in range(7) for hour in (0, 8, 8.5, 23.5)
    ]
    told = profile_of(calls_of(state_of(*rows, (100.0, "fall", 900, ("f",)))), line([1] * 10))
    assert (told.calls, told.days) == (29, 7)
    assert told.by_hour[[0, 8, 23]].tolist() == [1, 2, 1]
    assert told.by_weekday.tolist() == [4, 4, 4, 4, 5, 4, 4]
    assert dict(told.by_kind) == {"fall": pytest.approx(22 / 7), "fire": 1}
    assert [name for name, _ in told.by_area] == ["west", "Eastside"] and told.unplaced == pytest.approx(1 / 7)
    assert np.nansum(told.per_hour) == 29


def test_an_hour_that_no_day_tells_of_is_not_known() -> None:
    two_days = profile_of(calls_of(state_of((0.5, "fire", 0, ()), (47.5, "fire", 0, ()))))
    assert np.isnan(two_days.per_hour[48:]).all() and two_days.per_hour[0] == 1 and two_days.by_area == ()

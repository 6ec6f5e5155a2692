"""Calls as a log has them, and the whole days that they tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.calls import calls_of, days_of
from dispatch.state import State
from tests.dispatch.called import DAY, state_of


def test_rows_are_the_incidents_in_their_order() -> None:
    calls = calls_of(state_of((5, "fire", 1, ("f",)), (1, "fall", 2, ("f", "a")), (9, "fall", 3, ("a",))))
    assert calls.at_s.tolist() == [DAY.timestamp() + 3600 * hour for hour in (1, 5, 9)]
    assert [calls.kinds[each] for each in calls.kind] == ["fall", "fire", "fall"]
    assert len(calls.of(department="fire")) == 2 and len(calls.of(kind="fall", department="ambulance")) == 2
    with pytest.raises(KeyError):
        calls.of(kind="flood")


def test_days_that_are_not_whole_do_not_count() -> None:
    first = days_of(calls_of(state_of((0.5, "fire", 0, ()), (47.5, "fire", 0, ()))))
    assert first == (DAY, DAY + timedelta(days=2))
    late = days_of(calls_of(state_of((3, "fire", 0, ()), (30, "fire", 0, ()), (80, "fire", 0, ()))))
    assert late == (DAY + timedelta(days=1), DAY + timedelta(days=3))
    for none in (State(), state_of((3, "fire", 0, ()), (5, "fire", 0, ()))):
        with pytest.raises(ValueError, match="no"):
            days_of(calls_of(replace(none, time_zone="UTC")))

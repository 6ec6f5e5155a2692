"""What a log teaches a plan: where calls were, and how many come a day, by kind of department."""

from __future__ import annotations

import pytest

from app.siting.learning import learn
from tests.dispatch.called import DAY, state_of


def test_places_and_calls_a_day_by_kind_of_department() -> None:
    rows = [(float(hour), "fall", hour % 3, ("f", "a") if hour % 4 == 0 else ("f",)) for hour in range(0, 96, 2)]
    found = learn(state_of(*rows), at=DAY)
    assert (len(found.history.places["fire"]), len(found.history.places["ambulance"])) == (48, 24)
    assert found.calls_a_day == {"fire": pytest.approx(12), "ambulance": pytest.approx(6)}
    assert found.history.busy == {}


def test_a_log_without_a_whole_day_tells_no_calls_a_day() -> None:
    assert learn(state_of(), at=DAY).calls_a_day == {}

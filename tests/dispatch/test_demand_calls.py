"""Calls by hour, weekday, kind and place, as a log has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from immutables import Map

from dispatch.demand_calls import calls_of, days_of, profile_of
from dispatch.incident import Incident, Location, Stage, Task
from dispatch.state import State
from resources.unit import Department
from tests.dispatch.coverage_town import line

DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def state_of(*each: tuple[float, str, float, tuple[str, ...]]) -> State:
    """Return a state with incidents: hours after DAY, kind, cell of the street, departments that have a task."""
    departments = {"f": Department("f", "Fire", "fire"), "a": Department("a", "Ambulance", "ambulance")}
    incidents, tasks, tasks_of = {}, {}, {}
    for number, (hours, kind, cell, owners) in enumerate(each, start=1):
        at = DAY + timedelta(hours=hours)
        place = Location(25.0 + 0.01 * cell, 60.0)
        incidents[number] = Incident(number, kind, 2, 1, place, Stage.WAITING, at, at, "emergency")
        mine = [Task(f"{number}{owner}", number, owner, ()) for owner in owners]
        tasks.update({task.id: task for task in mine})
        tasks_of[number] = tuple(task.id for task in mine)
    return State(
        time_zone="UTC",
        departments=Map(departments),
        incidents=Map(incidents),
        tasks=Map(tasks),
        tasks_of=Map(tasks_of),
    )


def test_rows_are_the_incidents_in_their_order() -> None:
    calls = calls_of(state_of((5, "fire", 1, ("f",)), (1, "fall", 2, ("f", "a")), (9, "fall", 3, ("a",))))
    assert calls.at_s.tolist() == [DAY.timestamp() + 3600 * hour for hour in (1, 5, 9)]
    assert [calls.kinds[each] for each in calls.kind] == ["fall", "fire", "fall"]
    assert len(calls.of(department="fire")) == 2 and len(calls.of(kind="fall", department="ambulance")) == 2
    with pytest.raises(KeyError):
        calls.of(kind="flood")


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


def test_days_that_are_not_whole_do_not_count() -> None:
    first = days_of(calls_of(state_of((0.5, "fire", 0, ()), (47.5, "fire", 0, ()))))
    assert first == (DAY, DAY + timedelta(days=2))
    late = days_of(calls_of(state_of((3, "fire", 0, ()), (30, "fire", 0, ()), (80, "fire", 0, ()))))
    assert late == (DAY + timedelta(days=1), DAY + timedelta(days=3))
    two_days = profile_of(calls_of(state_of((0.5, "fire", 0, ()), (47.5, "fire", 0, ()))))
    assert np.isnan(two_days.per_hour[48:]).all() and two_days.per_hour[0] == 1 and two_days.by_area == ()
    for none in (State(), state_of((3, "fire", 0, ()), (5, "fire", 0, ()))):
        with pytest.raises(ValueError, match="no"):
            days_of(calls_of(replace(none, time_zone="UTC")))

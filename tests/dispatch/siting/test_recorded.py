"""A record is set beside a plan: how often the first unit of a target's came in time."""

from __future__ import annotations

import pytest

from dispatch.coverage_targets import Target
from dispatch.siting.recorded import recorded
from dispatch.state import State
from tests.dispatch.times.told import Times

ENGINES = Target("first_engine", "fire", 240.0, ("engine",))


@pytest.fixture(scope="module")
def told() -> Times:
    """Three fires: the engine drives 200 s, 320 s, and never says that it is there; an ambulance is quicker."""
    told = Times()
    for number, drive_s in enumerate((200, 320, None)):
        start = 7200 * number
        fire = told.call(start)
        told.send(fire, start + 30, "E1", "A1")
        told.tells("E1", go=start + 90)
        told.tells("A1", go=start + 60, there=start + 70, free=start + 900)
        if drive_s is not None:
            told.tells("E1", there=start + 90 + drive_s)
        told.tells("E1", free=start + 900)
        told.close(fire, start + 1000)
    return told


def test_the_first_of_the_targets_units_counts_and_what_is_not_known_is_no_success(told: Times) -> None:
    found = recorded(told.state, ENGINES)
    assert found is not None
    assert (found.asked, found.n, found.within, found.share, found.mean_s) == (3, 2, 1, 0.5, 260.0)


def test_a_target_on_the_response_counts_from_the_call(told: Times) -> None:
    found = recorded(told.state, Target("engine", "fire", 300.0, ("engine",), clock="response"))
    assert found is not None and (found.within, found.mean_s) == (1, 350.0)


def test_a_log_that_tells_nothing_of_it_says_nothing(told: Times) -> None:
    assert recorded(State(), ENGINES) is None
    assert recorded(told.state, Target("boat", "fire", 240.0, ("water_rescue",))) is None

"""A choice beside the plan's: also where nothing is sent but what a card would like."""

from __future__ import annotations

from dispatch.exercise.judge import compare
from dispatch.exercise.score_records import AS_BEST, MORE, UNJUDGED, Going, Option
from tests.dispatch.exercise.played import EXERCISE, play


def sent(*units: str) -> Option:
    return Option(tuple(Going(each, "patrol", "police", 60.0) for each in units))


def test_the_plan_s_own_choice_of_what_is_optional_is_as_good_as_it() -> None:
    run = play()
    run.run_until(EXERCISE.at(10))
    [number] = run.state.incidents  # a fire, whose patrol is optional
    assert compare(run.state, number, sent("P1"), sent("P1")) == (AS_BEST, 0.0)
    assert compare(run.state, number, sent("P1", "P2"), sent("P1")) == (MORE, None)
    assert compare(run.state, number, sent("P1"), sent()) == (MORE, None)
    assert compare(run.state, number, sent(), sent()) == (UNJUDGED, None)

"""How an inject stands is a question of the state: done, due, or waiting for so long, or for something else."""

from __future__ import annotations

import pytest

from app.trainer.standing import DONE, DUE, WAITING, Standing, standing, standings
from dispatch import injects as i
from dispatch.commands import AssignUnits, Choice
from dispatch.exercise.run import ExerciseRun
from dispatch.injects import Condition, Inject
from tests.dispatch.exercise.played import play, with_injects
from tests.dispatch.town import START, at

CLOCK, LATER = Condition(i.CLOCK, after_s=60), Condition(i.CLOCK, after_s=90)
NOBODY = Condition(i.UNATTENDED, incident="A", after_s=50)
FEW = Condition(i.FEW_FREE, capability="engine", count=1)


def found(run: ExerciseRun, *when: Condition) -> Standing:
    inject = Inject("x", i.WEATHER, when, weather="snow")
    return standing(inject, run.state, run.clock(), start_at=START)


@pytest.mark.parametrize(
    ("when", "left_s", "opened"),
    [
        ((CLOCK,), 50.0, 1),
        ((CLOCK, LATER), 80.0, 2),  # both have to come: the later one counts
        ((NOBODY,), 44.0, 1),  # from when it was taken in, at 4 s
        ((FEW,), None, 1),
        ((CLOCK, FEW), None, 2),  # nobody knows when a unit becomes busy
        ((Condition(i.CLOCK, after_s=5), CLOCK), 50.0, 1),  # what has come true is not waited for
    ],
)
def test_time_is_told_where_nothing_else_has_to_come_first(
    when: tuple[Condition, ...], left_s: float | None, opened: int
) -> None:
    run = play()
    run.run_until(at(8))
    run.clock.step(at(10))
    told = found(run, *when)
    assert (told.stage, told.left_s, len(told.open)) == (WAITING, left_s, opened)


def test_what_can_come_true_no_more_has_no_time_left() -> None:
    run = play()
    run.run_until(at(8))
    run.do(AssignUnits(1, (Choice("E1", "engine"),)))
    assert found(run, NOBODY).left_s is None and found(run, FEW).stage == DUE


def test_what_is_due_comes_first_and_what_happened_last() -> None:
    injects = (
        Inject("done", i.WEATHER, (Condition(i.CLOCK, after_s=2),), weather="snow"),
        Inject("waits", i.RADIO, (FEW,), "all out"),
        Inject("later", i.RADIO, (LATER,), "later"),
        Inject("soon", i.RADIO, (CLOCK,), "soon"),
        Inject("due", i.FAILURE, (Condition(i.CLOCK, after_s=9),), "flat", unit="E2"),
    )
    run = play(with_injects(*injects))
    run.run_until(at(8))
    told = standings(injects, run.state, at(9), start_at=START)
    assert [each.inject.id for each in told] == ["due", "soon", "later", "waits", "done"]
    assert [each.stage for each in told] == [DUE, WAITING, WAITING, WAITING, DONE]

"""Training never touches what is real: by the types of logs, in both directions."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.wording import is_worded
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.exercise.branches import copy_before
from dispatch.exercise.exercise import BadExercise
from dispatch.exercise.from_history import from_history
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import NotForTraining, TrainingLog
from dispatch.log import open_log
from dispatch.log_interface import LiveLog, NotLive
from dispatch.log_memory import MemoryLog
from tests.dispatch.exercise.played import EXERCISE, play
from tests.dispatch.town import START, at, opening
from tests.dispatch.town_roads import TownRoads


def opened(kind: LogKind) -> MemoryLog:
    log = MemoryLog(kind.value)
    engine = Engine(log, clock=lambda: START)
    for command in opening(kind):
        engine.do(command)
    return log


@pytest.mark.parametrize("kind", [kind for kind in LogKind if kind is not LogKind.EXERCISE])
def test_nothing_is_trained_on_any_other_log(kind: LogKind) -> None:
    log = opened(kind)
    before = log.head
    with pytest.raises(NotForTraining):
        ExerciseRun(EXERCISE, TrainingLog(log), TownRoads())
    with pytest.raises(NotForTraining):
        copy_before(log, 1, TrainingLog(MemoryLog()))
    assert log.head == before


def test_a_log_that_another_program_plays_is_named_with_it(tmp_path: Path) -> None:
    first = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    second = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    with pytest.raises(NotForTraining, match=f"process {os.getpid()} ") as refused:
        TrainingLog(second)
    assert refused.value.code == "training_held" and is_worded(refused.value.code)
    second.close()
    first.close()


def test_what_touches_the_world_outside_takes_no_exercise() -> None:
    run = play()
    assert run.state.kind is LogKind.EXERCISE
    with pytest.raises(NotLive):
        LiveLog(run.log)


def test_no_exercise_is_made_of_a_live_log() -> None:
    with pytest.raises(BadExercise, match="live"):
        from_history(opened(LogKind.LIVE).read(), START, at(600))


def test_a_log_of_another_exercise_is_not_gone_on_with() -> None:
    log = play().log
    with pytest.raises(BadExercise, match="not played from this"):
        play(replace(EXERCISE, seed=2), log)

"""A small exercise in the town, and how tests play it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dispatch.crews import Habits
from dispatch.exercise.exercise import SCENARIO, Exercise, Incoming
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.injects import Condition, Inject
from dispatch.log_interface import Log
from dispatch.log_memory import MemoryLog
from dispatch.trainee import Trainee
from tests.dispatch.town import ROSTER, RUN_CARDS, START, crossing
from tests.dispatch.town_roads import TownRoads

FIRE = Incoming("A", 4, "structure_fire", crossing(1, 1), "smoke from a roof", called_before_s=3)
CRASH = Incoming("B", 60, "traffic_collision", crossing(2, 1))
EXERCISE = Exercise(
    name="Two things at once",
    source=SCENARIO,
    source_name="town",
    city="smalltown",
    time_zone="Europe/Helsinki",
    start_at=START,
    lasts_s=400,
    seed=1,
    roster=ROSTER,
    run_cards=RUN_CARDS,
    incoming=(FIRE, CRASH),
    trainees=(Trainee("anna", "fire"), Trainee("bela", "police")),
    habits=Habits(scene_s=60, turnout_s=20, handover_s=20),
    step_s=2.0,
)


def with_injects(*injects: Inject, **changes: Any) -> Exercise:
    return replace(EXERCISE, injects=injects, **changes)


def when(kind: str, **more: Any) -> tuple[Condition, ...]:
    return (Condition(kind, **more),)


def play(exercise: Exercise = EXERCISE, log: Log | None = None, **more: Any) -> ExerciseRun:
    """Open an exercise on a log of its own, in memory unless one is given."""
    return ExerciseRun(exercise, TrainingLog(log or MemoryLog()), TownRoads(), **more)

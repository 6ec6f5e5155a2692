"""Whose turn comes next in an exercise, and when."""

from __future__ import annotations

from datetime import datetime

from dispatch.exercise.exercise import Exercise
from dispatch.trainee import Trainee


def next_turn(exercise: Exercise, now: Trainee) -> Trainee:
    """Return who decides after `now`: the next one in the exercise's order."""
    ids = [each.id for each in exercise.trainees]
    return exercise.trainees[(ids.index(now.id) + 1) % len(ids)]


def turn_ends_in_s(exercise: Exercise, at: datetime) -> float | None:
    """Return how long the present turn lasts, None where turns are passed on by hand or nobody else decides."""
    if exercise.turn_s <= 0 or len(exercise.trainees) < 2:
        return None
    past_s = (at - exercise.start_at).total_seconds()
    if past_s < 0:
        return exercise.turn_s - past_s
    ends_s = (past_s // exercise.turn_s + 1) * exercise.turn_s
    return ends_s - past_s if ends_s < exercise.lasts_s else None

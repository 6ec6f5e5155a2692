"""What is asked of an exercise between two steps, and how whoever asked hears what came of it."""

from __future__ import annotations

from collections.abc import Callable

from app.exercise.worded import worded
from dispatch.exercise.exercise import BadExercise
from dispatch.exercise.run import ExerciseRun
from dispatch.log_interface import NotSaved
from dispatch.refused import Refused


def answered(
    do: Callable[[ExerciseRun], object],
    done: Callable[[], None],
    failed: Callable[[str], None],
    *,
    tell: Callable[[Callable[[], None]], None],
    language: str,
    zone: str,
) -> Callable[[ExerciseRun], None]:
    """Return a deed for the exercise's thread; `tell` brings one of the two answers to the window's."""

    def deed(run: ExerciseRun) -> None:
        try:
            do(run)
        except (Refused, BadExercise, NotSaved, OSError) as problem:
            words = worded(problem, language, zone)
            tell(lambda: failed(words))
        else:
            tell(done)

    return deed

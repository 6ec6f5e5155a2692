"""Play an exercise to its end, and debrief a log of one: the two things that are asked of a whole exercise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dispatch.coverage import Coverage
from dispatch.events import Entry
from dispatch.exercise.debriefing import Debriefing, debrief
from dispatch.exercise.exercise import Exercise, Outcome
from dispatch.exercise.players import PLAN, player_of
from dispatch.exercise.retrace import check_played
from dispatch.exercise.run import ExerciseRun, Refusal
from dispatch.exercise.score import score
from dispatch.exercise.training_log import TrainingLog
from dispatch.log_memory import MemoryLog
from dispatch.travels import Roads

Say = Callable[[float, str], None]
PLAYED = 0.3  # of the whole work, to play it once more as planned


def play_as_planned(exercise: Exercise, ground: Roads, *, waits_s: float = 0.0, say: Say | None = None) -> ExerciseRun:
    """Play an exercise in memory with the plan in the trainees' place; nothing is kept of it elsewhere."""
    run = ExerciseRun(
        exercise, TrainingLog(MemoryLog("best")), ground, player=player_of(PLAN, exercise, ground, waits_s=waits_s)
    )
    while not run.is_over:
        run.step()
        if say is not None and run.next_tick % 60 == 0:
            say(run.next_tick / (exercise.last_tick + 1), "playing it as planned")
    return run


def debrief_log(
    exercise: Exercise,
    entries: Sequence[Entry],
    ground: Roads,
    *,
    outcome: Outcome | None = None,
    refusals: Iterable[Refusal] = (),
    coverage: Coverage | None = None,
    with_best: bool = True,
    name: str = "",
    say: Say | None = None,
) -> Debriefing:
    """Score and debrief what was played; `with_best` plays it once more as planned, for the third column.

    Raises BadExercise where it was played from another exercise: its beginning says so.
    """
    check_played(exercise, entries, name or "this log")
    known = tuple(refusals)
    share = PLAYED if with_best else 0.0
    best = play_as_planned(exercise, ground, say=_part(say, 0.0, share)) if with_best else None
    found = score(
        exercise,
        entries,
        ground,
        outcome=outcome,
        refusals=known,
        coverage=coverage,
        best=best.state if best is not None else None,
        name=name,
        say=_part(say, share, 1.0),
    )
    best_entries = tuple(best.log.read()) if best is not None else ()
    return debrief(exercise, entries, ground, found, outcome=outcome, best=best_entries, refusals=known)


def _part(say: Say | None, from_share: float, to_share: float) -> Say | None:
    """Return what says of a part of the work how far the whole is."""
    if say is None:
        return None
    return lambda share, words: say(from_share + share * (to_share - from_share), words)

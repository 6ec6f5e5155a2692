"""All that a debriefing says and shows, worked out from the log of an exercise and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dispatch.exercise.debriefing import Debriefing
from dispatch.exercise.exercise import Exercise
from dispatch.exercise.ways import Way
from dispatch.replay.bookmarks import Bookmark
from gis.city import City

Say = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Material:
    """Hold a debriefing with the exercise (its names), the ways of each decision, and where it all comes from.

    `ways` stand beside `debriefing.score.decisions`. `head` is that of the log's chain. `marks_problem` says why the
    trainer's bookmarks could not be read. `targets` name, in English and Chinese, what a department reaches in time.
    """

    debriefing: Debriefing
    exercise: Exercise
    ways: tuple[tuple[Way, ...], ...]
    bookmarks: tuple[Bookmark, ...] = ()
    log_name: str = ""
    head: str = ""
    marks_problem: str = ""
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    city_zh: str = ""


def debrief_file(
    log_file: Path,
    city: City,
    *,
    key_folder: Path,
    with_best: bool = True,
    with_coverage: bool = True,
    say: Say = lambda share, words: None,
) -> Material:
    """Score and debrief the log of an exercise; equal logs give equal material.

    The roads are opened here and belong to the calling thread. `say` hears how far it is (0 to 1) and what is done, a
    word of the labels `debrief_step`; what it raises ends the work. Raises BadExercise, LogDamaged, NotForTraining,
    OSError.
    """
    from app.city_files import targets_of
    from dispatch.coverage import Coverage
    from dispatch.demand.cells import demand_of
    from dispatch.events import LogKind
    from dispatch.exercise.beside import read_exercise, read_outcome, read_refusals
    from dispatch.exercise.retrace import check_city
    from dispatch.exercise.training_log import NotForTraining
    from dispatch.exercise.ways import ways_of
    from dispatch.exercise.whole import debrief_log
    from dispatch.ground import Ground
    from dispatch.log import open_log
    from dispatch.replay.bookmarks import BadBookmarks, bookmarks_file, read_bookmarks

    say(0.0, "reading")
    exercise = read_exercise(log_file)
    check_city(exercise, city.name)
    log = open_log(log_file, key_folder=key_folder, read_only=True)
    try:
        if log.kind is not LogKind.EXERCISE:
            words = f"{log_file} is no exercise but {log.kind or 'empty'}"
            raise NotForTraining("training_not_exercise", words, log=str(log_file))
        entries = list(log.read())
        head = str(log.chain_head() or "")
    finally:
        log.close()
    outcome, refusals = read_outcome(log_file, exercise), read_refusals(log_file)
    bookmarks, problem = (), ""
    try:
        bookmarks = read_bookmarks(bookmarks_file(str(log_file), log_file.parent))
    except (BadBookmarks, OSError) as error:
        problem = str(error)
    say(0.02, "roads")
    ground = Ground.of_city(city)
    targets, _ = targets_of(city)
    coverage = Coverage(ground, demand_of(city), targets) if with_coverage else None
    say(0.05, "playing" if with_best else "scoring")
    debriefing = debrief_log(
        exercise, entries, ground, outcome=outcome, refusals=refusals, coverage=coverage, with_best=with_best,
        name=log_file.name, say=lambda share, words: say(0.05 + 0.85 * share, _step(words)),
    )  # fmt: skip
    say(0.92, "ways")
    ways = ways_of(exercise, entries, debriefing.score.decisions, ground)
    say(1.0, "done")
    called = {each.id: (each.name, each.name_zh) for each in targets.targets}
    return Material(debriefing, exercise, ways, bookmarks, log_file.name, head, problem, called, city.name_zh)


def _step(words: str) -> str:
    return "playing" if words.startswith("playing") else "scoring"

"""A small exercise of the town, decided well, slowly, short and late, with hostile words in every field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.debriefing.material import Material
from app.debriefing.names import Names
from dispatch.commands import AssignUnits, ChangeAlarmLevel, Choice, CloseIncident
from dispatch.coverage import Coverage
from dispatch.coverage_targets import Target, Targets
from dispatch.exercise.exercise import Exercise, Outcome, Recorded, Response
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.ways import ways_of
from dispatch.exercise.whole import debrief_log
from dispatch.injects import CLOCK, RADIO, Inject
from dispatch.refused import Refused
from dispatch.replay.bookmarks import Bookmark
from tests.dispatch.coverage_town import line
from tests.dispatch.exercise.played import CRASH, EXERCISE, FIRE, play, when
from tests.dispatch.town import ROSTER, UNITS, at
from tests.dispatch.town_roads import TownRoads

HOSTILE = "<img src=x onerror=alert(1)>\u202e${a}</script>"
FAR = AssignUnits(1, (Choice("E2", "engine", override_reason=HOSTILE), Choice("A2", "als")))
DEEDS = (
    (10, FAR),
    (30, ChangeAlarmLevel(1, 2, HOSTILE)),
    (40, AssignUnits(1, (Choice("E2", "engine"),))),  # refused: it is on its way
    (200, AssignUnits(2, (Choice("P1", "patrol"),))),
    (380, CloseIncident(1, "extinguished", release_units=True)),
)
OUTCOME = Outcome(
    (
        Recorded("A", 71, 2, (Response("E1", "engine", 40, 100, 240, 500), Response("A1", "als", 45, 80, None, 400)),
                 600, "extinguished"),
    )
)  # fmt: skip


def exercise_of(name: str = HOSTILE) -> Exercise:
    """Return the exercise: the second engine and ambulance stand far away, and all words are hostile."""
    far = {"E2", "A2"}
    units = tuple(replace(each, lon=each.lon + 0.05) if each.id in far else each for each in UNITS)
    place = replace(FIRE.location, text=HOSTILE)
    return replace(
        EXERCISE, name=name, source_name=HOSTILE, roster=replace(ROSTER, units=units),
        incoming=(replace(FIRE, location=place, text=HOSTILE), CRASH),
        injects=(Inject("r", RADIO, when(CLOCK, after_s=50), text=HOSTILE),),
    )  # fmt: skip


def material_of(*, seed: int = 1, deeds: tuple[tuple[float, object], ...] = DEEDS, has_record: bool = True) -> Material:
    """Play it, and work its debriefing out."""
    exercise = replace(exercise_of(), seed=seed)
    run = _played(exercise, deeds)
    entries, roads = list(run.log.read()), TownRoads()
    targets = Targets((Target("first", "fire", 200.0, ("engine",), "travel", 0.9, 0.3),))
    debriefing = debrief_log(
        exercise, entries, roads, outcome=OUTCOME if has_record else None, refusals=run.refusals,
        coverage=Coverage(roads, line([1, 1, 1]), targets), name="one.db",
    )  # fmt: skip
    ways = ways_of(exercise, entries, debriefing.score.decisions, roads)
    marks = (Bookmark(at(60), 9, f"ask about this {HOSTILE}"),)
    return Material(debriefing, exercise, ways, marks, "one.db", f"{len(entries)}:abc")


def _played(exercise: Exercise, deeds: tuple[tuple[float, object], ...]) -> ExerciseRun:
    run = play(exercise)
    for after_s, body in deeds:
        run.run_until(at(after_s))
        try:
            run.do(body)  # type: ignore[arg-type]
        except Refused:
            continue
    run.run_until()
    return run


@pytest.fixture(scope="session")
def material() -> Material:
    """What is said of it."""
    return material_of()


@pytest.fixture
def names(material: Material) -> Names:
    """Its names in English."""
    return Names(material, "en")


def place_of(material: Material, kind: str, verdict: str | None = None) -> int:
    """Return the place of the first decision of a kind."""
    return next(
        place
        for place, each in enumerate(material.debriefing.score.decisions)
        if each.kind == kind and verdict in (None, each.verdict)
    )


__all__ = ["DEEDS", "HOSTILE", "exercise_of", "material_of", "place_of"]

"""A short exercise in the centre of Helsinki: few units, three incidents, two trainees who decide in turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.city_files import roster_of, run_cards_of
from app.exercise.play import Play
from app.exercise.session import Place, Session
from dispatch.crews import Habits
from dispatch.exercise.beside import write_exercise
from dispatch.exercise.exercise import SCENARIO, Exercise, Incoming
from dispatch.exercise.new_log import new_log
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.incident import Location
from dispatch.injects import CLOCK, RADIO, Condition, Inject
from dispatch.straight import StraightGround
from dispatch.trainee import Trainee
from gis.city import City

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
UNITS = ("E1", "E2", "A3", "A4", "P1")
SQUARE, FAR = Location(24.9415, 60.1712, "Rautatientori"), Location(24.9373, 60.1643, "Bulevardi")


def exercise_of(city: City, **changes: object) -> Exercise:
    """Return the exercise: one ambulance of two can do more than the other."""
    (roster, _), (cards, _) = roster_of(city), run_cards_of(city)
    few = tuple(unit for unit in roster.units if unit.id in UNITS)
    given: dict[str, object] = {
        "name": "Two ambulances",
        "source": SCENARIO,
        "source_name": "square.toml",
        "city": city.name,
        "time_zone": city.time_zone,
        "start_at": START,
        "lasts_s": 240.0,
        "seed": 1,
        "roster": replace(roster, units=few, task_forces=()),
        "run_cards": cards,
        "incoming": (
            Incoming("A", 4, "fall_injury", FAR, "slipped on the ice", called_before_s=3),
            Incoming("B", 52, "cardiac_arrest", SQUARE, "a man fell down"),
        ),
        "injects": (Inject("wind", RADIO, (Condition(CLOCK, after_s=200),), "The wind is turning"),),
        "trainees": (Trainee("anna"), Trainee("bela")),
        "habits": Habits(scene_s=20, turnout_s=10, handover_s=10),
        "step_s": 4.0,
    }
    return Exercise(**{**given, **changes})  # type: ignore[arg-type]


def new_exercise(exercise: Exercise, file: Path, keys: Path) -> Path:
    """Write an exercise that has not begun."""
    with new_log(file, key_folder=keys) as log:
        write_exercise(file, exercise, None)
        ExerciseRun(exercise, TrainingLog(log), StraightGround())
    return file


@dataclass
class Sat:
    """A session on such an exercise, with its window in sight."""

    session: Session
    qtbot: QtBot
    folder: Path

    @property
    def play(self) -> Play:
        """Return what is played now."""
        return self.session.play

    def until(self, condition) -> None:  # type: ignore[no-untyped-def]
        """Make step after step by hand until something is so; what waits is answered before each."""
        play, qtbot = self.play, self.qtbot
        play.pause()
        while not condition():
            assert not play.is_over, "it never became so"
            with qtbot.waitSignal(play.stepped):
                play.step_once()


@pytest.fixture(scope="module")
def city(helsinki: Path) -> City:
    return City.open(helsinki)


@pytest.fixture
def sat(city: City, tmp_path: Path, qtbot: QtBot) -> Iterator[Sat]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    keys = tmp_path / "keys"
    log = new_exercise(exercise_of(city), tmp_path / "square.db", keys)
    place = Place(city, keys, tmp_path / "desk", planner="inline", workers=0, is_silent=True)
    session = Session(place)
    found = Sat(session, qtbot, tmp_path)
    with qtbot.waitSignal(session.played):
        session.open(log)
    yield found
    session.close()

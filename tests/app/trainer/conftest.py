"""A trainer's window on a small exercise of the town, played by hand in the tests' own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.trainer.window import TrainerWindow
from dispatch import injects as i
from dispatch.commands import AssignUnits, Body, Choice, Command, Who
from dispatch.events import Entry
from dispatch.exercise.beside import keeping_refusals, write_exercise
from dispatch.exercise.branches import Tree, decisions
from dispatch.exercise.exercise import BadExercise, Exercise, Outcome
from dispatch.exercise.planned import Planned
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.injects import Condition, Inject
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.replay.bookmarks import Bookmark
from dispatch.state import State
from dispatch.trainee import Trainee
from tests.dispatch.exercise.played import with_injects
from tests.dispatch.town_roads import TownRoads

SNOW = Inject("snow", i.WEATHER, (Condition(i.CLOCK, after_s=300),), weather="snow")
SPREADS = Inject(
    "spreads", i.CALLER, (Condition(i.ON_SCENE, incident="A", capability="engine"),), "it spreads", incident="A"
)
FLAT = Inject("flat", i.FAILURE, (Condition(i.CLOCK, after_s=6),), "flat tyre", unit="E2", for_s=600)
SCRIPT = (SNOW, SPREADS, FLAT)


class HandPlay(QObject):
    """A play whose steps tests make, with the face of the real one."""

    stepped = Signal(object)
    changed = Signal()
    injected = Signal(object)
    planned_it = Signal(object)
    inject_failed = Signal(object, str)
    deed_failed = Signal(object, str)
    broke = Signal(str)
    ended = Signal()

    def __init__(self, exercise: Exercise, file: Path, tree: Tree | None = None) -> None:
        super().__init__()
        self.exercise, self.log_file = exercise, file
        self.run = ExerciseRun(exercise, TrainingLog(MemoryLog(file.name)), TownRoads(), refused=keeping_refusals(file))
        self.is_paused, self.speed, self.real_speed = True, 1.0, None
        self.marks: tuple[Bookmark, ...] = ()
        self.desk = Desk(self.turn.who, clock=lambda: self.at)
        self.desk.state = self.run.state
        self.run.engine.subscribe(self._on_entry)
        self._tree = tree or Tree(file.name)

    @property
    def at(self) -> datetime:
        return self.run.clock()

    @property
    def state(self) -> State:
        return self.run.state

    @property
    def turn(self) -> Trainee:
        return self.run.turn

    @property
    def is_over(self) -> bool:
        return self.run.is_over

    def pass_s(self, seconds: float) -> None:
        """Play on for so long."""
        begun_at = self.exercise.tick_at(max(0, self.run.next_tick - 1))
        self.run.run_until(begun_at + timedelta(seconds=seconds))
        self.stepped.emit(self.at)

    def decide(self, body: Body) -> Entry | None:
        """Decide as the trainee whose turn it is; a refusal comes to the desk as the bridge brings it."""
        try:
            return self.run.do(body)
        except Refused as problem:
            self.desk.refused.emit(Command("x", self.at, self.turn.who, body), problem)
            return None

    def pause(self) -> None:
        self.is_paused = True
        self.changed.emit()

    def resume(self) -> None:
        self.is_paused = False
        self.changed.emit()

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self.changed.emit()

    def step_once(self) -> None:
        self.run.step()
        self.stepped.emit(self.at)

    def inject(self, inject: Inject) -> None:
        try:
            self.run.inject(inject)
        except (Refused, BadExercise) as problem:
            self.inject_failed.emit(inject, str(problem))
        else:
            self.injected.emit(inject)

    def act(self, body: Body, who: Who) -> None:
        try:
            self.run.act(body, who)
        except Refused as problem:
            self.deed_failed.emit(body, str(problem))

    def take_turn(self, trainee_id: str | None) -> None:
        self.run.take_turn(trainee_id)
        self.changed.emit()

    @property
    def planned(self) -> tuple[Planned, ...]:
        return self.run.planned

    def plan(self, inject: Inject) -> None:
        self._plan(lambda: self.run.plan(inject), inject)

    def unplan(self, inject: Inject) -> None:
        self._plan(lambda: self.run.unplan(inject.id), inject)

    def _plan(self, do: Callable[[], None], inject: Inject) -> None:
        try:
            do()
        except BadExercise as problem:
            self.inject_failed.emit(inject, str(problem))
        else:
            self.planned_it.emit(inject)

    def mark(self, words: str, at: datetime | None = None) -> None:
        self.marks = (*self.marks, Bookmark(at or self.at, self.state.sequence, words or "now"))
        self.changed.emit()

    def unmark(self, mark: Bookmark) -> None:
        self.marks = tuple(each for each in self.marks if each != mark)
        self.changed.emit()

    def decisions(self) -> tuple[Entry, ...]:
        return decisions(self.run.log.read())

    def tree(self) -> Tree:
        return self._tree

    def _on_entry(self, entry: Entry, state: State) -> None:
        self.desk.state = state
        self.desk.state_changed.emit(entry, state)


class HandSession(QObject):
    """A session that keeps what was asked of it."""

    played = Signal(object)
    failed = Signal(str)
    left = Signal()
    debriefing_wanted = Signal()

    def __init__(self, play: HandPlay) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []
        self._take(play)

    def go_on_with(self, play: HandPlay) -> None:
        """Play another branch."""
        self._take(play)
        self.played.emit(play)

    def branch(self, before: int, label: str = "") -> None:
        self.asked.append(("branch", before, label))

    def open(self, log_file: Path) -> None:
        self.asked.append(("open", log_file.name))

    def leave(self) -> None:
        self.asked.append(("leave",))

    def _take(self, play: HandPlay) -> None:
        self.play = play
        engine = play.run.engine
        self.shown = SimpleNamespace(desktop=SimpleNamespace(desk=play.desk, engine=engine), map_link=None)


Made = Callable[..., HandPlay]


@pytest.fixture
def make(tmp_path: Path) -> Made:
    """Make a play on a log of its own name; `outcome` is what really happened."""

    def made(name: str = "first.db", *, outcome: Outcome | None = None, tree: Tree | None = None, injects: Any = SCRIPT,
             **changes: Any) -> HandPlay:  # fmt: skip
        exercise = with_injects(*injects, **changes)
        write_exercise(tmp_path / name, exercise, outcome)
        return HandPlay(exercise, tmp_path / name, tree)

    return made


@pytest.fixture
def play(qtbot: QtBot, make: Made) -> HandPlay:
    return make()


@pytest.fixture
def session(play: HandPlay) -> HandSession:
    return HandSession(play)


@pytest.fixture
def window(qtbot: QtBot, session: HandSession) -> Iterator[TrainerWindow]:
    found = TrainerWindow(session)  # type: ignore[arg-type]
    qtbot.addWidget(found)
    with qtbot.waitSignal(found.sitting.known):
        found.show()
    yield found
    found.sitting.close()


def send_engine(play: HandPlay) -> Entry | None:
    """Let the trainee send an engine to the fire."""
    return play.decide(AssignUnits(1, (Choice("E1", "engine"),)))

"""How an exercise stands, as the window's thread sees it: what may be asked of it, and what it tells."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.exercise.pace import Pace
from app.exercise.running import Running
from app.replay.kept_marks import KeptMarks
from dispatch.events import Entry
from dispatch.exercise.branches import Tree
from dispatch.exercise.exercise import Exercise
from dispatch.exercise.planned import Planned
from dispatch.exercise.run import ExerciseRun
from dispatch.replay.bookmarks import Bookmark
from dispatch.state import State
from dispatch.trainee import Trainee


class Standing(QObject):
    """Tell how an exercise stands; `Play` sets what it is told from and moves it."""

    opened = Signal()
    not_opened = Signal(object)  # the exception
    stepped = Signal(object)  # datetime: where the exercise stands, at most 10 times a second
    changed = Signal()  # paused, speed, turn, marks or branches: look again
    injected = Signal(object)  # dispatch.injects.Inject that happened at the trainer's word
    planned_it = Signal(object)  # Inject that will happen once what it waits for holds
    inject_failed = Signal(object, str)  # Inject, sentence
    deed_failed = Signal(object, str)  # Body played as caller or crew, sentence
    broke = Signal(str)  # what went wrong in a step: the exercise stands still
    not_marked = Signal(str)  # why marks cannot be read or kept
    ended = Signal()  # the last step was made
    _arrived = Signal(object)  # a callable, from the exercise's thread

    _running: Running
    _marks: KeptMarks

    def __init__(self, exercise: Exercise, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exercise = exercise
        self._run: ExerciseRun | None = None
        self._turn = exercise.trainees[0]
        self._is_over = self._has_begun = False
        self._pace = Pace()

    @property
    def run(self) -> ExerciseRun:
        """Return what is played. Raises RuntimeError before it was opened."""
        if self._run is None:
            raise RuntimeError("the exercise is not open yet")
        return self._run

    @property
    def state(self) -> State:
        """Return how everything stands."""
        return self.run.state

    @property
    def at(self) -> datetime:
        """Return the present instant of the exercise."""
        return self.run.clock()

    @property
    def is_paused(self) -> bool:
        """Tell whether it stands still."""
        return self.run.clock.is_paused

    @property
    def has_begun(self) -> bool:
        """Tell whether time was let run, now or when it was played before."""
        return self._has_begun

    @property
    def is_over(self) -> bool:
        """Tell whether the last step was made."""
        return self._is_over

    @property
    def speed(self) -> float:
        """Return how many seconds of the exercise a second takes."""
        return self.run.clock.speed

    @property
    def real_speed(self) -> float | None:
        """Return how fast it really goes where that stays behind `speed`, else None."""
        return None if self.is_paused or self._is_over else self._pace.behind(self.speed)

    @property
    def turn(self) -> Trainee:
        """Return who decides now."""
        return self._turn

    @property
    def marks(self) -> tuple[Bookmark, ...]:
        """Return the moments that were marked for the debriefing."""
        return tuple(self._marks.all)

    def decisions(self) -> tuple[Entry, ...]:
        """Return what trainees have decided so far: the entries before which a branch may be taken."""
        return self._running.decisions()

    def tree(self) -> Tree:
        """Return the branches of this exercise, as they were when it was opened."""
        return self._running.tree

    @property
    def planned(self) -> tuple[Planned, ...]:
        """Return the injects that the trainer planned, those that have happened too."""
        return self.run.planned

"""The planner in processes of its own: one answers for a single incident at once, one whatever takes longer."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app.homecoming import Homecoming
from app.planner.answering import reason_of
from app.planner.face import PlannerFace, estimate
from app.planner.life import Life
from app.planner.open_part import open_part
from app.planner.questions import Answer, Asked, Begin, PlanQuestion, Question, Taught, WaysQuestion
from dispatch.demand.history import History, history_of
from dispatch.events import Entry, IncidentReopened
from dispatch.refused import Refused
from dispatch.state import State
from resources.position import Fix


class PlannerProcess(PlannerFace):
    """Keep child processes that answer by road; start them again when they die, and estimate meanwhile.

    A plan of a city in crisis, coverage and move-ups have a child of their own, started at the first such question:
    however long one takes, and whatever becomes of it, who should go to one incident is answered at once. Whether the
    planner is up is said of the first child. Belongs to the thread that made it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._history: History | None = None
        self._failed: dict[str, PlanQuestion] = {}  # given up by road, and guessed now
        self._quick = Life(lambda: [self._beginning()], self)
        self._wide = Life(self._wide_beginning, self)
        for life in (self._quick, self._wide):
            life.answered.connect(self._on_answered)
            life.late.connect(self._on_late)
            life.stood_in.connect(self._take_stand_in)
        self._quick.went_down.connect(self.went_down)
        self._quick.came_up.connect(self._on_up)

    @property
    def is_up(self) -> bool:
        return self._quick.is_up

    @property
    def age_s(self) -> float | None:
        return self._quick.age_s

    @property
    def process_id(self) -> int | None:
        """Return the id of the process that answers for single incidents, None where there is none now."""
        return self._quick.process_id

    @property
    def wide_process_id(self) -> int | None:
        """Return the id of the process that answers for the whole city, None where there is none now."""
        return self._wide.process_id

    def start(self, city_folder: Path, state: State, fixes: Iterable[Fix] = ()) -> None:
        super().start(city_folder, state, fixes)
        self._folder = city_folder
        self._quick.start(city_folder)

    def stop(self) -> None:
        self._folder = None
        self._quick.stop()
        self._wide.stop()

    def _pass_on(self, message: Any) -> None:
        is_reopened = isinstance(message, Entry) and any(isinstance(e, IncidentReopened) for e in message.events)
        for life in (self._quick, self._wide):
            # A child may never have known an incident that was closed when it began.
            life.send(self._beginning() if is_reopened and life.process_id is not None else message)

    def _begin_again(self) -> None:
        for life in (self._quick, self._wide):
            if life.process_id is not None:
                life.send(self._beginning())

    def _beginning(self) -> Begin:
        return Begin(open_part(self._state), tuple(self._fixes.latest.values()))

    def _wide_beginning(self) -> list[Any]:
        return [self._beginning(), *([Taught(self._history)] if self._history is not None else [])]

    def _put(self, question: Asked) -> None:
        life = self._life_of(question)
        if isinstance(question, PlanQuestion):
            self._failed.pop(question.id, None)
        if life is self._wide and not life.is_started and self._folder is not None:
            life.start(self._folder)
            asked = (self._state, question.at, Homecoming(self._on_learnt))
            threading.Thread(target=_learn, args=asked, name="planner-history", daemon=True).start()
        life.put(question)

    def _on_learnt(self, history: History) -> None:
        self._history = history
        self._wide.send(Taught(history))

    def _life_of(self, question: Asked) -> Life:
        return self._quick if isinstance(question, Question | WaysQuestion) else self._wide

    def _on_up(self) -> None:
        threading.Thread(target=_warm_up, name="planner-warm-up", daemon=True).start()
        self.came_up.emit()

    def _on_answered(self, question: Asked, answer: Answer) -> None:
        if answer.refused is not None:
            self.unanswered.emit(question.id, answer.error, answer.refused)
        elif answer.found is None and isinstance(question, PlanQuestion):
            self._failed[question.id] = question
            self._guess_soon(question)
        elif answer.found is None and isinstance(question, Question):
            self._guess(question)
        elif answer.found is None:
            self.unanswered.emit(question.id, answer.error, None)
        else:
            self._give(question, answer.found)

    def _on_late(self, question: Asked) -> None:
        """Estimate what waits."""
        if isinstance(question, PlanQuestion):
            self._guess_soon(question)
        elif isinstance(question, Question) or not self._wide.is_up:
            self._guess(question)

    def _guess_soon(self, question: PlanQuestion) -> None:
        """Guess a plan in a thread: it may take a second also by straight lines, and the window waits for nobody."""
        asked = (question, self._state, dict(self._fixes.latest), Homecoming(self._on_guessed))
        threading.Thread(target=_guess_apart, args=asked, name="planner-guess", daemon=True).start()

    def _on_guessed(self, question: PlanQuestion, found: Any, error: Exception | None) -> None:
        has_failed = self._failed.get(question.id) == question
        if has_failed:
            del self._failed[question.id]
        elif not self._wide.is_open(question):
            return  # the answer by road was quicker, or a newer question came
        if error is None:
            self._give(question, found)
        else:
            self.unanswered.emit(question.id, str(error), reason_of(error) if isinstance(error, Refused) else None)


def _learn(state: State, at: datetime, tell: Callable[[History], None]) -> None:
    """Gather what a long log teaches; a child is given only the open part of it."""
    tell(history_of(state, at=at))


def _guess_apart(question: PlanQuestion, state: State, fixes: dict[str, Fix], tell: Callable[..., None]) -> None:
    try:
        found = estimate(question, state, fixes)
    except (LookupError, ValueError, Refused) as error:
        tell(question, None, error)
    else:
        tell(question, found, None)


def _warm_up() -> None:
    """Import what an estimate needs, so that the first one does not hold the window for half a second."""
    importlib.import_module("scipy.optimize")

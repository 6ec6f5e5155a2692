"""Play an exercise: what is due happens, trainees decide, simulated crews drive, step by step on its own clock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from dispatch.commands import Body, Command, Tick, Who
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.exercise.clock import ExerciseClock
from dispatch.exercise.director import Director
from dispatch.exercise.due import inject_id_of
from dispatch.exercise.exercise import CLOCK, CREW, PREFIX, TRAINER_SEAT, BadExercise, Exercise, is_decision_by
from dispatch.exercise.fleet import Fleet
from dispatch.exercise.happen import Asked, by_trainer, happening
from dispatch.exercise.planned import MOST, Planned
from dispatch.exercise.retrace import check_played, is_after_crews, next_tick, resume
from dispatch.exercise.training_log import TrainingLog
from dispatch.injects import Inject
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.trainee import Trainee
from dispatch.travels import Roads
from resources.position import Fix

Player = Callable[[State, Mapping[str, Fix], datetime], Sequence[tuple[Who, Body]]]
"""Decide as a trainee would: a function from what is known to commands, asked once a step."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a trainee asked and the rules refused: not in the log, whose last entry then was `sequence`."""

    sequence: int
    at: datetime
    actor: str
    department: str
    command: str
    code: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What a step brought: the positions that moved."""

    tick: int
    at: datetime
    fixes: tuple[Fix, ...]


def nobody(state: State, fixes: Mapping[str, Fix], at: datetime) -> Sequence[tuple[Who, Body]]:
    """Leave every decision to somebody else."""
    return ()


class ExerciseRun:
    """Run one exercise on a log of its own; go on where a log already holds its beginning.

    Trainees' commands go to `engine` as from any window (its clock is `clock`), or by `do`. `step` and what calls it
    belong to the thread that owns `ground`; a step is made as a whole, nobody's command comes in between.
    Raises BadExercise where the log belongs to another exercise.
    """

    def __init__(
        self,
        exercise: Exercise,
        log: TrainingLog,
        ground: Roads,
        *,
        player: Player = nobody,
        refusals: Iterable[Refusal] = (),
        refused: Callable[[Refusal], None] = lambda refusal: None,
        at: datetime | None = None,
        clock: ExerciseClock | None = None,
        planned: Iterable[Planned] = (),
        plans: Callable[[tuple[Planned, ...]], None] = lambda planned: None,
    ) -> None:
        self.exercise = exercise
        self.clock = clock or ExerciseClock(exercise.start_at)
        self.clock.step(at or exercise.begins_at)
        self.log = log.log
        self.engine = Engine(log.log, clock=self.clock)
        self.fleet = Fleet(exercise, ground)
        self.refusals = list(refusals)
        self._planned, self._plans = tuple(planned), plans
        self._director = Director(exercise, self.fleet, lambda: self.engine.state, self._ask, lambda: self._planned)
        self._refused = refused
        self._player = player
        self._turn: Trainee | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        if self.engine.state.sequence:
            self._go_on(at)
        else:
            self._director.open(self.clock)
            self._next = 0

    @property
    def state(self) -> State:
        """Return how everything stands."""
        return self.engine.state

    @property
    def fixes(self) -> Mapping[str, Fix]:
        """Return where units are."""
        return self.fleet.fixes

    @property
    def next_tick(self) -> int:
        """Return the number of the step that comes next."""
        return self._next

    @property
    def is_over(self) -> bool:
        """Tell whether every step was made."""
        return self._next > self.exercise.last_tick

    @property
    def turn(self) -> Trainee:
        """Return who decides now."""
        return self._turn or self.exercise.turn_at(self.clock())

    def take_turn(self, trainee_id: str | None) -> Trainee:
        """Give the turn to a trainee, or back to the exercise's own order of turns. Raises KeyError."""
        known = {each.id: each for each in self.exercise.trainees}
        self._turn = None if trainee_id is None else known[trainee_id]
        return self.turn

    def do(self, body: Body, *, who: Who | None = None, based_on: int | None = None, id: str = "") -> Entry | None:
        """Decide as the trainee whose turn it is. Raises Refused, which is kept for the score."""
        asker = who or self.turn.who
        at = self.clock()
        command = Command(id or self._free_id(f"{asker.actor}-{self._next}"), at, asker, body, based_on)
        try:
            return self.engine.do(command)
        except Refused as refused:
            self.note_refusal(command, refused)
            raise

    def submit(self, command: Command) -> Future[Entry | None]:
        """Ask without waiting, as `Engine.submit`; what is refused to a trainee is kept for the score."""
        future = self.engine.submit(command)
        future.add_done_callback(lambda done: self._see(command, done))
        return future

    def note_refusal(self, command: Command, refused: Refused) -> None:
        """Keep that a trainee was refused something."""
        if not is_decision_by(command.who.seat):
            return
        said = tuple((name, str(value)[:200]) for name, value in refused.parameters.items())
        who = command.who
        refusal = Refusal(
            self.state.sequence, command.at, who.actor, who.department, type(command.body).__name__, refused.code, said
        )
        self.refusals.append(refusal)
        self._refused(refusal)

    def inject(self, inject: Inject) -> tuple[Entry, ...]:
        """Let something happen now, at the trainer's word: one of the exercise's own ahead of its time, or another.

        Each happens once. Raises Refused; BadExercise where it cannot be.
        """
        self._check_new(inject)
        asked = by_trainer(happening(self.exercise, inject, self.state, self.clock()))
        if not asked:
            words = f"inject {inject.id!r}: what it is about is not there"
            raise BadExercise("exercise_inject_nowhere", words, inject=inject.id)
        entries = [self.engine.do(Command(each.id, each.at, each.who, each.body)) for each in asked]
        return tuple(entry for entry in entries if entry is not None)

    @property
    def planned(self) -> tuple[Planned, ...]:
        """Return the injects that the trainer planned, those that have happened too."""
        return self._planned

    def plan(self, inject: Inject) -> None:
        """Let something happen later, once all that it waits for holds. Raises BadExercise where it cannot be."""
        if not inject.when:
            raise BadExercise("exercise_plan_when", f"inject {inject.id!r}: it does not say when", inject=inject.id)
        self._check_new(inject)
        if inject.id in {each.inject.id for each in self._planned} or len(self._planned) >= MOST:
            words = f"inject {inject.id!r} is planned already"
            raise BadExercise("exercise_has_inject", words, inject=inject.id)
        self._keep_planned((*self._planned, Planned(inject, self.clock())))

    def unplan(self, inject_id: str) -> None:
        """Take a plan away; one that has happened stays. Raises BadExercise where there is none to take away."""
        left = tuple(each for each in self._planned if each.inject.id != inject_id)
        if len(left) == len(self._planned) or f"{PREFIX}-inject-{inject_id}" in self.state.answered:
            raise BadExercise("exercise_inject_done", f"inject {inject_id!r} is not planned", inject=inject_id)
        self._keep_planned(left)

    def _keep_planned(self, planned: tuple[Planned, ...]) -> None:
        self._plans(planned)
        self._planned = planned

    def act(self, body: Body, who: Who) -> Entry | None:
        """Do what the trainer plays a caller or a crew with. Raises Refused; ValueError for anybody else's seat."""
        if who.seat != TRAINER_SEAT:
            raise ValueError(f"{who.actor} is not played by the trainer")
        return self.engine.do(Command(self._free_id(f"{PREFIX}-played-{self._next}"), self.clock(), who, body))

    def step(self) -> Moment:
        """Make the next step: all that is due, decisions of the player, the crews, and time itself."""
        tick, exercise = self._next, self.exercise
        at = exercise.tick_at(tick)
        with self.engine.together():
            self.clock.step(at)
            self._director.happen(at)
            for who, body in self._player(self.state, self.fixes, at):
                try:
                    self.do(body, who=who)
                except Refused as refused:
                    _logger.info("%s was refused: %s", who.actor, refused)
            step = self.fleet.step(self.state, at)
            for body in step.bodies:
                self._ask(Asked(self._free_id(f"{PREFIX}-crew-{tick}"), at, CREW, body))
            self._ask(Asked(f"{PREFIX}-tick-{tick}", at, CLOCK, Tick()))
            self._next += 1
            self.clock.between(at, exercise.tick_at(self._next))
        return Moment(tick, at, step.fixes)

    def catch_up(self) -> list[Moment]:
        """Make every step that the clock says is due."""
        made = []
        while not self.is_over and self.exercise.tick_at(self._next) <= self.clock.wanted_at:
            made.append(self.step())
        return made

    def run_until(self, at: datetime | None = None) -> None:
        """Make every step up to an instant, or to the end, as fast as it goes."""
        until = self.exercise.until_at if at is None else at
        while not self.is_over and self.exercise.tick_at(self._next) <= until:
            self.step()

    def _go_on(self, at: datetime | None) -> None:
        entries = list(self.log.read())
        check_played(self.exercise, entries, self.log.name)
        here = at or entries[-1].recorded_at
        self._next = next_tick(self.exercise, here)
        if at is None and is_after_crews(entries[-1], self.exercise.tick_at(self._next)):
            self._next += 1  # that step was made
        resume(self.fleet, entries, self._next)
        if here < self.exercise.tick_at(self._next):
            just_before = here - timedelta(microseconds=1)  # what is decided anew is so at the same instant
            self.clock.between(just_before, self.exercise.tick_at(self._next))
        else:
            self.clock.step(here)

    def _check_new(self, inject: Inject) -> None:
        if inject.id in {each.id for each in self.exercise.injects} and inject not in self.exercise.injects:
            words = f"the exercise has an inject {inject.id!r} of its own"
            raise BadExercise("exercise_has_inject", words, inject=inject.id)
        if inject_id_of(inject) in self.state.answered:
            raise BadExercise("exercise_inject_done", f"inject {inject.id!r} has happened", inject=inject.id)

    def _ask(self, asked: Asked) -> None:
        try:
            self.engine.do(Command(asked.id, asked.at, asked.who, asked.body))
        except Refused as refused:
            _logger.info("the exercise was refused %s: %s", asked.id, refused)

    def _free_id(self, stem: str) -> str:
        """Return an id that was not answered yet: the same one each time the same is played."""
        return next(name for number in count(1) if (name := f"{stem}-{number}") not in self.state.answered)

    def _see(self, command: Command, done: Future[Entry | None]) -> None:
        problem = done.exception() if not done.cancelled() else None
        if isinstance(problem, Refused):
            self.note_refusal(command, problem)

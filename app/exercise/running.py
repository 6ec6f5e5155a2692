"""The thread of an exercise: it owns the ground, makes the steps that are due, and never outruns the window."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from dispatch.commands import Command
from dispatch.events import Entry
from dispatch.exercise.beside import keeping_refusals, read_refusals
from dispatch.exercise.branches import Tree, decisions, read_tree
from dispatch.exercise.exercise import Exercise, is_decision_by
from dispatch.exercise.planned_file import keeping_planned, read_planned
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.trainee import Trainee
from dispatch.travels import Start
from resources.position import Fix

if TYPE_CHECKING:
    from dispatch.travels import Roads
    from gis.city import City

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 0.1
MODES = ("emergency", "ordinary")
TELL_EVERY_S = 0.2
MOST_ENTRIES = 8  # that the window is told at once before it may take a breath
MOST_BUSY_S = 0.05  # of one go, before what was asked is looked at
REST_S, REST_EVERY_S = 0.0003, 0.002
MOST_LAG_S = 1.0  # of the room's time; what lies farther back is not made up for
ANSWER_S = 5.0  # how long a step waits for what a trainee asked before it


@dataclass(frozen=True, slots=True)
class Beat:
    """What came of one go of the thread: where it stands, the positions that moved, whose turn it is."""

    at: datetime
    fixes: tuple[Fix, ...]
    turn: Trainee
    is_over: bool


class Running:
    """Run an exercise in a thread. `tell` brings a callable to the window's thread; what is asked comes by `ask`.

    After some entries, and five times a second, the thread waits until the window has `breathed`: at a thousand times
    the speed of life more comes than it can show one by one. The exercise is then as fast as that.
    """

    def __init__(
        self,
        log_file: Path,
        exercise: Exercise,
        city: City | None,
        *,
        key_folder: Path,
        make_ground: Callable[[City | None], Roads],
        tell: Callable[[Callable[[], None]], None],
        beat: Callable[[Beat], None],
        broke: Callable[[BaseException], None],
    ) -> None:
        self._log_file, self._exercise, self._city = log_file, exercise, city
        self._keys, self._make_ground = key_folder, make_ground
        self._tell, self._beat, self._broke = tell, beat, broke
        self._asked: SimpleQueue[Callable[[ExerciseRun], None]] = SimpleQueue()
        self._stopping, self._shown = threading.Event(), threading.Event()
        self._shown.set()
        self._pending: set[Future[Entry | None]] = set()
        self._decisions: list[Entry] = []
        self._fixes: dict[str, Fix] = {}  # since the window was last told
        self._is_untold = False
        self._told_to, self._told_s = 0, 0.0
        self._thread: threading.Thread | None = None
        self.is_started = False
        self.run: ExerciseRun | None = None
        self.tree = Tree(log_file.name)

    def open(self, opened: Callable[[ExerciseRun], None], failed: Callable[[BaseException], None]) -> None:
        """Begin the thread: it opens the log, brings crews to where they were, and answers by one of the two."""
        self._thread = threading.Thread(target=self._work, args=(opened, failed), name="exercise", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it; what was asked before is done first."""
        self._stopping.set()
        self._shown.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def ask(self, deed: Callable[[ExerciseRun], None]) -> None:
        """Have something done between two steps."""
        self._asked.put(deed)

    def breathed(self) -> None:
        """Hear that the window has shown what it was told, and had time for whoever sits there."""
        self._shown.set()

    def follow(self, command: Command, future: Future[Entry | None]) -> None:
        """Let the next step come after the answer to a trainee's command; what is refused is kept for the score."""
        self._pending.add(future)
        future.add_done_callback(lambda done: self._note(command, done))

    def decisions(self) -> tuple[Entry, ...]:
        """Return what trainees have decided so far."""
        return tuple(self._decisions)

    def _note(self, command: Command, done: Future[Entry | None]) -> None:
        problem = done.exception() if not done.cancelled() else None
        if isinstance(problem, Refused) and self.run is not None:
            self.run.note_refusal(command, problem)
        self._pending.discard(done)

    def _work(self, opened: Callable[[ExerciseRun], None], failed: Callable[[BaseException], None]) -> None:
        try:
            run = self._open()
        except BaseException as problem:  # a panicking library must not end the program without a word
            logger.info("the exercise %s was not opened: %s", self._log_file, problem)
            self._tell(lambda problem=problem: failed(problem))  # type: ignore[misc]
            return
        self.run = run
        self._tell(lambda: opened(run))
        try:
            while not self._stopping.is_set():
                self._serve(run)
                self._go(run)
            self._serve(run, wait_s=0.0)
        finally:
            del run.fleet.ground  # routing objects must end in the thread that made them

    def _open(self) -> ExerciseRun:
        from dispatch.log import open_log

        ground = self._make_ground(self._city)
        log = open_log(self._log_file, key_folder=self._keys)
        try:
            run = ExerciseRun(
                self._exercise,
                TrainingLog(log),
                ground,
                refusals=read_refusals(self._log_file),
                refused=keeping_refusals(self._log_file),
                planned=read_planned(self._log_file),
                plans=keeping_planned(self._log_file),
            )
            self.tree = read_tree(self._log_file)
            self._decisions = list(decisions(log.read()))
        except BaseException:
            log.close()
            raise
        run.engine.subscribe(self._keep_decision)
        return run

    def _keep_decision(self, entry: Entry, state: State) -> None:
        if is_decision_by(entry.seat):
            self._decisions.append(entry)

    def _serve(self, run: ExerciseRun, *, wait_s: float | None = None) -> None:
        """Do what was asked; wait for it where nothing else is due."""
        wait_s = (0.0 if self._is_due(run) else LOOK_EVERY_S) if wait_s is None else wait_s
        with contextlib.suppress(Empty):
            while True:
                deed = self._asked.get(timeout=wait_s) if wait_s else self._asked.get_nowait()
                wait_s = 0.0
                try:
                    deed(run)
                except Exception as problem:
                    logger.exception("what was asked of the exercise failed")
                    self._broke(problem)

    def _is_due(self, run: ExerciseRun) -> bool:
        if not self.is_started or run.clock.is_paused or run.is_over:
            return False
        return self._exercise.tick_at(run.next_tick) <= run.clock.wanted_at

    def go_once(self, run: ExerciseRun) -> None:
        """Make one step by hand."""
        if not run.is_over:
            self._step(run)
            self._say(run)

    def _go(self, run: ExerciseRun) -> None:
        """Make steps that are due, as many as the window can be told at once, and tell it."""
        rested_s = time.monotonic()
        until_s = rested_s + MOST_BUSY_S
        try:
            while self._is_due(run) and not self._stopping.is_set():
                self._step(run)
                now_s = time.monotonic()
                if not self._asked.empty() or self._is_much(run) or now_s > until_s:
                    break
                if now_s - rested_s >= REST_EVERY_S:
                    time.sleep(REST_S)  # whoever sits at the window is let in between
                    rested_s = time.monotonic()
        except Exception as problem:
            logger.exception("a step of the exercise failed; it stands still")
            run.clock.pause()
            self._broke(problem)
        if (run.clock.wanted_at - run.clock()).total_seconds() > MOST_LAG_S * run.clock.speed:
            run.clock.run()  # it cannot be kept up with: go on from here, as fast as it can be shown
        if self._is_untold and (self._is_much(run) or time.monotonic() - self._told_s >= TELL_EVERY_S):
            self._say(run)

    def _is_much(self, run: ExerciseRun) -> bool:
        """Tell whether the window is to hear before another step is made."""
        return run.state.sequence - self._told_to >= MOST_ENTRIES or (run.is_over and self._is_untold)

    def _step(self, run: ExerciseRun) -> None:
        """Make one step, after what trainees asked before it was answered."""
        if self._pending:
            wait(tuple(self._pending), timeout=ANSWER_S)
        self._fixes.update((each.unit_id, each) for each in run.step().fixes)
        self._is_untold = True

    def _say(self, run: ExerciseRun) -> None:
        """Tell the window, and wait until it has shown it."""
        self._shown.clear()
        if self._stopping.is_set():
            return
        fixes, self._fixes, self._is_untold = tuple(self._fixes.values()), {}, False
        self._told_to = run.state.sequence
        self._beat(Beat(run.clock(), fixes, run.turn, run.is_over))
        self._shown.wait()
        self._told_s = time.monotonic()


def ground_of(city: City | None) -> Roads:
    """Open a city's roads; straight lines for none."""
    from dispatch.ground import Ground
    from dispatch.straight import StraightGround

    if city is None:
        return StraightGround()
    ground = Ground.of_city(city)
    for mode in MODES:
        ground.prepare(mode, [Start("", *city.center)])  # now, and not while somebody waits for the first step
    return ground

"""An exercise as the window's thread sees it: asked for things, it answers by signals; a thread of its own plays."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer

from app.exercise.answering import answered
from app.exercise.gate import Gate
from app.exercise.running import Beat, Running, ground_of
from app.exercise.standing import Standing
from app.exercise.worded import worded
from app.replay.kept_marks import KeptMarks
from dispatch.commands import Body, Who
from dispatch.exercise.clock import FASTEST, SLOWEST
from dispatch.exercise.exercise import TRAINER_SEAT, Exercise
from dispatch.exercise.run import ExerciseRun
from dispatch.injects import Inject
from dispatch.replay.bookmarks import Bookmark, bookmarks_file, named
from dispatch.trainee import Trainee

if TYPE_CHECKING:
    from app.bootstrap import Desktop
    from dispatch.travels import Roads
    from gis.city import City

TELL_EVERY_MS = 100


class Play(Standing):
    """Play an exercise in a thread of its own; everything is asked in the window's thread and answered by signals.

    `open` brings the log to where it was left: `opened` follows, or `not_opened`. Then it is joined to a desk and
    started. What trainees ask goes by the desk; while the exercise is paused, and once it is over, that is refused.
    `city` None, and another `make_ground`, are for exercises without a city's roads.
    """

    def __init__(
        self,
        log_file: Path,
        exercise: Exercise,
        city: City | None,
        *,
        key_folder: Path,
        language: str = "en",
        make_ground: Callable[[Any], Roads] = ground_of,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(exercise, parent)
        self.log_file, self.city, self.key_folder = log_file, city, key_folder
        self.language, self.make_ground = language, make_ground
        self._running = Running(
            log_file,
            exercise,
            city,
            key_folder=key_folder,
            make_ground=make_ground,
            tell=self._arrived.emit,
            beat=lambda beat: self._arrived.emit(lambda: self._on_beat(beat)),
            broke=lambda problem: self._arrived.emit(lambda: self._on_broken(problem)),
        )
        self._desktop: Desktop | None = None
        self._is_stopped = False
        self._at = exercise.start_at
        self._marks = KeptMarks(bookmarks_file(str(log_file), log_file.parent), self)
        self._marks.changed.connect(self.changed)
        self._marks.bad.connect(self.not_marked)
        self._marks.not_kept.connect(self.not_marked)
        self._next_telling = QTimer(self, singleShot=True, interval=TELL_EVERY_MS)
        self._next_telling.timeout.connect(self._tell_step)
        self._is_step_untold = False
        self.changed.connect(self._pace.begin)
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Begin the thread; `opened` or `not_opened` follows."""
        self._marks.read()
        self._running.open(self._on_opened, self.not_opened.emit)

    def join(self, desktop: Desktop) -> None:
        """Let what is asked at a desk pass by here, and positions go to it; the desk stands on this play's engine."""
        self._desktop = desktop
        desktop.desk.submit = Gate(self, desktop, self._running.follow).submit
        desktop.pulse.take_fixes(self.run.fixes.values())
        self._follow_turn(self.run.turn)

    def start(self, *, paused: bool = False) -> None:
        """Let time begin, or stand ready to."""
        self._running.is_started = True
        if not paused:
            self.resume()

    def stop(self) -> None:
        """End the thread and wait for it; the log stays open for whoever holds the engine."""
        self._running.stop()
        self._next_telling.stop()
        self._is_stopped = True

    def pause(self) -> None:
        """Stand still."""
        self.run.clock.pause()
        self._look_at_clock()
        self.changed.emit()

    def resume(self) -> None:
        """Go on; nothing is done where it is over."""
        if not self._is_over:
            self._has_begun = True
            self.run.clock.run()
        self.changed.emit()

    def set_speed(self, speed: float) -> None:
        """Go on as fast as this from now on, from 0.1 to 1,000; one that stands still stands on."""
        clock = self.run.clock
        was_paused = clock.is_paused
        clock.run(min(FASTEST, max(SLOWEST, speed)))
        if was_paused:
            clock.pause()
        self.changed.emit()

    def step_once(self) -> None:
        """Make the next step while it stands still."""
        if self.is_paused and not self._is_over:
            self._running.ask(self._running.go_once)

    def inject(self, inject: Inject) -> None:
        """Let something happen now; `injected` or `inject_failed` follows."""
        self._ask(lambda run: run.inject(inject), partial(self.injected.emit, inject),
                  partial(self.inject_failed.emit, inject))  # fmt: skip

    def plan(self, inject: Inject) -> None:
        """Let something happen once what it waits for holds; `planned_it` or `inject_failed` follows."""
        self._plan(lambda run: run.plan(inject), inject)

    def unplan(self, inject: Inject) -> None:
        """Take a plan away; `planned_it` or `inject_failed` follows."""
        self._plan(lambda run: run.unplan(inject.id), inject)

    def act(self, body: Body, who: Who) -> None:
        """Do what the trainer plays a caller or a crew with; `deed_failed` follows where that cannot be.

        Raises ValueError for a seat that is not the trainer's.
        """
        if who.seat != TRAINER_SEAT:
            raise ValueError(f"{who.actor} is not played by the trainer")
        self._ask(lambda run: run.act(body, who), lambda: None, partial(self.deed_failed.emit, body))

    def take_turn(self, trainee_id: str | None) -> None:
        """Give the turn to a trainee, or back to the exercise's own order. Raises KeyError."""
        self._follow_turn(self.run.take_turn(trainee_id))

    def mark(self, words: str, at: datetime | None = None) -> None:
        """Mark this moment for the debriefing, or an earlier one."""
        at = at or self.at
        name = named(words) or f"{at.astimezone(ZoneInfo(self.exercise.time_zone or 'UTC')):%H:%M:%S}"
        self._marks.add(Bookmark(at, self.state.sequence, name))

    def unmark(self, mark: Bookmark) -> None:
        """Take a mark away."""
        self._marks.remove(mark)

    def _plan(self, do: Callable[[ExerciseRun], object], inject: Inject) -> None:
        def done() -> None:
            self.planned_it.emit(inject)
            self.changed.emit()

        self._ask(do, done, partial(self.inject_failed.emit, inject))

    def _ask(
        self, do: Callable[[ExerciseRun], object], done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Have something done between two steps; one of the two is told in the window's thread."""

        tell, zone = self._arrived.emit, self.exercise.time_zone
        self._running.ask(answered(do, done, failed, tell=tell, language=self.language, zone=zone))

    def _on_opened(self, run: ExerciseRun) -> None:
        self._run = run
        self._is_over = run.is_over
        self._has_begun = run.next_tick > 0
        self._turn = run.turn
        self.opened.emit()

    def _on_beat(self, beat: Beat) -> None:
        self._at = beat.at
        if self._desktop is not None and beat.fixes:
            self._desktop.pulse.take_fixes(beat.fixes)
        if not beat.is_over:  # a turn that would begin with the end is nobody's
            self._follow_turn(beat.turn)
        self._is_step_untold = True
        if not self._next_telling.isActive() or beat.is_over:
            self._tell_step()
        if beat.is_over and not self._is_over:
            self._is_over = True
            self.run.clock.pause()
            self._look_at_clock()
            self.changed.emit()
            self.ended.emit()
        elif self.is_paused:
            self._look_at_clock()
        QTimer.singleShot(0, self, self._running.breathed)

    def _tell_step(self) -> None:
        if self._is_step_untold:
            self._is_step_untold = False
            self._next_telling.start()
            self._pace.note(self._at, time.monotonic())
            self.stepped.emit(self._at)

    def _look_at_clock(self) -> None:
        """Let every clock of the desk show where time stands, as it does once a second while it runs."""
        if self._desktop is not None:
            self._desktop.pulse.beat()

    def _follow_turn(self, turn: Trainee) -> None:
        if self._desktop is not None:
            self._desktop.desk.set_who(turn.who)
        if turn != self._turn:
            self._turn = turn
            self.changed.emit()

    def _on_broken(self, problem: BaseException) -> None:
        self.changed.emit()
        self.broke.emit(worded(problem, self.language, self.exercise.time_zone))

    def _tell(self, tell: Callable[[], None]) -> None:
        if not self._is_stopped:
            tell()

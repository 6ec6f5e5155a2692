"""One sitting of training: the exercise that is played now in its window, and the way back to a decision."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from app import jobs
from app.bootstrap import Desktop
from app.exercise.play import Play
from app.exercise.running import ground_of
from app.exercise.worded import worded
from app.start_error import StartError
from app.window.in_turns import InTurns, Parts, dressed
from app.wording import text
from dispatch.exercise.beside import read_exercise
from dispatch.exercise.branches import take_branch
from dispatch.exercise.exercise import Exercise
from dispatch.log import LogDamaged, NotSaved, open_log

if TYPE_CHECKING:
    from app.desktop import Shown
    from app.exercise.room import ExerciseRoom
    from dispatch.travels import Roads
    from gis.city import City


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session finds and keeps things; `planner` and `workers` as `bootstrap.build` and `Shown` take them."""

    city: City
    key_folder: Path
    keep_in: Path | None = None
    language: str = "en"
    planner: str | None = "process"
    workers: int | None = None
    is_silent: bool = False
    make_ground: Callable[[Any], Roads] = ground_of


class Session(QObject):
    """Hold the window and the play of an exercise, and exchange both where one goes back.

    `shown` and `play` are those of now, from the first `played` on. `is_led`: a trainer's window has the only hand on
    time. Whatever is opened stands still at first. What cannot be opened leaves everything as it was.
    """

    played = Signal(object)  # Play: another one than before, its window stands
    failed = Signal(str)  # why nothing was opened, one sentence
    left = Signal()  # the trainee's window was closed: the session is over
    debriefing_wanted = Signal()

    shown: Shown
    play: Play
    room: ExerciseRoom

    def __init__(self, place: Place, *, is_led: bool = False, can_debrief: bool = False) -> None:
        super().__init__()
        self.place, self.is_led, self._can_debrief = place, is_led, can_debrief
        self.is_busy = self.is_open = False
        self._coming: Play | None = None
        self._making: InTurns | None = None
        self._ending: list[tuple[Shown, Play]] = []

    @property
    def log_file(self) -> Path:
        """Return the log that is played now."""
        return self.play.log_file

    def open(self, log_file: Path) -> None:
        """Open the log of an exercise where it was left; `played` or `failed` follows."""
        if self._begins(""):
            jobs.start(
                lambda job: read_exercise(log_file),
                done=partial(self._open, log_file),
                failed=self._on_failed,
            )

    def branch(self, before: int, label: str = "") -> None:
        """Go back to before a trainee's decision, in a log of its own; `played` or `failed` follows."""
        play, place = self.play, self.place
        entry = next((each for each in play.decisions() if each.sequence == before), None)
        clock = f"{entry.recorded_at.astimezone(ZoneInfo(play.exercise.time_zone or 'UTC')):%H:%M:%S}" if entry else "–"
        if not self._begins(text("play.branching", place.language, clock=clock)):
            return

        def work(job: jobs.Job) -> tuple[Path, Exercise]:
            out = branch_file(play.log_file)
            source = open_log(play.log_file, key_folder=place.key_folder, read_only=True)
            try:
                take_branch(source, play.log_file, before, out, key_folder=place.key_folder, label=label)
            finally:
                source.close()
            return out, play.exercise

        jobs.start(work, done=lambda found: self._open(*found), failed=self._on_failed)

    def leave(self) -> None:
        """Close the trainee's window, as whoever sits there does; `left` follows."""
        if self.is_open:
            self.shown.window.close()

    def close(self) -> None:
        """End the exercise and its window; its log is kept and can be gone on with."""
        if self._making is not None:
            self._making.stop()
            self._making = None
        if self._coming is not None:
            self._coming.stop()
            self._coming = None
        self._end_others()
        if self.is_open:
            self.is_open = False
            self.play.stop()
            self.shown.close()
            _put_away(self.shown)

    def _begins(self, words: str) -> bool:
        """Tell whether something else may be opened now; what is played meanwhile stands still."""
        if self.is_busy:
            self.failed.emit(text("play.busy", self.place.language))
            return False
        self.is_busy = True
        if self.is_open:
            self.play.pause()
            if words:
                self.shown.desktop.desk.said.emit("info", words)
                self.room.card.show_wait(words)
        return True

    def _open(self, log_file: Path, exercise: Exercise) -> None:
        place = self.place
        self._coming = play = Play(
            log_file,
            exercise,
            place.city,
            key_folder=place.key_folder,
            language=place.language,
            make_ground=place.make_ground,
        )
        play.opened.connect(partial(self._on_opened, play))
        play.not_opened.connect(self._on_failed)
        play.open()

    def _on_opened(self, play: Play) -> None:
        """Build what is new in turns of the event loop: between them the window paints and hears."""
        self._making = InTurns(self._made(play), self)

    def _made(self, play: Play) -> Parts[None]:
        """Make the desk and its window and exchange them; where that fails, or is not wanted any more, none is left."""
        from app.exercise.building import build_exercise, show_exercise

        place, desktop, shown = self.place, None, None
        try:
            if self.is_open:
                self.shown.window.layouts.save()
            desktop = build_exercise(play, place.city.folder, language=place.language, planner=place.planner)
            yield
            shown, room = yield from show_exercise(
                play, desktop, keep_in=place.keep_in, is_led=self.is_led, can_debrief=self._can_debrief,
                workers=place.workers, silent=place.is_silent,
            )  # fmt: skip
            shown.map_link.canvas.begins_beside = self.is_open
            yield from dressed(shown.window)
            yield
            self._exchange(play, shown, room)
        except BaseException as problem:  # what runs beside must not outlive it, nor anybody wait for it
            self._give_up(play, desktop, shown)
            if isinstance(problem, GeneratorExit):
                raise
            self._on_failed(problem)
            if not isinstance(problem, (StartError, LogDamaged, NotSaved, ValueError, OSError)):
                raise  # a bug

    def _exchange(self, play: Play, shown: Shown, room: ExerciseRoom) -> None:
        self._coming = self._making = None
        before = (self.shown, self.play) if self.is_open else None
        self.is_open = False
        self.shown, self.play, self.room = shown, play, room
        self.is_open, self.is_busy = True, False
        shown.window.leaving.connect(partial(self._on_leaving, shown))
        room.debriefing_wanted.connect(self.debriefing_wanted)
        shown.start()
        play.start(paused=True)
        if before is not None:
            self._ending.append(before)
            before[0].window.hide()
            QTimer.singleShot(0, self, self._end_others)  # whoever waits sees the new window first
        self.played.emit(play)

    def _end_others(self) -> None:
        """Put away what was played before."""
        ending, self._ending = self._ending, []
        for shown, play in ending:
            hook = sys.excepthook
            play.stop()
            shown.close()
            sys.excepthook = hook  # it is the new window's by now
            _put_away(shown)
            play.deleteLater()

    @staticmethod
    def _give_up(play: Play, desktop: Desktop | None, shown: Shown | None) -> None:
        play.stop()
        if desktop is not None:
            desktop.close()
        else:
            play.run.engine.log.close()
        if shown is not None:
            _put_away(shown)

    def _on_failed(self, problem: BaseException) -> None:
        self._coming = self._making = None
        self.is_busy = False
        words = worded(problem, self.place.language)
        if self.is_open:
            self.room.card.refresh()
            code = "play.branch_failed"
            self.shown.desktop.desk.said.emit("warning", text(code, self.place.language, reason=words))
        self.failed.emit(words)

    def _on_leaving(self, shown: Shown) -> None:
        if self.is_open and shown is self.shown:
            self.left.emit()


def _put_away(shown: Shown) -> None:
    """Close a window whose desk has ended, and let nothing be told to either any more.

    A function that hears a signal holds what it knows, and who sends the signal holds the function where Python does
    not see it: whoever has no parent is destroyed by hand, or all of it would stay, with its files open.
    """
    desktop = shown.desktop
    shown.window.close()
    for each in (shown.window, shown.map_link, desktop.desk, desktop.bridge, shown.window.sounds, shown):
        each.deleteLater()


def branch_file(log_file: Path) -> Path:
    """Return a name beside a log that no file has yet, for the next branch of its exercise."""
    stem = log_file.stem.rpartition("-branch-")[0] or log_file.stem
    numbers = range(1, 10_000)
    names = (log_file.with_name(f"{stem}-branch-{number}{log_file.suffix}") for number in numbers)
    return next(file for file in names if not file.exists())

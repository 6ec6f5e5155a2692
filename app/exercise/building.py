"""Builds the window of an exercise by hand: the ordinary desk round its engine, its time and its trainees."""

from __future__ import annotations

from pathlib import Path

from app.bootstrap import Desktop, build
from app.desktop import Shown
from app.exercise.play import Play
from app.exercise.room import ExerciseRoom
from app.window.in_turns import Parts
from dispatch.events import LogKind


def build_exercise(play: Play, city_folder: Path, *, language: str = "en", planner: str | None = "process") -> Desktop:
    """Return the desk of an exercise that was opened. Raises StartError where it is another city's."""
    desktop = build(
        city_folder,
        engine=play.run.engine,
        kind=LogKind.EXERCISE,
        who=play.turn.who,
        planner=planner,
        key_folder=play.key_folder,
        clock=play.run.clock,
        language=language,
    )
    play.join(desktop)
    return desktop


def show_exercise(
    play: Play,
    desktop: Desktop,
    *,
    keep_in: Path | None,
    is_led: bool = False,
    can_debrief: bool = False,
    workers: int | None = None,
    silent: bool = False,
) -> Parts[tuple[Shown, ExerciseRoom]]:
    """Make the window round a desk and the room of the exercise, not yet started; nobody signs in there."""
    shown = yield from Shown.in_parts(desktop, keep_in=keep_in, workers=workers, silent=silent)
    yield
    return shown, ExerciseRoom(shown, play, is_led=is_led, can_debrief=can_debrief)

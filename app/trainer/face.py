"""What the trainer's window asks of a session and of its play; `app.exercise` has both, and knows of the window."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from dispatch.commands import Body, Who
from dispatch.events import Entry
from dispatch.exercise.branches import Tree
from dispatch.exercise.exercise import Exercise
from dispatch.exercise.planned import Planned
from dispatch.injects import Inject
from dispatch.replay.bookmarks import Bookmark
from dispatch.trainee import Trainee


class Play(Protocol):
    """What is played now: everything is asked at once and answered by signals."""

    stepped: Any  # Signal(datetime)
    changed: Any  # Signal(): paused, speed, turn, bookmarks or branches
    injected: Any  # Signal(Inject)
    planned_it: Any  # Signal(Inject)
    inject_failed: Any  # Signal(Inject, str)
    deed_failed: Any  # Signal(Body, str)
    broke: Any  # Signal(str)
    ended: Any  # Signal()

    exercise: Exercise
    log_file: Path

    @property
    def at(self) -> datetime:
        """Return the present instant of the exercise."""

    @property
    def is_paused(self) -> bool:
        """Tell whether it stands still."""

    @property
    def is_over(self) -> bool:
        """Tell whether the last step was made."""

    @property
    def speed(self) -> float:
        """Return how many seconds of the exercise a second takes."""

    @property
    def real_speed(self) -> float | None:
        """Return how fast it really goes where that stays behind `speed`, else None."""

    @property
    def turn(self) -> Trainee:
        """Return who decides now."""

    @property
    def marks(self) -> tuple[Bookmark, ...]:
        """Return the bookmarks."""

    @property
    def planned(self) -> tuple[Planned, ...]:
        """Return the injects that were planned, those that have happened too."""

    def plan(self, inject: Inject) -> None:
        """Let something happen once what it waits for holds."""

    def unplan(self, inject: Inject) -> None:
        """Take a plan away."""

    def decisions(self) -> tuple[Entry, ...]:
        """Return what trainees have decided so far."""

    def tree(self) -> Tree:
        """Return the branches."""

    def pause(self) -> None:
        """Stand still."""

    def resume(self) -> None:
        """Go on."""

    def set_speed(self, speed: float) -> None:
        """Go as fast as this."""

    def step_once(self) -> None:
        """Make one step while it stands still."""

    def inject(self, inject: Inject) -> None:
        """Let something happen now."""

    def act(self, body: Body, who: Who) -> None:
        """Do something in the voice of a caller or a crew."""

    def take_turn(self, trainee_id: str | None) -> None:
        """Give the turn to a trainee, or back to the exercise's own order."""

    def mark(self, words: str, at: datetime | None = None) -> None:
        """Set a bookmark at this moment, or at an earlier one."""

    def unmark(self, mark: Bookmark) -> None:
        """Take a bookmark away."""


class Session(Protocol):
    """Who holds the play and the trainee's window, and exchanges both where one goes back."""

    played: Any  # Signal(Play)
    failed: Any  # Signal(str)
    left: Any  # Signal()
    debriefing_wanted: Any  # Signal()
    shown: Any  # app.desktop.Shown: the trainee's window

    @property
    def play(self) -> Any:
        """Return the `Play` of now."""

    def branch(self, before: int, label: str = "") -> None:
        """Go back to before a decision and take another way."""

    def open(self, log_file: Path) -> None:
        """Go on with another branch."""

    def leave(self) -> None:
        """Close the trainee's window and with it the session."""

    def isSignalConnected(self, signal: Any) -> bool:
        """Tell whether anybody listens to a signal."""

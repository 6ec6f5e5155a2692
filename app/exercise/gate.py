"""What stands between the desk of whoever is trained and the exercise's engine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

from dispatch.commands import Command, Tick
from dispatch.events import Entry
from dispatch.exercise.exercise import is_decision_by
from dispatch.refused import Refused

if TYPE_CHECKING:
    from app.bootstrap import Desktop

PAUSED, OVER = "exercise_paused", "exercise_over"


class Time(Protocol):
    """What is asked of a play."""

    @property
    def is_paused(self) -> bool:
        """Tell whether it stands still."""

    @property
    def is_over(self) -> bool:
        """Tell whether the last step was made."""


class Gate:
    """Let through what trainees ask while time runs; `follow` hears of it, with the future that holds its answer.

    Time passes by the exercise's own steps: what the desk asks each second is answered by nothing.
    """

    def __init__(self, time: Time, desktop: Desktop, follow: Callable[[Command, Future[Entry | None]], None]) -> None:
        self._time, self._desk, self._follow = time, desktop.desk, follow
        self._pass_on: Callable[[Command], Any] = desktop.bridge.submit

    def submit(self, command: Command) -> Future[Entry | None]:
        """Pass a command on, or refuse it at the desk where time stands still."""
        if isinstance(command.body, Tick):
            return _answered(None)
        time = self._time
        if is_decision_by(command.who.seat) and (time.is_over or time.is_paused):
            refused = Refused(OVER if time.is_over else PAUSED)
            self._desk.refused.emit(command, refused)
            return _answered(refused)
        future: Future[Entry | None] = self._pass_on(command)
        self._follow(command, future)
        return future


def _answered(answer: Refused | None) -> Future[Entry | None]:
    future: Future[Entry | None] = Future()
    if answer is None:
        future.set_result(None)
    else:
        future.set_exception(answer)
    return future

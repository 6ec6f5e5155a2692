"""Logs that may be trained on: proved by their type, so that no exercise ever reaches a live log or the world."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.events import LogKind
from dispatch.exercise.unfit import Unfit
from dispatch.log_interface import Log


class NotForTraining(Unfit):
    """A log that is no exercise was offered to be trained on."""


@dataclass(frozen=True, slots=True)
class TrainingLog:
    """Prove that a log is an exercise, or will be one because it is empty. Nothing is played on anything else.

    Raises NotForTraining for a live log, and for a drill, history or a simulation. `LiveLog` in turn refuses this one:
    no feed, and nothing that leaves the building, takes it.
    """

    log: Log

    def __post_init__(self) -> None:
        if self.log.kind not in (None, LogKind.EXERCISE):
            words = f"{self.log.name} is a {self.log.kind} log: exercises are played on logs of their own"
            raise NotForTraining("training_other_kind", words, log=self.log.name, log_kind=str(self.log.kind))
        if self.log.held_by is not None:
            who = str(self.log.held_by)
            raise NotForTraining(
                "training_held", f"{self.log.name} is played already: {who}", log=self.log.name, who=who
            )
        if self.log.is_read_only:
            raise NotForTraining("training_read_only", f"{self.log.name} is open for reading only", log=self.log.name)
        if self.log.is_island:
            words = f"{self.log.name} belongs to a room: exercises are played on logs of their own"
            raise NotForTraining("training_room", words, log=self.log.name)

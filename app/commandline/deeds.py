"""What the command line can ask for, and the words of statuses, signals and verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.commands import (
    Body,
)
from resources.status import Signal, Status

STATUS_WORDS: dict[str, Status] = {
    "available": Status.AVAILABLE,
    "free": Status.AVAILABLE,
    "clear": Status.AVAILABLE,
    "in service": Status.AVAILABLE,
    "back": Status.AVAILABLE,
    "available by radio": Status.AVAILABLE_BY_RADIO,
    "by radio": Status.AVAILABLE_BY_RADIO,
    "alerted": Status.ALERTED,
    "acknowledged": Status.ACKNOWLEDGED,
    "ack": Status.ACKNOWLEDGED,
    "en route": Status.EN_ROUTE,
    "enroute": Status.EN_ROUTE,
    "responding": Status.EN_ROUTE,
    "staged": Status.STAGED,
    "on scene": Status.ON_SCENE,
    "onscene": Status.ON_SCENE,
    "at scene": Status.ON_SCENE,
    "arrived": Status.ON_SCENE,
    "transporting": Status.TRANSPORTING,
    "at destination": Status.AT_DESTINATION,
    "at hospital": Status.AT_DESTINATION,
    "out of service": Status.OUT_OF_SERVICE,
    "oos": Status.OUT_OF_SERVICE,
}


SIGNAL_WORDS = {
    "distress": Signal.DISTRESS,
    "speak": Signal.REQUEST_TO_SPEAK,
    "request to speak": Signal.REQUEST_TO_SPEAK,
}


VERBS = (
    "send", "release", "close", "reopen", "note", "level", "priority", "kind", "select", "goto", "closeroad",
    "openroad", "lift", "answer", "distress", "warn", "unwarn", "hold", "unhold", "moveup", "weather", "coverage",
    "whatif", "take", "hand", "handall", "decline", "queue",
)  # fmt: skip
IN_A_ROOM = frozenset({"take", "hand", "handall", "decline", "queue"})  # of no use to a seat that works alone


class Unclear(ValueError):
    """Say by a code and parameters why a line is no command; `app.wording.screen` words it."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Send:
    """Send commands to the engine, all true at `at` (None: now)."""

    bodies: tuple[Body, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GoTo:
    """Look a place up and show it."""

    text: str


@dataclass(frozen=True, slots=True)
class Take:
    """Take an incident or a unit in hand."""

    incident_id: int | None = None
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class DrawClosure:
    """Let the operator draw a closed road on the map."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetWeather:
    """Report the weather by a word of the city's speeds; empty: none that matters."""

    word: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """Show how a department covers the city; `off` shows nothing, no words what is hit worst."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Imagine:
    """Imagine something: `what` is enter, leave, back, close (a street by `words`), open (a closure's id) or send."""

    what: str
    words: str = ""
    unit_ids: tuple[str, ...] = ()
    incident_id: int = 0


@dataclass(frozen=True, slots=True)
class Hand:
    """Hand an incident over (None: all of one's own) to a seat or a person, by words that the desk finds them by."""

    to: str
    note: str = ""
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShowQueue:
    """Show whose queue: `mine`, `all`, `nobody`, or a seat's by its name."""

    whose: str


Deed: TypeAlias = Send | GoTo | Take | DrawClosure | SetWeather | Cover | Imagine | Hand | ShowQueue

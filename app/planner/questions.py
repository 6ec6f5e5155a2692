"""What is asked of the planner, and what goes between the window and the planner's processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from dispatch.demand.history import History
from dispatch.incident import Location
from dispatch.recommendation import Reason
from dispatch.state import State
from dispatch.what_if import WhatIf
from resources.position import Fix


@dataclass(frozen=True, slots=True)
class Question:
    """Ask who should go: for an incident of the state, or, where that is None, for a kind and a place.

    `serial` tells an answer to this question from one to an earlier question of the same id.
    """

    id: str
    serial: int
    at: datetime
    incident_id: int | None = None
    kind: str = ""
    location: Location | None = None
    alarm_level: int = 1
    priority: int | None = None
    what_if: WhatIf | None = None


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """Ask who should go to all open incidents together; `ways_of` are incidents whose ways by road are wanted too."""

    id: str
    serial: int
    at: datetime
    what_if: WhatIf | None = None
    ways_of: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """Ask what the city would be left with if units (their ids) left."""

    id: str
    serial: int
    at: datetime
    leaving: tuple[str, ...] = ()
    what_if: WhatIf | None = None


@dataclass(frozen=True, slots=True)
class MoveUpQuestion:
    """Ask which free units should stand elsewhere, as if some units (their ids) had left; `by_table` as tables say."""

    id: str
    serial: int
    at: datetime
    leaving: tuple[str, ...] = ()
    by_table: bool = False


@dataclass(frozen=True, slots=True)
class GreedQuestion:
    """Ask what serving all open incidents one place after another would cost beside the plan for them."""

    id: str
    serial: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaysQuestion:
    """Ask by which ways units (their ids) would come to a place, driven in a mode."""

    id: str
    serial: int
    at: datetime
    unit_ids: tuple[str, ...]
    location: Location
    mode: str


Asked: TypeAlias = Question | WaysQuestion | PlanQuestion | CoverageQuestion | MoveUpQuestion | GreedQuestion

# Of questions that wait together the quickest to answer come first: an operator waits for each of them.
ORDER: dict[type, int] = {
    Question: 0,
    WaysQuestion: 1,
    CoverageQuestion: 2,
    MoveUpQuestion: 3,
    PlanQuestion: 4,
    GreedQuestion: 5,
}


def key_of(question: Asked) -> tuple[str, str]:
    """Name what a later question replaces: one of the same sort and id."""
    return type(question).__name__, question.id


# What the parent says and what the child answers. They are pickled between two processes of this program only.
@dataclass(frozen=True, slots=True)
class Begin:
    """Start over from a state (its open part suffices) and the latest position of every unit."""

    state: State
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Units reported where they are."""

    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Taught:
    """What the whole log teaches about demand."""

    history: History


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The child lives and has folded up to `sequence`."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: what was found, None where it failed, and then `error` says how.

    `refused` is the code and parameters of a rule that forbids what was imagined.
    """

    key: tuple[str, str]
    serial: int
    found: Any = None
    error: str = ""
    refused: Reason | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """The shipped rules stand in for a file of the city that cannot be read; `error` says what is wrong with it."""

    file: str
    error: str


@dataclass(frozen=True, slots=True)
class Unable:
    """The child cannot work for this city (no roads, a broken profile); starting it again will not help."""

    error: str

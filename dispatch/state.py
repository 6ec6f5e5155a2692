"""The whole state that the log implies, immutable, and the fold that makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from immutables import Map

from dispatch.events import LogKind
from dispatch.incident import Assignment, Call, Closure, Incident, PremiseWarning, Task
from dispatch.runcard import RunCard, RunCards
from resources.status import Status
from resources.unit import Department, Roster, Station, Turnout, Unit


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as the log knows it: its roster record, status, and the assignment it is bound by (empty: none)."""

    unit: Unit
    status: Status
    since: datetime
    assignment_id: str = ""
    reason: str = ""
    until: datetime | None = None
    destination: str = ""
    distress_at: datetime | None = None
    speak_at: datetime | None = None
    on_roster: bool = True
    changed_sequence: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Everything the log says, as persistent maps: keeping an old state costs nothing.

    `changed` tells at which sequence a fact was last touched, by keys such as `("incident", 14, "location")`
    and `("unit", "E3")`: what `decide` compares with a command's `based_on`.
    """

    sequence: int = 0
    at: datetime | None = None
    kind: LogKind | None = None
    city: str = ""
    time_zone: str = "UTC"
    roster: Roster = field(default_factory=Roster)
    run_cards: RunCards = field(default_factory=RunCards)
    cards: Map[str, RunCard] = field(default_factory=Map)
    departments: Map[str, Department] = field(default_factory=Map)
    stations: Map[str, Station] = field(default_factory=Map)
    turnouts: Map[str, Turnout] = field(default_factory=Map)
    units: Map[str, UnitState] = field(default_factory=Map)
    calls: Map[str, Call] = field(default_factory=Map)
    incidents: Map[int, Incident] = field(default_factory=Map)
    open_incidents: Map[int, None] = field(default_factory=Map)
    tasks: Map[str, Task] = field(default_factory=Map)
    tasks_of: Map[int, tuple[str, ...]] = field(default_factory=Map)
    assignments: Map[str, Assignment] = field(default_factory=Map)
    assignments_of: Map[int, tuple[str, ...]] = field(default_factory=Map)
    open_assignments: Map[str, None] = field(default_factory=Map)
    closures: Map[str, Closure] = field(default_factory=Map)
    warnings: Map[str, PremiseWarning] = field(default_factory=Map)
    answered: Map[str, int] = field(default_factory=Map)
    changed: Map[tuple[Any, ...], int] = field(default_factory=Map)
    next_incident: int = 1

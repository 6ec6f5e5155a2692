"""A state opened for changes, while entries are folded into it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch.account import Account, BrokenGlass, HandedOver, Session
from dispatch.action_cards import ActionCards
from dispatch.areas import Areas
from dispatch.calendar import WorkCalendar
from dispatch.case import Case, Erasure
from dispatch.charge import Charge
from dispatch.duty import Duty
from dispatch.events import Entry, LogKind
from dispatch.incident import Assignment, Call, Closure, Incident, Perimeter, PremiseWarning, Task
from dispatch.island_record import Island
from dispatch.major import MajorIncident
from dispatch.message import Message
from dispatch.runcard import RunCard, RunCards
from dispatch.seat_queue import Queue
from dispatch.standards import Standard, Standards
from dispatch.unit_state import Change, UnitState
from resources.unit import Department, Roster, Station, Turnout

if TYPE_CHECKING:
    from immutables._protocols import MapMutation


class Work:
    """Hold the fields of a `State`, its maps as mutable copies that share what they do not touch.

    A field is taken from the state when it is first asked for: an entry touches few of them.
    """

    sequence: int
    at: datetime | None
    kind: LogKind | None
    city: str
    time_zone: str
    roster: Roster
    run_cards: RunCards
    cards: MapMutation[str, RunCard]
    departments: MapMutation[str, Department]
    stations: MapMutation[str, Station]
    turnouts: MapMutation[str, Turnout]
    units: MapMutation[str, UnitState]
    strays: MapMutation[str, datetime]
    calls: MapMutation[str, Call]
    loose_calls: MapMutation[str, None]
    incidents: MapMutation[int, Incident]
    open_incidents: MapMutation[int, None]
    tasks: MapMutation[str, Task]
    tasks_of: MapMutation[int, tuple[str, ...]]
    assignments: MapMutation[str, Assignment]
    assignments_of: MapMutation[int, tuple[str, ...]]
    assignments_by_unit: MapMutation[str, tuple[str, ...]]
    open_assignments: MapMutation[str, None]
    sent_lately: tuple[str, ...]
    closures: MapMutation[str, Closure]
    perimeters: MapMutation[str, Perimeter]
    warnings: MapMutation[str, PremiseWarning]
    weather: str
    weather_until: datetime | None
    answered: MapMutation[str, int]
    changed: MapMutation[str, Change]
    next_incident: int
    standards: Standards
    classes: MapMutation[str, Standard]
    calendar: WorkCalendar | None
    areas: Areas
    cases: MapMutation[int, Case]
    open_cases: MapMutation[int, None]
    watched_cases: MapMutation[int, None]
    closed_lately: tuple[int, ...]
    cases_of_component: MapMutation[str, tuple[int, ...]]
    cases_of_incident: MapMutation[int, tuple[int, ...]]
    cases_of_evidence: MapMutation[str, tuple[int, ...]]
    tasks_of_collector: MapMutation[str, tuple[int, ...]]
    erased_people: MapMutation[str, Erasure]
    erased_photographs: MapMutation[str, Erasure]
    next_case: int
    duties: MapMutation[int, Duty]
    open_duties: MapMutation[int, None]
    duties_of_incident: MapMutation[int, tuple[int, ...]]
    duties_of_case: MapMutation[int, tuple[int, ...]]
    next_duty: int
    messages: MapMutation[int, Message]
    open_messages: MapMutation[int, None]
    next_message: int
    majors: MapMutation[int, MajorIncident]
    action_cards: ActionCards
    accounts: MapMutation[str, Account]
    sessions: MapMutation[str, Session]
    broken_glass: MapMutation[int, BrokenGlass]
    hand_overs: tuple[HandedOver, ...]
    islands: MapMutation[str, Island]
    charges: MapMutation[int, Charge]
    queues: MapMutation[str, Queue]

    def __init__(self, state: Any) -> None:
        self._state = state

    def __getattr__(self, name: str) -> Any:
        part = getattr(self._state, name)
        taken = part.mutate() if hasattr(part, "mutate") else part
        setattr(self, name, taken)
        return taken

    def touch(self, entry: Entry, key: str) -> None:
        """Remember that `entry` changed a fact."""
        self.changed[key] = Change(entry.sequence, entry.actor, entry.seat, entry.occurred_at)

    def forget(self, *keys: str) -> None:
        """Forget who changed facts that no decision can depend on any more."""
        for key in keys:
            self.changed.pop(key, None)

    def finish(self) -> dict[str, Any]:
        """Return the fields of the state that were asked for, after the changes; the work is over."""
        found = vars(self)
        del found["_state"]
        return {name: value.finish() if hasattr(value, "finish") else value for name, value in found.items()}

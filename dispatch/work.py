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
    """Hold the fields of a `State`, its maps as mutable copies that share what they do not touch."""

    def __init__(self, state: Any) -> None:
        self.sequence: int = state.sequence
        self.at: datetime | None = state.at
        self.kind: LogKind | None = state.kind
        self.city: str = state.city
        self.time_zone: str = state.time_zone
        self.roster: Roster = state.roster
        self.run_cards: RunCards = state.run_cards
        self.cards: MapMutation[str, RunCard] = state.cards.mutate()
        self.departments: MapMutation[str, Department] = state.departments.mutate()
        self.stations: MapMutation[str, Station] = state.stations.mutate()
        self.turnouts: MapMutation[str, Turnout] = state.turnouts.mutate()
        self.units: MapMutation[str, UnitState] = state.units.mutate()
        self.strays: MapMutation[str, datetime] = state.strays.mutate()
        self.calls: MapMutation[str, Call] = state.calls.mutate()
        self.incidents: MapMutation[int, Incident] = state.incidents.mutate()
        self.open_incidents: MapMutation[int, None] = state.open_incidents.mutate()
        self.tasks: MapMutation[str, Task] = state.tasks.mutate()
        self.tasks_of: MapMutation[int, tuple[str, ...]] = state.tasks_of.mutate()
        self.assignments: MapMutation[str, Assignment] = state.assignments.mutate()
        self.assignments_of: MapMutation[int, tuple[str, ...]] = state.assignments_of.mutate()
        self.assignments_by_unit: MapMutation[str, tuple[str, ...]] = state.assignments_by_unit.mutate()
        self.open_assignments: MapMutation[str, None] = state.open_assignments.mutate()
        self.closures: MapMutation[str, Closure] = state.closures.mutate()
        self.perimeters: MapMutation[str, Perimeter] = state.perimeters.mutate()
        self.warnings: MapMutation[str, PremiseWarning] = state.warnings.mutate()
        self.weather: str = state.weather
        self.weather_until: datetime | None = state.weather_until
        self.answered: MapMutation[str, int] = state.answered.mutate()
        self.changed: MapMutation[str, Change] = state.changed.mutate()
        self.next_incident: int = state.next_incident
        self.standards: Standards = state.standards
        self.classes: MapMutation[str, Standard] = state.classes.mutate()
        self.calendar: WorkCalendar | None = state.calendar
        self.areas: Areas = state.areas
        self.cases: MapMutation[int, Case] = state.cases.mutate()
        self.open_cases: MapMutation[int, None] = state.open_cases.mutate()
        self.cases_of_component: MapMutation[str, tuple[int, ...]] = state.cases_of_component.mutate()
        self.cases_of_incident: MapMutation[int, tuple[int, ...]] = state.cases_of_incident.mutate()
        self.cases_of_evidence: MapMutation[str, tuple[int, ...]] = state.cases_of_evidence.mutate()
        self.tasks_of_collector: MapMutation[str, tuple[int, ...]] = state.tasks_of_collector.mutate()
        self.erased_people: MapMutation[str, Erasure] = state.erased_people.mutate()
        self.erased_photographs: MapMutation[str, Erasure] = state.erased_photographs.mutate()
        self.next_case: int = state.next_case
        self.duties: MapMutation[int, Duty] = state.duties.mutate()
        self.open_duties: MapMutation[int, None] = state.open_duties.mutate()
        self.duties_of_incident: MapMutation[int, tuple[int, ...]] = state.duties_of_incident.mutate()
        self.duties_of_case: MapMutation[int, tuple[int, ...]] = state.duties_of_case.mutate()
        self.next_duty: int = state.next_duty
        self.messages: MapMutation[int, Message] = state.messages.mutate()
        self.open_messages: MapMutation[int, None] = state.open_messages.mutate()
        self.next_message: int = state.next_message
        self.majors: MapMutation[int, MajorIncident] = state.majors.mutate()
        self.action_cards: ActionCards = state.action_cards
        self.accounts: MapMutation[str, Account] = state.accounts.mutate()
        self.sessions: MapMutation[str, Session] = state.sessions.mutate()
        self.broken_glass: MapMutation[int, BrokenGlass] = state.broken_glass.mutate()
        self.hand_overs: tuple[HandedOver, ...] = state.hand_overs
        self.islands: MapMutation[str, Island] = state.islands.mutate()
        self.charges: MapMutation[int, Charge] = state.charges.mutate()
        self.queues: MapMutation[str, Queue] = state.queues.mutate()

    def touch(self, entry: Entry, key: str) -> None:
        """Remember that `entry` changed a fact."""
        self.changed[key] = Change(entry.sequence, entry.actor, entry.seat, entry.occurred_at)

    def forget(self, *keys: str) -> None:
        """Forget who changed facts that no decision can depend on any more."""
        for key in keys:
            self.changed.pop(key, None)

    def finish(self) -> dict[str, Any]:
        """Return the fields of the state after the changes; the work is over."""
        return {name: value.finish() if hasattr(value, "finish") else value for name, value in vars(self).items()}

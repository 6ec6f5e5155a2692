"""The whole state that the log implies, immutable, and the fold that makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from immutables import Map

from dispatch.account import Account, BrokenGlass, HandedOver, Session
from dispatch.action_cards import ActionCards
from dispatch.areas import Areas
from dispatch.calendar import WorkCalendar
from dispatch.case import Case, Erasure
from dispatch.charge import Charge
from dispatch.duty import Duty
from dispatch.events import Entry, LogKind
from dispatch.fold import take
from dispatch.incident import Assignment, Call, Closure, Incident, Perimeter, PremiseWarning, Task
from dispatch.island_record import Island
from dispatch.major import MajorIncident
from dispatch.message import Message
from dispatch.record import replace
from dispatch.runcard import RunCard, RunCards
from dispatch.seat_queue import Queue
from dispatch.standards import Standard, Standards
from dispatch.unit_state import Change as Change
from dispatch.unit_state import Post as Post
from dispatch.unit_state import UnitState as UnitState
from dispatch.work import Work
from resources.unit import Department, Roster, Station, Turnout

# A checkpoint made by another version of the fold is thrown away; raise this with every change of what `apply` makes.
FOLD_VERSION = "8"


@dataclass(frozen=True, slots=True)
class State:
    """Everything the log says, as persistent maps: keeping an old state costs nothing.

    A map that has grown long comes out of a checkpoint as a `Filed`, which answers all that a Map answers and reads
    what is over when somebody asks for it.
    `at` is when the last entry was recorded. `changed` tells who touched a fact last, by keys such as
    `incident/14/location` and `unit/E3/assignment` (see `dispatch.fact`): what `decide` compares with a command's
    `based_on`. `assignments_by_unit` holds the last hundred of each unit. `strays` are distress calls of radios that
    are on no roster. `answered` names the entry that answered a command. `classes` are all that
    `standards` ever held. `sessions` are by seat; `broken_glass`, by the entry, is what no supervisor has seen yet.
    `charges` are of open incidents that somebody has or is offered; `queues` are by seat.
    `tasks_of_collector` are the cases to be verified or checked; under "" those of nobody. `loose_calls` ring, or
    belong to no incident; `watched_cases` are closed, and somebody still has an eye on them. `sent_lately` and
    `closed_lately` are the last assignments and closed cases: nobody need go through all of them for those.
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
    strays: Map[str, datetime] = field(default_factory=Map)
    calls: Map[str, Call] = field(default_factory=Map)
    loose_calls: Map[str, None] = field(default_factory=Map)
    incidents: Map[int, Incident] = field(default_factory=Map)
    open_incidents: Map[int, None] = field(default_factory=Map)
    tasks: Map[str, Task] = field(default_factory=Map)
    tasks_of: Map[int, tuple[str, ...]] = field(default_factory=Map)
    assignments: Map[str, Assignment] = field(default_factory=Map)
    assignments_of: Map[int, tuple[str, ...]] = field(default_factory=Map)
    assignments_by_unit: Map[str, tuple[str, ...]] = field(default_factory=Map)
    open_assignments: Map[str, None] = field(default_factory=Map)
    sent_lately: tuple[str, ...] = ()
    closures: Map[str, Closure] = field(default_factory=Map)
    perimeters: Map[str, Perimeter] = field(default_factory=Map)
    warnings: Map[str, PremiseWarning] = field(default_factory=Map)
    weather: str = ""
    weather_until: datetime | None = None
    answered: Map[str, int] = field(default_factory=Map)
    changed: Map[str, Change] = field(default_factory=Map)
    next_incident: int = 1
    standards: Standards = field(default_factory=Standards)
    classes: Map[str, Standard] = field(default_factory=Map)
    calendar: WorkCalendar | None = None
    areas: Areas = field(default_factory=Areas)
    cases: Map[int, Case] = field(default_factory=Map)
    open_cases: Map[int, None] = field(default_factory=Map)
    watched_cases: Map[int, None] = field(default_factory=Map)
    closed_lately: tuple[int, ...] = ()
    cases_of_component: Map[str, tuple[int, ...]] = field(default_factory=Map)
    cases_of_incident: Map[int, tuple[int, ...]] = field(default_factory=Map)
    cases_of_evidence: Map[str, tuple[int, ...]] = field(default_factory=Map)
    tasks_of_collector: Map[str, tuple[int, ...]] = field(default_factory=Map)
    erased_people: Map[str, Erasure] = field(default_factory=Map)
    erased_photographs: Map[str, Erasure] = field(default_factory=Map)
    next_case: int = 1
    duties: Map[int, Duty] = field(default_factory=Map)
    open_duties: Map[int, None] = field(default_factory=Map)
    duties_of_incident: Map[int, tuple[int, ...]] = field(default_factory=Map)
    duties_of_case: Map[int, tuple[int, ...]] = field(default_factory=Map)
    next_duty: int = 1
    messages: Map[int, Message] = field(default_factory=Map)
    open_messages: Map[int, None] = field(default_factory=Map)
    next_message: int = 1
    majors: Map[int, MajorIncident] = field(default_factory=Map)
    action_cards: ActionCards = field(default_factory=ActionCards)
    accounts: Map[str, Account] = field(default_factory=Map)
    sessions: Map[str, Session] = field(default_factory=Map)
    broken_glass: Map[int, BrokenGlass] = field(default_factory=Map)
    hand_overs: tuple[HandedOver, ...] = ()
    islands: Map[str, Island] = field(default_factory=Map)
    charges: Map[int, Charge] = field(default_factory=Map)
    queues: Map[str, Queue] = field(default_factory=Map)


def apply(state: State, entry: Entry) -> State:
    """Return the state after `entry`; it cannot refuse, and leaves out what names nothing that is known."""
    return fold(state, (entry,))


def fold(state: State, entries: Iterable[Entry]) -> State:
    """Return the state after all of `entries`, in their order; quicker than `apply` one by one."""
    work = Work(state)
    for entry in entries:
        take(work, entry)
    return replace(state, **work.finish())

"""What has happened, in the past tense, and the entry that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from dispatch.account_events import AccountEvent
from dispatch.case_events import CaseEvent
from dispatch.desk_events import DeskEvent
from dispatch.duty_events import DutyEvent
from dispatch.incident import (
    Call,
    CallerPosition,
    Closure,
    Location,
    Order,
    OrderState,
    Perimeter,
    PremiseWarning,
)
from dispatch.island_events import IslandEvent
from dispatch.major_events import MajorEvent
from dispatch.message_events import MessageEvent
from dispatch.runcard import RunCards
from resources.status import Signal, Status
from resources.unit import Roster

SCHEMA_VERSION = 1


class LogKind(StrEnum):
    """Say what a log is for; only `live` may touch the world outside."""

    LIVE = "live"
    DRILL = "drill"
    EXERCISE = "exercise"
    HISTORY = "history"
    SIMULATION = "simulation"


@dataclass(frozen=True, slots=True)
class LogOpened:
    """The first event of every log."""

    kind: LogKind
    city: str
    time_zone: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class RosterLoaded:
    """The roster came into force, with its full content; units keep their status where their id stays."""

    roster: Roster
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class RunCardsLoaded:
    """The run cards came into force, with their full content."""

    run_cards: RunCards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """A call began, or what is known of it changed (the whole record)."""

    call: Call


@dataclass(frozen=True, slots=True)
class CallAttached:
    """A call was attached to an incident."""

    call_id: str
    incident_id: int


@dataclass(frozen=True, slots=True)
class CallDetached:
    """A call was taken off an incident again."""

    call_id: str
    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """An incident was opened under its number."""

    incident_id: int
    kind: str
    priority: int
    alarm_level: int
    location: Location
    mode: str
    lead: str
    received_at: datetime
    text: str = ""
    hazards: tuple[str, ...] = ()
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocationCorrected:
    """The place of an incident was corrected; open assignments get a new order by `OrderChanged`."""

    incident_id: int
    location: Location
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KindChanged:
    """The kind of an incident was changed, with what follows from its run card."""

    incident_id: int
    kind: str
    priority: int
    mode: str
    lead: str
    deadline_at: datetime | None = None
    hazards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """The priority of an incident was changed by hand."""

    incident_id: int
    priority: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """The alarm level of an incident was changed (up or down)."""

    incident_id: int
    alarm_level: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """Words were added to an incident's story."""

    incident_id: int
    text: str


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A department came to owe an incident something."""

    task_id: str
    incident_id: int
    department: str
    need_ids: tuple[str, ...] = ()
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A department's part of an incident was done."""

    task_id: str


@dataclass(frozen=True, slots=True)
class UnitAssigned:
    """A unit was put on a task; it is bound from now on."""

    assignment_id: str
    incident_id: int
    task_id: str
    unit_id: str
    need_id: str
    order: Order
    eta_s: float | None = None
    recommendation: str = ""
    override_reason: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """A crew that was already sent must be told something new; the order starts again as unsent."""

    assignment_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """The order of an assignment came a step further towards its crew."""

    assignment_id: str
    state: OrderState


@dataclass(frozen=True, slots=True)
class OrderOverdue:
    """Nobody acknowledged the order in time."""

    assignment_id: str


@dataclass(frozen=True, slots=True)
class StatusReported:
    """A unit is doing something else now. `assignment_id` is empty where it was on none.

    `marks` holds codes: `out_of_sequence` (a fact against the usual order, or on no assignment), `late` (the unit
    has done something else since, so its present status stays; the true time is the entry's `occurred_at`),
    `time_differs` (this instant was recorded before, with another time, which stays), `corrected` (the desk takes a
    status back). `acknowledges` tells that the crew has thereby taken its order.
    """

    unit_id: str
    status: Status
    assignment_id: str = ""
    reason: str = ""
    until: datetime | None = None
    destination: str = ""
    source: str = "desk"
    marks: tuple[str, ...] = ()
    acknowledges: bool = False


@dataclass(frozen=True, slots=True)
class UnitReleased:
    """An assignment ended; the unit is free for others."""

    assignment_id: str
    unit_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitHeld:
    """A unit is held in reserve from now on."""

    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitUnheld:
    """A unit is held in reserve no more."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitMovedUp:
    """A unit waits at another station than its own from now on (lon/lat, WGS 84), until it is assigned."""

    unit_id: str
    station_id: str
    lon: float
    lat: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveUpEnded:
    """A unit that has moved up belongs to its own station again."""

    unit_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SignalRaised:
    """A crew asks to speak, or is in distress."""

    unit_id: str
    signal: Signal
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class SignalAcknowledged:
    """Somebody at a desk has taken the crew's call."""

    unit_id: str
    signal: Signal


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The time to handle an incident is over and it is still open."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """An incident ended with a disposition."""

    incident_id: int
    disposition: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class IncidentReopened:
    """Closed was not over."""

    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RoadClosed:
    """A road, or every road in an area, was closed to driving."""

    closure: Closure


@dataclass(frozen=True, slots=True)
class RoadOpened:
    """A closure ended, by hand or because its time was over."""

    closure_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WeatherReported:
    """The roads are driven in another weather; empty: in none that matters."""

    weather: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PerimeterDrawn:
    """An area was drawn round what happens."""

    perimeter: Perimeter


@dataclass(frozen=True, slots=True)
class PerimeterLifted:
    """A perimeter stands no more."""

    perimeter_id: str
    incident_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WarningPosted:
    """A warning was tied to a place."""

    warning: PremiseWarning


@dataclass(frozen=True, slots=True)
class WarningRemoved:
    """A warning was taken off a place."""

    warning_id: str


@dataclass(frozen=True, slots=True)
class CallerLocated:
    """The network said where a caller's telephone is."""

    call_id: str
    position: CallerPosition


Event: TypeAlias = (
    LogOpened
    | RosterLoaded
    | RunCardsLoaded
    | CallRecorded
    | CallAttached
    | CallDetached
    | CallerLocated
    | IncidentReported
    | LocationCorrected
    | KindChanged
    | PriorityChanged
    | AlarmRaised
    | NoteAdded
    | TaskOpened
    | TaskDone
    | UnitAssigned
    | OrderChanged
    | OrderMoved
    | OrderOverdue
    | StatusReported
    | UnitReleased
    | UnitHeld
    | UnitUnheld
    | UnitMovedUp
    | MoveUpEnded
    | SignalRaised
    | SignalAcknowledged
    | DeadlinePassed
    | IncidentClosed
    | IncidentReopened
    | RoadClosed
    | RoadOpened
    | WeatherReported
    | PerimeterDrawn
    | PerimeterLifted
    | WarningPosted
    | WarningRemoved
    | CaseEvent
    | DutyEvent
    | MessageEvent
    | MajorEvent
    | AccountEvent
    | IslandEvent
    | DeskEvent
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision as the log keeps it: who, when, by which command, and what happened.

    `occurred_at` is when it was so, `recorded_at` when it was written (aware UTC). `sequence` starts at 1.
    """

    sequence: int
    command_id: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    role: str
    department: str
    seat: str
    events: tuple[Event, ...]
    schema_version: int = SCHEMA_VERSION

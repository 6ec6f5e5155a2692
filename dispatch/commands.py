"""What may be asked, in the imperative. Every command names who asks, when, and what they had seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.account_commands import AccountBody
from dispatch.case_commands import CaseBody
from dispatch.desk_commands import DeskBody
from dispatch.duty_commands import DutyBody
from dispatch.events import LogKind
from dispatch.incident import CallerPosition, Closure, Location, OrderState, Perimeter, PremiseWarning
from dispatch.island_commands import IslandBody
from dispatch.major_commands import MajorBody
from dispatch.message_commands import MessageBody
from dispatch.runcard import RunCards
from resources.status import Signal, Status
from resources.unit import Roster


@dataclass(frozen=True, slots=True)
class Who:
    """Say who asks: the person, in which role, for which department, at which seat."""

    actor: str
    role: str = "operator"
    department: str = ""
    seat: str = "seat-1"


@dataclass(frozen=True, slots=True)
class OpenLog:
    kind: LogKind
    city: str
    time_zone: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class LoadRoster:
    roster: Roster
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class LoadRunCards:
    run_cards: RunCards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class RecordCall:
    """Record a call or what is newly known of it; fields left None keep what was known."""

    call_id: str
    channel: str = "phone"
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    position: CallerPosition | None = None
    recorder_reference: str = ""
    person_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AttachCall:
    call_id: str
    incident_id: int


@dataclass(frozen=True, slots=True)
class DetachCall:
    call_id: str
    incident_id: int


@dataclass(frozen=True, slots=True)
class ReportIncident:
    """Open an incident. Priority None takes the run card's; the log gives the number."""

    kind: str
    location: Location
    priority: int | None = None
    alarm_level: int = 1
    call_id: str = ""
    text: str = ""
    hazards: tuple[str, ...] = ()
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CorrectLocation:
    incident_id: int
    location: Location
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeKind:
    incident_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class ChangePriority:
    incident_id: int
    priority: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAlarmLevel:
    incident_id: int
    alarm_level: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddNote:
    incident_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Name one unit to send and the need it fills (empty: none of the card's needs).

    `also` are shared needs that it fills beside that one; `taken_from` is the incident that it is on its way to and is
    redirected from (None: it is free).
    """

    unit_id: str
    need_id: str = ""
    eta_s: float | None = None
    override_reason: str = ""
    also: tuple[str, ...] = ()
    taken_from: int | None = None


@dataclass(frozen=True, slots=True)
class AssignUnits:
    """Send units to an incident: all of them or, where one may not go, none.

    `recommendation` is the hash of the answer that the operator was shown.
    """

    incident_id: int
    choices: tuple[Choice, ...]
    recommendation: str = ""


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """Say that the order of an assignment was sent, delivered or acknowledged."""

    assignment_id: str
    state: OrderState


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """Report what a unit is doing: a fact where the crew says so (`source` crew or paper), else the desk's word.

    `assignment_id` names the assignment that a fact is about, where a record says it; empty: the one of that time.
    """

    unit_id: str
    status: Status
    reason: str = ""
    until: datetime | None = None
    destination: str = ""
    source: str = "desk"
    assignment_id: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseUnit:
    """Take a unit off its incident; it becomes available by radio."""

    unit_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldUnit:
    """Hold a unit in reserve: nobody is offered it, and it is sent only with a reason."""

    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnholdUnit:
    """Give a unit that was held in reserve back to everybody."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class MoveUp:
    """Let a free unit wait at another station than its own until it is sent, or sent home."""

    unit_id: str
    station_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndMoveUp:
    """Send a unit that has moved up back to its own station."""

    unit_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RaiseSignal:
    unit_id: str
    signal: Signal
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeSignal:
    unit_id: str
    signal: Signal


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """Close an incident with a disposition.

    Units still bound make it `Refused` unless `release_units`, duties that are open unless `cancel_duties`.
    """

    incident_id: int
    disposition: str
    text: str = ""
    release_units: bool = False
    cancel_duties: bool = False


@dataclass(frozen=True, slots=True)
class ReopenIncident:
    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class CloseRoad:
    closure: Closure


@dataclass(frozen=True, slots=True)
class OpenRoad:
    closure_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportWeather:
    """Say what weather the roads are driven in, by a word of the city's speeds (empty: none that matters)."""

    weather: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DrawPerimeter:
    perimeter: Perimeter


@dataclass(frozen=True, slots=True)
class LiftPerimeter:
    perimeter_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PostWarning:
    warning: PremiseWarning


@dataclass(frozen=True, slots=True)
class RemoveWarning:
    warning_id: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Let time pass: deadlines, unacknowledged orders, closures and absences that end."""


Body: TypeAlias = (
    OpenLog
    | LoadRoster
    | LoadRunCards
    | RecordCall
    | AttachCall
    | DetachCall
    | ReportIncident
    | CorrectLocation
    | ChangeKind
    | ChangePriority
    | ChangeAlarmLevel
    | AddNote
    | AssignUnits
    | MoveOrder
    | ReportStatus
    | ReleaseUnit
    | HoldUnit
    | UnholdUnit
    | MoveUp
    | EndMoveUp
    | RaiseSignal
    | AcknowledgeSignal
    | CloseIncident
    | ReopenIncident
    | CloseRoad
    | OpenRoad
    | ReportWeather
    | DrawPerimeter
    | LiftPerimeter
    | PostWarning
    | RemoveWarning
    | CaseBody
    | DutyBody
    | MessageBody
    | MajorBody
    | AccountBody
    | IslandBody
    | DeskBody
    | Tick
)


@dataclass(frozen=True, slots=True)
class Command:
    """Ask for `body` under a unique `id`: a retry with the same id gets the first answer.

    `at` is when it is so (aware UTC; paper keyed in later carries its own time). `based_on` is the sequence
    that the asker had seen; None means that nothing could have changed under them. `forced` is the reason for which
    a life-saving command is forced where the asker's role may not give it (`break_glass`).
    """

    id: str
    at: datetime
    who: Who
    body: Body
    based_on: int | None = None
    forced: str = ""

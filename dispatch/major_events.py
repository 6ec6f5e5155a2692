"""What has happened to major incidents, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.action_cards import ActionCard, ActionCards
from dispatch.major import Methane, Party, Plan, Triage


@dataclass(frozen=True, slots=True)
class ActionCardsLoaded:
    """Action cards came into force; what was declared before keeps its own."""

    cards: ActionCards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class MajorIncidentDeclared:
    """An incident was declared a major one, with the action cards in force (empty: it keeps those it had)."""

    incident_id: int
    reason: str = ""
    elapsed_min: float | None = None
    roll_call_min: float | None = None
    cards: tuple[ActionCard, ...] = ()


@dataclass(frozen=True, slots=True)
class MajorIncidentStoodDown:
    """It is a major incident no more."""

    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class MethaneReported:
    """Letters of METHANE were said; empty ones were not."""

    incident_id: int
    methane: Methane


@dataclass(frozen=True, slots=True)
class ObjectivesRecorded:
    """Objectives were set (the whole plan)."""

    incident_id: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class ClocksSet:
    """The clocks of elapsed time and of the roll call run by these minutes; None: not at all."""

    incident_id: int
    elapsed_min: float | None = None
    roll_call_min: float | None = None


@dataclass(frozen=True, slots=True)
class ElapsedTimeDue:
    """The scene should be told how long it has been going on. Said once for each call."""

    incident_id: int
    elapsed_s: float
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ElapsedTimeCalled:
    """The scene was told how long it has been since the incident was received."""

    incident_id: int
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class SectorSet:
    """A sector was opened, or what is known of it changed."""

    incident_id: int
    sector_id: str
    name: str
    supervisor: str = ""
    task: str = ""
    perimeter_id: str = ""


@dataclass(frozen=True, slots=True)
class UnitsMovedToSector:
    """Units are in this sector now and in no other; empty: in none."""

    incident_id: int
    unit_ids: tuple[str, ...]
    sector_id: str


@dataclass(frozen=True, slots=True)
class SectorEnded:
    """A sector is no more."""

    incident_id: int
    sector_id: str


@dataclass(frozen=True, slots=True)
class StagingSet:
    """A staging area was opened (lon/lat, WGS 84), or what is known of it changed."""

    incident_id: int
    staging_id: str
    name: str
    lon: float
    lat: float
    manager: str = ""


@dataclass(frozen=True, slots=True)
class UnitCheckedIn:
    """A unit waits in this staging area now and in no other."""

    incident_id: int
    staging_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitCheckedOut:
    """A unit has left a staging area."""

    incident_id: int
    staging_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class StagingEnded:
    """A staging area is no more."""

    incident_id: int
    staging_id: str


@dataclass(frozen=True, slots=True)
class CordonLinked:
    """A cordon is the inner, outer or traffic one of an incident."""

    incident_id: int
    perimeter_id: str
    ring: str


@dataclass(frozen=True, slots=True)
class CordonUnlinked:
    """A cordon is none of this incident's any more; it stands where it stood."""

    incident_id: int
    perimeter_id: str


@dataclass(frozen=True, slots=True)
class CasualtiesCounted:
    """People were counted at a place."""

    incident_id: int
    place: str
    place_kind: str
    counts: Triage
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class RoleAssigned:
    """Somebody holds a role from now on; empty: nobody."""

    incident_id: int
    role_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class ActionTicked:
    """A line of an action card was done."""

    incident_id: int
    card_id: str
    line_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ActionUnticked:
    """A line of an action card was not done after all."""

    incident_id: int
    card_id: str
    line_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallOutAsked:
    """Somebody was asked to come."""

    incident_id: int
    call_out_id: str
    name: str = ""
    duty: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class CallOutAnswered:
    """Somebody who was asked to come answered, or came."""

    incident_id: int
    call_out_id: str
    answer: str
    expected_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RollCallStarted:
    """The roll is called: these answer."""

    incident_id: int
    number: int
    expected: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class RollAnswered:
    """A unit or sector answered the roll call."""

    incident_id: int
    number: int
    kind: str
    party: str
    accounted: int | None = None
    missing: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class RollCallEnded:
    """A roll call is over. `unheard` had not answered."""

    incident_id: int
    number: int
    reason: str = ""
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RollCallUnanswered:
    """Some have not answered the running roll call in time. Said once for each."""

    incident_id: int
    number: int
    unheard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollCallOverdue:
    """The next roll call should have begun. Said once for each."""

    incident_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PeopleMissing:
    """People of a unit or sector are missing: an alarm, until it is said what became of them."""

    incident_id: int
    kind: str
    party: str
    missing: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class MissingResolved:
    """It is known what became of those who were missing."""

    incident_id: int
    kind: str
    party: str
    outcome: str
    text: str = ""


MajorEvent: TypeAlias = (
    ActionCardsLoaded
    | MajorIncidentDeclared
    | MajorIncidentStoodDown
    | MethaneReported
    | ObjectivesRecorded
    | ClocksSet
    | ElapsedTimeDue
    | ElapsedTimeCalled
    | SectorSet
    | UnitsMovedToSector
    | SectorEnded
    | StagingSet
    | UnitCheckedIn
    | UnitCheckedOut
    | StagingEnded
    | CordonLinked
    | CordonUnlinked
    | CasualtiesCounted
    | RoleAssigned
    | ActionTicked
    | ActionUnticked
    | CallOutAsked
    | CallOutAnswered
    | RollCallStarted
    | RollAnswered
    | RollCallEnded
    | RollCallUnanswered
    | RollCallOverdue
    | PeopleMissing
    | MissingResolved
)

"""What may be asked of a major incident, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from dispatch.action_cards import ActionCards
from dispatch.major import ELAPSED_MIN, ROLL_CALL_MIN, SCENE, UNIT, Methane, Plan, Triage


@dataclass(frozen=True, slots=True)
class LoadActionCards:
    """Put action cards into force for the major incidents that are declared from now on."""

    cards: ActionCards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class DeclareMajorIncident:
    """Declare an open incident a major one; after standing down it may be declared again, with a reason."""

    incident_id: int
    methane: Methane = field(default_factory=Methane)
    reason: str = ""
    elapsed_min: float | None = ELAPSED_MIN
    roll_call_min: float | None = ROLL_CALL_MIN


@dataclass(frozen=True, slots=True)
class StandDownMajorIncident:
    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportMethane:
    """Say some letters of METHANE anew; empty ones stay as they were said."""

    incident_id: int
    methane: Methane


@dataclass(frozen=True, slots=True)
class RecordObjectives:
    """Record the objectives and what goes with them (the whole plan); earlier versions stay."""

    incident_id: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class SetClocks:
    """Set how often elapsed time and the roll are called, in minutes; None turns a clock off."""

    incident_id: int
    elapsed_min: float | None = ELAPSED_MIN
    roll_call_min: float | None = ROLL_CALL_MIN


@dataclass(frozen=True, slots=True)
class CallElapsedTime:
    """Say that the scene was told how long it has been going on."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class SetSector:
    """Open a sector, or change what is known of it; its units stay."""

    incident_id: int
    sector_id: str
    name: str
    supervisor: str = ""
    task: str = ""
    perimeter_id: str = ""


@dataclass(frozen=True, slots=True)
class MoveToSector:
    """Move units that are at the incident into a sector, out of any other; an empty sector: into none."""

    incident_id: int
    unit_ids: tuple[str, ...]
    sector_id: str


@dataclass(frozen=True, slots=True)
class EndSector:
    incident_id: int
    sector_id: str


@dataclass(frozen=True, slots=True)
class SetStaging:
    """Open a staging area (lon/lat, WGS 84), or change what is known of it; who waits there stays."""

    incident_id: int
    staging_id: str
    name: str
    lon: float
    lat: float
    manager: str = ""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Say that a unit, of the roster or from elsewhere, has come to a staging area; it has left any other."""

    incident_id: int
    staging_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class CheckOut:
    """Say that a unit has left the staging area that it was in."""

    incident_id: int
    unit_id: str


@dataclass(frozen=True, slots=True)
class EndStaging:
    incident_id: int
    staging_id: str


@dataclass(frozen=True, slots=True)
class LinkCordon:
    """Make a perimeter of the kind cordon the `inner`, `outer` or `traffic` one of this incident."""

    incident_id: int
    perimeter_id: str
    ring: str


@dataclass(frozen=True, slots=True)
class UnlinkCordon:
    incident_id: int
    perimeter_id: str


@dataclass(frozen=True, slots=True)
class CountCasualties:
    """Say how many people of each class are at a place now (the whole count, not what was added)."""

    incident_id: int
    place: str
    counts: Triage
    place_kind: str = SCENE
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignRole:
    """Give a role (one of `ROLES`, or the id of an action card) to somebody; an empty `holder` takes it back."""

    incident_id: int
    role_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class TickAction:
    incident_id: int
    card_id: str
    line_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class UntickAction:
    incident_id: int
    card_id: str
    line_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskCallOut:
    """Say that somebody was asked to come: by name, by duty or as a department."""

    incident_id: int
    call_out_id: str
    name: str = ""
    duty: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCallOut:
    """Say what they answered: `coming`, `not_coming`, `no_answer` or `arrived`; `eta_s` from now."""

    incident_id: int
    call_out_id: str
    answer: str
    eta_s: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class StartRollCall:
    """Call the roll of the sectors that have units at the scene, and of the units there that are in none."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class AnswerRollCall:
    """Say how many of a unit or sector are accounted for (None: all of them), and how many are missing.

    That somebody is missing may be said at any time, roll call or not.
    """

    incident_id: int
    party: str
    kind: str = UNIT
    accounted: int | None = None
    missing: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class EndRollCall:
    """End a roll call that not everybody has answered, with a reason; it ends by itself when all have."""

    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ResolveMissing:
    """Say what became of those who are missing from a unit or sector."""

    incident_id: int
    party: str
    outcome: str
    text: str
    kind: str = UNIT


MajorBody: TypeAlias = (
    LoadActionCards
    | DeclareMajorIncident
    | StandDownMajorIncident
    | ReportMethane
    | RecordObjectives
    | SetClocks
    | CallElapsedTime
    | SetSector
    | MoveToSector
    | EndSector
    | SetStaging
    | CheckIn
    | CheckOut
    | EndStaging
    | LinkCordon
    | UnlinkCordon
    | CountCasualties
    | AssignRole
    | TickAction
    | UntickAction
    | AskCallOut
    | AnswerCallOut
    | StartRollCall
    | AnswerRollCall
    | EndRollCall
    | ResolveMissing
)

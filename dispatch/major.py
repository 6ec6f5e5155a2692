"""Major incidents: frozen records of what is declared, counted, ticked, asked and called, with all that was before.

METHANE is the joint message of JESIP; triage classes are P1 to P3; the roll call is the personnel accountability check
(PAR). A list of versions or counts is never shortened: `major_now` says what holds now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.action_cards import ActionCard

# The letters after M, which is the declaration itself.
LETTERS = ("location", "incident_type", "hazards", "access", "casualties", "services")
SCENE, DESTINATION = "scene", "destination"
PLACE_KINDS = (SCENE, DESTINATION)
TRIAGE = ("immediate", "urgent", "delayed", "dead", "unhurt", "missing")
RINGS = ("inner", "outer", "traffic")
COMING, NOT_COMING, NO_ANSWER, ARRIVED = "coming", "not_coming", "no_answer", "arrived"
CALL_OUT_ANSWERS = (COMING, NOT_COMING, NO_ANSWER, ARRIVED)
UNIT, SECTOR = "unit", "sector"
PARTY_KINDS = (UNIT, SECTOR)
FOUND = "found"
OUTCOMES = (FOUND, "injured", "dead", "mistaken", "handed_over")
# The posts of the Incident Command System that can be held without an action card; a card's id is a role too.
ROLES = (
    "incident_commander",
    "safety_officer",
    "public_information",
    "liaison",
    "operations",
    "planning",
    "logistics",
    "finance",
)
ELAPSED_MIN = 10.0
ROLL_CALL_MIN = 20.0


@dataclass(frozen=True, slots=True)
class Methane:
    """What a METHANE message says after its M, in words; an empty letter was not said."""

    location: str = ""
    incident_type: str = ""
    hazards: str = ""
    access: str = ""
    casualties: str = ""
    services: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One letter of METHANE as somebody said it."""

    letter: str
    text: str
    said_at: datetime
    said_by: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Objectives and actions for a period, with the situation that they answer and how people stay safe."""

    objectives: tuple[str, ...]
    actions: tuple[str, ...] = ()
    situation: str = ""
    safety: str = ""
    period_from_at: datetime | None = None
    period_to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan with who recorded it, and when."""

    plan: Plan
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Member:
    """A unit in a sector, for as long as it is bound by this assignment: sent again, it is in none."""

    unit_id: str
    assignment_id: str


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of the ground or of the work under one supervisor (a unit or a person, in words).

    `members` were moved into it; which of them are still at the incident is for `units_in`.
    """

    id: str
    name: str
    supervisor: str = ""
    task: str = ""
    perimeter_id: str = ""
    members: tuple[Member, ...] = ()
    opened_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A unit, of the roster or from elsewhere, waiting in a staging area."""

    unit_id: str
    checked_in_at: datetime


@dataclass(frozen=True, slots=True)
class Staging:
    """Where units wait to be sent forward (lon/lat, WGS 84), and who is there."""

    id: str
    name: str
    lon: float
    lat: float
    manager: str = ""
    units: tuple[CheckedIn, ...] = ()
    opened_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cordon:
    """A perimeter of the kind cordon as the `inner`, `outer` or `traffic` one of this incident."""

    perimeter_id: str
    ring: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Triage:
    """Count people by class: P1 immediate, P2 urgent, P3 delayed, dead, unhurt, missing."""

    immediate: int = 0
    urgent: int = 0
    delayed: int = 0
    dead: int = 0
    unhurt: int = 0
    missing: int = 0

    @property
    def hurt(self) -> int:
        """Return how many are hurt and alive."""
        return self.immediate + self.urgent + self.delayed


@dataclass(frozen=True, slots=True)
class Count:
    """How many people were counted at a place of the scene, or at a destination such as a hospital."""

    place: str
    place_kind: str
    counts: Triage
    counted_at: datetime
    counted_by: str


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """Somebody took a role; an empty `holder` gave it up."""

    role_id: str
    holder: str
    since_at: datetime
    assigned_by: str


@dataclass(frozen=True, slots=True)
class TickedLine:
    """A line of an action card that was done."""

    card_id: str
    line_id: str
    ticked_at: datetime
    ticked_by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class CallOutAnswer:
    """What somebody who was asked to come said, and when they are expected."""

    answer: str
    answered_at: datetime
    taken_by: str
    expected_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CallOut:
    """Somebody on duty, or a department, who was asked to come."""

    id: str
    name: str
    duty: str
    department: str
    asked_at: datetime
    asked_by: str
    answers: tuple[CallOutAnswer, ...] = ()

    @property
    def answer(self) -> CallOutAnswer | None:
        """Return the last answer, None where there is none yet."""
        return max(reversed(self.answers), key=lambda each: each.answered_at) if self.answers else None


@dataclass(frozen=True, slots=True)
class Party:
    """A unit, or a sector with the units in it, that answers a roll call."""

    kind: str
    id: str
    unit_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RollAnswer:
    """Who is accounted for (None: all, not counted), and how many are missing."""

    kind: str
    party: str
    accounted: int | None
    missing: int
    answered_at: datetime
    answered_by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RollCall:
    """One roll call: who was to answer, and who did. `unheard` are those who had not when it ended."""

    number: int
    started_at: datetime
    started_by: str
    expected: tuple[Party, ...]
    answers: tuple[RollAnswer, ...] = ()
    unanswered_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """People of a unit or sector who are missing, since they were first said to be."""

    kind: str
    party: str
    count: int
    since_at: datetime
    reported_by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class MajorIncident:
    """An incident that was declared a major one, from its declaration on; it keeps the incident's number.

    `cards` are the action cards that were in force then. `elapsed_min` and `roll_call_min` are the clocks (None: off);
    `elapsed_due_at` and `roll_call_late_at` are when it was said that a call is due. `missing` are those who are
    missing now.
    """

    incident_id: int
    declared_at: datetime
    declared_by: str
    reason: str = ""
    declared: int = 1
    said: tuple[Said, ...] = ()
    plans: tuple[PlanVersion, ...] = ()
    sectors: tuple[Sector, ...] = ()
    stagings: tuple[Staging, ...] = ()
    cordons: tuple[Cordon, ...] = ()
    counts: tuple[Count, ...] = ()
    roles: tuple[RoleHeld, ...] = ()
    cards: tuple[ActionCard, ...] = ()
    ticks: tuple[TickedLine, ...] = ()
    call_outs: tuple[CallOut, ...] = ()
    elapsed_min: float | None = ELAPSED_MIN
    elapsed_calls: tuple[datetime, ...] = ()
    elapsed_due_at: datetime | None = None
    roll_call_min: float | None = ROLL_CALL_MIN
    roll_calls: tuple[RollCall, ...] = ()
    roll_call_late_at: datetime | None = None
    missing: tuple[Missing, ...] = ()
    stood_down_at: datetime | None = None
    stood_down_by: str = ""
    stood_down_reason: str = ""

    @property
    def is_declared(self) -> bool:
        """Tell whether it has not been stood down."""
        return self.stood_down_at is None

    @property
    def roll_call(self) -> RollCall | None:
        """Return the last roll call, running or ended."""
        return self.roll_calls[-1] if self.roll_calls else None

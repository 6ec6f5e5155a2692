"""What has happened to duties, and to who leads, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.clocks import Limit
from dispatch.duty import DutyState


@dataclass(frozen=True, slots=True)
class DutyGiven:
    """A duty was given to a department; `state` is `waiting` where another duty comes first."""

    duty_id: int
    text: str
    department: str
    state: DutyState
    code: str = ""
    incident_id: int | None = None
    case_id: int | None = None
    depends_on: tuple[int, ...] = ()
    limit: Limit | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyMoved:
    """A duty came further, or back (`move` of `duty.DUTY_MOVES`); given anew it carries its new clock."""

    duty_id: int
    move: str
    state: DutyState
    department: str
    reason: str = ""
    on_behalf: str = ""
    limit: Limit | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyBegan:
    """Nothing keeps a duty waiting any more: its clock begins."""

    duty_id: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyLinked:
    """A duty waits for other duties than before; `state` is what follows from them."""

    duty_id: int
    depends_on: tuple[int, ...]
    state: DutyState
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyDeadlineSet:
    """A duty has another deadline."""

    duty_id: int
    limit: Limit | None = None
    due_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DutyOverdue:
    """A deadline passed and the duty was not done."""

    duty_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LeadNamed:
    """One department leads an incident from now on."""

    incident_id: int
    department: str
    reason: str = ""


DutyEvent: TypeAlias = DutyGiven | DutyMoved | DutyBegan | DutyLinked | DutyDeadlineSet | DutyOverdue | LeadNamed

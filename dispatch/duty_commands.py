"""What may be asked about duties, and about who leads, in the imperative.

Whoever speaks for a department that is not their own says in `on_behalf` why: 'foreman by telephone'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.clocks import Limit


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """Say one duty to be given: its deadline is a limit from when it begins, or an instant, or neither.

    `depends_on` are duties that there are; `after` are places in the same list, counted from 0.
    """

    text: str
    department: str
    code: str = ""
    limit: Limit | None = None
    due_at: datetime | None = None
    depends_on: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GiveDuties:
    """Give duties to departments, all or none, for one incident or one case."""

    drafts: tuple[DutyDraft, ...]
    incident_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptDuty:
    duty_id: int
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class StartDuty:
    """Say that work on it has begun."""

    duty_id: int
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class ReportDutyDone:
    duty_id: int
    text: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class HandBackDuty:
    """Give it back with the reason in writing; a ruling leaves no such choice."""

    duty_id: int
    reason: str
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmDuty:
    duty_id: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class RejectDuty:
    """Say that what was reported done is not: the department goes on, and its deadline is what it was."""

    duty_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReassignDuty:
    """Give it to another department, or with another deadline to the same one; None keeps its limit."""

    duty_id: int
    department: str
    reason: str
    limit: Limit | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleDuty:
    """Rule whose it is once it was handed back twice; that department cannot hand it back."""

    duty_id: int
    department: str
    reason: str
    limit: Limit | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CancelDuty:
    duty_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LinkDuty:
    """Say which duties it waits for, in place of those that it waited for."""

    duty_id: int
    depends_on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetDutyDeadline:
    """Give it another deadline: a limit from when it began, or an instant; neither takes the deadline away."""

    duty_id: int
    reason: str
    limit: Limit | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NameLead:
    """Say which one department leads an incident."""

    incident_id: int
    department: str
    reason: str


DutyBody: TypeAlias = (
    GiveDuties
    | AcceptDuty
    | StartDuty
    | ReportDutyDone
    | HandBackDuty
    | ConfirmDuty
    | RejectDuty
    | ReassignDuty
    | RuleDuty
    | CancelDuty
    | LinkDuty
    | SetDutyDeadline
    | NameLead
)

"""What has happened to cases, in the past tense, and the files that they are judged by, with their full content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.areas import Areas
from dispatch.calendar import WorkCalendar
from dispatch.case import CasePlace, CaseStage, Evidence
from dispatch.clocks import Limit
from dispatch.standards import Standards


@dataclass(frozen=True, slots=True)
class StandardsLoaded:
    """The standards came into force; cases keep the limits that they were given by the old ones."""

    standards: Standards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class CalendarLoaded:
    """The work calendar came into force; what is due already stays due when it was."""

    calendar: WorkCalendar
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class AreasLoaded:
    """The responsible areas came into force."""

    areas: Areas
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class CaseReported:
    """A case was opened under its number, at the stage `collect`."""

    case_id: int
    source: str
    standard_id: str
    degree: str
    place: CasePlace
    answerable: str = ""
    text: str = ""
    person_id: str = ""
    call_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    limits: tuple[Limit, ...] = ()
    due_at: datetime | None = None
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseCorrected:
    """What a case is, or where, was corrected (the whole of both)."""

    case_id: int
    standard_id: str
    degree: str
    place: CasePlace
    answerable: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """A case went from one stage to another by a move of the table, with the limits and the due instant there.

    `side` is the one that the mover took: `supervise`, `coordinate`, `handle` or none. `close_limits` begin the case's
    own clock anew (empty: it goes on). `fixer` is the stage that must put right what was given back, after the move.
    `incident_id` and `into` name what it became or was merged into.
    """

    case_id: int
    move: str
    start: CaseStage
    to: CaseStage
    side: str = ""
    reason: str = ""
    text: str = ""
    result: str = ""
    evidence: tuple[Evidence, ...] = ()
    limits: tuple[Limit, ...] = ()
    due_at: datetime | None = None
    close_limits: tuple[Limit, ...] = ()
    close_due_at: datetime | None = None
    standard_id: str = ""
    degree: str = ""
    department: str = ""
    collector: str = ""
    outcome: str = ""
    fixer: CaseStage | None = None
    incident_id: int | None = None
    into: int | None = None


@dataclass(frozen=True, slots=True)
class CasePaused:
    """The clocks of a case stand: it is suspended (挂账), or waits for the citizen."""

    case_id: int
    why: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseResumed:
    """The clocks of a case run again since `resumed_at`, with what is due now."""

    case_id: int
    resumed_at: datetime
    due_at: datetime | None = None
    close_due_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """Whoever handles a case asked for more time (延期)."""

    case_id: int
    limit: Limit
    reason: str


@dataclass(frozen=True, slots=True)
class ExtensionGranted:
    """More time was granted, with what is due now."""

    case_id: int
    due_at: datetime | None = None
    close_due_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    """More time was asked for and not granted."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class AppealMade:
    """The department appealed against how its closed case counts (申诉)."""

    case_id: int
    department: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class AppealRead:
    """One of two readers said what they found."""

    case_id: int
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class MakeSafeOrdered:
    """A danger is to be made safe at once; empty `department`: nobody is known to answer."""

    case_id: int
    department: str
    limit: Limit
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadeSafe:
    """The danger of a case was made safe; the case itself goes on."""

    case_id: int
    evidence: tuple[Evidence, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class MakeSafeOverdue:
    """A danger was not made safe in time."""

    case_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StageOverdue:
    """The limit of the stage that a case is at is over. Said once a visit, and never taken back."""

    case_id: int
    stage: CaseStage
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CaseOverdue:
    """A case should be closed by now and is not."""

    case_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """Evidence was added to a case."""

    case_id: int
    evidence: tuple[Evidence, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class CaseNoteAdded:
    """Words were added to a case's story."""

    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ReporterTold:
    """The reporter was told what became of it."""

    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ReporterAnswered:
    """The reporter said what they think of it."""

    case_id: int
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A reporter's personal data is erased, and is erased again wherever it should still be found."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PhotographErased:
    """A photograph's bytes are erased; `case_ids` are the cases that show it."""

    evidence_id: str
    reason: str
    case_ids: tuple[int, ...] = ()


CaseEvent: TypeAlias = (
    StandardsLoaded
    | CalendarLoaded
    | AreasLoaded
    | CaseReported
    | CaseCorrected
    | CaseMoved
    | CasePaused
    | CaseResumed
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionRefused
    | AppealMade
    | AppealRead
    | MakeSafeOrdered
    | MadeSafe
    | MakeSafeOverdue
    | StageOverdue
    | CaseOverdue
    | EvidenceAdded
    | CaseNoteAdded
    | ReporterTold
    | ReporterAnswered
    | PersonErased
    | PhotographErased
)

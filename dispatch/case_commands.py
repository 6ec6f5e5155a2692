"""What may be asked of cases, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.areas import Areas
from dispatch.calendar import WorkCalendar
from dispatch.case import CasePlace, CaseStage, Evidence
from dispatch.standards import USUAL, Standards


@dataclass(frozen=True, slots=True)
class LoadStandards:
    standards: Standards
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class LoadCalendar:
    calendar: WorkCalendar
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class LoadAreas:
    areas: Areas
    source: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class ReportCase:
    """Open a case. `answerable` is whom the ground names; `incident_id` the incident that it comes from or belongs to.

    A danger is ordered made safe with it, an emergency becomes an incident with it.
    """

    source: str
    standard_id: str
    place: CasePlace
    degree: str = USUAL
    answerable: str = ""
    text: str = ""
    person_id: str = ""
    call_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class CorrectCase:
    """Correct what a case is, or where, before anybody handles it."""

    case_id: int
    standard_id: str
    place: CasePlace
    degree: str = USUAL
    answerable: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """Take a report: on to be verified on site, or to be filed where its source has seen it."""

    case_id: int
    collector: str = ""


@dataclass(frozen=True, slots=True)
class ReportVerification:
    """Say from the place whether it is so: `found` (with a photograph) or `not_found`."""

    case_id: int
    result: str
    evidence: tuple[Evidence, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileCase:
    """File a case (立案) under its standard and degree; empty: those that it has."""

    case_id: int
    standard_id: str = ""
    degree: str = ""


@dataclass(frozen=True, slots=True)
class DeclineCase:
    """Do not file it (不予立案), with the reason."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """Send a case to the department that is to handle it; empty: the one that answers."""

    case_id: int
    department: str = ""


@dataclass(frozen=True, slots=True)
class RuleCase:
    """Rule who handles it after two departments, or one twice, said 'not ours'; the ruling binds."""

    case_id: int
    department: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportHandled:
    """Say that the work is done, with the photographs that its standard asks for."""

    case_id: int
    evidence: tuple[Evidence, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class DisownCase:
    """Say 'not ours', with the reason."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassOnFeedback:
    """Take what the department reports, and let it be checked on site."""

    case_id: int
    collector: str = ""


@dataclass(frozen=True, slots=True)
class ReportCheck:
    """Say from the place whether it is put right: `passed`, or `failed` with the reason, which gives it back."""

    case_id: int
    result: str
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseCase:
    """Close a checked case; `standard_id` names the standard whose condition to close is met."""

    case_id: int
    standard_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """Give a case back to an earlier stage with the reason; `fixer` is who must put it right (None: that stage)."""

    case_id: int
    to: CaseStage
    reason: str
    fixer: CaseStage | None = None


@dataclass(frozen=True, slots=True)
class FixOnTheSpot:
    """Close a small thing that was put right where it was found, with a photograph before and one after."""

    case_id: int
    evidence: tuple[Evidence, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """Open a closed case again: closed was not fixed."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class EscalateCase:
    """Make a case an emergency: a new incident of a kind (empty: the standard's), or one that is open already."""

    case_id: int
    reason: str
    kind: str = ""
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeescalateCase:
    """Bring an emergency back as a repair order, with all that it had and was found."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class MergeCase:
    """Say that a case is the same thing as another, which goes on for both."""

    case_id: int
    into: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnmergeCase:
    """Take two cases apart again: this one goes on from where it was."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PauseCase:
    """Stop the clocks: `suspended`, once a case, or waiting for the `citizen`."""

    case_id: int
    why: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResumeCase:
    case_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskExtension:
    """Ask for more time to handle, before it is due; `amount` is in the units of the limit (hours, working days)."""

    case_id: int
    amount: float
    reason: str


@dataclass(frozen=True, slots=True)
class GrantExtension:
    case_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefuseExtension:
    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class AppealCase:
    """Appeal, once, against how a closed case counts."""

    case_id: int
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadAppeal:
    """Say as one of two readers whether an appeal is `upheld` or `dismissed`."""

    case_id: int
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportMadeSafe:
    """Say that the danger is made safe; what is left of the case goes on."""

    case_id: int
    evidence: tuple[Evidence, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class AddEvidence:
    case_id: int
    evidence: tuple[Evidence, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class AddCaseNote:
    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class TellReporter:
    """Keep what the reporter was told became of it."""

    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """Keep what the reporter thinks of a closed case (one of `case.ANSWERS`)."""

    case_id: int
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erase a reporter's name and number for good (a legal claim, a retention that ended)."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ErasePhotograph:
    """Erase a photograph's bytes for good; its name, who asked and why stay."""

    evidence_id: str
    reason: str


CaseBody: TypeAlias = (
    LoadStandards
    | LoadCalendar
    | LoadAreas
    | ReportCase
    | CorrectCase
    | AcceptCase
    | ReportVerification
    | FileCase
    | DeclineCase
    | DispatchCase
    | RuleCase
    | ReportHandled
    | DisownCase
    | PassOnFeedback
    | ReportCheck
    | CloseCase
    | ReturnCase
    | FixOnTheSpot
    | ReopenCase
    | EscalateCase
    | DeescalateCase
    | MergeCase
    | UnmergeCase
    | PauseCase
    | ResumeCase
    | AskExtension
    | GrantExtension
    | RefuseExtension
    | AppealCase
    | ReadAppeal
    | ReportMadeSafe
    | AddEvidence
    | AddCaseNote
    | TellReporter
    | RecordAnswer
    | ErasePerson
    | ErasePhotograph
)

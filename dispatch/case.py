"""Cases of urban management (案卷): frozen records of the closed loop from a report to its evaluation.

The stages follow GB/T 30428: collect (信息收集), verify on site (核实), file (案卷建立), dispatch (任务派遣),
handle (任务处理), feed back (处理反馈), check on site (核查), close (结案), evaluate (综合评价). `case_moves` says from
where to where a case may go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.clocks import Limit, Pause
from dispatch.incident import Location, Note


class CaseStage(StrEnum):
    """Say how far a case has come. A case in `evaluate` is closed; `emergency` and `merged` lie beside the loop."""

    COLLECT = "collect"
    VERIFY = "verify"
    FILE = "file"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    FEED_BACK = "feed_back"
    CHECK = "check"
    CLOSE = "close"
    EVALUATE = "evaluate"
    EMERGENCY = "emergency"
    MERGED = "merged"


LOOP = tuple(CaseStage)[:9]
PLACE_IN_LOOP = {stage: place for place, stage in enumerate(LOOP)}

# Where somebody must go and look: tasks of collectors.
TASK_STAGES = frozenset({CaseStage.VERIFY, CaseStage.CHECK})

FROM_INCIDENT = "incident"
SOURCES = ("patrol", "video", "sensor", "hotline", "citizen", "transfer", FROM_INCIDENT)
# Who reports from these has seen it: nobody else need go and look before it is filed.
SEEN_BY_SOURCE = frozenset({"patrol", "video", FROM_INCIDENT})
BEFORE, AFTER, OTHER = "before", "after", "other"
EVIDENCE_KINDS = (BEFORE, AFTER, OTHER)
FOUND, NOT_FOUND = "found", "not_found"
VERIFICATIONS = (FOUND, NOT_FOUND)
PASSED, FAILED = "passed", "failed"
CHECKS = (PASSED, FAILED)
SUSPENDED, FOR_CITIZEN = "suspended", "citizen"
PAUSES = (SUSPENDED, FOR_CITIZEN)
HANDLED, ON_THE_SPOT, NOT_FILED = "handled", "fixed_on_the_spot", "not_filed"
OUTCOMES = (HANDLED, ON_THE_SPOT, NOT_FILED)
UPHELD, DISMISSED = "upheld", "dismissed"
VERDICTS = (UPHELD, DISMISSED)
DISSATISFIED = "dissatisfied"
ANSWERS = ("satisfied", "fair", DISSATISFIED, "no_answer")


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Say where a case is: its cell (15 digits), responsible area, community (12 digits) and component (16 digits).

    The desk asks the ground for them; each is empty where it is outside, or none.
    """

    location: Location
    cell: str = ""
    area: str = ""
    community: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Name a file by the SHA-256 of its content (64 hexadecimal digits); `kind` is `before`, `after` or `other`.

    `near` tells whether it was taken where the case is, `distance_m` how far off, by what the camera wrote; None where
    it wrote nothing. Never where it was taken: entries cannot be erased.
    """

    id: str
    kind: str = AFTER
    near: bool | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Hold a piece of evidence with who added it, when, and at which stage. It is never taken off a case."""

    evidence: Evidence
    stage: CaseStage
    added_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Say when a case was at a stage: the raw facts, which nothing later changes.

    `limits` add up: the stage's own, then each extension. `due_at` is None where there is no limit and while a pause
    holds it; `first_due_at` is what it was before pauses and extensions. `overdue_at` is when it was found to be late.
    `move` and `actor` say how it was left, and by whom. `had` is how many pieces of evidence the case had when it came.
    `held_by` is the department that the case had been sent to by then (empty: to none yet).
    """

    stage: CaseStage
    entered_at: datetime
    limits: tuple[Limit, ...] = ()
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    left_at: datetime | None = None
    overdue_at: datetime | None = None
    move: str = ""
    actor: str = ""
    department: str = ""
    had: int = 0
    held_by: str = ""

    def is_late(self, at: datetime) -> bool:
        """Tell whether it was left after it was due or, still here at an instant, is overdue."""
        if self.overdue_at is not None:
            return True
        return self.due_at is not None and (self.left_at or at) > self.due_at


@dataclass(frozen=True, slots=True)
class Return:
    """Say who gave a case back, from where to where, why, and which stage must put it right."""

    start: CaseStage
    to: CaseStage
    fixer: CaseStage
    reason: str
    actor: str
    returned_at: datetime


@dataclass(frozen=True, slots=True)
class Disowning:
    """Say which department said 'not ours', why, and when."""

    department: str
    reason: str
    actor: str
    disowned_at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """Hold a longer limit that was asked for, by whom and in which role; `answer` is empty, `granted` or `refused`."""

    limit: Limit
    reason: str
    actor: str
    role: str
    asked_at: datetime
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Say what one reader of an appeal found."""

    actor: str
    verdict: str
    reason: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """Hold the one appeal of a case. Upheld by both readers it changes the statistics, and no recorded fact."""

    department: str
    reason: str
    actor: str
    made_at: datetime
    readings: tuple[Reading, ...] = ()

    @property
    def is_upheld(self) -> bool:
        """Tell whether both readers found that the department is right."""
        return len(self.readings) == 2 and all(each.verdict == UPHELD for each in self.readings)


@dataclass(frozen=True, slots=True)
class MakeSafe:
    """Hold the task to make a danger safe, which waits for nothing; `department` is empty where nobody answers."""

    department: str
    ordered_at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReporterAnswer:
    """Say what the reporter thought of it (one of `ANSWERS`), and when."""

    answer: str
    text: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """Say who had personal data or a photograph erased, when and why: what is left of it."""

    actor: str
    reason: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that the city must put right, from its report to its evaluation. The log gives the number.

    `answerable` is the department that the ground names, `department` the one that it was sent to. `person_id` is the
    reporter, whose name and number stay in the erasable table. `fixer` is the stage that must put right what was given
    back; until then nothing takes the case past it. `handlers`, `judges` and `handled_by` (departments) keep apart who
    works and who judges. `ruled` is the department that a ruling bound. `close_due_at` is the case's own clock.
    `stage_before` is where it was before it was merged or became an emergency.
    """

    id: int
    source: str
    standard_id: str
    degree: str
    place: CasePlace
    stage: CaseStage
    reported_at: datetime
    moved_at: datetime
    reported_by: str = ""
    text: str = ""
    person_id: str = ""
    call_id: str = ""
    answerable: str = ""
    department: str = ""
    collector: str = ""
    verified: str = ""
    filed_at: datetime | None = None
    visits: tuple[Visit, ...] = ()
    pauses: tuple[Pause, ...] = ()
    paused: str = ""
    pause_until: datetime | None = None
    suspensions: int = 0
    extensions: tuple[Extension, ...] = ()
    disownings: tuple[Disowning, ...] = ()
    ruled: str = ""
    fixer: CaseStage | None = None
    returns: tuple[Return, ...] = ()
    rework: int = 0
    evidence: tuple[Exhibit, ...] = ()
    handlers: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    handled_by: tuple[str, ...] = ()
    close_from_at: datetime | None = None
    close_limits: tuple[Limit, ...] = ()
    close_due_at: datetime | None = None
    overdue: tuple[datetime, ...] = ()
    outcome: str = ""
    closed_at: datetime | None = None
    reopened: int = 0
    appeal: Appeal | None = None
    make_safe: MakeSafe | None = None
    incident_id: int | None = None
    merged_into: int | None = None
    merged: tuple[int, ...] = ()
    stage_before: CaseStage | None = None
    answers: tuple[ReporterAnswer, ...] = ()
    told: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether anybody still owes it something."""
        return self.stage not in (CaseStage.EVALUATE, CaseStage.MERGED)

    @property
    def visit(self) -> Visit:
        """Return the stage that it is at, with its instants."""
        return self.visits[-1]

    @property
    def pending(self) -> Extension | None:
        """Return the extension that was asked for and not yet answered."""
        last = self.extensions[-1] if self.extensions else None
        return last if last is not None and not last.answer else None

    def pauses_ended(self, at: datetime) -> tuple[Pause, ...]:
        """Return the pauses with the one that has no end ended at an instant, never before it began."""
        return tuple(
            pause if pause.until_at is not None else Pause(pause.from_at, max(at, pause.from_at))
            for pause in self.pauses
        )

    @property
    def is_excused(self) -> bool:
        """Tell whether the statistics leave its lateness and rework out: its appeal was upheld."""
        return self.appeal is not None and self.appeal.is_upheld

    @property
    def is_contested(self) -> bool:
        """Tell whether it is closed and the reporter said since that it is not put right: it may be reopened."""
        if self.stage is not CaseStage.EVALUATE or self.closed_at is None or not self.answers:
            return False
        last = self.answers[-1]
        return last.answer == DISSATISFIED and last.answered_at >= self.closed_at

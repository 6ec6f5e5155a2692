"""What a score says: records of decisions, of incidents in three columns, and of totals. Plain, and ready for JSON.

Times end in `_s` and count from the start of the exercise (`at_s`) or are spans. None stands where there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DID, REALLY, BEST = "did", "really", "best"
COLUMNS = (DID, REALLY, BEST)

# Kinds of decisions.
SENT, REDIRECTED, RELEASED, ALARM, MOVED_UP, MOVE_UP_ENDED, ROAD, REPORTED, CHANGED, CLOSED, HELD, NOTHING, REFUSED = (
    "sent", "redirected", "released", "alarm", "moved_up", "move_up_ended", "road", "reported", "changed", "closed",
    "held", "nothing", "refused",
)  # fmt: skip
# How a decision compares with what was best then.
AS_BEST, AS_QUICK, QUICKER, SLOWER, FEWER, MORE, LATE, UNJUDGED = (
    "as_best", "as_quick", "quicker", "slower", "fewer", "more", "late", "",
)  # fmt: skip

Parameters = tuple[tuple[str, str | float | int], ...]


@dataclass(frozen=True, slots=True)
class Going:
    """One unit of a choice: for which need, from where (WGS 84), and in how long it would be there by the roads then.

    `sent_s` and `arrived_s` count from when the call was answered to when it was sent and there, in the exercise or in
    the record. `code` and `parameters` are the reason why it is best, or why the plan passed it over.
    """

    unit_id: str
    need_id: str
    department: str
    eta_s: float | None = None
    sent_s: float | None = None
    arrived_s: float | None = None
    lon: float | None = None
    lat: float | None = None
    code: str = ""
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """A need that nobody could fill, and why."""

    need_id: str
    missing: int
    code: str
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide: who goes, what is lacking, a level or a place.

    `first_s` and `all_s` count from the decision until the first and the last that is required would be there; of the
    record, from its first sending until they were.
    """

    units: tuple[Going, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    first_s: float | None = None
    all_s: float | None = None
    alarm_level: int = 0
    station: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of the demand a department reaches in time (0 to 1): before a decision, after it, after the best one."""

    department: str
    target: str
    before: float
    did: float
    best: float


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that was departed from or a time that was not kept."""

    code: str
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: what the trainee did, what really happened, what was best with what was known then.

    `number` is its entry in the log, 0 where there is none. `waited_s` is how long the incident had asked for it,
    `lasted_s` how long nothing was done. `loss_s` is how much later than with the best choice everybody needed would
    be there; below 0 it was quicker for this incident, at the cost of another.
    """

    number: int
    at_s: float
    kind: str
    trainee: str
    department: str
    incident: int = 0
    key: str = ""
    incident_kind: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    waited_s: float | None = None
    lasted_s: float | None = None
    did: Option = field(default_factory=Option)
    really: Option | None = None
    best: Option | None = None
    coverage: tuple[Covered, ...] = ()
    breaches: tuple[Breach, ...] = ()
    verdict: str = UNJUDGED
    loss_s: float | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """How one incident was served in one column; spans count from when its call was answered.

    `needs_s` is until all that its card's first alarm requires had arrived, `full_s` all of its alarm level.
    """

    decided_s: float | None = None
    first_s: float | None = None
    needs_s: float | None = None
    full_s: float | None = None
    alarm_level: int = 1
    closed_s: float | None = None
    units: tuple[Going, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident in three columns. `key` is empty for one that a trainee opened."""

    key: str
    number: int
    kind: str
    priority: int
    place: str
    lon: float
    lat: float
    at_s: float
    needs: int
    did: Served
    really: Served | None = None
    best: Served | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Mean, median and 90th percentile of `n` spans in seconds; None where n is 0."""

    n: int
    mean_s: float | None = None
    p50_s: float | None = None
    p90_s: float | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """One column in figures, over the incidents that came in during the exercise."""

    column: str
    incidents: int
    attended: int
    complete: int
    to_decide: Figure
    to_first: Figure
    to_needs: Figure
    to_full: Figure
    sent: int


@dataclass(frozen=True, slots=True)
class Marks:
    """One trainee in figures; "" is all together. `loss_s` sums what was lost, never less than nothing."""

    trainee: str
    decisions: int
    judged: int
    as_good: int
    loss_s: float
    to_decide: Figure
    late: int
    overrides: int
    refusals: int
    coverage_lost: float


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one log of an exercise; equal logs, exercises and roads give an equal one, byte for byte.

    `totals` are by column, `deadlines` what was not kept in time, whoever's it was.
    """

    exercise: str
    log: str
    entries: int
    decisions: tuple[Decision, ...]
    incidents: tuple[IncidentRow, ...]
    totals: tuple[Total, ...]
    marks: tuple[Marks, ...]
    deadlines: tuple[Breach, ...]

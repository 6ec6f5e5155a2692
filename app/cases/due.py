"""What of a case is due next, and in which order a board shows cases. Pure: the clock is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.case import Case, CaseStage

STAGE_CLOCK, CASE_CLOCK, SAFE_CLOCK = "stage", "case", "make_safe"
RUNS, NO_LIMIT, STANDS, CLOSED = range(4)
SOON_S = 900.0  # a board marks what is due this soon

Key = tuple[int, float, int]
"""Where a case stands: what runs by its due instant, then what has no limit, what stands still, what is closed."""


@dataclass(frozen=True, slots=True)
class Due:
    """Say which clock of a case ends first (`stage`, `case`, `make_safe`), and when."""

    clock: str
    at: datetime


def due_of(case: Case, *, with_danger: bool = True) -> Due | None:
    """Return what of a case is due next; None where nothing is: it is closed, paused, or has no limit."""
    if not case.is_open:
        return None
    found = []
    safe = case.make_safe
    if with_danger and safe is not None and safe.done_at is None and safe.due_at is not None:
        found.append(Due(SAFE_CLOCK, safe.due_at))
    if case.visit.due_at is not None:
        found.append(Due(STAGE_CLOCK, case.visit.due_at))
    if case.close_due_at is not None:
        found.append(Due(CASE_CLOCK, case.close_due_at))
    return min(found, key=lambda each: each.at, default=None)


def instants_of(case: Case) -> tuple[datetime, ...]:
    """Return the instants from which on the rules may answer something else than before."""
    safe = case.make_safe
    known = (case.visit.due_at, case.close_due_at, case.pause_until, safe.due_at if safe is not None else None)
    return tuple(at for at in known if at is not None)


def key_of(case: Case) -> Key:
    """Return where a case stands on the board: overdue comes first of itself, for it was due first."""
    if not case.is_open:
        closed_at = case.closed_at or case.moved_at
        return CLOSED, -closed_at.timestamp(), -case.id
    due = due_of(case)
    if due is not None:
        return RUNS, due.at.timestamp(), case.id
    return STANDS if case.paused else NO_LIMIT, case.moved_at.timestamp(), case.id


def marks_of(case: Case) -> tuple[str, ...]:
    """Name what is unusual about a case, the most pressing first: codes of the labels `case_mark`."""
    safe = case.make_safe
    found = (
        ("danger", safe is not None and safe.done_at is None and case.is_open),
        ("emergency", case.stage is CaseStage.EMERGENCY),
        ("returned", case.fixer is not None),
        ("disowned", case.stage is CaseStage.DISPATCH and bool(case.disownings)),
        ("pending", case.pending is not None),
        ("suspended", case.paused == "suspended"),
        ("citizen", case.paused == "citizen"),
        ("rework", case.rework > 0),
        ("reopened", case.reopened > 0),
        ("contested", case.is_contested),
        ("appeal", case.appeal is not None and len(case.appeal.readings) < 2),
        ("merged", bool(case.merged)),
    )
    return tuple(code for code, holds in found if holds)


LOUD = frozenset({"danger", "emergency"})
NOTABLE = frozenset({"returned", "pending", "disowned", "rework", "appeal", "contested"})

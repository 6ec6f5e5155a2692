"""When a stage and a case are due, by the standards and the calendar in force: what events then carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dispatch.case import Case, CaseStage
from dispatch.case_events import CaseEvent, CaseOverdue, CaseResumed, MakeSafeOverdue, StageOverdue
from dispatch.clocks import Limit, Pause, due_at
from dispatch.record import replace
from dispatch.refused import Refused
from dispatch.standards import Standard
from dispatch.state import State


def limits_of(state: State, standard: Standard, degree: str, stage: CaseStage) -> tuple[Limit, ...]:
    """Return what a case may take at a stage; none where nobody is waited for (an emergency, a closed case)."""
    own = state.standards.stages
    limits = {
        CaseStage.COLLECT: own.accept,
        CaseStage.VERIFY: own.verify,
        CaseStage.FILE: own.accept,
        CaseStage.DISPATCH: own.dispatch,
        CaseStage.HANDLE: standard.limit_of(degree),
        CaseStage.FEED_BACK: own.dispatch,
        CaseStage.CHECK: own.check,
        CaseStage.CLOSE: own.accept,
    }
    return (limits[stage],) if stage in limits else ()


def close_limits_of(state: State, handling: Limit) -> tuple[Limit, ...]:
    """Return what a case may take from when it is sent to be handled until it is closed."""
    own = state.standards.stages
    return (handling, own.dispatch, own.check, own.accept)


def due_after(
    state: State, start_at: datetime, limits: Iterable[Limit], pauses: Iterable[Pause] = ()
) -> datetime | None:
    """Return when limits, one after the other, are spent; None without any, and while a pause holds the clock.

    Raises Refused `calendar_missing`, and `time_not_counted` where the answer lies beyond the years that are counted.
    """
    due: datetime | None = None
    for limit in limits:
        if state.calendar is None:
            raise Refused("calendar_missing")
        try:
            due = due_at(state.calendar, due or start_at, limit, pauses)
        except (ValueError, OverflowError):
            raise Refused("time_not_counted", at=start_at) from None
        if due is None:
            return None
    return due


def resumed(state: State, case: Case, at: datetime, reason: str = "") -> CaseResumed:
    """Let the clocks of a paused case run again from an instant, with what is due then."""
    pauses = case.pauses_ended(at)
    due = due_after(state, case.visit.entered_at, case.visit.limits, pauses)
    close_due = None if case.close_from_at is None else due_after(state, case.close_from_at, case.close_limits, pauses)
    return CaseResumed(case.id, at, due, close_due, reason)


def lateness(case: Case, at: datetime) -> Iterator[CaseEvent]:
    """Say what of a case is late at an instant and was not yet said: its stage, itself, its danger."""
    visit, safe = case.visit, case.make_safe
    if visit.due_at is not None and visit.overdue_at is None and visit.due_at < at and case.is_open:
        yield StageOverdue(case.id, visit.stage, visit.due_at)
    close_due = case.close_due_at
    if close_due is not None and close_due < at and close_due not in case.overdue and case.is_open:
        yield CaseOverdue(case.id, close_due)
    if safe is not None and safe.due_at is not None and safe.due_at < at and not (safe.done_at or safe.overdue_at):
        yield MakeSafeOverdue(case.id, safe.due_at)


def pass_time(state: State, at: datetime) -> Iterator[CaseEvent]:
    """Say once what is due of all open cases, in the order of their numbers: pauses that end, and lateness."""
    for case_id in sorted(state.open_cases):
        case = state.cases[case_id]
        if case.paused and case.pause_until is not None and case.pause_until <= at:
            runs = resumed(state, case, case.pause_until)
            yield runs
            visit = replace(case.visit, due_at=runs.due_at)
            case = replace(case, paused="", visits=(*case.visits[:-1], visit), close_due_at=runs.close_due_at)
        yield from lateness(case, at)

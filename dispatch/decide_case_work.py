"""Rules for cases from their sending to their closing, and back: dispatched, handled, checked, closed, reopened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case import (
    CHECKS,
    FAILED,
    FOUND,
    HANDLED,
    ON_THE_SPOT,
    SEEN_BY_SOURCE,
    Case,
    CaseStage,
)
from dispatch.case_checks import (
    case_of,
    check_choice,
    check_department,
    check_evidence,
    check_holder,
    check_move,
    check_photos,
    last_visit,
    moved,
    standard_of,
)
from dispatch.case_clocks import close_limits_of, due_after
from dispatch.case_commands import (
    CloseCase,
    DisownCase,
    DispatchCase,
    FixOnTheSpot,
    PassOnFeedback,
    ReopenCase,
    ReportCheck,
    ReportHandled,
    ReturnCase,
    RuleCase,
)
from dispatch.case_events import CaseEvent
from dispatch.case_moves import RETURNS, earlier, fixers_from
from dispatch.collectors import collector_for
from dispatch.commands import Command
from dispatch.decide_duties import check_duties_over
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State

DISOWNINGS_BEFORE_RULING = 2


def dispatch_case(state: State, command: Command, body: DispatchCase) -> tuple[Event, ...]:
    """Send it to whoever is to handle it; after a second 'not ours' only a ruling does."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "dispatched")
    department = body.department or case.ruled or case.answerable
    if not department:
        raise Refused("department_needed", case_id=case.id)
    check_department(state, department)
    if case.ruled and department != case.ruled:
        raise Refused("ruling_binds", case_id=case.id, department=case.ruled)
    if not case.ruled and len(case.disownings) >= DISOWNINGS_BEFORE_RULING:
        raise Refused("ruling_needed", case_id=case.id, times=len(case.disownings))
    return _to_handle(state, command, case, "dispatched", department=department)


def rule_case(state: State, command: Command, body: RuleCase) -> tuple[Event, ...]:
    """Rule who handles it, once nobody wanted it twice."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "ruled", body.reason)
    check_department(state, body.department)
    if len(case.disownings) < DISOWNINGS_BEFORE_RULING:
        raise Refused("nothing_to_rule", case_id=case.id, times=len(case.disownings), wanted=DISOWNINGS_BEFORE_RULING)
    return _to_handle(state, command, case, "ruled", department=body.department, reason=body.reason)


def report_handled(state: State, command: Command, body: ReportHandled) -> tuple[Event, ...]:
    """Hand the work in, with photographs taken since the case came to be handled."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "handled")
    check_evidence(case, body.evidence)
    standard = standard_of(state, case.standard_id)
    check_photos(case, body.evidence, after=standard.photos_after, since=case.visit)
    return moved(
        state,
        command,
        case,
        "handled",
        CaseStage.FEED_BACK,
        evidence=body.evidence,
        text=body.text,
        department=case.department,
    )


def disown_case(state: State, command: Command, body: DisownCase) -> tuple[Event, ...]:
    """Give it back as 'not ours'; a ruling leaves no such choice."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "disowned", body.reason)
    if case.ruled:
        raise Refused("ruling_binds", case_id=case.id, department=case.ruled)
    return moved(state, command, case, "disowned", CaseStage.DISPATCH, reason=body.reason)


def pass_on_feedback(state: State, command: Command, body: PassOnFeedback) -> tuple[Event, ...]:
    """Let what the department reports be checked on site, by a collector of the cell who did not handle it."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "passed_on")
    collector = body.collector or collector_for(state, case.place.cell, command.at, without=case.handlers)
    return moved(state, command, case, "passed_on", CaseStage.CHECK, collector=collector)


def report_check(state: State, command: Command, body: ReportCheck) -> tuple[Event, ...]:
    """Keep what was found where it was handled; what is not put right goes back to whoever handles it."""
    case = case_of(state, command, body.case_id)
    check_choice("check", body.result, CHECKS)
    check_evidence(case, body.evidence)
    if body.result == FAILED:
        check_move(command, case, "check_failed", body.reason)
        fixer = earlier(case.fixer, CaseStage.HANDLE)
        return _to_handle(state, command, case, "check_failed", fixer=fixer, evidence=body.evidence, reason=body.reason)
    check_move(command, case, "checked")
    return moved(
        state, command, case, "checked", CaseStage.CLOSE, evidence=body.evidence, result=body.result, reason=body.reason
    )


def close_case(state: State, command: Command, body: CloseCase) -> tuple[Event, ...]:
    """Close it by the condition of its standard, with all its photographs and no danger left."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "closed")
    if body.standard_id != case.standard_id:
        raise Refused("standard_differs", case_id=case.id, standard_id=body.standard_id, own=case.standard_id)
    if case.make_safe is not None and case.make_safe.done_at is None:
        raise Refused("not_made_safe", case_id=case.id)
    check_duties_over(state, state.duties_of_case.get(case.id, ()), case_id=case.id)
    standard = standard_of(state, case.standard_id)
    since = last_visit(case, CaseStage.HANDLE)
    check_photos(case, (), before=standard.photos_before, after=standard.photos_after, since=since)
    return moved(
        state,
        command,
        case,
        "closed",
        CaseStage.EVALUATE,
        text=body.text,
        outcome=HANDLED,
        standard_id=body.standard_id,
        department=case.department,
    )


def return_case(state: State, command: Command, body: ReturnCase) -> tuple[Event, ...]:
    """Give it back with the reason, and say who must put it right; what was owed before stays owed."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "returned", body.reason)
    check_holder(command, case)
    if body.to not in RETURNS[case.stage]:
        stages = tuple(sorted(stage.value for stage in RETURNS[case.stage]))
        raise Refused(
            "no_way_back", case_id=case.id, case_stage=case.stage.value, wanted_stage=body.to.value, stages=stages
        )
    wanted = body.fixer or body.to
    if wanted not in fixers_from(body.to):
        stages = tuple(stage.value for stage in fixers_from(body.to))
        raise Refused("cannot_be_put_right_there", case_id=case.id, fixer=wanted.value, stages=stages)
    fixer = earlier(case.fixer, wanted)
    if body.to is CaseStage.HANDLE:
        return _to_handle(state, command, case, "returned", fixer=fixer, reason=body.reason)
    return moved(state, command, case, "returned", body.to, fixer=fixer, reason=body.reason)


def fix_on_the_spot(state: State, command: Command, body: FixOnTheSpot) -> tuple[Event, ...]:
    """Close a small thing where it was found: one photograph before, one after, and only where its class allows it."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "fixed_on_the_spot")
    standard = standard_of(state, case.standard_id)
    if not standard.is_fixed_on_the_spot:
        raise Refused("not_on_the_spot", standard_id=standard.id)
    if case.make_safe is not None and case.make_safe.done_at is None:
        raise Refused("not_made_safe", case_id=case.id)
    check_duties_over(state, state.duties_of_case.get(case.id, ()), case_id=case.id)
    check_evidence(case, body.evidence)
    check_photos(case, body.evidence, before=1, after=1)
    return moved(
        state,
        command,
        case,
        "fixed_on_the_spot",
        CaseStage.EVALUATE,
        evidence=body.evidence,
        text=body.text,
        outcome=ON_THE_SPOT,
    )


def reopen_case(state: State, command: Command, body: ReopenCase) -> tuple[Event, ...]:
    """Open it again: handled work goes back to who handled it, what was never filed is looked at anew."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "reopened", body.reason)
    if case.outcome == HANDLED and case.department in state.departments:
        return _to_handle(state, command, case, "reopened", fixer=CaseStage.HANDLE, reason=body.reason)
    to = {HANDLED: CaseStage.DISPATCH, ON_THE_SPOT: CaseStage.FILE}.get(case.outcome, CaseStage.VERIFY)
    if to is CaseStage.FILE and case.source not in SEEN_BY_SOURCE and case.verified != FOUND:
        to = CaseStage.VERIFY
    return moved(state, command, case, "reopened", to, fixer=to, reason=body.reason)


def _to_handle(
    state: State, command: Command, case: Case, move: str, *, fixer: CaseStage | None = None, **more: Any
) -> tuple[CaseEvent, ...]:
    """Bring a case to be handled; its own clock begins with the first sending, and anew once it was closed."""
    handling = standard_of(state, case.standard_id).limit_of(case.degree)
    if not case.close_limits or case.stage is CaseStage.EVALUATE:
        limits = close_limits_of(state, handling)
        more |= {"close_limits": limits, "close_due_at": due_after(state, max(command.at, case.moved_at), limits)}
    return moved(state, command, case, move, CaseStage.HANDLE, fixer=fixer, **more)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    DispatchCase: dispatch_case,
    RuleCase: rule_case,
    ReportHandled: report_handled,
    DisownCase: disown_case,
    PassOnFeedback: pass_on_feedback,
    ReportCheck: report_check,
    CloseCase: close_case,
    ReturnCase: return_case,
    FixOnTheSpot: fix_on_the_spot,
    ReopenCase: reopen_case,
}

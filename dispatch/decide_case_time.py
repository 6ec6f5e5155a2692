"""Rules for the time that a case has: pauses, extensions, and dangers made safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case import LOOP, PAUSES, SUSPENDED, Case, CaseStage, Extension
from dispatch.case_access import SUSPENDERS
from dispatch.case_checks import (
    case_of,
    check_choice,
    check_evidence,
    check_running,
    check_side,
    check_stage,
)
from dispatch.case_clocks import due_after, lateness, resumed
from dispatch.case_commands import (
    AskExtension,
    GrantExtension,
    PauseCase,
    RefuseExtension,
    ReportMadeSafe,
    ResumeCase,
)
from dispatch.case_events import CasePaused, ExtensionAsked, ExtensionGranted, ExtensionRefused, MadeSafe
from dispatch.case_moves import HANDLE, SUPERVISE
from dispatch.checks import check_ends_later, check_text
from dispatch.clocks import Limit
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State

MOST_SUSPENSIONS, MOST_EXTENSIONS = 1, 2


def pause_case(state: State, command: Command, body: PauseCase) -> tuple[Event, ...]:
    """Stop its clocks: suspended once in its life, or while it waits for the citizen; never by whoever handles it."""
    case = case_of(state, command, body.case_id)
    check_stage(case, *LOOP[:8])
    check_running(case)
    check_side(command, case, SUPERVISE)
    check_choice("pause", body.why, PAUSES)
    check_text(body.reason, "reason")
    check_ends_later(body.until, command.at)
    if body.why == SUSPENDED:
        if command.who.role not in SUSPENDERS:
            raise Refused("may_not_suspend", case_id=case.id, role=command.who.role, roles=tuple(sorted(SUSPENDERS)))
        if case.suspensions >= MOST_SUSPENSIONS:
            raise Refused("suspended_before", case_id=case.id, limit=MOST_SUSPENSIONS)
    return (*lateness(case, command.at), CasePaused(case.id, body.why, body.reason, body.until))


def resume_case(state: State, command: Command, body: ResumeCase) -> tuple[Event, ...]:
    """Let its clocks run again."""
    case = case_of(state, command, body.case_id)
    if not case.paused:
        raise Refused("case_not_paused", case_id=case.id)
    check_side(command, case, SUPERVISE)
    return (resumed(state, case, command.at, body.reason),)


def ask_extension(state: State, command: Command, body: AskExtension) -> tuple[Event, ...]:
    """Ask for more time, at most twice, before it is due, and for no more than the limit itself."""
    case = case_of(state, command, body.case_id)
    check_stage(case, CaseStage.HANDLE)
    check_running(case)
    check_side(command, case, HANDLE)
    check_text(body.reason, "reason")
    if case.pending is not None:
        raise Refused("extension_pending", case_id=case.id, asked_at=case.pending.asked_at)
    if _granted(case.extensions) >= MOST_EXTENSIONS:
        raise Refused("extensions_used_up", case_id=case.id, limit=MOST_EXTENSIONS)
    visit = case.visit
    if visit.due_at is None or visit.overdue_at is not None or command.at > visit.due_at:
        raise Refused("extension_too_late", case_id=case.id, due_at=visit.due_at)
    allowed = visit.limits[0]
    if not 0 < body.amount <= allowed.amount:
        raise Refused(
            "extension_out_of_range", case_id=case.id, amount=body.amount, limit=allowed.amount, limit_kind=allowed.kind
        )
    return (ExtensionAsked(case.id, Limit(allowed.kind, body.amount), body.reason),)


def grant_extension(state: State, command: Command, body: GrantExtension) -> tuple[Event, ...]:
    """Grant what was asked for; what was found late meanwhile stays late."""
    case = case_of(state, command, body.case_id)
    asked = _asked(command, case)
    more = asked.limit
    limits = (*case.visit.limits, more)
    close = (*case.close_limits[:1], more, *case.close_limits[1:])
    granted = ExtensionGranted(
        case.id,
        due_after(state, case.visit.entered_at, limits, case.pauses),
        due_after(state, case.close_from_at, close, case.pauses) if case.close_from_at is not None else None,
        body.reason,
    )
    return (*lateness(case, command.at), granted)


def refuse_extension(state: State, command: Command, body: RefuseExtension) -> tuple[Event, ...]:
    """Refuse what was asked for, with the reason."""
    case = case_of(state, command, body.case_id)
    _asked(command, case)
    check_text(body.reason, "reason")
    return (ExtensionRefused(case.id, body.reason),)


def report_made_safe(state: State, command: Command, body: ReportMadeSafe) -> tuple[Event, ...]:
    """Say that the danger is over, at whatever stage the case is; it is no end of the case."""
    case = case_of(state, command, body.case_id)
    if case.make_safe is None:
        raise Refused("no_danger", case_id=case.id)
    if case.make_safe.done_at is not None:
        return ()
    check_side(command, case, HANDLE)
    check_evidence(case, body.evidence)
    return (*lateness(case, command.at), MadeSafe(case.id, body.evidence, body.text))


def _asked(command: Command, case: Case) -> Extension:
    """Return what was asked for; raise Refused where nothing was, or where the asker's own role would answer."""
    check_stage(case, CaseStage.HANDLE)
    check_running(case)
    asked = case.pending
    if asked is None:
        raise Refused("extension_not_asked", case_id=case.id)
    check_side(command, case, SUPERVISE)
    if command.who.role == asked.role:
        raise Refused("extension_by_own_role", case_id=case.id, role=asked.role)
    return asked


def _granted(extensions: tuple[Extension, ...]) -> int:
    return sum(each.answer == "granted" for each in extensions)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    PauseCase: pause_case,
    ResumeCase: resume_case,
    AskExtension: ask_extension,
    GrantExtension: grant_extension,
    RefuseExtension: refuse_extension,
    ReportMadeSafe: report_made_safe,
}

"""Rules for sessions, shifts and broken glass. Whether a password was right is known before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.account import FAILURES_WITHIN, LOCKED_FOR, MOST_FAILURES, SIGNED_OUT, TAKEN_OVER, TRAINER
from dispatch.account_checks import account_of
from dispatch.account_commands import (
    AcknowledgeGlass,
    HandOver,
    LockSeat,
    RecordExport,
    ReportFailedSignIn,
    SignIn,
    SignOut,
    UnlockSeat,
)
from dispatch.account_events import (
    AccountLocked,
    Exported,
    GlassAcknowledged,
    SeatLocked,
    SeatUnlocked,
    SessionEnded,
    ShiftHandedOver,
    SignedIn,
    SignInFailed,
)
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.events import Event, LogKind
from dispatch.refused import Refused
from dispatch.state import State


def sign_in(state: State, command: Command, body: SignIn) -> tuple[Event, ...]:
    """Sign in at a seat; who was signed in there, locked or not, no longer is."""
    account = state.accounts.get(body.account_id)
    if account is None or not account.secret_id:
        raise Refused("sign_in_failed", most=MOST_FAILURES, minutes=_minutes())
    if account.is_disabled:
        raise Refused("account_disabled", account_id=account.id, reason=account.disabled_reason)
    if account.is_locked(command.at):
        raise Refused("account_locked", account_id=account.id, until=account.locked_until)
    if body.role not in account.roles or body.account_id != command.who.actor or body.role != command.who.role:
        raise Refused("role_not_held", actor=command.who.actor, role=body.role)
    if command.who.department != account.department:
        raise Refused("department_not_held", actor=account.id, department=command.who.department)
    if state.kind is LogKind.LIVE and (account.is_demo or body.role == TRAINER):
        raise Refused("role_not_live", actor=account.id, role=body.role)
    seat = command.who.seat
    before = state.sessions.get(seat)
    ended = () if before is None else (SessionEnded(before.account_id, seat, TAKEN_OVER),)
    return (*ended, SignedIn(account.id, body.role, account.department))


def report_failed_sign_in(state: State, command: Command, body: ReportFailedSignIn) -> tuple[Event, ...]:
    """Keep that it failed, and lock the account where it failed too often."""
    account = state.accounts.get(body.account_id)
    if account is None:
        return (SignInFailed(""),)
    failed = SignInFailed(account.id)
    # While it is locked the fold counts none, so that a lock is not made longer by trying.
    recent = [each for each in account.failed_at if command.at - each < FAILURES_WITHIN]
    if len(recent) + 1 < MOST_FAILURES:
        return (failed,)
    return (failed, AccountLocked(account.id, command.at + LOCKED_FOR))


def sign_out(state: State, command: Command, body: SignOut) -> tuple[Event, ...]:
    """End the session at a seat; where nobody is signed in nothing happens."""
    session = state.sessions.get(command.who.seat)
    return () if session is None else (SessionEnded(session.account_id, session.seat, SIGNED_OUT),)


def lock_seat(state: State, command: Command, body: LockSeat) -> tuple[Event, ...]:
    """Lock a seat at which somebody is signed in."""
    session = state.sessions.get(command.who.seat)
    return () if session is None or session.is_locked else (SeatLocked(session.account_id),)


def unlock_seat(state: State, command: Command, body: UnlockSeat) -> tuple[Event, ...]:
    """Unlock a seat for whoever locked it."""
    session = state.sessions.get(command.who.seat)
    if session is None or not session.is_locked:
        return ()
    account = account_of(state, session.account_id)
    if account.is_locked(command.at):
        raise Refused("account_locked", account_id=account.id, until=account.locked_until)
    return (SeatUnlocked(account.id),)


def hand_over(state: State, command: Command, body: HandOver) -> tuple[Event, ...]:
    """Keep what the next shift must know."""
    check_text(body.notes, "notes")
    if body.to:
        account_of(state, body.to)
    return (ShiftHandedOver(body.notes, body.to),)


def record_export(state: State, command: Command, body: RecordExport) -> tuple[Event, ...]:
    """Keep that something left the program."""
    check_text(body.what, "what")
    return (Exported(body.what, body.detail),)


def acknowledge_glass(state: State, command: Command, body: AcknowledgeGlass) -> tuple[Event, ...]:
    """Say that it was seen, by somebody else than who forced it; seen twice is seen."""
    broken = state.broken_glass.get(body.sequence)
    if broken is None:
        if 0 < body.sequence <= state.sequence:
            return ()
        raise Refused("glass_unknown", sequence=body.sequence)
    if broken.account_id == command.who.actor:
        raise Refused("glass_by_the_same", actor=command.who.actor, sequence=body.sequence)
    return (GlassAcknowledged(body.sequence, body.text),)


def _minutes() -> int:
    return int(LOCKED_FOR.total_seconds() // 60)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    SignIn: sign_in,
    ReportFailedSignIn: report_failed_sign_in,
    SignOut: sign_out,
    LockSeat: lock_seat,
    UnlockSeat: unlock_seat,
    HandOver: hand_over,
    RecordExport: record_export,
    AcknowledgeGlass: acknowledge_glass,
}

"""What events make of accounts, sessions, hand-overs and broken glass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import account_events as events
from dispatch.account import MOST_FAILURES, MOST_HAND_OVERS, Account, BrokenGlass, HandedOver, Session
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.work import Work


def _added(work: Work, event: events.AccountAdded, entry: Entry) -> None:
    at = entry.occurred_at
    work.accounts[event.account_id] = Account(
        event.account_id,
        event.name,
        event.roles,
        event.department,
        is_demo=event.is_demo,
        created_at=at,
        secret_id=event.secret_id,
        password_set_at=at if event.secret_id else None,
        must_change=event.must_change,
    )


def _put(work: Work, account_id: str, **changes: Any) -> None:
    if (account := work.accounts.get(account_id)) is not None:
        work.accounts[account_id] = replace(account, **changes)


def _changed(work: Work, event: events.AccountChanged, entry: Entry) -> None:
    _put(work, event.account_id, name=event.name, roles=event.roles, department=event.department)


def _disabled(work: Work, event: events.AccountDisabled, entry: Entry) -> None:
    _put(work, event.account_id, is_disabled=True, disabled_reason=event.reason)


def _enabled(work: Work, event: events.AccountEnabled, entry: Entry) -> None:
    _put(work, event.account_id, is_disabled=False, disabled_reason="", failed_at=(), locked_until=None)


def _locked(work: Work, event: events.AccountLocked, entry: Entry) -> None:
    _put(work, event.account_id, failed_at=(), locked_until=event.until)


def _password_set(work: Work, event: events.PasswordSet, entry: Entry) -> None:
    _put(
        work,
        event.account_id,
        secret_id=event.secret_id,
        password_set_at=entry.occurred_at,
        must_change=event.must_change,
        failed_at=(),
        locked_until=None,
    )


def _signed_in(work: Work, event: events.SignedIn, entry: Entry) -> None:
    at = entry.occurred_at
    work.sessions[entry.seat] = Session(event.account_id, event.role, event.department, entry.seat, at)
    _put(
        work, event.account_id, failed_at=(), locked_until=None, last_signed_in_at=at, last_seat=entry.seat
    )  # fmt: skip


def _sign_in_failed(work: Work, event: events.SignInFailed, entry: Entry) -> None:
    account = work.accounts.get(event.account_id)
    if account is not None and not account.is_locked(entry.occurred_at):
        _put(work, account.id, failed_at=(*account.failed_at, entry.occurred_at)[-MOST_FAILURES:])


def _session_ended(work: Work, event: events.SessionEnded, entry: Entry) -> None:
    work.sessions.pop(event.seat, None)


def _seat_locked(work: Work, event: events.SeatLocked, entry: Entry) -> None:
    if (session := work.sessions.get(entry.seat)) is not None:
        work.sessions[entry.seat] = replace(session, is_locked=True, locked_at=entry.occurred_at)


def _seat_unlocked(work: Work, event: events.SeatUnlocked, entry: Entry) -> None:
    if (session := work.sessions.get(entry.seat)) is not None:
        work.sessions[entry.seat] = replace(session, is_locked=False, locked_at=None)
    _put(work, event.account_id, failed_at=(), locked_until=None)


def _handed_over(work: Work, event: events.ShiftHandedOver, entry: Entry) -> None:
    kept = HandedOver(
        entry.sequence, entry.actor, entry.role, entry.seat, entry.occurred_at, event.notes, event.to
    )  # fmt: skip
    work.hand_overs = (*work.hand_overs, kept)[-MOST_HAND_OVERS:]


def _glass_broken(work: Work, event: events.GlassBroken, entry: Entry) -> None:
    work.broken_glass[entry.sequence] = BrokenGlass(
        entry.sequence,
        event.command,
        entry.actor,
        event.role,
        entry.department,
        entry.seat,
        entry.occurred_at,
        event.reason,
    )


def _glass_acknowledged(work: Work, event: events.GlassAcknowledged, entry: Entry) -> None:
    work.broken_glass.pop(event.sequence, None)


def _only_kept(work: Work, event: object, entry: Entry) -> None:
    """Change nothing: that it is in the log is all."""


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.AccountAdded: _added,
    events.AccountChanged: _changed,
    events.AccountDisabled: _disabled,
    events.AccountEnabled: _enabled,
    events.AccountLocked: _locked,
    events.PasswordSet: _password_set,
    events.SignedIn: _signed_in,
    events.SignInFailed: _sign_in_failed,
    events.SessionEnded: _session_ended,
    events.SeatLocked: _seat_locked,
    events.SeatUnlocked: _seat_unlocked,
    events.ShiftHandedOver: _handed_over,
    events.Exported: _only_kept,
    events.PermissionRefused: _only_kept,
    events.GlassBroken: _glass_broken,
    events.GlassAcknowledged: _glass_acknowledged,
}

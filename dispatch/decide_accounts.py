"""Rules for accounts, sessions, shifts and broken glass. Whether a password was right is known before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from dispatch.account import (
    ACCOUNT_ROLES,
    ADMINISTRATOR,
    CHANGED,
    DISABLED,
    FAILURES_WITHIN,
    LOCKED_FOR,
    MACHINE_ROLES,
    MOST_FAILURES,
    NEW_PASSWORD,
    OFFICER,
    RESERVED_IDS,
    SIGNED_OUT,
    TAKEN_OVER,
    TRAINER,
    Account,
    Session,
)
from dispatch.account_commands import (
    AcknowledgeGlass,
    AddAccount,
    AddFirstAdministrator,
    ChangeAccount,
    DisableAccount,
    EnableAccount,
    HandOver,
    LockSeat,
    RecordExport,
    ReportFailedSignIn,
    SetPassword,
    SignIn,
    SignOut,
    UnlockSeat,
)
from dispatch.account_events import (
    AccountAdded,
    AccountChanged,
    AccountDisabled,
    AccountEnabled,
    AccountLocked,
    Exported,
    GlassAcknowledged,
    PasswordSet,
    SeatLocked,
    SeatUnlocked,
    SessionEnded,
    ShiftHandedOver,
    SignedIn,
    SignInFailed,
)
from dispatch.case_checks import check_choice, check_department
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.events import Event, LogKind
from dispatch.refused import Refused
from dispatch.state import State

LONGEST_ACCOUNT_ID = 40
_ACCOUNT_ID = re.compile(r"[^\W_][\w.-]*")
_SECRET_ID = re.compile(r"[0-9a-f]{64}")


def add_first(state: State, command: Command, body: AddFirstAdministrator) -> tuple[Event, ...]:
    """Make the first account, an administrator's, of two who try at once only one."""
    if len(state.accounts):
        raise Refused("accounts_exist", count=len(state.accounts))
    if ADMINISTRATOR not in body.roles:
        raise Refused("first_is_administrator")
    return (_added(state, body),)


def add_account(state: State, command: Command, body: AddAccount) -> tuple[Event, ...]:
    """Make an account; without an administrator there is nobody to make any."""
    if not len(state.accounts):
        raise Refused("first_is_administrator")
    return (_added(state, body),)


def change_account(state: State, command: Command, body: ChangeAccount) -> tuple[Event, ...]:
    """Change name, roles and department; who is signed in as what they no longer are must sign in again."""
    account = account_of(state, body.account_id)
    _check_person(state, body.name, body.roles, body.department)
    if (account.name, account.roles, account.department) == (body.name, body.roles, body.department):
        return ()
    if ADMINISTRATOR not in body.roles:
        _check_not_last(state, account)
    moved = account.department != body.department
    ended = _ended(state, account, CHANGED, lambda session: moved or session.role not in body.roles)
    return (AccountChanged(account.id, body.name, body.roles, body.department), *ended)


def disable_account(state: State, command: Command, body: DisableAccount) -> tuple[Event, ...]:
    """Let nobody sign in as this one, and end where somebody is."""
    account = account_of(state, body.account_id)
    check_text(body.reason, "reason")
    if account.is_disabled:
        return ()
    _check_not_last(state, account)
    return (AccountDisabled(account.id, body.reason), *_ended(state, account, DISABLED))


def enable_account(state: State, command: Command, body: EnableAccount) -> tuple[Event, ...]:
    """Let it sign in again, disabled or locked."""
    account = account_of(state, body.account_id)
    if not (account.is_disabled or account.locked_until is not None or account.failures):
        return ()
    return (AccountEnabled(account.id),)


def set_password(state: State, command: Command, body: SetPassword) -> tuple[Event, ...]:
    """Set one's own password, or as an administrator another's, who is then signed out everywhere."""
    account = account_of(state, body.account_id)
    who = command.who
    is_own = who.actor == account.id and who.role not in MACHINE_ROLES
    if not (is_own or who.role in (ADMINISTRATOR, *MACHINE_ROLES)):
        raise Refused("not_own_account", account_id=account.id, actor=who.actor)
    _check_secret(body.secret_id)
    if body.secret_id == account.secret_id:
        return ()
    ended = _ended(state, account, NEW_PASSWORD, lambda session: not (is_own and session.seat == who.seat))
    return (PasswordSet(account.id, body.secret_id), *ended)


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


def account_of(state: State, account_id: str) -> Account:
    """Return an account; raise Refused `account_unknown`."""
    account = state.accounts.get(account_id)
    if account is None:
        raise Refused("account_unknown", account_id=account_id)
    return account


def has_administrator(state: State) -> bool:
    """Tell whether anybody can administer: until then the first start makes one."""
    return any(True for _ in _administrators(state))


def is_account_id(account_id: str) -> bool:
    """Tell whether this can name an account: small letters of any script and digits, `.`, `-` and `_` inside."""
    usual = unicodedata.normalize("NFKC", account_id).casefold()
    return account_id == usual and len(usual) <= LONGEST_ACCOUNT_ID and _ACCOUNT_ID.fullmatch(usual) is not None


def _added(state: State, body: AddAccount | AddFirstAdministrator) -> AccountAdded:
    if not is_account_id(body.account_id):
        raise Refused("account_id_wrong", account_id=body.account_id, limit=LONGEST_ACCOUNT_ID)
    if body.account_id in state.accounts:
        raise Refused("account_exists", account_id=body.account_id)
    if body.account_id in RESERVED_IDS or any(unit.casefold() == body.account_id for unit in state.units):
        raise Refused("account_id_taken", account_id=body.account_id)
    _check_person(state, body.name, body.roles, body.department)
    if body.secret_id:
        _check_secret(body.secret_id)
    if body.is_demo and state.kind is LogKind.LIVE:
        raise Refused("demo_not_live", account_id=body.account_id)
    return AccountAdded(body.account_id, body.name, body.roles, body.department, body.secret_id, body.is_demo)


def _check_person(state: State, name: str, roles: tuple[str, ...], department: str) -> None:
    check_text(name, "name")
    if not roles:
        raise Refused("text_missing", field="roles")
    for role in roles:
        check_choice("role", role, ACCOUNT_ROLES)
    if len(set(roles)) < len(roles):
        raise Refused("named_twice", list="roles", id=next(role for role in roles if roles.count(role) > 1))
    if OFFICER in roles and not department:
        raise Refused("officer_without_department", role=OFFICER)
    if department:
        check_department(state, department)


def _check_secret(secret_id: str) -> None:
    if not _SECRET_ID.fullmatch(secret_id):
        raise Refused("secret_unnamed")


def _administrators(state: State) -> Iterator[Account]:
    """Yield who can sign in and administer; a lock after failures passes."""
    for account in state.accounts.values():
        if ADMINISTRATOR in account.roles and not account.is_disabled and account.secret_id:
            yield account


def _check_not_last(state: State, account: Account) -> None:
    """Raise Refused `last_administrator` where nobody could administer without this account."""
    if ADMINISTRATOR in account.roles and not account.is_disabled:
        others = [each for each in _administrators(state) if each.id != account.id]
        if not others:
            raise Refused("last_administrator", account_id=account.id)


def _ended(
    state: State, account: Account, why: str, ends: Callable[[Session], bool] = lambda session: True
) -> Iterator[SessionEnded]:
    for seat, session in sorted(state.sessions.items()):
        if session.account_id == account.id and ends(session):
            yield SessionEnded(account.id, seat, why)


def _minutes() -> int:
    return int(LOCKED_FOR.total_seconds() // 60)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    AddFirstAdministrator: add_first,
    AddAccount: add_account,
    ChangeAccount: change_account,
    DisableAccount: disable_account,
    EnableAccount: enable_account,
    SetPassword: set_password,
    SignIn: sign_in,
    ReportFailedSignIn: report_failed_sign_in,
    SignOut: sign_out,
    LockSeat: lock_seat,
    UnlockSeat: unlock_seat,
    HandOver: hand_over,
    RecordExport: record_export,
    AcknowledgeGlass: acknowledge_glass,
}

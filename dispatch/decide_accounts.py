"""Rules for accounts: who is made, changed, stopped, and that somebody can always administer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from dispatch.account import (
    ACCOUNT_ROLES,
    ADMINISTRATOR,
    CHANGED,
    DISABLED,
    MACHINE_ROLES,
    NEW_PASSWORD,
    OFFICER,
    RESERVED_IDS,
    Account,
    Session,
)
from dispatch.account_checks import LONGEST_ACCOUNT_ID, account_of, administrators, is_account_id
from dispatch.account_commands import (
    AddAccount,
    AddFirstAdministrator,
    ChangeAccount,
    DisableAccount,
    EnableAccount,
    SetPassword,
)
from dispatch.account_events import (
    AccountAdded,
    AccountChanged,
    AccountDisabled,
    AccountEnabled,
    PasswordSet,
    SessionEnded,
)
from dispatch.case_checks import check_choice, check_department
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.decide_sessions import TABLE as SESSIONS
from dispatch.events import Event, LogKind
from dispatch.refused import Refused
from dispatch.state import State

_SECRET_ID = re.compile(r"[0-9a-f]{64}")


def add_first(state: State, command: Command, body: AddFirstAdministrator) -> tuple[Event, ...]:
    """Make the first account, an administrator's, of two who try at once only one; its password is their own."""
    if len(state.accounts):
        raise Refused("accounts_exist", count=len(state.accounts))
    if ADMINISTRATOR not in body.roles:
        raise Refused("first_is_administrator")
    return (_added(state, body),)


def add_account(state: State, command: Command, body: AddAccount) -> tuple[Event, ...]:
    """Make an account, whose password is a temporary one; without an administrator there is nobody to make any."""
    if not len(state.accounts):
        raise Refused("first_is_administrator")
    return (_added(state, body, must_change=bool(body.secret_id) and not body.is_demo),)


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
    """Set one's own password, or as an administrator another's, who is then signed out everywhere.

    Another's is temporary: the desk asks its owner for a new one after they sign in. No rule refuses work until then,
    for a life may hang on a command, and none may wait for a password.
    """
    account = account_of(state, body.account_id)
    who = command.who
    is_own = who.actor == account.id and who.role not in MACHINE_ROLES
    if not (is_own or who.role in (ADMINISTRATOR, *MACHINE_ROLES)):
        raise Refused("not_own_account", account_id=account.id, actor=who.actor)
    _check_secret(body.secret_id)
    if body.secret_id == account.secret_id:
        return ()
    ended = _ended(state, account, NEW_PASSWORD, lambda session: not (is_own and session.seat == who.seat))
    must_change = (account.must_change and body.is_same) if is_own else not account.is_demo
    return (PasswordSet(account.id, body.secret_id, must_change), *ended)


def _added(state: State, body: AddAccount | AddFirstAdministrator, *, must_change: bool = False) -> AccountAdded:
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
    return AccountAdded(
        body.account_id, body.name, body.roles, body.department, body.secret_id, body.is_demo, must_change
    )


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


def _check_not_last(state: State, account: Account) -> None:
    """Raise Refused `last_administrator` where nobody could administer without this account."""
    if ADMINISTRATOR in account.roles and not account.is_disabled:
        others = [each for each in administrators(state) if each.id != account.id]
        if not others:
            raise Refused("last_administrator", account_id=account.id)


def _ended(
    state: State, account: Account, why: str, ends: Callable[[Session], bool] = lambda session: True
) -> Iterator[SessionEnded]:
    for seat, session in sorted(state.sessions.items()):
        if session.account_id == account.id and ends(session):
            yield SessionEnded(account.id, seat, why)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    AddFirstAdministrator: add_first,
    AddAccount: add_account,
    ChangeAccount: change_account,
    DisableAccount: disable_account,
    EnableAccount: enable_account,
    SetPassword: set_password,
    **SESSIONS,
}

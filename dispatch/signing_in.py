"""Sign in, unlock, set a password, make accounts: what a password is needed for. All of it takes time; use a job.

The rules never see a password, and trust who asks them: these functions alone ask for `SignIn` and `UnlockSeat`.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from dispatch.account import ACCOUNT_ROLES, ADMINISTRATOR, CONSOLE, LOCKED_FOR, MOST_FAILURES, OFFICER, TRAINER, Account
from dispatch.account_checks import account_of
from dispatch.account_commands import (
    AddAccount,
    AddFirstAdministrator,
    ReportFailedSignIn,
    SetPassword,
    SignIn,
    UnlockSeat,
)
from dispatch.account_secrets import Secret
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.passwords import check_password, is_outdated, is_right, make_secret
from dispatch.refused import Refused


def sign_in(engine: Engine, account_id: str, password: str, *, role: str = "", seat: str, at: datetime) -> Who:
    """Sign somebody in at a seat, in their first role where none is named; return who asks from there from now on.

    Raises Refused `sign_in_failed` alike, and as late, for a name that nobody has, a wrong password and a locked
    account; after the right password also what `SignIn` is refused for. Raises NotSaved.
    """
    account = _proven(engine, account_id, password, seat, at)
    who = Who(account.id, role or account.roles[0], account.department, seat)
    _ask(engine, who, SignIn(account.id, who.role), at)
    secret = engine.log.secret(account.secret_id)
    if secret is not None and is_outdated(secret):
        set_password(engine, who, account.id, password, is_same=True, at=at)
    return who


def roles_of(engine: Engine, account_id: str, password: str, *, seat: str, at: datetime) -> tuple[str, ...]:
    """Return the roles that somebody may choose from, after the right password. Raises as `sign_in` does."""
    account = _proven(engine, account_id, password, seat, at)
    if account.is_disabled:
        raise Refused("account_disabled", account_id=account.id, reason=account.disabled_reason)
    return account.roles


def unlock(engine: Engine, who: Who, password: str, *, at: datetime) -> None:
    """Unlock a seat for whoever sits there. Raises Refused `sign_in_failed`, and what `UnlockSeat` is refused for."""
    _proven(engine, who.actor, password, who.seat, at)
    _ask(engine, who, UnlockSeat(), at)


def change_password(engine: Engine, who: Who, old: str, new: str, *, at: datetime) -> None:
    """Let somebody change their own password.

    Raises Refused `sign_in_failed`, `password_same`, or where the new one is too weak.
    """
    account = _proven(engine, who.actor, old, who.seat, at)
    if new == old:
        raise Refused("password_same")
    check_password(new, account_id=account.id, name=account.name)
    set_password(engine, who, account.id, new, at=at)


def reset_password(engine: Engine, who: Who, account_id: str, password: str, *, at: datetime) -> None:
    """Set another's password, as an administrator or the console; they must change it. Raises Refused: too weak."""
    account = account_of(engine.state, account_id)
    check_password(password, account_id=account.id, name=account.name)
    set_password(engine, who, account_id, password, at=at)


def set_password(
    engine: Engine, who: Who, account_id: str, password: str, *, is_same: bool = False, at: datetime
) -> None:
    """Keep a password's hash, let the log name it, and erase those before: at no instant is there none."""
    secret = make_secret(account_id, password, at)
    engine.log.save_secret(secret)
    _ask_or_forget(engine, who, SetPassword(account_id, secret.id, is_same), secret, at)


def add_account(
    engine: Engine,
    who: Who,
    account_id: str,
    password: str,
    *,
    name: str,
    roles: tuple[str, ...],
    department: str = "",
    is_demo: bool = False,
    at: datetime,
) -> None:
    """Make an account with its password. Raises Refused, also where the password is too weak; NotSaved."""
    check_password(password, account_id=account_id, name=name)
    secret = make_secret(account_id, password, at)
    engine.log.save_secret(secret)
    body = AddAccount(account_id, name, roles, department, secret.id, is_demo)
    _ask_or_forget(engine, who, body, secret, at)


def create_first_administrator(
    engine: Engine,
    account_id: str,
    password: str,
    *,
    name: str,
    seat: str,
    at: datetime,
    roles: tuple[str, ...] = (ADMINISTRATOR,),
    is_demo: bool = False,
) -> None:
    """Make the first account, while the log has none. Raises Refused `accounts_exist` where another was quicker."""
    check_password(password, account_id=account_id, name=name)
    secret = make_secret(account_id, password, at)
    engine.log.save_secret(secret)
    body = AddFirstAdministrator(account_id, name, roles, "", secret.id, is_demo)
    _ask_or_forget(engine, Who(CONSOLE, "system", "", seat), body, secret, at)


DEMO_ID = "demo"
# Known to everybody, and shown where it is asked for: a live log takes no such account.
DEMO_PASSWORD = "only a demonstration"


def sign_in_demo(engine: Engine, *, role: str = "", seat: str, at: datetime) -> Who | None:
    """Sign the demonstration account in without a password, made first where a log has no account at all.

    It has every role that answers for no department, and sits down as the trainer, who may do the most. None in a live
    log, and where a drill has accounts of its own among which there is no such one. Raises Refused, NotSaved.
    """
    if engine.state.kind is LogKind.LIVE:
        return None
    if not engine.state.accounts:
        roles = (TRAINER, *(each for each in ACCOUNT_ROLES if each not in (TRAINER, OFFICER)))
        create_first_administrator(
            engine, DEMO_ID, DEMO_PASSWORD, name="Demo account", seat=seat, at=at, roles=roles, is_demo=True
        )
    account = engine.state.accounts.get(DEMO_ID)
    if account is None or not account.is_demo or account.is_disabled:
        return None
    who = Who(account.id, role if role in account.roles else account.roles[0], account.department, seat)
    _ask(engine, who, SignIn(account.id, who.role), at)
    return who


def _proven(engine: Engine, account_id: str, password: str, seat: str, at: datetime) -> Account:
    """Return the account whose password this is; else keep the failure and raise Refused `sign_in_failed`."""
    account = engine.state.accounts.get(account_id)
    secret = engine.log.secret(account.secret_id) if account is not None and account.secret_id else None
    if secret is not None and account is not None and secret.account_id != account.id:
        secret = None
    fits = is_right(secret, password)
    account = engine.state.accounts.get(account_id)  # others may have failed while this one was checked
    if account is not None and fits and not account.is_locked(at):
        return account
    _ask(engine, Who("opsroom", "system", "", seat), ReportFailedSignIn(account.id if account is not None else ""), at)
    raise Refused("sign_in_failed", most=MOST_FAILURES, minutes=int(LOCKED_FOR.total_seconds() // 60))


def _ask_or_forget(engine: Engine, who: Who, body: Body, secret: Secret, at: datetime) -> None:
    """Ask for what names a secret, and erase the one before; where the rules say no, erase this one again.

    Where it is not known whether the entry was written, both are kept.
    """
    before = engine.state.accounts.get(secret.account_id)
    try:
        _ask(engine, who, body, at)
    except Refused:
        engine.log.erase_secret(secret.id)
        raise
    if before is not None and before.secret_id:
        engine.log.erase_secret(before.secret_id)


def _ask(engine: Engine, who: Who, body: Body, at: datetime) -> None:
    engine.submit(Command(f"account-{uuid.uuid4()}", at, who, body)).result()

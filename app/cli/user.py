"""`opsroom user`: accounts on the command line.

Whoever can write a log and read its key administers the machine: no password is asked of them. What they do stands in
the log as the work of `console`, at a seat that bears their name, in the role `system`, which nobody signs in with.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.recorded import seat

if TYPE_CHECKING:
    from dispatch.account import Account
    from dispatch.commands import Body, Who
    from dispatch.engine import Engine

DONE, REFUSED, CANNOT = 0, 1, 2


class CannotGo(Exception):
    """It cannot be done here; the message says why, and what would help."""


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `user` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    from dispatch.account import ACCOUNT_ROLES

    user = subparsers.add_parser("user", help="add, list, disable and enable accounts, set passwords").add_subparsers(
        required=True, metavar="COMMAND"
    )
    add = _command(user, "add", run_add, "make an account; the first is an administrator's")
    add.add_argument("--name", default="", help="what people call them (default: the account's name)")
    add.add_argument(
        "--role", action="append", required=True, choices=ACCOUNT_ROLES, help="may be given more than once"
    )
    add.add_argument("--department", default="", help="the id of the department that they answer for")
    add.add_argument("--demo", action="store_true", help="a marked account for drills; a live log takes none")
    _add_password(add)
    _add_password(_command(user, "password", run_password, "set the password of an account"))
    disable = _command(user, "disable", run_disable, "let nobody sign in with an account, and end where they are")
    disable.add_argument("--reason", required=True)
    _command(user, "enable", run_enable, "let an account sign in again that was disabled, or locked after failures")
    listing = _command(user, "list", run_list, "say which accounts there are, in which roles, and who is locked")
    listing.add_argument("--json", action="store_true", help="answer as JSON")


def run_add(args: argparse.Namespace) -> int:
    """Make an account."""
    from dispatch.signing_in import add_account, create_first_administrator

    def add(engine: Engine, who: Who, at: datetime) -> str:
        password, name, roles = _password_of(args), args.name or args.account, tuple(dict.fromkeys(args.role))
        if not engine.state.accounts and not args.department:
            create_first_administrator(
                engine, args.account, password, name=name, seat=who.seat, roles=roles, is_demo=args.demo, at=at
            )
        else:
            add_account(
                engine,
                who,
                args.account,
                password,
                name=name,
                roles=roles,
                department=args.department,
                is_demo=args.demo,
                at=at,
            )
        return f"{args.account} was added: {', '.join(roles)}."

    return _change(args, add)


def run_password(args: argparse.Namespace) -> int:
    """Set the password of an account."""
    from dispatch.signing_in import reset_password

    def set_it(engine: Engine, who: Who, at: datetime) -> str:
        reset_password(engine, who, args.account, _password_of(args), at=at)
        return f"{args.account} has a new password, and is signed out everywhere."

    return _change(args, set_it)


def run_disable(args: argparse.Namespace) -> int:
    """Disable an account."""
    from dispatch.account_commands import DisableAccount

    return _ask(args, DisableAccount(args.account, args.reason), "is disabled")


def run_enable(args: argparse.Namespace) -> int:
    """Enable an account."""
    from dispatch.account_commands import EnableAccount

    return _ask(args, EnableAccount(args.account), "can sign in")


def run_list(args: argparse.Namespace) -> int:
    """List the accounts, one a line."""
    try:
        with _engine(args, read_only=True) as engine:
            accounts = [account for _, account in sorted(engine.state.accounts.items())]
    except CannotGo as problem:
        print(f"opsroom user: {problem}", file=sys.stderr)
        return CANNOT
    at = datetime.now(UTC)
    if args.json:
        print(json.dumps([_as_json(account, at) for account in accounts], ensure_ascii=False))
    elif not accounts:
        print("There are no accounts yet: the desk asks for the first administrator, or `opsroom user add` makes one.")
    else:
        _print_table([_row(account, at) for account in accounts])
    return DONE


def _command(
    user: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = user.add_parser(
        name, help=words, description="Exit code 0: done. 1: refused, with the reason. 2: the log cannot be opened."
    )
    if name != "list":
        parser.add_argument("account", metavar="ACCOUNT", help="the name to sign in with")
    # Left out where they are not given, so that they may stand before `user` too.
    parser.add_argument("--log", metavar="PLACE", default=argparse.SUPPRESS,
                        help="an SQLite file or a postgresql:// address (default: the city's)")  # fmt: skip
    parser.add_argument("--city", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="a city folder")
    parser.add_argument("--drill", action="store_true", default=argparse.SUPPRESS, help="the city's drill")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.set_defaults(run=run)
    return parser


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password's line from the input and do not ask for it"
    )


def _password_of(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CannotGo("there is no terminal to ask for the password at: give it by --password-stdin")
    password = getpass.getpass(f"Password of {args.account}: ")
    if getpass.getpass("Once more: ") != password:
        raise CannotGo("the two are not the same; nothing was changed")
    return password


def _ask(args: argparse.Namespace, body: Body, words: str) -> int:
    from dispatch.commands import Command

    def ask(engine: Engine, who: Who, at: datetime) -> str:
        entry = engine.do(Command(f"console-{at.isoformat()}-{type(body).__name__}", at, who, body))
        return f"{args.account} {words}." if entry is not None else f"{args.account} {words} already."

    return _change(args, ask)


def _change(args: argparse.Namespace, change: Callable[[Engine, Who, datetime], str]) -> int:
    from app.wording import sentence
    from dispatch.account import CONSOLE
    from dispatch.commands import Who
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.refused import Refused

    try:
        with _engine(args) as engine:
            who = Who(CONSOLE, "system", "", seat())
            print(change(engine, who, datetime.now(UTC)))
    except Refused as refused:
        print(f"opsroom user: {sentence(refused.code, refused.parameters)}", file=sys.stderr)
        return REFUSED
    except (CannotGo, NotSaved, LogDamaged) as problem:
        print(f"opsroom user: {problem}", file=sys.stderr)
        return CANNOT
    return DONE


@contextlib.contextmanager
def _engine(args: argparse.Namespace, *, read_only: bool = False) -> Iterator[Engine]:
    """Open the log that is meant, which a desk has begun. Raises CannotGo."""
    from dispatch.chain import default_key_folder
    from dispatch.engine import Engine
    from dispatch.log import LogDamaged, NotSaved, open_log

    place = _place(args)
    if "://" not in str(place) and not Path(place).is_file():
        raise CannotGo(f"there is no log at {place} yet: start the desk once, it asks for the first administrator")
    try:
        log = open_log(place, key_folder=args.keys or default_key_folder(), read_only=read_only)
    except (LogDamaged, NotSaved) as problem:
        raise CannotGo(str(problem)) from problem
    try:
        if log.is_read_only and not read_only:
            raise CannotGo(f"{log.held_by or 'another program'} writes this log: close it, or ask its administrator")
        try:
            engine = Engine(log)
        except (LogDamaged, NotSaved) as problem:
            raise CannotGo(str(problem)) from problem
        if engine.state.kind is None:
            raise CannotGo(f"the log {log.name} is empty: start the desk once, it asks for the first administrator")
        yield engine
        engine.stop()
    finally:
        log.close()


def _place(args: argparse.Namespace) -> str | Path:
    if getattr(args, "log", None):
        return str(args.log)
    from app.bootstrap import default_log
    from dispatch.events import LogKind
    from gis.city import City
    from maps.cities.helsinki.build import default_folder

    folder = getattr(args, "city", None) or default_folder()
    try:
        city = City.open(folder)
    except (OSError, ValueError) as problem:
        raise CannotGo(f"the city in {folder} cannot be opened ({problem}): name a --city or a --log") from problem
    return default_log(city, LogKind.DRILL if getattr(args, "drill", False) else LogKind.LIVE)


def _as_json(account: Account, at: datetime) -> dict[str, object]:
    last = account.last_signed_in_at
    return {
        "account": account.id,
        "name": account.name,
        "roles": list(account.roles),
        "department": account.department,
        "disabled": account.is_disabled,
        "locked_until": account.locked_until.isoformat() if account.locked_until and account.is_locked(at) else None,
        "has_password": bool(account.secret_id),
        "must_change": account.must_change,
        "demo": account.is_demo,
        "last_signed_in_at": last.isoformat() if last is not None else None,
        "last_seat": account.last_seat,
    }


def _row(account: Account, at: datetime) -> tuple[str, ...]:
    from app.wording import one_line

    states = [
        f"disabled: {account.disabled_reason}" if account.is_disabled else "",
        f"locked until {account.locked_until:%Y-%m-%d %H:%M} UTC"
        if account.locked_until is not None and account.is_locked(at)
        else "",
        "" if account.secret_id else "no password",
        "temporary password" if account.must_change else "",
        "demonstration" if account.is_demo else "",
    ]
    last = account.last_signed_in_at
    told = f"{last:%Y-%m-%d %H:%M} UTC at {account.last_seat}" if last is not None else "never"
    roles = ", ".join(account.roles) + (f" ({account.department})" if account.department else "")
    parts = (account.id, account.name, roles, "; ".join(each for each in states if each) or "active", told)
    return tuple(one_line(each) for each in parts)


def _print_table(rows: list[tuple[str, ...]]) -> None:
    titles = ("ACCOUNT", "NAME", "ROLES", "STATE", "LAST SIGN-IN")
    widths = [max(_columns(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    for row in (titles, *rows):
        print(
            "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def _columns(text: str) -> int:
    """Count the columns of a terminal that a text fills: Chinese signs fill two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)

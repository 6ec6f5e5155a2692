"""`opsroom server`: the PostgreSQL of a room of seats, prepared, opened to its users, and shown to others."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

DONE, REFUSED, CANNOT = 0, 1, 2
SEAT_FILE_NOTE = (
    "# All that a seat needs to join, its password and the log's key with it: hand it over, then delete it.\n"
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `server` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    server = subparsers.add_parser("server", help="prepare PostgreSQL for a room of seats, and let them in")
    commands = server.add_subparsers(required=True, metavar="COMMAND")
    init = _command(commands, "init", run_init, "make the log, roles, rights, tables and views; harmless when repeated")
    init.add_argument("address", metavar="ADDRESS", help="postgresql://HOST/DATABASE, as the owner of the database")
    _add_schema(init)
    init.add_argument("--upgrade", action="store_true", help="bring what an older program made up to this one")
    for kind, words in (
        ("seat", "make the user of a workstation: reads and adds, never changes"),
        ("admin", "make a user who keeps the shared tables and erases personal data"),
        ("reader", "make a user who reads the views (QGIS, other departments)"),
    ):
        add = _command(commands, f"add-{kind}", run_add, words)
        add.add_argument("name", metavar="NAME")
        _add_log(add)
        _add_schema(add)
        add.add_argument("--password-stdin", action="store_true", help="read the password's line from the input")
        add.add_argument("--renew", action="store_true", help="a new password for one that is there already")
        add.add_argument("--out", type=Path, metavar="FILE", help="write all that it needs there (mode 0600)")
        add.add_argument("--host", default="", help="the server's name as seats reach it (default: as in the address)")
        add.set_defaults(kind=kind)
    join = _command(commands, "join", run_join, "take the file of a seat into this machine's settings, with its key")
    join.add_argument("file", type=Path, metavar="FILE")
    join.add_argument(
        "--sslrootcert", default="", metavar="FILE", help="the authority's certificate that proves the server (PEM)"
    )
    join.add_argument("--keyring", action="store_true", help="keep the password in this machine's keyring, in no file")
    join.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    project = _command(commands, "project", run_project, "keep the shared tables true, until it is stopped")
    _add_log(project)
    _add_schema(project)
    project.add_argument("--once", action="store_true", help="bring them up to date and end")


def run_init(args: argparse.Namespace) -> int:
    """Prepare a database."""
    from dispatch.server_init import prepare

    def work() -> int:
        done = prepare(args.address, schema=args.schema, key_folder=_keys(args), upgrade=args.upgrade)
        before = " was prepared already, and" if done.was_there else ""
        print(f"The schema {done.schema}{before} is ready for seats.")
        print(
            f"Its key is {done.key}: every seat needs a copy (opsroom server add-seat NAME --log ADDRESS --out FILE)."
        )
        if done.postgis is None:
            print("PostGIS is not installed here: the views have longitudes and latitudes and no geometry.")
            print("With it (CREATE EXTENSION postgis), run this again.")
        else:
            print("The views incidents, cases, units and closures have geometry (EPSG:4326).")
        return DONE

    return _guarded(work)


def run_add(args: argparse.Namespace) -> int:
    """Make a user of the server."""
    from dispatch.server_init import add_user, seat_file
    from dispatch.server_settings import is_local, server_text, write_private

    def work() -> int:
        log = _log(args)
        password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else ""
        if args.password_stdin and not password:
            raise ValueError("the input holds no password")
        if args.out is not None and args.out.exists():
            raise ValueError(f"{args.out} is there already")
        user, made = add_user(log, args.name, kind=args.kind, schema=args.schema, password=password, renew=args.renew)
        if args.out is not None:
            needs = seat_file(log, user, made, schema=args.schema, key_folder=_keys(args))
            needs["host"] = args.host or needs["host"]
            if args.kind != "seat":
                needs = {name: value for name, value in needs.items() if name not in ("log_id", "key")}
            write_private(args.out, SEAT_FILE_NOTE + server_text(needs))
            print(f"{user} may connect. {args.out} holds its password; there: opsroom server join {args.out.name}")
            if is_local(needs):
                print(f"It names this machine ({needs['host']}): --host says how others reach the server.")
        elif password:
            print(f"{user} may connect, with the password that was given.")
        else:
            print(f"{user} may connect. Its password, which is shown this once: {made}")
        return DONE

    return _guarded(work)


def run_join(args: argparse.Namespace) -> int:
    """Take a seat's file into the settings of this machine."""
    from dispatch.chain import take_key
    from dispatch.server_settings import KEYRING, hosts_of, read_servers, write_settings

    def work() -> int:
        found = read_servers(args.file)
        if len(found) != 1 or "host" not in found[0]:
            raise ValueError(f"{args.file} is no file of a seat")
        needs = dict(found[0])
        log_id, key = needs.pop("log_id", ""), needs.pop("key", "")
        if args.sslrootcert:
            needs["sslrootcert"] = _authority(args.sslrootcert)
        if args.keyring:
            from dispatch.server_keyring import keep_password

            if not needs.get("password"):
                raise ValueError(f"{args.file} holds no password that the keyring could keep")
            keep_password(needs, needs.pop("password"))
            needs["password_from"] = KEYRING
        if key:
            take_key(_keys(args), log_id, key)
        file = write_settings(needs)
        places = ",".join(host if port == "5432" else f"{host}:{port}" for host, port in hosts_of(needs))
        seat = needs.get("user", "").removeprefix("seat_")
        print(f"{file} knows the server now; delete {args.file}.")
        if args.keyring:
            print("The password stands in this machine's keyring, and in no file but that one.")
        print(f"opsroom --log postgresql://{places}/{needs.get('database', '')} --seat {seat}")
        return DONE

    return _guarded(work)


def run_project(args: argparse.Namespace) -> int:
    """Keep the shared tables true."""
    from dispatch.engine import Engine
    from dispatch.follower import Follower
    from dispatch.log_interface import NotSaved
    from dispatch.log_postgres import PostgresLog
    from dispatch.server_init import in_schema
    from dispatch.server_projection import Projector

    def work() -> int:
        address = in_schema(_log(args), args.schema)
        log = PostgresLog(address, key_folder=_keys(args), read_only=True)
        projector = Projector(address)
        try:
            engine = Engine(log)
            count = projector.write(engine.state)
            print(f"{count} rows are as the log says at entry {engine.state.sequence}.", flush=True)
            if args.once:
                return DONE
            follower = Follower(engine)
            follower.start()
            while True:
                time.sleep(1.0)
                try:
                    projector.write(engine.state)
                except NotSaved as problem:
                    print(f"opsroom server: {problem}; it is tried again", file=sys.stderr)
        except KeyboardInterrupt:
            return DONE
        finally:
            projector.close()
            log.close()

    return _guarded(work)


def _authority(given: str) -> str:
    """Return the file of an authority's certificate as the settings name it. Raises ValueError where it is none."""
    import ssl

    from dispatch.server_settings import SYSTEM_ROOTS

    if given == SYSTEM_ROOTS:
        return given
    file = Path(given).resolve()
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # ssl's own errors are such
        why = "no certificate (PEM) stands in it" if isinstance(error, ssl.SSLError) else error.strerror or "unreadable"
        raise ValueError(f"{given}: {why}") from None
    return str(file)


def _guarded(work: Callable[[], int]) -> int:
    """Do it, and say in one line what was wrong."""
    from dispatch.log_interface import LogDamaged, NotSaved
    from dispatch.server_init import CannotPrepare

    try:
        return work()
    except (CannotPrepare, LogDamaged) as problem:
        print(f"opsroom server: {problem}", file=sys.stderr)
        return REFUSED
    except (NotSaved, ValueError, OSError) as problem:
        print(f"opsroom server: {problem}", file=sys.stderr)
        return CANNOT


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=words, description="Exit code 0: done. 1: refused, with the reason. 2: it cannot be done here."
    )
    parser.set_defaults(run=run)
    return parser


def _add_log(parser: argparse.ArgumentParser) -> None:
    # Left out where it is not given, so that it may stand before `server` too.
    parser.add_argument("--log", metavar="ADDRESS", default=argparse.SUPPRESS, help="postgresql://HOST/DATABASE")


def _add_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--schema", default="", metavar="NAME", help="the schema of the log (default: the database's)")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")


def _log(args: argparse.Namespace) -> str:
    log = str(getattr(args, "log", None) or "")
    if not log.startswith(("postgresql://", "postgres://")):
        raise ValueError("say which database: --log postgresql://HOST/DATABASE")
    return log


def _keys(args: argparse.Namespace) -> Path:
    from dispatch.chain import default_key_folder

    return args.keys or default_key_folder()

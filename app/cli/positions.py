"""`opsroom positions`: hand positions to a room of seats, show the newest, let go of the old ones."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any

DONE, REFUSED, CANNOT = 0, 1, 2
FEED_HELP = """Each line is a position: a JSON object or CSV, with unit_id, lon, lat (WGS 84), fixed_at (ISO 8601 with
its offset, or seconds since 1970), and where known speed_mps and heading_deg. A first line of CSV may name the columns.
Lines that are wrong are counted and told; the others are kept."""


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `positions` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    positions = subparsers.add_parser("positions", help="positions of units, for all seats of a room")
    commands = positions.add_subparsers(required=True, metavar="COMMAND")
    feed = _command(commands, "feed", run_feed, "hand positions to all seats, line by line", more=FEED_HELP)
    feed.add_argument("file", nargs="?", default="-", metavar="FILE", help="where they come from (default: the input)")
    _add_log(feed)
    feed.add_argument("--keys", metavar="FOLDER", default=None, help="where the keys of logs are (your state folder)")
    feed.add_argument("--source", default="gateway", metavar="NAME", help="how this source is called (gateway)")
    feed.add_argument("--practice", action="store_true", help="these are not real: for the log of a drill or exercise")
    feed.add_argument("--follow", action="store_true", help="wait at the end of FILE for what is added to it")
    feed.add_argument("--any-unit", action="store_true", help="hand out units that the log's roster does not know too")
    feed.add_argument("--tell-every", type=float, default=10.0, metavar="S", help="how often to say how it goes (10)")
    show = _command(commands, "show", run_show, "list the newest position of each unit, with its age")
    _add_log(show)
    show.add_argument("units", nargs="*", metavar="UNIT", help="only these")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    keep = _command(commands, "keep", run_keep, "let go of what is past its time; seats do that by themselves too")
    _add_log(keep)


def run_feed(args: argparse.Namespace) -> int:
    """Hand positions out until the input ends."""
    from pathlib import Path

    from app.feeds.positions import Feed
    from dispatch.chain import default_key_folder
    from dispatch.log_interface import LiveLog, NotLive
    from dispatch.log_postgres import PostgresLog
    from dispatch.room.positions import NotPractice, PracticeLog

    def work() -> int:
        keys = Path(args.keys) if args.keys else default_key_folder()
        log = PostgresLog(_log(args), key_folder=keys, read_only=True)
        try:
            proof = PracticeLog(log) if args.practice else LiveLog(log)
            with _opened(args.file) as lines:
                feed = Feed(proof, source=args.source, any_unit=args.any_unit, tell_every_s=args.tell_every)
                return DONE if feed.run(lines, follow=args.follow and args.file != "-") else REFUSED
        except NotLive as problem:
            raise ValueError(f"{problem}: --practice is for those") from None
        except NotPractice as problem:
            raise ValueError(f"{problem}; without --practice positions are real") from None
        finally:
            log.close()

    return _guarded(work)


def run_show(args: argparse.Namespace) -> int:
    """List the newest positions."""
    from app.wording.durations import rough_span
    from app.wording.plain import one_line

    def work() -> int:
        asked = (
            "SELECT unit_id, lon, lat, fixed_at, age_s, speed_mps, heading_deg, source, department, status "
            "FROM unit_positions WHERE cardinality(%s::text[]) = 0 OR unit_id = ANY(%s) ORDER BY unit_id"
        )
        with _asking(args) as connection:
            cursor = connection.execute(asked.encode(), (args.units, args.units))
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
        for row in rows:
            if args.json:
                print(json.dumps({**row, "fixed_at": row["fixed_at"].isoformat(), "age_s": round(row["age_s"], 1)}))
            else:
                unit, source, status = (one_line(row[name] or "", 24) for name in ("unit_id", "source", "status"))
                place = f"{row['lat']:>10.5f} {row['lon']:>11.5f}"
                print(f"{unit:<24} {place}  {rough_span(row['age_s']):>8}  {source:<20} {status}".rstrip())
        if not rows and not args.json:
            print("No position is known.")
        missing = sorted(set(args.units) - {row["unit_id"] for row in rows})
        if missing:
            shown = ", ".join(one_line(unit_id, 24) for unit_id in missing[:5])
            print(f"opsroom positions: none is known of {shown}", file=sys.stderr)
        return REFUSED if missing else DONE

    return _guarded(work)


def run_keep(args: argparse.Namespace) -> int:
    """Let go of what is past its time, and say what stands."""
    from dispatch.room.position_store import let_go_of_old

    def work() -> int:
        with _asking(args) as connection:
            gone = let_go_of_old(connection)
            stands = connection.execute(
                "SELECT level, count(*), coalesce(sum(size), 0), min(written_at) FROM (SELECT level, size, written_at "
                "FROM position_frames UNION ALL SELECT level, size, written_at FROM position_tracks) AS f "
                "GROUP BY level ORDER BY level"
            ).fetchall()
        print("Another seat does that now." if gone is None else f"{gone:,} rows were past their time.")
        for level, count, size, since in stands:
            print(
                f"every {level:>2} s: {count:>8,} frames, {size / 1e6:>8,.1f} MB, since {since:%Y-%m-%d %H:%M:%S} UTC"
            )
        return DONE

    return _guarded(work)


@contextmanager
def _opened(file: str) -> Iterator[BufferedReader]:
    if file == "-":
        yield open(0, "rb", closefd=False)  # noqa: SIM115 - the input as bytes, whatever wraps it
        return
    with open(file, "rb") as lines:  # noqa: PTH123
        yield lines


@contextmanager
def _asking(args: argparse.Namespace) -> Iterator[Any]:
    """Connect as whoever the address means: a reader has no right to open the log."""
    import psycopg

    from dispatch.log_interface import NotSaved
    from dispatch.server_settings import complete

    parts, address = complete(_log(args), defaults={"connect_timeout": "5", "application_name": "opsroom positions"})
    name = f"postgresql://{parts.get('host') or 'localhost'}/{parts.get('dbname') or ''}"
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SET timezone = 'UTC'")
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise ValueError(f"{name}: {str(error).splitlines()[0]}") from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        raise ValueError(f"{name} has no store for positions: opsroom server init makes it") from None
    except psycopg.Error as error:
        raise NotSaved("connection_lost", f"{name}: {(str(error).splitlines() or ['failed'])[0]}") from None


def _guarded(work: Callable[[], int]) -> int:
    """Do it, and say in one line what was wrong."""
    from app.wording.plain import one_line
    from dispatch.log_interface import LogDamaged, NotSaved

    try:
        return work()
    except (LogDamaged, NotSaved, ValueError, OSError) as problem:
        print(f"opsroom positions: {one_line(problem, 400)}", file=sys.stderr)
        return CANNOT


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    words: str,
    *,
    more: str = "",
) -> argparse.ArgumentParser:
    codes = "Exit code 0: done. 1: something was wrong with what was given. 2: it cannot be done here."
    parser = commands.add_parser(name, help=words, description=f"{more} {codes}".strip())
    parser.set_defaults(run=run)
    return parser


def _add_log(parser: argparse.ArgumentParser) -> None:
    # Left out where it is not given, so that it may stand before `positions` too.
    parser.add_argument("--log", metavar="ADDRESS", default=argparse.SUPPRESS, help="postgresql://HOST/DATABASE")


def _log(args: argparse.Namespace) -> str:
    log = str(getattr(args, "log", None) or "")
    if not log.startswith(("postgresql://", "postgres://")):
        raise ValueError("say which room: --log postgresql://HOST/DATABASE")
    seat = str(getattr(args, "seat", "") or "")
    if not seat:
        return log
    from dispatch.server_settings import with_seat

    return with_seat(log, seat)

"""A log as it stands, and which of its days are meant: what `figures` and `report` both ask for."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.paper.origin import Origin
    from dispatch.figures.period import Period
    from dispatch.state import State


@dataclass(frozen=True, slots=True)
class ReadLog:
    """Hold what a log says, with its name and its head as it is printed."""

    state: State
    name: str
    head: str


def add_log(parser: argparse.ArgumentParser) -> None:
    """Add the log, its keys and the period (`month`, `week`, or `first` and `last`)."""
    parser.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", type=month_day, metavar="YYYY-MM", help="a month (default: that of the last entry)")
    when.add_argument("--week", type=day_of, metavar="DATE", help="the week, Monday to Sunday, that holds a day")
    when.add_argument("--from", type=day_of, dest="first", metavar="DATE", help="the first day")
    parser.add_argument("--to", type=day_of, dest="last", metavar="DATE", help="the last day, with --from (the same)")


def read_log(args: argparse.Namespace) -> ReadLog:
    """Read the log that is asked for. Raises LogDamaged, NotSaved; ValueError where there is none, or nothing in it."""
    from dispatch.chain import default_key_folder
    from dispatch.log import open_log
    from dispatch.state import FOLD_VERSION, State, fold

    if "://" not in args.log and not Path(args.log).is_file():
        raise ValueError(f"{args.log}: there is no such file")
    log = open_log(args.log, key_folder=args.keys or default_key_folder(), read_only=True)
    try:
        start = log.load_checkpoint(FOLD_VERSION) or State()
        read = ReadLog(fold(start, log.read(after=start.sequence)), log.name, str(log.chain_head() or ""))
    finally:
        log.close()
    if read.state.at is None:
        raise ValueError(f"{args.log} is empty")
    return read


def origin_of(read: ReadLog) -> Origin:
    """Say where a report comes from that is printed now."""
    import getpass

    from app.paper.origin import Origin

    return Origin(read.state.city, read.name, read.head, getpass.getuser(), datetime.now(UTC))


def period_of(args: argparse.Namespace, state: State) -> Period:
    """Return the period that is asked for, in the log's time zone. Raises ValueError."""
    from zoneinfo import ZoneInfo

    from dispatch.figures.period import days, month_of, week_of

    zone = state.time_zone
    if args.last is not None and args.first is None:
        raise ValueError("--to needs --from")
    if args.first is not None:
        return days(args.first, args.last or args.first, zone)
    if args.week is not None:
        return week_of(args.week, zone)
    assert state.at is not None
    return month_of(args.month or state.at.astimezone(ZoneInfo(zone)).date(), zone)


def month_day(words: str) -> date:
    """Read a month as its first day. Raises ArgumentTypeError."""
    return day_of(f"{words}-01")


def day_of(words: str) -> date:
    """Read a day. Raises ArgumentTypeError."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = date.min
    if not 1971 <= day.year <= 2300:
        raise argparse.ArgumentTypeError(f"{words!r} is no such date; write 2026-10-31, or 2026-10 for a month")
    return day

"""`opsroom report`: the report on urban management of a month, a week or some days, from a log alone."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.figures.report import Origin
    from dispatch.figures.period import Period
    from dispatch.state import State

WRITTEN, CANNOT = 0, 2
FORMS = (".pdf", ".html", ".csv")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `report`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = subparsers.add_parser(
        "report",
        help="the monthly report on urban management",
        description="Writes the report of a period: the figures with what they count, departments by the score sheet, "
        "charts, places, what is overdue, and the head of the log. The figures are those of `opsroom figures`. Exit "
        "code 0: written. 2: the log or the indicators cannot be read, or the file cannot be written.",
    )
    parser.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .pdf, .html or .csv file")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", type=_month, metavar="YYYY-MM", help="a month (default: that of the last entry)")
    when.add_argument("--week", type=_day, metavar="DATE", help="the week, Monday to Sunday, that holds a day")
    when.add_argument("--from", type=_day, dest="first", metavar="DATE", help="the first day")
    parser.add_argument("--to", type=_day, dest="last", metavar="DATE", help="the last day, with --from (the same)")
    parser.add_argument("--profile", default="", metavar="ID", help="how a city counts (default: the first, gb)")
    parser.add_argument("--city", type=Path, metavar="DIR", help="a city's folder, whose own indicators.toml counts")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the report of a log; return the exit code."""
    from dispatch.log import LogDamaged, NotSaved
    from gis.located_toml import BadFile

    try:
        if args.out.suffix.casefold() not in FORMS:
            raise ValueError(f"--out {args.out}: end it in {', '.join(FORMS)}")
        if args.out.exists() and Path(args.log).exists() and args.out.samefile(args.log):
            raise ValueError(f"{args.out} is the log itself")
        print(_write(args))
    except (LogDamaged, NotSaved, BadFile, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or args.out}: {error.strerror or error}")
    return WRITTEN


def _write(args: argparse.Namespace) -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from app.cli.recorded import days_of, record_export
    from app.figures.count import Asked, Counter
    from app.figures.own import GROUPS
    from app.figures.report_paper import write_report
    from dispatch.figures.indicators_file import profiles_of

    profiles = profiles_of(args.city)
    try:
        profiles.of(args.profile)
    except KeyError:
        known = ", ".join(each.id for each in profiles.profiles)
        raise ValueError(f"--profile: {args.profile!r} is none; there are {known}") from None
    state, origin = _read(args)
    assert state.at is not None
    asked = Asked(_period(args, state), args.profile, GROUPS)
    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    counted = Counter(args.city).count(state, asked, state.at)
    said = write_report(counted, origin, args.out, args.language)
    detail = f"{days_of(asked.period)}, {counted.figures.profile.id}, {args.out.name}"
    record_export(args.log, "figures", detail, keys=args.keys)
    del application
    return said


def _read(args: argparse.Namespace) -> tuple[State, Origin]:
    import getpass

    from app.figures.report import Origin
    from dispatch.chain import default_key_folder
    from dispatch.log import open_log
    from dispatch.state import FOLD_VERSION, State, fold

    if "://" not in args.log and not Path(args.log).is_file():
        raise ValueError(f"{args.log}: there is no such file")
    log = open_log(args.log, key_folder=args.keys or default_key_folder(), read_only=True)
    try:
        start = log.load_checkpoint(FOLD_VERSION) or State()
        state = fold(start, log.read(after=start.sequence))
        head = str(log.chain_head() or "")
        name = log.name
    finally:
        log.close()
    if state.at is None:
        raise ValueError(f"{args.log} is empty")
    return state, Origin(state.city, name, head, getpass.getuser(), datetime.now(UTC))


def _period(args: argparse.Namespace, state: State) -> Period:
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


def _failed(why: str) -> int:
    print(f"opsroom report: {why}", file=sys.stderr)
    return CANNOT


def _month(words: str) -> date:
    return _day(f"{words}-01")


def _day(words: str) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = date.min
    if not 1971 <= day.year <= 2300:
        raise argparse.ArgumentTypeError(f"{words!r} is no such date; write 2026-10-31, or 2026-10 for a month")
    return day

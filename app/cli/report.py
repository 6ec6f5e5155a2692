"""`opsroom report month | times | demand`: what a log says of urban management, response times and demand.

`opsroom report LOG ...` is `opsroom report month LOG ...`: scripts that were written before there were two go on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.demand import add_demand
from app.cli.log_period import add_log, origin_of, period_of, read_log
from app.cli.times import add_times

if TYPE_CHECKING:
    pass

WRITTEN, CANNOT = 0, 2
FORMS = (".pdf", ".html", ".csv")
REPORTS = ("month", "times", "demand")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `report` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    commands = subparsers.add_parser(
        "report",
        help="reports from a log alone: a month of urban management, response times, demand",
        description="`opsroom report LOG ...` is `opsroom report month LOG ...`.",
    ).add_subparsers(required=True, metavar="REPORT")
    month = commands.add_parser(
        "month",
        help="the monthly report on urban management",
        description="Writes the report of a period: the figures with what they count, departments by the score sheet, "
        "charts, places, what is overdue, and the head of the log. The figures are those of `opsroom figures`. Exit "
        "code 0: written. 2: the log or the indicators cannot be read, or the file cannot be written.",
    )
    add_log(month)
    month.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .pdf, .html or .csv file")
    month.add_argument("--profile", default="", metavar="ID", help="how a city counts (default: the first, gb)")
    month.add_argument("--city", type=Path, metavar="DIR", help="a city's folder, whose own indicators.toml counts")
    month.add_argument("--language", choices=("en", "zh"), default="en")
    month.set_defaults(run=run)
    add_times(commands)
    add_demand(commands)


def with_report_named(arguments: Sequence[str]) -> list[str]:
    """Return the words of a command line with `month` put in where `report` is followed by no report's name."""
    words = list(arguments)
    if words[:1] == ["report"] and words[1:2] and words[1] not in (*REPORTS, "-h", "--help"):
        words.insert(1, REPORTS[0])
    return words


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
    read = read_log(args)
    state, origin = read.state, origin_of(read)
    assert state.at is not None
    asked = Asked(period_of(args, state), args.profile, GROUPS)
    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    counted = Counter(args.city).count(state, asked, state.at)
    said = write_report(counted, origin, args.out, args.language)
    detail = f"{days_of(asked.period)}, {counted.figures.profile.id}, {args.out.name}"
    record_export(args.log, "figures", detail, keys=args.keys)
    del application
    return said


def _failed(why: str) -> int:
    print(f"opsroom report month: {why}", file=sys.stderr)
    return CANNOT

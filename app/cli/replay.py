"""`opsroom replay`: a log played back in the ordinary window, as it was."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

LEFT, CANNOT, NO_DISPLAY = 0, 2, 3


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `replay`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = subparsers.add_parser(
        "replay",
        help="play a log back in the ordinary window",
        description="Shows a live log, a drill, an exercise, history or a simulation as it was at any moment. The log "
        "is only read, also beside a desk that writes it. Exit code 0: left. 2: the log, its city or an instant cannot "
        "be read. 3: there is no display.",
    )
    parser.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
    parser.add_argument(
        "--city", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="the city's folder (default: Helsinki)"
    )
    parser.add_argument(
        "--at", metavar="INSTANT", help="begin there, such as 2017-01-03T18:30 (without a zone: the city's clock)"
    )
    parser.add_argument(
        "--from", dest="since", metavar="INSTANT", help="hold nothing before that (default: the last 250,000 entries)"
    )
    parser.add_argument("--language", choices=("en", "zh"), default=argparse.SUPPRESS, help="the language of the desk")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the replay until it is left; return the exit code."""
    from app import system_check

    missing = system_check.missing_packages(with_display=system_check.has_display())
    if missing:
        print(system_check.advice(missing), file=sys.stderr)
        return NO_DISPLAY
    if not system_check.has_display():
        print("opsroom: there is no display here to replay on", file=sys.stderr)
        return NO_DISPLAY
    from app.garbage import by_hand

    with by_hand():
        from app.replay.opening import run as show

        return show(args)

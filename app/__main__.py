"""The command `opsroom`: without a word it runs the desk; with one, what the modules of `app/cli` offer."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

READER_LEFT = 141  # what a shell says of a program whose pipe was closed
INTERRUPTED = 130  # and of one that was ended with Ctrl+C


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with every command; importing those that only describe themselves costs little."""
    parser = argparse.ArgumentParser(
        prog="opsroom",
        description="Geospatial command and dispatch for cities. Without a command: the desk, in a window.",
        epilog="Without a display the desk plays its drill and writes pictures of it instead.",
    )
    parser.add_argument("--city", type=Path, metavar="DIR", help="a city folder (default: the bundled Helsinki)")
    parser.add_argument(
        "--log", metavar="PLACE", help="an SQLite file or a postgresql:// address (default: one a city)"
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--live", action="store_true", help="the city's live log (this is the default)")
    kind.add_argument("--drill", action="store_true", help="a drill, in a log of its own, with simulated crews")
    parser.add_argument("--new-drill", action="store_true", help="put the last drill's log aside and begin again")
    parser.add_argument("--read-only", action="store_true", help="watch a log that somebody else writes")
    parser.add_argument("--seat", default="", metavar="NAME", help="the seat's name (default: this machine's)")
    parser.add_argument("--operator", default="", metavar="NAME", help="who sits there (default: the user's name)")
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--night", dest="look", action="store_const", const="night", help="dark colours (the default)")
    look.add_argument("--day", dest="look", action="store_const", const="day", help="light colours")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="the language of the desk")
    parser.add_argument("--pictures", type=Path, default=Path("pictures"), metavar="DIR",
                        help="where pictures go when there is no display (default: pictures)")  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    from app.cli import COMMANDS

    for name in COMMANDS:
        importlib.import_module(f"app.cli.{name}").add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code. Ctrl+C ends it at any moment, in a line instead of a traceback."""
    try:
        return _run(argv)
    except KeyboardInterrupt:
        with contextlib.suppress(OSError, ValueError):  # nobody may read it any more
            sys.stderr.write("opsroom: interrupted\n")
        return INTERRUPTED


def _run(argv: Sequence[str] | None) -> int:
    from app.cli.report import with_report_named

    arguments = make_parser().parse_args(with_report_named(sys.argv[1:] if argv is None else argv))
    if arguments.command is not None:
        return _run_command(arguments)
    from app import system_check

    has_display = system_check.has_display()
    missing = system_check.missing_packages(with_display=has_display)
    if missing:
        sys.stderr.write(system_check.advice(missing) + "\n")
        return 3
    if not has_display:
        return _play_pictures(arguments)
    from app.garbage import by_hand

    with by_hand():
        from app.start import run

        return run(arguments)


def _run_command(arguments: argparse.Namespace) -> int:
    """Run a command; neither an old console's letters nor a reader that has seen enough end it in a traceback.

    What goes to a file or another program is UTF-8 everywhere: JSON is, and Windows would write its code page.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    return code


def _play_pictures(arguments: argparse.Namespace) -> int:
    sys.stdout.write(
        f"There is no display here: the drill is played without one, its pictures go to {arguments.pictures}.\n"
    )
    from app.garbage import by_hand

    with by_hand():
        from app.demo import play_offscreen

        out, city = arguments.pictures, arguments.city
        play_offscreen(out, city_folder=city, report=lambda words: sys.stdout.write(words + "\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

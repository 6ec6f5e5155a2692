"""`opsroom demo`: the opening drill without a display, as pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `demo`."""
    parser = subparsers.add_parser(
        "demo", help="play the opening drill without a display and write a picture of every step"
    )
    parser.add_argument("--offscreen", action="store_true", help="use no display (it never does; said for clarity)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the pictures go")
    parser.add_argument(
        "--city", type=Path, metavar="DIR", help="a city folder with an opening.toml (default: Helsinki)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play it; return 0, or 2 with the reason where it cannot be played."""
    from app import system_check

    missing = system_check.missing_packages(with_display=False)
    if missing:
        sys.stderr.write(system_check.advice(missing) + "\n")
        return 3
    from app.demo import play_offscreen
    from app.start_error import StartError

    try:
        pictures = play_offscreen(arguments.out, city_folder=arguments.city, report=print)
    except (StartError, OSError, ValueError) as problem:
        print(f"The demo cannot be played: {problem}", file=sys.stderr)
        return 2
    print(f"{len(pictures)} pictures in {arguments.out}")
    return 0

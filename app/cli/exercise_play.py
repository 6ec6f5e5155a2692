"""`opsroom exercise play`: an exercise in the ordinary window, decided against the clock."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.exercise_parts import exercise_file, exercise_of, keys_of
from app.cli.given import instant

if TYPE_CHECKING:
    from gis.city import City

CANNOT, NO_DISPLAY = 2, 3


def add_play(commands: Any) -> None:
    """Add `play`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = commands.add_parser(
        "play",
        help="play an exercise in the ordinary window",
        description="A scenario or a stretch of history begins a new exercise in the log OUT; with neither, the "
        "exercise in that log is gone on with. The window is the desk's own; nothing of it reaches a live log, a feed "
        "or a person. Exit code 0: left, the log is kept. 1: given up while it was being opened. 2: it cannot be made "
        "or opened. 3: there is no display.",
    )
    parser.add_argument("scenario", nargs="?", type=Path, metavar="SCENARIO", help="a scenario's TOML file")
    parser.add_argument(
        "--history", type=exercise_file, metavar="LOG", help="a log of history (`opsroom history import`)"
    )
    parser.add_argument("--from", dest="from_at", type=instant, metavar="INSTANT", help="where the stretch begins")
    parser.add_argument("--until", type=instant, metavar="INSTANT", help="where it ends, a day later at most")
    parser.add_argument("--start", type=instant, metavar="INSTANT", help="when a scenario begins (default: 08:00 UTC "
                        "of 1 January 2026)")  # fmt: skip
    parser.add_argument("--seed", type=int, metavar="N", help="of the crews (default: the scenario's, or 1)")
    parser.add_argument(
        "--log", type=exercise_file, required=True, metavar="OUT", help="the exercise's log, new or to go on with"
    )
    parser.add_argument("--trainer", action="store_true", help="with a window for the trainer, who leads it")
    parser.add_argument(
        "--city", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="the city's folder (default: Helsinki)"
    )
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--language", choices=("en", "zh"), default=argparse.SUPPRESS, help="the language of the desk")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the exercise until it is left; return the exit code."""
    problem = asked_wrongly(args)
    if problem:
        return _failed(problem, CANNOT)
    from app import system_check

    missing = system_check.missing_packages(with_display=system_check.has_display())
    if missing:
        return _failed(system_check.advice(missing), NO_DISPLAY)
    if not system_check.has_display():
        return _failed("there is no display here to play on: `opsroom exercise run` plays without a window", NO_DISPLAY)
    is_new = args.scenario is not None or args.history is not None
    from app.garbage import by_hand

    with by_hand():
        from app.exercise.opening import run as show

        return show(args, keys_of(args), partial(make_exercise, args) if is_new else None)


def make_exercise(args: argparse.Namespace, city: City) -> None:
    """Write a new log with the exercise that the args name, whole or not at all; nothing of it is played yet.

    Raises BadExercise, BadFile, NotSaved, LogDamaged, OSError.
    """
    from dispatch.exercise.beside import write_exercise
    from dispatch.exercise.new_log import new_log
    from dispatch.exercise.run import ExerciseRun
    from dispatch.exercise.training_log import TrainingLog
    from dispatch.straight import StraightGround

    exercise, outcome = exercise_of(args, city)
    args.log.parent.mkdir(parents=True, exist_ok=True)
    with new_log(args.log, key_folder=keys_of(args)) as log:
        write_exercise(args.log, exercise, outcome)
        ExerciseRun(exercise, TrainingLog(log), StraightGround())  # its beginning asks for no way


def asked_wrongly(args: argparse.Namespace) -> str:
    """Say what is wrong with the arguments; empty where nothing is."""
    is_new = args.scenario is not None or args.history is not None
    if args.scenario is not None and args.history is not None:
        return "name either a scenario or --history LOG"
    if args.history is not None and (args.from_at is None or args.until is None):
        return "a stretch of history needs --from and --until"
    if is_new and args.log.exists():
        return f"{args.log} is there already: leave the scenario out to go on with it, or name another log"
    if not is_new and not args.log.exists():
        return f"there is no exercise {args.log}: name a scenario or --history LOG to make one"
    return ""


def _failed(words: str, code: int) -> int:
    from app.wording.plain import plain

    print(f"opsroom exercise play: {plain(words, 2_000)}", file=sys.stderr)
    return code

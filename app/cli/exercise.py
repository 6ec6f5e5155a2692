"""`opsroom exercise run | play | branch | score | show`: play an exercise, take another branch of it, score it.

Exit codes: 0 done; 1 it could not be done; 2 wrong arguments; 143 it was told to end (SIGTERM).
`run --json` and `branch --json` print {log, name, source, start_at, lasts_s, seed, incidents, entries, refused,
seconds}; `score --json` prints the debriefing (see `dispatch.exercise.debriefing`): {name, ..., columns, score
{decisions, incidents, totals, marks, deadlines}, timeline, tracks, stations, closures}, the same bytes each time.
`show --json` prints {log, root, branches, decisions [{number, at_s, trainee, what, incident, kind, place, units}]}.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.exercise_parts import check_out, city_of, exercise_file, exercise_of, keys_of, played_in, player_of
from app.cli.exercise_play import add_play
from app.cli.exercise_report import add_reports
from app.cli.given import instant
from app.cli.told_to_end import ends_when_told

if TYPE_CHECKING:
    from dispatch.events import Entry
    from dispatch.exercise.debriefing import Debriefing
    from dispatch.exercise.run import ExerciseRun
    from dispatch.log_interface import Log

DONE, FAILED, USAGE = 0, 1, 2
POLICIES = ("none", "nearest", "plan", "record")


def add_commands(subparsers: Any) -> None:
    """Add `exercise` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    commands = subparsers.add_parser(
        "exercise", help="play an exercise from a scenario or from history, and score it"
    ).add_subparsers(required=True, metavar="COMMAND")
    playing = commands.add_parser(
        "run",
        help="play an exercise to its end without a window",
        description="A policy or a script decides in the trainee's place. The log is an exercise: no feed and no live "
        "desk takes it. The exercise, its outcome and what was refused stand beside it.",
    )
    playing.add_argument("scenario", nargs="?", type=Path, metavar="SCENARIO", help="a scenario's TOML file")
    playing.add_argument(
        "--history", type=exercise_file, metavar="LOG", help="a log of history (`opsroom history import`)"
    )
    playing.add_argument("--from", dest="from_at", type=instant, metavar="INSTANT", help="where the stretch begins")
    playing.add_argument("--until", type=instant, metavar="INSTANT", help="where it ends, a day later at most")
    playing.add_argument("--start", type=instant, metavar="INSTANT", help="when a scenario begins (default: 08:00 UTC "
                         "of 1 January 2026)")  # fmt: skip
    playing.add_argument("--seed", type=int, metavar="N", help="of the crews (default: the scenario's, or 1)")
    _addplayer_of(playing)
    playing.set_defaults(run=ends_when_told(run_play))
    add_play(commands)
    branching = commands.add_parser("branch", help="go back to a decision and take another, in a log of its own")
    branching.add_argument(
        "exercise", type=exercise_file, metavar="LOG", help="the log of an exercise, or a branch of one"
    )
    branching.add_argument("--before", type=int, required=True, metavar="N", help="the entry of the decision (`show`)")
    branching.add_argument("--label", default="", help="what this branch is about")
    _addplayer_of(branching)
    branching.set_defaults(run=ends_when_told(run_branch))
    scoring = commands.add_parser("score", help="score every decision of an exercise")
    scoring.add_argument("exercise", type=exercise_file, metavar="LOG", help="the log of an exercise")
    scoring.add_argument("--no-best", action="store_true", help="do not play it once more as planned, to compare")
    scoring.add_argument("--no-coverage", action="store_true", help="leave out what part of the demand stays in reach")
    scoring.add_argument("--out", type=Path, metavar="FILE.json", help="write the whole debriefing there")
    _add_common(scoring)
    scoring.set_defaults(run=ends_when_told(run_score))
    showing = commands.add_parser("show", help="list the decisions of an exercise, and its branches")
    showing.add_argument("exercise", type=exercise_file, metavar="LOG", help="the log of an exercise")
    showing.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    showing.add_argument("--json", action="store_true", help="print one JSON object")
    showing.set_defaults(run=run_show)
    add_reports(commands)


def _addplayer_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--log", type=exercise_file, required=True, metavar="OUT", help="the new log")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--policy", choices=POLICIES, help="who decides: nobody, the nearest for each, the plan for all, "
                     "or whom the record sent (default: plan)")  # fmt: skip
    who.add_argument("--script", type=Path, metavar="FILE.toml", help="what the trainees do and when")
    parser.add_argument("--wait", type=float, default=0.0, metavar="S", help="seconds before a policy serves an "
                        "incident (default: 0)")  # fmt: skip
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="the city's folder")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_play(args: argparse.Namespace) -> int:
    """Play a scenario or a stretch of history."""
    from dispatch.exercise.beside import keeping_refusals, write_exercise
    from dispatch.exercise.new_log import new_log
    from dispatch.exercise.run import ExerciseRun
    from dispatch.exercise.training_log import TrainingLog

    if (args.scenario is None) == (args.history is None):
        return _failed("name either a scenario or --history LOG", USAGE)
    if args.history is not None and (args.from_at is None or args.until is None):
        return _failed("a stretch of history needs --from and --until", USAGE)

    def play() -> dict[str, Any]:
        city, ground = city_of(args)
        exercise, outcome = exercise_of(args, city)
        player = player_of(args, exercise, ground, outcome)
        with new_log(args.log, key_folder=keys_of(args)) as log:
            write_exercise(args.log, exercise, outcome)
            run = ExerciseRun(exercise, TrainingLog(log), ground, player=player, refused=keeping_refusals(args.log))
            _to_the_end(run, args)
        return _told(args.log, run)

    return _guarded(args, play)


def run_branch(args: argparse.Namespace) -> int:
    """Take a branch and play it to the end."""
    from dispatch.exercise.beside import keeping_refusals, read_outcome, read_refusals
    from dispatch.exercise.branches import new_branch
    from dispatch.exercise.planned_file import read_planned
    from dispatch.exercise.run import ExerciseRun
    from dispatch.exercise.training_log import TrainingLog
    from dispatch.log import open_log

    def play() -> dict[str, Any]:
        exercise, _, ground = played_in(args)
        source = open_log(args.exercise, key_folder=keys_of(args), read_only=True)
        try:
            outcome = read_outcome(args.exercise, exercise)
            player = player_of(args, exercise, ground, outcome, from_entry=_entry(source, args.before))
            with new_branch(
                source, args.exercise, args.before, args.log, key_folder=keys_of(args), label=args.label
            ) as (log, branch):
                run = ExerciseRun(
                    exercise, TrainingLog(log), ground, player=player, at=branch.at, planned=read_planned(args.log),
                    refusals=read_refusals(args.log), refused=keeping_refusals(args.log),
                )  # fmt: skip
                _to_the_end(run, args)
        finally:
            source.close()
        return _told(args.log, run)

    return _guarded(args, play)


def run_score(args: argparse.Namespace) -> int:
    """Score an exercise."""
    from app.city_files import targets_of
    from app.cli.exercise_words import print_score
    from dispatch.coverage import Coverage
    from dispatch.demand.cells import demand_of
    from dispatch.exercise.beside import read_outcome, read_refusals
    from dispatch.exercise.debriefing import encode_debriefing
    from dispatch.exercise.whole import debrief_log
    from dispatch.whole_file import write_whole

    def do() -> Debriefing:
        exercise, city, ground = played_in(args)
        entries = _entries(args)
        coverage = None if args.no_coverage else Coverage(ground, demand_of(city), targets_of(city)[0])
        return debrief_log(
            exercise, entries, ground, outcome=read_outcome(args.exercise, exercise),
            refusals=read_refusals(args.exercise), coverage=coverage, with_best=not args.no_best,
            name=args.exercise.name, say=_progress(args),
        )  # fmt: skip

    def told() -> dict[str, Any]:
        check_out(args.exercise, args.out)
        found = do()
        content = encode_debriefing(found)
        if args.out is not None:
            write_whole(args.out, content)
        if args.json:
            sys.stdout.write(content.decode() + "\n")
        else:
            print_score(found)
        return {}

    return _guarded(args, told)


def run_show(args: argparse.Namespace) -> int:
    """List the decisions at which another branch may be taken, and the branches that were."""
    import msgspec

    from app.cli.exercise_shown import decision_rows, row_line
    from dispatch.exercise.beside import read_exercise
    from dispatch.exercise.branches import decisions, read_tree
    from dispatch.exercise.retrace import check_played
    from dispatch.log_export import one_line

    def show() -> dict[str, Any]:
        exercise, tree, entries = read_exercise(args.exercise), read_tree(args.exercise), _entries(args)
        check_played(exercise, entries, str(args.exercise))
        found = decision_rows(entries, decisions(entries), exercise.start_at)
        branches = msgspec.to_builtins(tree.branches)
        if args.json:
            print(json.dumps({"log": args.exercise.name, "root": tree.root, "branches": branches, "decisions": found}))
            return {}
        for row in found:
            print(row_line(row))
        for each in tree.branches:
            log, parent, label = map(one_line, (each.log, each.parent, each.label))
            print(f"branch {log}: from {parent} before entry {each.before} {label}")
        return {}

    return _guarded(args, show)


def _entry(log: Log, number: int) -> Entry | None:
    if not 0 < number <= log.head:
        return None
    return next((each for each in log.read(after=number - 1) if each.sequence == number), None)


def _entries(args: argparse.Namespace) -> list[Entry]:
    from dispatch.events import LogKind
    from dispatch.exercise.training_log import NotForTraining
    from dispatch.log import open_log

    log = open_log(args.exercise, key_folder=keys_of(args), read_only=True)
    try:
        if log.kind is not LogKind.EXERCISE:
            words = f"{args.exercise} is no exercise but {log.kind or 'empty'}"
            raise NotForTraining("training_not_exercise", words, log=str(args.exercise))
        return list(log.read())
    finally:
        log.close()


def _to_the_end(run: ExerciseRun, args: argparse.Namespace) -> None:
    say, last = _progress(args), run.exercise.last_tick + 1
    while not run.is_over:
        run.step()
        if run.next_tick % 60 == 0:
            say(run.next_tick / last, "playing")


def _told(log: Path, run: ExerciseRun) -> dict[str, Any]:
    exercise = run.exercise
    return {
        "log": str(log), "name": exercise.name, "source": exercise.source, "start_at": exercise.start_at.isoformat(),
        "lasts_s": exercise.lasts_s, "seed": exercise.seed, "incidents": len(exercise.incoming),
        "entries": run.state.sequence, "refused": len(run.refusals),
    }  # fmt: skip


def _progress(args: argparse.Namespace) -> Any:
    from app.cli.progress import Progress

    return Progress(quiet=args.quiet)


def _guarded(args: argparse.Namespace, work: Any) -> int:
    """Do it, and say in one line what stood in the way; a dictionary is what is printed."""
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.refused import Refused
    from gis.city import CityError

    started = time.perf_counter()
    try:
        told = work()
    except (CityError, LogDamaged, NotSaved, ValueError, OSError) as error:
        return _failed(error)
    except Refused as refused:
        return _failed(f"the log refuses it: {refused}")
    except KeyboardInterrupt:
        return _failed("interrupted")
    if told:
        from dispatch.log_export import one_line

        told["seconds"] = round(time.perf_counter() - started, 1)
        if args.json:
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(f"{one_line(told['log'])}: {one_line(told['name'])}, {told['incidents']} incidents, "
                  f"{told['entries']} entries, {told['refused']} refused, in {told['seconds']} s")  # fmt: skip
    return DONE


def _failed(error: object, code: int = FAILED) -> int:
    from dispatch.log_export import one_line

    for line in str(error).splitlines() or [""]:
        print(f"opsroom exercise: {one_line(line)}", file=sys.stderr)
    return code

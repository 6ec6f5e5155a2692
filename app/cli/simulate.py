"""The command `opsroom simulate`: what policies come to on the same incidents, in a city that runs on a virtual clock.

Exit codes: 0 done; 1 it could not be done, or was interrupted; 2 wrong arguments or a bad scenario;
143 it was told to end (SIGTERM).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.told_to_end import ends_when_told

if TYPE_CHECKING:
    from app.cli.simulate_said import Said
    from dispatch.sim.against import Against
    from dispatch.sim.replicate import Case, Compared

DONE, FAILED, USAGE = 0, 1, 2
FORMS = (".html", ".pdf")
FIRST, SECOND = "A", "B"


def add_commands(subparsers: Any) -> None:
    """Add `simulate`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = subparsers.add_parser(
        "simulate",
        help="what policies come to, on the same incidents",
        description="Runs a scenario (TOML) on a virtual clock through the rules that decide everything else. Policies "
        "share their chances: the difference of two is paired, replication by replication. The same seed gives the "
        "same log, byte by byte. Nothing of it reaches a live log. With --against two scenarios stand side by side: a "
        "station closed, another roster, more calls.",
    )
    parser.add_argument("--scenario", type=Path, required=True, metavar="FILE.toml", help="what to simulate")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME",
        help="closest, joint, redirect, dmexclp, compliance, or one of the scenario's; several are compared with the "
        "first (default: the scenario's first)",
    )  # fmt: skip
    parser.add_argument(
        "--against", type=Path, metavar="FILE.toml", help="set this scenario (B) beside the first one (A), paired"
    )
    parser.add_argument(
        "--held-out", type=_folds, metavar="K",
        help="set the record beside days that nothing was fitted to: K parts, each simulated from the others",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=_report, action="append", default=[], metavar="FILE", help="write a report: .html or .pdf"
    )
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the report (en)")
    parser.add_argument("--replications", type=_count, metavar="N", help="how often (default: the scenario's)")
    parser.add_argument("--seed", type=int, metavar="N", help="another number, other chances (the scenario's)")
    parser.add_argument("--processes", type=_count, default=1, metavar="N", help="how many runs at once (1)")
    parser.add_argument("--log", type=Path, metavar="OUT", help="keep the first run: .jsonl as text, else a log")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=ends_when_told(run))


def run(args: argparse.Namespace) -> int:
    """Simulate, and say what it came to.

    With --json it prints {scenario, city, start_at, days, seed, replications, processes, seconds, incidents_per_second,
    policies {id: {figures {name: {mean, half, n}}, runs [{replication, entries, refused, sha256, figures}]}},
    differences {id: {figure: {mean, half, n}}} (that policy minus the first, paired), cases {id: {scenario, policy}},
    recorded {figures, by_station, by_hour, station_p90, hour_p90, station_error_s, hour_error_s, distance, unreached,
    held_out} where recorded incidents happen again, told [text], log, reports}. `half` is half the width of the 95 %
    interval, null for one run. With --against the ids are A and B.
    """
    from app.cli.progress import Progress
    from app.cli.simulate_said import Said, as_json, lines_of
    from dispatch.history.table import TableError
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.sim.build import CannotBuild
    from dispatch.sim.replicate import Cancelled
    from dispatch.sim.study_file import BadFile
    from gis.city import CityError
    from gis.roads import RoadsError

    if args.log is not None and args.log.exists():
        return _failed(args, f"{args.log} is there already: a simulation goes into a log of its own", FAILED)
    progress = Progress(quiet=args.quiet)
    try:
        _stand_clear(args)
        cases = _cases(args, progress)
        compared, against, seconds = _compared(cases, args, progress)
        said = Said(cases, compared, against, seconds, args.processes, args.log, tuple(map(str, args.out)))
        for file in args.out:
            progress(0.99, "writing the report")
            _write(said, file, args.language)
    except (BadFile, CannotBuild, CityError, TableError, RoadsError, ValueError, OSError) as error:
        progress.end()
        return _failed(args, error, USAGE)
    except (LogDamaged, NotSaved) as error:
        progress.end()
        return _failed(args, error, FAILED)
    except (KeyboardInterrupt, Cancelled):
        progress.end()
        return _failed(args, "interrupted; nothing was kept", FAILED)
    progress.end()
    if args.json:
        print(json.dumps(as_json(said), ensure_ascii=False))
    else:
        for line in lines_of(said):
            print(line)
    return DONE


def _stand_clear(args: argparse.Namespace) -> None:
    """Refuse reports that would go over what is read or kept, before anything runs. Raises ValueError, OSError."""
    from app.paper.whole import stand_clear

    taken = [file.resolve() for file in (args.scenario, args.against, args.log) if file is not None]
    for file in args.out:
        stand_clear(file)
        if file.resolve() in taken:
            raise ValueError(f"--out: {file} is a scenario, the log or another report of this run")
        taken.append(file.resolve())


def _cases(args: argparse.Namespace, progress: Any) -> list[Case]:
    """Return the policies of one scenario, or two scenarios."""
    from app.cli.simulate_ready import other_study, plans_of, ready_of, study_of
    from dispatch.sim.replicate import Case

    study = study_of(args.scenario, args)
    plans = plans_of(study, args.policy)
    if args.against is None:
        ready = ready_of(study, args, progress)
        return [Case(plan.id, ready, plan) for plan in plans]
    if len(plans) > 1:
        raise ValueError("--against: two scenarios are compared under one policy")
    other = other_study(args.against, study, args)
    other_plan = plans_of(other, args.policy)[0]
    first, second = ready_of(study, args, progress), ready_of(other, args, progress)
    return [Case(FIRST, first, plans[0]), Case(SECOND, second, other_plan)]


def _compared(cases: list[Case], args: argparse.Namespace, progress: Any) -> tuple[Compared, Against | None, float]:
    """Run everything. Where the first run is kept, it runs here, and counts among the others."""
    from dataclasses import replace

    from app.cli.simulate_ready import READY, keep
    from dispatch.sim.against import against_records
    from dispatch.sim.held_out import held_out
    from dispatch.sim.replicate import compare_cases, run_once

    def say(share: float, doing: str) -> None:
        progress(READY + (1 - READY) * share, doing)

    started, first, known = time.perf_counter(), cases[0], []
    against = None
    if args.held_out is not None:
        against, _ = held_out(first.ready, first.plan, args.held_out, processes=args.processes, say=say)
    if args.log is not None:
        outcome, log, _ = run_once(first.ready, first.plan, 0, say=say)
        known.append(replace(outcome, policy=first.id))
        keep(log, args)
    compared = compare_cases(cases, processes=args.processes, known=known, say=say)
    if against is None and first.ready.study.demand.source == "history":
        against = against_records(first.ready, [each for each in compared.outcomes if each.policy == first.id])
    return compared, against, time.perf_counter() - started


def _write(said: Said, file: Path, language: str) -> None:
    """Write the report; letters need a program that can draw them, though no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from app.simulated.content import Content
    from app.simulated.report import write_report

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    names = tuple((case.id, name) for case, name in zip(said.cases, said.names(), strict=True))
    write_report(Content(said.cases[0].ready, names, said.compared, said.against, language), file)
    del application


def _report(text: str) -> Path:
    file = Path(text)
    if file.suffix.casefold() not in FORMS:
        raise argparse.ArgumentTypeError(f"{text!r} must end in {' or '.join(FORMS)}")
    return file


def _folds(text: str) -> int:
    if text.isascii() and text.isdecimal() and 2 <= int(text) <= 31:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 2 to 31")


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return count


def _failed(args: argparse.Namespace, error: object, code: int) -> int:
    from app.wording import one_line

    lines = str(error).splitlines() or [type(error).__name__]
    if args.json:
        print(json.dumps({"error": "failed" if code == FAILED else "bad_input", "problems": lines}, ensure_ascii=False))
    for line in lines:
        print(f"opsroom simulate: {one_line(line, 400)}", file=sys.stderr)
    return code

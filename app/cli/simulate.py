"""The command `opsroom simulate`: what policies come to on the same incidents, in a city that runs on a virtual clock.

Exit codes: 0 done; 1 it could not be done, or was interrupted; 2 wrong arguments or a bad scenario.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.sim.against import Against
    from dispatch.sim.build import Ready
    from dispatch.sim.packed_log import SimulationLog
    from dispatch.sim.records import Records
    from dispatch.sim.replicate import Compared, Spread
    from dispatch.sim.study import PolicyPlan, Study

DONE, FAILED, USAGE = 0, 1, 2
READY = 0.15  # the share of the work that getting ready is
SHOWN = (
    "first_arrival_mean_s", "first_arrival_p50_s", "first_arrival_p90_s", "response_mean_s", "response_p50_s",
    "response_p90_s", "turnout_p50_s", "travel_p50_s", "waited_share", "waited_mean_s", "busy_mean", "all_busy_share",
    "incidents", "responses", "not_reached",
)  # fmt: skip


def add_commands(subparsers: Any) -> None:
    """Add `simulate`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = subparsers.add_parser(
        "simulate",
        help="what policies come to, on the same incidents",
        description="Runs a scenario (TOML) on a virtual clock through the rules that decide everything else. Policies "
        "share their chances: the difference of two is paired, replication by replication. The same seed gives the "
        "same log, byte by byte. Nothing of it reaches a live log.",
    )
    parser.add_argument("--scenario", type=Path, required=True, metavar="FILE.toml", help="what to simulate")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME",
        help="closest, joint, redirect, dmexclp, compliance, or one of the scenario's; several are compared with the "
        "first (default: the scenario's first)",
    )  # fmt: skip
    parser.add_argument("--replications", type=_count, metavar="N", help="how often (default: the scenario's)")
    parser.add_argument("--seed", type=int, metavar="N", help="another number, other chances (the scenario's)")
    parser.add_argument("--processes", type=_count, default=1, metavar="N", help="how many runs at once (1)")
    parser.add_argument("--log", type=Path, metavar="OUT", help="keep the first run: .jsonl as text, else a log")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Simulate, and say what it came to.

    With --json it prints {scenario, city, start_at, days, seed, replications, processes, seconds, incidents_per_second,
    policies {id: {figures {name: {mean, half, n}}, runs [{replication, entries, refused, sha256, figures}]}},
    differences {id: {figure: {mean, half, n}}} (that policy minus the first, paired), recorded {figures, by_station,
    by_hour, station_error_s, hour_error_s} where recorded incidents happen again, told [text], log}. `half` is half
    the width of the 95 % interval, null for one run.
    """
    from app.cli.progress import Progress
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
        study, plans = _study(args)
        ready = _ready(study, args, progress)
        compared, seconds = _compared(ready, plans, args, progress)
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
    against = _against(ready, plans, compared)
    if args.json:
        print(json.dumps(_as_json(ready, plans, compared, against, seconds, args), ensure_ascii=False))
    else:
        for line in _lines(ready, plans, compared, against, seconds, args):
            print(line)
    return DONE


def _study(args: argparse.Namespace) -> tuple[Study, list[PolicyPlan]]:
    from dataclasses import replace

    from dispatch.sim.study import BUILT_IN
    from dispatch.sim.study_file import read_study
    from gis.located_toml import nearest

    study = read_study(args.scenario)
    if args.replications is not None:
        study = replace(study, replications=args.replications)
    if args.seed is not None:
        if args.seed < 0:
            raise ValueError("--seed must not be negative")
        study = replace(study, seed=args.seed)
    names = list(dict.fromkeys(args.policy)) or [study.policies[0].id]
    known = list(dict.fromkeys(each.id for each in (*study.policies, *BUILT_IN)))
    for name in names:
        if name not in known:
            raise ValueError(f"--policy: {name!r} is no policy{nearest(name, known)}")
    return study, [study.policy(name) for name in names]


def _ready(study: Study, args: argparse.Namespace, progress: Any) -> Ready:
    from app.city_files import redirects_of, roster_of, run_cards_of
    from dispatch.ground import Ground
    from dispatch.sim.build import make_ready
    from gis.city import City
    from gis.roads import RoadsError

    progress(0.0, "opening the city")
    city = City.open(study.city)
    records = None
    if study.demand.history is not None:
        progress(0.01, "reading the history")
        records = _records(study, city, args)
    roster, cards = roster_of(city)[0], run_cards_of(city)[0]
    if records is not None and not (city.folder / "roster.toml").is_file():
        roster = records.roster
    if records is not None and not (city.folder / "runcards.toml").is_file():
        cards = records.cards
    try:
        ground = Ground.of_city(city)
    except RoadsError:
        ground = None
    return make_ready(
        study, city=city, roster=roster, cards=cards, records=records, ground=ground, redirects=redirects_of(city)[0],
        say=lambda share, doing: progress(READY * share, doing),
    )  # fmt: skip


def _records(study: Study, city: Any, args: argparse.Namespace) -> Records:
    """Read the history: a log by its first bytes, anything else as a table."""
    from dispatch.history.fold_rows import fold_rows
    from dispatch.history.mapping_file import read_mapping
    from dispatch.history.recognise import recognise
    from dispatch.history.table import read_table
    from dispatch.sim.records import records_of_past, records_of_state

    file = study.demand.history
    assert file is not None
    with file.open("rb") as opened:
        is_log = opened.read(16) == b"SQLite format 3\0" and file.suffix.casefold() not in (".gpkg",)
    if is_log:
        from dispatch.chain import default_key_folder
        from dispatch.log import open_log
        from dispatch.state import State, fold

        log = open_log(file, key_folder=args.keys or default_key_folder(), read_only=True)
        try:
            return records_of_state(fold(State(), log.read()))
        finally:
            log.close()
    table = read_table(file)
    mapping = read_mapping(study.demand.mapping) if study.demand.mapping is not None else recognise(table)
    return records_of_past(fold_rows([(table, mapping)], city=city)[0])


def _compared(ready: Ready, plans: list[PolicyPlan], args: argparse.Namespace, progress: Any) -> tuple[Compared, float]:
    """Run everything. Where the first run is kept, it runs here, and counts among the others."""
    from dispatch.sim.replicate import compare, run_once

    def say(share: float, doing: str) -> None:
        progress(READY + (1 - READY) * share, doing)

    started = time.perf_counter()
    known = []
    if args.log is not None:
        outcome, log, _ = run_once(ready, plans[0], 0, say=say)
        known.append(outcome)
        _keep(log, args)
    compared = compare(ready, plans, processes=args.processes, known=known, say=say)
    return compared, time.perf_counter() - started


def _keep(log: SimulationLog, args: argparse.Namespace) -> None:
    """Write a run where it was asked for, as lines of JSON or as a log of kind simulation; half of one is removed."""
    from dispatch.chain import default_key_folder
    from dispatch.log import open_log
    from dispatch.log_export import write_jsonl

    try:
        if args.log.suffix.casefold() == ".jsonl":
            with args.log.open("w", encoding="utf-8", newline="\n") as out:
                write_jsonl(log.rows(), out)
            return
        kept = open_log(args.log, key_folder=args.keys or default_key_folder())
        try:
            for entry in log.read():
                kept.append(entry)
        finally:
            kept.close()
    except BaseException:
        args.log.unlink(missing_ok=True)
        raise


def _against(ready: Ready, plans: list[PolicyPlan], compared: Compared) -> Against | None:
    from dispatch.sim.against import against_records

    if ready.study.demand.source != "history":
        return None
    return against_records(ready, [each for each in compared.outcomes if each.policy == plans[0].id])


def _as_json(
    ready: Ready, plans: list[PolicyPlan], compared: Compared, against: Against | None, seconds: float,
    args: argparse.Namespace,
) -> dict[str, Any]:  # fmt: skip
    study = ready.study
    found: dict[str, Any] = {
        "scenario": study.name,
        "city": ready.world.name,
        "start_at": ready.start_at.isoformat(),
        "days": study.days,
        "seed": study.seed,
        "replications": study.replications,
        "processes": args.processes,
        "seconds": round(seconds, 2),
        "incidents_per_second": round(_rate(compared, seconds), 1),
        "policies": {
            plan.id: {
                "figures": {name: _spread(one) for name, one in compared.figures[plan.id].items()},
                "runs": [
                    {
                        "replication": each.replication,
                        "entries": each.entries,
                        "refused": each.refusals,
                        "sha256": each.digest,
                        "figures": {name: _number(value) for name, value in each.figures.items()},
                    }
                    for each in compared.outcomes
                    if each.policy == plan.id
                ],
            }
            for plan in plans
        },
        "differences": {
            name: {key: _spread(one) for key, one in found.items()} for name, found in compared.differences.items()
        },
        "told": list(ready.told),
        "log": str(args.log) if args.log is not None else None,
    }
    if against is not None:
        found["recorded"] = {
            "figures": {name: _pair(each) for name, each in against.figures.items()},
            "by_station": {name: _pair(each) for name, each in against.by_station.items()},
            "by_hour": {str(name): _pair(each) for name, each in against.by_hour.items()},
            "station_error_s": _number(against.station_error_s),
            "hour_error_s": _number(against.hour_error_s),
        }
    return found


def _lines(
    ready: Ready, plans: list[PolicyPlan], compared: Compared, against: Against | None, seconds: float,
    args: argparse.Namespace,
) -> list[str]:  # fmt: skip
    from app.wording import one_line

    study = ready.study
    runs = len(compared.outcomes)
    entries = sum(each.entries for each in compared.outcomes)
    what = f"{one_line(study.name, 200)}: {study.days:g} days of {one_line(ready.world.name, 200)}"
    spent = f"{seconds:.1f} s ({_rate(compared, seconds):,.0f} incidents a second)"
    lines = [
        f"{what}, {runs} {'run' if runs == 1 else 'runs'}, {entries:,} entries in {spent}",
        "",
        f"{'':<26}" + "".join(f"{plan.id:>22.22}" for plan in plans),
    ]
    shown = [
        *SHOWN[:3],
        *(name for name in compared.figures[plans[0].id] if name.startswith("first_within")),
        *SHOWN[3:],
    ]
    for name in shown:
        cells = "".join(f"{_said(compared.figures[plan.id][name]):>22}" for plan in plans)
        lines.append(f"{name.replace('_', ' '):<26}{cells}")
    for plan in plans[1:]:
        lines += ["", f"{plan.id} minus {plans[0].id}, paired (95 %):"]
        for name in shown:
            one = compared.differences[plan.id][name]
            if one.n and (one.mean or one.half):
                sure = "" if math.isnan(one.half) or abs(one.mean) <= one.half else "  *"
                lines.append(f"  {name.replace('_', ' '):<24}{_said(one):>22}{sure}")
    if against is not None:
        lines += ["", f"{'as recorded':<26}{'recorded':>12}{'simulated':>12}{'error':>10}"]
        for name, pair in against.figures.items():
            lines.append(
                f"{name.replace('_', ' '):<26}{pair.recorded:>12.1f}{pair.simulated:>12.1f}{pair.error:>+10.1f}"
            )
        lines.append(
            f"median to the first unit, mean absolute error: {against.station_error_s:.0f} s over "
            f"{len(against.by_station)} stations, {against.hour_error_s:.0f} s over {len(against.by_hour)} hours"
        )
    lines += [f"note: {one_line(told, 400)}" for told in ready.told]
    if args.log is not None:
        lines.append(f"the first run is kept in {args.log}")
    return lines


def _rate(compared: Compared, seconds: float) -> float:
    return sum(each.figures["incidents"] for each in compared.outcomes) / seconds if seconds > 0 else math.nan


def _said(one: Spread) -> str:
    if not one.n:
        return "-"
    digits = 4 if abs(one.mean) < 2 else 1
    half = "" if math.isnan(one.half) else f" ± {one.half:.{digits}f}"
    return f"{one.mean:,.{digits}f}{half}"


def _spread(one: Spread) -> dict[str, Any]:
    return {"mean": _number(one.mean), "half": _number(one.half), "n": one.n}


def _pair(pair: Any) -> dict[str, Any]:
    return {
        "recorded": _number(pair.recorded),
        "simulated": _number(pair.simulated),
        "error": _number(pair.error),
        "recorded_n": pair.recorded_n,
        "simulated_n": _number(pair.simulated_n),
    }


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


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

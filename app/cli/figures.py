"""`opsroom figures`: every indicator of urban management for a period, from a log alone."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.log_period import add_log, period_of, read_log

if TYPE_CHECKING:
    from dispatch.figures.compute import Figures
    from dispatch.figures.facts import CaseFacts
    from dispatch.figures.indicators import Profile
    from dispatch.state import State

COUNTED, CANNOT = 0, 2
GROUPS = (
    "area",
    "community",
    "cell",
    "class",
    "large",
    "source",
    "degree",
    "department",
    "person",
    "collector",
    "post",
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `figures`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = subparsers.add_parser(
        "figures",
        help="every indicator of urban management for a period",
        description="Counts the cases of a log. Exit code 0: counted. 2: the log or the indicators cannot be read, or "
        "the arguments do not fit. Whether the log is as it was written is `opsroom log verify`.",
    )
    add_log(parser)
    parser.add_argument("--by", action="append", choices=GROUPS, default=[], help="split by; may be given again")
    parser.add_argument("--profile", default="", metavar="ID", help="how a city counts (default: the first, gb)")
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--city", type=Path, metavar="DIR", help="a city's folder, whose own indicators.toml counts")
    own.add_argument("--indicators", type=Path, metavar="FILE", help="such a file")
    parser.add_argument("--compare", action="store_true", help="with the period before")
    parser.add_argument("--cases", metavar="INDICATOR", help="name the cases behind an indicator, for each key")
    parser.add_argument("--places", action="store_true", help="with hot spots and repeated places")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    out.add_argument("--csv", type=Path, metavar="FILE", help="write the figures there as CSV")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print, or write, the figures of a log; return the exit code.

    With --json it prints {from, to, at, profile, groups, figures: [{indicator, group, key, numerator, denominator,
    value, before?, cases?, of_cases?}], ranking: [{key, mark, place}]}, with --places {hot_spots, repeated} too.
    """
    from app.cli.recorded import is_redirected
    from dispatch.figures.compute import compute
    from dispatch.figures.facts import CaseFacts
    from dispatch.log import LogDamaged, NotSaved
    from gis.located_toml import BadFile

    try:
        profile = _profile(args)
        state = read_log(args).state
        period = period_of(args, state)
        facts = CaseFacts.of(state)
        figures = compute(facts, period, profile, by=args.by, compare=args.compare)
        if args.csv is not None:
            return _write(args, figures, state)
    except (LogDamaged, NotSaved, BadFile, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or args.csv or args.log}: {error.strerror or error}")
    if args.json:
        print(json.dumps(_as_json(args, figures, facts), ensure_ascii=False), flush=True)
        if is_redirected():
            _record(args, figures, "standard output")
    else:
        from app.cli.figures_words import as_lines

        for line in as_lines(args, figures, facts, state):
            print(line)
    return COUNTED


def _profile(args: argparse.Namespace) -> Profile:
    from dispatch.figures.indicators_file import profiles_of, read_indicators

    profiles = read_indicators(args.indicators) if args.indicators else profiles_of(args.city)
    try:
        profile = profiles.of(args.profile)
    except KeyError:
        known = ", ".join(each.id for each in profiles.profiles)
        raise ValueError(f"--profile: {args.profile!r} is none; there are {known}") from None
    known_ids = [each.id for each in profile.indicators]
    if args.cases and args.cases not in known_ids:
        raise ValueError(f"--cases: {args.cases!r} is no indicator; there are {', '.join(known_ids)}")
    return profile


def _write(args: argparse.Namespace, figures: Figures, state: State) -> int:
    from app.figure_rows import rows_of, write_csv
    from app.paper.whole import write_table
    from app.wording import text

    if args.csv.exists() and Path(args.log).exists() and args.csv.samefile(args.log):
        raise ValueError(f"{args.csv} is the log itself")
    rows = rows_of(figures, state, args.language)
    count = write_table(args.csv, lambda out: write_csv(rows, figures, out, args.language))
    print(text("figures.written", args.language, rows=count, file=args.csv))
    _record(args, figures, args.csv.name)
    return COUNTED


def _record(args: argparse.Namespace, figures: Figures, name: str) -> None:
    from app.cli.recorded import days_of, record_export

    detail = f"{days_of(figures.period)}, {figures.profile.id}, {name}"
    record_export(args.log, "figures", detail, keys=args.keys)


def _as_json(args: argparse.Namespace, figures: Figures, facts: CaseFacts) -> dict[str, Any]:
    from dispatch.figures.marks import rank
    from dispatch.figures.places import hot_spots, repeated_places

    rows = []
    for group in figures.groups:
        for indicator in figures.indicators(group):
            for key in figures.keys(group):
                figure = figures.of(indicator.id, group, key)
                row: dict[str, Any] = {
                    "indicator": indicator.id, "group": group, "key": key, "numerator": figure.numerator,
                    "denominator": figure.denominator, "value": figure.value,
                }  # fmt: skip
                if figures.before is not None:
                    row["before"] = figures.before.of(indicator.id, group, key).value
                if indicator.id == args.cases:
                    row["cases"] = figures.cases(figure)
                    row["of_cases"] = figures.cases(figure, "denominator") if indicator.is_share else None
                rows.append(row)
    answer: dict[str, Any] = {
        "from": figures.period.from_at.isoformat(), "to": figures.period.to_at.isoformat(),
        "at": figures.at.isoformat(), "profile": figures.profile.id, "groups": figures.groups, "figures": rows,
    }  # fmt: skip
    if "department" in figures.groups:
        answer["ranking"] = [{"key": each.key, "mark": each.mark, "place": each.place} for each in rank(figures)]
    if args.places:
        answer["hot_spots"] = [
            {"lon": each.lon, "lat": each.lat, "side_m": each.side_m, "z": each.z, "cases": each.case_ids}
            for each in hot_spots(facts, figures.period)
        ]
        answer["repeated"] = [
            {"kind": each.kind, "component": each.component, "class": each.standard_id, "lon": each.lon,
             "lat": each.lat, "cases": each.case_ids}
            for each in repeated_places(facts, figures.period)
        ]  # fmt: skip
    return answer


def _failed(why: str) -> int:
    print(f"opsroom figures: {why}", file=sys.stderr)
    return CANNOT

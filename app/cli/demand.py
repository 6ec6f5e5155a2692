"""`opsroom report demand`: when, where and for what calls came, where they gather, what may come; as any file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.log_period import day_of, month_day, origin_of, read_log

if TYPE_CHECKING:
    from app.demand.told import Content
    from dispatch.demand.cut import Chosen
    from dispatch.figures.period import Period
    from dispatch.state import State
    from gis.city import City

WRITTEN, CANNOT = 0, 2
WAYS = ("hour", "weekday", "week", "day", "kind", "priority", "department", "area", "cell")
RHYTHMS = ("all", "day", "week", "days")
MOST_ROWS, BAR = 12, 40


def add_demand(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `report demand`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = commands.add_parser(
        "demand",
        help="demand: by hour, weekday, kind and place, density, hot spots, clusters, the week to come",
        description="Counts every incident of a log once, finds where calls gather and what the next week may bring, "
        "with how wrong such forecasts were. Exit code 0: done. 2: the log cannot be read, the file cannot be written, "
        "or the arguments do not fit.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--log", metavar="FILE", help="an SQLite file or a postgresql:// address")
    source.add_argument("--content", type=Path, help=argparse.SUPPRESS)  # what a window wrote down
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--city", type=Path, metavar="DIR", help="a city's folder: its parts and its map")
    parser.add_argument(
        "--only", action="append", default=[], metavar="WAY=KEY",
        help=f"only these, as kind=structure_fire or hour=17; may be given again; ways: {', '.join(WAYS)}",
    )  # fmt: skip
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", type=month_day, metavar="YYYY-MM", help="a month (default: the whole log)")
    when.add_argument("--week", type=day_of, metavar="DATE", help="the week, Monday to Sunday, that holds a day")
    when.add_argument("--from", type=day_of, dest="first", metavar="DATE", help="the first day")
    parser.add_argument("--to", type=day_of, dest="last", metavar="DATE", help="the last day, with --from (the same)")
    parser.add_argument(
        "--rhythm", choices=RHYTHMS, default="day", help="how time is taken together in hot spots (day)"
    )
    parser.add_argument("--side", type=float, default=500.0, metavar="METRES", help="the side of a square (500)")
    parser.add_argument(
        "--within", type=float, default=100.0, metavar="METRES", help="how near a cluster's calls lie (100)"
    )
    parser.add_argument("--within-hours", type=float, default=0.0, metavar="N", help="and in time (default: not asked)")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help="print everything as one JSON object")
    out.add_argument("--csv", type=Path, metavar="FILE", help="write every figure as a table")
    out.add_argument("--pdf", type=Path, metavar="FILE", help="write the report on paper")
    out.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    out.add_argument(
        "--map", type=Path, metavar="FILE.html", help="write where calls gather as a map that needs no internet"
    )
    parser.set_defaults(run=run_demand)


def run_demand(args: argparse.Namespace) -> int:
    """Count, and print or write; return the exit code.

    With --json it prints {facts {language, city, kind, log_name, head, entries, known_at, ...}, counts {total, of_all,
    first_day, last_day, whole_days, chosen, ways [{way, name, more, bars [{key, name, count, a_day, is_chosen}]}]},
    places {side_m, hot [{key, lon, lat, place, when, count, z, p, words, ...}], clusters [{number, lon, lat, radius_m,
    place, count, first, last, words, ...}], hot_note, cluster_note, density_note, problem}, ahead {words, notes, hours
    [{at, expected, low, high}], models [{model, mae, mase, deviance, inside, is_used, ...}], weeks_tried, days_known}}.
    """
    from dispatch.log import LogDamaged, NotSaved
    from gis.city import CityError

    try:
        city = _city(args)
        content = _content(args)
        file = args.csv or args.pdf or args.html or args.map
        if file is not None:
            print(_write(args, file, content, city))
            return WRITTEN
    except (LogDamaged, NotSaved, CityError, ValueError) as error:
        return _failed(args, str(error))
    except OSError as error:
        return _failed(args, f"{error.filename or args.log or args.content}: {error.strerror or error}")
    if args.json:
        from app.cli.recorded import is_redirected
        from app.demand.rows import as_json

        print(json.dumps(as_json(content), ensure_ascii=False, allow_nan=False), flush=True)
        if args.log and is_redirected():
            _record(args, content, "standard output")
    else:
        for line in _lines(content):  # names come from files: nothing of them may begin a line or colour a terminal
            print("".join(sign if sign.isprintable() else " " for sign in line).rstrip())
    return WRITTEN


def _city(args: argparse.Namespace) -> City | None:
    if args.city is None:
        if args.map is not None:
            raise ValueError("--map needs --city")
        return None
    from gis.city import City

    return City.open(args.city)


def _content(args: argparse.Namespace) -> Content:
    """Read what a window wrote down; else count the log. Raises what reading it raises, ValueError."""
    if args.content is not None:
        from app.demand.told import read_content

        if not (args.pdf or args.html or args.map):
            raise ValueError("--content needs --pdf, --html or --map")
        return read_content(args.content)
    from app.demand.content import content_of
    from app.demand.count import Asked, Counter, HowFar
    from app.demand.findings import findings_of
    from dispatch.demand.places import answer

    if not (args.side >= 10 and args.within > 0 and args.within_hours >= 0):
        raise ValueError("--side is 10 m or more, --within above zero, --within-hours not below it")
    chosen = _chosen(args)
    read = read_log(args)
    how = HowFar(args.rhythm, args.side, args.within, args.within_hours)
    counter = Counter(args.city)
    counted = counter.count(read.state, Asked(_period(args, read.state), chosen, how), args.language)
    return content_of(findings_of(counted, answer(counter.question(counted))), origin_of(read))


def _chosen(args: argparse.Namespace) -> Chosen:
    held: dict[str, tuple[str, ...]] = {}
    for given in args.only:
        way, has, key = given.partition("=")
        if not has or way not in WAYS or not key:
            raise ValueError(f"--only {given}: write WAY=KEY with one of {', '.join(WAYS)}")
        held[way] = (*held.get(way, ()), key)
    return tuple((way, held[way]) for way in WAYS if way in held)


def _period(args: argparse.Namespace, state: State) -> Period | None:
    from app.cli.log_period import period_of

    if args.month is None and args.week is None and args.first is None and args.last is None:
        return None
    return period_of(args, state)


def _write(args: argparse.Namespace, file: Path, content: Content, city: City | None) -> str:
    if args.log and file.exists() and Path(args.log).exists() and file.samefile(args.log):
        raise ValueError(f"{file} is the log itself")
    wanted = ".pdf" if args.pdf is not None else ".csv" if args.csv is not None else ".html"
    if file.suffix.casefold() != wanted:
        raise ValueError(f"{file}: end it in {wanted}")
    said = _written(args, file, content, city)
    if args.log:
        _record(args, content, file.name)
    return said


def _written(args: argparse.Namespace, file: Path, content: Content, city: City | None) -> str:
    from app.wording import text

    language = content.facts.language
    if args.csv is not None:
        from app.demand.rows import write_csv
        from app.paper.whole import write_table

        count = write_table(file, lambda out: write_csv(content, out))
        return text("demand.written", language, file=file.name, rows=f"{count:,}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    if args.map is not None:
        from app.demand.report_map import demand_map
        from app.paper.whole import replace_file

        assert city is not None
        page = demand_map(content, city)
        replace_file(file, lambda beside: beside.write_text(page, encoding="utf-8"))
        said = text("report.written_plain", language, file=file.name)
    else:
        from app.demand.report import write_demand

        said = write_demand(content, city, file)
    del application
    return said


def _lines(content: Content) -> list[str]:
    from app.wording import text

    facts, counts, language = content.facts, content.counts, content.facts.language
    lines = [
        text("demand.log_of", language, log=facts.log_name, kind=facts.kind, first=counts.first_day or "–",
             last=counts.last_day or "–", zone=facts.time_zone, total=f"{counts.total:,}", of_all=f"{counts.of_all:,}")
    ]  # fmt: skip
    if counts.chosen:
        lines.append(f"{text('demand.only', language)} {counts.chosen}")
    for way in counts.ways:
        if way.way in ("week", "day") or not way.bars:
            continue
        few = way.bars if way.way in ("hour", "weekday") else way.bars[:MOST_ROWS]
        most = max((bar.count for bar in few), default=0)
        wide = max(len(bar.name) for bar in few)
        lines += ["", text("demand.counts_title", language, way=way.name)]
        lines += [
            f"  {bar.name:<{wide}}  {bar.count:>7,}  {'█' * round(BAR * bar.count / most) if most else ''}"
            for bar in few
        ]
    places, ahead = content.places, content.ahead
    if places is not None:
        lines += ["", places.density_note, "", places.problem or places.hot_note]
        lines += [f"  {hot.words}" for hot in places.hot[:MOST_ROWS]]
        lines += ["", places.cluster_note, *(f"  {each.words}" for each in places.clusters[:MOST_ROWS])]
    if ahead is not None:
        lines += ["", ahead.words, *ahead.notes]
        lines += [f"  {each.name:<38} {each.mae:>7.2f} {each.inside:>7.0%}" for each in ahead.models]
    return lines


def _record(args: argparse.Namespace, content: Content, name: str) -> None:
    from app.cli.recorded import record_export

    days = f"{content.counts.first_day} to {content.counts.last_day}"
    record_export(args.log, "figures", f"demand, {days}, {name}", keys=args.keys)


def _failed(args: argparse.Namespace, why: str) -> int:
    from app.cli.no_answer import say_no

    say_no("report demand", why, error="bad_input", as_json=args.json)
    return CANNOT

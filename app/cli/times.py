"""`opsroom report times`: response times of a log, held against a named profile: words, JSON, CSV, PDF, HTML, a map."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.log_period import ReadLog, day_of, month_day, origin_of, read_log

if TYPE_CHECKING:
    from app.times.map_content import MapContent
    from dispatch.figures.period import Period
    from dispatch.state import State
    from dispatch.times.profiles import TimeProfile
    from dispatch.times.report import TimesReport
    from gis.city import City
    from resources.unit import Shift

WRITTEN, CANNOT = 0, 2
GROUPS = ("department", "station", "area", "hour", "weekday", "kind", "priority", "unit")
INTERVALS = ("call_processing", "turnout", "travel", "response", "on_scene", "total")
# What a paper is split by where nothing is asked for.
MOST_NAMES = 12
USUAL = ("department", "station")


def add_times(commands: Any) -> None:
    """Add `report times`; it sets `run`, which takes the arguments and returns the exit code."""
    parser = commands.add_parser(
        "times",
        help="response times: means, medians, 90th percentiles, shares within the targets of a profile",
        description="Measures every response (one unit sent to one incident) and the first of each at an incident. A "
        "missing instant is blank, never zero; what would be below zero is blank and listed. Exit code 0: done. 2: the "
        "log or the targets cannot be read, the file cannot be written, or the arguments do not fit.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--log", metavar="FILE", help="an SQLite file or a postgresql:// address")
    source.add_argument("--content", type=Path, help=argparse.SUPPRESS)  # a map as a window wrote it down
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--profile", default="", metavar="ID", help="the targets, as nfpa1710, nfpa1221_2016, "
                        "nfpa1225_2022, nhs_arp, or a city's own (default: the first)")  # fmt: skip
    parser.add_argument("--by", action="append", choices=GROUPS, default=[], help="split by; may be given again")
    parser.add_argument("--only", action="append", default=[], metavar="GROUP=KEY", help="only these, as kind=fire")
    parser.add_argument("--shift", default="", metavar="ID", help="only what came in on the watch of a roster's shift, "
                        "of those that begin on the days asked for")  # fmt: skip
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--month", type=month_day, metavar="YYYY-MM", help="a month (default: the whole log)")
    when.add_argument("--week", type=day_of, metavar="DATE", help="the week, Monday to Sunday, that holds a day")
    when.add_argument("--from", type=day_of, dest="first", metavar="DATE", help="the first day")
    parser.add_argument("--to", type=day_of, dest="last", metavar="DATE", help="the last day, with --from (the same)")
    parser.add_argument(
        "--city", type=Path, metavar="DIR", help="a city's folder: its targets.toml, its parts, its map"
    )
    parser.add_argument("--incidents", choices=INTERVALS, metavar="INTERVAL",
                        help="name the incidents behind it, the slowest first, and where it is blank")  # fmt: skip
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help="print everything as one JSON object")
    out.add_argument("--csv", type=Path, metavar="FILE", help="write every figure as a table")
    out.add_argument("--pdf", type=Path, metavar="FILE", help="write the report on paper")
    out.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    out.add_argument("--map", type=Path, metavar="FILE.html",
                     help="write the incidents with their times as a map; with --city on its roads")  # fmt: skip
    parser.add_argument("--show", choices=INTERVALS, default="response", help="which interval the map is coloured by")
    parser.set_defaults(run=run_times)


def run_times(args: argparse.Namespace) -> int:
    """Measure, and print or write; return the exit code.

    With --json it prints {log, kind, city, from, to, time_zone, at, profile, source, percentiles, only, figures
    [{counted, group, key, interval, rows, n, mean_s, p50_s, p90_s, blank {why: count}}], targets [{target, counted,
    group, key, interval, within_s, at_least, target_mean_s, asked, n, within, share, mean_s, met}], negative
    [{counted, interval, incident, unit, seconds}], treated {counted: [text]}}, with --incidents also incidents {known,
    blank {why: [number]}}. `counted` is response (each) or incident (the first at each); of a target each, first, last.
    """
    from dispatch.log import LogDamaged, NotSaved
    from gis.city import CityError
    from gis.located_toml import BadFile

    try:
        if args.content is not None:
            return _draw(args)
        profile, city = _profile(args), _city(args)
        read = read_log(args)
        report = _measured(args, read.state, profile, city)
        file = args.csv or args.pdf or args.html or args.map
        if file is not None:
            print(_write(args, file, read, report, city))
            return WRITTEN
    except (LogDamaged, NotSaved, BadFile, CityError, ValueError) as error:
        return _failed(args, str(error))
    except OSError as error:
        return _failed(args, f"{error.filename or args.log or args.content}: {error.strerror or error}")
    if args.json:
        from app.cli.recorded import is_redirected

        print(json.dumps(_as_json(args, read, report), ensure_ascii=False), flush=True)
        if is_redirected():
            _record(args, report, "standard output")
    else:
        from app.cli.times_words import as_lines

        for line in as_lines(args, read, report):
            print(line)
    return WRITTEN


def _profile(args: argparse.Namespace) -> TimeProfile:
    from dispatch.times.profiles_file import time_profiles_of

    profiles = time_profiles_of(args.city)
    try:
        return profiles.of(args.profile)
    except KeyError:
        known = ", ".join(each.id for each in profiles.profiles)
        raise ValueError(f"--profile: {args.profile!r} is none; there are {known}") from None


def _city(args: argparse.Namespace) -> City | None:
    if args.city is None:
        return None
    from gis.city import City

    return City.open(args.city)


def _measured(args: argparse.Namespace, state: State, profile: TimeProfile, city: City | None) -> TimesReport:
    from dispatch.times.groups import areas_in
    from dispatch.times.report import intervals_of, times_report
    from dispatch.times.spans import SCOPES

    where = dict(_only(args))
    is_paper = args.pdf is not None or args.html is not None
    by = tuple(dict.fromkeys(args.by)) or (USUAL if is_paper else ())
    area_of = areas_in(city) if city is not None and "area" in (*by, *where) else None
    table = intervals_of(state)
    report = times_report(
        table, profile, period=_period(args, state), by=by, where=where, area_of=area_of, shift=_shift(args, state)
    )
    if where and not any(report.figure(scope, "total").rows for scope in SCOPES):
        _check_keys(where, times_report(table, profile, by=tuple(where), area_of=area_of))
    return report


def _check_keys(where: dict[str, str], whole: TimesReport) -> None:
    """Raise ValueError for a key that nothing in the whole log has: a slip would be taken for a quiet time."""
    from gis.located_toml import nearest

    for group, key in where.items():
        names = whole.names(group)
        if names and key not in names:
            more = nearest(key, names) or f"; known: {', '.join(names[:MOST_NAMES])} and others"
            raise ValueError(f"--only {group}={key}: the log has none of it{more}")


def _shift(args: argparse.Namespace, state: State) -> Shift | None:
    if not args.shift:
        return None
    known = {each.id: each for each in state.roster.shifts}
    if args.shift not in known:
        raise ValueError(f"--shift {args.shift}: the roster has {', '.join(known) or 'no shifts'}")
    return known[args.shift]


def _only(args: argparse.Namespace) -> Iterator[tuple[str, str]]:
    for given in args.only:
        group, has, key = given.partition("=")
        if not has or group not in GROUPS:
            raise ValueError(f"--only {given}: write GROUP=KEY with one of {', '.join(GROUPS)}")
        yield group, key


def _period(args: argparse.Namespace, state: State) -> Period | None:
    from app.cli.log_period import period_of

    if args.month is None and args.week is None and args.first is None and args.last is None:
        return None
    return period_of(args, state)


def _write(args: argparse.Namespace, file: Path, read: ReadLog, report: TimesReport, city: City | None) -> str:
    if file.exists() and Path(args.log).exists() and file.samefile(args.log):
        raise ValueError(f"{file} is the log itself")
    wanted = ".pdf" if args.pdf is not None else "" if args.csv is not None else ".html"
    if wanted and file.suffix.casefold() != wanted:
        raise ValueError(f"{file}: end it in {wanted}")
    said = _written(args, file, read, report, city)
    _record(args, report, file.name)
    return said


def _written(args: argparse.Namespace, file: Path, read: ReadLog, report: TimesReport, city: City | None) -> str:
    from app.wording import text

    language, state = args.language, read.state
    groups = tuple(dict.fromkeys(args.by))
    if args.csv is not None:
        from app.paper.whole import write_table
        from app.times.rows import write_csv

        count = write_table(file, lambda out: write_csv(report, state, out, groups, language))
        return text("times.written", language, file=file.name, rows=f"{count:,}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    if args.map is not None:
        from app.times.map_content import map_content

        bounds = city.bounds if city is not None else None
        _write_map(map_content(report, state, language, interval=args.show, bounds=bounds), city, file)
        said = text("report.written_plain", language, file=file.name)
        if city is None:
            said += "\n" + text("times.map_bare", language)
    else:
        from app.times.report import write_times

        said = write_times(report, state, origin_of(read), file, language, groups=groups or USUAL)
    del application
    return said


def _draw(args: argparse.Namespace) -> int:
    """Draw the map that a window wrote down; the window lets the log know."""
    from app.times.map_content import read_content

    if args.map is None:
        raise ValueError("--content needs --map")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    _write_map(read_content(args.content), _city(args), args.map)
    del application
    return WRITTEN


def _write_map(content: MapContent, city: City | None, file: Path) -> None:
    from app.paper.whole import replace_file
    from app.times.map_page import map_page
    from maps.style import DAY

    page = map_page(content, city, DAY)
    replace_file(file, lambda beside: beside.write_text(page, encoding="utf-8"))


def _as_json(args: argparse.Namespace, read: ReadLog, report: TimesReport) -> dict[str, Any]:
    from app.times.rows import as_json, behind

    state = read.state
    about = {"log": read.name, "kind": state.kind.value if state.kind is not None else None, "city": state.city}
    answer = about | as_json(report, tuple(dict.fromkeys(args.by)), args.language)
    if args.incidents:
        answer["incidents"] = behind(report, args.incidents)
    return answer


def _record(args: argparse.Namespace, report: TimesReport, name: str) -> None:
    from app.cli.recorded import days_of, record_export

    days = days_of(report.period) if report.period is not None else "whole log"
    record_export(args.log, "figures", f"response times, {days}, {report.profile.id}, {name}", keys=args.keys)


def _failed(args: argparse.Namespace, why: str) -> int:
    from app.cli.no_answer import say_no

    say_no("report times", why, error="bad_input", as_json=args.json)
    return CANNOT

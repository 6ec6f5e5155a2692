"""`opsroom generate month`: an invented month of urban management, told through the engine into a new log.

The same seed on the same ground gives the same entries. Exit codes: 0 done; 1 it could not be done; 2 wrong arguments.
`--json` prints {log, entries, seconds, figures {name: {aimed, told}}, refused {what: times}}.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.month_ground import MonthGround

DONE, FAILED, USAGE = 0, 1, 2
SHORTEST_SPREAD_M, WIDEST_SPREAD_M = 5.0, 40.0


def add_commands(subparsers: Any) -> None:
    """Add `generate month`; it sets `run`, which takes the arguments and returns the exit code."""
    kinds = subparsers.add_parser("generate", help="tell an invented month into a new log").add_subparsers(
        required=True, metavar="WHAT"
    )
    month = kinds.add_parser(
        "month",
        help="a month of cases, for measuring and for exercises",
        description="Tells a month of urban management through the engine: every role, every clock, in the proportions "
        "of a real month (Zhanjiang, October 2019). The log is marked as a simulation; nobody in it is a person. The "
        "same numbers give the same entries.",
    )
    month.add_argument("--out", required=True, metavar="LOG", help="a new SQLite file")
    month.add_argument("--city", type=Path, metavar="DIR", help="a city with a grid (default: an invented town)")
    month.add_argument("--seed", type=int, default=1, metavar="N", help="another number, another month (1)")
    month.add_argument("--cases", type=int, default=12_356, metavar="N", help="how many are found (12,356)")
    month.add_argument("--month", type=_month, default=date(2025, 10, 1), metavar="YYYY-MM", help="which (2025-10)")
    month.add_argument("--language", choices=("en", "zh"), default="en", help="what people say in it (en)")
    month.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    month.add_argument("--quiet", action="store_true", help="no progress")
    month.add_argument("--json", action="store_true", help="print what was told as one JSON object")
    month.set_defaults(run=run_month)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month such as 2025-10") from None


def run_month(args: argparse.Namespace) -> int:
    """Tell a month and say what it came to."""
    from app.cli.progress import Progress
    from dispatch.chain import default_key_folder
    from dispatch.engine import Engine
    from dispatch.log import LogDamaged, NotSaved, open_log
    from dispatch.month import MonthClock, tell_month
    from dispatch.month_figures import compare
    from gis.city import CityError
    from gis.located_toml import BadFile

    if Path(args.out).exists():
        return _failed(f"{args.out} is there already", FAILED)
    try:
        ground = _city_ground(args.city, args.language) if args.city else _town(args.language)
    except (CityError, BadFile, ValueError) as error:
        return _failed(error, FAILED)
    progress, started = Progress(quiet=args.quiet), time.perf_counter()
    clock = MonthClock()
    try:
        log = open_log(args.out, key_folder=args.keys or default_key_folder())
        try:
            engine = Engine(log, clock=clock)
            told = tell_month(
                engine, ground, clock=clock, seed=args.seed, cases=args.cases, start=args.month,
                say=lambda done, days: progress(done / days, f"day {done + 1} of {days}"),
            )  # fmt: skip
            engine.stop()
        finally:
            log.close()
    except ValueError as error:
        Path(args.out).unlink(missing_ok=True)
        return _failed(error, USAGE)
    except (LogDamaged, NotSaved) as error:
        return _failed(error, FAILED)
    except KeyboardInterrupt:
        progress.end()
        return _failed(f"interrupted; what was told so far stands in {args.out}", FAILED)
    progress.end()
    seconds, figures = time.perf_counter() - started, compare(told.aims, engine.state, told.end_at)
    if args.json:
        print(json.dumps({
            "log": str(args.out), "entries": told.entries, "seconds": round(seconds, 1),
            "figures": {name: {"aimed": aimed, "told": came} for name, aimed, came in figures},
            "refused": dict(told.refused),
        }))  # fmt: skip
        return DONE
    print(f"{args.out}: {told.entries:,} entries in {seconds:.1f} s, a simulation of {args.month:%Y-%m}")
    for name, aimed, came in figures:
        print(f"{name.replace('_', ' '):<20}{came:>8,}" + ("" if came == aimed else f"   (aimed at {aimed:,})"))
    for what, times in told.refused:
        print(f"refused: {what}, {times:,} times")
    return DONE


def _town(language: str) -> MonthGround:
    from dataclasses import replace

    from app.city_files import SHIPPED_RUN_CARDS, SHIPPED_STANDARDS
    from dispatch.calendar_file import SHIPPED, read_calendar
    from dispatch.month_ground import TOWN_ZONE, town_ground
    from dispatch.runcard_file import read_run_cards
    from dispatch.standards_file import read_standards

    cards = read_run_cards(SHIPPED_RUN_CARDS)
    standards = read_standards(SHIPPED_STANDARDS, cards=cards)
    return replace(town_ground(standards, cards, read_calendar(SHIPPED, time_zone=TOWN_ZONE)), language=language)


def _city_ground(folder: Path, language: str) -> MonthGround:
    """Return a city's own rules and cells; areas with collectors are made where it names none."""
    from app.city_files import areas_of, calendar_of, roster_of, run_cards_of, standards_of
    from dispatch.month_ground import MonthCell, MonthGround, with_collectors
    from gis.city import City
    from gis.grid import Grid

    city = City.open(folder)
    grid = Grid.of(city)
    if grid is None:
        raise ValueError(f"{city.name} has no grid yet: make it with `opsroom grid {folder}`")
    roster = roster_of(city)[0]
    cells = []
    for row, code in enumerate(grid.codes):
        cell, inside = grid.cell(row), grid.shapes[row].representative_point()
        if not cell.is_water:
            lon, lat = city.to_lonlat(inside.x, inside.y)
            spread_m = min(max(cell.area_m2**0.5 / 5, SHORTEST_SPREAD_M), WIDEST_SPREAD_M)
            cells.append(MonthCell(code, round(float(lon), 6), round(float(lat), 6), spread_m))
    departments = [each.id for each in roster.departments if each.kind == "urban_management"]
    return MonthGround(
        city.name,
        city.time_zone,
        roster,
        run_cards_of(city)[0],
        standards_of(city)[0],
        calendar_of(city)[0],
        with_collectors(areas_of(city)[0], cells, departments),
        tuple(cells),
        language,
    )


def _failed(error: object, code: int) -> int:
    print(f"opsroom generate month: {error}", file=sys.stderr)
    return code

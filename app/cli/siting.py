"""`opsroom siting`: where stations stand and should stand, what if one closes, where and when calls come, how many.

Exit codes: 0 answered; 1 there is no answer (a history that is too short, a demand that no candidate reaches); 2 bad
input. With --json each prints one object; where there is no answer {"error": code, "message": text}.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.given import instant
from app.cli.lonlat import lonlat, take_western_longitudes
from app.cli.siting_given import NoAnswer, factor, ids, minutes, pair, stand_clear

ANSWERED, NO_ANSWER, BAD_INPUT = 0, 1, 2
AIMS = ("cover", "p-median", "fewest")
CELL_M, WITHIN_M, LEAST = 500.0, 150.0, 5
MOST_LETTERS = 400


def add_commands(subparsers: Any) -> None:
    """Add `siting` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    commands = subparsers.add_parser(
        "siting",
        help="where to stand: isochrones, cover, new posts, plans side by side; where, when and how many calls",
        description="Exit code 0: answered. 1: there is no answer (it says why). 2: bad input.",
    ).add_subparsers(required=True, metavar="COMMAND")
    _add_isochrones(commands)
    _add_plans(commands)
    _add_demand(commands)
    _add_within(commands)


def _command(commands: Any, name: str, help_text: str, run: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    take_western_longitudes(parser)
    parser.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")
    parser.set_defaults(run=lambda args: _run(args, run))
    return parser


def _add_city(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")


def _add_log(parser: argparse.ArgumentParser, *, required: bool) -> None:
    words = "a log to learn from: an SQLite file or a postgresql:// address"
    parser.add_argument("--log", required=required, metavar="LOG", help=words)
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")


def _add_isochrones(commands: Any) -> None:
    parser = _command(
        commands, "isochrones", "what is reached within minutes from stations, units or places", "isochrones"
    )
    _add_city(parser)
    parser.add_argument("--stations", type=ids, metavar="ID,ID", help="only these stations (default: all)")
    parser.add_argument("--department", metavar="ID", help="only stations of a department")
    parser.add_argument("--units", type=Path, metavar="FILE.csv", help="units where they stand, in the stations' place")
    parser.add_argument(
        "--at", type=lonlat, action="append", metavar="LON,LAT", help="a place instead; may be repeated"
    )
    parser.add_argument("--minutes", type=minutes, default=(4.0, 8.0), metavar="4,8", help="limits (4,8)")
    parser.add_argument("--each", action="store_true", help="an area for every place, not one for all together")
    parser.add_argument("--towards", action="store_true", help="from where one of the places is reached")
    parser.add_argument("--mode", choices=("emergency", "ordinary"), default="emergency", help="how is driven")
    parser.add_argument("--closures", type=Path, metavar="FILE", help="closed roads: GeoJSON or another vector file")
    parser.add_argument("--out", type=Path, metavar="FILE.geojson", help="write the areas")
    parser.add_argument(
        "--page", type=Path, metavar="FILE.html", help="write a page with the map that stands by itself"
    )


def _add_target(parser: argparse.ArgumentParser) -> None:
    _add_city(parser)
    _add_log(parser, required=False)
    parser.add_argument("--department", metavar="ID", help="whose units (default: the first that has a target)")
    parser.add_argument("--target", metavar="ID", help="a target of its kind in targets.toml (default: the first)")
    parser.add_argument("--when", type=instant, metavar="TIME", help="drive as at that hour, 2026-03-02T22:30+02:00")
    parser.add_argument("--weather", default="", metavar="WORD", help="drive as in that weather, with --when")
    parser.add_argument("--closures", type=Path, metavar="FILE", help="closed roads, in both plans of a comparison too")


def _add_plans(commands: Any) -> None:
    cover = _command(commands, "cover", "the share of demand that stations reach within a target, by area", "cover")
    _add_target(cover)
    cover.add_argument("--out", type=Path, metavar="FILE.geojson", help="write the cells with their seconds")
    place = _command(commands, "place", "where to put k stations or posts", "place")
    _add_target(place)
    place.add_argument("--count", type=int, default=1, metavar="K", help="how many (1)")
    place.add_argument(
        "--aim", choices=AIMS, default="cover",
        help="cover: most demand in time; p-median: the least mean time; fewest: as few as reach --at-least (cover)",
    )  # fmt: skip
    place.add_argument("--at-least", type=float, metavar="SHARE", help="for fewest: 0 to 1 (the target's own)")
    place.add_argument(
        "--candidates", default="cells", metavar="WHAT", help="cells, stations, or a vector file of points (cells)"
    )
    place.add_argument("--afresh", action="store_true", help="in the place of the present stations, not beside them")
    place.add_argument("--budget", type=float, default=20.0, metavar="SECONDS", help="how long to search at most (20)")
    place.add_argument("--out", type=Path, metavar="FILE.geojson", help="write the posts")
    compare = _command(commands, "compare", "what if: two plans side by side", "compare")
    _add_target(compare)
    compare.add_argument("--close", type=ids, default=(), metavar="ID,ID", help="stations that close, their units gone")
    compare.add_argument(
        "--move", type=pair, action="append", default=[], metavar="A=B", help="station A closes, its units go to B"
    )
    compare.add_argument(
        "--open", type=lonlat, action="append", default=[], metavar="LON,LAT", help="a new post, one unit"
    )
    compare.add_argument("--fallen", type=Path, metavar="FILE", help="roads closed in the second plan only: a bridge")
    compare.add_argument("--demand", type=factor, metavar="FACTOR", help="so many times the calls, as 1.3 or +30%%")
    compare.add_argument(
        "--demand-in", type=pair, action="append", default=[], metavar="AREA=FACTOR", help="the same for one area"
    )
    compare.add_argument("--out", type=Path, metavar="FILE.geojson", help="write the cells with both seconds")


def _add_demand(commands: Any) -> None:
    demand = _command(commands, "demand", "calls by hour, weekday, kind and place", "demand")
    hot = _command(commands, "hotspots", "where and when calls gather: Getis-Ord Gi*, clusters, density", "hotspots")
    ahead = _command(commands, "forecast", "calls of the next week by hour, with how wrong the models were", "forecast")
    for parser in (demand, hot, ahead):
        _add_log(parser, required=True)
        parser.add_argument("--kind", default="", metavar="KIND", help="only incidents of a kind")
        parser.add_argument(
            "--department", default="", metavar="KIND", help="only those of a kind of department, as fire"
        )
    demand.add_argument("--city", type=Path, metavar="DIR", help="a city's folder: then by area too")
    _add_city(hot)
    hot.add_argument("--cell", type=float, default=CELL_M, metavar="METRES", help="the side of a square (500)")
    hot.add_argument("--hours", type=float, metavar="N", help="in time too, in slots of so many hours")
    hot.add_argument("--round", choices=("day", "week"), help="with --hours: hours of the day or the week come round")
    hot.add_argument(
        "--within", type=float, default=WITHIN_M, metavar="METRES", help="how near a cluster's calls lie (150)"
    )
    hot.add_argument("--within-hours", type=float, metavar="N", help="and how near in time (default: not asked)")
    hot.add_argument("--least", type=int, default=LEAST, metavar="N", help="calls round a cluster's middle (5)")
    hot.add_argument("--out", type=Path, metavar="FILE.geojson", help="write squares and clusters")
    ahead.add_argument("--hours", type=int, default=168, metavar="N", help="how many hours ahead (168)")


def _add_within(commands: Any) -> None:
    parser = _command(commands, "within", "buildings, addresses and people within an area", "within")
    _add_city(parser)
    area = parser.add_mutually_exclusive_group(required=True)
    area.add_argument("--area", type=Path, metavar="FILE", help="a vector file: all its polygons together")
    area.add_argument("--at", type=lonlat, metavar="LON,LAT", help="the middle of a circle, with --radius")
    parser.add_argument("--radius", type=float, default=200.0, metavar="METRES", help="(200)")


def _run(args: argparse.Namespace, name: str) -> int:
    from app.cli import siting_calls, siting_ground, siting_plans
    from dispatch.log import LogDamaged, NotSaved

    runs: dict[str, Callable[[argparse.Namespace], tuple[dict[str, Any], list[str]]]] = {
        "isochrones": siting_ground.isochrones, "within": siting_ground.within,
        "cover": siting_plans.cover, "place": siting_plans.place, "compare": siting_plans.compare,
        "demand": siting_calls.demand, "hotspots": siting_calls.hotspots, "forecast": siting_calls.forecast,
    }  # fmt: skip
    try:
        stand_clear(args)
        told, lines = runs[name](args)
    except NoAnswer as error:
        return _refuse(args, name, error.code, str(error), NO_ANSWER)
    except (LogDamaged, NotSaved, OSError, ValueError, LookupError) as error:
        return _refuse(args, name, "bad_input", _said(error), BAD_INPUT)
    if args.json:
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        for line in lines:  # names come from files: nothing of them may begin a line or colour a terminal
            print("".join(each if each.isprintable() else " " for each in line)[:MOST_LETTERS].rstrip())
    return ANSWERED


def _refuse(args: argparse.Namespace, name: str, code: str, message: str, exit_code: int) -> int:
    if args.json:
        print(json.dumps({"error": code, "message": message}, ensure_ascii=False))
    for line in message.splitlines() or [""]:
        print(
            f"opsroom siting {name}: {''.join(each if each.isprintable() else ' ' for each in line)}", file=sys.stderr
        )
    return exit_code


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".lstrip(": ")
    known = getattr(error, "known", ())
    more = f"; there are {', '.join(known)}" if known else ""
    return (str(error.args[0]) if error.args else type(error).__name__) + more

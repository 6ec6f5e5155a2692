"""`opsroom city build | generate | info | check | download`: a city folder on the command line.

Exit codes: 0 done, or nothing wrong found; 1 it could not be done, or something is wrong; 2 wrong arguments.

`info --json` prints one object: name, name_zh, folder, time_zone, metric_crs, bounds [west, south, east, north],
center [lon, lat], built_at, attribution, sources [{file, bytes, sha256, licence, attribution}], bytes, layers
{name: {geometry, count, kinds {kind: count}}}, places {kind: count}, roads {junctions, nodes, arcs, edges, report},
warnings [text]. A part that is missing or broken is null. `check --json` prints {wrong, findings [{file, what,
is_wrong}]}. `build --json` prints {folder, name, time_zone, metric_crs, layers, places, network, warnings, seconds}.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import generate
from app.cli.progress import Progress

if TYPE_CHECKING:
    from gis.city_check import Finding

DONE, FAILED, USAGE = 0, 1, 2
MOST_KINDS = 5


def add_commands(subparsers: Any) -> None:
    """Add `city` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    city = subparsers.add_parser("city", help="build, generate, look into, check or download a city")
    commands = city.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands)
    generate.add_command(commands)
    info = commands.add_parser("info", help="count what is inside a city")
    info.add_argument("folder", type=Path, metavar="DIR")
    info.add_argument("--json", action="store_true", help="print one JSON object")
    info.set_defaults(run=run_info)
    check = commands.add_parser(
        "check", help="find what is wrong with a city", description="Exit code 0: nothing is wrong. 1: something is."
    )
    check.add_argument("folder", type=Path, metavar="DIR")
    check.add_argument(
        "--source", type=Path, action="append", default=[], metavar="FILE", help="a file it was built from, to compare"
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(run=run_check)
    download = commands.add_parser("download", help="take an extract from the catalogue that pyrosm knows")
    download.add_argument("name", metavar="NAME", help="a city, country or region, as vancouver or europe/georgia")
    download.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="folder (default: this one)")
    download.add_argument("--catalogue", type=Path, metavar="FILE.json", help="another list, {name: address}")
    download.add_argument("--most-mb", type=float, default=4000, metavar="MB", help="refuse more than this (4000)")
    download.set_defaults(run=run_download)


def _add_build(commands: Any) -> None:
    build = commands.add_parser(
        "build",
        help="turn an OpenStreetMap extract or a street file into a city",
        description="Builds a city folder from an extract (.osm.pbf, .osm, .osm.gz, .osm.bz2), from a city's own "
        "street file, or both; then the street file gives the road network and the extract the rest.",
    )
    build.add_argument("extract", type=Path, nargs="?", metavar="EXTRACT", help="not needed with --roads")
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="the city's folder")
    build.add_argument("--name", help="what the city is called (default: its main settlement)")
    build.add_argument("--name-zh", default="", help="its Chinese name")
    build.add_argument("--time-zone", metavar="ZONE", help="IANA time zone (default: that of the nearest known place)")
    build.add_argument("--crs", metavar="EPSG:N", help="metric CRS (default: the UTM zone of the centre)")
    build.add_argument(
        "--layer", action="append", default=[], type=_layer, metavar="NAME=FILE",
        help="draw a vector file, any that GDAL reads; a known name replaces that layer",
    )  # fmt: skip
    build.add_argument("--roads", type=Path, metavar="FILE", help="a street file, one line a segment")
    build.add_argument("--from-field", metavar="F", help="its field with the junction where a segment begins")
    build.add_argument("--to-field", metavar="T", help="its field with the junction where a segment ends")
    build.add_argument("--oneway-field", metavar="O")
    build.add_argument("--class-field", metavar="C")
    build.add_argument("--licence", default="", help="licence of the files that are not OpenStreetMap's")
    build.add_argument("--attribution", default="", help="whom the map names for them")
    build.add_argument("--force", action="store_true", help="replace a city that is there; edited files are kept")
    build.add_argument("--quiet", action="store_true", help="no progress")
    build.add_argument("--json", action="store_true", help="print what was built as one JSON object")
    build.set_defaults(run=run_build)


def _layer(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not equals or not name or not file:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE")
    return name, Path(file)


def run_build(args: argparse.Namespace) -> int:
    """Build a city and say what is in it."""
    from gis.city_build import StreetFile, build

    if args.extract is None and args.roads is None:
        return _usage("give an extract, or a street file with --roads")
    if args.roads is not None and not (args.from_field and args.to_field):
        return _usage("--roads needs --from-field and --to-field: the fields with the junctions at a segment's ends")
    names = [name for name, _ in args.layer]
    if len(names) != len(set(names)):
        return _usage("two --layer of the same name")
    streets = None
    if args.roads is not None:
        streets = StreetFile(args.roads, args.from_field, args.to_field, args.oneway_field, args.class_field)
    progress = Progress(quiet=args.quiet)
    started = time.perf_counter()
    try:
        report = build(
            args.out, extract=args.extract, streets=streets, layers=dict(args.layer), name=args.name,
            name_zh=args.name_zh, time_zone=args.time_zone, metric_crs=args.crs, licence=args.licence,
            attribution=args.attribution, force=args.force, progress=progress,
        )  # fmt: skip
    except (ValueError, OSError) as error:
        progress.end()
        return _refuse(str(error))
    except KeyboardInterrupt:
        progress.end()
        return _refuse("interrupted; nothing was left behind")
    progress.end()
    if args.json:
        print(json.dumps(dataclasses.asdict(report) | {"folder": str(report.folder)}, ensure_ascii=False))
        return DONE
    print(f"{report.name}: built in {time.perf_counter() - started:.1f} s at {report.folder}")
    _print_counts("layers", report.layers)
    _print_counts("search", report.places)
    _print_counts("roads", {key: value for key, value in report.network.items() if isinstance(value, int)})
    for warning in report.warnings:
        print(f"note: {warning}")
    return DONE


def run_info(args: argparse.Namespace) -> int:
    """Say what is inside a city."""
    from gis.city import CityError
    from gis.city_check import info

    try:
        found = info(args.folder)
    except (CityError, OSError) as error:
        return _refuse(str(error))
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return DONE
    print(f"{found['name']} {found['name_zh']}".strip())
    for key in ("time_zone", "metric_crs", "bounds", "center", "built_at", "attribution"):
        print(f"  {key.replace('_', ' ')}: {found[key]}")
    for source in found["sources"]:
        print(f"  source: {source['file']}, {source['bytes']:,} bytes, {source['licence'] or 'licence not stated'}")
    for name, layer in found["layers"].items():
        print(f"  layer {name}: " + (f"{layer['count']:,} {layer['geometry']}s" if layer else "broken"))
    _print_counts("  search", found["places"] or {"broken": 0})
    roads = found["roads"] or {"broken": 0}
    _print_counts("  roads", {key: value for key, value in roads.items() if isinstance(value, int)})
    for warning in found["warnings"]:
        print(f"  note: {warning}")
    return DONE


def run_check(args: argparse.Namespace) -> int:
    """Say what is wrong with a city."""
    from gis.city_check import check

    findings = [*_in_edited_files(args.folder), *_gaps(args.folder), *check(args.folder, sources=args.source)]
    wrong = sum(finding.is_wrong for finding in findings)
    if args.json:
        print(json.dumps({"wrong": wrong, "findings": [dataclasses.asdict(f) for f in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{'WRONG' if finding.is_wrong else 'note '}  {finding.file}: {finding.what}")
        print(f"{args.folder}: {wrong} wrong" if wrong else f"{args.folder}: nothing is wrong")
    return FAILED if wrong else DONE


def _in_edited_files(folder: Path) -> list[Finding]:
    """Find what is wrong in the files of rules that a city may have of its own."""
    from app.city_files import (
        action_cards_of,
        areas_of,
        calendar_of,
        roster_of,
        run_cards_of,
        standards_of,
        usual_duties_of,
    )
    from gis.city import City, CityError
    from gis.city_check import Finding
    from gis.located_toml import BadFile
    from gis.speeds import read_learned, read_speeds

    try:
        city = City.open(folder)
    except CityError:
        return []  # `check` says so
    found = []
    speeds = ("speeds.toml", lambda _: read_speeds(folder / "speeds.toml"))
    learned = ("learned_speeds.toml", lambda _: read_learned(folder / "learned_speeds.toml"))
    loop = (
        ("calendar.toml", calendar_of),
        ("standards.toml", standards_of),
        ("areas.toml", areas_of),
        ("duties.toml", usual_duties_of),
        ("action_cards.toml", action_cards_of),
    )
    for name, read in (("roster.toml", roster_of), ("runcards.toml", run_cards_of), speeds, learned, *loop):
        if (folder / name).is_file():
            try:
                read(city)
            except CityError:
                pass  # a layer is broken, which `check` says
            except BadFile as error:
                for each in error.problems:
                    if Path(each.file).name != name:
                        continue  # of a file that this one is read beside; told there
                    where = f"line {each.line}: {each.field}: " if each.field else f"line {each.line}: "
                    found.append(Finding(name, where + each.text, True))
    return found


def _gaps(folder: Path) -> list[Finding]:
    """Tell what run cards ask for that no unit of the roster can give: worth knowing, since a city may mean it."""
    from app.city_files import roster_of, run_cards_of
    from dispatch.card_gaps import card_gaps
    from gis.city import City, CityError
    from gis.city_check import Finding
    from gis.located_toml import BadFile

    try:
        city = City.open(folder)
        (roster, _), (cards, _) = roster_of(city), run_cards_of(city)
    except (CityError, BadFile):
        return []  # told with the files themselves
    found = []
    for gap in card_gaps(cards, roster):
        able = " or ".join(gap.any_of) + (f" of {gap.department}" if gap.department else "")
        lack = {
            "capability": f"no unit of the roster is {able}",
            "crew": f"no {able} of the roster has a crew of {', '.join(gap.wanted)}",
            "equipment": f"no {able} of the roster carries {' and '.join(gap.wanted)}",
            "officers": f"no {able} of the roster brings the {', '.join(gap.wanted)} officers asked for",
        }[gap.code]
        more = len(gap.asked_by) - MOST_KINDS
        kinds = ", ".join(gap.asked_by[:MOST_KINDS]) + (f" and {more} more" if more > 0 else "")
        found.append(Finding("runcards.toml", f"{lack} (asked for by {kinds})", False))
    return found


def run_download(args: argparse.Namespace) -> int:
    """Download an extract."""
    from gis.extract_catalogue import CatalogueError, download, find

    progress = Progress(quiet=False)
    try:
        entry = find(args.name, catalogue=args.catalogue)
        print(f"{entry.name}: {entry.url}", file=sys.stderr)
        file = download(entry, args.out, progress=progress, most_bytes=int(args.most_mb * 1e6))
    except (CatalogueError, OSError) as error:
        progress.end()
        return _refuse(str(error.args[0] if isinstance(error, CatalogueError) else error))
    progress.end()
    print(file)
    return DONE


def _print_counts(title: str, counts: dict[str, int]) -> None:
    print(f"{title}: " + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count))


def _refuse(message: str) -> int:
    print(f"opsroom city: {message}", file=sys.stderr)
    return FAILED


def _usage(message: str) -> int:
    print(f"opsroom city: {message}", file=sys.stderr)
    return USAGE

"""`opsroom grid CITY`: the cells of a city's grid, made along its streets or taken from the city's own file.

Exit codes: 0 done, or answered; 1 it could not be done, or the place lies in no cell; 2 wrong arguments.

Making and importing print with --json {cells, small, large, median_m2, problems [{file, feature, field, what, kept}],
seconds}; --at prints {code, county, street, community, area_m2, is_water}, or {"error": "outside"}; --components
prints {file, components, added}.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

from app.cli.lonlat import lonlat, take_western_longitudes

DONE, FAILED, USAGE = 0, 1, 2
MOST_SAID = 20


def add_commands(subparsers: Any) -> None:
    """Add `grid`; it sets `run`, which takes the arguments and returns the exit code."""
    grid = subparsers.add_parser(
        "grid",
        help="make or import the cells of a city's grid, and ask for the cell of a place",
        description="Cuts a city's ground along its streets, railways and waters into cells of 5,000 to 20,000 m2 "
        "with codes of 15 digits, and keeps them as the city's layer `grid`.",
    )
    take_western_longitudes(grid)
    grid.add_argument("city", type=Path, metavar="CITY")
    grid.add_argument("--county", default="", metavar="CODE", help="the county's code, 6 digits (default: 000000)")
    grid.add_argument("--communities", default="", metavar="LAYER", help="a layer of polygons that cells stay within")
    grid.add_argument("--from", dest="source", type=Path, metavar="FILE", help="take the cells of a vector file")
    grid.add_argument("--code-field", default="code", metavar="F", help="its field with codes of 15 digits (code)")
    grid.add_argument("--crs", help="what the file is in where it does not say: EPSG:N, GCJ-02, BD-09")
    grid.add_argument("--force", action="store_true", help="replace the grid that is there, and with it its codes")
    grid.add_argument("--at", type=lonlat, metavar="LON,LAT", help="only say which cell a place lies in")
    grid.add_argument(
        "--components", metavar="LAYER=CLASS", help="give the features of a layer their codes, as hydrants=0111"
    )
    grid.add_argument("--json", action="store_true", help="print one JSON object")
    grid.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make, import or ask a grid."""
    from gis.city import City
    from gis.grid import LAYER
    from gis.grid_codes import is_county

    if args.county and not is_county(args.county):
        return _failed(args, f"--county: {args.county!r} is not 6 digits", USAGE)
    try:
        city = City.open(args.city)
        if args.at is not None:
            return _say_cell(args, city)
        if args.components:
            return _name_components(args, city)
        if LAYER in city.layer_names() and not args.force:
            return _failed(args, f"{args.city} has a grid; --force replaces it, and cases lose the cells they name")
        return _make(args, city)
    except (ValueError, OSError) as error:
        return _failed(args, str(error))


def _make(args: argparse.Namespace, city: Any) -> int:
    from app.cli.progress import Progress
    from gis.grid_build import generate_grid, import_grid
    from gis.grid_codes import NO_COUNTY

    started = time.perf_counter()
    if args.source is not None:
        made = import_grid(city, args.source, code_field=args.code_field, crs=args.crs)
    else:
        progress = Progress(quiet=args.json)
        communities = city.layer(args.communities) if args.communities else None
        try:
            made = generate_grid(city, county=args.county or NO_COUNTY, communities=communities, report=progress)
        finally:
            progress.end()
    seconds = time.perf_counter() - started
    if args.json:
        print(json.dumps(dataclasses.asdict(made) | {"seconds": round(seconds, 2)}, ensure_ascii=False))
        return DONE
    for problem in made.problems[:MOST_SAID]:
        print(_line(str(problem)), file=sys.stderr)
    if len(made.problems) > MOST_SAID:
        print(f"and {len(made.problems) - MOST_SAID} more", file=sys.stderr)
    print(f"{city.name}: {made.cells:,} cells in {seconds:.1f} s, {made.median_m2:,.0f} m2 in the middle")
    if made.small or made.large:
        print(f"note: {made.small} smaller than 5,000 m2, {made.large} larger than 20,000 m2")
    return DONE


def _say_cell(args: argparse.Namespace, city: Any) -> int:
    from gis.grid import Grid

    grid = Grid.of(city)
    if grid is None:
        return _failed(args, f"{args.city} has no grid; `opsroom grid CITY` makes one")
    cell = grid.cell_of(*args.at)
    if cell is None:
        print(json.dumps({"error": "outside"}) if args.json else "The place lies in no cell.")
        return FAILED
    if args.json:
        parts = {"county": cell.county, "street": cell.street, "community": cell.community}
        answer = {"code": cell.code, **parts, "area_m2": round(cell.area_m2, 1), "is_water": cell.is_water}
        print(json.dumps(answer))
    else:
        print(f"{cell.code}: {cell.area_m2:,.0f} m2{', water' if cell.is_water else ''}")
    return DONE


def _name_components(args: argparse.Namespace, city: Any) -> int:
    from app.city_files import standards_of
    from dispatch.standards import COMPONENT
    from gis.component_codes import FILE, component_codes, read_codes, sources_of, write_codes
    from gis.grid_codes import NO_COUNTY

    layer, equals, small_class = args.components.partition("=")
    if not equals:
        return _failed(args, f"--components: {args.components!r} is not LAYER=CLASS", USAGE)
    standards, _ = standards_of(city)
    if small_class not in {each.code for each in standards.small if each.group == COMPONENT}:
        return _failed(args, f"--components: {small_class!r} is no class of components in the standards", USAGE)
    file = city.folder / FILE
    kept = read_codes(file)
    sources = sources_of(city.layer(layer))
    codes, known = component_codes(sources, kept, county=args.county or NO_COUNTY, small_class=small_class)
    write_codes(file, known)
    added = len(set(codes) - set(kept.values()))
    answer = {"file": str(file), "components": len(codes), "added": added}
    print(json.dumps(answer) if args.json else f"{layer}: {len(codes):,} components, {added:,} of them new")
    return DONE


def _failed(args: argparse.Namespace, message: str, code: int = FAILED) -> int:
    if args.json:
        print(json.dumps({"error": "failed", "message": message}, ensure_ascii=False))
    for line in message.splitlines():
        print(_line(f"opsroom grid: {line}"), file=sys.stderr)
    return code


def _line(text: str) -> str:
    """Keep text from files on one line and free of a terminal's commands."""
    return "".join(sign if sign.isprintable() else " " for sign in text)

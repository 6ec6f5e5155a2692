"""`opsroom layers add | list | remove | style`: what is laid over a city's map.

`add --json` prints {layers [{name, title, kind, place, ...}], kept, problems [{file, feature, field, what, kept}]};
where the coordinate system must be stated, {error "crs_needed", message, guesses}. `list --json` prints {hidden,
layers [{name, title, kind, source, group, is_shown, place, look, attribution, geometry, count, fields}], problems}.
`style --json` prints the layer. Exit codes: 0 done, 1 it could not be done, 2 wrong arguments or a wrong look.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from gis.city import City, CityError

DONE, FAILED, USAGE = 0, 1, 2
MOST_SAID = 20


def add_commands(subparsers: Any) -> None:
    """Add `layers` with its subcommands."""
    layers = subparsers.add_parser("layers", help="lay files over a city's map")
    commands = layers.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="add a vector file, a picture or an archive of tiles")
    add.add_argument("city", type=Path, metavar="CITY")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--name", default="", help="its folder's name (default: made of the title)")
    add.add_argument("--title", default="", help="what people call it (default: the file's name)")
    add.add_argument("--layer", help="which layer of a file with several (default: the first)")
    add.add_argument("--crs", help="what it is in where it does not say: EPSG:N, GCJ-02, BD-09")
    add.add_argument("--place", choices=("under", "over"), default="", help="under buildings and roads, or over roads")
    add.set_defaults(run=run_add)
    show = commands.add_parser("list", help="name the layers that were added, from the bottom up")
    show.add_argument("city", type=Path, metavar="CITY")
    show.set_defaults(run=run_list)
    remove = commands.add_parser("remove", help="take a layer away, with its data")
    remove.add_argument("city", type=Path, metavar="CITY")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=run_remove)
    style = commands.add_parser(
        "style", help="give a layer another look", description='The look is JSON, as {"colour": "#c67a1e"}.'
    )
    style.add_argument("city", type=Path, metavar="CITY")
    style.add_argument("name", metavar="NAME")
    style.add_argument("look", metavar="JSON", help="a look, or - to read it from standard input")
    style.set_defaults(run=run_style)
    for parser in (add, show, remove, style):
        parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_add(args: argparse.Namespace) -> int:
    """Add a file and say what was kept."""
    from app.layer_deeds import CrsNeeded, add_file

    try:
        city = City.open(args.city)
        added = add_file(
            city, args.file, title=args.title, name=args.name, layer=args.layer, crs=args.crs, place=args.place
        )
    except CrsNeeded as needed:
        if args.json:
            print(json.dumps({"error": "crs_needed", "message": str(needed), "guesses": needed.guesses}))
            return FAILED
        hint = f" --crs could be {', '.join(needed.guesses)}." if needed.guesses else ""
        return _failed(args, f"{needed}.{hint}")
    except (ValueError, OSError) as error:
        return _failed(args, str(error))
    if args.json:
        problems = [dataclasses.asdict(problem) for problem in added.problems]
        layers = [_table(layer) for layer in added.layers]
        print(json.dumps({"layers": layers, "kept": added.kept, "problems": problems}, ensure_ascii=False))
        return DONE
    for problem in added.problems[:MOST_SAID]:
        print(_line(str(problem)), file=sys.stderr)
    if len(added.problems) > MOST_SAID:
        print(f"and {len(added.problems) - MOST_SAID} more", file=sys.stderr)
    for layer in added.layers:
        print(f"{layer.name}: {layer.kind}, added {layer.place} the roads")
    if added.kept:
        print(f"{added.kept} features kept")
    return DONE


def run_list(args: argparse.Namespace) -> int:
    """Print the layers of a city."""
    from maps.layers_file import read_layers

    try:
        city = City.open(args.city)
    except CityError as error:
        return _failed(args, str(error))
    listing, problems = read_layers(city.folder)
    if args.json:
        rows = [{**_table(layer), **_facts(city, layer.name, layer.kind)} for layer in listing.layers]
        told = [str(problem) for problem in problems]
        print(json.dumps({"hidden": sorted(listing.hidden), "layers": rows, "problems": told}, ensure_ascii=False))
        return DONE
    for problem in problems:
        print(_line(str(problem)), file=sys.stderr)
    for layer in listing.layers:
        facts = _facts(city, layer.name, layer.kind)
        count = f", {facts['count']} {facts['geometry']}s" if facts["count"] is not None else ""
        print(_line(f"{layer.name}: {layer.title} ({layer.kind}{count}{'' if layer.is_shown else ', off'})"))
    return DONE


def run_remove(args: argparse.Namespace) -> int:
    """Take a layer away."""
    from app.layer_deeds import remove_layer

    try:
        remove_layer(City.open(args.city), args.name)
    except KeyError as error:
        return _failed(args, str(error.args[0]))
    except (ValueError, OSError) as error:
        return _failed(args, str(error))
    print(json.dumps({"removed": args.name}) if args.json else f"{args.name}: removed")
    return DONE


def run_style(args: argparse.Namespace) -> int:
    """Give a layer another look."""
    from app.layer_deeds import restyle

    try:
        table = json.loads(sys.stdin.read() if args.look == "-" else args.look)
        if not isinstance(table, dict):
            raise ValueError("a look is an object, as {}")
    except (ValueError, RecursionError) as error:
        return _failed(args, f"not a look in JSON: {error}", USAGE)
    try:
        layer = restyle(City.open(args.city), args.name, table)
    except KeyError as error:
        return _failed(args, str(error.args[0]))
    except (CityError, OSError) as error:
        return _failed(args, str(error))
    except ValueError as error:
        return _failed(args, str(error), USAGE)
    print(json.dumps(_table(layer), ensure_ascii=False) if args.json else f"{args.name}: restyled")
    return DONE


def _table(layer: Any) -> dict[str, Any]:
    from maps.layers_file import look_table

    remote = dataclasses.asdict(layer.remote) if layer.remote is not None else None
    plain = {each.name: getattr(layer, each.name) for each in dataclasses.fields(layer)}
    return {**plain, "look": look_table(layer.look), "remote": remote}


def _facts(city: City, name: str, kind: str) -> dict[str, Any]:
    if kind != "vector":
        return {"geometry": None, "count": None, "fields": []}
    try:
        columns = city.layer(name)
        return {"geometry": columns.geometry, "count": columns.count, "fields": list(columns.columns())}
    except ValueError:
        return {"geometry": None, "count": None, "fields": []}


def _failed(args: argparse.Namespace, message: str, code: int = FAILED) -> int:
    if args.json:
        print(json.dumps({"error": "failed", "message": message}, ensure_ascii=False))
    else:
        print(_line(f"opsroom layers: {message}"), file=sys.stderr)
    return code


def _line(text: str) -> str:
    """Keep text from files on one line and free of a terminal's commands."""
    return "".join(sign if sign.isprintable() else " " for sign in text)

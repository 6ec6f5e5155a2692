"""`opsroom city generate`: an invented city, for exercises and for measuring scale where no real extract is at hand.

The same numbers give the same folder, byte for byte. Exit codes: 0 done; 1 it could not be done; 2 wrong arguments.
`--json` prints {folder, name, junctions, features, layers, places, network, warnings, seconds}.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DONE, FAILED, USAGE = 0, 1, 2


def add_command(commands: Any) -> None:
    """Add `generate` to the commands of `city`."""
    parser = commands.add_parser(
        "generate",
        help="invent a city for exercises and for measuring scale",
        description="Invents a city: river and bridges, motorways, streets with names in English and Chinese, houses "
        "with numbers, parks, stations, hospitals, cameras, hydrants, districts, a roster. It lies in open sea, where "
        "no real city is. The same numbers give the same city.",
    )
    parser.add_argument("--junctions", type=_whole, required=True, metavar="N", help="about how many: 1,000 to 500,000")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the city's folder")
    parser.add_argument("--seed", type=_whole, default=1, metavar="S", help="another number, another city (1)")
    parser.add_argument(
        "--features", type=_whole, metavar="N",
        help="about how many features to draw, 10,000 to 10,000,000: steers buildings and house numbers "
        "(default: 10 for each junction)",
    )  # fmt: skip
    parser.add_argument("--name", help="what the city is called (default: an invented name)")
    parser.add_argument(
        "--built-at", type=_instant, metavar="INSTANT", help="as it stands in city.toml (default: 2026-01-01T00:00Z)"
    )
    parser.add_argument("--force", action="store_true", help="replace a city that is there, edited files and all")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print what was generated as one JSON object")
    parser.set_defaults(run=run_generate)


def _whole(text: str) -> int:
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant such as 2026-01-01T00:00Z") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def run_generate(args: argparse.Namespace) -> int:
    """Generate a city and say what is in it."""
    from app.cli.progress import Progress
    from gis.invented.generate import BUILT_AT, generate
    from gis.invented.plan import Plan, PlanError

    progress = Progress(quiet=args.quiet)
    started = time.perf_counter()
    try:
        plan = Plan.of(args.junctions, seed=args.seed, features=args.features)
    except PlanError as error:
        print(f"opsroom city generate: {error}", file=sys.stderr)
        return USAGE
    try:
        report = generate(
            args.out, plan, name=args.name, built_at=args.built_at or BUILT_AT, force=args.force, furnish=_furnish,
            progress=progress,
        )  # fmt: skip
    except (ValueError, OSError, MemoryError) as error:
        progress.end()
        print(f"opsroom city generate: {error or 'not enough memory'}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        progress.end()
        print("opsroom city generate: interrupted; nothing was left behind", file=sys.stderr)
        return FAILED
    progress.end()
    if args.json:
        print(json.dumps(dataclasses.asdict(report) | {"folder": str(report.folder)}, ensure_ascii=False))
        return DONE
    print(f"{report.name}: invented in {time.perf_counter() - started:.1f} s at {report.folder}")
    print(f"{report.junctions:,} junctions, {report.features:,} features")
    for title, counts in (("layers", report.layers), ("search", report.places)):
        print(
            f"{title}: " + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)
        )
    for warning in report.warnings:
        print(f"note: {warning}")
    return DONE


def _furnish(folder: Path) -> None:
    """Write the roster made for the city, so that there is one to edit; the run cards are the shipped ones."""
    from gis.city import City
    from resources.roster_made import default_roster
    from resources.roster_toml import write_roster

    write_roster(folder / "roster.toml", default_roster(City.open(folder)), head="Invented, as is the city.")

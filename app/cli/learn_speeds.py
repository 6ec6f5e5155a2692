"""The command `opsroom learn-speeds`: how fast the roads really are, from recorded trips.

With --json it prints one object:
  city, trips_file, out   where from and where to; out is null where nothing was written
  trips               how many the file holds; matched: how many of them were followed on the roads; driven_km there
  lines, bad_lines    of the file; put_in_order: trips whose times ran backwards, twice: lines that repeat an instant
  dropped             what was left out, by reason: mode, no_place, jump, stop, gap, short, off_road, no_way, tunnel,
                      beside, detour, too_fast
  learned             list: profile, road_class, days (0 Monday), from_hour, to_hour, factor, trips, units, spread,
                      evidence ("own" or "class")
  not_learned         list: profile, road_class, trips, units, spread of the road classes with too little evidence
  check               null where too few trips, or: trips, mean_trip_s, mae_before_s, mae_after_s, better_percent,
                      bias_before_s, bias_after_s; each trip is foretold by what the others taught
  problems            what is wrong on which line
Where there is no answer it prints {"error": "bad_input", "message": text, "problems": [text]}.
Exit codes: 0 learned and written, 1 nothing written (too little evidence, or no better), 2 bad input.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli.progress import Progress
from gis.city import City
from gis.profile import default_profiles, read_profiles
from gis.speeds import LEARNED_FILE_NAME, Learned, expected_file, read_speeds
from gis.speeds_learned_file import write_learned
from gis.speeds_learning import Check, Evidence, NotLearned, check, learn
from gis.speeds_observed import Observed, observe
from gis.trips import Trips, read_trips

LEARNED, NOTHING, BAD_INPUT = 0, 1, 2
MOST_TOLD = 20
_REASONS = {
    "mode": "trips whose mode is no driving profile of the city",
    "no_place": "fixes that are no place",
    "jump": "fixes that no vehicle could have reached",
    "stop": "stops of two minutes and more",
    "gap": "gaps of two minutes and more without a fix",
    "short": "pieces with fewer than three fixes apart",
    "off_road": "fixes with no road near",
    "no_way": "cuts where no way by road fits the fixes",
    "tunnel": "steps through a tunnel",
    "beside": "steps on a yard or path so near to a street that they may have been on it",
    "detour": "steps whose way goes so far about that the fixes were hardly on it",
    "too_fast": "steps faster than the profile could be",
}


def add_commands(subparsers: Any) -> None:
    """Add `learn-speeds` to the command line."""
    parser = subparsers.add_parser(
        "learn-speeds",
        help="how fast the roads really are, from recorded trips",
        description="Exit code 0: learned and written. 1: nothing written, the trips show too little. 2: bad input.",
    )
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument(
        "--trips", type=Path, required=True, metavar="FILE.csv",
        help="trip,unit,at,lon,lat[,mode]: at as 2026-03-02T22:30:05+02:00 or epoch seconds, mode a driving profile",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"where to (default: {LEARNED_FILE_NAME} in the city)")
    parser.add_argument("--min-trips", type=int, default=5, metavar="N", help="trips that a factor needs (5)")
    parser.add_argument("--min-units", type=int, default=2, metavar="N", help="different units that it needs (2)")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Learn, write, and print what came of it; return the exit code."""
    progress = Progress(quiet=args.json)
    try:
        if args.min_trips < 1 or args.min_units < 1:
            raise ValueError("--min-trips and --min-units must be 1 or more")
        city = City.open(args.city)
        network = city.roads()
        profiles = read_profiles(city.profiles_file) if city.profiles_file.exists() else default_profiles()
        speeds = read_speeds(expected_file(city.folder))  # what was learned before must not be learned from
        trips = read_trips(args.trips)
        observed = observe(network, profiles, trips.trips, speeds, time_zone=city.time_zone, tell=progress)
        progress.end()
        evidence = Evidence(args.min_trips, args.min_units)
        rows, missing = learn(observed, speeds, evidence=evidence)
        checked = check(observed, evidence=evidence)
        out = None
        if rows and (checked is None or checked.mae_after_s <= checked.mae_before_s):
            out = args.out or city.folder / LEARNED_FILE_NAME
            write_learned(out, rows, notes=_notes(args.trips, observed, checked))
    except (ValueError, OSError) as error:
        return _refuse(args, str(error))
    if args.json:
        print(json.dumps(_as_json(city, args, trips, observed, rows, missing, checked, out), ensure_ascii=False))
    else:
        for line in _as_lines(trips, observed, rows, missing, checked, out):
            print(line)
        for line in _told(trips):
            print(line, file=sys.stderr)
    return LEARNED if out is not None else NOTHING


def _notes(trips_file: Path, observed: Observed, checked: Check | None) -> list[str]:
    units = len(set(observed.units))
    notes = [f"From {trips_file.name}: {len(observed.trips):,} trips of {units:,} units, {observed.driven_km:,.0f} km."]
    return [*notes, _check_line(checked)] if checked else notes


def _check_line(checked: Check) -> str:
    return (
        f"Times of {checked.trips:,} trips, each foretold from the others: {checked.mae_before_s:.1f} s wrong before, "
        f"{checked.mae_after_s:.1f} s after ({checked.better_percent:+.0f} % better; a trip takes "
        f"{checked.mean_trip_s:.0f} s)."
    )


def _as_lines(
    trips: Trips,
    observed: Observed,
    rows: Sequence[Learned],
    missing: Sequence[NotLearned],
    checked: Check | None,
    out: Path | None,
) -> list[str]:
    lines = [
        f"{len(trips.trips):,} trips read, {len(observed.trips):,} followed on the roads, {observed.driven_km:,.1f} km",
        *(f"  left out: {_REASONS[reason]}: {count:,}" for reason, count in observed.dropped.items()),
    ]
    if rows:
        lines.append(f"{'profile':<12} {'road class':<16} {'days':<9} {'hours':<7} factor trips units spread evidence")
    lines += [
        f"{row.profile:<12} {row.road_class:<16} {_days(row):<9} {row.band.from_hour:02d}-{row.band.to_hour:02d}   "
        f"{row.factor:6.2f} {row.trips:5d} {row.units:5d} {row.spread:6.0%} {row.evidence}"
        for row in rows
    ]
    lines += [
        f"{each.profile}, {each.road_class}: not learned (trips {each.trips}, units {each.units}, "
        f"spread {each.spread:.0%})"
        for each in missing
    ]
    lines.append(_check_line(checked) if checked else "too few trips to foretell some of them from the others")
    if out is not None:
        lines.append(f"written: {out}")
    else:
        lines.append("nothing written: " + ("it foretells no better" if rows else "too little evidence"))
    return lines


def _days(row: Learned) -> str:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    first, last, count = min(row.band.days), max(row.band.days), len(row.band.days)
    is_run = last - first + 1 == count
    return f"{names[first]}-{names[last]}" if is_run and count > 1 else ",".join(names[day] for day in row.band.days)


def _told(trips: Trips) -> list[str]:
    lines = [str(problem) for problem in trips.problems[:MOST_TOLD]]
    if trips.bad_lines > len(lines):
        lines.append(f"{trips.bad_lines:,} of {trips.lines:,} lines were left out")
    if trips.put_in_order:
        lines.append(f"{trips.put_in_order:,} trips had times that ran backwards: their lines were put in order")
    if trips.twice:
        lines.append(f"{trips.twice:,} lines repeated an instant of their trip and were left out")
    return lines


def _as_json(
    city: City,
    args: argparse.Namespace,
    trips: Trips,
    observed: Observed,
    rows: Sequence[Learned],
    missing: Sequence[NotLearned],
    checked: Check | None,
    out: Path | None,
) -> dict[str, Any]:
    return {
        "city": city.name,
        "trips_file": str(args.trips),
        "out": None if out is None else str(out),
        "trips": len(trips.trips),
        "matched": len(observed.trips),
        "driven_km": round(observed.driven_km, 3),
        "lines": trips.lines,
        "bad_lines": trips.bad_lines,
        "put_in_order": trips.put_in_order,
        "twice": trips.twice,
        "dropped": dict(observed.dropped),
        "learned": [_row_as_json(row) for row in rows],
        "not_learned": [asdict(each) for each in missing],
        "check": None if checked is None else _check_as_json(checked),
        "problems": [str(problem) for problem in trips.problems],
    }


def _row_as_json(row: Learned) -> dict[str, Any]:
    fields = {key: value for key, value in asdict(row).items() if key != "band"}
    band = {"days": sorted(row.band.days), "from_hour": row.band.from_hour, "to_hour": row.band.to_hour}
    return {**fields, **band}


def _check_as_json(checked: Check) -> dict[str, Any]:
    values = {**asdict(checked), "better_percent": checked.better_percent}
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}


def _refuse(args: argparse.Namespace, message: str) -> int:
    if args.json:
        print(
            json.dumps({"error": "bad_input", "message": message, "problems": message.splitlines()}, ensure_ascii=False)
        )
    for line in message.splitlines():
        print(f"opsroom learn-speeds: {line}", file=sys.stderr)
    return BAD_INPUT

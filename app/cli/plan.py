"""The command `opsroom plan`: who should go to many incidents at once, why, and what the city is left with."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from app.cli.coverage import cover_json, move_json
from app.cli.given import instant
from app.cli.plan_answer import Answered, answer
from app.cli.plan_words import lines_of
from app.cli.recommend import chosen_json, reason_json, total_s, unmet_json

ANSWERED, SHORT, BAD_INPUT = 0, 1, 2
TIME_LIMIT_S = 2.0


def add_commands(subparsers: Any) -> None:
    """Add `plan` to the command line."""
    parser = subparsers.add_parser(
        "plan",
        help="who should go to many incidents at once",
        description="Exit code 0: every required need is filled. 1: something that is needed is missing. 2: bad input.",
    )
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument(
        "--incidents",
        type=Path,
        required=True,
        metavar="FILE",
        help="CSV with id,kind,lon,lat[,priority,alarm_level,received_at], or GeoJSON points",
    )
    parser.add_argument(
        "--units", type=Path, metavar="FILE.csv", help="id,department,capabilities;separated,status,lon,lat"
    )
    parser.add_argument("--closed", type=Path, metavar="FILE.geojson", help="roads that are closed, slow or flooded")
    parser.add_argument("--when", type=instant, metavar="TIME", help="moment, as 2026-03-02T22:30+02:00 (now)")
    parser.add_argument("--weather", default="", metavar="WORD", help="as the city's speeds know it: rain, snow, ...")
    parser.add_argument("--time-limit", type=_seconds, default=TIME_LIMIT_S, metavar="SECONDS", help="to plan in (2)")
    parser.add_argument(
        "--explain", action="append", default=[], metavar="UNIT", help="say of a unit why not elsewhere"
    )
    parser.add_argument("--geometry", action="store_true", help="with --json: the way of every unit by road")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print who should go where; return the exit code.

    With --json it prints one object:
      city, at (ISO, UTC), weather, hash (names the plan), inputs {name: SHA-256 of what it was worked out from}
      incidents     list, by priority and waiting: incident (its id in the file), kind, priority, alarm_level, place
                    [lon, lat], mode, is_estimate, hash, chosen (as `opsroom recommend` prints it, with prices [{code,
                    seconds}] that it was charged beside its time; the way with --geometry only), unmet
      served        list, a class each, the most urgent first: priority, optional, places, filled, total_s, mean_s,
                    price_s, officers_missing, is_optimal
      is_optimal, gap (a bound of what classes that are not optimal may lose in time, as a share)
      price_of_greedy  list, a class each, of the same served one after another: priority, optional, unfilled (places
                    fewer), longer_s (on average a place)
      coverage, move_ups   as `opsroom coverage` prints them, after all that are chosen have left
      explained     list of what --explain asks for: unit, incident, is_sent, would_go_alone, eta_s, reason
      problems      what was left out of the file of closures, and what stands far off the city's map
    Where there is no answer it prints {"error": "bad_input", "message": text, "problems": [text]}.
    """
    try:
        answered = answer(args)
    except (OSError, ValueError) as error:
        return _refuse(args, str(error))
    if args.json:
        print(json.dumps(_as_json(answered, with_ways=args.geometry), ensure_ascii=False))
    else:
        for line in lines_of(answered):
            print(line)
        for problem in answered.problems:
            print(problem, file=sys.stderr)
    return SHORT if answered.is_short else ANSWERED


def _as_json(answered: Answered, *, with_ways: bool) -> dict[str, Any]:
    found, state, names = answered.plan, answered.state, answered.names
    return {
        "city": answered.city.name,
        "at": found.at.astimezone(UTC).isoformat(),
        "weather": state.weather,
        "hash": found.hash,
        "inputs": dict(found.inputs),
        "incidents": list(_incidents_json(answered, with_ways=with_ways)),
        "served": [
            {
                "priority": each.priority,
                "optional": each.optional,
                "places": each.places,
                "filled": each.filled,
                "total_s": round(each.total_s, 3),
                "mean_s": round(each.mean_s, 3),
                "price_s": round(each.price_s, 3),
                "officers_missing": each.lacking,
                "is_optimal": each.is_optimal,
            }
            for each in found.served
        ],
        "is_optimal": found.is_optimal,
        "gap": found.gap,
        "price_of_greedy": [
            {
                "priority": each.priority,
                "optional": each.optional,
                "unfilled": each.unfilled,
                "longer_s": each.longer_s,
            }
            for each in answered.greed
        ],
        "coverage": [cover_json(cover) for cover in answered.cover.covers],
        "move_ups": [move_json(move) for move in answered.moves],
        "explained": [
            {
                "unit": each.unit_id,
                "incident": names[each.incident_id],
                "is_sent": each.is_sent,
                "would_go_alone": each.would_go_alone,
                "eta_s": total_s(each.eta),
                "reason": reason_json(each.reason),
            }
            for each in answered.explained
        ],
        "problems": list(answered.problems),
    }


def _incidents_json(answered: Answered, *, with_ways: bool) -> Iterator[dict[str, Any]]:
    state, names = answered.state, answered.names
    prices = {(each.incident_id, each.unit_id): each.prices for each in answered.plan.priced}
    for found in answered.plan.answers:
        incident = state.incidents[found.incident_id or 0]
        routes = {path.unit_id: path for path in found.paths} if with_ways else {}
        optional = answered.optional(incident.id)
        chosen = [
            {
                **chosen_json(each, routes.get(each.unit_id)),
                "taken_from": names.get(each.taken_from or 0),
                "prices": [
                    {"code": price.code, "seconds": price.seconds}
                    for price in prices.get((incident.id, each.unit_id), ())
                ],
            }
            for each in found.chosen
        ]
        yield {
            "incident": names[incident.id],
            "kind": incident.kind,
            "priority": incident.priority,
            "alarm_level": incident.alarm_level,
            "place": [incident.location.lon, incident.location.lat],
            "mode": incident.mode,
            "is_estimate": found.is_estimate,
            "hash": found.hash,
            "chosen": chosen,
            "unmet": [unmet_json(unmet, optional) for unmet in found.unmet],
        }


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0.0 <= seconds <= 3600.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return seconds


def _refuse(args: argparse.Namespace, message: str) -> int:
    if args.json:
        answer = {"error": "bad_input", "message": message.splitlines()[0], "problems": message.splitlines()}
        print(json.dumps(answer, ensure_ascii=False))
    for line in message.splitlines():
        print(f"opsroom plan: {line}", file=sys.stderr)
    return BAD_INPUT

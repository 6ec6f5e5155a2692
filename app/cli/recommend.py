"""The command `opsroom recommend`: who should go to a place, by road, without a window or a log."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.city_files import roster_of, run_cards_of
from app.cli.given import closures_of, far_off, instant, listed_units, state_of, weather_of
from app.cli.lonlat import lonlat, take_western_longitudes
from dispatch.ground import Ground
from dispatch.incident import Location
from dispatch.recommend import recommend_for
from dispatch.recommendation import Chosen, Eta, Reason, Recommendation, Unmet
from dispatch.recommendation import Path as Route
from dispatch.state import State
from dispatch.straight import GUESS_LIMIT_M
from gis.city import City
from gis.located_toml import nearest
from gis.snap import OutsideCity

ANSWERED, SHORT, BAD_INPUT = 0, 1, 2


def add_commands(subparsers: Any) -> None:
    """Add `recommend` to the command line."""
    parser = subparsers.add_parser(
        "recommend",
        help="who should go to a place",
        description="Exit code 0: every required need is filled. 1: something that is needed is missing. 2: bad input.",
    )
    take_western_longitudes(parser)
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument("--kind", required=True, help="kind of incident, as structure_fire")
    parser.add_argument("--at", dest="place", type=lonlat, required=True, metavar="LON,LAT", help="where")
    parser.add_argument("--level", type=int, default=1, metavar="N", help="alarm level (1)")
    parser.add_argument(
        "--units", type=Path, metavar="FILE.csv", help="id,department,capabilities;separated,status,lon,lat"
    )
    parser.add_argument("--closed", type=Path, metavar="FILE.geojson", help="roads that are closed")
    parser.add_argument("--when", type=instant, metavar="TIME", help="moment, as 2026-03-02T22:30+02:00 (now)")
    parser.add_argument("--weather", default="", metavar="WORD", help="as the city's speeds know it: rain, snow, ...")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print who should go; return the exit code.

    With --json it prints one object:
      city, kind, alarm_level, at (ISO, UTC), weather, place [lon, lat], mode (driving profile), hash (names the answer)
      is_estimate   true where the place is off the roads and all times are straight-line guesses
      chosen        list, in the order of the run card: unit, need, capability, department, eta_s (the sum of turnout_s,
                    travel_s and access_s), distance_m, is_estimate, fix_age_s (null: no position report), also (shared
                    needs that it fills beside), task_force (null: none), reason {code, ...}, street_names, geometry
                    (GeoJSON LineString of lon/lat, null without a way by road), times_s (seconds at each point of it)
      passed        list, the quickest first: unit, department, need, eta_s (null where not worked out), reason
      unmet         list: need, any_of, department, missing, optional, reason {code, ...}
      problems      what was left out of the file of closures, and which units stand far off the city's map
    Where there is no answer it prints {"error": code, "message": text, "problems": [text]}; codes: outside_city,
    bad_input.
    """
    try:
        city = City.open(args.city)
        ground = Ground.of_city(city)
        state, problems = _state(city, ground, args)
        answer = recommend_for(
            state,
            {},
            ground,
            kind=args.kind,
            location=Location(*args.place),
            alarm_level=args.level,
            at=args.when or datetime.now(UTC),
        )
    except (OSError, ValueError) as error:
        return _refuse(args, "outside_city" if isinstance(error, OutsideCity) else "bad_input", str(error))
    optional = {need.id for need in state.cards[args.kind].needs if need.optional}
    if args.json:
        print(json.dumps(_as_json(city, state, args, answer, optional, problems), ensure_ascii=False))
    else:
        for line in _as_table(answer, optional):
            print(line)
        for problem in problems:
            print(problem, file=sys.stderr)
    return SHORT if any(unmet.need_id not in optional for unmet in answer.unmet) else ANSWERED


def _state(city: City, ground: Ground, args: argparse.Namespace) -> tuple[State, list[str]]:
    """Make the state that the question is asked of: roster, run cards and closures of files."""
    run_cards, _ = run_cards_of(city)
    kinds = [card.kind for card in run_cards.cards]
    if args.kind not in kinds:
        raise ValueError(f"--kind: {args.kind!r} has no run card{nearest(args.kind, kinds)}")
    if not 1 <= args.level <= 9:
        raise ValueError(f"--level: must be 1 to 9, not {args.level}")
    if ground.away_m([args.place])[0] > GUESS_LIMIT_M:
        lon, lat = args.place
        away = f"more than {GUESS_LIMIT_M / 1000:.0f} km outside {city.name}"
        raise OutsideCity(f"--at: {lon:g},{lat:g} lies {away}; longitude comes first")
    roster, _ = roster_of(city)
    listed = listed_units(args.units, roster)
    closures, problems = closures_of(args.closed, ground, at=args.when or datetime.now(UTC))
    problems = [*problems, *far_off(city, ground, listed)]
    weather = weather_of(city, args.weather)
    return state_of(roster, run_cards, listed, closures, time_zone=city.time_zone, weather=weather), problems


def _as_json(
    city: City, state: State, args: argparse.Namespace, answer: Recommendation, optional: set[str], problems: list[str]
) -> dict[str, Any]:
    routes = {path.unit_id: path for path in answer.paths}
    return {
        "city": city.name,
        "kind": answer.kind,
        "alarm_level": answer.alarm_level,
        "at": answer.at.astimezone(UTC).isoformat(),
        "weather": state.weather,
        "place": list(args.place),
        "mode": state.cards[answer.kind].mode,
        "is_estimate": answer.is_estimate,
        "hash": answer.hash,
        "chosen": [chosen_json(chosen, routes.get(chosen.unit_id)) for chosen in answer.chosen],
        "passed": [
            {
                "unit": passed.unit_id,
                "department": passed.department,
                "need": passed.need_id,
                "eta_s": total_s(passed.eta),
                "reason": reason_json(passed.reason),
            }
            for passed in answer.passed
        ],
        "unmet": [unmet_json(unmet, optional) for unmet in answer.unmet],
        "problems": problems,
    }


def unmet_json(unmet: Unmet, optional: set[str]) -> dict[str, Any]:
    """Return a need that stays open for a program; `optional` are the needs (ids) that may."""
    return {
        "need": unmet.need_id,
        "any_of": list(unmet.any_of),
        "department": unmet.department,
        "missing": unmet.missing,
        "optional": unmet.need_id in optional,
        "reason": reason_json(unmet.reason),
    }


def chosen_json(chosen: Chosen, route: Route | None) -> dict[str, Any]:
    """Return a unit that should go for a program, with its way by road where there is one."""
    return {
        "unit": chosen.unit_id,
        "need": chosen.need_id,
        "capability": chosen.capability,
        "department": chosen.department,
        "eta_s": total_s(chosen.eta),
        **asdict(chosen.eta),
        "distance_m": chosen.distance_m,
        "is_estimate": chosen.is_estimate,
        "fix_age_s": chosen.fix_age_s,
        "also": list(chosen.also),
        "task_force": chosen.task_force or None,
        "reason": reason_json(chosen.reason),
        "street_names": list(route.names) if route else [],
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in route.lonlat]} if route else None,
        "times_s": list(route.times_s) if route else [],
    }


def reason_json(reason: Reason) -> dict[str, str | float | int]:
    """Return a reason for a program."""
    return {"code": reason.code, **dict(reason.parameters)}


def total_s(eta: Eta | None) -> float | None:
    """Return a whole time to a place, None where it was not worked out."""
    return None if eta is None else round(eta.total_s, 3)


def _as_table(answer: Recommendation, optional: set[str]) -> list[str]:
    lines = ["All times are straight-line guesses: the place is off the roads."] if answer.is_estimate else []
    return [*lines, *table_of(answer, optional)] if answer.chosen or answer.unmet else ["Nobody needs to be sent."]


def table_of(answer: Recommendation, optional: set[str]) -> list[str]:
    """Return who should go and what is missing, a line each, for a person."""
    from app.wording import need_sentence, sentence

    lines = []
    for chosen in answer.chosen:
        minutes, seconds = divmod(round(chosen.eta.total_s), 60)
        mark = "~" if chosen.is_estimate else " "
        why = sentence(chosen.reason.code, chosen.reason.parameters)
        force = f" ({chosen.task_force})" if chosen.task_force else ""
        lines.append(
            f"{chosen.unit_id:<8} {mark}{minutes:>3}:{seconds:02d} {chosen.distance_m / 1000:>7.2f} km  "
            f"{chosen.need_id:<14} {chosen.department:<18} {why}{force}"
        )
    for unmet in answer.unmet:
        word = "wanted" if unmet.need_id in optional else "MISSING"
        why = need_sentence(unmet.reason.code, unmet.reason.parameters)
        lines.append(f"{word:<8} {unmet.missing} × {' or '.join(unmet.any_of)} ({unmet.need_id}): {why}")
    return lines


def _refuse(args: argparse.Namespace, code: str, message: str) -> int:
    if args.json:
        answer = {"error": code, "message": message.splitlines()[0], "problems": message.splitlines()}
        print(json.dumps(answer, ensure_ascii=False))
    for line in message.splitlines():
        print(f"opsroom recommend: {line}", file=sys.stderr)
    return BAD_INPUT

"""The command `opsroom recommend`: who should go to a place, by road, without a window or a log."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from immutables import Map

from app.city_files import roster_of, run_cards_of
from app.cli.lonlat import lonlat, take_western_longitudes
from dispatch.ground import Ground
from dispatch.incident import Closure, Location
from dispatch.recommend import recommend_for
from dispatch.recommendation import Chosen, Eta, Reason, Recommendation
from dispatch.recommendation import Path as Route
from dispatch.runcard import RunCards
from dispatch.state import State, UnitState
from dispatch.straight import GUESS_LIMIT_M
from gis.city import City
from gis.closures import effects_of, read_closures
from gis.located_toml import nearest
from gis.snap import OutsideCity
from resources.status import Status
from resources.unit import Roster, Turnout
from resources.units_file import ListedUnit, read_units

ANSWERED, SHORT, BAD_INPUT = 0, 1, 2
MOST_TOLD = 5


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
    parser.add_argument("--when", type=_instant, metavar="TIME", help="moment, as 2026-03-02T22:30+02:00 (now)")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print who should go; return the exit code.

    With --json it prints one object:
      city, kind, alarm_level, at (ISO, UTC), place [lon, lat], mode (driving profile), hash (names the answer)
      is_estimate   true where the place is off the roads and all times are straight-line guesses
      chosen        list, in the order of the run card: unit, need, capability, department, eta_s (the sum of turnout_s,
                    travel_s and access_s), distance_m, is_estimate, reason {code, ...}, street_names, geometry (GeoJSON
                    LineString of lon/lat, null without a way by road), times_s (seconds at each point of it)
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
    listed = read_units(args.units) if args.units else [ListedUnit(unit, Status.AVAILABLE) for unit in roster.units]
    drawn, problems = read_closures(args.closed, at=args.when or datetime.now(UTC)) if args.closed else ([], [])
    if drawn:
        problems = [*problems, *effects_of(ground.network, drawn)[2]]
    problems = [*problems, *_far_off(city, ground, listed)]
    closures = [
        replace(
            shape,
            id=f"{row}.{part}",
            way_ids=each.way_ids,
            kind=each.kind,
            speed_factor=each.speed_factor,
            until=each.until,
        )
        for row, each in enumerate(drawn)
        for part, shape in enumerate(_shapes(each.geometry))
    ]
    return state_of(roster, run_cards, listed, closures, time_zone=city.time_zone), problems


def _far_off(city: City, ground: Ground, listed: Sequence[ListedUnit]) -> list[str]:
    """Say which units stand far off the city's map: mostly a longitude and a latitude that changed places."""
    units = [each.unit for each in listed]
    away_m = ground.away_m([(unit.lon, unit.lat) for unit in units])
    far = [unit for unit, metres in zip(units, away_m.tolist(), strict=True) if metres > GUESS_LIMIT_M]
    told = f"far off the map of {city.name}; longitude comes first"
    found = [f"{unit.id}: {unit.lon:g},{unit.lat:g} lies {told}" for unit in far[:MOST_TOLD]]
    return [*found, f"and {len(far) - MOST_TOLD} more units {told}"] if len(far) > MOST_TOLD else found


def state_of(
    roster: Roster,
    run_cards: RunCards,
    units: Iterable[ListedUnit],
    closures: Iterable[Closure] = (),
    *,
    time_zone: str = "UTC",
) -> State:
    """Make a state without a log: what a question from a file needs. A unit's turnout is its department's."""
    since = datetime.fromtimestamp(0, UTC)
    turnouts: dict[str, Turnout] = {turnout.id: turnout for turnout in roster.turnouts}
    return State(
        time_zone=time_zone,
        roster=roster,
        run_cards=run_cards,
        cards=Map({card.kind: card for card in run_cards.cards}),
        turnouts=Map(turnouts),
        units=Map({each.unit.id: UnitState(each.unit, each.status, since) for each in units}),
        closures=Map({closure.id: closure for closure in closures}),
    )


def _shapes(geometry: Any) -> list[Closure]:
    """Take a shapely geometry apart into points, lines and areas, as closures without names."""
    import shapely

    if geometry is None:
        return [Closure("", "Point", ())]
    shapes = []
    for part in shapely.get_parts(geometry).tolist():
        if part.geom_type == "Polygon":
            holes = tuple(_points(ring) for ring in part.interiors)
            shapes.append(Closure("", "Polygon", _points(part.exterior), holes=holes))
        else:
            name = "LineString" if part.geom_type == "LinearRing" else part.geom_type
            shapes.append(Closure("", name, _points(part)))
    return shapes


def _points(shape: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in shape.coords)


def _as_json(
    city: City, state: State, args: argparse.Namespace, answer: Recommendation, optional: set[str], problems: list[str]
) -> dict[str, Any]:
    routes = {path.unit_id: path for path in answer.paths}
    return {
        "city": city.name,
        "kind": answer.kind,
        "alarm_level": answer.alarm_level,
        "at": answer.at.astimezone(UTC).isoformat(),
        "place": list(args.place),
        "mode": state.cards[answer.kind].mode,
        "is_estimate": answer.is_estimate,
        "hash": answer.hash,
        "chosen": [_chosen_json(chosen, routes.get(chosen.unit_id)) for chosen in answer.chosen],
        "passed": [
            {
                "unit": passed.unit_id,
                "department": passed.department,
                "need": passed.need_id,
                "eta_s": _total(passed.eta),
                "reason": _reason(passed.reason),
            }
            for passed in answer.passed
        ],
        "unmet": [
            {
                "need": unmet.need_id,
                "any_of": list(unmet.any_of),
                "department": unmet.department,
                "missing": unmet.missing,
                "optional": unmet.need_id in optional,
                "reason": _reason(unmet.reason),
            }
            for unmet in answer.unmet
        ],
        "problems": problems,
    }


def _chosen_json(chosen: Chosen, route: Route | None) -> dict[str, Any]:
    return {
        "unit": chosen.unit_id,
        "need": chosen.need_id,
        "capability": chosen.capability,
        "department": chosen.department,
        "eta_s": _total(chosen.eta),
        **asdict(chosen.eta),
        "distance_m": chosen.distance_m,
        "is_estimate": chosen.is_estimate,
        "reason": _reason(chosen.reason),
        "street_names": list(route.names) if route else [],
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in route.lonlat]} if route else None,
        "times_s": list(route.times_s) if route else [],
    }


def _reason(reason: Reason) -> dict[str, str | float | int]:
    return {"code": reason.code, **dict(reason.parameters)}


def _total(eta: Eta | None) -> float | None:
    return None if eta is None else round(eta.total_s, 3)


def _as_table(answer: Recommendation, optional: set[str]) -> list[str]:
    from app.wording import need_sentence, sentence

    lines = ["All times are straight-line guesses: the place is off the roads."] if answer.is_estimate else []
    for chosen in answer.chosen:
        minutes, seconds = divmod(round(chosen.eta.total_s), 60)
        mark = "~" if chosen.is_estimate else " "
        why = sentence(chosen.reason.code, chosen.reason.parameters)
        lines.append(
            f"{chosen.unit_id:<8} {mark}{minutes:>3}:{seconds:02d} {chosen.distance_m / 1000:>7.2f} km  "
            f"{chosen.need_id:<14} {chosen.department:<18} {why}"
        )
    for unmet in answer.unmet:
        word = "wanted" if unmet.need_id in optional else "MISSING"
        why = need_sentence(unmet.reason.code, unmet.reason.parameters)
        lines.append(f"{word:<8} {unmet.missing} × {' or '.join(unmet.any_of)} ({unmet.need_id}): {why}")
    return lines or ["Nobody needs to be sent."]


def _instant(text: str) -> datetime:
    """Read a moment with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment such as 2026-03-02T22:30+02:00") from error
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} lacks its offset, as +02:00 or Z")
    return at


def _refuse(args: argparse.Namespace, code: str, message: str) -> int:
    if args.json:
        answer = {"error": code, "message": message.splitlines()[0], "problems": message.splitlines()}
        print(json.dumps(answer, ensure_ascii=False))
    for line in message.splitlines():
        print(f"opsroom recommend: {line}", file=sys.stderr)
    return BAD_INPUT

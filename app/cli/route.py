"""The command `opsroom route`: the quickest way between two places.

With --json it prints one object:
  city                 the city's name
  profile              the driving profile, "emergency" or "ordinary" (or the city's own)
  at, weather          the hour (ISO, UTC) and weather that the speeds are of; null and "" for the profile alone
  from, to             lon, lat as asked; road_lon, road_lat the point on the road; off_road_m between the two
  time_s               seconds from place to place, the way between place and road included
  distance_m           metres by road
  off_road_m           metres off the road, both ends together
  geometry             GeoJSON LineString, lon/lat, the part by road
  street_names         names in driving order, each once where it runs on
  closed_roads         how many stretches of road the closures close
  slow_roads           how many they slow
  narrow_roads         how many are too low, too narrow or too weak for the vehicle
  problems             what was wrong in the file of closures
Where there is no answer it prints {"error": code, "message": text, "problems": [text]}; codes: no_route, outside_city,
bad_input. Exit codes: 0 answered, 1 no way by road or outside the city, 2 bad input.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.cli.given import instant, weather_of
from app.cli.lonlat import lonlat, take_western_longitudes
from gis.city import City, CityError
from gis.closures import VectorError, effects_of, read_closures
from gis.profile import ProfileError, profile_for
from gis.roads import RoadNetwork, RoadsError
from gis.routing import NoRoute, Route, Router
from gis.snap import OutsideCity, Snap
from gis.speeds import speeds_of


def add_commands(subparsers: Any) -> None:
    """Add `route` to the command line."""
    parser = subparsers.add_parser("route", help="the quickest way by road between two places")
    take_western_longitudes(parser)
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument("--from", dest="start", type=lonlat, required=True, metavar="LON,LAT")
    parser.add_argument("--to", dest="end", type=lonlat, required=True, metavar="LON,LAT")
    parser.add_argument("--profile", default="emergency", help="driving profile: emergency (default) or ordinary")
    parser.add_argument("--closed", type=Path, metavar="FILE.geojson", help="closed, slow and flooded roads")
    parser.add_argument(
        "--when", type=instant, metavar="TIME", help="drive as at that moment, as 2026-03-02T22:30+02:00"
    )
    parser.add_argument("--weather", default="", metavar="WORD", help="and in that weather: rain, snow, ... (now)")
    parser.add_argument("--height", type=_size, default=0.0, metavar="M", help="height of the vehicle (0: any)")
    parser.add_argument("--width", type=_size, default=0.0, metavar="M", help="its width")
    parser.add_argument("--weight", type=_size, default=0.0, metavar="T", help="its weight in tonnes")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the way; return the exit code."""
    problems: list[str] = []
    try:
        answer = _answer(args, problems)
    except (NoRoute, OutsideCity) as error:
        code = "no_route" if isinstance(error, NoRoute) else "outside_city"
        return _refuse(args, code, str(error), 1, problems)
    except (CityError, ProfileError, RoadsError, VectorError, ValueError, OSError) as error:
        return _refuse(args, "bad_input", str(error), 2, problems)
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    minutes, seconds = divmod(round(answer["time_s"]), 60)
    print(f"{minutes} min {seconds:02d} s, {answer['distance_m'] / 1000:.2f} km by road ({answer['profile']})")
    print(" > ".join(answer["street_names"]) or "no named street")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 0


def _answer(args: argparse.Namespace, problems: list[str]) -> dict[str, Any]:
    city = City.open(args.city)
    network = city.roads()
    profile = profile_for(city.profiles_file, args.profile)
    at = args.when or datetime.now(UTC)
    factors = _factors(args, city, network, profile.name, at)
    closures, found = read_closures(args.closed, at=at) if args.closed else ([], [])
    closed, slow, idle = effects_of(network, closures)
    problems += [*found, *idle]
    narrow = network.arcs_too_small_for((args.height, args.width, args.weight))
    router = Router(network, profile)
    router.set_weights(closed=[*closed, *narrow.tolist()], slow=slow, factors=factors)
    source, target = (_snap(router, city, place) for place in (args.start, args.end))
    try:
        route = router.route(source, target)
    except NoRoute:  # who asks for a ladder should hear whether it is the ladder
        router.set_weights(closed=closed, slow=slow, factors=factors)
        if not len(narrow) or router.routes([source], target) == [None]:
            raise
        raise NoRoute("no way by road for a vehicle of this size, but there is one for a smaller one") from None
    return {
        "city": city.name,
        "profile": profile.name,
        "at": at.astimezone(UTC).isoformat() if factors is not None else None,
        "weather": args.weather,
        "from": _end(city, args.start, source),
        "to": _end(city, args.end, target),
        "time_s": round(route.time_s, 3),
        "distance_m": round(route.distance_m, 1),
        "off_road_m": round(route.off_road_m, 1),
        "geometry": {"type": "LineString", "coordinates": _lonlat(city, route)},
        "street_names": list(route.names),
        "closed_roads": _roads(network, closed),
        "slow_roads": _roads(network, slow),
        "narrow_roads": _roads(network, narrow.tolist()),
        "problems": problems,
    }


def _factors(
    args: argparse.Namespace, city: City, network: RoadNetwork, profile: str, at: datetime
) -> NDArray[np.float32] | None:
    """Give the factors of speed of the hour and weather asked for; None where the profile alone is."""
    weather = weather_of(city, args.weather)
    if args.when is None and not weather:
        return None
    local = at.astimezone(ZoneInfo(city.time_zone))
    speeds = speeds_of(city.folder)
    return speeds.factors(network, weekday=local.weekday(), hour=local.hour, weather=weather, profile=profile)


def _roads(network: RoadNetwork, arcs: Iterable[int]) -> int:
    return len({int(network.edge[arc]) for arc in arcs})


def _size(text: str) -> float:
    """Read a size of a vehicle; argparse says what is wrong with another text."""
    size = float(text)
    if not 0 <= size < math.inf:
        raise ValueError(text)
    return size


def _snap(router: Router, city: City, place: tuple[float, float]) -> Snap:
    x, y = city.to_metric(*place)
    try:
        return router.snap(float(x), float(y))
    except OutsideCity as error:
        raise OutsideCity(f"{place[0]},{place[1]}: more than 5 km from every road of {city.name}") from error


def _end(city: City, place: tuple[float, float], snap: Snap) -> dict[str, float]:
    road_lon, road_lat = city.to_lonlat(snap.x, snap.y)
    return {
        "lon": place[0],
        "lat": place[1],
        "road_lon": round(float(road_lon), 7),
        "road_lat": round(float(road_lat), 7),
        "off_road_m": round(snap.offset_m, 1),
    }


def _lonlat(city: City, route: Route) -> list[list[float]]:
    lon, lat = city.to_lonlat(route.xy[:, 0], route.xy[:, 1])
    coordinates: list[list[float]] = np.round(np.column_stack([lon, lat]), 7).tolist()
    return coordinates


def _refuse(args: argparse.Namespace, code: str, message: str, exit_code: int, problems: list[str]) -> int:
    if args.json:
        print(json.dumps({"error": code, "message": message, "problems": problems}, ensure_ascii=False))
    for line in (f"opsroom route: {message}", *problems):
        print(line, file=sys.stderr)
    return exit_code

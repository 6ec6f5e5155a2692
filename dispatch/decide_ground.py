"""Rules for closed, slow and flooded roads, for the weather they are driven in, and for warnings tied to places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

from dispatch import fact
from dispatch.checks import MOST_POINTS, check_ends_later, check_place, check_text, who_changed
from dispatch.commands import CloseRoad, Command, OpenRoad, PostWarning, RemoveWarning, ReportWeather
from dispatch.events import Event, RoadClosed, RoadOpened, WarningPosted, WarningRemoved, WeatherReported
from dispatch.refused import Refused
from dispatch.state import State

KINDS = ("closed", "slow", "flooded")
# How many points a closure of a GeoJSON geometry type needs at least; a ring may be left open.
GEOMETRIES = {"Point": 1, "LineString": 2, "Polygon": 3}
LARGEST_RADIUS_M = 10_000.0
LONGEST_WEATHER = 40


def close_road(state: State, command: Command, body: CloseRoad) -> tuple[Event, ...]:
    """Close, flood or slow a road or every road in an area, until it is opened or its time is over."""
    closure = body.closure
    check_text(closure.id, "id")
    if closure.id in state.closures:
        known = state.closures[closure.id]
        if closure in (known, replace(known, closed_at=None)):
            return ()
        raise Refused("closure_exists", closure_id=closure.id, **who_changed(state, fact.of_closure(closure.id)))
    if closure.kind not in KINDS:
        raise Refused("closure_kind_unknown", kind=closure.kind, choices=KINDS)
    if not (0 < closure.speed_factor < 1 if closure.kind == "slow" else closure.speed_factor == 0):
        raise Refused("speed_factor_out_of_range", speed_factor=closure.speed_factor, kind=closure.kind)
    fewest = GEOMETRIES.get(closure.geometry_type)
    if fewest is None:
        raise Refused("geometry_unknown", geometry_type=closure.geometry_type, choices=tuple(GEOMETRIES))
    if closure.holes and closure.geometry_type != "Polygon":
        raise Refused("geometry_unknown", geometry_type=closure.geometry_type, choices=("Polygon",))
    rings = (closure.coordinates, *closure.holes)
    points = sum(len(ring) for ring in rings)
    shortest = min(len(ring) for ring in rings)
    if shortest < fewest or points > MOST_POINTS:
        count = shortest if shortest < fewest else points
        raise Refused("points_out_of_range", points=count, fewest=fewest, most=MOST_POINTS)
    for lon, lat in chain.from_iterable(rings):
        check_place(lon, lat)
    check_ends_later(closure.until, command.at)
    return (RoadClosed(replace(closure, closed_at=closure.closed_at or command.at)),)


def open_road(state: State, command: Command, body: OpenRoad) -> tuple[Event, ...]:
    """Open a closed road again."""
    if body.closure_id not in state.closures:
        opened_by = who_changed(state, fact.of_closure(body.closure_id))
        raise Refused("closure_unknown", closure_id=body.closure_id, **opened_by)
    return (RoadOpened(body.closure_id, body.reason),)


def report_weather(state: State, command: Command, body: ReportWeather) -> tuple[Event, ...]:
    """Take down what weather the roads are driven in; the speeds of the city say what it does to them."""
    weather = body.weather.strip()
    if len(weather) > LONGEST_WEATHER or not weather.isprintable():
        raise Refused("weather_unclear", weather=weather[:LONGEST_WEATHER], limit=LONGEST_WEATHER)
    check_ends_later(body.until, command.at)
    until = body.until if weather else None
    return () if (weather, until) == (state.weather, state.weather_until) else (WeatherReported(weather, until),)


def post_warning(state: State, command: Command, body: PostWarning) -> tuple[Event, ...]:
    """Tie a warning to a place, or put new words to one that is there."""
    warning = body.warning
    check_text(warning.id, "id")
    check_text(warning.text, "text")
    check_place(warning.lon, warning.lat)
    if not 0 < warning.radius_m <= LARGEST_RADIUS_M:
        raise Refused("radius_out_of_range", radius_m=warning.radius_m, highest=LARGEST_RADIUS_M)
    check_ends_later(warning.until, command.at)
    return () if state.warnings.get(warning.id) == warning else (WarningPosted(warning),)


def remove_warning(state: State, command: Command, body: RemoveWarning) -> tuple[Event, ...]:
    """Take a warning off its place."""
    if body.warning_id not in state.warnings:
        raise Refused("warning_unknown", warning_id=body.warning_id)
    return (WarningRemoved(body.warning_id),)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    CloseRoad: close_road,
    OpenRoad: open_road,
    ReportWeather: report_weather,
    PostWarning: post_warning,
    RemoveWarning: remove_warning,
}

"""Rules for perimeters: areas drawn round what happens, which close no road."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dispatch import fact
from dispatch.checks import MOST_POINTS, check_place, check_text, open_incident, who_changed
from dispatch.commands import Command, DrawPerimeter, LiftPerimeter
from dispatch.events import Event, PerimeterDrawn, PerimeterLifted
from dispatch.refused import Refused
from dispatch.state import State

FEWEST_CORNERS = 3
LARGEST_RADIUS_M = 100_000.0


def draw_perimeter(state: State, command: Command, body: DrawPerimeter) -> tuple[Event, ...]:
    """Draw an area or a circle; one that was lifted may be drawn again under its id, which takes the lifting back."""
    perimeter = body.perimeter
    check_text(perimeter.id, "id")
    known = state.perimeters.get(perimeter.id)
    if known is not None:
        if perimeter in (known, replace(known, drawn_at=None)):
            return ()
        who = who_changed(state, fact.of_perimeter(perimeter.id))
        raise Refused("perimeter_exists", perimeter_id=perimeter.id, **who)
    corners = len(perimeter.coordinates)
    if corners < FEWEST_CORNERS if perimeter.radius_m is None else corners != 1:
        raise Refused("perimeter_shape_wrong", perimeter_id=perimeter.id, points=corners)
    if corners > MOST_POINTS:
        raise Refused("points_out_of_range", points=corners, fewest=FEWEST_CORNERS, most=MOST_POINTS)
    if perimeter.radius_m is not None and not 0 < perimeter.radius_m <= LARGEST_RADIUS_M:
        raise Refused("radius_out_of_range", radius_m=perimeter.radius_m, highest=LARGEST_RADIUS_M)
    for lon, lat in perimeter.coordinates:
        check_place(lon, lat)
    if perimeter.incident_id is not None:
        open_incident(state, perimeter.incident_id)
    return (PerimeterDrawn(replace(perimeter, drawn_at=perimeter.drawn_at or command.at)),)


def lift_perimeter(state: State, command: Command, body: LiftPerimeter) -> tuple[Event, ...]:
    """Take a perimeter away; it outlives its incident, because tape and danger on the ground do."""
    known = state.perimeters.get(body.perimeter_id)
    if known is None:
        who = who_changed(state, fact.of_perimeter(body.perimeter_id))
        raise Refused("perimeter_unknown", perimeter_id=body.perimeter_id, **who)
    return (PerimeterLifted(known.id, known.incident_id, body.reason),)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    DrawPerimeter: draw_perimeter,
    LiftPerimeter: lift_perimeter,
}

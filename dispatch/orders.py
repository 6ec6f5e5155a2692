"""What a crew is told when it is sent."""

from __future__ import annotations

import math

from dispatch.events import Event, OrderChanged
from dispatch.incident import Incident, Location, Order, PremiseWarning
from dispatch.state import State


def order_for(state: State, incident: Incident) -> Order:
    """Return the order for an incident: where, what, and its dangers with the warnings tied to the place."""
    location = incident.location
    warnings = (warning.text for warning in warnings_at(state, location))
    return Order(
        number=incident.id,
        kind=incident.kind,
        priority=incident.priority,
        place=location.text,
        crossing=location.crossing,
        lon=location.lon,
        lat=location.lat,
        hazards=tuple(dict.fromkeys((*incident.hazards, *warnings))),
        text=incident.text,
    )


def changed_orders(state: State, incident: Incident) -> tuple[Event, ...]:
    """Return a new order for every unit that was sent to `incident` and is still bound, where it differs."""
    order = order_for(state, incident)
    assignments = (state.assignments[a] for a in state.assignments_of.get(incident.id, ()))
    return tuple(
        OrderChanged(assignment.id, order)
        for assignment in assignments
        if assignment.is_open and assignment.order != order
    )


def warnings_at(state: State, location: Location) -> list[PremiseWarning]:
    """Return the warnings whose circle holds a place, in the order of their ids."""
    found = (
        warning
        for warning in state.warnings.values()
        if distance_m(warning.lon, warning.lat, location.lon, location.lat) <= warning.radius_m
    )
    return sorted(found, key=lambda warning: warning.id)


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the distance of two places (WGS 84) on a sphere; the haversine formula."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((phi_b - phi_a) / 2) ** 2
    half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * 6_371_000.0 * math.asin(min(1.0, math.sqrt(half)))

"""Where the log last said that units were: on the scene that they reported from, else where they stand when free.

The drive between is not recorded, and none is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from immutables import Map

from dispatch.events import Entry
from dispatch.state import State
from resources.position import NO_DEVICE, Fix
from resources.status import TURNING_OUT, Status


@dataclass(frozen=True, slots=True)
class Place:
    """Say at which incident a unit was last, and since when."""

    incident_id: int
    since: datetime


Places = Map[str, Place]


def places_of(state: State) -> Places:
    """Return where a state alone says that units are: those on scene."""
    bound = (state.assignments[each] for each in state.open_assignments)
    there = [(one, state.units.get(one.unit_id)) for one in bound]
    return Map(
        {
            one.unit_id: Place(one.incident_id, unit.since)
            for one, unit in there
            if unit is not None and unit.status is Status.ON_SCENE
        }
    )


def follow(places: Places, state: State, entry: Entry) -> Places:
    """Return where units were last after an entry, whose state is `state`; those that stand at home are left out."""
    for event in entry.events:
        unit_id = getattr(event, "unit_id", "")
        unit = state.units.get(unit_id)
        if unit is None:
            continue
        known = places.get(unit_id)
        bound = state.assignments.get(unit.assignment_id)
        if unit.status is Status.AVAILABLE:
            gone = known is not None
        elif bound is not None and unit.status is Status.ON_SCENE:
            gone = False
            if known is None or known.incident_id != bound.incident_id:
                places = places.set(unit_id, Place(bound.incident_id, unit.since))
        else:  # a report from the scene that was taken back
            is_before = unit.status in TURNING_OUT or unit.status is Status.EN_ROUTE
            gone = is_before and bound is not None and known is not None and known.incident_id == bound.incident_id
        if gone:
            places = places.delete(unit_id)
    return places


def as_fixes(places: Mapping[str, Place], state: State) -> dict[str, Fix]:
    """Return the places as positions that no device reported (`NO_DEVICE`), as old as they are."""
    found = {}
    for unit_id, place in places.items():
        incident = state.incidents.get(place.incident_id)
        if incident is not None:
            there = incident.location
            found[unit_id] = Fix(unit_id, there.lon, there.lat, place.since, place.since, source=NO_DEVICE)
    return found

"""What a person should look at although the rules took an island's entry: two that may be one, and news that is old."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from immutables import Map

from dispatch.case_events import CaseReported
from dispatch.duplicates import suggest
from dispatch.events import Entry, Event, IncidentReported, StatusReported, UnitReleased
from dispatch.incident import Location
from dispatch.island.ids import CASE, INCIDENT, Ids
from dispatch.island.outcome import Notice
from dispatch.state import Change, State, apply
from dispatch.straight import EARTH_RADIUS_M

NEAR_M, NEAR_IN_TIME, MOST_NEAR = 250.0, timedelta(hours=2), 5
_OLD_NEWS = frozenset({"late", "time_differs", "out_of_sequence"})


def notices(
    state: State, here: Entry, there: tuple[Event, ...], ids: Ids, *, base_sequence: int, own: Container[int]
) -> tuple[Notice, ...]:
    """Return what to look at where the room takes `there` for the island's entry `here`; `state` is the room's before.

    `own` are the room's entries that came from the island.
    """
    found = [
        *_same_incidents(state, there, ids),
        *_same_cases(state, here, there, ids),
        *_old_news(here, there),
        *_changed_meanwhile(state, here, there, base_sequence, own),
    ]
    return tuple(dict.fromkeys(found))


def lands_elsewhere(here: Iterable[Event], there: Iterable[Event]) -> tuple[str, str] | None:
    """Say on which assignment a status would count in the room, and on which it counted on the island; None: the same.

    `here` are the island's events in the room's numbers. An empty id: on none.
    """
    on_island, in_room = _assignments(here), _assignments(there)
    if on_island == in_room:
        return None
    return min(in_room - on_island, default=""), min(on_island - in_room, default="")


def _assignments(events: Iterable[Event]) -> set[str]:
    return {event.assignment_id for event in events if isinstance(event, StatusReported | UnitReleased)} - {""}


def _same_incidents(state: State, there: Iterable[Event], ids: Ids) -> Iterator[Notice]:
    for event in there:
        if not isinstance(event, IncidentReported):
            continue
        near = []
        for number in state.open_incidents:
            if ids.is_of_room_alone(INCIDENT, number):
                incident = state.incidents[number]
                away_m = _apart_m(incident.location, event.location)
                if away_m <= NEAR_M and abs(incident.received_at - event.received_at) <= NEAR_IN_TIME:
                    near.append((away_m, number))
        for _, number in sorted(near)[:MOST_NEAR]:
            yield Notice("island_same_incident", (("incident_id", str(event.incident_id)), ("other_id", str(number))))


def _apart_m(one: Location, other: Location) -> float:
    narrow = math.cos(math.radians(other.lat))
    return math.radians(math.hypot((one.lon - other.lon) * narrow, one.lat - other.lat)) * EARTH_RADIUS_M


def _same_cases(state: State, here: Entry, there: Iterable[Event], ids: Ids) -> Iterator[Notice]:
    for event in there:
        if not isinstance(event, CaseReported):
            continue
        where = event.place.location
        likely = suggest(
            state,
            place=(where.lon, where.lat),
            standard_id=event.standard_id,
            text=event.text,
            at=here.occurred_at,
            component=event.place.component,
        )
        for each in likely:
            if ids.is_of_room_alone(CASE, each.case_id):
                yield Notice("island_same_case", (("case_id", str(event.case_id)), ("other_id", str(each.case_id))))


def _old_news(here: Entry, there: Iterable[Event]) -> Iterator[Notice]:
    """Tell of a status that the room can only take as older than what it knows, which it was not on the island."""
    known = {event.unit_id: event.marks for event in here.events if isinstance(event, StatusReported)}
    for event in there:
        if isinstance(event, StatusReported) and (set(event.marks) - set(known.get(event.unit_id, ()))) & _OLD_NEWS:
            yield Notice("island_old_news", (("unit_id", event.unit_id), ("status", str(event.status))))


def _changed_meanwhile(
    state: State, here: Entry, there: tuple[Event, ...], base_sequence: int, own: Container[int]
) -> Iterator[Notice]:
    """Tell of facts that it changes and that the room had changed since they parted, though the rules let both."""
    entry = Entry(
        state.sequence + 1,
        here.command_id,
        here.occurred_at,
        here.recorded_at,
        here.actor,
        here.role,
        here.department,
        here.seat,
        there,
    )
    bare: Map[str, Change] = Map()
    touched = apply(replace(state, changed=bare), entry).changed  # only what this entry touches
    for key in sorted(touched):
        change = state.changed.get(key)
        if change is not None and change.sequence > base_sequence and change.sequence not in own:
            of, name, field = (*key.split("/", 2), "", "")[:3]
            yield Notice(
                "island_changed_meanwhile",
                (
                    ("island_fact", of),
                    ("name", name),
                    ("field", field),
                    ("actor", change.actor),
                    ("seat", change.seat),
                    ("changed_at", change.at.isoformat()),
                ),
            )

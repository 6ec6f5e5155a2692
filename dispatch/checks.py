"""What several decisions check in the same way: values, places, what is known, and what has changed since."""

from __future__ import annotations

import math
from datetime import datetime
from functools import cache
from typing import Any

from dispatch import fact
from dispatch.commands import Command
from dispatch.incident import Incident, Stage
from dispatch.refused import Refused
from dispatch.runcard import RunCard
from dispatch.state import Change, State, UnitState

LONGEST_TEXT = 10_000
MOST_POINTS = 10_000
LARGEST_NUMBER = 2**63 - 1


def check_values(record: Any, field: str = "") -> None:
    """Raise Refused where a text is too long, a number not finite or an instant without time zone, at any depth."""
    kind: type = type(record)
    names = _names_of(kind)
    if names:
        for name in names:
            value = getattr(record, name)
            if value is not None and (type(value) is not str or len(value) > LONGEST_TEXT):
                check_values(value, name)
    elif isinstance(record, str):
        if len(record) > LONGEST_TEXT:
            raise Refused("text_too_long", field=field, length=len(record), limit=LONGEST_TEXT)
    elif isinstance(record, float):
        if not math.isfinite(record):
            raise Refused("number_not_finite", field=field)
    elif isinstance(record, int):
        if abs(record) > LARGEST_NUMBER:
            raise Refused("number_too_large", field=field)
    elif isinstance(record, datetime):
        if record.tzinfo is None:
            raise Refused("time_without_zone", field=field)
    elif isinstance(record, tuple):
        for item in record:
            check_values(item, field)


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(getattr(kind, "__dataclass_fields__", ()))


def check_place(lon: float, lat: float) -> None:
    """Raise Refused `place_out_of_range` unless this is a place on earth (WGS 84)."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("place_out_of_range", lon=lon, lat=lat)


def check_priority(priority: int) -> None:
    """Raise Refused `priority_out_of_range` unless the priority is 1 to 5."""
    if not 1 <= priority <= 5:
        raise Refused("priority_out_of_range", priority=priority, lowest=1, highest=5)


def check_text(text: str, field: str) -> None:
    """Raise Refused `text_missing` where words are needed and there are none."""
    if not text.strip():
        raise Refused("text_missing", field=field)


def check_ends_later(until: datetime | None, at: datetime) -> None:
    """Raise Refused `until_in_past` where something would be over before it begins."""
    if until is not None and until <= at:
        raise Refused("until_in_past", until=until, at=at)


def incident_of(state: State, incident_id: int) -> Incident:
    """Return an incident, open or closed; raise Refused `incident_unknown`."""
    incident = state.incidents.get(incident_id)
    if incident is None:
        raise Refused("incident_unknown", incident_id=incident_id)
    return incident


def open_incident(state: State, incident_id: int) -> Incident:
    """Return an open incident; raise Refused `incident_unknown` or `incident_closed` (by whom, when)."""
    incident = incident_of(state, incident_id)
    if incident.stage is Stage.CLOSED:
        raise Refused(
            "incident_closed",
            incident_id=incident_id,
            disposition=incident.disposition,
            **who_changed(state, fact.of_incident(incident_id, "stage")),
        )
    return incident


def unit_of(state: State, unit_id: str) -> UnitState:
    """Return a unit; raise Refused `unit_unknown`."""
    unit = state.units.get(unit_id)
    if unit is None:
        raise Refused("unit_unknown", unit_id=unit_id)
    return unit


def card_of(state: State, kind: str) -> RunCard:
    """Return the run card in force for a kind; raise Refused `kind_unknown`."""
    card = state.cards.get(kind)
    if card is None:
        raise Refused("kind_unknown", kind=kind)
    return card


def who_changed(state: State, key: str) -> dict[str, object]:
    """Return actor, seat and instant of the last change of a fact, as parameters of a refusal."""
    change = state.changed.get(key)
    if change is None:
        return {"actor": "", "seat": "", "changed_at": None}
    return {"actor": change.actor, "seat": change.seat, "changed_at": change.at}


def changed_since(state: State, command: Command, key: str) -> Change | None:
    """Return the change of a fact that the asker had not seen, None where there is none.

    What the asker did at the same seat is known to them, however quickly they go on.
    """
    if command.based_on is None:
        return None
    change = state.changed.get(key)
    if change is None or change.sequence <= command.based_on:
        return None
    if change.actor == command.who.actor and change.seat == command.who.seat:
        return None
    return change


def check_field_unchanged(state: State, command: Command, incident: Incident, field: str, now: object) -> None:
    """Raise Refused `changed_since` where somebody else has edited the same field, with what stands there now."""
    key = fact.of_incident(incident.id, field)
    if changed_since(state, command, key) is not None:
        raise Refused("changed_since", incident_id=incident.id, field=field, now=now, **who_changed(state, key))


def check_binding_unchanged(state: State, command: Command, unit: UnitState) -> None:
    """Raise Refused `unit_changed_since` where somebody else has sent or released the unit meanwhile."""
    key = fact.of_unit(unit.unit.id, "assignment")
    if changed_since(state, command, key) is not None:
        raise Refused("unit_changed_since", **where(state, unit), **who_changed(state, key))


def where(state: State, unit: UnitState) -> dict[str, object]:
    """Return where a unit is, as parameters of a refusal: its id, status, and incident (None: on none)."""
    assignment = state.assignments.get(unit.assignment_id)
    return {
        "unit_id": unit.unit.id,
        "status": str(unit.status),
        "incident_id": assignment.incident_id if assignment is not None else None,
    }

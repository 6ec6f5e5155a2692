"""What happened in an incident, entry by entry, for the activity log: who, when, a code, and the words that go with it.

The code is the name of the event, worded by the group `ics_activity`. A log holds many incidents: an event belongs to
the one that it names, or whose assignment, task or call it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dispatch.events import Entry
from dispatch.ics import Bilingual, Coded, Figure, Words, department_named
from dispatch.incident import Location, Perimeter
from dispatch.major import ROLES, SECTOR, UNIT, MajorIncident, Methane, Plan, Triage
from dispatch.state import State

# What of an event a reader wants beside its name, in this order, and the group of labels that words it (empty: as it
# was written); the rest stays in the log.
_TOLD = {
    "unit_id": "",
    "unit_ids": "",
    "place": "",
    "name": "",
    "duty": "",
    "holder": "",
    "status": "status",
    "signal": "signal",
    "ring": "ring",
    "answer": "call_out_answer",
    "outcome": "missing_outcome",
    "disposition": "disposition",
    "supervisor": "",
    "manager": "",
    "task": "",
    "unheard": "",
    "text": "",
    "reason": "",
}
# Numbers, each after the word that says what it is.
_FIGURES = {"alarm_level": "field", "priority": "field", "missing": "triage", "accounted": "field"}


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened, with who did it and the units that it names; `details_of` has the words with it."""

    at: datetime
    actor: str
    role: str
    seat: str
    code: str
    unit_ids: tuple[str, ...]
    event: Any


def activities(state: State, entries: Iterable[Entry], incident_id: int) -> Iterator[Activity]:
    """Yield what happened in an incident, in the order of the log."""
    for entry in entries:
        for event in entry.events:
            if _incident_of(state, event) != incident_id:
                continue
            yield Activity(
                entry.occurred_at,
                entry.actor,
                entry.role,
                entry.seat,
                type(event).__name__,
                _units_of(state, event),
                event,
            )


def details_of(state: State, activity: Activity, major: MajorIncident | None) -> tuple[Words, ...]:
    """Return the words that go with an activity: names, codes and numbers, then what was written."""
    return tuple(_details(state, activity.event, major))


def words_with(state: State, event: Any) -> tuple[Words, ...]:
    """Return the words that go with an event of a major incident, as `details_of` does."""
    return tuple(_details(state, event, state.majors.get(event.incident_id)))


def _incident_of(state: State, event: Any) -> int | None:
    incident_id = getattr(event, "incident_id", None)
    if isinstance(incident_id, int):
        return incident_id
    assignment = state.assignments.get(getattr(event, "assignment_id", ""))
    if assignment is not None:
        return assignment.incident_id
    task = state.tasks.get(getattr(event, "task_id", ""))
    if task is not None:
        return task.incident_id
    perimeter = getattr(event, "perimeter", None)
    return perimeter.incident_id if perimeter is not None else None


def _units_of(state: State, event: Any) -> tuple[str, ...]:
    """Return the units that an event is about, by name, by its assignment, or as a party of a roll call."""
    named = (getattr(event, "unit_id", ""), *getattr(event, "unit_ids", ()))
    if getattr(event, "kind", "") == "unit":
        named = (*named, getattr(event, "party", ""))
    assignment = state.assignments.get(getattr(event, "assignment_id", ""))
    if assignment is not None:
        named = (*named, assignment.unit_id)
    return tuple(dict.fromkeys(each for each in named if each))


def _details(state: State, event: Any, major: MajorIncident | None) -> Iterator[Words]:
    if words := department_named(state, getattr(event, "department", "")):
        yield words
    if major is not None:
        yield from _named(event, major)
    for name, group in _FIGURES.items():
        if number := getattr(event, name, None):
            yield Figure(group, name, number)
    for name, group in _TOLD.items():
        value = getattr(event, name, None)
        if value is None or value in ("", (), 0):
            continue
        if group:
            yield Coded(group, str(value))
        else:
            yield ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    for name in ("methane", "counts", "plan", "location", "perimeter"):
        if (part := getattr(event, name, None)) is not None:
            yield from _parts(part)


def _named(event: Any, major: MajorIncident) -> Iterator[Words]:
    """Yield the names of the sector, staging area, role or line that an event knows by its id."""
    sector_id = getattr(event, "sector_id", "") or (event.party if getattr(event, "kind", "") == SECTOR else "")
    staging_id, role_id = getattr(event, "staging_id", ""), getattr(event, "role_id", "")
    if not hasattr(event, "name"):  # an event that sets a name tells it anyway
        yield from (each.name for each in major.sectors if each.id == sector_id)
        yield from (each.name for each in major.stagings if each.id == staging_id)
    if getattr(event, "kind", "") == UNIT:
        yield event.party
    if role_id in ROLES:
        yield Coded("ics_role", role_id)
    if not hasattr(event, "name"):
        asked = (each for each in major.call_outs if each.id == getattr(event, "call_out_id", ""))
        yield from (each.name or each.duty or each.department for each in asked)
    for card in major.cards:
        if card.id == role_id != "" and role_id not in ROLES:
            yield Bilingual(card.title, card.title_zh)
        if card.id == getattr(event, "card_id", ""):
            yield from (Bilingual(each.text, each.text_zh) for each in card.lines if each.id == event.line_id)


def _parts(part: Any) -> Iterator[Words]:
    if isinstance(part, Methane):
        yield from (words for each in fields(part) if (words := getattr(part, each.name)))
    elif isinstance(part, Triage):
        yield from (Figure("triage", each.name, count) for each in fields(part) if (count := getattr(part, each.name)))
    elif isinstance(part, Plan):
        yield from part.objectives
    elif isinstance(part, Location) and part.text:
        yield part.text
    elif isinstance(part, Perimeter):
        yield Coded("perimeter_kind", part.kind.value)
        if part.label:
            yield part.label

"""Forms of the Incident Command System as plain data: numbered blocks and tables, which `app.wording` puts into words.

A form lists every block of the paper one. What the log does not know stays None: on paper there is room to write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.incident import Incident
from dispatch.major import MajorIncident
from dispatch.major_now import plan_now, roles_now
from dispatch.refused import Refused
from dispatch.state import State


@dataclass(frozen=True, slots=True)
class Coded:
    """A word of a group of labels (`status`, `on_scene`), to be said in the reader's language."""

    group: str
    code: str


@dataclass(frozen=True, slots=True)
class Bilingual:
    """Words of a file that a city edits, with their Chinese (empty: none)."""

    text: str
    text_zh: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number after the word that says what it counts (`triage`, `dead`)."""

    group: str
    code: str
    number: int | float


# A text stands as it was written; a tuple is a list: one a line in a block, side by side in a table.
Words: TypeAlias = str | Coded | Bilingual | Figure
Value: TypeAlias = Words | int | float | datetime | tuple[Words, ...] | None


@dataclass(frozen=True, slots=True)
class Block:
    """One numbered field of a form; `label` is a code of the group `ics_field`."""

    number: str
    label: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Table:
    """One numbered table of a form; `label` and `columns` are codes of the group `ics_field`."""

    number: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands at `prepared_at`. `number` is `201`, `209` or `214`, a code of the group `ics_title`."""

    number: str
    incident_id: int
    incident_name: Value
    period_from_at: datetime | None
    period_to_at: datetime | None
    prepared_by: str
    prepared_at: datetime
    parts: tuple[Block | Table, ...]

    def part(self, number: str) -> Block | Table:
        """Return a block or table by its number. Raises KeyError."""
        for part in self.parts:
            if part.number == number:
                return part
        raise KeyError(number)


def subject(state: State, incident_id: int) -> tuple[Incident, MajorIncident]:
    """Return what a form is about. Raises Refused `incident_unknown` or `not_major`."""
    incident, major = state.incidents.get(incident_id), state.majors.get(incident_id)
    if incident is None:
        raise Refused("incident_unknown", incident_id=incident_id)
    if major is None:
        raise Refused("not_major", incident_id=incident_id)
    return incident, major


def name_of(incident: Incident) -> str:
    """Return what an incident is called on paper: its place; its kind is said beside it."""
    return incident.location.text or f"{incident.location.lat:.5f}, {incident.location.lon:.5f}"


def kind_of(state: State, incident: Incident) -> Words:
    """Return what kind of incident it is, as its run card calls it."""
    card = state.cards.get(incident.kind)
    return Bilingual(card.name, card.name_zh) if card is not None else incident.kind


def hazards_of(incident: Incident) -> Value:
    """Return the hazards that it was reported with, as codes; None where there are none."""
    return tuple(Coded("hazard", hazard) for hazard in incident.hazards) or None


def department_named(state: State, department: str) -> Words | None:
    """Return what a department is called, its id where the roster has none, None where it is empty."""
    known = state.departments.get(department)
    return Bilingual(known.name, known.name_zh) if known is not None else department or None


def period_of(
    major: MajorIncident, at: datetime, period: tuple[datetime, datetime] | None
) -> tuple[datetime, datetime | None]:
    """Return the operational period: the asked one, else the plan's, else since the declaration."""
    if period is not None:
        return period
    plan = plan_now(major)
    return plan.period_from_at or major.declared_at, plan.period_to_at or major.stood_down_at or at


def holder(major: MajorIncident, role_id: str) -> str | None:
    """Return who holds a role, None where nobody does."""
    return roles_now(major).get(role_id)

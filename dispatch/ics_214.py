"""ICS 214, the activity log of one unit, person or seat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dispatch.case_checks import check_choice
from dispatch.events import Entry
from dispatch.ics import Bilingual, Block, Coded, Form, Table, Value, department_named, name_of, period_of, subject
from dispatch.ics_activity import Activity, activities, details_of
from dispatch.major import ROLES, MajorIncident
from dispatch.major_now import open_sectors, roles_now, units_in
from dispatch.state import State

UNIT, PERSON, SEAT = "unit", "person", "seat"
OWNERS = (UNIT, PERSON, SEAT)


def ics_214(
    state: State,
    incident_id: int,
    *,
    at: datetime,
    entries: Iterable[Entry],
    owner: str,
    owner_kind: str = UNIT,
    prepared_by: str = "",
    period: tuple[datetime, datetime] | None = None,
) -> Form:
    """Return the activity log of `owner` (a unit's id, an actor or a seat) in an incident, in the order of time.

    Raises Refused `incident_unknown`, `not_major` or `choice_unknown`.
    """
    incident, major = subject(state, incident_id)
    check_choice("owner_kind", owner_kind, OWNERS)
    start_at, end_at = period_of(major, at, period)
    start_at = start_at if period is not None else min(start_at, incident.received_at)
    end_at = end_at if period is not None else None
    own = [each for each in activities(state, entries, incident_id) if _is_own(each, owner, owner_kind)]
    kept = [each for each in own if start_at <= each.at and (end_at is None or each.at <= end_at)]
    kept.sort(key=lambda each: each.at)
    return Form(
        "214",
        incident.id,
        name_of(incident),
        start_at,
        end_at or at,
        prepared_by,
        at,
        (
            Block("1", "incident_name", name_of(incident)),
            Block("1a", "incident_number", incident.id),
            Table("2", "period", ("from", "to"), ((start_at, end_at or at),)),
            Block("3", "name", owner),
            Block("4", "position", _position(state, major, owner)),
            Block("5", "agency", _agency(state, owner)),
            Table("6", "resources_assigned", ("name", "position", "agency"), _assigned(state, major, owner)),
            Table(
                "7",
                "activity",
                ("time", "activities", "details", "by"),
                tuple(_row(state, each, major) for each in kept),
            ),
            Block("8", "prepared_by", prepared_by or None),
        ),
    )


def _is_own(activity: Activity, owner: str, owner_kind: str) -> bool:
    if owner_kind == UNIT:
        return owner in activity.unit_ids or activity.actor == owner
    return owner == (activity.actor if owner_kind == PERSON else activity.seat)


def _row(state: State, activity: Activity, major: MajorIncident) -> tuple[Value, ...]:
    what = Coded("ics_activity", activity.code)
    return activity.at, what, details_of(state, activity, major) or None, activity.actor


def _position(state: State, major: MajorIncident, owner: str) -> Value:
    """Return the roles that somebody holds, or the sector that a unit leads or is in."""
    titles = {card.id: Bilingual(card.title, card.title_zh) for card in major.cards}
    held = [role_id for role_id, name in roles_now(major).items() if name == owner]
    if len(held) == 1:
        return Coded("ics_role", held[0]) if held[0] in ROLES else titles.get(held[0], held[0])
    if held:
        return tuple(held)
    for sector in open_sectors(major):
        if sector.supervisor == owner or owner in units_in(state, major, sector):
            return sector.name
    return None


def _agency(state: State, owner: str) -> Value:
    unit = state.units.get(owner)
    return department_named(state, unit.unit.department) if unit is not None else None


def _assigned(state: State, major: MajorIncident, owner: str) -> tuple[tuple[Value, ...], ...]:
    """Return who works under the owner: the units of the sectors that they lead."""
    return tuple(
        (unit_id, sector.name, _agency(state, unit_id))
        for sector in open_sectors(major)
        if sector.supervisor == owner
        for unit_id in units_in(state, major, sector)
        if unit_id != owner
    )

"""What holds now of a major incident: the latest of everything that is kept in versions. Questions; nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta

from dispatch.incident import Perimeter
from dispatch.major import (
    LETTERS,
    SECTOR,
    UNIT,
    Cordon,
    Count,
    MajorIncident,
    Member,
    Party,
    Plan,
    RollCall,
    Said,
    Sector,
    Staging,
    TickedLine,
    Triage,
)
from dispatch.state import State
from resources.status import Status

AT_THE_SCENE = frozenset({Status.STAGED, Status.ON_SCENE})


def methane_now(major: MajorIncident) -> dict[str, Said]:
    """Return the letters that were said, in their order, each as it was said last."""
    latest: dict[str, Said] = {}
    for said in sorted(major.said, key=lambda each: each.said_at):
        latest[said.letter] = said
    return {letter: latest[letter] for letter in LETTERS if letter in latest}


def plan_now(major: MajorIncident) -> Plan:
    """Return the plan that was recorded last; an empty one where there is none."""
    return max(reversed(major.plans), key=lambda each: each.recorded_at).plan if major.plans else Plan(())


def counts_now(major: MajorIncident) -> tuple[Count, ...]:
    """Return the latest count of each place, in the order in which the places were first counted."""
    return _latest(major.counts)


def counts_at(major: MajorIncident, at: datetime) -> tuple[Count, ...]:
    """Return the latest count of each place as it was known to be at an instant."""
    return _latest(count for count in major.counts if count.counted_at <= at)


def _latest(counts: Iterable[Count]) -> tuple[Count, ...]:
    latest: dict[tuple[str, str], Count] = {}
    for count in counts:
        key = (count.place_kind, count.place)
        if key not in latest or latest[key].counted_at <= count.counted_at:
            latest[key] = count
    return tuple(latest.values())


def total(counts: Iterable[Count]) -> Triage:
    """Add counts up."""
    return _sum(count.counts for count in counts)


def _sum(all_of: Iterable[Triage]) -> Triage:
    held = tuple(all_of)
    return Triage(**{each.name: sum(getattr(one, each.name) for one in held) for each in fields(Triage)})


def roles_now(major: MajorIncident) -> dict[str, str]:
    """Return who holds each role, by the ids of action cards; roles that nobody holds are left out."""
    holders: dict[str, str] = {}
    for held in sorted(major.roles, key=lambda each: each.since_at):
        holders[held.role_id] = held.holder
    return {role_id: holder for role_id, holder in holders.items() if holder}


def open_sectors(major: MajorIncident) -> tuple[Sector, ...]:
    """Return the sectors that have not ended."""
    return tuple(sector for sector in major.sectors if sector.ended_at is None)


def open_stagings(major: MajorIncident) -> tuple[Staging, ...]:
    """Return the staging areas that have not ended."""
    return tuple(staging for staging in major.stagings if staging.ended_at is None)


def cordons_now(state: State, major: MajorIncident) -> tuple[tuple[Cordon, Perimeter], ...]:
    """Return the cordons that stand, each with its perimeter; lifted ones are left out."""
    standing = ((cordon, state.perimeters.get(cordon.perimeter_id)) for cordon in major.cordons)
    return tuple((cordon, perimeter) for cordon, perimeter in standing if perimeter is not None)


def bound_units(state: State, incident_id: int) -> tuple[str, ...]:
    """Return the units that are bound by an incident, in the order in which they were sent."""
    sent = (state.assignments[each] for each in state.assignments_of.get(incident_id, ()))
    return tuple(dict.fromkeys(each.unit_id for each in sent if each.is_open))


def units_in(state: State, major: MajorIncident, sector: Sector) -> tuple[str, ...]:
    """Return who was moved into a sector and has been bound by the incident since."""
    return tuple(each.unit_id for each in sector.members if _is_bound(state, major, each))


def _is_bound(state: State, major: MajorIncident, member: Member) -> bool:
    assignment = state.assignments.get(member.assignment_id)
    return assignment is not None and assignment.is_open and assignment.incident_id == major.incident_id


def ticked(major: MajorIncident, card_id: str, line_id: str) -> TickedLine | None:
    """Return who ticked a line of a card, None where nobody did."""
    return next((tick for tick in major.ticks if (tick.card_id, tick.line_id) == (card_id, line_id)), None)


def expected(state: State, major: MajorIncident) -> tuple[Party, ...]:
    """Return who answers a roll call now: sectors with units at the scene, then the units there that are in none."""
    here = [each for each in bound_units(state, major.incident_id) if _is_at_scene(state, each)]
    sectors = [
        Party(SECTOR, sector.id, units)
        for sector in open_sectors(major)
        if (units := tuple(each for each in units_in(state, major, sector) if each in here))
    ]
    led = {unit_id for party in sectors for unit_id in party.unit_ids}
    return (*sectors, *(Party(UNIT, each) for each in here if each not in led))


def _is_at_scene(state: State, unit_id: str) -> bool:
    unit = state.units.get(unit_id)
    return unit is not None and unit.status in AT_THE_SCENE


def unheard(call: RollCall) -> tuple[str, ...]:
    """Return the sectors and units that have not answered; a sector has when all its units have."""
    heard = {(answer.kind, answer.party) for answer in call.answers}
    return tuple(party.id for party in call.expected if not _has_answered(party, heard))


def _has_answered(party: Party, heard: set[tuple[str, str]]) -> bool:
    if (party.kind, party.id) in heard:
        return True
    return bool(party.unit_ids) and all((UNIT, unit_id) in heard for unit_id in party.unit_ids)


def elapsed_due_at(major: MajorIncident) -> datetime | None:
    """Return when the scene is next to be told how long it has been; None: that clock is off."""
    if major.elapsed_min is None or not major.is_declared:
        return None
    return _last(major, major.elapsed_calls) + timedelta(minutes=major.elapsed_min)


def roll_call_due_at(major: MajorIncident) -> datetime | None:
    """Return when the next roll call is to begin; None: that clock is off."""
    if major.roll_call_min is None or not major.is_declared:
        return None
    return _last(major, (call.started_at for call in major.roll_calls)) + timedelta(minutes=major.roll_call_min)


def _last(major: MajorIncident, calls: Iterable[datetime]) -> datetime:
    return max((major.declared_at, *calls))

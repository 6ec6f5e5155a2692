"""Rules for the ground of a major incident: sectors, staging areas, cordons, and how many people are where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case_checks import check_choice
from dispatch.checks import check_place, check_text, unit_of
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.incident import PerimeterKind
from dispatch.major import PLACE_KINDS, RINGS, TRIAGE
from dispatch.major_checks import (
    any_major,
    check_count,
    check_id,
    check_room,
    check_unchanged,
    major_of,
    sector_of,
    staging_of,
)
from dispatch.major_commands import (
    CheckIn,
    CheckOut,
    CountCasualties,
    EndSector,
    EndStaging,
    LinkCordon,
    MoveToSector,
    SetSector,
    SetStaging,
    UnlinkCordon,
)
from dispatch.major_events import (
    CasualtiesCounted,
    CordonLinked,
    CordonUnlinked,
    SectorEnded,
    SectorSet,
    StagingEnded,
    StagingSet,
    UnitCheckedIn,
    UnitCheckedOut,
    UnitsMovedToSector,
)
from dispatch.major_now import bound_units, counts_now, open_sectors, open_stagings, units_in
from dispatch.refused import Refused
from dispatch.state import State


def set_sector(state: State, command: Command, body: SetSector) -> tuple[Event, ...]:
    """Open a sector or change it; one that has ended opens again, without its units."""
    major = major_of(state, body.incident_id)
    check_id(body.sector_id, "sector")
    check_text(body.name, "name")
    if body.perimeter_id and body.perimeter_id not in state.perimeters:
        raise Refused("perimeter_unknown", perimeter_id=body.perimeter_id)
    known = next((each for each in open_sectors(major) if each.id == body.sector_id), None)
    if known is None:
        check_room("sectors", len(major.sectors) + 1)
    elif (known.name, known.supervisor, known.task, known.perimeter_id) == (
        body.name,
        body.supervisor,
        body.task,
        body.perimeter_id,
    ):
        return ()
    check_unchanged(state, command, major.incident_id, f"sector/{body.sector_id}")
    return (SectorSet(major.incident_id, body.sector_id, body.name, body.supervisor, body.task, body.perimeter_id),)


def move_to_sector(state: State, command: Command, body: MoveToSector) -> tuple[Event, ...]:
    """Move units that are bound by the incident into a sector and out of any other, or into none."""
    major = major_of(state, body.incident_id)
    if body.sector_id:
        sector_of(major, body.sector_id)
    if not body.unit_ids:
        raise Refused("nobody_chosen", incident_id=major.incident_id)
    bound = bound_units(state, major.incident_id)
    for unit_id in body.unit_ids:
        unit = unit_of(state, unit_id)
        if unit_id not in bound:
            raise Refused("unit_not_here", incident_id=major.incident_id, unit_id=unit_id, status=unit.status.value)
    now = {unit_id: sector.id for sector in open_sectors(major) for unit_id in units_in(state, major, sector)}
    moved = tuple(each for each in dict.fromkeys(body.unit_ids) if now.get(each, "") != body.sector_id)
    for unit_id in moved:
        check_unchanged(state, command, major.incident_id, f"place/{unit_id}")
    return (UnitsMovedToSector(major.incident_id, moved, body.sector_id),) if moved else ()


def end_sector(state: State, command: Command, body: EndSector) -> tuple[Event, ...]:
    """End a sector that no unit is in any more, so that nobody is lost from sight."""
    major = major_of(state, body.incident_id)
    sector = sector_of(major, body.sector_id)
    units = units_in(state, major, sector)
    if units:
        raise Refused("sector_not_empty", incident_id=major.incident_id, sector=sector.name, units=units)
    check_unchanged(state, command, major.incident_id, f"sector/{sector.id}")
    return (SectorEnded(major.incident_id, sector.id),)


def set_staging(state: State, command: Command, body: SetStaging) -> tuple[Event, ...]:
    """Open a staging area or change it."""
    major = major_of(state, body.incident_id)
    check_id(body.staging_id, "staging")
    check_text(body.name, "name")
    check_place(body.lon, body.lat)
    known = next((each for each in open_stagings(major) if each.id == body.staging_id), None)
    if known is None:
        check_room("staging", len(major.stagings) + 1)
    elif (known.name, known.lon, known.lat, known.manager) == (body.name, body.lon, body.lat, body.manager):
        return ()
    check_unchanged(state, command, major.incident_id, f"staging/{body.staging_id}")
    return (StagingSet(major.incident_id, body.staging_id, body.name, body.lon, body.lat, body.manager),)


def check_in(state: State, command: Command, body: CheckIn) -> tuple[Event, ...]:
    """Keep that a unit has come to a staging area; those from elsewhere need not be on the roster."""
    major = major_of(state, body.incident_id)
    staging = staging_of(major, body.staging_id)
    check_id(body.unit_id, "unit_id")
    if any(each.unit_id == body.unit_id for each in staging.units):
        return ()
    check_room("staging", len(staging.units) + 1)
    return (UnitCheckedIn(major.incident_id, staging.id, body.unit_id),)


def check_out(state: State, command: Command, body: CheckOut) -> tuple[Event, ...]:
    """Keep that a unit has left the staging area that it was in."""
    major = major_of(state, body.incident_id)
    for staging in open_stagings(major):
        if any(each.unit_id == body.unit_id for each in staging.units):
            return (UnitCheckedOut(major.incident_id, staging.id, body.unit_id),)
    raise Refused("not_checked_in", incident_id=major.incident_id, unit_id=body.unit_id)


def end_staging(state: State, command: Command, body: EndStaging) -> tuple[Event, ...]:
    """End a staging area where nobody waits any more."""
    major = major_of(state, body.incident_id)
    staging = staging_of(major, body.staging_id)
    if staging.units:
        units = tuple(each.unit_id for each in staging.units)
        raise Refused("staging_not_empty", incident_id=major.incident_id, staging=staging.name, units=units)
    check_unchanged(state, command, major.incident_id, f"staging/{staging.id}")
    return (StagingEnded(major.incident_id, staging.id),)


def link_cordon(state: State, command: Command, body: LinkCordon) -> tuple[Event, ...]:
    """Say which of its cordons a drawn perimeter is; one of another incident is not."""
    major = major_of(state, body.incident_id)
    check_choice("ring", body.ring, RINGS)
    perimeter = state.perimeters.get(body.perimeter_id)
    if perimeter is None:
        raise Refused("perimeter_unknown", perimeter_id=body.perimeter_id)
    if perimeter.kind is not PerimeterKind.CORDON:
        raise Refused("perimeter_not_cordon", perimeter_id=perimeter.id, perimeter_kind=perimeter.kind.value)
    if perimeter.incident_id not in (None, major.incident_id):
        raise Refused("perimeter_elsewhere", perimeter_id=perimeter.id, incident_id=perimeter.incident_id)
    if any((each.perimeter_id, each.ring) == (perimeter.id, body.ring) for each in major.cordons):
        return ()
    check_room("cordons", len(major.cordons) + 1)
    check_unchanged(state, command, major.incident_id, f"cordon/{perimeter.id}")
    return (CordonLinked(major.incident_id, perimeter.id, body.ring),)


def unlink_cordon(state: State, command: Command, body: UnlinkCordon) -> tuple[Event, ...]:
    """Say that a perimeter is none of its cordons; it stands where it stood."""
    major = major_of(state, body.incident_id)
    if all(each.perimeter_id != body.perimeter_id for each in major.cordons):
        return ()
    check_unchanged(state, command, major.incident_id, f"cordon/{body.perimeter_id}")
    return (CordonUnlinked(major.incident_id, body.perimeter_id),)


def count_casualties(state: State, command: Command, body: CountCasualties) -> tuple[Event, ...]:
    """Keep a count of the people at a place, also after standing down: hospitals count on."""
    major = any_major(state, body.incident_id)
    check_id(body.place, "place")
    check_choice("place_kind", body.place_kind, PLACE_KINDS)
    for name in TRIAGE:
        check_count(name, getattr(body.counts, name))
    counted_at = body.counted_at or command.at
    now = {(each.place_kind, each.place): each for each in counts_now(major)}
    known = now.get((body.place_kind, body.place))
    if known is None:
        check_room("place", len(now) + 1)
    elif (known.counts, known.counted_at) == (body.counts, counted_at):
        return ()
    check_unchanged(state, command, major.incident_id, f"count/{body.place_kind}/{body.place}")
    return (CasualtiesCounted(major.incident_id, body.place, body.place_kind, body.counts, counted_at),)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    SetSector: set_sector,
    MoveToSector: move_to_sector,
    EndSector: end_sector,
    SetStaging: set_staging,
    CheckIn: check_in,
    CheckOut: check_out,
    EndStaging: end_staging,
    LinkCordon: link_cordon,
    UnlinkCordon: unlink_cordon,
    CountCasualties: count_casualties,
}

"""What events make of major incidents. Everything that was said or counted stays; `major_now` knows the latest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import major_events as events
from dispatch.events import Entry
from dispatch.fold_major_people import TABLE as PEOPLE_TABLE
from dispatch.major import (
    LETTERS,
    CheckedIn,
    Cordon,
    Count,
    MajorIncident,
    Member,
    PlanVersion,
    Said,
    Sector,
    Staging,
)
from dispatch.major_put import put_major
from dispatch.record import replace
from dispatch.work import Work


def _cards_loaded(work: Work, event: events.ActionCardsLoaded, entry: Entry) -> None:
    work.action_cards = event.cards


def _declared(work: Work, event: events.MajorIncidentDeclared, entry: Entry) -> None:
    if event.incident_id not in work.incidents:
        return
    known = work.majors.get(event.incident_id)
    major = known or MajorIncident(event.incident_id, entry.occurred_at, entry.actor, declared=0)
    work.majors[major.incident_id] = major
    put_major(
        work,
        entry,
        major,
        "stage",
        declared_at=entry.occurred_at,
        declared_by=entry.actor,
        reason=event.reason,
        declared=major.declared + 1,
        cards=event.cards or major.cards,
        elapsed_min=event.elapsed_min,
        roll_call_min=event.roll_call_min,
        elapsed_due_at=None,
        roll_call_late_at=None,
        stood_down_at=None,
        stood_down_by="",
        stood_down_reason="",
    )


def _stood_down(work: Work, event: events.MajorIncidentStoodDown, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        put_major(
            work,
            entry,
            major,
            "stage",
            stood_down_at=entry.occurred_at,
            stood_down_by=entry.actor,
            stood_down_reason=event.reason,
        )


def _methane_reported(work: Work, event: events.MethaneReported, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is None:
        return
    said = {letter: words for letter in LETTERS if (words := getattr(event.methane, letter))}
    fresh = (Said(letter, words, entry.occurred_at, entry.actor) for letter, words in said.items())
    put_major(work, entry, major, *(f"methane/{letter}" for letter in said), said=(*major.said, *fresh))


def _objectives_recorded(work: Work, event: events.ObjectivesRecorded, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        version = PlanVersion(event.plan, entry.occurred_at, entry.actor)
        put_major(work, entry, major, "plan", plans=(*major.plans, version))


def _clocks_set(work: Work, event: events.ClocksSet, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        put_major(
            work,
            entry,
            major,
            "clocks",
            elapsed_min=event.elapsed_min,
            roll_call_min=event.roll_call_min,
            elapsed_due_at=None,
            roll_call_late_at=None,
        )


def _elapsed_due(work: Work, event: events.ElapsedTimeDue, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        put_major(work, entry, major, elapsed_due_at=event.due_at)


def _elapsed_called(work: Work, event: events.ElapsedTimeCalled, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        calls = (*major.elapsed_calls, entry.occurred_at)
        put_major(work, entry, major, elapsed_calls=calls, elapsed_due_at=None)


def _sector_set(work: Work, event: events.SectorSet, entry: Entry) -> None:
    """Change a sector; one that has ended opens again as it stands now, without its units."""
    if (major := work.majors.get(event.incident_id)) is None:
        return
    known = next((each for each in major.sectors if each.id == event.sector_id), None)
    is_open = known is not None and known.ended_at is None
    sector = Sector(
        event.sector_id,
        event.name,
        event.supervisor,
        event.task,
        event.perimeter_id,
        known.members if known is not None and is_open else (),
        known.opened_at if known is not None and is_open else entry.occurred_at,
    )
    put_major(work, entry, major, f"sector/{sector.id}", sectors=_with(major.sectors, sector))


def _moved_to_sector(work: Work, event: events.UnitsMovedToSector, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is None:
        return
    units = (work.units.get(unit_id) for unit_id in event.unit_ids)
    moved = tuple(Member(each.unit.id, each.assignment_id) for each in units if each is not None)
    sectors = tuple(
        replace(
            sector,
            members=(
                *(each for each in sector.members if each.unit_id not in event.unit_ids),
                *(moved if sector.id == event.sector_id else ()),
            ),
        )
        for sector in major.sectors
    )
    put_major(work, entry, major, *(f"place/{each}" for each in event.unit_ids), sectors=sectors)


def _sector_ended(work: Work, event: events.SectorEnded, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        sectors = tuple(
            replace(each, ended_at=entry.occurred_at) if each.id == event.sector_id else each for each in major.sectors
        )
        put_major(work, entry, major, f"sector/{event.sector_id}", sectors=sectors)


def _staging_set(work: Work, event: events.StagingSet, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is None:
        return
    known = next((each for each in major.stagings if each.id == event.staging_id), None)
    is_open = known is not None and known.ended_at is None
    staging = Staging(
        event.staging_id,
        event.name,
        event.lon,
        event.lat,
        event.manager,
        known.units if known is not None and is_open else (),
        known.opened_at if known is not None and is_open else entry.occurred_at,
    )
    put_major(work, entry, major, f"staging/{staging.id}", stagings=_with(major.stagings, staging))


def _checked_in(work: Work, event: events.UnitCheckedIn, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is None:
        return
    here = CheckedIn(event.unit_id, entry.occurred_at)
    stagings = tuple(
        replace(each, units=(*others, here) if each.id == event.staging_id else others)
        for each in major.stagings
        for others in (tuple(unit for unit in each.units if unit.unit_id != event.unit_id),)
    )
    put_major(work, entry, major, stagings=stagings)


def _checked_out(work: Work, event: events.UnitCheckedOut, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        stagings = tuple(
            replace(each, units=tuple(unit for unit in each.units if unit.unit_id != event.unit_id))
            if each.id == event.staging_id
            else each
            for each in major.stagings
        )
        put_major(work, entry, major, stagings=stagings)


def _staging_ended(work: Work, event: events.StagingEnded, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        stagings = tuple(
            replace(each, ended_at=entry.occurred_at) if each.id == event.staging_id else each
            for each in major.stagings
        )
        put_major(work, entry, major, f"staging/{event.staging_id}", stagings=stagings)


def _cordon_linked(work: Work, event: events.CordonLinked, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        others = tuple(each for each in major.cordons if each.perimeter_id != event.perimeter_id)
        linked = Cordon(event.perimeter_id, event.ring, entry.occurred_at)
        put_major(work, entry, major, f"cordon/{event.perimeter_id}", cordons=(*others, linked))


def _cordon_unlinked(work: Work, event: events.CordonUnlinked, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        others = tuple(each for each in major.cordons if each.perimeter_id != event.perimeter_id)
        put_major(work, entry, major, f"cordon/{event.perimeter_id}", cordons=others)


def _casualties_counted(work: Work, event: events.CasualtiesCounted, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        count = Count(event.place, event.place_kind, event.counts, event.counted_at, entry.actor)
        put_major(work, entry, major, f"count/{event.place_kind}/{event.place}", counts=(*major.counts, count))


def _with(known: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    """Return a list with one put in the place of the one with its id, or at the end."""
    if any(each.id == one.id for each in known):
        return tuple(one if each.id == one.id else each for each in known)
    return (*known, one)


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.ActionCardsLoaded: _cards_loaded,
    events.MajorIncidentDeclared: _declared,
    events.MajorIncidentStoodDown: _stood_down,
    events.MethaneReported: _methane_reported,
    events.ObjectivesRecorded: _objectives_recorded,
    events.ClocksSet: _clocks_set,
    events.ElapsedTimeDue: _elapsed_due,
    events.ElapsedTimeCalled: _elapsed_called,
    events.SectorSet: _sector_set,
    events.UnitsMovedToSector: _moved_to_sector,
    events.SectorEnded: _sector_ended,
    events.StagingSet: _staging_set,
    events.UnitCheckedIn: _checked_in,
    events.UnitCheckedOut: _checked_out,
    events.StagingEnded: _staging_ended,
    events.CordonLinked: _cordon_linked,
    events.CordonUnlinked: _cordon_unlinked,
    events.CasualtiesCounted: _casualties_counted,
    **PEOPLE_TABLE,
}

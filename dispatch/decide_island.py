"""Rules for islands: a seat that goes on alone, what of it counts afterwards, and how its merge stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.account import MACHINE_ROLES
from dispatch.case_checks import check_choice
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.island_commands import BeginIsland, LeaveIslandEntry, ReportIslandMerge, TakeIslandEntry
from dispatch.island_events import IslandBegan, IslandEntryLeft, IslandEntryTaken, IslandMerged
from dispatch.island_record import AGAIN, HOWS, REFUSED_THERE, Island
from dispatch.refused import Refused
from dispatch.state import State


def begin_island(state: State, command: Command, body: BeginIsland) -> tuple[Event, ...]:
    """Mark that a seat goes on alone from an entry that there is; said twice is said."""
    check_text(body.island_id, "island_id")
    if body.island_id in state.islands:
        return ()
    if not 0 < body.base_sequence <= state.sequence:
        raise Refused("island_base_wrong", base_sequence=body.base_sequence, sequence=state.sequence)
    who = command.who
    is_machine = who.role in MACHINE_ROLES  # a person speaks for nobody else
    seat, actor = (body.seat, body.actor) if is_machine else (who.seat, who.actor)
    return (IslandBegan(body.island_id, body.base_sequence, seat or who.seat, actor or who.actor, body.reason),)


def leave_island_entry(state: State, command: Command, body: LeaveIslandEntry) -> tuple[Event, ...]:
    """Keep in words what does not count. A machine leaves only what was refused on the island already."""
    island = _merging(state, body.island_id, body.sequence)
    if body.sequence in island.decided:
        return ()
    if command.who.role in MACHINE_ROLES:
        if body.why != REFUSED_THERE:
            raise Refused("person_decides", sequence=body.sequence)
    else:
        check_text(body.reason, "reason")
    return (
        IslandEntryLeft(
            body.island_id,
            body.sequence,
            body.command,
            body.why,
            body.reason,
            body.told,
            body.incident_id if body.incident_id in state.incidents else None,
            body.case_id if body.case_id in state.cases else None,
        ),
    )


def take_island_entry(state: State, command: Command, body: TakeIslandEntry) -> tuple[Event, ...]:
    """Keep who decided for an entry, and how; a reason is needed for all but deciding again."""
    island = _merging(state, body.island_id, body.sequence)
    if body.sequence in island.decided:
        return ()
    check_choice("how", body.how, HOWS)
    if body.how != AGAIN:
        check_text(body.reason, "reason")
    return (
        IslandEntryTaken(
            body.island_id,
            body.sequence,
            body.command,
            body.why,
            body.how,
            body.reason,
            body.incident_id if body.incident_id in state.incidents else None,
            body.case_id if body.case_id in state.cases else None,
        ),
    )


def report_island_merge(state: State, command: Command, body: ReportIslandMerge) -> tuple[Event, ...]:
    """Keep how far a merge has come; over is it once nothing waits."""
    island = _merging(state, body.island_id)
    counts = (body.entries, body.taken, body.already, body.nothing, body.refused, body.left, body.waiting)
    if min(counts) < 0 or sum(counts[1:]) != body.entries or (body.is_over and body.waiting):
        raise Refused("island_counts_wrong", island_id=body.island_id, entries=body.entries)
    known = (
        island.entries,
        island.taken,
        island.already,
        island.nothing,
        island.refused,
        island.left,
        island.waiting,
    )
    if (known, island.runs) == (counts, body.runs) and not body.is_over:
        return ()
    return (IslandMerged(body.island_id, *counts, body.runs, body.is_over),)


def _merging(state: State, island_id: str, sequence: int | None = None) -> Island:
    """Return an island whose merge is not over; raise Refused, also for an entry that is none of its own."""
    island = state.islands.get(island_id)
    if island is None:
        raise Refused("island_unknown", island_id=island_id)
    if island.merged_at is not None:
        raise Refused("island_merged", seat=island.seat, merged_at=island.merged_at)
    if sequence is not None and sequence <= island.base_sequence:
        raise Refused("island_entry_unknown", sequence=sequence, base_sequence=island.base_sequence)
    return island


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    BeginIsland: begin_island,
    LeaveIslandEntry: leave_island_entry,
    TakeIslandEntry: take_island_entry,
    ReportIslandMerge: report_island_merge,
}

"""What events make of islands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import island_events as events
from dispatch.events import Entry
from dispatch.island_record import Island
from dispatch.record import replace
from dispatch.work import Work


def _began(work: Work, event: events.IslandBegan, entry: Entry) -> None:
    work.islands[event.island_id] = Island(
        event.island_id, event.seat, event.actor, event.base_sequence, entry.occurred_at, event.reason
    )


def _decided(work: Work, event: events.IslandEntryLeft | events.IslandEntryTaken, entry: Entry) -> None:
    if (island := work.islands.get(event.island_id)) is not None and event.sequence not in island.decided:
        work.islands[island.id] = replace(island, decided=(*island.decided, event.sequence))


def _merged(work: Work, event: events.IslandMerged, entry: Entry) -> None:
    if (island := work.islands.get(event.island_id)) is not None:
        work.islands[island.id] = replace(
            island,
            entries=event.entries,
            taken=event.taken,
            already=event.already,
            nothing=event.nothing,
            refused=event.refused,
            left=event.left,
            waiting=event.waiting,
            runs=event.runs,
            merged_at=entry.recorded_at if event.is_over else island.merged_at,
        )


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.IslandBegan: _began,
    events.IslandEntryLeft: _decided,
    events.IslandEntryTaken: _decided,
    events.IslandMerged: _merged,
}

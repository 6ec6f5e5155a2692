"""What has happened to islands, in the past tense: a seat went on alone, and what it did was merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class IslandBegan:
    """A seat went on alone from an entry of the room's log."""

    island_id: str
    base_sequence: int
    seat: str
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IslandEntryLeft:
    """An entry of an island does not count in the room; `told` is what it did there."""

    island_id: str
    sequence: int
    command: str
    why: str
    reason: str = ""
    told: tuple[tuple[str, str], ...] = ()
    incident_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class IslandEntryTaken:
    """A person decided for an entry of an island against which something stood."""

    island_id: str
    sequence: int
    command: str
    why: str
    how: str
    reason: str = ""
    incident_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class IslandMerged:
    """So far the merge of an island has come; the room's entries in `runs` (first, last) came from it."""

    island_id: str
    entries: int
    taken: int
    already: int = 0
    nothing: int = 0
    refused: int = 0
    left: int = 0
    waiting: int = 0
    runs: tuple[tuple[int, int], ...] = ()
    is_over: bool = False


IslandEvent: TypeAlias = IslandBegan | IslandEntryLeft | IslandEntryTaken | IslandMerged

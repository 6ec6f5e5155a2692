"""What may be asked about a seat that goes on alone, an island, and about merging what it did, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class BeginIsland:
    """Go on alone from the entry `base_sequence` of the room's log, marked as an island.

    `seat` and `actor` name who began, where the program says it for them; empty: the asker.
    """

    island_id: str
    base_sequence: int
    reason: str = ""
    seat: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class LeaveIslandEntry:
    """Decide that an island's entry does not count in the room; what it did is kept in words, so that it is not lost.

    `command` is the type of what was asked there, `why` the code that stood against it, `told` what it did.
    """

    island_id: str
    sequence: int
    command: str
    why: str
    reason: str = ""
    told: tuple[tuple[str, str], ...] = ()
    incident_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakeIslandEntry:
    """Say that an island's entry against which something stood was decided for all the same, and how (`HOWS`)."""

    island_id: str
    sequence: int
    command: str
    why: str
    how: str
    reason: str = ""
    incident_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportIslandMerge:
    """Say how far the merge of an island has come; `runs` are the room's entries that came from it, first and last."""

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


IslandBody: TypeAlias = BeginIsland | LeaveIslandEntry | TakeIslandEntry | ReportIslandMerge

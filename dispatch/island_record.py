"""What the room knows of an island: a seat that went on alone while the server was lost, and how its merge stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# How a person decides for an entry of an island against which something stood.
AGAIN, WITH_REASON, REDIRECT, REST = "again", "with_reason", "redirect", "rest"
HOWS = (AGAIN, WITH_REASON, REDIRECT, REST)
# Why an entry is left by the program itself: it was refused to whoever asked it on the island already.
REFUSED_THERE = "refused_there"


@dataclass(frozen=True, slots=True)
class Island:
    """One time that a seat was alone. The counts are those of its merge; `waiting` for a person.

    `runs` are the entries of the room's log that came from it (first, last); `decided` the numbers on the island of
    what a person decided on. `merged_at` is when nothing was left to decide.
    """

    id: str
    seat: str
    actor: str
    base_sequence: int
    began_at: datetime
    reason: str = ""
    entries: int = 0
    taken: int = 0
    already: int = 0
    nothing: int = 0
    refused: int = 0
    left: int = 0
    waiting: int = 0
    runs: tuple[tuple[int, int], ...] = ()
    decided: tuple[int, ...] = ()
    merged_at: datetime | None = None

    def holds(self, sequence: int) -> bool:
        """Tell whether an entry of the room's log came from this island."""
        return any(first <= sequence <= last for first, last in self.runs)

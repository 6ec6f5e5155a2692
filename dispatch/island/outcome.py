"""What became of an island's entries in a merge, as it is kept beside them and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from dispatch.commands import Who
from dispatch.island.ids import Id

Words = tuple[tuple[str, str], ...]


class Outcome(StrEnum):
    """Say what became of one entry. Only a conflict and what waits behind one are not settled."""

    TAKEN = "taken"
    ALREADY = "already"  # the room had answered this very command before they parted for good
    NOTHING = "nothing"  # it is so already
    REFUSED = "refused"  # it was refused on the island, and is kept so
    LEFT = "left"  # a person decided that it does not count
    CONFLICT = "conflict"
    WAITING = "waiting"


UNSETTLED = frozenset({Outcome.CONFLICT, Outcome.WAITING})


@dataclass(frozen=True, slots=True)
class Notice:
    """Say what a person should look at although nothing stood against an entry; plain parameters as in `Refused`."""

    code: str
    parameters: Words = ()


@dataclass(frozen=True, slots=True)
class Deciding:
    """Keep what a person has decided on while it is carried out, so that a crash leaves no half of it."""

    how: str
    who: Who
    at: datetime
    reason: str
    command_id: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Keep what became of the entry `sequence` of an island.

    `room_sequence` is the room's entry (0: none); `why` and `told` a refusal's code and parameters; `behind` the entry
    that it waits for. `given` is what the things that it made are called in the room: kind, id here, id there.
    """

    sequence: int
    outcome: Outcome
    room_sequence: int = 0
    why: str = ""
    told: Words = ()
    behind: int = 0
    given: tuple[tuple[str, Id, Id], ...] = ()
    notices: tuple[Notice, ...] = ()
    is_seen: bool = False
    decided_by: str = ""
    reason: str = ""
    deciding: Deciding | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is left to decide."""
        return self.outcome not in UNSETTLED


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Settled)


def encode(settled: Settled) -> bytes:
    """Return its bytes."""
    return _encoder.encode(settled)


def decode(content: bytes) -> Settled:
    """Return what `encode` wrote. Raises msgspec.DecodeError."""
    return _decoder.decode(content)


@dataclass(frozen=True, slots=True)
class MergeReport:
    """Count what became of the entries of an island. `unseen` have notices that nobody has looked at."""

    island_id: str
    entries: int = 0
    taken: int = 0
    already: int = 0
    nothing: int = 0
    refused: int = 0
    left: int = 0
    conflicts: int = 0
    waiting: int = 0
    unseen: int = 0
    runs: tuple[tuple[int, int], ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to decide or to look at."""
        return not (self.conflicts or self.waiting or self.unseen)


def report_of(island_id: str, count: int, settled: dict[int, Settled]) -> MergeReport:
    """Count outcomes; entries that were not come to yet wait."""
    outcomes = [each.outcome for each in settled.values()]
    counted = {each: outcomes.count(each) for each in Outcome}
    taken = sorted(each.room_sequence for each in settled.values() if each.outcome is Outcome.TAKEN)
    return MergeReport(
        island_id,
        count,
        taken=counted[Outcome.TAKEN],
        already=counted[Outcome.ALREADY],
        nothing=counted[Outcome.NOTHING],
        refused=counted[Outcome.REFUSED],
        left=counted[Outcome.LEFT],
        conflicts=counted[Outcome.CONFLICT],
        waiting=counted[Outcome.WAITING] + count - len(settled),
        unseen=sum(1 for each in settled.values() if each.notices and not each.is_seen),
        runs=_runs(each for each in taken if each),
    )


def _runs(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)

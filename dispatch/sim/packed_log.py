"""The log of a simulation: in memory, packed away as it grows, and a simulation by type."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from dispatch.codec import CannotEncode, cleaned, columns_of, decode, written
from dispatch.events import Entry, LogKind, LogOpened
from dispatch.log_interface import SequenceTaken, StoredRow, Verification, check_opening
from dispatch.log_memory import MemoryLog

BLOCK = 2_048
_LEVEL = 1


class NotASimulation(ValueError):
    """A log that is anything else was offered to something that may only write simulations."""


class SimulationLog(MemoryLog):
    """Keep the bytes of entries in compressed blocks: a year of a large city takes some hundred megabytes.

    The bytes are those which a log on disk would hold. Entry 1 must say that this is a simulation: no feed and nothing
    that leaves the building takes such a log (`LiveLog`). One engine writes it.
    """

    def __init__(self, name: str = "simulation") -> None:
        super().__init__(name)
        self._blocks: list[bytes] = []
        self._last: list[bytes] = []
        self._head = 0
        self._kind: LogKind | None = None

    @property
    def head(self) -> int:
        return self._head

    @property
    def kind(self) -> LogKind | None:
        return self._kind

    @property
    def packed_bytes(self) -> int:
        """Return how many bytes of memory the entries take."""
        return sum(map(len, self._blocks)) + sum(map(len, self._last))

    def append(self, entry: Entry) -> Entry:
        check_opening(entry)
        if entry.sequence <= self._head:
            raise SequenceTaken(entry.sequence)
        if entry.sequence != self._head + 1:
            raise ValueError(f"entry {entry.sequence} would leave a gap: the log ends with {self._head}")
        opened = entry.events[0]
        if isinstance(opened, LogOpened):
            if opened.kind is not LogKind.SIMULATION:
                raise NotASimulation(f"{self.name} takes simulations only, not a log that is {opened.kind}")
            self._kind = opened.kind
        try:
            body, kept = written(entry)
        except CannotEncode:
            body = b""
        if not body or b"\\u0000" in body:  # text that no store can keep: rare, and not worth a second encoding of all
            body, kept = written(cleaned(entry))
        self._last.append(body)
        self._head = entry.sequence
        if len(self._last) == BLOCK:
            self._blocks.append(zlib.compress(b"\n".join(self._last), _LEVEL))
            self._last = []
        return kept

    def bodies(self, after: int = 0) -> Iterator[bytes]:
        """Yield the bytes of the entries behind `after`."""
        first, skip = divmod(after, BLOCK)
        for number in range(first, len(self._blocks)):
            yield from zlib.decompress(self._blocks[number]).split(b"\n")[skip if number == first else 0 :]
        yield from self._last[skip if first == len(self._blocks) else 0 :]

    def read(self, after: int = 0) -> Iterator[Entry]:
        return map(decode, self.bodies(after))

    def entry_of(self, command_id: str) -> Entry | None:
        """Return the entry that answered a command; ids that count entries are found without looking at others."""
        number = command_id.rsplit("-", 1)[-1]
        if number.isascii() and number.isdecimal() and 0 < int(number) <= self._head:
            entry = decode(next(self.bodies(after=int(number) - 1)))
            if entry.command_id == command_id:
                return entry
        return next((entry for entry in self.read() if entry.command_id == command_id), None)

    def rows(self) -> Iterator[StoredRow]:
        return (StoredRow(columns_of(body), body, b"") for body in self.bodies())

    def verify(self) -> Verification:
        return Verification(self._head, None, (), ("nothing: this log is in memory and has no chain",))

"""What an island was asked, and what became of each of it so far: kept in its own file, so that a merge can go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime

import msgspec

from dispatch.commands import Command, Tick
from dispatch.events import Entry
from dispatch.island.ids import Ids, Named
from dispatch.island.outcome import MergeReport, Outcome, Settled, Words, decode, encode, report_of
from dispatch.log import LogDamaged
from dispatch.log_island import IslandLog
from dispatch.refused import Refused

MOST_WAITING = 50
LONGEST_WORDS = 300
MOST_WORDS = 40


class Ledger:
    """Hold one island's entries with what they answered, and the outcomes.

    That an entry was taken need not be kept at once: the room's log says so. Everything else is, before the room is
    asked again: what was nothing to do when its turn came must not be decided anew after a crash.
    """

    def __init__(self, island: IslandLog) -> None:
        self.island = island
        self.entries: dict[int, Entry] = {}
        self.commands: dict[int, Command | None] = {}
        self.ids = Ids()
        self.own: set[int] = set()
        self.settled: dict[int, Settled] = {}
        self._unkept: dict[int, Settled] = {}
        for entry, command in island.asked():
            self.entries[entry.sequence] = entry
            self.commands[entry.sequence] = command
            self.ids.bear(entry.sequence, entry.events)
        for sequence, body in island.outcomes().items():
            try:
                self._take(decode(body))
            except msgspec.DecodeError as error:
                raise LogDamaged("corrupt", f"{island.name}: what became of entry {sequence}: {error}") from error

    def keep(self, settled: Settled) -> None:
        """Keep what became of an entry."""
        self._take(settled)
        if settled.outcome is not Outcome.WAITING:  # found out again each time
            self._unkept[settled.sequence] = settled

    def flush(self, *, before_asking: bool = False) -> None:
        """Write what is not written yet; `before_asking` the room, only where it cannot be told from the room's log."""
        if not self._unkept:
            return
        plain = all(each.outcome is Outcome.TAKEN and not each.notices for each in self._unkept.values())
        if before_asking and plain and len(self._unkept) < MOST_WAITING:
            return
        self.island.keep_outcomes({sequence: encode(each) for sequence, each in self._unkept.items()})
        self._unkept = {}

    def stands_behind(self, sequence: int) -> tuple[int, ...]:
        """Return the entries that wait for one."""
        return tuple(each.sequence for each in self.settled.values() if each.behind == sequence and not each.is_settled)

    def missing(self, sequence: int) -> tuple[Named, ...]:
        """Return what an entry hangs on that is not in the room: what it names, and what its answer did.

        Time passes by itself in the room, and hangs on nothing.
        """
        command, entry = self.commands[sequence], self.entries[sequence]
        if command is None or isinstance(command.body, Tick):
            return ()
        named = (*self.ids.missing(command.body), *self.ids.missing(entry.events))
        return tuple(each for each in dict.fromkeys(named) if self.ids.born.get(each) != sequence)

    def report(self) -> MergeReport:
        """Count."""
        return report_of(self.island.base.island_id, len(self.entries), self.settled)

    def _take(self, settled: Settled) -> None:
        self.settled[settled.sequence] = settled
        self.ids.learn(settled.given)
        if settled.room_sequence:
            self.own.add(settled.room_sequence)
            self.ids.learn((("entry", settled.sequence, settled.room_sequence),))


def told(refused: Refused) -> Words:
    """Return a refusal's parameters as words that can be kept."""
    return tuple((name, _words(value)) for name, value in refused.parameters.items())


def told_of(command: Command) -> Words:
    """Return what was asked as names and words, so that it can be read where it does not count."""
    return tuple(_fields(command.body, ""))[:MOST_WORDS]


def _fields(record: object, before: str) -> Iterator[tuple[str, str]]:
    if not is_dataclass(record):
        return
    for field in fields(record):
        value = getattr(record, field.name)
        name = f"{before}{field.name}"
        if is_dataclass(value):
            yield from _fields(value, f"{name}.")
        elif isinstance(value, tuple) and any(map(is_dataclass, value)):
            for place, each in enumerate(value, start=1):
                yield from _fields(each, f"{name}.{place}.")
        elif value not in (None, "", ()):
            yield name, _words(value)


def _words(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))[:LONGEST_WORDS]
    return "" if value is None else str(value)[:LONGEST_WORDS]

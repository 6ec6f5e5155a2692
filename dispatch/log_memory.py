"""A log that is gone when the program ends: for simulations, drills that are not kept, and tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

from dispatch.account_secrets import Secret
from dispatch.chain import Head
from dispatch.codec import cleaned, columns_of, decode, encode
from dispatch.events import Entry, LogKind, LogOpened
from dispatch.log_interface import CommandAnswered, Log, SequenceTaken, StoredRow, Verification, check_opening
from dispatch.people import Person
from dispatch.shown import Shown
from dispatch.state import State


class MemoryLog(Log):
    """Keep entries in a list, under the same rules as a log on disk. Several engines may share one object."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._by_command: dict[str, int] = {}
        self._people: dict[str, Person] = {}
        self._secrets: dict[str, Secret] = {}
        self._shown: dict[str, Shown] = {}

    @property
    def head(self) -> int:
        return len(self._entries)

    def chain_head(self) -> Head | None:
        return None  # there is no chain

    @property
    def kind(self) -> LogKind | None:
        opened = self._entries[0].events[0] if self._entries else None
        return opened.kind if isinstance(opened, LogOpened) else None

    @property
    def is_read_only(self) -> bool:
        return False

    def append(self, entry: Entry) -> Entry:
        check_opening(entry)
        entry = decode(encode(cleaned(entry)))  # refuses what a log on disk would refuse
        with self._lock:
            answered = self._by_command.get(entry.command_id)
            if answered is not None:
                raise CommandAnswered(answered)
            if entry.sequence <= len(self._entries):
                raise SequenceTaken(entry.sequence)
            if entry.sequence != len(self._entries) + 1:
                raise ValueError(f"entry {entry.sequence} would leave a gap: the log ends with {len(self._entries)}")
            self._entries.append(entry)
            self._by_command[entry.command_id] = entry.sequence
        return entry

    def read(self, after: int = 0) -> Iterator[Entry]:
        for index in count(after):
            if index >= len(self._entries):
                return
            yield self._entries[index]

    def entry_of(self, command_id: str) -> Entry | None:
        sequence = self._by_command.get(command_id)
        return None if sequence is None else self._entries[sequence - 1]

    def save_person(self, person_id: str, name: str, number: str) -> None:
        self._people[person_id] = Person(person_id, name, number)

    def person(self, person_id: str) -> Person | None:
        return self._people.get(person_id)

    def erase_person(self, person_id: str) -> bool:
        return self._people.pop(person_id, None) is not None

    def save_secret(self, secret: Secret) -> None:
        self._secrets.setdefault(secret.id, secret)

    def secret(self, secret_id: str) -> Secret | None:
        return self._secrets.get(secret_id)

    def erase_secret(self, secret_id: str) -> bool:
        return self._secrets.pop(secret_id, None) is not None

    def keep_shown(self, shown: Shown) -> None:
        self._shown.setdefault(shown.hash, shown)

    def shown(self, name: str) -> Shown | None:
        return self._shown.get(name)

    def shown_for(self, incident_id: int) -> tuple[Shown, ...]:
        found = [shown for shown in tuple(self._shown.values()) if shown.incident_id == incident_id]
        return tuple(sorted(found, key=lambda shown: (shown.at, shown.hash)))

    def save_checkpoint(self, state: State, fold_version: str) -> None:
        """Keep nothing: there is no second opening."""

    def load_checkpoint(self, fold_version: str) -> State | None:
        return None

    def rows(self) -> Iterator[StoredRow]:
        for entry in self.read():
            body = encode(entry)
            yield StoredRow(columns_of(body), body, b"")

    def verify(self) -> Verification:
        return Verification(len(self._entries), None, (), ("nothing: this log is in memory and has no chain",))

    def close(self) -> None:
        """Keep everything: other engines may still read it."""

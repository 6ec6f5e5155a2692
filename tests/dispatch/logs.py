"""Entries for tests of the log, and a log in either database that can be opened again and again."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from dispatch.events import Entry, Event, LogKind, LogOpened, NoteAdded
from dispatch.log import Log, open_log

START = datetime(2026, 3, 2, 8, 0, 0, 250000, tzinfo=UTC)


def opened(kind: LogKind = LogKind.LIVE) -> Entry:
    """Return entry 1 of a log."""
    return _entry(1, "open", LogOpened(kind, "Smalltown", "Europe/Helsinki"))


def note(sequence: int, text: str = "", command_id: str = "") -> Entry:
    """Return an entry that adds words to incident 1."""
    return _entry(sequence, command_id or f"note-{sequence}", NoteAdded(1, text or f"word {sequence}"))


def fill(log: Log, last: int) -> None:
    """Append entries until the log ends with `last`."""
    for sequence in range(log.head + 1, last + 1):
        log.append(opened() if sequence == 1 else note(sequence))


def _entry(sequence: int, command_id: str, event: Event) -> Entry:
    at = START + timedelta(seconds=sequence % 100_000)
    return Entry(sequence, command_id, at, at, "anna", "operator", "fire", "seat-1", (event,))


@dataclass
class Place:
    """Where one log lies, with the key folder of the seat that made it."""

    address: str
    keys: Path
    is_shared: bool
    _opened: list[Log] = field(default_factory=list)

    def open(self, *, read_only: bool = False, keys: Path | None = None) -> Log:
        """Open the log; the fixture closes it."""
        log = open_log(self.address, key_folder=keys or self.keys, read_only=read_only)
        self._opened.append(log)
        return log

    def close(self) -> None:
        """Close whatever was opened here."""
        while self._opened:
            self._opened.pop().close()

    def tamper(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Change the closed log as somebody would who has its database but not its key."""
        self.close()
        with self._connected() as connection:
            connection.execute(sql if not self.is_shared else sql.replace("?", "%s"), values)

    def look(self, sql: str) -> list[Any]:
        """Return what the database holds."""
        with self._connected() as connection:
            return list(connection.execute(sql).fetchall())

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        connection: Any = (
            psycopg.connect(self.address, autocommit=True)
            if self.is_shared
            else sqlite3.connect(self.address, isolation_level=None)
        )
        try:
            yield connection
        finally:
            connection.close()

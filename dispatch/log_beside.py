"""What a log keeps beside its chain: callers' data and hashes of passwords, which can be erased, and answers shown."""

from __future__ import annotations

import contextlib
import threading
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from dispatch import account_secrets, people
from dispatch import shown as kept
from dispatch.account_secrets import Secret
from dispatch.codec import clean_text
from dispatch.log_interface import Log, NotSaved
from dispatch.log_schema import Duplicate, Row
from dispatch.people import Person
from dispatch.shown import Shown, row_of, shown_of

SHOWN_BATCH = 50
_READ_BY = {
    "people": ("person_id", "person_id, name, number"),
    "secrets": ("secret_id", "secret_id, account_id, hash, changed_at"),
    "shown": ("hash", kept.COLUMNS),
}


class TablesBeside(Log):
    """Keep people, secrets and shown answers in tables of their own; the subclass runs statements and has the chain.

    A log that was made before there were accounts, or before answers were kept, gets those tables when it needs them.
    """

    has_table_sql: str  # whether there is a table with a name (mark `?`)
    shown_tables: tuple[str, ...]

    def __init__(self, name: str, *, read_only: bool) -> None:
        self.name = name
        self._read_only = read_only
        self._lock: contextlib.AbstractContextManager[object] = threading.RLock()
        self._closed = False
        self._secrets_seen: dict[str, Secret] = {}
        self._tables_seen: set[str] = set()

    @abstractmethod
    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement (marks `?`) durably. Raises NotSaved, LogDamaged, Duplicate."""

    @abstractmethod
    def _archive(self) -> TablesBeside | None:
        """Return the log that holds the old entries, where they were taken out and it is at hand."""

    @property
    def is_read_only(self) -> bool:
        return self._read_only

    @property
    def secrets_seen(self) -> tuple[Secret, ...]:
        """Return the hashes of passwords that were asked for since the log was opened, without asking the store."""
        return tuple(self._secrets_seen.values())

    def save_person(self, person_id: str, name: str, number: str) -> None:
        with self._lock:
            self._check_writable()
            self._run(people.SAVE, (clean_text(person_id), clean_text(name), clean_text(number)))

    def person(self, person_id: str) -> Person | None:
        with self._lock:
            rows = self._run(people.FIND, (clean_text(person_id),))
        return Person(*rows[0]) if rows else None

    def erase_person(self, person_id: str) -> bool:
        with self._lock:
            self._check_writable()
            return bool(self._run(people.ERASE, (clean_text(person_id),)))

    def save_secret(self, secret: Secret) -> None:
        with self._lock:
            self._check_writable()
            if not self._has("secrets"):  # a log that was made before there were accounts
                with contextlib.suppress(Duplicate):  # another seat makes it too
                    self._run(account_secrets.TABLE)
            self._run(account_secrets.SAVE, (secret.id, clean_text(secret.account_id), secret.hash, secret.changed_at))

    def secret(self, secret_id: str) -> Secret | None:
        with self._lock:
            rows = self._run(account_secrets.FIND, (clean_text(secret_id),)) if self._has("secrets") else []
        if not rows:
            return None
        self._secrets_seen[secret_id] = found = Secret(*rows[0])
        return found

    def erase_secret(self, secret_id: str) -> bool:
        with self._lock:
            self._check_writable()
            self._secrets_seen.pop(secret_id, None)
            return self._has("secrets") and bool(self._run(account_secrets.ERASE, (clean_text(secret_id),)))

    def keep_shown(self, shown: Shown) -> None:
        with self._lock:
            self._check_writable()
            if not self._has("shown"):  # a log that was made before answers were kept
                for statement in self.shown_tables:
                    with contextlib.suppress(Duplicate):  # another seat makes it too
                        self._run(statement)
            self._run(kept.SAVE, row_of(shown))

    def shown(self, name: str) -> Shown | None:
        rows = self._shown_rows(kept.FIND, (clean_text(name),))
        if not rows and (archive := self._archive()) is not None:
            return archive.shown(name)
        return rows[0] if rows else None

    def shown_for(self, incident_id: int) -> tuple[Shown, ...]:
        archive = self._archive()
        old = archive.shown_for(incident_id) if archive is not None else ()
        return (*old, *self._shown_rows(kept.OF_INCIDENT, (incident_id,)))

    def kept_beside(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table beside the entries, unchecked, in the order of their columns: for a backup."""
        key, columns = _READ_BY[table]
        after = ""
        while True:
            with self._lock:
                sql = f"SELECT {columns} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT {SHOWN_BATCH}"
                rows = self._run(sql, (after,)) if self._has(table) else []
            yield from rows
            if not rows:
                return
            after = str(rows[-1][0])

    def _has(self, table: str) -> bool:
        """Tell whether there is a table; once there was one, it is not asked for again."""
        if table not in self._tables_seen and self._run(self.has_table_sql, (table,))[0][0]:
            self._tables_seen.add(table)
        return table in self._tables_seen

    def _shown_rows(self, sql: str, values: Sequence[Any]) -> tuple[Shown, ...]:
        with self._lock:
            rows = self._run(sql, values) if self._has("shown") else []
        return tuple(shown_of(row) for row in rows)

    def _all_shown(self) -> Iterator[Shown]:
        """Yield every answer that is kept, by hash, in small batches: one may be large."""
        after = ""
        while rows := self._shown_rows(kept.AFTER, (after, SHOWN_BATCH)):
            yield from rows
            after = rows[-1].hash

    def _check_writable(self) -> None:
        if self._closed:
            raise NotSaved("closed", f"{self.name} is closed")
        if self._read_only:
            by = f": {self.held_by} writes it" if self.held_by is not None else ""
            raise NotSaved("read_only", f"{self.name} was opened read-only{by}")

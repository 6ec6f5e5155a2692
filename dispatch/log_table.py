"""The log as one table, whatever database keeps it: what SQLite and PostgreSQL have in common."""

from __future__ import annotations

import contextlib
import secrets
import threading
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from dispatch import account_secrets, people
from dispatch import shown as kept
from dispatch.account_secrets import Secret
from dispatch.chain import Head, HeadFile, Key, key_file, make_key, read_key
from dispatch.checkpoint import keep_checkpoint, open_checkpoint, read_checkpoint, seal_checkpoint
from dispatch.codec import CannotDecode, clean_text, cleaned, columns_of, decode, encode
from dispatch.events import Entry, LogKind, LogOpened
from dispatch.log_interface import (
    CommandAnswered,
    Log,
    LogDamaged,
    NotSaved,
    SequenceTaken,
    StoredRow,
    Verification,
    check_opening,
)
from dispatch.log_verify import verify_rows
from dispatch.old_entries import PIECES, RECORDS, Archive, OldEntries, Run
from dispatch.people import Person
from dispatch.shown import Shown, row_of, shown_of
from dispatch.state import State

FORMAT = 1
BATCH = 2000
SHOWN_BATCH = 50
HEADS_KNOWN = 2 * BATCH
COLUMNS = "sequence, command_id, occurred_at, recorded_at, actor, role, department, seat, schema_version"
# The previous entry must still be the one that this MAC was made over: a store that was cut or that fell back to
# an older copy refuses the next entry instead of growing a second history.
APPEND = (
    f"INSERT INTO entries ({COLUMNS}, body, mac) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
    "WHERE ? = 1 OR EXISTS (SELECT 1 FROM entries WHERE sequence = ? AND mac = ?) RETURNING sequence"
)
META = "CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"

Row = Sequence[Any]


def entries_table(*, integer: str, blob: str) -> str:
    """Return the statement that makes the table of entries, in a database's words for 64-bit numbers and bytes."""
    return f"""CREATE TABLE IF NOT EXISTS entries (
        sequence {integer} NOT NULL PRIMARY KEY,
        command_id TEXT NOT NULL UNIQUE,
        occurred_at TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        actor TEXT NOT NULL,
        role TEXT NOT NULL,
        department TEXT NOT NULL,
        seat TEXT NOT NULL,
        schema_version {integer} NOT NULL,
        body {blob} NOT NULL,
        mac {blob} NOT NULL
    )"""


class Duplicate(Exception):
    """A row with this sequence or command id exists."""


class TableLog(Log):
    """Keep the log in a table; the subclass connects, runs statements and says in our words what went wrong."""

    append_sql = APPEND
    has_shown_sql: str
    has_secrets_sql: str
    has_archives_sql: str
    shown_tables: tuple[str, ...]

    def __init__(self, name: str, *, key_folder: Path, read_only: bool) -> None:
        self.name = name
        self._key_folder = key_folder
        self._read_only = read_only
        self._lock: contextlib.AbstractContextManager[object] = threading.RLock()
        self._closed = False
        self._kind: LogKind | None = None
        self._key: Key | None = None
        self._misfit: Key | None = None
        self._head_file: HeadFile | None = None
        self._last: Head | None = None
        self._macs: dict[int, bytes] = {}  # of the last entries that were seen
        self._secrets_seen: dict[str, Secret] = {}
        self._has_shown = False
        self._has_secrets = False
        self._old: OldEntries[TableLog] | None = None  # None where the log was never archived

    @abstractmethod
    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement (marks `?`) durably. Raises NotSaved, LogDamaged, Duplicate."""

    @abstractmethod
    def _read_meta(self) -> dict[str, str] | None:
        """Return the table of names and values, None where the store is empty."""

    @abstractmethod
    def _create(self) -> None:
        """Make the tables and fill `meta` by `_new_meta`, all or nothing, unless another seat was first."""

    @abstractmethod
    def changing(self) -> contextlib.AbstractContextManager[Run]:
        """Give what runs statements (marks `?`) as one change, all or nothing, with an owner's rights.

        For taking out what was archived and nothing else. Raises NotSaved.
        """

    @abstractmethod
    def _open_old(self, file: Path) -> TableLog:
        """Open an archive of this log, read-only."""

    @abstractmethod
    def _disconnect(self) -> None: ...

    def _new_meta(self) -> dict[str, str]:
        log_id = secrets.token_hex(16)
        try:
            key = make_key(self._key_folder, log_id)
        except OSError as error:
            raise NotSaved("no_key", f"no key can be kept in {self._key_folder}: {error}") from error
        return {"format": str(FORMAT), "log_id": log_id, "key_id": key.id}

    def _open(self) -> None:
        """Take the log in hand: its format, its key, and whether it reaches as far as the kept head."""
        meta = self._read_meta()
        if meta is None:
            if self._read_only:
                raise NotSaved("cannot_open", f"{self.name} holds no log")
            self._create()
            meta = self._read_meta() or {}
        found = meta.get("format", "")
        if not found.isdigit() or not meta.get("log_id", "").isalnum():
            raise LogDamaged("not_a_log", f"{self.name} is not a log of this program")
        if int(found) > FORMAT:
            raise LogDamaged(
                "newer_format",
                f"{self.name} was made by a newer program (format {found}, this one knows {FORMAT}): "
                "update this program; nothing was changed",
            )
        self._log_id = meta["log_id"]
        try:
            key = read_key(self._key_folder, self._key_name(meta))
        except (OSError, ValueError) as error:
            raise NotSaved("no_key", f"the key of {self.name} cannot be read: {error}") from error
        if key is not None and key.id == meta.get("key_id"):
            self._key = key
            if self._head_file is not None:  # it is opened again
                self._head_file.close()
            self._head_file = HeadFile(self._key_folder, self._log_id, key)
        else:
            self._misfit = key
        self.see_archived()
        if self._read_only:
            return
        if self._key is None:
            where = key_file(self._key_folder, self._key_name(meta))
            what = "is not the key of this log" if self._misfit is not None else "is missing"
            raise NotSaved(
                "no_key",
                f"{where} {what}: copy it from the seat that made {self.name}, or open the log read-only",
            )
        self._check_end()

    def _key_name(self, meta: Mapping[str, str]) -> str:
        """Return the id of the log whose key this one is written with."""
        return meta["log_id"]

    def see_archived(self) -> None:
        """Look up to where the log was archived. Raises LogDamaged, NotSaved."""
        with self._lock:
            if self._run(self.has_archives_sql)[0][0]:
                old = OldEntries[TableLog](
                    self._run, self.name, key=self._key, folder=self.archive_folder, open_old=self._open_old
                )
                if self._old is None or old.record != self._old.record:
                    self._old = old if old.record is not None else None

    @property
    def archive_folder(self) -> Path:
        """Return where archives of this log are looked for."""
        return self._key_folder / f"{self._log_id}.archives"

    @property
    def without(self) -> str:
        """Say in words which entries are archived and not at hand; empty where none is missing."""
        return self._old.told() if self._old is not None and self._archive() is None else ""

    @property
    def begins_behind(self) -> int:
        return self._old.upto if self._old is not None and self._archive() is None else 0

    @property
    def archived(self) -> Archive | None:
        """Return up to where entries were taken out into an archive, None where all are here."""
        return self._old.record if self._old is not None else None

    @property
    def log_id(self) -> str:
        """Return the id under which the log's key is kept."""
        return self._log_id

    def head_at(self, sequence: int) -> Head | None:
        """Return an entry's number and MAC as they were seen lately, without asking the store; None: not seen."""
        with contextlib.suppress(KeyError):
            return Head(sequence, self._macs[sequence])
        return self._last if self._last is not None and self._last.sequence == sequence else None

    def holds(self, head: Head) -> bool:
        """Tell whether the store holds this entry as it was. Raises NotSaved."""
        with self._lock:
            rows = self._run("SELECT mac FROM entries WHERE sequence = ?", (head.sequence,))
        return bool(rows) and bytes_of(rows[0][0]) == head.mac

    def mac_of(self, sequence: int) -> bytes | None:
        """Return an entry's MAC, also that of the last one that was taken out; None: not here. Raises NotSaved."""
        return self._mac_at(sequence)

    @property
    def secrets_seen(self) -> tuple[Secret, ...]:
        """Return the hashes of passwords that were asked for since the log was opened, without asking the store."""
        return tuple(self._secrets_seen.values())

    def _check_end(self) -> None:
        """Hold the end of the log against the kept head, and follow the chain from there."""
        assert self._head_file is not None
        kept = self._head_file.read()
        if kept is None:
            return
        if self._old is not None and self.archived is not None and kept.sequence < self._old.upto:
            kept = self.archived.upto  # this seat was away since before
        if self._mac_at(kept.sequence) != kept.mac:
            end = self.head
            if end >= kept.sequence:
                raise LogDamaged("altered", f"{self.name}: entry {kept.sequence} was altered", kept.sequence)
            raise LogDamaged(
                "shorter_than_head",
                f"{self.name} ends with entry {end}, but had come to {kept.sequence}: it was cut, or is an older copy. "
                f"If a copy was brought back on purpose, move {self._head_file.path} away and open it again",
                end + 1,
            )
        self._last = kept
        for _ in self._rows(kept.sequence):
            pass

    @property
    def head(self) -> int:
        with self._lock:
            return int(self._run("SELECT coalesce(max(sequence), 0) FROM entries")[0][0])

    def chain_head(self) -> Head | None:
        with self._lock:
            rows = self._run("SELECT sequence, mac FROM entries ORDER BY sequence DESC LIMIT 1")
        return Head(int(rows[0][0]), bytes_of(rows[0][1])) if rows else None

    @property
    def kind(self) -> LogKind | None:
        if self._kind is None and self.archived is not None:
            self._kind = self.archived.kind
        if self._kind is None:
            for body, _ in self._rows(0, limit=1):
                opened = self._decode(1, body).events[0]
                self._kind = opened.kind if isinstance(opened, LogOpened) else None
        return self._kind

    @property
    def is_read_only(self) -> bool:
        return self._read_only

    def append(self, entry: Entry) -> Entry:
        check_opening(entry)
        entry = cleaned(entry)
        body = encode(entry)
        with self._lock:
            self._check_writable()
            assert self._key is not None
            previous = self._key.first if entry.sequence == 1 else self._mac_at(entry.sequence - 1)
            if previous is None:
                self._raise_if_answered(entry.command_id)
                raise ValueError(f"entry {entry.sequence} would leave a gap: the log ends with {self.head}")
            mac = self._key.mac(previous, body)
            guard = (entry.sequence, entry.sequence - 1, previous)
            try:
                written = self._insert((*columns_of(body), body, mac), guard)
            except Duplicate:
                self._raise_if_answered(entry.command_id)
                raise SequenceTaken(entry.sequence) from None
            if not written:
                raise LogDamaged("altered", f"{self.name}: entry {entry.sequence - 1} was changed or removed")
            self._remember(Head(entry.sequence, mac))
        return decode(body)

    def _insert(self, row: Row, guard: tuple[int, int, bytes]) -> list[Row]:
        return self._run(self.append_sql, (*row, *guard))

    def read(self, after: int = 0) -> Iterator[Entry]:
        sequence = after
        for body, _ in self._rows(after):
            sequence += 1
            yield self._decode(sequence, body)

    def entry_of(self, command_id: str) -> Entry | None:
        with self._lock:
            rows = self._run("SELECT sequence, body FROM entries WHERE command_id = ?", (clean_text(command_id),))
        if not rows and (archive := self._archive()) is not None:
            return archive.entry_of(command_id)
        return self._decode(int(rows[0][0]), bytes_of(rows[0][1])) if rows else None

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
            if not self._knows_secrets():  # a log that was made before there were accounts
                with contextlib.suppress(Duplicate):  # another seat makes it too
                    self._run(account_secrets.TABLE)
            self._run(account_secrets.SAVE, (secret.id, clean_text(secret.account_id), secret.hash, secret.changed_at))

    def secret(self, secret_id: str) -> Secret | None:
        with self._lock:
            rows = self._run(account_secrets.FIND, (clean_text(secret_id),)) if self._knows_secrets() else []
        if not rows:
            return None
        self._secrets_seen[secret_id] = found = Secret(*rows[0])
        return found

    def erase_secret(self, secret_id: str) -> bool:
        with self._lock:
            self._check_writable()
            self._secrets_seen.pop(secret_id, None)
            return self._knows_secrets() and bool(self._run(account_secrets.ERASE, (clean_text(secret_id),)))

    def keep_shown(self, shown: Shown) -> None:
        with self._lock:
            self._check_writable()
            if not self._knows_shown():  # a log that was made before answers were kept
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

    def save_checkpoint(self, state: State, fold_version: str) -> None:
        if self._key is None or self._read_only:
            return
        mac = self._mac_at(state.sequence)
        if mac is None:
            raise ValueError(f"the log holds no entry {state.sequence}")
        content = seal_checkpoint(self._key, Head(state.sequence, mac), fold_version, state)
        keep_checkpoint(self._checkpoint_file, content)
        self._share_checkpoint(fold_version, state.sequence, content)

    def load_checkpoint(self, fold_version: str) -> State | None:
        if self._key is None:
            return None
        own = self._fitting(read_checkpoint(self._checkpoint_file, self._key, fold_version))
        for content in self._shared_checkpoints(fold_version, own.sequence if own is not None else 0):
            shared = self._fitting(open_checkpoint(content, self._key, fold_version))
            if shared is not None:
                if not self._read_only:
                    with contextlib.suppress(OSError):
                        keep_checkpoint(self._checkpoint_file, content)
                return shared
        if own is not None:
            return own
        self.see_archived()
        if self._old is not None:
            return self._old.state(fold_version, None if self._read_only else self._checkpoint_file)
        return None

    def _fitting(self, found: tuple[Head, State] | None) -> State | None:
        """Return the state of a checkpoint that is one of this log, as far as this log goes."""
        return found[1] if found is not None and self._mac_at(found[0].sequence) == found[0].mac else None

    def _share_checkpoint(self, fold_version: str, sequence: int, content: bytes) -> None:
        """Offer a checkpoint to other seats, where there are any."""

    def _shared_checkpoints(self, fold_version: str, than: int) -> Iterator[bytes]:
        """Yield what other seats offer that is newer than the entry `than`, newest first; nothing of it is checked."""
        return iter(())

    def rows(self) -> Iterator[StoredRow]:
        self.see_archived()
        archive = self._archive()
        if archive is not None:
            yield from archive.rows()
        yield from self.kept_rows()

    def kept_rows(self) -> Iterator[StoredRow]:
        """Yield the rows that stand in this store: all, unless old ones were taken out into an archive."""
        after = self._old.upto if self._old is not None else -(2**63)
        while True:
            with self._lock:
                rows = self._batch(f"{COLUMNS}, body, mac", after, BATCH)
            if not rows:
                return
            for *columns, body, mac in rows:
                after = int(columns[0])
                yield StoredRow(tuple(columns), bytes_of(body), bytes_of(mac))

    def kept_meta(self) -> dict[str, str]:
        """Return what the log says of itself: its format, its id, its key's id. Raises NotSaved."""
        with self._lock:
            return self._read_meta() or {}

    def kept_beside(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table beside the entries, unchecked, in the order of their columns: for a backup."""
        sql = {
            "people": "SELECT person_id, name, number FROM people",
            "secrets": "SELECT secret_id, account_id, hash, changed_at FROM secrets",
            "shown": f"SELECT {kept.COLUMNS} FROM shown",
        }.get(table)
        if sql is None:
            yield from self._beside_the_base(table)
            return
        key, after = {"people": "person_id", "secrets": "secret_id", "shown": "hash"}[table], ""
        while True:
            with self._lock:
                known = {"people": True, "secrets": self._knows_secrets(), "shown": self._knows_shown()}[table]
                tail = f" WHERE {key} > ? ORDER BY {key} LIMIT {SHOWN_BATCH}"
                rows = self._run(sql + tail, (after,)) if known else []
            yield from rows
            if not rows:
                return
            after = str(rows[-1][0])

    def _beside_the_base(self, table: str) -> Iterator[Row]:
        """Yield the last record of what was archived, or the pieces of the state there."""
        if self._old is None:
            return
        where = "WHERE upto = ? ORDER BY upto" if table == "archives" else "WHERE upto = ? ORDER BY fold, piece"
        columns, at = {"archives": RECORDS, "bases": PIECES}[table], 0
        while True:
            with self._lock:
                sql = f"SELECT {columns} FROM {table} {where} LIMIT 1 OFFSET ?"
                rows = self._run(sql, (self._old.upto, at))
            if not rows:
                return
            yield rows[0]
            at += 1

    def verify(self) -> Verification:
        head = self._head_file.read() if self._head_file is not None else None
        self.see_archived()
        archive, base = self._archive(), self.archived
        answers = chain(archive._all_shown(), self._all_shown()) if archive is not None else self._all_shown()
        found = verify_rows(
            self.rows(),
            answers,
            key=self._key or self._misfit,
            kept=head,
            base=base.upto if base is not None and archive is None else None,
        )
        if self._old is not None and archive is None:
            return replace(found, unchecked=(*found.unchecked, self._old.told()))
        return found

    def _archive(self) -> TableLog | None:
        """Return the log that holds the old entries, where they were taken out and it is at hand."""
        return self._old.log() if self._old is not None else None

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                if self._head_file is not None:
                    self._head_file.close()
                if self._old is not None:
                    self._old.close()
                self._disconnect()

    def _knows_secrets(self) -> bool:
        self._has_secrets = self._has_secrets or bool(self._run(self.has_secrets_sql)[0][0])
        return self._has_secrets

    def _knows_shown(self) -> bool:
        self._has_shown = self._has_shown or bool(self._run(self.has_shown_sql)[0][0])
        return self._has_shown

    def _shown_rows(self, sql: str, values: Sequence[Any]) -> tuple[Shown, ...]:
        with self._lock:
            rows = self._run(sql, values) if self._knows_shown() else []
        return tuple(shown_of(row) for row in rows)

    def _all_shown(self) -> Iterator[Shown]:
        """Yield every answer that is kept, by hash, in small batches: one may be large."""
        after = ""
        while rows := self._shown_rows(kept.AFTER, (after, SHOWN_BATCH)):
            yield from rows
            after = rows[-1].hash

    @property
    def _checkpoint_file(self) -> Path:
        return self._key_folder / f"{self._log_id}.checkpoint"

    def _check_writable(self) -> None:
        if self._closed:
            raise NotSaved("closed", f"{self.name} is closed")
        if self._read_only:
            by = f": {self.held_by} writes it" if self.held_by is not None else ""
            raise NotSaved("read_only", f"{self.name} was opened read-only{by}")

    def _raise_if_answered(self, command_id: str) -> None:
        rows = self._run("SELECT sequence FROM entries WHERE command_id = ?", (command_id,))
        if rows:
            raise CommandAnswered(int(rows[0][0]))

    def _mac_at(self, sequence: int) -> bytes | None:
        with self._lock:
            if self._last is not None and self._last.sequence == sequence:
                return self._last.mac
            if self.archived is not None and self.archived.upto.sequence == sequence:
                return self.archived.upto.mac
            rows = self._run("SELECT mac FROM entries WHERE sequence = ?", (sequence,))
            if not rows:
                return None
            mac = bytes_of(rows[0][0])
            self._know(sequence, mac)
            return mac

    def _know(self, sequence: int, mac: bytes) -> None:
        self._macs[sequence] = mac
        while len(self._macs) > HEADS_KNOWN:
            del self._macs[next(iter(self._macs))]

    def _remember(self, head: Head) -> None:
        self._know(head.sequence, head.mac)
        if self._last is None or head.sequence > self._last.sequence:
            self._last = head
            if self._head_file is not None and not self._read_only:
                self._head_file.write(head)

    def _rows(self, after: int, *, limit: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield (body, mac) behind `after`, without gaps, following the chain where the key is known.

        Reads in batches: no statement stays open between them, so a slow reader never holds up the log's upkeep.
        """
        if after == 0 or self._mac_at(after) is None:
            self.see_archived()  # it may have been done since this seat opened the log
        if self._old is not None and after < self._old.upto:
            yield from self._old.need()._rows(after, limit=limit)
            if limit is not None:
                return
            after = self._old.upto
        previous = (self._key.first if self._key is not None else None) if after == 0 else self._mac_at(after)
        if after and previous is None:
            end = self.head
            raise LogDamaged(
                "shorter_than_head", f"{self.name} ends with entry {end}, but had come to {after}", end + 1
            )
        while True:
            batch: list[tuple[bytes, bytes]] = []
            with self._lock:
                rows = self._batch("sequence, body, mac", after, limit or BATCH)
                for sequence, body, mac in rows:
                    if sequence != after + 1:
                        raise LogDamaged("gap", f"{self.name}: entry {after + 1} is missing", after + 1)
                    body, mac = bytes_of(body), bytes_of(mac)
                    if self._key is not None and previous is not None and self._key.mac(previous, body) != mac:
                        raise LogDamaged("altered", f"{self.name}: entry {sequence} is not what was written", sequence)
                    previous, after = mac, sequence
                    self._know(sequence, mac)
                    batch.append((body, mac))
                if batch and previous is not None:
                    self._remember(Head(after, previous))
            yield from batch
            if limit is not None or len(rows) < BATCH:
                return

    def _batch(self, columns: str, after: int, limit: int) -> list[Row]:
        sql = f"SELECT {columns} FROM entries WHERE sequence > ? ORDER BY sequence LIMIT ?"
        try:
            return self._run(sql, (after, limit))
        except LogDamaged as error:
            sequence = max(after, 0) + 1
            raise LogDamaged(error.code, f"{error} (at entry {sequence})", sequence) from error

    def _decode(self, sequence: int, body: bytes) -> Entry:
        try:
            entry = decode(body)
        except CannotDecode as error:
            raise LogDamaged(error.code, f"{self.name}: {error}", error.sequence or sequence) from error
        if entry.sequence != sequence:
            raise LogDamaged("altered", f"{self.name}: entry {sequence} says that it is {entry.sequence}", sequence)
        return entry


def bytes_of(value: Any) -> bytes:
    """Return what a column of bytes holds, whatever somebody has put there instead."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()

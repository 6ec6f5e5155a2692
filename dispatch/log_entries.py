"""The entries of a log in their table: each chained to the one before, old ones perhaps in an archive."""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

from dispatch.chain import Head, HeadFile, Key
from dispatch.codec import CannotDecode, clean_text, cleaned, columns_of, decode, encode
from dispatch.events import Entry, LogKind, LogOpened
from dispatch.log_beside import TablesBeside
from dispatch.log_interface import CommandAnswered, LogDamaged, SequenceTaken, StoredRow, check_opening
from dispatch.log_schema import APPEND, COLUMNS, Duplicate, Row, bytes_of
from dispatch.old_entries import PIECES, RECORDS, Archive, OldEntries

BATCH = 2000
HEADS_KNOWN = 2 * BATCH


class EntriesTable(TablesBeside):
    """Append entries to a table and read them again, following the chain; know where older ones were archived."""

    append_sql = APPEND

    def __init__(self, name: str, *, read_only: bool) -> None:
        super().__init__(name, read_only=read_only)
        self._kind: LogKind | None = None
        self._key: Key | None = None
        self._head_file: HeadFile | None = None
        self._last: Head | None = None
        self._macs: dict[int, bytes] = {}  # of the last entries that were seen
        self._old: OldEntries[EntriesTable] | None = None  # None where the log was never archived

    @property
    @abstractmethod
    def archive_folder(self) -> Path:
        """Return where archives of this log are looked for."""

    @abstractmethod
    def _open_old(self, file: Path) -> EntriesTable:
        """Open an archive of this log, read-only."""

    def see_archived(self) -> None:
        """Look up to where the log was archived. Raises LogDamaged, NotSaved."""
        with self._lock:
            if self._has("archives"):
                old = OldEntries[EntriesTable](
                    self._run, self.name, key=self._key, folder=self.archive_folder, open_old=self._open_old
                )
                if self._old is None or old.record != self._old.record:
                    self._old = old if old.record is not None else None

    @property
    def archived(self) -> Archive | None:
        """Return up to where entries were taken out into an archive, None where all are here."""
        return self._old.record if self._old is not None else None

    @property
    def begins_behind(self) -> int:
        return self._old.upto if self._old is not None and self._archive() is None else 0

    @property
    def without(self) -> str:
        """Say in words which entries are archived and not at hand; empty where none is missing."""
        return self._old.told() if self._old is not None and self._archive() is None else ""

    @property
    def head(self) -> int:
        with self._lock:
            return int(self._run("SELECT coalesce(max(sequence), 0) FROM entries")[0][0])

    def chain_head(self) -> Head | None:
        with self._lock:
            rows = self._run("SELECT sequence, mac FROM entries ORDER BY sequence DESC LIMIT 1")
        return Head(int(rows[0][0]), bytes_of(rows[0][1])) if rows else None

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
    def kind(self) -> LogKind | None:
        if self._kind is None and self.archived is not None:
            self._kind = self.archived.kind
        if self._kind is None:
            for body, _ in self._rows(0, limit=1):
                opened = self._decode(1, body).events[0]
                self._kind = opened.kind if isinstance(opened, LogOpened) else None
        return self._kind

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

    def _archive(self) -> EntriesTable | None:
        """Return the log that holds the old entries, where they were taken out and it is at hand."""
        return self._old.log() if self._old is not None else None

    def kept_beside(self, table: str) -> Iterator[Row]:
        """Yield also the last record of what was archived (`archives`), and the pieces of the state there (`bases`)."""
        orders = {"archives": (RECORDS, "upto"), "bases": (PIECES, "fold, piece")}
        if table not in orders:
            yield from super().kept_beside(table)
        elif self._old is not None:
            columns, order = orders[table]
            sql, at = f"SELECT {columns} FROM {table} WHERE upto = ? ORDER BY {order} LIMIT 1 OFFSET ?", 0
            while True:
                with self._lock:
                    rows = self._run(sql, (self._old.upto, at))
                if not rows:
                    return
                yield rows[0]
                at += 1

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

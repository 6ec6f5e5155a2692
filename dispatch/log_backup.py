"""A whole log in one file: entries as they stand, and what is kept beside them; proved on the way out and back in.

The file is a gzip stream of records, each a 4-byte length (big-endian) and msgpack: a header, rows, an end with
counts, the head, and the SHA-256 of all before it. Every row's bytes are those of the store, so that the chain proves a
restored log as it proved the old one. The key stays out of the file, and the file is not encrypted: it holds callers'
names and numbers and the hashes of passwords, so it is made with mode 0600 and belongs on an encrypted medium.

Left out: checkpoints (made again by themselves), photographs (a store of their own), the key.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from dispatch.chain import HeadFile, Key, key_file, read_key
from dispatch.log_interface import StoredRow, Verification
from dispatch.log_table import TableLog
from dispatch.log_verify import verify_rows
from dispatch.shown import Shown, shown_of

MAGIC = "opsroom backup"
FORMAT = 1
BESIDE = ("people", "secrets", "shown")
COMPRESSION = 3
LONGEST_RECORD = 300_000_000
_META = ("format", "log_id", "key_id")


class BackupBad(ValueError):
    """A backup cannot be made, or is not what was written; the message says what, and what would help."""


class Header(msgspec.Struct):
    """Begin a backup: which log it is of, and when it was made (aware UTC)."""

    magic: str
    format: int
    made_at: datetime
    meta: dict[str, str]


class End(msgspec.Struct):
    """End a backup: how many rows of each kind came before, the log's head, and the SHA-256 of every record."""

    counts: dict[str, int]
    head: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Backup:
    """Say what a backup holds: its header, its end, and what checking the chain found."""

    header: Header
    end: End
    found: Verification


@dataclass(frozen=True, slots=True)
class Restored:
    """Say what was restored; `behind` counts the entries that this machine had seen and the backup lacks."""

    backup: Backup
    behind: int


def write_backup(log: TableLog, out: Path, *, key_folder: Path, made_at: datetime) -> Backup:
    """Write a log to `out` as one file (mode 0600), read it back, check it, and only then give it its name.

    The log may be written meanwhile: what comes later is not in it. Raises BackupBad where the log or the file proves
    bad, or `out` is there; LogDamaged, NotSaved, OSError.
    """
    if out.exists():
        raise BackupBad(f"{out} is there already")
    meta = log.kept_meta()
    header = Header(MAGIC, FORMAT, made_at, {name: meta[name] for name in _META})
    part = out.with_name(out.name + ".part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=COMPRESSION, mtime=0) as packed:
                _write_all(log, header, _Writer(packed))
            raw.flush()
            os.fsync(raw.fileno())
        backup = check_backup(part, key_folder=key_folder)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return backup


def check_backup(file: Path, *, key_folder: Path) -> Backup:
    """Read a backup to its end: its digest and counts, and the log's chain with the log's key.

    Raises BackupBad at the first thing that is wrong; it names the entry where it can.
    """
    records = read_backup(file)
    header = next(records)
    assert isinstance(header, Header)
    key = _key_of(header, key_folder)
    end: list[End] = []
    beside: list[tuple[str, tuple[Any, ...]]] = []  # the first row behind the entries

    def entries() -> Iterator[StoredRow]:
        for record in records:
            if isinstance(record, End):
                end.append(record)
            elif not isinstance(record, Header):
                if record[0] != "entries":
                    beside.append(record)
                    return
                yield stored_row(record[1])

    def shown() -> Iterator[Shown]:
        for record in chain(beside, records):
            if isinstance(record, End):
                end.append(record)
            elif not isinstance(record, Header) and record[0] == "shown":
                yield shown_of(record[1])

    found = verify_rows(entries(), shown(), key=key, kept=None)
    if not found.is_intact:
        raise BackupBad(f"{file}: {found.problems[0].text}")
    head = str(found.head) if found.head else ""
    if not end or end[0].head != head:
        raise BackupBad(f"{file}: it ends at {head[:24] or 'nothing'}, and says that it ends elsewhere")
    return Backup(header, end[0], found)


def restore_backup(file: Path, place: str, *, key_folder: Path) -> Restored:
    """Check a backup, write it to an empty place, all or nothing, and check what stands there then.

    Raises BackupBad, NotSaved, LogDamaged, OSError; nothing is left at `place` unless all of it is good.
    """
    from dispatch.log_refill import refill

    backup = check_backup(file, key_folder=key_folder)
    records = read_backup(file)
    next(records)
    rows = (record for record in records if not isinstance(record, Header | End))
    refill(place, backup.header.meta, rows, check=lambda stored: _check_same(file, backup, stored, key_folder))
    key = _key_of(backup.header, key_folder)
    kept = HeadFile(key_folder, backup.header.meta["log_id"], key).read()
    behind = max(0, kept.sequence - backup.found.entries) if kept is not None else 0
    return Restored(backup, behind)


def read_backup(file: Path) -> Iterator[Header | tuple[str, tuple[Any, ...]] | End]:
    """Yield a backup's header, its rows with their table's name, and its end. Raises BackupBad, where it is cut too."""
    digest, counts = hashlib.sha256(), Counter[str]()
    try:
        with gzip.open(file, "rb") as packed:
            for number, content in enumerate(_records(packed)):
                kind, body = msgspec.msgpack.decode(content, type=tuple[str, msgspec.Raw])
                if number == 0:
                    header = msgspec.msgpack.decode(body, type=Header)
                    if kind != "header" or header.magic != MAGIC:
                        raise BackupBad(f"{file} is no backup of a log")
                    if header.format > FORMAT:
                        raise BackupBad(f"{file} was made by a newer program: update this one")
                    yield header
                elif kind == "end":
                    end = msgspec.msgpack.decode(body, type=End)
                    if end.digest != digest.digest() or end.counts != counts:
                        raise BackupBad(f"{file} is not what was written: its digest or its counts do not fit")
                    yield end
                    return
                else:
                    counts[kind] += 1
                    yield kind, tuple(msgspec.msgpack.decode(body, type=list[Any]))
                digest.update(content)
    except BackupBad:
        raise
    except (OSError, EOFError, ValueError, zlib.error, msgspec.MsgspecError) as error:
        if isinstance(error, FileNotFoundError):
            raise BackupBad(f"there is no file {file}") from None
        raise BackupBad(f"{file} is damaged or no backup: {error}") from error
    raise BackupBad(f"{file} was cut: it has no end")


def stored_row(row: tuple[Any, ...]) -> StoredRow:
    """Return a row of entries as the log's check takes it."""
    *columns, body, mac = row
    return StoredRow(tuple(columns), body, mac)


def _write_all(log: TableLog, header: Header, writer: _Writer) -> None:
    head = ""
    writer.write("header", header)
    for row in log.rows():
        writer.write("entries", (*row.columns, row.body, row.mac))
        head = f"{row.sequence}:{row.mac.hex()}"
    # After the entries: whom an entry says is erased is then erased here too.
    for table in BESIDE:
        for beside in log.kept_beside(table):
            writer.write(table, tuple(beside))
    writer.write("end", End(dict(writer.counts), head, writer.digest.digest()))


def _check_same(file: Path, backup: Backup, rows: Iterable[StoredRow], key_folder: Path) -> None:
    found = verify_rows(rows, (), key=_key_of(backup.header, key_folder), kept=None)
    if not found.is_intact or (found.entries, found.head) != (backup.found.entries, backup.found.head):
        raise BackupBad(f"what was written from {file} is not what it holds: nothing of it was kept")


def _key_of(header: Header, key_folder: Path) -> Key:
    log_id = header.meta.get("log_id", "")
    file = key_file(key_folder, log_id)
    if not log_id.isalnum() or (key := read_key(key_folder, log_id)) is None:
        raise BackupBad(f"the key {file} is missing: copy it from a seat of that log; without it nothing can be proved")
    if key.id != header.meta.get("key_id"):
        raise BackupBad(f"{file} is not the key of that log")
    return key


class _Writer:
    def __init__(self, out: gzip.GzipFile) -> None:
        self._out = out
        self.counts = Counter[str]()
        self.digest = hashlib.sha256()

    def write(self, kind: str, body: object) -> None:
        content = msgspec.msgpack.encode((kind, body))
        self._out.write(len(content).to_bytes(4, "big") + content)
        if kind not in ("header", "end"):
            self.counts[kind] += 1
        self.digest.update(content)


def _records(packed: gzip.GzipFile | BinaryIO) -> Iterator[bytes]:
    while length := packed.read(4):
        size = int.from_bytes(length, "big")
        if len(length) < 4 or size > LONGEST_RECORD:
            raise ValueError("a record is cut, or too long to be one")
        content = packed.read(size)
        if len(content) < size:
            raise ValueError("a record is cut")
        yield content

"""A whole log in one file: entries as they stand, and what is kept beside them; proved on the way out and back in.

Every row's bytes are those of the store, so that the chain proves a restored log as it proved the old one. A backup
holds callers' names and numbers, photographs and the hashes of passwords: it is sealed (`dispatch.sealing`) unless
somebody says otherwise. A sealed one also holds the log's key, without which nothing can be proved or written once
every machine is lost: whoever can open it can read the log and write entries that look true, so that the key of
backups belongs where the log's own key would. A plain one never holds it.

Of a log whose old years are archived (`dispatch.archive`) it holds what is left: the archive is a file of its own.
Left out: checkpoints, which are made again by themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from dispatch.backup_contents import CONTENT, PIECE, Contents, Gathered, records_of
from dispatch.backup_file import FORMAT, MAGIC, BackupBad, End, Header, Record, read_backup, write_file
from dispatch.chain import Head, HeadFile, Key, key_file, key_of, read_key, take_key
from dispatch.codec import CannotDecode
from dispatch.evidence import erased_evidence, named_evidence
from dispatch.log_interface import StoredRow, Verification
from dispatch.log_table import TableLog
from dispatch.log_verify import verify_rows
from dispatch.sealing import Opener, Seal
from dispatch.shown import Shown, shown_of

BESIDE = ("people", "secrets", "shown", "archives", "bases")
_META = ("format", "log_id", "key_id")


@dataclass(frozen=True, slots=True)
class Backup:
    """Say what a backup holds: its header, its end, and what checking the chain found.

    `missing` names photographs that the log names and the backup lacks. `is_own_key` tells whether the chain was
    proved by the key of this machine; otherwise by one that came with the backup, which proves less.
    """

    header: Header
    end: End
    found: Verification
    missing: tuple[str, ...] = ()
    is_own_key: bool = True


@dataclass(frozen=True, slots=True)
class Restored:
    """Say what was restored; `behind` counts the entries that this machine had seen and the backup lacks."""

    backup: Backup
    behind: int


def write_backup(
    log: TableLog,
    out: Path,
    *,
    key_folder: Path,
    made_at: datetime,
    how: Seal | None = None,
    contents: Contents | None = None,
    with_key: bool = True,
) -> Backup:
    """Write a log to `out` as one file (mode 0600), read it back, check it, and only then give it its name.

    Without `how` it is not sealed. The log may be written meanwhile: what comes later is not in it. Raises BackupBad
    where the log or the file proves bad, or `out` is there; LogDamaged, NotSaved, CannotSeal, OSError.
    """
    if out.exists():
        raise BackupBad(f"{out} is there already")
    meta = log.kept_meta()
    header = Header(MAGIC, FORMAT, made_at, {name: meta[name] for name in _META}, photographs=contents is not None)
    header.base = str(log.archived.upto) if log.archived is not None else ""
    if how is not None and with_key:
        _, header.key = _key_of(header, key_folder), key_file(key_folder, meta["log_id"]).read_text("ascii").strip()
    part = out.with_name(out.name + ".part")
    try:
        opener = write_file(_records_of(log, header, contents), part, how)
        backup = check_backup(part, key_folder=key_folder, opener=opener)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return backup


def check_backup(file: Path, *, key_folder: Path, opener: Opener | None = None) -> Backup:
    """Read a backup to its end: digest, counts, photographs, and the log's chain with the log's key.

    Raises BackupBad at the first thing that is wrong; it names the entry where it can.
    """
    with contextlib.closing(read_backup(file, opener)) as records:
        header = next(records)
        assert isinstance(header, Header)
        key = _key_of(header, key_folder)
        walk = _Walk(records)
        found = verify_rows(walk.entries(), walk.shown(), key=key, kept=None, base=_base_of(header))
        if not found.is_intact:
            raise BackupBad(f"{file}: {found.problems[0].text}")
    head, end = str(found.head) if found.head else "", walk.end
    if end is None or end.head != head:
        raise BackupBad(f"{file}: it ends at {head[:24] or 'nothing'}, and says that it ends elsewhere")
    missing = sorted(walk.named - walk.photographs) if header.photographs else ()
    return Backup(header, end, found, tuple(missing), read_key(key_folder, header.meta["log_id"]) is not None)


def restore_backup(
    file: Path,
    place: str,
    *,
    key_folder: Path,
    opener: Opener | None = None,
    contents: Contents | None = None,
) -> Restored:
    """Check a backup, write it to an empty place, all or nothing, and check what stands there then.

    The log's key is kept in `key_folder` if it came with the backup. Photographs are given up without `contents`; those
    that were put back before it failed are taken away again where that can be done.
    Raises BackupBad, NotSaved, LogDamaged, OSError; nothing is left at `place` unless all of it is good.
    """
    from dispatch.log_refill import refill

    backup = check_backup(file, key_folder=key_folder, opener=opener)
    header, new = backup.header, list[str]()

    def rows(records: Iterable[Record]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for record in records:
            if isinstance(record, Header | End):
                continue
            if record[0] == CONTENT:
                put_back()
            if record[0] not in (CONTENT, PIECE):
                yield record
            elif contents is not None:
                gathered.take(record)
        put_back()

    def put_back() -> None:
        if contents is not None and (found := gathered.whole()) is not None and contents.put_back(*found):
            new.append(found[0])

    def check(stored: Iterable[StoredRow], counts: Mapping[str, int]) -> None:
        _check_same(file, backup, stored, counts, _key_of(header, key_folder))
        if not backup.is_own_key:
            take_key(key_folder, header.meta["log_id"], header.key)

    try:
        with Gathered() as gathered, contextlib.closing(read_backup(file, opener)) as records:
            refill(place, header.meta, rows(records), check=check)
    except BaseException:
        for name in new:
            if contents is not None:
                contents.take_back(name)
        raise
    kept = HeadFile(key_folder, header.meta["log_id"], _key_of(header, key_folder)).read()
    last = backup.found.head.sequence if backup.found.head is not None else 0
    behind = max(0, kept.sequence - last) if kept is not None else 0
    return Restored(backup, behind)


def stored_row(row: tuple[Any, ...]) -> StoredRow:
    """Return a row of entries as the log's check takes it."""
    *columns, body, mac = row
    return StoredRow(tuple(columns), body, mac)


class _Walk:
    """Go through the records of a backup once: the entries, then what lies beside them, then the end."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self._beside: list[Record] = []  # the first record behind the entries
        self.named = set[str]()
        self.photographs = set[str]()
        self.end: End | None = None

    def entries(self) -> Iterator[StoredRow]:
        erased = set[str]()
        for record in self._records:
            if isinstance(record, tuple) and record[0] == "entries":
                row = stored_row(record[1])
                with contextlib.suppress(CannotDecode):  # told by the check
                    self.named.update(named_evidence((row,)))
                    erased.update(erased_evidence((row,)))
                yield row
            else:
                self._beside.append(record)
                break
        self.named -= erased

    def shown(self) -> Iterator[Shown]:
        with Gathered() as gathered:
            for record in chain(self._beside, self._records):
                if isinstance(record, Header):
                    continue
                if isinstance(record, End) or record[0] == CONTENT:
                    self._note(gathered)
                if isinstance(record, End):
                    self.end = record
                elif record[0] == "shown":
                    yield shown_of(record[1])
                elif record[0] in (CONTENT, PIECE):
                    gathered.take(record, keep=False)

    def _note(self, gathered: Gathered) -> None:
        found = gathered.whole()
        if found is not None:
            self.photographs.add(found[0])


def _records_of(log: TableLog, header: Header, contents: Contents | None) -> Iterator[tuple[str, object]]:
    head = ""
    yield "header", header
    for row in log.kept_rows():
        yield "entries", (*row.columns, row.body, row.mac)
        head = f"{row.sequence}:{row.mac.hex()}"
    # After the entries: whom an entry says is erased is then erased here too.
    for table in BESIDE:
        for beside in log.kept_beside(table):
            yield table, tuple(beside)
    if contents is not None:
        yield from records_of(contents)
    yield "end", head


def _check_same(file: Path, backup: Backup, rows: Iterable[StoredRow], counts: Mapping[str, int], key: Key) -> None:
    found = verify_rows(rows, (), key=key, kept=None, base=_base_of(backup.header))
    wanted = {table: backup.end.counts.get(table, 0) for table in counts}
    same = (found.entries, found.head, dict(counts)) == (backup.found.entries, backup.found.head, wanted)
    if not found.is_intact or not same:
        raise BackupBad(f"what was written from {file} is not what it holds: nothing of it was kept")


def _base_of(header: Header) -> Head | None:
    """Return behind which entry the log begins. Raises BackupBad."""
    if not header.base:
        return None
    sequence, _, mac = header.base.partition(":")
    try:
        return Head(int(sequence), bytes.fromhex(mac))
    except ValueError:
        raise BackupBad("this backup does not say behind which entry it begins") from None


def _key_of(header: Header, key_folder: Path) -> Key:
    """Return the log's key: this machine's, else the one that came with the backup. Raises BackupBad."""
    log_id = header.meta.get("log_id", "")
    if not log_id.isalnum():
        raise BackupBad("this backup does not say which log it is of")
    file = key_file(key_folder, log_id)
    try:
        key = read_key(key_folder, log_id) or (key_of(log_id, header.key) if header.key else None)
    except ValueError as error:
        raise BackupBad(f"the key of this log is spoilt: {error}") from None
    if key is None:
        raise BackupBad(f"the key {file} is missing: copy it from a seat of that log; without it nothing can be proved")
    if key.id != header.meta.get("key_id"):
        raise BackupBad(f"{file} is not the key of that log")
    return key

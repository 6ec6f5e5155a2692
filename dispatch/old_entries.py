"""What a log keeps in place of entries that were archived: where it goes on from, sealed, and the state there.

A log whose old years were taken out begins behind a *base*, the last entry of its archive: a record sealed with the
log's key says which. The state at the base lies beside it in pieces, so that nobody needs the archive to work. Whoever
reads from the beginning (the figures of old years, a program whose fold is another one) needs the archive's file at
hand: it is looked for in one folder, and a message names file and folder.
"""

from __future__ import annotations

import hmac
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from dispatch.chain import Head, Key
from dispatch.checkpoint import read_checkpoint, write_checkpoint
from dispatch.events import LogKind
from dispatch.log_interface import Log, LogDamaged
from dispatch.state import State

L = TypeVar("L", bound=Log)

PIECE_BYTES = 1 << 20
RECORDS = "upto, body, seal"
PIECES = "fold, upto, piece, content"
ARCHIVE_TABLES = {
    "archives": "(upto {integer} NOT NULL PRIMARY KEY, body {blob} NOT NULL, seal {blob} NOT NULL)",
    "bases": "(fold TEXT NOT NULL, upto {integer} NOT NULL, piece {integer} NOT NULL, content {blob} NOT NULL, "
    "PRIMARY KEY (fold, upto, piece))",
}
_SEAL = b"opsroom archive "

Run = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Archive:
    """Say up to which entry a log was archived, what the log is for, and which file holds that (with its SHA-256)."""

    upto: Head
    kind: LogKind
    recorded_at: datetime
    file: str
    digest: str


def archive_tables(*, integer: str, blob: str) -> tuple[str, ...]:
    """Return the statements that make the tables, in a database's words for 64-bit numbers and bytes."""
    return tuple(
        f"CREATE TABLE IF NOT EXISTS {name} {columns.format(integer=integer, blob=blob)}"
        for name, columns in ARCHIVE_TABLES.items()
    )


def keep_record(run: Run, key: Key, archive: Archive) -> None:
    """Write down up to where a log is archived."""
    body = msgspec.msgpack.encode(archive)
    run(f"INSERT INTO archives ({RECORDS}) VALUES (?, ?, ?)", (archive.upto.sequence, body, key.seal(_SEAL + body)))


def keep_state(run: Run, key: Key, upto: Head, fold_version: str, state: State) -> None:
    """Write the state at a base, for programs whose fold is this one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "base")
        write_checkpoint(file, key, upto, fold_version, state)
        run("DELETE FROM bases WHERE fold = ?", (fold_version,))
        with file.open("rb") as content:
            for number, piece in enumerate(iter(lambda: content.read(PIECE_BYTES), b"")):
                row = (fold_version, upto.sequence, number, piece)
                run(f"INSERT INTO bases ({PIECES}) VALUES (?, ?, ?, ?)", row)


class OldEntries(Generic[L]):
    """Know what a log gave up to its archive, and find that where it is at hand.

    `run` asks the log's own store; `open_old` opens an archive's file.
    """

    def __init__(self, run: Run, name: str, *, key: Key | None, folder: Path, open_old: Callable[[Path], L]) -> None:
        self._run = run
        self._name = name
        self._key = key
        self._open_old = open_old
        self.folder = folder
        self._log: L | None = None
        self.record = self._newest()

    @property
    def upto(self) -> int:
        """Return the last entry that was given up, 0 where none was."""
        return self.record.upto.sequence if self.record is not None else 0

    def log(self) -> L | None:
        """Return the archive, None where its file is not at hand. Raises LogDamaged where it is another one."""
        if self._log is not None or self.record is None:
            return self._log
        file = self.folder / self.record.file
        if not file.is_file():
            return None
        log = self._open_old(file)
        if log.chain_head() != self.record.upto:
            log.close()
            raise LogDamaged("altered", f"{file} is not the archive of {self._name}: it ends with another entry")
        self._log = log
        return log

    def need(self) -> L:
        """Return the archive. Raises LogDamaged (`archived`) with what to do where it is not at hand."""
        log = self.log()
        if log is None:
            raise LogDamaged("archived", f"{self._name}: {self.told()}: put that file into {self.folder}", 1)
        return log

    def told(self) -> str:
        """Say in words what was archived."""
        assert self.record is not None
        return f"entries 1 to {self.upto} are archived in {self.record.file} (SHA-256 {self.record.digest[:12]}…)"

    def state(self, fold_version: str, file: Path | None) -> State | None:
        """Return the state at the base, None where none fits; with `file` it is kept there as the seat's checkpoint."""
        if self.record is None or self._key is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            found = file or Path(folder, "base")
            part = found.with_name(found.name + ".part")
            descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "wb") as out:
                for piece in self._pieces(fold_version):
                    out.write(piece)
            part.replace(found)
            read = read_checkpoint(found, self._key, fold_version)
            if read is None or read[0] != self.record.upto:
                with suppress(OSError):
                    found.unlink()
                return None
            return read[1]

    def close(self) -> None:
        """Let the archive go."""
        if self._log is not None:
            self._log.close()

    def _pieces(self, fold_version: str) -> Iterator[bytes]:
        number = 0
        while True:
            rows = self._run(
                "SELECT content FROM bases WHERE fold = ? AND upto = ? AND piece = ?",
                (fold_version, self.upto, number),
            )
            if not rows:
                return
            yield bytes(rows[0][0])
            number += 1

    def _newest(self) -> Archive | None:
        """Return the last record. Raises LogDamaged where it is not what was written with the key."""
        rows = self._run(f"SELECT {RECORDS} FROM archives ORDER BY upto DESC LIMIT 1", ())
        if not rows:
            return None
        body, seal = bytes(rows[0][1]), bytes(rows[0][2])
        try:
            archive = msgspec.msgpack.decode(body, type=Archive)
        except msgspec.MsgspecError:
            archive = None
        is_sealed = self._key is None or hmac.compare_digest(self._key.seal(_SEAL + body), seal)
        if archive is None or not is_sealed or "/" in archive.file or "\\" in archive.file:
            raise LogDamaged("altered", f"{self._name}: what it says was archived is not what was written", 1)
        return archive

"""The log in an SQLite file: the embedded default, which needs no server.

The standard library's sqlite3, not SQLAlchemy: a handful of statements needs no generator, and it opens in 2 ms
instead of 80.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dispatch import account_secrets, people
from dispatch.log_interface import LogDamaged, NotSaved, Problem, Verification
from dispatch.log_lock import Held, WriterLock
from dispatch.log_schema import FORMAT, META, Duplicate, Row, entries_table
from dispatch.log_table import TableLog
from dispatch.log_verify import verify_rows
from dispatch.old_entries import Run
from dispatch.shown import shown_tables

APPLICATION_ID = 0x4F507352  # 'OpsR' in the file's header
ARCHIVE_ID = 0x4F507341  # 'OpsA': an archive, which is never written to
BUSY_TIMEOUT_S = 1.0

# SQLite's primary result codes (https://www.sqlite.org/rescode.html) in our words.
_CODES = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_IOERR: "io_error",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
}
_TEXTS = {
    "disk_full": "the disk is full",
    "io_error": "the disk failed; nothing more is written until the log is opened again",
    "locked": "another program has locked the file",
    "read_only": "the file, its folder or its disk is read-only",
    "cannot_open": "the file cannot be opened",
}


class SqliteLog(TableLog):
    """Keep the log in one file with a write-ahead log, synchronous=FULL: an answered append survives a power cut.

    One connection writes and checkpoints (SQLite before 3.51.3 can corrupt a WAL that two of them reset): a lock
    file beside the log sees to it. Readers open the file read-only and never checkpoint.
    """

    has_table_sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
    shown_tables = shown_tables(integer="INTEGER", blob="BLOB")
    own_tables: tuple[str, ...] = ()  # what a kind of log keeps beside

    def __init__(self, path: Path, *, key_folder: Path, read_only: bool = False) -> None:
        self._path = path.resolve()
        self._writer: WriterLock | None = None
        self._connection: sqlite3.Connection | None = None
        self._stopped = ""
        self.is_archive = is_archive(self._path)
        read_only = read_only or self.is_archive
        super().__init__(str(path), key_folder=key_folder, read_only=read_only)
        if not read_only:
            self._take_lock()
        try:
            self._connection = self._read_connection() if self._read_only else self._write_connection()
            self._open()
        except BaseException:
            self.close()
            raise

    def _take_lock(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = WriterLock(self._path.with_name(self._path.name + ".lock"))
        except Held as held:
            self._read_only = True
            self.held_by = held.holder
        except OSError as error:
            raise NotSaved("read_only", f"{self._path.parent} cannot keep a log: {error.strerror}") from error

    def _write_connection(self) -> sqlite3.Connection:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise NotSaved("read_only", f"{self.name} cannot be written: {error.strerror}") from error
        connection = self._connect("rw")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] > FORMAT:
                return connection  # left as it is; `_open` says why
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise NotSaved(
                    "cannot_open", f"{self.name}: this disk (a network share?) cannot keep a write-ahead log"
                )
            for pragma in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("BEGIN IMMEDIATE")  # a read-only or locked file shows now, not at the first incident
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            connection.close()
            raise self._translated(error) from error
        except NotSaved:
            connection.close()
            raise
        return connection

    def _open(self) -> None:
        super()._open()
        if not self._read_only and (strange := self._strange_code()):
            raise LogDamaged("altered", f"{self.name}: {strange[0].text}; open it read-only, or remove it by hand")

    def _read_connection(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise NotSaved("cannot_open", f"there is no file {self.name}")
        connection = self._connect("ro")
        try:
            connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            wal = self._path.with_name(self._path.name + "-wal")
            if wal.exists() and wal.stat().st_size:
                raise self._translated(error) from error
            # A closed log on a read-only disk: no other program can change it.
            return self._connect("ro&immutable=1")
        except sqlite3.Error as error:
            connection.close()
            raise self._translated(error) from error
        return connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode={mode}",
                uri=True,
                timeout=BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.text_factory = lambda content: content.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
        except sqlite3.Error as error:
            raise self._translated(error) from error
        return connection

    def _read_meta(self) -> dict[str, str] | None:
        if self._run("PRAGMA user_version")[0][0] > FORMAT:
            return {"format": str(self._run("PRAGMA user_version")[0][0]), "log_id": "newer"}
        if not self._run("SELECT 1 FROM sqlite_schema LIMIT 1"):
            return None
        if self._run("PRAGMA application_id")[0][0] not in (APPLICATION_ID, ARCHIVE_ID):
            return {}
        return {str(name): str(value) for name, value in self._run("SELECT name, value FROM meta")}

    def _create(self) -> None:
        meta = self._new_meta()
        with self._lock:
            self._run("BEGIN IMMEDIATE")
            try:
                for statement in (
                    f"PRAGMA application_id = {APPLICATION_ID}",
                    f"PRAGMA user_version = {FORMAT}",
                    entries_table(integer="INTEGER", blob="BLOB"),
                    META,
                    people.TABLE,
                    account_secrets.TABLE,
                    *self.shown_tables,
                    *self.own_tables,
                ):
                    self._run(statement)
                for item in meta.items():
                    self._run("INSERT INTO meta (name, value) VALUES (?, ?)", item)
            except BaseException:
                self._run("ROLLBACK")
                raise
            self._run("COMMIT")

    @property
    def archive_folder(self) -> Path:
        return self._path.with_name(self._path.name + ".archives")

    @contextlib.contextmanager
    def changing(self) -> Iterator[Run]:
        with self._lock:
            self._check_writable()
            self._run("BEGIN IMMEDIATE")
            try:
                yield self._run
            except BaseException:
                self._run("ROLLBACK")
                raise
            self._run("COMMIT")

    def _open_old(self, file: Path) -> TableLog:
        return SqliteLog(file, key_folder=self._key_folder, read_only=True)

    def shrink(self) -> None:
        """Give the room of rows that were removed back to the disk, which must have as much again. Raises NotSaved."""
        with self._lock:
            self._check_writable()
            self._run("VACUUM")
            self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def hurry(self) -> None:
        """Write without waiting for the disk until `settle`: for a file that is moved into its place when it is whole.

        A power cut before that may spoil it. Raises NotSaved.
        """
        with self._lock:
            self._check_writable()
            self._run("PRAGMA synchronous = OFF")

    def settle(self) -> None:
        """Bring everything that was written in a hurry to the disk, into the one file, and wait again from now on.

        Raises NotSaved, also where somebody reads the file and the write-ahead log cannot be taken in.
        """
        with self._lock:
            self._check_writable()
            self._run("PRAGMA synchronous = FULL")
            if self._run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
                raise NotSaved("locked", f"{self.name}: somebody reads it")

    def verify(self) -> Verification:
        """Check the entries as every log does, and the file that holds them: its indexes, and code hidden in it.

        That an archive ends where it should is not known here: the log that it was taken from says so.
        """
        found = self._verify_archive() if self.is_archive else super().verify()
        with self._lock:
            try:
                told = [str(row[0]) for row in self._run("PRAGMA integrity_check(10)")]
            except LogDamaged as error:
                told = [str(error)]
            broken = [Problem(None, "corrupt", f"the file is damaged: {text}") for text in told if text != "ok"]
            return replace(found, problems=(*found.problems, *broken, *self._strange_code()))

    def _verify_archive(self) -> Verification:
        found = verify_rows(self.rows(), self._all_shown(), key=self._key or self._misfit, kept=None)
        end = f"that this archive ends with entry {self.head}: hold it against its log (log verify LOG --archive FILE)"
        told = tuple(what for what in found.unchecked if not what.startswith("the end of the log"))
        return replace(found, unchecked=(*told, end))

    def _strange_code(self) -> list[Problem]:
        """List triggers and views, which this program never makes: a trigger can take back what was just answered."""
        rows = self._run("SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
        return [Problem(None, "strange_code", f"it holds a {kind} {name!r} of a stranger") for kind, name in rows]

    def erase_person(self, person_id: str) -> bool:
        with self._lock:
            erased = super().erase_person(person_id)
            if erased:  # the write-ahead log still holds the page as it was
                self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        return erased

    def erase_secret(self, secret_id: str) -> bool:
        with self._lock:
            erased = super().erase_secret(secret_id)
            if erased:
                self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        return erased

    def _check_writable(self) -> None:
        super()._check_writable()
        if self._stopped:
            raise NotSaved("stopped", f"{self.name}: {self._stopped}")

    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        if self._connection is None:
            raise NotSaved("closed", f"{self.name} is closed")
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.IntegrityError as error:
            raise Duplicate from error
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _translated(self, error: sqlite3.Error) -> NotSaved | LogDamaged:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            self._stopped = "the file is damaged"
            return LogDamaged(
                "corrupt", f"{self.name} is damaged or no log ({error}): bring back a copy, and keep this file"
            )
        if primary == sqlite3.SQLITE_ERROR:  # our statements are right, so the tables are not
            return LogDamaged("not_a_log", f"{self.name} is not a log of this program ({error})")
        code = _CODES.get(primary, "failed")
        if code == "io_error":  # what was not synced may be lost although a second try would succeed
            self._stopped = _TEXTS["io_error"]
        name = getattr(error, "sqlite_errorname", "")
        return NotSaved(code, f"{self.name}: {_TEXTS.get(code, 'the database refused')} ({error}; {name})")

    def reopen(self) -> None:
        with self._lock:
            if self._read_only or self._writer is None:
                return
            if not self._path.is_file() or not self._path.stat().st_size:
                self._stopped = "the file is gone"  # a new one in its place would be another log
                raise NotSaved("cannot_open", f"there is no log {self.name} any more: bring it back")
            log_id = self._log_id
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._connection = self._write_connection()
            try:
                self._open()
                if self._log_id != log_id:
                    raise LogDamaged("not_a_log", f"{self.name} is another log than before")
            except BaseException:
                self._stopped = self._stopped or "it could not be opened again"
                raise
            self._stopped = ""

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._writer is not None:
            self._writer.release()
            self._writer = None


def is_archive(path: Path) -> bool:
    """Tell whether a file is an archive of a log, by the number in its header (sqlite.org/fileformat2.html, 1.3)."""
    try:
        with path.open("rb") as file:
            file.seek(68)
            return file.read(4) == ARCHIVE_ID.to_bytes(4, "big")
    except OSError:
        return False

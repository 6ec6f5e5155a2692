"""The log on PostgreSQL: the same table, for a room of many seats.

psycopg alone, for the same reason as SQLite's module: SQLAlchemy would add a layer over seven statements.
One database (or one schema, named by `options=-csearch_path=...` in the address) holds one log.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors

from dispatch import account_secrets, people, server_checkpoints
from dispatch.checkpoint import checkpoint_print
from dispatch.log_door import Door
from dispatch.log_interface import LogDamaged, NotSaved
from dispatch.log_schema import APPEND, META, Duplicate, Row, entries_table
from dispatch.log_table import TableLog
from dispatch.old_entries import Run
from dispatch.server_ear import Ear
from dispatch.server_roles import SERVER_VERSION
from dispatch.server_settings import complete, tls_advice
from dispatch.server_watch import Watch, cut
from dispatch.shown import shown_tables

_logger = logging.getLogger(__name__)

CHANNEL = "opsroom_log"
SAFE_RETRIES = 3
_MAKE_LOCK = 0x4F707352  # of pg_advisory_xact_lock: two seats that make the tables at once

# What the address may set otherwise: a seat that was cut off must notice within seconds, not in two hours.
_DEFAULTS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
    "application_name": "opsroom",
}

# What the server says is wrong, in our words.
_Kinds = tuple[tuple[tuple[type[psycopg.Error], ...], str], ...]
_NOT_SAVED: _Kinds = (
    ((errors.QueryCanceled, errors.LockNotAvailable), "timeout"),
    ((errors.SerializationFailure, errors.DeadlockDetected), "conflict"),
    ((errors.DiskFull,), "disk_full"),
    ((errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege), "read_only"),
)
_DAMAGED: _Kinds = (
    ((errors.DataCorrupted, errors.IndexCorrupted), "corrupt"),
    ((errors.UndefinedTable, errors.UndefinedColumn), "not_a_log"),
)


def name_of(address: str) -> str:
    """Return what the log at an address is called, without asking its server. Raises NotSaved, ValueError."""
    return _name_of(complete(address, defaults=_DEFAULTS)[0])


def _name_of(parts: Mapping[str, str]) -> str:
    return f"postgresql://{parts.get('host') or 'localhost'}/{parts.get('dbname') or ''}"  # never the password


class PostgresLog(TableLog):
    """Keep the log in a PostgreSQL database. The unique sequence decides which of two racing seats was first.

    Every seat needs the log's key file in its own key folder (see `dispatch.chain`). A lost connection is NotSaved,
    and the next call connects again. The password comes from a file (see `dispatch.server_settings`); an address
    that carries one is refused. A server that does not answer within `answer_timeout_s` is given up.
    """

    answer_timeout_s = 8.0  # the server itself gives up a statement after five seconds and says so

    has_table_sql = "SELECT to_regclass(?) IS NOT NULL"
    shown_tables = shown_tables(integer="BIGINT", blob="BYTEA")
    append_sql = f"WITH added AS ({APPEND}) SELECT pg_notify('{CHANNEL}', sequence::text) FROM added"

    def __init__(self, address: str, *, key_folder: Path, read_only: bool = False) -> None:
        parts, self._address = complete(address, defaults=_DEFAULTS)
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._watch = Watch()
        self._ear = Ear(self._address, CHANNEL, self._watch)
        name = _name_of(parts)
        super().__init__(name, key_folder=key_folder, read_only=read_only)
        self._lock = self._door = Door(name)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def connect(self, purpose: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open another connection as this seat, for what stands beside the log (`purpose` is its name at the server).

        Whoever asks owns it: it commits each statement by itself, and belongs to one thread. Raises NotSaved.
        """
        try:
            connection = psycopg.connect(self._address, autocommit=True, application_name=f"opsroom {purpose}")
            with self._watch.over(connection, self.answer_timeout_s):
                connection.execute("SET statement_timeout = '5s'")
        except psycopg.Error as error:
            raise self._unreachable(error) from error
        return connection

    def _share_checkpoint(self, fold_version: str, sequence: int, content: bytes) -> None:
        if sequence < server_checkpoints.OFFER_EVERY:
            return
        try:
            with self._beside("checkpoint") as (connection, run):
                if server_checkpoints.is_there(run):
                    with connection.transaction():
                        server_checkpoints.offer(run, checkpoint_print(fold_version), sequence, content)
        except (NotSaved, psycopg.Error) as error:
            _logger.warning("%s was not offered the checkpoint of entry %d: %s", self.name, sequence, error)

    def _shared_checkpoints(self, fold_version: str, than: int) -> Iterator[bytes]:
        if self.head - than < server_checkpoints.WORTH_FETCHING:
            return
        try:
            with self._beside("checkpoint") as (_, run):
                if server_checkpoints.is_there(run):
                    yield from server_checkpoints.newer(run, checkpoint_print(fold_version), than)
        except (NotSaved, psycopg.Error) as error:
            _logger.warning("%s gave no checkpoint: %s", self.name, error)

    @contextlib.contextmanager
    def _beside(self, purpose: str) -> Iterator[tuple[psycopg.Connection[tuple[Any, ...]], Run]]:
        """Connect for a while beside the log; a server that does not answer is given up there too."""
        with self.connect(purpose) as connection:

            def run(sql: str, values: Sequence[Any]) -> Sequence[Row]:
                with self._watch.over(connection, self.answer_timeout_s):
                    cursor = connection.execute(sql.encode(), values or None, binary=True)
                    return cursor.fetchall() if cursor.description else []

            yield connection, run

    def give_up(self) -> None:
        self._door.shut()
        if self._connection is not None:
            cut(self._connection)
        self._ear.cut()

    def found(self) -> None:
        self._door.open()

    def finding(self) -> contextlib.AbstractContextManager[None]:
        return self._door.finding()

    def close(self) -> None:
        with self._door.finding():
            super().close()

    @contextlib.contextmanager
    def changing(self) -> Iterator[Run]:
        connection = self.connect("archive")

        def run(sql: str, values: Sequence[Any] = ()) -> list[Row]:
            cursor = connection.execute(sql.replace("?", "%s").encode(), values or None)
            return list(cursor.fetchall()) if cursor.description else []

        try:
            connection.execute("SET statement_timeout = 0")
            with connection.transaction():
                yield run
        except psycopg.Error as error:
            raise self._translated(error) from error
        finally:
            connection.close()

    def _open_old(self, file: Path) -> TableLog:
        from dispatch.log_sqlite import SqliteLog

        return SqliteLog(file, key_folder=self._key_folder, read_only=True)

    def wait(self, timeout_s: float) -> bool:
        """Wait for PostgreSQL's notice that a seat has written. A notice may be missed: `read` is what counts."""
        try:
            return self._ear.wait(timeout_s, answer_timeout_s=self.answer_timeout_s, check=self._check_open)
        except psycopg.Error as error:
            self._ear.close()
            raise NotSaved("connection_lost", f"{self.name}: {_first_line(error)}") from error

    def _check_open(self) -> None:
        if self._closed:
            raise NotSaved("closed", f"{self.name} is closed")

    def _read_meta(self) -> dict[str, str] | None:
        if not self._run("SELECT to_regclass('entries') IS NOT NULL")[0][0]:
            return None
        if not self._run("SELECT to_regclass('meta') IS NOT NULL")[0][0]:
            return {}
        meta = {str(name): str(value) for name, value in self._run("SELECT name, value FROM meta")}
        version = meta.get("server_version", "")
        if version.isdigit() and int(version) > SERVER_VERSION:
            raise LogDamaged(
                "newer_format",
                f"{self.name} was prepared by a newer program (version {version}, this one knows {SERVER_VERSION}): "
                "update this program; nothing was changed",
            )
        return meta

    def _create(self) -> None:
        connection = self._connected()
        try:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKE_LOCK,))
                entries = entries_table(integer="BIGINT", blob="BYTEA")
                for statement in (entries, META, people.TABLE, account_secrets.TABLE, *self.shown_tables):
                    connection.execute(statement.encode())
                if connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone() is not None:
                    return  # another seat made the tables while this one waited for the lock
                for item in self._new_meta().items():
                    connection.execute("INSERT INTO meta (name, value) VALUES (%s, %s)", item)
        except psycopg.Error as error:
            raise self._translated(error) from error

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        self._check_open()
        if self._connection is None or self._connection.closed:
            try:
                connection = psycopg.connect(self._address, autocommit=True)
            except psycopg.Error as error:
                raise self._unreachable(error) from error
            try:
                with self._watch.over(connection, self.answer_timeout_s):
                    connection.execute("SET synchronous_commit = on")
                    connection.execute("SET statement_timeout = '5s'")
                    connection.execute("SET default_transaction_isolation = 'read committed'")
                    if self._read_only:
                        connection.execute("SET default_transaction_read_only = on")
            except psycopg.Error as error:
                connection.close()
                raise self._translated(error) from error
            self._connection = connection
        return self._connection

    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; run it again where the server says for certain that nothing was written.

        Also once more on a new connection where an old one turns out to be dead (the server was restarted): an
        entry that had been written after all is then a Duplicate, and the caller finds it by its command id.
        """
        statement = sql.replace("?", "%s").encode()
        retries = SAFE_RETRIES
        while True:
            was_open = self._connection is not None
            connection = self._connected()
            try:
                with self._watch.over(connection, self.answer_timeout_s):
                    cursor = connection.execute(statement, values or None, binary=True)  # as text, bytes come twice
                    return list(cursor.fetchall()) if cursor.description else []
            except errors.UniqueViolation as error:
                raise Duplicate from error
            except psycopg.Error as error:
                problem = self._translated(error)
                code = problem.code
                is_dead = code == "connection_lost" and was_open and not self._door.is_away
                if not retries or not (code == "conflict" or is_dead):
                    raise problem from error
                retries -= 1

    def _unreachable(self, error: psycopg.Error) -> NotSaved:
        reason = f"{_first_line(error)}{tls_advice(str(error))}"
        return NotSaved("connection_lost", f"{self.name} cannot be reached: {reason}")

    def _translated(self, error: psycopg.Error) -> NotSaved | LogDamaged:
        text = f"{self.name}: {_first_line(error)}"
        connection = self._connection
        for kinds, code in _NOT_SAVED:
            if isinstance(error, kinds):
                return NotSaved(code, text)
        for kinds, code in _DAMAGED:
            if isinstance(error, kinds):
                return LogDamaged(code, text)
        if connection is None or connection.closed or isinstance(error, psycopg.OperationalError):
            self._drop()
            return NotSaved("connection_lost", text)
        return NotSaved("failed", text)

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
        self._ear.deafen()

    def _disconnect(self) -> None:
        self._drop()
        self._watch.end()
        self._ear.close()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

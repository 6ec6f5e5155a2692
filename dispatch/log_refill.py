"""Write stored rows into an empty place, as they are: all of them, checked where they stand, or nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dispatch import account_secrets, people
from dispatch.chain import sync_folder
from dispatch.log_interface import NotSaved, StoredRow
from dispatch.log_schema import COLUMNS, FORMAT, META, entries_table
from dispatch.log_sqlite import APPLICATION_ID
from dispatch.old_entries import PIECES, RECORDS, archive_tables
from dispatch.shown import COLUMNS as SHOWN_COLUMNS
from dispatch.shown import shown_tables

Rows = Iterable[tuple[str, tuple[Any, ...]]]
Check = Callable[[Iterable[StoredRow], Mapping[str, int]], None]
BATCH = 2000
_TABLES = {
    "entries": f"{COLUMNS}, body, mac",
    "people": "person_id, name, number",
    "secrets": "secret_id, account_id, hash, changed_at",
    "shown": SHOWN_COLUMNS,
    "archives": RECORDS,
    "bases": PIECES,
}


def refill(
    place: str, meta: Mapping[str, str], rows: Rows, *, check: Check, application_id: int = APPLICATION_ID
) -> None:
    """Make a log at `place` out of `rows` (table, values); `check` raises where what stands there is not right.

    It is given the rows of entries and how many rows each table has, and called last: what it does beside comes true
    only with the log.

    An SQLite file must not be there yet; a database may be prepared, with no entry in it. Raises NotSaved, OSError.
    """
    if place.startswith(("postgresql://", "postgres://")):
        _refill_postgres(place, meta, rows, check)
    elif "://" in place:
        raise NotSaved("cannot_open", "a log is an SQLite file or a postgresql:// address")
    else:
        _refill_sqlite(Path(place), meta, rows, check, application_id)


def _refill_sqlite(path: Path, meta: Mapping[str, str], rows: Rows, check: Check, application_id: int) -> None:
    if path.exists():
        raise NotSaved("cannot_open", f"{path} is there already: nothing was written")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {application_id}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in _statements(integer="INTEGER", blob="BLOB"):
                connection.execute(statement)
            connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", list(meta.items()))
            for table, batch in _batches(rows):
                connection.executemany(_insert(table, "?"), batch)
            connection.execute("COMMIT")
            counts = {table: connection.execute(_count(table)).fetchone()[0] for table in _TABLES}
            stored = connection.execute(f"SELECT {_TABLES['entries']} FROM entries ORDER BY sequence")
            check(map(_stored, stored), counts)
        part.replace(path)
        sync_folder(path.parent)
    except sqlite3.Error as error:
        raise NotSaved("failed", f"{path}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _refill_postgres(address: str, meta: Mapping[str, str], rows: Rows, check: Check) -> None:
    import psycopg

    from dispatch.server_settings import complete

    parts, whole = complete(address, defaults={"connect_timeout": "5", "application_name": "opsroom restore"})
    name = f"postgresql://{parts.get('host') or 'localhost'}/{parts.get('dbname') or ''}"
    try:
        with psycopg.connect(whole, autocommit=True) as connection, connection.transaction():
            for statement in _statements(integer="BIGINT", blob="BYTEA"):
                connection.execute(statement.encode())
            connection.execute("LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE")
            if connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone() is not None:
                raise NotSaved("cannot_open", f"{name} holds a log already: nothing was written")
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM meta WHERE name = ANY(%s)", (list(meta),))
                cursor.executemany("INSERT INTO meta (name, value) VALUES (%s, %s)", list(meta.items()))
                for table, batch in _batches(rows):
                    with cursor.copy(f"COPY {table} ({_TABLES[table]}) FROM STDIN".encode()) as copy:
                        for row in batch:
                            copy.write_row(row)
            counts = dict.fromkeys(_TABLES, 0)
            for table in _TABLES:
                [[counts[table]]] = connection.execute(_count(table).encode()).fetchall()
            with connection.cursor("restored") as stored:
                stored.itersize = BATCH
                stored.execute(f"SELECT {_TABLES['entries']} FROM entries ORDER BY sequence".encode())
                check(map(_stored, stored), counts)
    except psycopg.Error as error:
        raise NotSaved("failed", f"{name}: {(str(error).splitlines() or ['failed'])[0]}") from error


def _statements(*, integer: str, blob: str) -> tuple[str, ...]:
    return (
        entries_table(integer=integer, blob=blob),
        META,
        people.TABLE,
        account_secrets.TABLE,
        *shown_tables(integer=integer, blob=blob),
        *archive_tables(integer=integer, blob=blob),
    )


def _count(table: str) -> str:
    return f"SELECT count(*) FROM {table}"


def _insert(table: str, mark: str) -> str:
    columns = _TABLES[table]
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join([mark] * (columns.count(',') + 1))})"


def _batches(rows: Rows) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield rows of one table together, never many at once. Raises NotSaved for a table that no log has."""
    table, batch = "", list[tuple[Any, ...]]()
    for name, row in rows:
        if name not in _TABLES:
            raise NotSaved("failed", f"a backup of this program has no rows of {name!r}")
        if batch and (name != table or len(batch) >= BATCH):
            yield table, batch
            batch = []
        table = name
        batch.append(row)
    if batch:
        yield table, batch


def _stored(row: tuple[Any, ...]) -> StoredRow:
    *columns, body, mac = row
    return StoredRow(tuple(columns), bytes(body), bytes(mac))

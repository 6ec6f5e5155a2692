"""The table of a log in SQL that every database understands, and the rows in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FORMAT = 1
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


def bytes_of(value: Any) -> bytes:
    """Return what a column of bytes holds, whatever somebody has put there instead."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()

"""The append-only log: how one is opened, and all that its users need by name."""

from __future__ import annotations

from pathlib import Path

from dispatch.island_base import ISLAND_ENDS
from dispatch.log_interface import (
    CommandAnswered,
    LiveLog,
    Log,
    LogDamaged,
    NotLive,
    NotSaved,
    Problem,
    SequenceTaken,
    StoredRow,
    Verification,
)

__all__ = [
    "CommandAnswered",
    "LiveLog",
    "Log",
    "LogDamaged",
    "NotLive",
    "NotSaved",
    "Problem",
    "SequenceTaken",
    "StoredRow",
    "Verification",
    "open_log",
]


def open_log(place: str | Path, *, key_folder: Path, read_only: bool = False) -> Log:
    """Open the log at `place`, an SQLite file or a `postgresql://` address, and make it where there is none.

    A file that ends as those of islands do is a seat's that was alone (see `log_island`); none is made here.

    A file that another program writes to is opened read-only (`is_read_only`, `held_by`). With `read_only` nothing
    is made, and the key is not needed. Raises LogDamaged for what is no log, is newer than this program, or does not
    reach to the head kept in `key_folder`; NotSaved where the store cannot be reached, or the key is missing.
    """
    if str(place).startswith(("postgresql://", "postgres://")):
        from dispatch.log_postgres import PostgresLog  # psycopg takes 70 ms to import

        return PostgresLog(str(place), key_folder=key_folder, read_only=read_only)
    if "://" in str(place):
        kind = str(place).partition("://")[0]
        raise NotSaved("cannot_open", f"a log is an SQLite file or a postgresql:// address, not one of {kind}://")
    if str(place).endswith(ISLAND_ENDS):
        from dispatch.log_island import IslandLog

        return IslandLog(Path(place), key_folder=key_folder, read_only=read_only)
    from dispatch.log_sqlite import SqliteLog

    return SqliteLog(Path(place), key_folder=key_folder, read_only=read_only)

"""Keep tiles that a map service answered in an MBTiles file of the city, so that they are there without a network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from gis.web_tiles import WebTile

MOST_BYTES = 2 << 30
TRIM_TO = 0.9  # of the limit, so that it is not trimmed at every tile
_SCHEMA = """
PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS tiles (
    zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,
    tile_data BLOB NOT NULL, fetched_at INTEGER NOT NULL,
    PRIMARY KEY (zoom_level, tile_column, tile_row)
);
CREATE INDEX IF NOT EXISTS tiles_by_age ON tiles (fetched_at);
"""
_WHERE = "zoom_level = ? AND tile_column = ? AND tile_row = ?"


class TileCache:
    """An MBTiles file that this program writes; used by one thread. Raises OSError where it cannot be written."""

    def __init__(self, file: Path, about: Mapping[str, str], *, most_bytes: int = MOST_BYTES) -> None:
        self._file = file
        self._most_bytes = most_bytes
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = sqlite3.connect(file, timeout=5.0)
        except sqlite3.Error as error:
            raise _failed(file, error) from error
        try:
            # Readers are other processes: no write-ahead log. A cache may lose its last second with the power.
            self._database.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL;" + _SCHEMA)
            with self._database:
                rows = {"opsroom_cache": "1", "type": "baselayer", **about}.items()
                self._database.executemany("INSERT OR REPLACE INTO metadata VALUES (?, ?)", rows)
        except sqlite3.Error as error:
            self._database.close()
            raise _failed(file, error) from error

    def ages(self, tiles: Iterable[WebTile]) -> dict[WebTile, datetime]:
        """Answer when those of the tiles that are there were fetched (UTC)."""
        found = {}
        for tile in tiles:
            row = self._database.execute(f"SELECT fetched_at FROM tiles WHERE {_WHERE}", _key(tile)).fetchone()
            if row is not None:
                found[tile] = datetime.fromtimestamp(row[0], UTC)
        return found

    def get(self, tile: WebTile) -> bytes | None:
        """Answer a tile's bytes; None where it is not there."""
        row = self._database.execute(f"SELECT tile_data FROM tiles WHERE {_WHERE}", _key(tile)).fetchone()
        return row[0] if row is not None else None

    def put(self, tiles: Mapping[WebTile, bytes], fetched_at: datetime) -> None:
        """Write tiles, newer ones over older ones, and take the oldest out where the cache grows over its limit."""
        moment = int(fetched_at.timestamp())
        try:
            with self._database:
                self._database.executemany(
                    "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?, ?)",
                    [(*_key(tile), data, moment) for tile, data in tiles.items()],
                )
            if self.size_bytes() > self._most_bytes:
                self._trim()
        except sqlite3.Error as error:
            raise _failed(self._file, error) from error

    def size_bytes(self) -> int:
        """Answer how much of the file is used."""
        pages, spare, size = (
            self._database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - spare) * size)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _trim(self) -> None:
        while self.size_bytes() > self._most_bytes * TRIM_TO:
            with self._database:
                gone = self._database.execute(
                    "DELETE FROM tiles WHERE rowid IN (SELECT rowid FROM tiles ORDER BY fetched_at LIMIT 200)"
                ).rowcount
            if not gone:
                break
        self._database.execute("PRAGMA incremental_vacuum").fetchall()


def _key(tile: WebTile) -> tuple[int, int, int]:
    return tile.zoom, tile.column, tile.tms_row


def _failed(file: Path, error: sqlite3.Error) -> OSError:
    return OSError(f"{file}: the pictures of a map service cannot be kept ({error})")

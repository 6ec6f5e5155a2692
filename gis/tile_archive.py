"""Read archives of map tiles, MBTiles and PMTiles, that may come from a stranger."""

from __future__ import annotations

import io
import json
import math
import mmap
import sqlite3
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gis.imagery_problem import ImageryError
from gis.tile_decoding import MOST_TILE_BYTES, picture_format, unpacked
from gis.web_tiles import MOST_ZOOM, WebTile

ARCHIVE_SUFFIXES = (".mbtiles", ".pmtiles")
QUERY_S = 2.0  # a view that takes longer for one answer is no plain archive
MOST_DIRECTORY_BYTES = 2 << 20
MOST_DIRECTORIES = 32
MOST_METADATA_BYTES = 4 << 20
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What an archive says of itself. tile_format: "png", "jpg", "webp", "pbf" (vector) or ""; bounds: degrees."""

    name: str
    attribution: str
    tile_format: str
    least_zoom: int
    most_zoom: int
    bounds: tuple[float, float, float, float]
    crs: str = ""  # "GCJ-02" or "BD-09" where the pictures are shifted so
    is_cache: bool = False  # of a map service, and growing

    @property
    def is_vector(self) -> bool:
        """Tell whether the tiles hold features and not pictures."""
        return self.tile_format == "pbf"


class TileArchive(Protocol):
    """An open archive; used by one thread at a time."""

    facts: ArchiveFacts

    def tile(self, tile: WebTile) -> bytes | None:
        """Answer a tile's bytes; None where there is none. Raises ImageryError for a damaged archive."""
        ...

    def version(self) -> int:
        """Answer a number that changes when somebody wrote into the archive."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_archive(file: Path) -> TileArchive:
    """Open an MBTiles or PMTiles file. Raises ImageryError saying what is wrong with it."""
    if not file.is_file():
        raise ImageryError(f"{file}: no such file")
    try:
        with file.open("rb") as stream:
            head = stream.read(16)
    except OSError as error:
        raise ImageryError(f"{file}: cannot be read ({error.strerror or error})") from error
    if head.startswith(b"SQLite format 3\0"):
        return MBTiles(file)
    if head.startswith(b"PMTiles"):
        return PMTiles(file)
    raise ImageryError(f"{file}: neither MBTiles nor PMTiles")


class MBTiles:
    """An MBTiles file, opened read-only. Its tables may be views; they get no functions and little time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._deadline = 0.0
        try:
            self._database = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=0.25, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
        except sqlite3.Error as error:
            raise ImageryError(f"{file}: cannot be opened ({error})") from error
        try:
            for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
                self._database.execute(f"PRAGMA {pragma}")
            self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * MOST_TILE_BYTES)
            self._database.set_authorizer(_may)
            self._database.set_progress_handler(lambda: time.monotonic() > self._deadline, 20_000)
            self.facts = self._read_facts()
        except BaseException:
            self._database.close()
            raise

    def tile(self, tile: WebTile) -> bytes | None:
        """Answer a tile's bytes; None where there is none. Raises ImageryError for a damaged archive."""
        found = self._ask(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
            (tile.zoom, tile.column, tile.tms_row),
        )
        if not found or not isinstance(found[0][0], bytes):
            return None
        return unpacked(found[0][0])

    def version(self) -> int:
        """Answer a number that changes when somebody wrote into the archive."""
        return int(self._ask("PRAGMA data_version")[0][0])

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _ask(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        self._deadline = time.monotonic() + QUERY_S
        try:
            return self._database.execute(query, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise ImageryError(f"{self._file}: not an archive of tiles that can be read ({error})") from error

    def _read_facts(self) -> ArchiveFacts:
        names = {str(row[0]) for row in self._ask("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        if "tiles" not in names:
            raise ImageryError(f"{self._file}: a database, but no archive of tiles")
        said: dict[str, str] = {}
        if "metadata" in names:
            rows = self._ask(
                "SELECT substr(name, 1, 100), substr(value, 1, ?) FROM metadata LIMIT 1000", (4 * LONGEST_TEXT,)
            )
            said = {str(name): str(value) for name, value in rows}
        least, most = _whole(said.get("minzoom")), _whole(said.get("maxzoom"))
        if least is None or most is None:
            found = self._ask("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
            if found[0] is None and "opsroom_cache" not in said:
                raise ImageryError(f"{self._file}: no tiles in it")
            least, most = _whole(found[0]) or 0, _whole(found[1]) or 0
        tile_format = {"jpeg": "jpg", "mvt": "pbf"}.get(said.get("format", ""), said.get("format", ""))
        if tile_format not in ("png", "jpg", "webp", "pbf"):
            sample = self._ask("SELECT tile_data FROM tiles LIMIT 1")
            data = sample[0][0] if sample and isinstance(sample[0][0], bytes) else b""
            tile_format = picture_format(data) or ("pbf" if data.startswith(b"\x1f\x8b") else "")
        return _checked(
            self._file, said.get("name", ""), said.get("attribution", ""), tile_format, least, most,
            [_number(part) for part in said.get("bounds", "").split(",")], said.get("crs", ""),
            is_cache="opsroom_cache" in said,
        )  # fmt: skip


class PMTiles:
    """A PMTiles (version 3) file on this machine; directories are unpacked within limits and kept."""

    def __init__(self, file: Path) -> None:
        from pmtiles.tile import Compression, deserialize_header

        self._file = file
        self._stream = file.open("rb")
        self._size = file.stat().st_size
        try:
            self._bytes = mmap.mmap(self._stream.fileno(), 0, access=mmap.ACCESS_READ)
            self._head: dict[str, Any] = dict(deserialize_header(self._bytes[:127].ljust(127, b"\0")))
        except Exception as error:
            self._stream.close()
            raise ImageryError(f"{file}: not PMTiles of version 3 ({type(error).__name__})") from error
        self._packing: Any = self._head["internal_compression"]
        self._directories: OrderedDict[tuple[int, int], list[Any]] = OrderedDict()
        try:
            for key, most in (("internal_compression", "directories"), ("tile_compression", "tiles")):
                if self._head[key] not in (Compression.NONE, Compression.GZIP, Compression.UNKNOWN):
                    raise ImageryError(f"{file}: {most} packed by {self._head[key].name.casefold()} are not read")
            self.facts = self._read_facts()
            self._directory(self._head["root_offset"], self._head["root_length"])
        except BaseException:
            self.close()
            raise

    def tile(self, tile: WebTile) -> bytes | None:
        """Answer a tile's bytes; None where there is none. Raises ImageryError for a damaged archive."""
        from pmtiles.tile import find_tile, zxy_to_tileid

        if not tile.is_on_earth:
            return None
        number = zxy_to_tileid(tile.zoom, tile.column, tile.row)
        offset, length = self._head["root_offset"], self._head["root_length"]
        for _ in range(4):
            found = find_tile(self._directory(offset, length), number)
            if found is None:
                return None
            if found.run_length > 0:
                return unpacked(
                    self._slice(self._head["tile_data_offset"] + found.offset, found.length, MOST_TILE_BYTES)
                )
            offset, length = self._head["leaf_directory_offset"] + found.offset, found.length
        raise ImageryError(f"{self._file}: its directories lead nowhere")

    def version(self) -> int:
        """Answer 0: nobody writes into such an archive."""
        return 0

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()
        self._stream.close()

    def _slice(self, offset: int, length: int, most: int) -> bytes:
        if length > most or offset + length > self._size:
            raise ImageryError(f"{self._file}: damaged (a part of {length:,} bytes at {offset:,})")
        return self._bytes[offset : offset + length]

    def _directory(self, offset: int, length: int) -> list[Any]:
        import gzip

        from pmtiles.tile import deserialize_directory, read_varint

        key = (offset, length)
        if key in self._directories:
            self._directories.move_to_end(key)
            return self._directories[key]
        plain = unpacked(self._slice(offset, length, MOST_DIRECTORY_BYTES), MOST_DIRECTORY_BYTES)
        try:  # the library unpacks by itself, without a limit; it gets what was unpacked within one
            if 4 * read_varint(io.BytesIO(plain)) > len(plain):
                raise EOFError
            entries = deserialize_directory(gzip.compress(plain, compresslevel=0))
        except Exception as error:
            raise ImageryError(f"{self._file}: a damaged directory ({type(error).__name__})") from error
        self._directories[key] = entries
        if len(self._directories) > MOST_DIRECTORIES:
            self._directories.popitem(last=False)
        return entries

    def _read_facts(self) -> ArchiveFacts:
        from pmtiles.tile import TileType

        head = self._head
        said: dict[str, Any] = {}
        packed = self._slice(head["metadata_offset"], head["metadata_length"], MOST_METADATA_BYTES)
        try:
            loaded = json.loads(unpacked(packed, MOST_METADATA_BYTES) or b"{}")
        except (ValueError, RecursionError):
            loaded = {}
        if isinstance(loaded, dict):
            said = loaded
        names = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.MVT: "pbf"}
        bounds = [head[key] / 1e7 for key in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
        return _checked(
            self._file, said.get("name", ""), said.get("attribution", ""), names.get(head["tile_type"], ""),
            head["min_zoom"], head["max_zoom"], list(bounds), "",
        )  # fmt: skip


def _may(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Let plain reading through; of functions only those that count and compare."""
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return (
            sqlite3.SQLITE_OK
            if second in ("min", "max", "coalesce", "ifnull", "like", "substr")
            else sqlite3.SQLITE_DENY
        )
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first == "data_version" else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY


def _checked(
    file: Path, name: str, attribution: str, tile_format: str, least: int, most: int, bounds: list[float], crs: str,
    *, is_cache: bool = False,
) -> ArchiveFacts:  # fmt: skip
    if not 0 <= least <= most <= MOST_ZOOM:
        raise ImageryError(f"{file}: zooms from {least} to {most} are none")
    box = (-180.0, -85.06, 180.0, 85.06)
    if len(bounds) == 4 and all(math.isfinite(each) for each in bounds):
        west, south, east, north = bounds
        if -180.1 <= west < east <= 180.1 and -90 <= south < north <= 90:
            box = (west, south, east, north)
    return ArchiveFacts(_plain(name), _plain(attribution), tile_format, least, most, box, _plain(crs), is_cache)


def _plain(text: object) -> str:
    """Make a line of text of what an archive says: short, without lone surrogates and control signs."""
    clean = str(text).encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT]
    return "".join(sign if sign.isprintable() else " " for sign in clean).strip()


def _whole(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

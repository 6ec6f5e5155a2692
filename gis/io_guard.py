"""Refuse files that would reach elsewhere or explode, before any reader opens them."""

from __future__ import annotations

import re
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath

from gis.io_problem import VectorError

SUFFIXES = (
    ".gpkg", ".shp", ".geojson", ".json", ".geojsonl", ".geojsons", ".topojson", ".kml", ".kmz", ".gpx", ".csv", ".tsv",
    ".parquet", ".geoparquet", ".fgb", ".gdb", ".gml", ".tab", ".mif", ".dxf", ".zip", ".gmt", ".jml",
    ".xlsx", ".ods", ".mbtiles", ".pmtiles",
)  # fmt: skip
MOST_MEMBERS = 10_000
MOST_BYTES = 4 << 30
MOST_RATIO = 200
MOST_FIELDS = 2_000
MOST_STEPS = 20_000_000  # of SQLite's machine, about a second
MOST_VIEWS = 50
HEAD_BYTES = 65_536
SNIFFED_BYTES = 512
FEW_MEMBERS = 200
_XML = (".kml", ".gpx", ".gml", ".jml")
_DATABASES = (".gpkg", ".mbtiles")
_MODULES = ("rtree", "fts3", "fts4", "fts5")
_POINTERS = (b"<OGRVRTDataSource", b"<VRTDataset", b"<OGRWFSDataSource", b"<GDAL_WMS", b'"gdal_streamed_alg"')


def check_file(file: Path | str) -> Path:
    """Answer the path of a local file that may be read, otherwise raise VectorError saying why it is refused."""
    text = str(file)
    if re.match(
        r"^/?vsi|^[A-Za-z][A-Za-z0-9+.-]+:/|^[A-Z0-9_]{2,}:", text.replace("\\", "/").lstrip("/"), re.IGNORECASE
    ):
        raise VectorError(f"{text}: only files on this machine are read, no addresses and no virtual file names")
    path = Path(file)
    suffix = path.suffix.casefold()
    if not path.exists():
        raise VectorError(f"{path}: no such file")
    if suffix not in SUFFIXES:
        raise VectorError(f"{path}: not a kind of vector file that is read ({', '.join(SUFFIXES)})")
    if path.is_dir():
        if suffix != ".gdb":
            raise VectorError(f"{path}: is a folder")
        return path
    try:
        if path.stat().st_size == 0:
            raise VectorError(f"{path}: the file is empty")
        if suffix in (".zip", ".kmz", ".xlsx", ".ods"):
            _check_archive(path)
        else:
            _check_content(path, suffix)
    except OSError as error:
        raise VectorError(f"{path}: cannot be read ({error.strerror or error})") from error
    return path


def _check_content(path: Path, suffix: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    _check_head(path, head, suffix)
    if suffix in _DATABASES:
        _check_database(path)


def _check_head(path: Path | str, head: bytes, suffix: str) -> None:
    """Refuse by its beginning what GDAL would open as something else than its name says: GDAL goes by content."""
    if any(pointer in head for pointer in _POINTERS):
        raise VectorError(f"{path}: only points to data elsewhere")
    if head.startswith(b"SQLite format 3\0") and suffix not in _DATABASES:
        raise VectorError(f"{path}: is a database under another name")
    if suffix in _XML or re.match(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<", head):
        _check_xml(path, head)
    elif suffix in (".csv", ".tsv"):
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise VectorError(f"{path}: is written in UTF-16; save it as UTF-8")
        most = max(len(re.split(rb"[,;\t|]", line)) for line in head.split(b"\n"))
        if most > MOST_FIELDS:
            raise VectorError(f"{path}: a table of more than {MOST_FIELDS:,} columns is refused")


def _check_xml(path: Path | str, head: bytes) -> None:
    """Refuse XML that does not come to its first element soon, or has a document type before it."""
    text = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head.replace(b"\0", b""), flags=re.DOTALL)  # also UTF-16
    found = re.match(rb"[\xef\xbb\xbf\xff\xfe\s]*<(!DOCTYPE|[A-Z_a-z\x80-\xff])", text, re.IGNORECASE)
    if found is None:
        raise VectorError(f"{path}: no XML that is read: no element at its beginning")
    if len(found[1]) > 1:
        raise VectorError(f"{path}: XML with a document type is refused")
    if b"<networklink" in text.lower():
        raise VectorError(f"{path}: only points to data elsewhere (NetworkLink)")


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise VectorError(f"{path}: {len(members)} files in an archive are refused")
            total = sum(member.file_size for member in members)
            if total > MOST_BYTES or total > MOST_RATIO * max(path.stat().st_size, 4096):
                raise VectorError(f"{path}: would unpack to {total:,} bytes")
            for member in members:
                name = PurePosixPath(member.filename.replace("\\", "/"))
                if name.is_absolute() or ".." in name.parts or ":" in str(name):
                    raise VectorError(f"{path}: a member's name leads outside: {member.filename!r}")
                inner = name.suffix.casefold()
                if inner in (".zip", ".kmz", ".vrt", ".gpkg", ".sqlite", ".mbtiles"):
                    raise VectorError(f"{path}: {member.filename!r} inside an archive is refused")
                if member.is_dir():
                    continue
                with archive.open(member) as stream:
                    head = stream.read(SNIFFED_BYTES)
                    if inner in _XML or b"<" in head or len(members) < FEW_MEMBERS:
                        head += stream.read(HEAD_BYTES - SNIFFED_BYTES)
                _check_head(f"{path}, {member.filename}", head, inner)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise VectorError(f"{path}: not an archive that can be read ({error})") from error


def _check_database(path: Path) -> None:
    """Refuse a GeoPackage whose layers are views, which run the stranger's SQL when they are read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            database.set_progress_handler(lambda: True, MOST_STEPS)
            made = database.execute("SELECT name, type, sql FROM sqlite_master LIMIT 100000").fetchall()
            listed = set()
            if any(name == "gpkg_contents" for name, *_ in made):
                listed = {row[0] for row in database.execute("SELECT table_name FROM gpkg_contents LIMIT 100000")}
            endless = _endless_view(database, [name for name, kind, _ in made if kind == "view"])
    except sqlite3.Error as error:
        raise VectorError(f"{path}: not a GeoPackage that can be read ({error})") from error
    if endless:
        raise VectorError(f"{path}: its view {endless!r} does not come to an end and is refused")
    for name, kind, sql in made:
        if kind == "view" and (name in listed or name == "gpkg_contents"):
            raise VectorError(f"{path}: the layer {name!r} is a view, not data, and is refused")
        module = re.match(r"\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+\W?(\w+)", str(sql), re.IGNORECASE | re.DOTALL)
        if module and module[1].casefold() not in _MODULES:
            raise VectorError(f"{path}: its table {name!r} is made by a program ({module[1]}) and is refused")


def _endless_view(database: sqlite3.Connection, views: list[str]) -> str:
    """Name the first view whose rows cannot be counted within the limit of steps: GDAL counts them, without one."""
    for name in views[:MOST_VIEWS]:
        try:
            database.execute('SELECT count(*) FROM "{}"'.format(name.replace('"', '""')))
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                return name
        except sqlite3.Error:
            continue  # a function that is not known here: GDAL looks at those itself
    return views[MOST_VIEWS] if len(views) > MOST_VIEWS else ""

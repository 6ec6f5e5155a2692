"""Refuse files that would reach elsewhere or explode, before any reader opens them."""

from __future__ import annotations

import re
import sqlite3
import zipfile
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
_XML = (".kml", ".gpx", ".gml", ".jml")
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
        head = stream.read(65536)
        if any(pointer in head for pointer in _POINTERS):
            raise VectorError(f"{path}: only points to data elsewhere")
        if suffix in _XML:
            _check_xml(path, head)
    if suffix == ".gpkg":
        _check_geopackage(path)


def _check_xml(path: Path | str, head: bytes) -> None:
    """A document type stands before the first element, so that the head of the file is enough to find one."""
    text = head.replace(b"\0", b"").upper()  # also UTF-16
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise VectorError(f"{path}: XML with a document type is refused")
    if b"<NETWORKLINK" in text:
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
                if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                    raise VectorError(f"{path}: a member's name leads outside: {member.filename!r}")
                inner = name.suffix.casefold()
                if inner in (".zip", ".kmz", ".vrt", ".gpkg", ".sqlite", ".mbtiles"):
                    raise VectorError(f"{path}: {member.filename!r} inside an archive is refused")
                if inner in _XML:
                    with archive.open(member) as stream:
                        _check_xml(f"{path}, {member.filename}", stream.read(65536))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise VectorError(f"{path}: not an archive that can be read ({error})") from error


def _check_geopackage(path: Path) -> None:
    """Refuse a GeoPackage whose layers are views: a view runs the stranger's SQL when it is read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            views = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'view' AND name IN (SELECT table_name FROM gpkg_contents)"
            ).fetchall()
    except sqlite3.Error as error:
        raise VectorError(f"{path}: not a GeoPackage that can be read ({error})") from error
    if views:
        raise VectorError(f"{path}: the layer {views[0][0]!r} is a view, not data, and is refused")

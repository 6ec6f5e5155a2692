"""Take a table out of a file, every cell as plain text: CSV, spreadsheets, Parquet, GeoPackage, what GDAL reads.

Nothing in a file is evaluated. Cells keep what a person would read in them; empty text is an empty cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dispatch.codec import clean_text
from gis.gdal_offline import offline
from gis.io_guard import check_file
from gis.io_problem import VectorError

MOST_ROWS = 1_000_000
MOST_CELLS = 60_000_000
MOST_BYTES = 1 << 30  # of a text file, which is read whole
LONGEST_CELL = 2_000
_NOTHING = frozenset(("NULL", "Null", "null", "<Null>", "<NULL>", "\\N", "#N/A", "NaT"))
SNIFFED = 65_536
DELIMITERS = ",;\t|"
LON, LAT = "geometry lon", "geometry lat"  # columns that stand for a file's own points
_TEXT = (".csv", ".tsv", ".txt")
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+")


class TableError(ValueError):
    """A file is no table that can be read; the message names the file and says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a file's rows as text, each as wide as `columns`; `lines` is the number of the first row's line, less one.

    `told` are sentences on what was mended while it was read.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    told: tuple[str, ...] = ()


def read_table(file: Path, *, layer: str | None = None) -> Table:
    """Read a table. Raises TableError for what is none, is too large, or is refused as a stranger's file."""
    try:
        path = check_file(file)
        suffix = path.suffix.casefold()
        if suffix in _TEXT or suffix == "":
            return _read_csv(path)
        if suffix in (".parquet", ".geoparquet"):
            return _read_parquet(path)
        return _read_ogr(path, layer)
    except (VectorError, OSError) as error:
        raise TableError(str(error)) from error


@offline()
def layers_of(file: Path) -> tuple[str, ...]:
    """Name a file's sheets or layers, of which `read_table` reads one; empty where it has no such parts.

    Raises TableError as `read_table` does.
    """
    from pyogrio import list_layers
    from pyogrio.errors import DataSourceError

    from gis.io_source import data_in

    try:
        path = check_file(file)
        if path.suffix.casefold() in (*_TEXT, "", ".parquet", ".geoparquet"):
            return ()
        return tuple(plain(row[0]) for row in list_layers(data_in(path)))
    except (VectorError, DataSourceError, OSError) as error:
        raise TableError(str(error)) from error


def plain(value: object) -> str:
    """Return a cell as one line of plain text: no control characters, no signs that turn the words after them round.

    The words by which databases and spreadsheets write that nothing is there are nothing.
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else _said(value)
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL]
    if text in _NOTHING:
        return ""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROLS.sub(" ", clean_text(text)).strip()


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    iso = getattr(value, "isoformat", None)
    return str(iso()) if iso is not None else str(value)


def _table(name: str, columns: Iterable[object], rows: Iterable[Iterable[object]], told: list[str]) -> Table:
    names = _names([plain(each) for each in columns], told)
    kept: list[tuple[str, ...]] = []
    wrong, most = 0, min(MOST_ROWS, MOST_CELLS // max(1, len(names)))
    for row in rows:
        cells = tuple(plain(cell) for cell in row)
        if not any(cells):
            continue
        if len(cells) != len(names):
            wrong += 1
            cells = (*cells[: len(names)], *([""] * (len(names) - len(cells))))
        if len(kept) >= most:
            raise TableError(f"{name}: more than {most:,} rows; import it in parts")
        kept.append(cells)
    if not names or not kept:
        raise TableError(f"{name}: no rows in it")
    if wrong:
        told.append(f"{wrong:,} rows are not as wide as the first line; what is missing is blank")
    return Table(name, names, tuple(kept), tuple(told))


def _names(columns: list[str], told: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, name in enumerate(columns, start=1):
        unique, again = name or f"column {number}", 2
        while unique in names:
            unique, again = f"{name} ({again})", again + 1
        if name and unique != name:
            told.append(f"a second column {name!r}; it is called {unique!r}")
        names.append(unique)
    return tuple(names)


def _read_csv(path: Path) -> Table:
    text, told = _decoded(path)
    head = text[:SNIFFED]
    delimiter = "\t" if path.suffix.casefold() == ".tsv" else _delimiter(head)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = next((row for row in reader if any(cell.strip() for cell in row)), [])
        if len(columns) < 2:
            raise TableError(f"{path}: its first line names no columns")
        return _table(path.name, columns, reader, told)
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: is no CSV ({error})") from error


def _decoded(path: Path) -> tuple[str, list[str]]:
    if path.stat().st_size > MOST_BYTES:
        raise TableError(f"{path}: larger than {MOST_BYTES >> 20:,} MB; import it in parts")
    raw = path.read_bytes()
    told: list[str] = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
        told.append("the text is not UTF-8; read as Windows-1252")
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        told.append("NUL characters were replaced")
    return text, told


def _delimiter(head: str) -> str:
    first = head.split("\n", 1)[0]
    return max(DELIMITERS, key=lambda each: (first.count(each), -DELIMITERS.index(each)))


def _read_parquet(path: Path) -> Table:
    from gis.io_parquet import parquet_table

    problems: list[Any] = []
    wkb, columns, crs = parquet_table(path, problems)
    held = {name: _listed(values) for name, values in columns.items()}
    told = [str(problem) for problem in problems[:20]]
    held |= _points(path.name, wkb, crs, told)
    if not held:
        raise TableError(f"{path}: no columns in it")
    return _table(path.name, held, _across(list(held.values())), told)


def _listed(values: Any) -> list[object]:
    import numpy as np

    if values.dtype.kind == "M":
        return [None if text == "NaT" else text for text in np.datetime_as_string(values, unit="us").tolist()]
    return list(values.tolist())


@offline()
def _read_ogr(path: Path, layer: str | None) -> Table:
    """Read by GDAL: spreadsheets, GeoPackage, Shapefile, GeoJSON. A spreadsheet's first line names its columns."""
    from pyogrio import list_layers
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
    from pyogrio.raw import read

    from gis.io_source import data_in

    told: list[str] = []
    try:
        source = data_in(path)
        layers = [str(row[0]) for row in list_layers(source)]
        if layer is not None and layer not in layers:
            raise TableError(f"{path}: has no layer {layer!r}; it has {', '.join(layers[:12])}")
        chosen = layer or (layers[0] if layers else None)
        if layer is None and len(layers) > 1:
            told.append(f"of its sheets or layers {', '.join(layers[:12])} only the first is read")
        options = {"HEADERS": "FORCE"} if path.suffix.casefold() in (".xlsx", ".ods") else {}
        meta, _, wkb, fields = read(source, layer=chosen, datetime_as_string=True, **options)
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ValueError, OSError) as error:
        raise TableError(f"{path}: no table that can be read ({' '.join(str(error).split())[:300]})") from error
    held: list[list[object]] = [_listed(values) for values in fields]
    names = [str(name) for name in meta["fields"]]
    points = _points(path.name, wkb, meta.get("crs"), told)
    return _table(path.name, [*names, *points], _across([*held, *points.values()]), told)


def _across(columns: list[list[object]]) -> Iterator[tuple[object, ...]]:
    return zip(*columns, strict=True)


def _points(file: str, wkb: Any, crs: str | None, told: list[str]) -> dict[str, list[object]]:
    """Return the middle of each geometry as longitude and latitude; nothing where a file has none."""
    if wkb is None or all(each is None for each in wkb):
        return {}
    import numpy as np
    import shapely
    from pyproj import Transformer

    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    middles = shapely.centroid(shapes)
    middles[shapely.is_empty(middles)] = None  # some builds raise for their x
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    if crs and not _is_lonlat(crs):
        x, y = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(x, y)
    good = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    if not good.all():
        told.append(f"{file}: {int((~good).sum()):,} rows have no geometry that can be used")
    lon: list[object] = [float(each) if ok else None for each, ok in zip(x, good, strict=True)]
    lat: list[object] = [float(each) if ok else None for each, ok in zip(y, good, strict=True)]
    return {LON: lon, LAT: lat}


def _is_lonlat(crs: str) -> bool:
    return crs.upper() in ("EPSG:4326", "OGC:CRS84")

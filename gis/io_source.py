"""Take geometries and columns out of a vector file as they stand there, whatever its code page and missing parts."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.gdal_offline import offline
from gis.io_arrow import read_plain
from gis.io_parquet import parquet_table
from gis.io_problem import Problem, VectorError
from gis.io_table import points_in

LONGEST_TEXT = 10_000
BY_COLUMNS = (".gpkg", ".fgb")  # UTF-8 by definition
TABLES = (".csv", ".tsv", ".xlsx", ".ods")


def read_parquet(path: Path, problems: list[Problem]) -> tuple[NDArray[Any], dict[str, list[Any]], str | None]:
    """Read a GeoParquet file; answers geometries as WKB (n,), columns of n plain values, and the stated CRS."""
    wkb, held, stated = parquet_table(path, problems)
    columns = {name: _plain(values) for name, values in held.items()}
    if wkb is None:
        wkb = points_in(path.name, columns, problems)
    if wkb is None:
        raise VectorError(f"{path}: no geometries in it, and no columns such as lon and lat")
    return wkb, columns, stated


@offline()
def read_ogr(
    path: Path, layer: str | None, problems: list[Problem]
) -> tuple[NDArray[Any], dict[str, list[Any]], str | None]:
    """Read what GDAL reads; answers geometries as WKB (n,), columns of n plain values, and the stated CRS."""
    from pyogrio import list_layers
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
    from pyogrio.raw import read

    suffix = path.suffix.casefold()
    options: dict[str, Any] = {}
    if suffix in (".csv", ".tsv"):
        options = {
            "KEEP_GEOM_COLUMNS": "YES", "AUTODETECT_TYPE": "YES",
            "GEOM_POSSIBLE_NAMES": "wkt,geom,geometry,the_geom,wkb_geometry,shape,the_geom_wkt",
        }  # fmt: skip
    elif suffix == ".gml":
        options = {"DOWNLOAD_SCHEMA": "NO"}
    if suffix == ".shp":
        _told_parts(path, problems)
        if not _sibling(path, ".shx"):
            return _without_index(path, layer, problems)
    try:
        source = data_in(path)
        layers = [str(row[0]) for row in list_layers(source) if row[1] is not None or suffix in TABLES]
        if layer is None and len(layers) > 1:
            problems.append(
                Problem(path.name, 0, "", f"of its layers {', '.join(layers)} only the first is read", True)
            )
        chosen = layer if layer is not None else (layers[0] if layers else None)
        try:
            plain = read_plain(source, chosen) if suffix in BY_COLUMNS else None
            meta, _, wkb, fields = plain or read(source, layer=chosen, datetime_as_string=True, **options)
        except UnicodeDecodeError:
            meta, wkb, fields = _in_other_code_page(source, path, chosen, options, problems)
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ValueError, OSError) as error:
        raise VectorError(f"{path}: not a vector file that can be read ({_said(error)})") from error
    names = [str(name) for name in meta["fields"]]
    columns: dict[str, list[Any]] = {}
    for name, values in zip(names, fields, strict=True):
        unique, n = name, 2
        while unique in columns:
            unique, n = f"{name}_{n}", n + 1
        if unique != name:
            problems.append(Problem(path.name, 0, name, f"a second field of this name; it is called {unique}", True))
        columns[unique] = _plain(values)
    if wkb is None or (suffix in TABLES and all(each is None for each in wkb)):
        wkb = points_in(path.name, columns, problems)
    if wkb is None:
        raise VectorError(f"{path}: no coordinates in it (expected columns such as lon and lat, or wkt)")
    return wkb, columns, meta.get("crs")


@offline()
def file_layers(path: Path) -> list[tuple[str, str, int]]:
    """Name the layers that GDAL finds in a file, with their geometry and number of features (-1: not known)."""
    from pyogrio import list_layers, read_info
    from pyogrio.errors import DataLayerError, DataSourceError

    source = data_in(path)
    try:
        rows = [(str(row[0]), str(row[1] or "")) for row in list_layers(source)]
        return [(name, kind, int(read_info(source, layer=name)["features"])) for name, kind in rows]
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        raise VectorError(f"{path}: not a vector file that can be read ({_said(error)})") from error


def _said(error: Exception) -> str:
    """Say what GDAL said, without the advice that is meant for programmers."""
    parts = [" ".join(part.split()) for part in str(error).split(";")]
    return "; ".join(part for part in parts if part and not part.startswith("It might help"))[:300]


def data_in(path: Path) -> Path | str:
    """Answer what GDAL opens: the file itself, or the one data set inside of a checked .zip."""
    if path.suffix.casefold() != ".zip":
        return path
    with zipfile.ZipFile(path) as archive:
        members = [PurePosixPath(name) for name in archive.namelist() if not name.startswith("__MACOSX/")]
    folders = {PurePosixPath(*m.parts[: i + 1]) for m in members for i, p in enumerate(m.parts) if p.endswith(".gdb")}
    kinds = (".shp", ".geojson", ".json", ".fgb", ".kml", ".gml", ".gpx", ".tab", ".mif", ".csv", ".tsv", ".topojson")
    found = sorted(folders) or sorted(
        (m for m in members if m.suffix.casefold() in kinds), key=lambda m: (kinds.index(m.suffix.casefold()), str(m))
    )
    if not found:
        raise VectorError(f"{path}: no vector file in the archive")
    if len(found) > 1 and found[0].suffix == found[1].suffix and found[0].suffix.casefold() != ".shp":
        raise VectorError(f"{path}: several data sets in the archive ({', '.join(map(str, found[:5]))}); unpack it")
    first = found[0]
    inner = first.parent if first.suffix.casefold() == ".shp" else first
    return f"/vsizip/{path.absolute().as_posix()}" + (f"/{inner}" if inner.parts else "")


def _in_other_code_page(
    source: Path | str, path: Path, layer: str | None, options: dict[str, Any], problems: list[Problem]
) -> tuple[Any, Any, Any]:
    """Read text that is not in its stated code page: as GB 18030 where that gives common Chinese, else Windows-1252."""
    from pyogrio.raw import read

    for encoding, called in (("GB18030", "GB 18030"), ("CP1252", "Windows-1252")):
        try:
            meta, _, wkb, fields = read(source, layer=layer, datetime_as_string=True, encoding=encoding, **options)
        except UnicodeDecodeError:
            continue
        texts = [text for values in fields if values.dtype == object for text in values if isinstance(text, str)]
        if encoding == "CP1252" or all(_is_common_chinese(text) for text in texts):
            what = f"text is not in its stated code page; read as {called}"
            problems.append(Problem(path.name, 0, "", what, True))
            return meta, wkb, fields
    raise VectorError(f"{path}: its text is in no code page that is known here")


def _is_common_chinese(text: str) -> bool:
    """Tell whether a text is of ASCII and the signs of GB 2312: Latin text taken for Chinese gives rarer ones."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _sibling(path: Path, suffix: str) -> Path | None:
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()), None)


def _told_parts(path: Path, problems: list[Problem]) -> None:
    for suffix, lost in ((".dbf", "no attributes"), (".prj", "no coordinate system stated")):
        if not _sibling(path, suffix):
            problems.append(Problem(path.name, 0, "", f"{path.with_suffix(suffix).name} is missing: {lost}", True))


def _without_index(
    path: Path, layer: str | None, problems: list[Problem]
) -> tuple[NDArray[Any], dict[str, list[Any]], str | None]:
    """Read a Shapefile whose .shx is missing from a copy, in which GDAL makes the index anew."""
    from pyogrio import set_gdal_config_options

    problems.append(
        Problem(path.name, 0, "", f"{path.with_suffix('.shx').name} is missing: the index was made anew", True)
    )
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".shp", ".dbf", ".prj", ".cpg"):
            part = _sibling(path, suffix)
            if part:
                shutil.copy(part, Path(folder) / (path.stem + suffix))
        copy = Path(folder) / (path.stem + ".shp")
        set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            copy.with_suffix(".shx").unlink(missing_ok=True)
            from pyogrio import read_info

            read_info(copy)  # writes the index
            unheard: list[Problem] = []
            return read_ogr(copy, layer, unheard)
        except (ValueError, RuntimeError, OSError) as error:
            raise VectorError(f"{path}: its .shx is missing and cannot be made anew ({error})") from error
        finally:
            set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _plain(values: NDArray[Any]) -> list[Any]:
    """Make a column plain Python values: numbers, truth values, text, None; dates as ISO text."""
    if values.dtype.kind == "M":
        return [None if text == "NaT" else text for text in np.datetime_as_string(values).tolist()]
    if values.dtype.kind in "biu" or (values.dtype.kind == "f" and not np.isnan(values).any()):
        return list(values.tolist())
    if values.dtype == object and _are_plain_texts(values):
        return list(values.tolist())
    found: list[Any] = []
    for value in values.tolist():
        if value is None or (isinstance(value, float) and value != value):
            found.append(None)
        elif isinstance(value, bool | int | float):
            found.append(value)
        elif isinstance(value, bytes):
            found.append(f"{len(value)} bytes")
        else:
            found.append(str(value).encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT])
    return found


def _are_plain_texts(values: NDArray[Any]) -> bool:
    """Tell whether a column holds texts and None only, none too long and none with a lone surrogate."""
    texts = values.tolist()
    if not set(map(type, texts)) <= {str, type(None)}:
        return False
    known = [text for text in texts if text is not None]
    try:
        "".join(known).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return max(map(len, known), default=0) <= LONGEST_TEXT

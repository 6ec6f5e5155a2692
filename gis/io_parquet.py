"""Take geometries and columns out of a GeoParquet file that may come from a stranger, value by value."""

from __future__ import annotations

import json
import re
import struct
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.crs import LONLAT
from gis.io_problem import Problem, VectorError

MOST_BYTES = 4 << 30
DEEPEST = 32  # collections within collections; GEOS reads them by recursion, and ends with its stack
_HOLDERS = re.compile(  # how multi-geometries and collections may begin, in either order of bytes
    rb"\x01(?:[\x04-\x07]\0\0|[\xec-\xef]\x03\0|[\xd4-\xd7]\x07\0|[\xbc-\xbf]\x0b\0)"
    rb"|\0(?:\0[\x04-\x07]|\x03[\xec-\xef]|\x07[\xd4-\xd7]|\x0b[\xbc-\xbf])"
)


def parquet_table(
    path: Path, problems: list[Problem]
) -> tuple[NDArray[Any] | None, dict[str, NDArray[Any]], str | None]:
    """Read a Parquet file: geometries as WKB object (n,), None without any; columns of n values; the stated CRS.

    Values that cannot be read, and a CRS that is none, are told. Raises VectorError for a file that cannot be read.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            held = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
            if held > MOST_BYTES:
                raise VectorError(f"{path}: would unpack to {held:,} bytes")
            table = file.read()
    except (OSError, ValueError, KeyError, TypeError, MemoryError, pyarrow.ArrowException) as error:
        if isinstance(error, VectorError):
            raise
        raise VectorError(f"{path}: cannot be read ({_one_line(error)})") from error
    name, about = _primary(path, table.schema)
    if about is not None and about.get("encoding", "WKB") != "WKB":
        return _native(path)
    columns: dict[str, NDArray[Any]] = {}
    wkb: NDArray[Any] | None = None
    for field, values in zip(table.schema, table.columns, strict=True):
        if field.name == name and wkb is None:
            wkb = _geometries(path, values, problems)
        else:
            columns[_free(field.name, columns)] = _values(path.name, field.name, values, problems)
    return wkb, columns, _crs(path.name, about, problems)


def nesting(wkb: bytes) -> int:
    """Count how deep collections lie in each other in a WKB, one for a plain multi-geometry; 0 for a broken one."""
    at, deepest = 0, 0
    waiting: list[int] = []  # how many members are still to come, of every collection that is open
    try:
        while True:
            order = "<" if wkb[at] else ">"
            (code,) = struct.unpack_from(order + "I", wkb, at + 1)
            kind = (code & 0x0FFFFFFF) % 1000
            wide = 2 + (1 if code & 0x80000000 else 0) + (1 if code & 0x40000000 else 0)
            wide += {0: 0, 1: 1, 2: 1, 3: 2}.get((code & 0x0FFFFFFF) // 1000, 0)
            at += 9 if code & 0x20000000 else 5
            if kind == 1:
                at += 8 * wide
            else:
                (count,) = struct.unpack_from(order + "I", wkb, at)
                at += 4
                if kind == 2:
                    at += 8 * wide * count
                elif kind == 3:
                    for _ in range(count):
                        at += 4 + 8 * wide * struct.unpack_from(order + "I", wkb, at)[0]
                elif kind in (4, 5, 6, 7):
                    waiting.append(count + 1)
                    deepest = max(deepest, len(waiting))
                else:
                    return deepest
            while waiting and waiting[-1] == 1:
                waiting.pop()
            if not waiting:
                return deepest
            waiting[-1] -= 1
    except (struct.error, IndexError):
        return deepest


def _primary(path: Path, schema: Any) -> tuple[str, dict[str, Any] | None]:
    """Find the column of geometries and what is said of it; a file without such words may have a `geometry`."""
    stated = (schema.metadata or {}).get(b"geo")
    if stated is None:
        return "geometry", None
    try:
        told = json.loads(stated)
        name = told["primary_column"]
        about = told["columns"][name]
        if not isinstance(name, str) or not isinstance(about, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise VectorError(f"{path}: its own words on its geometries cannot be read") from error
    if name not in schema.names:
        raise VectorError(f"{path}: has no column {name[:60]!r}, which should hold its geometries")
    return name, about


def _geometries(path: Path, values: Any, problems: list[Problem]) -> NDArray[Any] | None:
    import pyarrow

    if not (pyarrow.types.is_binary(values.type) or pyarrow.types.is_large_binary(values.type)):
        raise VectorError(f"{path}: its geometries are {values.type}, not WKB")
    found = np.empty(len(values), dtype=object)
    found[:] = values.to_pylist()
    for i, wkb in enumerate(found):
        if wkb is not None and _has_many_holders(wkb) and nesting(wkb) > DEEPEST:
            problems.append(Problem(path.name, i + 1, "geometry", f"collections more than {DEEPEST} deep", True))
            found[i] = None  # told as left out where missing geometries are
    return found


def _has_many_holders(wkb: bytes) -> bool:
    return sum(1 for _ in islice(_HOLDERS.finditer(wkb), DEEPEST + 1)) > DEEPEST


def _values(file: str, name: str, values: Any, problems: list[Problem]) -> NDArray[Any]:
    import pyarrow

    try:
        kind = values.type
        if pyarrow.types.is_temporal(kind) or (pyarrow.types.is_primitive(kind) and not values.null_count):
            return np.asarray(values.to_numpy())
        found = np.empty(len(values), dtype=object)
        found[:] = values.to_pylist()
    except (ValueError, TypeError, OverflowError, UnicodeError, pyarrow.ArrowException) as error:
        what = f"its values cannot be read ({_one_line(error)}); they are left empty"
        problems.append(Problem(file, 0, name[:60], what, True))
        return np.full(len(values), None, dtype=object)
    return found


def _crs(file: str, about: dict[str, Any] | None, problems: list[Problem]) -> str | None:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if about is None or ("crs" in about and about["crs"] is None):
        return None
    if "crs" not in about:
        return LONLAT  # OGC:CRS84, as the standard says
    try:
        return str(CRS.from_user_input(about["crs"]).to_string())
    except (CRSError, TypeError, ValueError, AttributeError, RecursionError) as error:
        problems.append(Problem(file, 0, "crs", f"no coordinate system that is known ({_one_line(error)})", True))
        return None


def _native(path: Path) -> tuple[NDArray[Any], dict[str, NDArray[Any]], str | None]:
    """Read geometries that are stored as nested lists, as GeoArrow has them."""
    import geopandas

    try:
        frame = geopandas.read_parquet(path)
    except Exception as error:  # the reader meets whatever a stranger wrote
        raise VectorError(f"{path}: cannot be read ({_one_line(error)})") from error
    columns = {str(c): frame[c].to_numpy() for c in frame.columns if c != frame.geometry.name}
    return frame.geometry.to_wkb().to_numpy(), columns, frame.crs.to_string() if frame.crs else None


def _free(name: str, taken: dict[str, Any]) -> str:
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

"""Find the coordinates in a table: columns of longitudes and latitudes, or of eastings and northings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.io_problem import Problem

# The first pair of which a table has both is read; names are compared without case, blanks and signs.
PAIRS = (
    (("lon", "lng", "long", "longitude", "londd", "gpslon", "gpslongitude", "pointx", "经度", "東經", "东经"),
     ("lat", "latitude", "latdd", "gpslat", "gpslatitude", "pointy", "纬度", "緯度", "北纬")),
    (("easting", "eastings", "xcoord", "xcoordinate", "coordx", "utmx", "rechtswert", "east", "e"),
     ("northing", "northings", "ycoord", "ycoordinate", "coordy", "utmy", "hochwert", "north", "n")),
    (("x",), ("y",)),
)  # fmt: skip


def coordinate_columns(columns: Mapping[str, list[Any]]) -> tuple[str, str] | None:
    """Name the columns of x (or longitude) and of y (or latitude); None where a table has none."""
    plain = {"".join(sign for sign in name.casefold() if sign.isalnum()): name for name in reversed(list(columns))}
    for across, up in PAIRS:
        x = next((plain[name] for name in across if name in plain), None)
        y = next((plain[name] for name in up if name in plain), None)
        if x is not None and y is not None:
            return x, y
    return None


def points_in(file: str, columns: Mapping[str, list[Any]], problems: list[Problem]) -> NDArray[Any] | None:
    """Make points of a table's rows, as WKB object (n,), None where a row has no numbers; None without columns.

    Numbers may be texts, with a decimal point or comma. Every row whose coordinates cannot be read is told.
    """
    import shapely

    named = coordinate_columns(columns)
    if named is None:
        return None
    x, y = (np.array([_number(value) for value in columns[name]], np.float64) for name in named)
    bad = ~(np.isfinite(x) & np.isfinite(y))
    for i in np.flatnonzero(bad).tolist():
        name = named[0] if not np.isfinite(x[i]) else named[1]
        value = columns[name][i]
        what = "is empty" if value in (None, "") else f"{str(value)[:40]!r} is no number"
        problems.append(Problem(file, i + 1, name, what, True))  # the missing geometry is told as left out
    made: NDArray[Any] = np.asarray(shapely.to_wkb(shapely.points(np.where(bad, 0.0, x), np.where(bad, 0.0, y))))
    made[bad] = None
    return made


def _number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    text = str(value or "").strip().replace("\u2212", "-").rstrip("°")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return np.nan

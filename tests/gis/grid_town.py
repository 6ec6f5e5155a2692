"""A small city folder with streets and water, laid out in metres, for tests of the grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.affinity

from gis.city import City, write_city_file
from gis.column_writer import write_layer
from gis.crs import LONLAT, transformer

CRS = "EPSG:32635"
X, Y = 500_000.0, 6_670_000.0  # on the central meridian, so that north is up
Line = Sequence[tuple[float, float]]


def grid_city(
    folder: Path,
    *,
    size: tuple[float, float] = (900.0, 700.0),
    streets: Sequence[Line] = (),
    kind: str = "residential",
    tunnels: Sequence[bool] = (),
    water: Sequence[tuple[str, Any]] = (),
) -> City:
    """Make a city whose corner lies at (X, Y); streets in metres from there, water as (kind, polygon from there)."""
    west, south = transformer(CRS, LONLAT).transform(X, Y)
    east, north = transformer(CRS, LONLAT).transform(X + size[0], Y + size[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_city_file(
        folder, name="Town", time_zone="Europe/Helsinki", metric_crs=CRS, bounds=(west, south, east, north),
        center=((west + east) / 2, (south + north) / 2), built_at=datetime(2026, 1, 1, tzinfo=UTC), attribution="",
        sources=[],
    )  # fmt: skip
    lines = [shapely.LineString([(X + x, Y + y) for x, y in line]) for line in streets]
    _write(folder, "roads", "line", lines, [kind] * len(lines), {"tunnel": list(tunnels) or [False] * len(lines)})
    areas = [shapely.affinity.translate(shape, X, Y) for _, shape in water]
    _write(folder, "water", "polygon", areas, [each for each, _ in water], {})
    return City.open(folder)


def squares(columns: int, rows: int, block_m: float = 100.0) -> list[Line]:
    """Lay out streets in squares."""
    across = [[(0.0, row * block_m), (columns * block_m, row * block_m)] for row in range(rows + 1)]
    return across + [[(col * block_m, 0.0), (col * block_m, rows * block_m)] for col in range(columns + 1)]


def _write(
    folder: Path, name: str, geometry: str, shapes: Sequence[Any], each: Sequence[str], columns: dict[str, Any]
) -> None:
    kinds = sorted(set(each)) or ["feature"]
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    write_layer(
        folder / "layers" / name, made, name=name, geometry=geometry, kinds=kinds,
        kind_codes=np.array([kinds.index(kind) for kind in each], np.uint16), crs=CRS, attributes=columns,
    )  # fmt: skip

"""Read any vector file that GDAL reads, in any CRS, into lon/lat, and say feature by feature what was wrong.

Nothing here reaches the network: addresses, GDAL's virtual file names and files that only point elsewhere are
refused before GDAL sees them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.chinese_coordinates import bd09_to_wgs84, chinese_name, gcj02_to_wgs84
from gis.crs import LONLAT, transformer
from gis.io_guard import check_file
from gis.io_mending import Mender
from gis.io_problem import CrsMissing, Problem, VectorError
from gis.io_source import read_ogr, read_parquet

Box = tuple[float, float, float, float]
LONLATS = (LONLAT, "OGC:CRS84", "EPSG:4490")  # China's CGCS2000 lies within centimetres of WGS 84
MOST_SAID = 20
_TYPES = {"polygon": (3, 6), "line": (1, 2, 5), "point": (0, 4)}  # GEOS type numbers; the first wins a tie
_SINGLE = {"polygon": "Polygon", "line": "LineString", "point": "Point"}

__all__ = ["CrsMissing", "Problem", "VectorError", "VectorFile", "read_vector"]


@dataclass(frozen=True, slots=True)
class VectorFile:
    """The good features of a file. numbers (n,) from 1.

    shapes: shapely (n,), 2-D, valid, as they stand in the file, in its `crs`; lonlat float64 (p, 2): where each of
    their vertices, in shapely's order, lies in degrees (WGS 84).
    """

    file: Path
    crs: str
    shapes: NDArray[Any]
    lonlat: NDArray[np.float64]
    numbers: NDArray[np.int64]
    columns: dict[str, list[Any]]
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    _placed: list[NDArray[Any]] = field(default_factory=list, repr=False, compare=False)

    @property
    def geometries(self) -> NDArray[Any]:
        """Answer the shapes in lon/lat, shapely (n,), made once: a million takes a second."""
        if not self._placed:
            import shapely

            self._placed.append(
                self.shapes if self.crs in LONLATS else shapely.set_coordinates(self.shapes.copy(), self.lonlat)
            )
        return self._placed[0]

    def kind(self) -> str:
        """Name the geometry that most features have: "point", "line" or "polygon"."""
        import shapely

        types = shapely.get_type_id(self.geometries)
        counts = {kind: int(np.isin(types, ids).sum()) for kind, ids in _TYPES.items()}
        return max(counts, key=lambda kind: counts[kind])

    def of_kind(self, kind: str) -> tuple[NDArray[np.int64], NDArray[Any], list[Problem]]:
        """Pick the features of one kind; answers their indices, geometries, and what of the others was left out."""
        import shapely

        shapes = self.geometries.copy()
        ids = _TYPES[kind]
        found: list[Problem] = []
        types = shapely.get_type_id(shapes)
        for i in np.flatnonzero(~np.isin(types, ids)).tolist():
            type_id, number = int(types[i]), int(self.numbers[i])
            parts = [part for part in shapely.get_parts(shapes[i]) if part.geom_type == _SINGLE[kind]]
            what = f"a {shapes[i].geom_type} among {kind}s"
            if type_id == 7 and parts:
                shapes[i] = _gathered(parts, kind)
                found.append(Problem(self.file.name, number, "", what + ", its other parts dropped", True))
            else:
                shapes[i] = None
                found.append(Problem(self.file.name, number, "", what, False))
        index = np.flatnonzero(~shapely.is_missing(shapes))
        return index, shapes[index], found

    def extent(self) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
        """Answer the bounds (west, south, east, north) and the middle of the vertices (lon, lat)."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.geometries).tolist()
        lon, lat = np.median(shapely.get_coordinates(self.geometries), axis=0).tolist()
        return (west, south, east, north), (lon, lat)

    def summary(self, limit: int = 20) -> list[str]:
        """Word the problems, at most `limit` of them, then how many more there are."""
        told = [str(problem) for problem in self.problems[:limit]]
        if len(self.problems) > limit:
            told.append(f"{self.file.name}: {len(self.problems) - limit} further problems")
        return told


def read_vector(
    file: Path | str, *, layer: str | None = None, crs: str | None = None, expected: Box | None = None
) -> VectorFile:
    """Read a vector file's features into lon/lat.

    crs: what the coordinates are in, where the file does not say, or "GCJ-02" or "BD-09", which no file says.
    expected: where the features should lie (west, south, east, north); latitudes that stand before longitudes are
    put right where only that brings them there, and told. Raises CrsMissing where `crs` is needed, and VectorError
    for a file that is no vector file, is refused (an address, a file that points elsewhere, a bomb) or has no good
    feature; single features that are bad are left out and told in `problems`.
    """
    path = check_file(file)
    problems: list[Problem] = []
    if path.suffix.casefold() in (".parquet", ".geoparquet"):
        wkb, columns, stated = read_parquet(path, problems)
    else:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            wkb, columns, stated = read_ogr(path, layer, problems)
        said = dict.fromkeys(" ".join(str(each.message).split()) for each in heard)
        problems += [
            Problem(path.name, 0, "", f"the reader says: {text[:300]}", True) for text in list(said)[:MOST_SAID]
        ]
    if len(wkb) == 0:
        raise VectorError(f"{path}: no features in it")
    geometries, numbers = _good_geometries(path.name, wkb, problems)
    source = _settle_crs(path, geometries, crs, stated, problems)
    if expected is not None and source in LONLATS:
        geometries = _turned(path.name, geometries, expected, problems)
    geometries, lonlat, numbers = _to_lonlat(path.name, geometries, numbers, source, problems)
    if not len(geometries):
        detail = "; ".join(str(problem) for problem in problems[:3])
        raise VectorError(f"{path}: no feature can be used ({detail})")
    picked = columns
    if len(numbers) < len(wkb):
        rows = (numbers - 1).tolist()
        picked = {name: [values[i] for i in rows] for name, values in columns.items()}
    problems.sort(key=lambda problem: problem.feature)
    return VectorFile(path, source, geometries, lonlat, numbers, picked, tuple(problems))


def _good_geometries(name: str, wkb: NDArray[Any], problems: list[Problem]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    import shapely

    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told below
        read = shapely.from_wkb(wkb, on_invalid="ignore")
        deep = shapely.has_z(read)
        shapes = shapely.force_2d(read) if deep.any() else read
    keep = np.ones(len(shapes), dtype=bool)

    def refuse(which: NDArray[np.bool_], what: str) -> None:
        bad_ones = np.flatnonzero(which & keep).tolist()
        problems.extend(Problem(name, i + 1, "geometry", what, False) for i in bad_ones)
        keep[which] = False

    refuse(shapely.is_missing(shapes), "no geometry, or one that is damaged")
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), dtype=bool)
    bad[owner[~np.isfinite(coords).all(axis=1)]] = True
    refuse(bad, "a coordinate is not a number")
    refuse(shapely.is_empty(shapes), "an empty geometry")
    if deep.any():
        problems.append(
            Problem(name, 0, "geometry", f"{int(deep.sum())} features have heights, which are dropped", True)
        )
    numbers = np.flatnonzero(keep)
    shapes = shapes[numbers]
    mender = Mender()
    for i in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        shapes[i], what = mender.mended(shapes[i])
        problems.append(Problem(name, int(numbers[i]) + 1, "geometry", what, shapes[i] is not None))
    left = np.flatnonzero(~shapely.is_missing(shapes))
    return shapes[left], numbers[left] + 1


def _settle_crs(
    path: Path, geometries: NDArray[Any], given: str | None, stated: str | None, problems: list[Problem]
) -> str:
    import shapely

    chinese = chinese_name(given)
    if chinese and not stated:
        return chinese
    if chinese and stated:
        if str(stated) not in LONLATS:
            raise VectorError(f"{path}: states {str(stated)[:80]}, which cannot be {chinese}: that is in degrees")
        return chinese
    if stated:
        if given and given.casefold() != str(stated).casefold():
            problems.append(
                Problem(
                    path.name, 0, "", f"the file itself states {str(stated)[:80]}, which is used, not {given}", True
                )
            )
        return str(stated)
    if given:
        return given
    if not len(geometries):
        return LONLAT
    west, south, east, north = shapely.total_bounds(geometries).tolist()
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        problems.append(Problem(path.name, 0, "", "no coordinate system stated; read as longitude and latitude", True))
        return LONLAT
    raise CrsMissing(str(path), (west, south, east, north))


def _turned(name: str, geometries: NDArray[Any], expected: Box, problems: list[Problem]) -> NDArray[Any]:
    """Swap coordinates where most then lie in the expected box (with as much again round it), and few did before."""
    import shapely

    if not len(geometries):
        return geometries
    west, south, east, north = expected
    wide, high = (east - west) / 2, (north - south) / 2
    coords = shapely.get_coordinates(geometries)

    def share(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
        inside = (x >= west - wide) & (x <= east + wide) & (y >= south - high) & (y <= north + high)
        return float(inside.mean())

    if share(coords[:, 0], coords[:, 1]) > 0.05 or share(coords[:, 1], coords[:, 0]) < 0.5:
        return geometries
    what = "latitudes stand before longitudes; they were swapped"
    problems.append(Problem(name, 0, "geometry", what, True))
    turned: NDArray[Any] = shapely.set_coordinates(geometries.copy(), coords[:, ::-1])
    return turned


def _to_lonlat(
    name: str, shapes: NDArray[Any], numbers: NDArray[np.int64], source: str, problems: list[Problem]
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.int64]]:
    """Find where every vertex lies in degrees; answers the shapes of which all can be, their lon/lat, and numbers."""
    import shapely

    coords = np.asarray(shapely.get_coordinates(shapes))
    if not len(shapes):
        return shapes, coords, numbers
    if source not in LONLATS:
        try:
            lon, lat = _unshifted(source, coords)
        except ValueError as error:
            raise VectorError(f"{name}: {error}") from error
        coords = np.column_stack((lon, lat))
    sizes = np.asarray(shapely.get_num_coordinates(shapes), np.int64)
    outside = ~(np.isfinite(coords).all(axis=1) & (np.abs(coords[:, 0]) <= 360) & (np.abs(coords[:, 1]) <= 90))
    if outside.any():
        owner = np.repeat(np.arange(len(shapes)), sizes)
        bad, first = np.unique(owner[outside], return_index=True)
        for i, (x, y) in zip(bad.tolist(), coords[outside][first].tolist(), strict=True):
            swapped = "; longitude and latitude may be swapped" if abs(x) <= 90 < abs(y) <= 180 else ""
            what = f"({x:.5f}, {y:.5f}) is no longitude and latitude{swapped}"
            problems.append(Problem(name, int(numbers[i]), "geometry", what, False))
        keep = np.ones(len(shapes), dtype=bool)
        keep[bad] = False
        coords, sizes = coords[np.repeat(keep, sizes)], sizes[keep]
        shapes, numbers = shapes[keep], numbers[keep]
    if len(shapes):
        starts = np.cumsum(sizes) - sizes
        widths = np.maximum.reduceat(coords[:, 0], starts) - np.minimum.reduceat(coords[:, 0], starts)
        what = "crosses the 180th meridian and is drawn the long way round"
        wide = np.flatnonzero(widths > 180).tolist()
        problems.extend(Problem(name, int(numbers[i]), "geometry", what, True) for i in wide)
    return shapes, coords, numbers


def _unshifted(source: str, coords: NDArray[np.float64]) -> tuple[Any, Any]:
    if source == "GCJ-02":
        return gcj02_to_wgs84(coords[:, 0], coords[:, 1])
    if source == "BD-09":
        return bd09_to_wgs84(coords[:, 0], coords[:, 1])
    lon, lat = transformer(source, LONLAT).transform(coords[:, 0], coords[:, 1])
    return lon, lat


def _gathered(parts: list[Any], kind: str) -> Any:
    import shapely

    multi: Any = {"point": shapely.MultiPoint, "line": shapely.MultiLineString, "polygon": shapely.MultiPolygon}[kind]
    return parts[0] if len(parts) == 1 else multi(parts)

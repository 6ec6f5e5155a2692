"""Find where a picture lies on a city: its CRS, its box in the city's metres, and how large its pixels are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.chinese_coordinates import chinese_name, wgs84_to_bd09, wgs84_to_gcj02
from gis.city import City
from gis.crs import LONLAT, transformer
from gis.imagery_problem import CrsMissing, ImageryError
from gis.imagery_source import side_file_crs
from gis.io_problem import Problem
from gis.web_tiles import WEB_MERCATOR

Box = tuple[float, float, float, float]
AROUND = 0.25  # of the city's size is kept of a picture on every side
MOST_OUT_PIXELS = 2_000_000_000
_GRID = 33


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a picture comes to lie. crs: of its own numbers; box: metres of the city; width, height: pixels.

    shifted: "GCJ-02" or "BD-09" where the numbers are shifted as Chinese maps are, otherwise empty.
    """

    crs: str
    box: Box
    width: int
    height: int
    shifted: str = ""

    @property
    def pixel_m(self) -> tuple[float, float]:
        """The size of a pixel on the ground, across and down."""
        return (self.box[2] - self.box[0]) / self.width, (self.box[3] - self.box[1]) / self.height


def place(file: Path, picture: Any, city: City, crs: str | None, problems: list[Problem]) -> Placing:
    """Find where a picture lies. Raises CrsMissing where that must be asked, ImageryError where it lies elsewhere."""
    if not has_place(picture):
        raise ImageryError(f"{file}: says nowhere where it lies (no georeference in it, no world file beside it)")
    shifted = chinese_name(crs) or ""
    stated = _stated_crs(picture) or side_file_crs(file)
    source = (stated or LONLAT) if shifted else (crs or stated)
    if source is None:
        raise CrsMissing(f"{file}: does not say in which coordinate system it lies", _guesses(picture, city))
    try:
        transformer(source, city.metric_crs)
    except ValueError as error:
        raise ImageryError(f"{file}: {error}") from error
    if crs is not None and stated is not None and not shifted and not _is_same(crs, stated):
        problems.append(Problem(file.name, 0, "crs", f"said to be in {_named(stated)}, taken as {crs}", True))
    box = _overlap(_footprint(picture, source, city.metric_crs), city_box(city))
    if box is None:
        raise ImageryError(f"{file}: lies outside the city (as {_named(source)})")
    across, down = _pixel_m(picture, source, city.metric_crs, box)
    width, height = (max(1, round(side)) for side in ((box[2] - box[0]) / across, (box[3] - box[1]) / down))
    if width * height > MOST_OUT_PIXELS:
        share = (MOST_OUT_PIXELS / (width * height)) ** 0.5
        width, height = max(1, int(width * share)), max(1, int(height * share))
        what = f"too fine to keep whole: kept at {(box[2] - box[0]) / width:.2f} m a pixel"
        problems.append(Problem(file.name, 0, "size", what, True))
    return Placing(source, box, width, height, shifted)


def has_place(picture: Any) -> bool:
    """Tell whether a picture has a georeference: an affine grid or ground control points."""
    return bool(picture.gcps[0]) or not picture.transform.is_identity


def city_box(city: City) -> Box:
    """Answer the box of a city with its surroundings, in metres of its CRS."""
    west, south, east, north = transformer(LONLAT, city.metric_crs).transform_bounds(*city.bounds)
    margin = AROUND * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def pixel_places(picture: Any) -> Callable[[Any, Any], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Answer what turns columns and rows (arrays; 0.5 is the first middle) into x, y of the picture's own CRS."""
    if picture.gcps[0] and picture.transform.is_identity:
        from rasterio.transform import GCPTransformer

        fitted = GCPTransformer(picture.gcps[0])

        def by_points(columns: Any, rows: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            xs, ys = fitted.xy(np.ravel(rows).tolist(), np.ravel(columns).tolist(), offset="ul")
            shape = np.shape(columns)
            return np.reshape(np.asarray(xs), shape), np.reshape(np.asarray(ys), shape)

        return by_points
    grid = picture.transform
    return lambda columns, rows: (
        grid.a * columns + grid.b * rows + grid.c,
        grid.d * columns + grid.e * rows + grid.f,
    )


def to_pixels(picture: Any, placing: Placing, metric_crs: str) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Answer what turns x, y of the city into columns and rows of a picture, as `pixel_places` does the other way."""
    to_source: Callable[[Any, Any], tuple[Any, Any]] = transformer(metric_crs, placing.crs).transform
    if placing.shifted:
        shift = chinese_shift(placing.shifted)
        to_web, from_web = transformer(metric_crs, WEB_MERCATOR), transformer(WEB_MERCATOR, placing.crs)

        def shifted(x: Any, y: Any) -> tuple[Any, Any]:
            moved: tuple[Any, Any] = from_web.transform(*shift(*to_web.transform(x, y)))
            return moved

        to_source = shifted
    if picture.gcps[0] and picture.transform.is_identity:
        from rasterio.transform import GCPTransformer

        fitted = GCPTransformer(picture.gcps[0])

        def by_points(x: Any, y: Any) -> tuple[Any, Any]:
            xs, ys = to_source(x, y)
            rows, columns = fitted.rowcol(np.ravel(xs).tolist(), np.ravel(ys).tolist(), op=float)
            return np.reshape(np.asarray(columns), np.shape(x)), np.reshape(np.asarray(rows), np.shape(x))

        return by_points
    back = ~picture.transform

    def by_grid(x: Any, y: Any) -> tuple[Any, Any]:
        xs, ys = to_source(x, y)
        return back.a * xs + back.b * ys + back.c, back.d * xs + back.e * ys + back.f

    return by_grid


def chinese_shift(crs: str) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Answer what moves metres of EPSG:3857 to where a "GCJ-02" or "BD-09" picture shows that place."""
    name = chinese_name(crs)
    there, back = transformer(WEB_MERCATOR, LONLAT), transformer(LONLAT, WEB_MERCATOR)

    def shift(x: Any, y: Any) -> tuple[Any, Any]:
        lon, lat = (wgs84_to_bd09 if name == "BD-09" else wgs84_to_gcj02)(*there.transform(x, y))
        moved: tuple[Any, Any] = back.transform(lon, lat)
        return moved

    return shift


def _stated_crs(picture: Any) -> str | None:
    crs = picture.gcps[1] if picture.gcps[0] and picture.transform.is_identity else picture.crs
    if not crs:
        return None
    if str(crs.to_wkt()).startswith(("LOCAL_CS", "ENGCRS", "LOCAL_")):
        return None
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _named(crs: str) -> str:
    if len(crs) < 30:
        return crs
    from pyproj import CRS

    return str(CRS.from_user_input(crs).name)


def _is_same(one: str, other: str) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(one).equals(CRS.from_user_input(other), ignore_axis_order=True))


def _footprint(picture: Any, source: str, target: str) -> Box | None:
    """Answer the box of a picture in another CRS, from a grid of its points that can be transformed."""
    columns, rows = np.meshgrid(np.linspace(0, picture.width, _GRID), np.linspace(0, picture.height, _GRID))
    x, y = transformer(source, target).transform(*pixel_places(picture)(columns, rows))
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return None
    return float(x[good].min()), float(y[good].min()), float(x[good].max()), float(y[good].max())


def _overlap(one: Box | None, other: Box) -> Box | None:
    if one is None:
        return None
    box = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return box if box[0] < box[2] and box[1] < box[3] else None


def _pixel_m(picture: Any, source: str, target: str, box: Box) -> tuple[float, float]:
    """Measure a pixel of the picture on the ground, as the geometric mean of its sides, near the middle of the box."""
    columns, rows = np.meshgrid(np.linspace(0, picture.width - 1, _GRID), np.linspace(0, picture.height - 1, _GRID))
    corners = np.stack([columns, columns + 1, columns]), np.stack([rows, rows, rows + 1])
    x, y = transformer(source, target).transform(*pixel_places(picture)(*corners))
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    away = np.hypot(x[0] - middle[0], y[0] - middle[1])
    away[~np.isfinite(away)] = np.inf
    spot = np.unravel_index(int(np.argmin(away)), away.shape)
    first, right, below = (np.array((x[i][spot], y[i][spot])) for i in range(3))
    area = abs((right - first)[0] * (below - first)[1] - (right - first)[1] * (below - first)[0])
    side = float(np.sqrt(area))
    if not np.isfinite(side) or side <= 0:
        raise ImageryError("the picture's pixels have no size on the ground")
    across, down = (max(float(np.abs(step).sum()), 1e-6) for step in (right - first, below - first))
    upright = abs((right - first)[1]) < 0.05 * across and abs((below - first)[0]) < 0.05 * down
    return (across, down) if upright else (side, side)


def _guesses(picture: Any, city: City) -> tuple[str, ...]:
    """Name the usual coordinate systems in which the picture would lie on the city."""
    around = city_box(city)
    found = []
    for crs in (LONLAT, city.metric_crs, WEB_MERCATOR):
        box = _footprint(picture, crs, city.metric_crs)
        if box is not None and _overlap(box, around) is not None:
            found.append(crs)
    return tuple(found)

"""Make a city's grid along its streets, or take a city's own from a file, and keep it as a layer of the city."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.city import City
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from gis.crs import LONLAT, project
from gis.grid import KINDS, LAYER, NAME_OF_CODE
from gis.grid_blocks import outline_of, pieces_of
from gis.grid_cells import LEAST_M2, MOST_M2, put_together
from gis.grid_codes import NO_COUNTY, cell_codes, communities_made, is_cell_code
from gis.io import Problem, VectorError, read_vector

LEAST_FAULT_M2 = 1.0  # overlaps and gaps below it come from rounding
HAIR_M = 0.05

Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class GridReport:
    """Say what became of a grid: its cells, how many are smaller or larger than cells should be, and what was wrong."""

    cells: int
    small: int
    large: int
    median_m2: float
    problems: tuple[Problem, ...] = ()


def generate_grid(
    city: City,
    *,
    county: str = NO_COUNTY,
    communities: LayerColumns | None = None,
    report: Report | None = None,
) -> GridReport:
    """Cut the ground of a city into cells along its streets and write them as its layer `grid`.

    communities: a layer of polygons that cells stay within, one a community, each numbered by its row; without it the
    whole ground within the city's bounds but for the open sea is cut and communities are made. The same city gives
    the same grid. Raises ValueError where nothing can be cut or the codes do not suffice.
    """
    tell = report or (lambda share, words: None)
    tell(0.05, "reading streets and waters")
    regions = np.array([outline_of(city)], dtype=object) if communities is None else _regions(communities)
    pieces = pieces_of(city, regions)
    tell(0.6, "putting cells together")
    shapes, cell = put_together(pieces)
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes))
    if communities is None:
        numbers = communities_made(centres)
    else:
        region = np.zeros(len(shapes), np.int64)
        region[cell] = pieces.region
        numbers = [(1 + row // 999, 1 + row % 999) for row in region.tolist()]
    codes = cell_codes(centres, numbers, county)
    piece_areas = shapely.area(pieces.shapes)
    water_m2 = np.bincount(cell, piece_areas * pieces.is_water, minlength=len(shapes))
    tell(0.9, "writing")
    return _written(city, shapes, codes, water_m2 > shapely.area(shapes) / 2, "generated along the streets", ())


def import_grid(
    city: City, file: Path, *, code_field: str, layer: str | None = None, crs: str | None = None
) -> GridReport:
    """Take a city's own grid from a vector file whose `code_field` holds 15 digits, and write it as the layer `grid`.

    Cells without a code of 15 digits, or with one that stood before, are left out; overlaps and gaps are told with
    the features that they lie between, and kept. Raises VectorError where nothing can be kept.
    """
    vector = read_vector(file, layer=layer, crs=crs, expected=city.bounds)
    if code_field not in vector.columns:
        raise VectorError(f"{file.name}: no field {code_field!r}; there are {', '.join(vector.columns) or 'none'}")
    index, shapes, left_out = vector.of_kind("polygon")
    problems = [*vector.problems, *left_out]
    keep, codes = [], []
    first: dict[str, int] = {}
    for row, feature in enumerate(index.tolist()):
        number = int(vector.numbers[feature])
        code = _code(vector.columns[code_field][feature])
        if not is_cell_code(code):
            what = f"{code!r} is no cell's code: 15 digits" if code else "has no code"
        elif code in first:
            what = f"{code} stands already at feature {first[code]}"
        else:
            first[code] = number
            keep.append(row)
            codes.append(code)
            continue
        problems.append(Problem(file.name, number, code_field, what, False))
    if not keep:
        raise VectorError(f"{file.name}: no feature can be a cell ({'; '.join(str(each) for each in problems[:3])})")
    metric = shapely.make_valid(project(shapes[keep], LONLAT, city.metric_crs))
    numbers = [int(vector.numbers[index[row]]) for row in keep]
    problems += _faults(file.name, metric, numbers)
    problems.sort(key=lambda problem: problem.feature)
    return _written(city, metric, codes, np.zeros(len(codes), bool), file.name, problems)


def _faults(file: str, shapes: NDArray[Any], numbers: Sequence[int]) -> list[Problem]:
    """Tell where cells overlap, and where the ground between them belongs to none."""
    found = []
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    for a, b, area in zip(one.tolist(), other.tolist(), shared.tolist(), strict=True):
        if area > LEAST_FAULT_M2:
            what = f"overlaps feature {numbers[a]} by {area:,.0f} m2"
            found.append(Problem(file, numbers[b], "geometry", what, True))
    # Corners of files are rounded: what is apart by a hair is not apart, and does not open a gap to the outside.
    for hole in _holes(shapely.union_all(shapely.buffer(shapes, HAIR_M, join_style="mitre"))):
        if hole.area > LEAST_FAULT_M2:
            beside = sorted(numbers[row] for row in tree.query(hole, predicate="dwithin", distance=2 * HAIR_M).tolist())
            named = ", ".join(str(number) for number in beside[:8])
            what = f"a gap of {hole.area:,.0f} m2 between the features {named} belongs to no cell"
            found.append(Problem(file, beside[0] if beside else 0, "geometry", what, True))
    return found


def _holes(union: Any) -> list[Any]:
    """List the holes of a union; what lies in one of them as an island of its own is no hole of it."""
    parts = shapely.get_parts(union)
    holes = [shapely.Polygon(ring) for part in parts for ring in getattr(part, "interiors", ())]
    return [hole.difference(union) for hole in holes]


def _regions(layer: LayerColumns) -> NDArray[Any]:
    if layer.geometry != "polygon" or not layer.count:
        raise ValueError(f"layer {layer.name} is made of {layer.count} {layer.geometry}s; communities are polygons")
    shapes = np.empty(layer.count, dtype=object)
    shapes[:] = [layer.geometry_of(index) for index in range(layer.count)]
    valid: NDArray[Any] = shapely.make_valid(shapes)
    return valid


def _code(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or value != value else str(value).strip()


def _written(
    city: City,
    shapes: NDArray[Any],
    codes: Sequence[str],
    is_water: NDArray[np.bool_],
    source: str,
    problems: Sequence[Problem],
) -> GridReport:
    areas = shapely.area(shapes)
    write_layer(
        city.folder / "layers" / LAYER,
        shapes,
        name=LAYER,
        geometry="polygon",
        kinds=KINDS,
        kind_codes=is_water.astype(np.uint16),
        crs=city.metric_crs,
        attributes={NAME_OF_CODE: list(codes), "area_m2": np.round(areas, 1)},
        source=source,
        warnings=[str(problem) for problem in problems[:20]],
    )
    return GridReport(
        len(shapes),
        int((areas < LEAST_M2).sum()),
        int((areas > MOST_M2).sum()),
        float(np.median(areas)),
        tuple(problems),
    )

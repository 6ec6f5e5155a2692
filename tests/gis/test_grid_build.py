from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.city import City
from gis.grid import Grid
from gis.grid_blocks import Pieces, outline_of, pieces_of
from gis.grid_build import generate_grid, import_grid
from gis.grid_cells import LEAST_M2, MOST_M2, put_together, shared_sides
from gis.io import VectorError
from tests.gis.grid_town import CRS, X, Y, grid_city, squares

POINT = st.tuples(st.floats(-50, 950), st.floats(-50, 750))
STREET = st.lists(POINT, min_size=2, max_size=5, unique=True)


def grid_of(city: City) -> Grid:
    found = Grid.of(City.open(city.folder))
    assert found is not None
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STREET, max_size=12), st.sampled_from(["", "lake", "sea"]))
def test_cells_neither_overlap_nor_leave_a_gap_whatever_the_streets(
    tmp_path_factory: pytest.TempPathFactory, streets: list, water: str
) -> None:
    pond = shapely.Point(400, 300).buffer(160)
    city = grid_city(tmp_path_factory.mktemp("town"), streets=streets, water=[(water, pond)] if water else [])
    outline = outline_of(city)
    pieces = pieces_of(city, np.array([outline]))
    cells, cell = put_together(pieces)
    assert shapely.coverage_is_valid(cells) and shapely.is_valid(cells).all()
    assert shapely.area(cells).sum() == pytest.approx(outline.area, abs=outline.length * 0.02)
    assert shapely.union_all(cells).symmetric_difference(outline).area < outline.length * 0.02
    assert shapely.area(cells).max() <= MOST_M2
    assert np.bincount(cell, shapely.area(pieces.shapes)) == pytest.approx(shapely.area(cells))
    small = np.flatnonzero(shapely.area(cells) < LEAST_M2).tolist()
    one, other, _ = shared_sides(cells)
    for each in small:  # what stays small has no neighbour with room for it
        beside = [*other[one == each], *one[other == each]]
        assert all(cells[each].area + cells[at].area > MOST_M2 for at in beside)


def test_a_block_of_the_right_size_is_a_cell(tmp_path: Path) -> None:
    city = grid_city(tmp_path, size=(400, 300), streets=squares(4, 3))
    report = generate_grid(city)
    assert (report.cells, report.small, report.large) == (12, 0, 0)
    assert report.median_m2 == pytest.approx(10_000, rel=0.01)


def test_narrow_blocks_are_put_together_within_themselves_and_wide_ones_are_cut(tmp_path: Path) -> None:
    streets = [[(-9, 150), (609, 150)], [(300, 150), (300, 309)]]
    city = grid_city(tmp_path, size=(600, 300), streets=streets)
    generate_grid(city)
    line = shapely.LineString([(X + 10, Y + 150), (X + 590, Y + 150)])
    cut = [cell for cell in grid_of(city).shapes if cell.buffer(-1).intersects(line)]
    assert cut == []  # no cell lies on both sides of the street
    assert {round(cell.area, -3) for cell in grid_of(city).shapes} <= {9_000, 10_000, 11_000, 12_000}


def test_nothing_is_put_together_beyond_the_limit_or_across_regions() -> None:
    boxes = [(0, 0, 150, 100), (150, 0, 190, 100), (-40, 0, 0, 100), (0, 100, 150, 120), (0, -20, 150, 0)]
    shapes = np.array([shapely.box(*box) for box in boxes], dtype=object)
    shapes = shapely.segmentize(shapes, 10)  # corners that neighbours share
    none = np.zeros(5, dtype=bool)
    cells, cell = put_together(Pieces(shapes, np.arange(5), np.array([0, 0, 0, 0, 1]), none))
    assert sorted(round(each.area) for each in cells) == [3000, 4000, 4000, 18000]
    assert cell[0] == cell[3] != cell[4]


def test_a_bank_parts_cells_before_a_street_does() -> None:
    shapes = np.array([shapely.box(*box) for box in ((0, 0, 40, 100), (40, 0, 140, 100), (-100, 0, 0, 100))])
    is_water = np.array([False, True, False])
    _, cell = put_together(Pieces(shapes, np.arange(3), np.zeros(3, np.int64), is_water))
    assert cell[0] == cell[2] != cell[1]


def test_a_tunnel_cuts_nothing_and_a_lake_is_water(tmp_path: Path) -> None:
    pieces = []
    for name, is_tunnel in (("over", False), ("under", True)):
        city = grid_city(tmp_path / name, size=(120, 120), streets=[[(-9, 40), (139, 40)]], tunnels=[is_tunnel])
        pieces.append(len(pieces_of(city, np.array([outline_of(city)])).shapes))
    assert pieces == [2, 1]
    lake = grid_city(tmp_path / "lake", size=(400, 200), water=[("lake", shapely.box(0, 0, 180, 200))])
    generate_grid(lake)
    grid = grid_of(lake)
    wet = [grid.cell(row) for row in range(len(grid)) if grid.cell(row).is_water]
    assert sum(cell.area_m2 for cell in wet) == pytest.approx(36_000, rel=0.02)


def test_the_sea_belongs_to_no_cell_and_an_islet_to_the_nearest(tmp_path: Path) -> None:
    sea = shapely.box(300, 0, 700, 400).difference(shapely.box(400, 100, 440, 140))
    city = grid_city(tmp_path, size=(700, 400), water=[("sea", sea)])
    generate_grid(city)
    grid = grid_of(city)
    assert grid.cell_at(X + 350, Y + 200) is None
    islet = grid.cell_at(X + 420, Y + 120)
    assert islet is not None and islet.area_m2 > LEAST_M2


def test_the_same_city_gives_the_same_codes(tmp_path: Path) -> None:
    streets = [*squares(5, 4, 130.0), [(0, 20), (880, 690)]]
    codes = []
    for name in ("a", "b"):
        city = grid_city(tmp_path / name, streets=streets)
        generate_grid(city, county="440105")
        grid = grid_of(city)
        codes.append(dict(zip(grid.codes, [shape.wkb for shape in grid.shapes], strict=True)))
    assert codes[0] == codes[1]
    assert len(codes[0]) > 50 and all(code.startswith("440105001") for code in codes[0])


def test_cells_stay_within_communities(tmp_path: Path) -> None:
    city = grid_city(tmp_path, size=(600, 400), water=[("lake", shapely.box(0, 0, 290, 400)),
                                                        ("lake", shapely.box(290, 0, 600, 400))])  # fmt: skip
    generate_grid(city, county="110101", communities=city.layer("water"))
    grid = grid_of(city)
    assert {grid.cell(row).community for row in range(len(grid))} == {"110101001001", "110101001002"}
    for row, shape in enumerate(grid.shapes):
        assert shape.bounds[2] <= X + 290.02 or shape.bounds[0] >= X + 289.98, row


def feature(code: object, *box: float) -> dict[str, object]:
    from gis.crs import LONLAT, project

    shape = project(np.array([shapely.box(*box)]), CRS, LONLAT)[0]
    return {"type": "Feature", "properties": {"dm": code}, "geometry": json.loads(shapely.to_geojson(shape))}


def test_a_citys_own_cells_are_taken_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "city")
    code = "11010100100100"
    rows = [
        feature(code + "1", X, Y, X + 100, Y + 300),
        feature(code + "2", X + 90, Y, X + 200, Y + 100),  # overlaps the first
        feature(code + "3", X + 100, Y + 200, X + 200, Y + 300),  # a gap between 1, 2, 3 and 4
        feature(code + "4", X + 200, Y, X + 300, Y + 300),
        feature(code + "4", X + 300, Y, X + 400, Y + 300),
        feature("12", X + 400, Y, X + 500, Y + 300),
        feature(None, X + 400, Y, X + 500, Y + 300),
    ]
    file = tmp_path / "cells.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    report = import_grid(city, file, code_field="dm")
    assert report.cells == 4
    told = {problem.feature: problem for problem in report.problems}
    assert "overlaps feature 1 by 1,0" in told[2].what and told[2].kept
    assert "a gap of 9,9" in told[1].what and "features 1, 2, 3, 4" in told[1].what
    assert "stands already at feature 4" in told[5].what and not told[5].kept
    assert "15 digits" in told[6].what and told[7].what == "has no code"
    assert sorted(grid_of(city).codes) == [code + str(number) for number in (1, 2, 3, 4)]


def test_a_file_without_the_field_or_without_a_code_is_refused(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "city")
    file = tmp_path / "cells.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature("1", X, Y, X + 9, Y + 9)]}), "utf-8")
    with pytest.raises(VectorError, match="no field 'code'; there are dm"):
        import_grid(city, file, code_field="code")
    with pytest.raises(VectorError, match="no feature can be a cell"):
        import_grid(city, file, code_field="dm")
    assert Grid.of(city) is None


def test_the_bundled_city_is_cut_within_the_limits(helsinki: Path) -> None:
    city = City.open(helsinki)
    outline = outline_of(city)
    cells, _ = put_together(pieces_of(city, np.array([outline])))
    areas = shapely.area(cells)
    assert shapely.coverage_is_valid(cells)
    assert (len(cells) > 100, areas.min() >= LEAST_M2, areas.max() <= MOST_M2) == (True, True, True)
    assert areas.sum() == pytest.approx(outline.area, rel=1e-4)

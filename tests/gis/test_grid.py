from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.city import City
from gis.grid import Grid
from gis.grid_build import generate_grid
from tests.gis.grid_town import X, Y, grid_city, squares


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Grid:
    city = grid_city(tmp_path_factory.mktemp("town"), streets=[*squares(5, 4, 130.0), [(0, 20), (880, 690)]])
    generate_grid(city, county="440105")
    found = Grid.of(City.open(city.folder))
    assert found is not None
    return found


def test_many_places_and_one_place_have_the_same_cell_as_looking_at_every_polygon(grid: Grid) -> None:
    dice = np.random.default_rng(5)
    x, y = X + dice.uniform(-60, 960, 300), Y + dice.uniform(-60, 760, 300)
    lon, lat = grid._city.to_lonlat(x, y)
    rows = grid.rows_of(lon, lat)
    for at in range(len(x)):
        point = shapely.Point(*grid._city.to_metric(lon[at], lat[at]))
        held = [row for row, shape in enumerate(grid.shapes) if shape.intersects(point)]
        assert rows[at] == (held[0] if held else -1)
        cell = grid.cell_of(lon[at], lat[at])
        assert (cell.index if cell else -1) == rows[at]
    assert (rows < 0).any() and (rows >= 0).sum() > 200


def test_a_place_on_a_border_belongs_to_one_cell_always_the_same(grid: Grid) -> None:
    corners = shapely.get_coordinates(grid.shapes[5])
    several = 0
    for x, y in corners.tolist():
        held = [row for row, shape in enumerate(grid.shapes) if shape.intersects(shapely.Point(x, y))]
        cell = grid.cell_at(x, y)
        assert cell is not None and cell.index == held[0]
        several += len(held) > 1
    assert several > 1


def test_many_places_on_borders_belong_to_the_first_row_too(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    corners = shapely.get_coordinates(grid.shapes[5:9])
    monkeypatch.setattr(City, "to_metric", lambda self, x, y: (x, y))
    held = [min(r for r, shape in enumerate(grid.shapes) if shape.intersects(shapely.Point(c))) for c in corners]
    assert grid.rows_of(corners[:, 0], corners[:, 1]).tolist() == held


def test_what_is_no_place_lies_in_no_cell(grid: Grid) -> None:
    assert grid.cell_of(float("nan"), 60.0) is None
    assert grid.cell_at(float("inf"), 0.0) is None
    assert grid.rows_of(np.array([np.nan, 200.0]), np.array([60.0, 60.0])).tolist() == [-1, -1]


def test_a_code_names_its_cell_and_all_above_it(grid: Grid) -> None:
    cell = grid.cell(7)
    assert (cell.county, cell.street, cell.community) == (cell.code[:6], cell.code[:9], cell.code[:12])


def test_a_city_without_a_grid_has_none_and_other_polygons_are_none(tmp_path: Path) -> None:
    city = grid_city(tmp_path, water=[("lake", shapely.box(0, 0, 9, 9))])
    assert Grid.of(city) is None
    with pytest.raises(ValueError, match="is no grid"):
        Grid(city, city.layer("water"))

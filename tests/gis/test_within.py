"""What lies within an area, by hand: buildings that it touches, addresses in it, people by the share of their area."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis.city import City
from gis.column_writer import write_layer
from gis.within import around, count_within
from tests.gis.grid_town import CRS, X, Y, grid_city


def square(x: float, y: float, side: float) -> Any:
    return shapely.box(X + x, Y + y, X + x + side, Y + y + side)


def write(city: City, name: str, geometry: str, shapes: list[Any], **columns: list[Any]) -> None:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    write_layer(
        city.folder / "layers" / name, made, name=name, geometry=geometry, kinds=["feature"],
        kind_codes=np.zeros(len(shapes), np.uint16), crs=CRS, attributes=columns,
    )  # fmt: skip


def lonlat(city: City, shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: np.column_stack(city.to_lonlat(xy[:, 0], xy[:, 1])))


def test_buildings_addresses_and_people(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "town")
    write(city, "buildings", "polygon", [square(10, 10, 10), square(95, 10, 10), square(300, 300, 10)])
    points = [shapely.Point(X + x, Y + 50) for x in (1, 99, 101)]
    write(city, "house_numbers", "point", points)
    write(city, "tracts", "polygon", [square(0, 0, 200), square(200, 0, 200)], population=[400, 1000])
    found = count_within(City.open(city.folder), lonlat(city, square(0, 0, 100)))
    assert (found.buildings, found.addresses) == (2, 2)
    assert found.people == pytest.approx(100, rel=1e-6) and found.people_layer == "tracts"
    assert found.area_km2 == pytest.approx(0.01, rel=1e-6)
    both = shapely.union(lonlat(city, square(0, 0, 100)), lonlat(city, square(290, 290, 50)))
    assert count_within(City.open(city.folder), both).buildings == 3
    nowhere = count_within(City.open(city.folder), lonlat(city, square(600, 600, 10)))
    assert (nowhere.buildings, nowhere.addresses, nowhere.people) == (0, 0, 0)


def test_what_a_city_does_not_know_is_none(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "town")
    found = count_within(city, lonlat(city, square(0, 0, 100)))
    assert (found.buildings, found.addresses, found.people, found.people_layer) == (None, None, None, "")
    write(city, "people_at", "point", [shapely.Point(X + 50, Y + 50), shapely.Point(X + 500, Y)], People=[7.0, 9.0])
    found = count_within(City.open(city.folder), lonlat(city, square(0, 0, 100)))
    assert (found.people, found.people_layer) == (7.0, "people_at")


def test_the_population_of_a_town_at_a_point_is_not_that_of_its_middle(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "town")
    write(city, "place_names", "point", [shapely.Point(X + 50, Y + 50)], population=[650_000])
    assert count_within(City.open(city.folder), lonlat(city, square(0, 0, 100))).people is None


def test_what_is_no_area_is_refused(tmp_path: Path) -> None:
    city = grid_city(tmp_path / "town")
    for bad in (None, shapely.Point(25, 60), shapely.LineString([(25, 60), (25.1, 60)]), shapely.Polygon()):
        with pytest.raises(ValueError, match="an area is needed"):
            count_within(city, bad)
    for radius in (0, -1, float("nan"), 1e9):
        with pytest.raises(ValueError, match="radius"):
            around(city, 25.0, 60.0, radius)
    assert count_within(city, around(city, 27.0, 60.0, 100)).area_km2 == pytest.approx(np.pi * 0.01, rel=0.01)

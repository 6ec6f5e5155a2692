"""Demand lies where addresses and floors are, in cells that any order of points gives alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.demand.areas import Area, compass
from dispatch.demand.cells import demand_of, gathered, nearest_cells
from gis.city import City


@pytest.fixture(scope="module")
def city(helsinki: Path) -> City:
    return City.open(helsinki)


def test_a_city_has_cells_with_names_that_its_people_use(city: City) -> None:
    demand = demand_of(city)
    assert demand.source == "addresses+buildings"
    assert 20 < len(demand) < 200 and demand.cell_m == 200.0
    assert demand.weight.sum() == pytest.approx(1.0) and (demand.weight > 0).all()
    west, south, east, north = city.bounds
    assert ((demand.lonlat > (west, south)) & (demand.lonlat < (east, north))).all()
    assert {area.name for area in demand.areas} >= {"Kluuvi", "Kaartinkaupunki"}
    assert demand.area.max() < len(demand.areas)
    x, y = city.to_metric(demand.lonlat[:, 0], demand.lonlat[:, 1])
    inside = np.column_stack([x, y]) - demand.corner_xy
    assert ((inside >= -1e-3) & (inside <= demand.cell_m + 1e-3)).all()


def test_addresses_count_one_and_floors_by_their_area(city: City) -> None:
    layer = city.layer("buildings")
    demand = demand_of(city)
    far = np.hypot(*(demand.corner_xy - np.median(np.asarray(layer.coords), axis=0)).T)
    assert demand.weight[far < 400].sum() > demand.weight[far > 1500].sum()
    alone = demand_of(city, most_cells=1)
    assert len(alone) <= 2 and alone.weight.sum() == pytest.approx(1.0)


class Bare:
    """A city with roads and nothing else."""

    def __init__(self, city: City) -> None:
        self._city = city
        self.to_lonlat, self.roads = city.to_lonlat, city.roads

    def layer(self, name: str) -> None:
        return self._city.layer("none")  # type: ignore[return-value]

    def layer_names(self) -> tuple[str, ...]:
        return ()


def test_a_city_of_roads_alone_counts_its_junctions_and_names_directions(city: City) -> None:
    demand = demand_of(Bare(city))  # type: ignore[arg-type]
    assert demand.source == "roads" and demand.weight.sum() == pytest.approx(1.0)
    assert {area.kind for area in demand.areas} == {"compass"} and len(demand.areas) > 4


@given(st.lists(st.tuples(st.integers(-900, 900), st.integers(-900, 900), st.integers(1, 5)), min_size=1), st.randoms())
def test_cells_do_not_depend_on_the_order_of_points(points: list[tuple[int, int, int]], dice: object) -> None:
    rows = np.array(points, dtype=np.float64)
    shuffled = rows.copy()
    dice.shuffle(points)  # type: ignore[attr-defined]
    shuffled = np.array(points, dtype=np.float64)
    one, other = (gathered(each[:, :2], each[:, 2]) for each in (rows, shuffled))
    assert one[0] == other[0] and np.array_equal(one[1], other[1])
    assert np.allclose(one[2], other[2]) and np.allclose(one[3], other[3])


def test_what_is_no_place_or_no_weight_does_not_count() -> None:
    xy = np.array([[0.0, 0.0], [np.nan, 0.0], [5000.0, 0.0], [1.0, np.inf]])
    cell_m, corner, middle, share = gathered(xy, np.array([1.0, 1.0, 0.0, 1.0]))
    assert (cell_m, corner.tolist(), middle.tolist(), share.tolist()) == (200.0, [[0, 0]], [[0, 0]], [1.0])
    assert len(gathered(np.empty((0, 2)), np.empty(0))[3]) == 0


def test_more_points_than_cells_make_cells_larger() -> None:
    xy = np.stack(np.meshgrid(np.arange(60), np.arange(60)), axis=-1).reshape(-1, 2) * 200.0 + 100
    cell_m, corner, _, _ = gathered(xy, np.ones(len(xy)))
    assert cell_m == 300.0 and len(corner) <= 2000


def test_incidents_belong_to_the_nearest_cell_unless_they_are_elsewhere(city: City) -> None:
    demand = demand_of(city)
    lon, lat = demand.lonlat[7].tolist()
    assert nearest_cells(demand, [(lon + 1e-6, lat), (0.0, 0.0), (float("nan"), lat)]).tolist() == [7, -1, -1]
    assert nearest_cells(demand, []).tolist() == []


def test_the_compass_names_all_around() -> None:
    angles = np.arange(8) * np.pi / 4
    xy = np.vstack([[[0.0, 0.0]] * 4, np.column_stack([np.cos(angles), np.sin(angles)]) * 1000])
    names = [area.name for area in compass(xy, np.ones(12))]
    assert names[:4] == ["centre"] * 4
    assert names[4:] == ["east", "north_east", "north", "north_west", "west", "south_west", "south", "south_east"]
    assert compass(np.empty((0, 2)), np.empty(0)) == [] and Area("compass", "north") in compass(xy, np.ones(12))

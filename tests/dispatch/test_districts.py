"""The parts of a city that queues name: cells, districts of a layer, and what is broken or missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from dispatch.areas import Area, Areas
from dispatch.districts import AREA, CELLS, DISTRICT, Districts, Part, parts_to_choose
from gis.column_writer import write_layer
from gis.columns import LayerColumns

CELLS_OF = {
    "110101001001001": shapely.box(0, 0, 100, 100),
    "110101001001002": shapely.box(100, 0, 200, 100),
    "110101002001001": shapely.box(200, 0, 300, 100),
}
DISTRICTS_OF = {"West End": shapely.box(0, 0, 150, 100), "East End": shapely.box(150, 0, 300, 100)}


class FlatCity:
    """A city of layers in metres, in which a degree is a metre."""

    def __init__(self, folder: Path, *layers: str) -> None:
        self._folder, self._layers = folder, layers
        self.looked = 0

    def layer_names(self) -> tuple[str, ...]:
        return self._layers

    def layer(self, name: str) -> LayerColumns:
        return LayerColumns.open(self._folder / name)

    def to_metric(self, lon: float, lat: float) -> tuple[float, float]:
        self.looked += 1
        return lon, lat


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    for called, column, shapes in (("grid", "code", CELLS_OF), ("districts", "name", DISTRICTS_OF)):
        write_layer(
            folder / called, np.array(list(shapes.values()), dtype=object), name=called, geometry="polygon",
            kinds=("land",), kind_codes=np.zeros(len(shapes), np.uint16), crs="EPSG:32635",
            attributes={column: list(shapes)},
        )  # fmt: skip
    (folder / "zones").mkdir()
    (folder / "zones" / "layer.json").write_text("{", encoding="utf-8")
    return folder


def test_a_place_has_the_names_of_its_cell_and_its_district(folder: Path) -> None:
    city = FlatCity(folder, "districts", "grid")
    districts = Districts(city)  # type: ignore[arg-type]
    assert districts.parts_of(50, 50) == ("110101001001001", "West End")
    assert districts.parts_of(160, 50) == ("110101001001002", "East End")
    assert districts.parts_of(500, 50) == ()
    assert districts.parts_of(float("nan"), 50) == ()
    looked = city.looked
    assert districts.parts_of(50, 50) == ("110101001001001", "West End") and city.looked == looked
    assert districts.names == ("West End", "East End") and districts.codes == tuple(CELLS_OF)


def test_a_city_without_either_has_no_parts(folder: Path) -> None:
    districts = Districts(FlatCity(folder))  # type: ignore[arg-type]
    assert districts.parts_of(50, 50) == () and parts_to_choose(Areas(), districts) == ()


def test_a_broken_layer_is_left_out_and_said(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    districts = Districts(FlatCity(folder, "zones", "districts"))  # type: ignore[arg-type]
    assert districts.parts_of(50, 50) == ("West End",)
    assert "zones" in caplog.text


def test_a_queue_is_split_by_areas_districts_and_streets_that_no_area_holds(folder: Path) -> None:
    districts = Districts(FlatCity(folder, "districts", "grid"))  # type: ignore[arg-type]
    areas = Areas((Area("centre", "Centre", ("110101001001",), name_zh="中心"),))
    assert parts_to_choose(areas, districts) == (
        Part(AREA, "centre", "Centre", "中心"),
        Part(DISTRICT, "West End", "West End"),
        Part(DISTRICT, "East End", "East End"),
        Part(CELLS, "110101002", "110101002"),
    )
    assert parts_to_choose(areas) == (Part(AREA, "centre", "Centre", "中心"),)

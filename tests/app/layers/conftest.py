"""A village with a layer of trees laid over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.layer_deeds import add_file
from app.layers.book import LayerBook
from gis.city import City
from tests.maps.village import EAST, NORTH, build_village

TREES = (
    {"kind": "oak", "height": 12.5, "note": "=1+1"},
    {"kind": "lime", "height": 7, "note": None},
    {"kind": "oak", "height": 30, "note": "<b>old</b>"},
    {"kind": None, "height": None, "note": "中山路"},
)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City.open(build_village(tmp_path / "village"))


@pytest.fixture
def trees(tmp_path: Path, city: City) -> Path:
    """Four trees, 30 m apart to the east of the village's middle."""
    features = []
    for place, properties in enumerate(TREES):
        lon, lat = city.to_lonlat(EAST + 30 * place, NORTH)
        geometry = {"type": "Point", "coordinates": [float(lon), float(lat)]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    file = tmp_path / "trees.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


@pytest.fixture
def make_book(qtbot: QtBot) -> Iterator[Callable[..., LayerBook]]:
    made: list[LayerBook] = []

    def make(city: City, **options: object) -> LayerBook:
        made.append(LayerBook(city, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for book in made:
        book.close()


@pytest.fixture
def book(city: City, trees: Path, make_book: Callable[..., LayerBook]) -> LayerBook:
    add_file(city, trees)
    return make_book(city)

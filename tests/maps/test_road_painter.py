"""One-way arrows, and what runs over what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from gis.column_writer import write_layer
from maps.painter import base_image
from maps.road_painter import spread_along
from maps.style import THEMES, mixed
from maps.tiles import LayerFolder
from maps.view import View
from tests.maps.village import CRS, colour_at, line, view

pytestmark = pytest.mark.usefixtures("qapp")
DAY = THEMES["day"]


def write(folder: Path, name: str, ways: Sequence[tuple[str, Any]], **attributes: Any) -> None:
    kinds = sorted({kind for kind, _ in ways})
    write_layer(
        folder / name, np.array([shape for _, shape in ways], dtype=object), name=name, geometry="line", kinds=kinds,
        kind_codes=np.array([kinds.index(kind) for kind, _ in ways]), crs=CRS, attributes=attributes,
    )  # fmt: skip


def painted(folder: Path, seen: View) -> QImage:
    return base_image(LayerFolder(folder), seen, DAY)


def arrow_pixels(image: QImage) -> list[tuple[int, int]]:
    wanted = QColor(mixed(DAY.roads["street"], DAY.text_street, 0.6))
    pixels = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return [at for at in pixels if abs(image.pixelColor(*at).red() - wanted.red()) < 12]


@pytest.mark.parametrize(("oneway", "points_east"), [(1, True), (-1, False)])
def test_an_arrow_points_where_the_road_is_open(tmp_path: Path, oneway: int, points_east: bool) -> None:
    write(tmp_path, "roads", [("residential", line((-50, 0), (50, 0)))], oneway=np.array([oneway]))
    inked = arrow_pixels(painted(tmp_path, view(0, 0, 0.5, 100, 30)))
    off_line = [x for x, y in inked if abs(y - 15) > 1]  # the barbs
    assert inked and off_line
    assert (np.mean(off_line) > 50) == points_east


def test_roads_open_both_ways_and_far_views_have_no_arrows(tmp_path: Path) -> None:
    write(tmp_path, "roads", [("residential", line((-50, 0), (50, 0)))], oneway=np.array([0]))
    assert not arrow_pixels(painted(tmp_path, view(0, 0, 0.5, 100, 30)))
    write(tmp_path, "roads", [("residential", line((-500, 0), (500, 0)))], oneway=np.array([1]))
    assert not arrow_pixels(painted(tmp_path, view(0, 0, 1.5, 100, 30)))


def test_arrows_are_whole_where_two_pictures_meet(tmp_path: Path) -> None:
    write(tmp_path, "roads", [("residential", line((-40, 0), (40, 0)))], oneway=np.array([1]))
    both = arrow_pixels(painted(tmp_path, view(0, 0, 0.5, 60, 30)))
    west = arrow_pixels(painted(tmp_path, view(-7.5, 0, 0.5, 30, 30)))
    east = arrow_pixels(painted(tmp_path, view(7.5, 0, 0.5, 30, 30)))
    assert sorted(west + [(x + 30, y) for x, y in east]) == sorted(both)


def test_places_are_spread_evenly_and_none_between_lines() -> None:
    points = np.array([[0.0, 0.0], [300.0, 0.0], [0.0, 50.0], [0.0, 60.0], [10.0, 100.0], [10.0, 200.0]])
    at, along = spread_along(points, np.array([2, 2, 2]), 150.0, 34.0, np.array([1, 1, -1]))
    assert at.tolist() == [[75, 0], [225, 0], [10, 150]]
    assert along.tolist() == [[1, 0], [1, 0], [0, -1]]


def test_the_higher_bridge_runs_over_the_lower_one(tmp_path: Path) -> None:
    ways = [("primary", line((-80, 0), (80, 0))), ("residential", line((0, -80), (0, 80)))]
    flags = {"bridge": np.array([True, True]), "tunnel": np.array([False, False])}
    seen = view(0, 0, 0.5, 100, 100)
    for levels, on_top in (([1, 2], "street"), ([2, 1], "primary")):
        write(tmp_path, "roads", ways, layer=np.array(levels), **flags)
        assert colour_at(painted(tmp_path, seen), seen, 0, 0) == QColor(DAY.roads[on_top]).name()


def test_a_railway_crosses_a_street_on_the_ground_and_runs_under_its_bridge(tmp_path: Path) -> None:
    write(tmp_path, "railways", [("rail", line((-80, 0), (80, 0)))], bridge=np.array([False]), layer=np.array([0]))
    seen = view(0, 0, 0.5, 100, 100)
    street = [("residential", line((0, -80), (0, 80)))]
    write(tmp_path, "roads", street, bridge=np.array([True]), layer=np.array([1]))
    assert colour_at(painted(tmp_path, seen), seen, 0, 0) == QColor(DAY.roads["street"]).name()
    write(tmp_path, "roads", street, bridge=np.array([False]), layer=np.array([0]))
    assert colour_at(painted(tmp_path, seen), seen, 0, 0) != QColor(DAY.roads["street"]).name()


def test_a_railway_bridge_covers_the_street(tmp_path: Path) -> None:
    write(tmp_path, "railways", [("rail", line((-80, 0), (80, 0)))], bridge=np.array([True]), layer=np.array([1]))
    write(tmp_path, "roads", [("residential", line((0, -80), (0, 80)))], bridge=np.array([False]))
    seen = view(0, 0, 0.5, 100, 100)
    image = painted(tmp_path, seen)
    assert colour_at(image, seen, 0, 1.4) != QColor(DAY.roads["street"]).name()
    assert colour_at(image, seen, 0, 10) == QColor(DAY.roads["street"]).name()

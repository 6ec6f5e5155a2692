"""Arrays of lines and polygons: gathered, thinned, cut into segments, drawn."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from gis.city import City
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from maps.strokes import Canvas, Run, fill, fill_runs, gathered, polylines, ranges, segments, stroke, thinned
from tests.maps.references import pixels
from tests.maps.village import CRS, EAST, NORTH, box, colour_at, view

pytestmark = pytest.mark.usefixtures("qapp")


def blank(width: int = 200, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    return image


def test_ranges_count_each_start_to_its_end() -> None:
    starts, ends = np.array([3, 10, 10, 0]), np.array([6, 10, 12, 1])
    assert ranges(starts, ends).tolist() == [3, 4, 5, 10, 11, 0]


def test_segments_do_not_join_parts() -> None:
    points = np.array([[0, 0], [1, 0], [1, 1], [5, 5], [6, 6]], dtype=float)
    assert segments(points, np.array([3, 2])).tolist() == [[0, 0, 1, 0], [1, 0, 1, 1], [5, 5, 6, 6]]
    assert segments(points[:1], np.array([1])).shape == (0, 4)


def test_thinning_keeps_both_ends_of_every_part() -> None:
    rng = np.random.default_rng(1)
    points, sizes = rng.uniform(0, 20, (500, 2)), np.array([200, 2, 298])
    points = np.sort(points, axis=0)
    kept, left = thinned(points, sizes, 1.0)
    assert len(kept) == left.sum() < 200
    ends, old = np.cumsum(left), np.cumsum(sizes)
    assert (kept[ends - 1] == points[old - 1]).all()
    assert (kept[ends - left] == points[old - sizes]).all()


def test_gathering_keeps_features_apart(village: City) -> None:
    buildings = village.layer("buildings")
    coords, sizes, parts = gathered(buildings, np.arange(buildings.count))
    assert sorted(parts.tolist()) == [1, 2]
    assert len(coords) == sizes.sum() == 15


def test_neighbours_on_disk_are_gathered_as_any_others(village: City) -> None:
    buildings = village.layer("buildings")
    every = np.arange(buildings.count)
    for together, apart in zip(gathered(buildings, every), gathered(buildings, every[::-1]), strict=True):
        assert together.shape == apart.shape
    one_by_one = [gathered(buildings, every[i : i + 1]) for i in range(len(every))]
    for together, pieces in zip(gathered(buildings, every), zip(*one_by_one, strict=True), strict=True):
        assert np.array_equal(together, np.concatenate(pieces))


def test_a_draft_has_no_smooth_edges_and_no_specks(village: City) -> None:
    layer = village.layer("buildings")
    every = np.arange(layer.count)

    def shades(metres_per_pixel: float, is_draft: bool) -> set[int]:
        image = blank()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(Canvas(painter, view(3, 3, metres_per_pixel), is_draft), layer, every, "#ffffff")
        painter.end()
        return {image.pixel(x, y) & 0xFF for x in range(200) for y in range(200)}

    assert len(shades(3.7, False)) > 2
    assert shades(3.7, True) == {0, 255}
    assert shades(60.0, False) != {0}
    assert shades(60.0, True) == {0}


def test_lines_are_drawn_where_they_are() -> None:
    image, seen = blank(), view(0, 0, 1.0)
    painter = QPainter(image)
    stroke(Canvas(painter, seen), np.array([[0.0, 50, 200, 50]]), "#ff0000", 3)
    stroke(Canvas(painter, seen), np.empty((0, 4)), "#ff0000", 3)
    polylines(Canvas(painter, seen), np.array([[10.0, 100], [190, 100]]), np.array([2]), "#00ff00", 3)
    painter.end()
    assert image.pixelColor(100, 50).name() == "#ff0000"
    assert image.pixelColor(100, 100).name() == "#00ff00"
    assert image.pixelColor(100, 75).name() == "#000000"


def test_a_courtyard_stays_open(village: City) -> None:
    image, seen = blank(), view(-100, 100, 1.0)
    painter = QPainter(image)
    layer = village.layer("buildings")
    fill(Canvas(painter, seen), layer, np.arange(layer.count), "#ff0000")
    painter.end()
    assert colour_at(image, seen, -130, 100) == "#ff0000"
    assert colour_at(image, seen, -100, 100) == "#000000"


def test_overlapping_features_do_not_cut_holes_in_each_other(tmp_path) -> None:
    shapes = np.array([box(-50, -50, 50, 50), box(-20, -20, 20, 20)], dtype=object)
    write_layer(
        tmp_path / "pile", shapes, name="pile", geometry="polygon", kinds=["x"], kind_codes=np.zeros(2, int), crs=CRS
    )
    image, seen = blank(), view(0, 0, 1.0)
    painter = QPainter(image)
    fill(Canvas(painter, seen), LayerColumns.open(tmp_path / "pile"), np.arange(2), "#ff0000")
    painter.end()
    assert colour_at(image, seen, 0, 0) == "#ff0000"


def test_runs_are_filled_as_one_after_the_other(tmp_path) -> None:
    dice = np.random.default_rng(2)
    shapes = [
        shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)
        for x, y, side in zip(*dice.uniform(-90, 90, (2, 60)), dice.uniform(0.5, 70, 60), strict=True)
    ]
    write_layer(
        tmp_path / "land", np.array(shapes, object), name="land", geometry="polygon", kinds=("a", "b", "c"),
        kind_codes=np.arange(60) % 3, crs=CRS,
    )  # fmt: skip
    layer = LayerColumns.open(tmp_path / "land")
    runs = [
        Run(np.arange(0, 20), "#aa0000"), Run(np.arange(20, 20), "#ffffff"), Run(np.arange(20, 60), "#00bb00"),
    ]  # fmt: skip
    pictures = []
    for is_at_once in (True, False):
        image = blank()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(painter, view(0, 0, 1.0))
        if is_at_once:
            fill_runs(canvas, layer, runs, "#0000ff", 1.5)
        else:
            for run in runs:
                fill(canvas, layer, run.indices, run.colour, "#0000ff", 1.5)
        painter.end()
        pictures.append(pixels(image))
    assert (pictures[0].reshape(-1, pictures[0].shape[-1]).max(axis=0)[:3] > 150).all()
    assert np.abs(pictures[0] - pictures[1]).max() <= 2


def test_a_run_may_lack_smooth_edges(village: City) -> None:
    layer, seen = village.layer("buildings"), view(-103.3, 100, 1.7)
    levels = []
    for is_smooth in (True, False):
        image = blank()
        painter = QPainter(image)
        fill_runs(Canvas(painter, seen), layer, [Run(np.arange(layer.count), "#ff0000", is_smooth)])
        assert painter.testRenderHint(QPainter.RenderHint.Antialiasing)
        painter.end()
        levels.append(np.unique(pixels(image)[..., 0]))
    assert len(levels[0]) > 2
    assert levels[1].tolist() == [0, 255]


def test_long_outlines_look_the_same_where_they_are_cut(tmp_path) -> None:
    turns = np.linspace(0, 2 * np.pi, 2_000)
    wavy = (300 + 40 * np.sin(60 * turns))[:, None] * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    lake = shapely.Polygon(wavy + np.array([EAST + 300, NORTH]))
    write_layer(
        tmp_path / "land", np.array([lake], object), name="land", geometry="polygon", kinds=("a",),
        kind_codes=np.zeros(1, np.int64), crs=CRS,
    )  # fmt: skip
    layer, pictures = LayerColumns.open(tmp_path / "land"), []
    for side in (200, 1_600):  # in the larger picture all of it is seen, and nothing cut
        image = blank(side, side)
        painter = QPainter(image)
        fill(Canvas(painter, view(0, 0, 1.0, side, side)), layer, np.arange(1), "#ff0000", "#0000ff", 2.0)
        painter.end()
        pictures.append(pixels(image.copy((side - 200) // 2, (side - 200) // 2, 200, 200)))
    assert 2_000 < (pictures[0][..., 0] > 200).sum() < 38_000
    assert np.abs(pictures[0] - pictures[1]).max() <= 30


def test_specks_are_drawn_and_less_than_specks_are_not(village: City) -> None:
    layer = village.layer("buildings")
    house = np.array([i for i in range(layer.count) if layer.kind_of(i) == "house"])
    for scale, is_drawn in ((10.0, True), (60.0, False)):
        image, seen = blank(), view(30, 30, scale)
        painter = QPainter(image)
        fill(Canvas(painter, seen), layer, house, "#ff0000")
        painter.end()
        found = any(image.pixelColor(x, y).red() > 0 for x in range(97, 104) for y in range(97, 104))
        assert found is is_drawn


def test_device_pixels_follow_the_ratio() -> None:
    canvas = Canvas(QPainter(), view(0, 0, 0.5, 100, 100, 2.0))
    placed = canvas.to_device(np.array([[EAST, NORTH], [EAST + 10, NORTH + 10]]))
    assert placed.tolist() == [[100, 100], [140, 60]]

"""Bars look as the outlines that they stand for, near enough that nobody sees it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from gis.coarse import level_for
from gis.coarse_writer import write_coarse
from gis.column_writer import write_layer
from gis.columns import LayerColumns
from maps.bar_painter import fill_bars
from maps.painter import base_image
from maps.strokes import Canvas, fill
from maps.style import THEMES
from maps.tiles import LayerFolder
from tests.maps.references import DIFFERS, difference, pixels
from tests.maps.village import CRS, EAST, NORTH, view

pytestmark = pytest.mark.usefixtures("qapp")
SPAN_M = 2_000
APART_M = 49  # hardly one reaches another: overlapping outlines have no edge where another lies over it


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> LayerColumns:
    dice = np.random.default_rng(3)
    shapes = []
    for number in range(1_500):
        x, y = (number % 40 - 20) * APART_M, (number // 40 - 19) * APART_M
        long, wide, turn = dice.uniform(10, 40), dice.uniform(5, 16), dice.uniform(0, np.pi)
        house = shapely.box(0, 0, long, wide)
        if dice.random() < 0.4:
            house = shapely.union_all([house, shapely.box(0, 0, long / 3, wide * 1.8)])
        around = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        move = np.array([EAST + x, NORTH + y])
        shapes.append(shapely.transform(house, lambda xy, around=around, move=move: xy @ around + move))
    folder = tmp_path_factory.mktemp("houses") / "layers" / "buildings"
    write_layer(
        folder, np.array(shapes, object), name="buildings", geometry="polygon", kinds=("yes",),
        kind_codes=np.zeros(len(shapes), np.int64), crs=CRS,
    )  # fmt: skip
    write_coarse(folder)
    return LayerColumns.open(folder)


@pytest.mark.parametrize("scale", [2.0, 4.0, 10.0])
@pytest.mark.parametrize("is_draft", [False, True])
def test_a_picture_of_bars_is_that_of_the_outlines(houses: LayerColumns, scale: float, is_draft: bool) -> None:
    side = int(SPAN_M / scale)
    pictures = []
    for with_bars in (True, False):
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(painter, view(0, 0, scale, side, side), is_draft)
        level = level_for(houses, scale)
        assert level is not None and level.bars is not None
        if with_bars:
            fill_bars(canvas, level.bars, level.widths_m, np.arange(level.bars.count), "#ffffff")
        shapes = level.shapes if with_bars else houses
        fill(canvas, shapes, np.arange(shapes.count), "#ffffff")
        painter.end()
        pictures.append(image)
    lit = [pixels(picture).sum() for picture in pictures]
    assert lit[0] == pytest.approx(lit[1], rel=0.05 if not is_draft else 0.15)
    apart = (difference(*pictures) > 3 * DIFFERS).mean()
    assert apart < 0.02 * (pixels(pictures[1])[..., 0] > 128).mean() * (1 if not is_draft else 10)


def test_bars_with_an_edge_look_as_outlined_houses(houses: LayerColumns) -> None:
    scale, edge, edge_px = 1.5, "#ff0000", 0.8
    level = level_for(houses, scale)
    assert level is not None and level.bars is not None
    pictures = []
    for with_bars in (True, False):
        image = QImage(1300, 1300, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(painter, view(0, 0, scale, 1300, 1300))
        if with_bars:
            every = np.arange(level.bars.count)
            fill_bars(canvas, level.bars, level.widths_m, every, "#ffffff", edge, edge_px)
        shapes = level.shapes if with_bars else houses
        fill(canvas, shapes, np.arange(shapes.count), "#ffffff", edge, edge_px)
        painter.end()
        pictures.append(image)
    red = [pixels(picture)[..., 0] - pixels(picture)[..., 2] for picture in pictures]
    assert red[0].sum() == pytest.approx(red[1].sum(), rel=0.2)  # Qt thins slanted lines of a pixel
    apart = (difference(*pictures) > 3 * DIFFERS).mean()
    assert apart < 0.05 * (red[1] > 100).mean()


def test_two_bars_of_one_speck_are_one_speck(houses: LayerColumns) -> None:
    level = level_for(houses, 10.0)
    assert level is not None and level.bars is not None
    pictures = []
    for bars in (level.bars, houses):
        image = QImage(100, 100, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(painter, view(0, 0, 20.0, 100, 100))
        boxes = bars.boxes
        extent = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
        specks = np.flatnonzero(extent < 50)
        if bars is houses:
            fill(canvas, houses, specks, "#ffffff")
        else:
            fill_bars(canvas, bars, level.widths_m, specks, "#ffffff")
        painter.end()
        pictures.append(pixels(image))
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    assert pictures[0].sum() > 0


def test_a_screen_of_twice_the_pixels_takes_the_finer_copy(houses: LayerColumns) -> None:
    seen = view(0, 0, 3.0, 100, 100, 2.0)
    level = level_for(houses, Canvas(QPainter(), seen).finest_m)
    assert level is not None and level.metres_per_pixel == 1.4


def test_a_city_without_coarse_copies_looks_the_same(houses: LayerColumns, tmp_path: Path) -> None:
    plain = tmp_path / "layers"
    shutil.copytree(houses.folder.parent, plain)
    shutil.rmtree(plain / "buildings" / "coarse")
    seen, theme = view(0, 0, 3.0, 600, 600), THEMES["night"]
    with_copies = base_image(LayerFolder(houses.folder.parent), seen, theme)
    without = base_image(LayerFolder(plain), seen, theme)
    assert (pixels(with_copies) != pixels(without)).any()  # the copies were used
    assert (difference(with_copies, without) > DIFFERS).mean() < 0.005

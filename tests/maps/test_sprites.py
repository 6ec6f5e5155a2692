"""The sheet of sprites: packed without overlap, painted where asked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.sprites import FIRST_HEIGHT, MOST_HEIGHT, SHEET_WIDTH, Spot, SpriteSheet, fragments

pytestmark = pytest.mark.usefixtures("qapp")


def plain(colour: str, width: int = 10, height: int = 10) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(colour))
    return image


def test_a_sprite_is_drawn_once() -> None:
    sheet, made = SpriteSheet(), []
    for _ in range(3):
        sheet.spot("red", lambda: made.append(1) or plain("#ff0000"))
    assert made == [1]


def test_sprites_do_not_overlap() -> None:
    sheet = SpriteSheet()
    rng = np.random.default_rng(1)
    taken = np.zeros((2048, SHEET_WIDTH), np.int8)
    for number, (width, height) in enumerate(rng.integers(4, 60, (600, 2)).tolist()):
        left, top, w, h = sheet.spot(number, lambda w=width, h=height: plain("#ffffff", w, h))
        taken[top : top + h, left : left + w] += 1
    assert taken.max() == 1


def test_a_sheet_grows_and_every_sprite_keeps_its_size_and_its_looks() -> None:
    sheet = SpriteSheet(height=16)
    colours = [QColor(4 * number, 200, 255 - 4 * number).name() for number in range(60)]
    spots = [sheet.spot(colour, lambda c=colour: plain(c, 1500, 100)) for colour in colours]
    assert all((spot.width, spot.height) == (1500, 100) for spot in spots)
    assert spots[-1].top + 100 <= sheet.height < 60 * 114 + 1024 + 16, "a large sheet is never half empty"
    for colour, spot in zip(colours, spots, strict=True):
        assert shown(sheet, [spot]) == [colour]


def test_sprites_of_several_pages_are_painted_in_the_order_that_they_are_asked_in() -> None:
    sheet = SpriteSheet()
    low = sheet.spot("low", lambda: plain("#0000ff", 40, 400))
    for number in range(3):
        high = sheet.spot(number, lambda: plain("#ff0000", 40, 1000))
    assert high.top >= FIRST_HEIGHT > low.top
    assert shown(sheet, [low, high]) == ["#ff0000"]
    assert shown(sheet, [high, low]) == ["#0000ff"]
    assert shown(sheet, [low, high, low, high]) == ["#ff0000"]


def shown(sheet: SpriteSheet, spots: list[Spot]) -> list[str]:
    """Paint sprites over each other; return the colours that are seen."""
    image = plain("#000000", 20, 20)
    painter = QPainter(image)
    middle = np.full(len(spots), 10.0)
    sheet.paint(painter, fragments(middle, middle, np.array(spots, float), np.ones(len(spots))))
    painter.end()
    return sorted({image.pixelColor(x, y).name() for x in range(20) for y in range(20)})


def test_fragments_are_painted_at_whole_pixels_with_their_opacity() -> None:
    sheet = SpriteSheet()
    spots = np.array([sheet.spot("red", lambda: plain("#ff0000")), sheet.spot("blue", lambda: plain("#0000ff"))], float)
    image = plain("#000000", 100, 40)
    painter = QPainter(image)
    sheet.paint(painter, fragments(np.array([20.3, 60.0]), np.array([20.2, 20.0]), spots, np.array([1.0, 0.5])))
    sheet.paint(painter, np.empty((0, 10)))
    painter.end()
    assert image.pixelColor(15, 15).name() == "#ff0000"
    assert image.pixelColor(24, 24).name() == "#ff0000"
    assert image.pixelColor(25, 25).name() == "#000000"
    assert 120 < image.pixelColor(60, 20).blue() < 135


def test_a_full_sheet_starts_anew() -> None:
    sheet = SpriteSheet()
    for number in range(2 * MOST_HEIGHT // 1000 + 2):
        sheet.spot(number, lambda: plain("#ffffff", SHEET_WIDTH, 1000))
        assert sheet.height >= 1000, "no sprite is cut off where the sheet starts anew"
    assert sheet.generation >= 1
    assert sheet.spot("new", lambda: plain("#00ff00")).height == 10

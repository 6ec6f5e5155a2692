"""The sheet of sprites: packed without overlap, painted where asked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.sprites import MOST_HEIGHT, SHEET_WIDTH, SpriteSheet, fragments

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


def test_a_sprite_that_makes_the_sheet_grow_keeps_its_size_and_the_others_their_looks() -> None:
    sheet = SpriteSheet(height=16)
    for number in range(60):
        spot = sheet.spot(number, lambda: plain("#00ff00", 1500, 100))
        assert (spot.width, spot.height) == (1500, 100)
        assert sheet._sheet.height() >= spot.top + spot.height
    assert sheet._sheet.height() < 60 * 101 + 1024, "a large sheet is never half empty"
    assert sheet._sheet.toImage().pixelColor(700, 50).name() == "#00ff00"


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
        assert sheet._sheet.height() >= 1000, "no sprite is cut off where the sheet starts anew"
    assert sheet.generation >= 1
    assert sheet.spot("new", lambda: plain("#00ff00")).height == 10

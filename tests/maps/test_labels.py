"""Labels stand without touching, keep their place, and can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from maps.ground_style import LABEL_STYLES
from maps.label import Label
from maps.label_sheets import MOST_PAGES, LabelSheets
from maps.labels import LabelBoard
from maps.lettering import label_font, text_sprite
from maps.style import THEMES
from maps.view import View

pytestmark = pytest.mark.usefixtures("qapp")
SEEN = View(0, 0, 1.0, 800, 600)


def street(text: str, x: float, y: float, angle: float = 0.0, rank: float = 26) -> Label:
    return Label(text, "street", x, y, angle, rank)


def painted(board: LabelBoard, view: View) -> QImage:
    image = QImage(int(view.width), int(view.height), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    board.paint(painter, view)
    painter.end()
    return image


def test_the_more_important_of_two_that_touch_stands() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street("First", 0, 0), street("Second", 5, 3), street("Third", 0, 60)], SEEN)
    assert [label.text for label in board.placed] == ["First", "Third"]


def test_no_two_sprites_overlap() -> None:
    rng = np.random.default_rng(3)
    labels = [street(f"Street {i}", *rng.uniform(-350, 350, 2), float(rng.uniform(-90, 90))) for i in range(400)]
    board = LabelBoard(THEMES["night"])
    board.place(labels, SEEN)
    assert 20 < len(board.placed) < 400
    ink = np.zeros((600, 800), np.int32)
    for label in board.placed:
        alone = LabelBoard(THEMES["night"])
        alone.place([label], SEEN)
        image = painted(alone, SEEN)
        alpha = np.frombuffer(image.constBits(), np.uint8).reshape(600, 800, 4)[:, :, 3]
        ink += alpha > 250
    assert (ink > 1).sum() == 0


def test_what_stands_keeps_its_place_while_panning() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street("Weak", 0, 0, rank=50)], SEEN)
    board.place([street("Strong", 2, 2, rank=20), street("Weak", 0, 0, rank=50)], SEEN.panned(30, 0))
    assert [label.text for label in board.placed] == ["Weak"]
    board.place([street("Strong", 2, 2, rank=20), street("Weak", 0, 0, rank=50)], SEEN.zoomed(2))
    assert [label.text for label in board.placed] == ["Strong"]


def test_equal_names_keep_apart() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street("Long Road", 0, 0), street("Long Road", 150, 0), street("Long Road", 300, 0)], SEEN)
    assert [label.x for label in board.placed] == [0, 300]


def test_a_budget_spreads_the_work_over_frames() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street(f"S{i}", 0, 30.0 * i - 250) for i in range(16)], SEEN)
    image = QImage(800, 600, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    rounds = 1
    while not board.paint(painter, SEEN, 0.0):
        rounds += 1
        assert rounds < 50
    painter.end()
    assert rounds > 1


def test_text_and_halo_are_painted_in_the_theme_s_colours() -> None:
    sprite = text_sprite("M", label_font(LABEL_STYLES["city"], 3.0), "#ff0000", "#0000ff", 4.0)
    colours = {sprite.pixelColor(x, y).name() for x in range(sprite.width()) for y in range(sprite.height())}
    assert {"#ff0000", "#0000ff"} <= colours


def test_a_turned_sprite_is_higher_than_wide() -> None:
    font = label_font(LABEL_STYLES["street"])
    flat, upright = (
        text_sprite("Long Street", font, "#fff", "#000", 1),
        text_sprite("Long Street", font, "#fff", "#000", 1, 90),
    )
    assert flat.width() > 3 * flat.height()
    assert (upright.width(), upright.height()) == pytest.approx((flat.height(), flat.width()), abs=4)


def test_labels_are_sharp_on_a_screen_of_twice_the_pixels() -> None:
    def ink(ratio: float) -> int:
        view = replace(SEEN, device_pixel_ratio=ratio)
        board = LabelBoard(THEMES["day"])
        board.place([street("Sharp", 0, 0)], view)
        image = QImage(round(800 * ratio), round(600 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        board.paint(painter, view)
        painter.end()
        alpha = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, 3]
        columns = np.flatnonzero((alpha > 128).any(axis=0))
        return int(columns[-1] - columns[0])

    assert ink(2.0) == pytest.approx(2 * ink(1.0), abs=6)


def test_a_settlement_takes_the_place_of_a_street_that_stands() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street("Weak", 0, 0)], SEEN)
    board.place([Label("Town", "town", 2, 2, 0.0, 1.0), street("Weak", 0, 0)], SEEN)
    assert [label.text for label in board.placed] == ["Town"]


def test_what_stood_is_shown_until_the_new_choice_is_complete() -> None:
    board = LabelBoard(THEMES["night"])
    board.place([street("Old", 0, 0)], SEEN)
    board.begin([street(f"New {i}", 0, 20.0 * i - 280) for i in range(28)], SEEN)
    assert not board.go_on(0.0) and board.is_placing
    assert [label.text for label in board.placed] == ["Old"]
    slices = 1
    while not board.go_on(0.0):
        slices += 1
    assert slices > 1 and len(board.placed) > 20


def test_a_bent_text_is_inked_along_its_line() -> None:
    line = tuple((x, 0.01 * x * x) for x in range(-60, 61, 10))
    bent = text_sprite("Crescent Road", label_font(LABEL_STYLES["street"]), "#ffffff", "#000000", 1.6, bend=line)
    alpha = np.frombuffer(bent.constBits(), np.uint8).reshape(bent.height(), bent.width(), 4)
    inked = np.argwhere(alpha[:, :, 0] > 200) - np.array([bent.height() / 2, bent.width() / 2])
    down, across = inked[:, 0], inked[:, 1]
    assert down[np.abs(across) > 32].mean() - down[np.abs(across) < 8].mean() > 6


def test_sprites_of_pages_that_went_are_drawn_anew() -> None:
    sheets, drawn = LabelSheets(), []

    def make(number: int) -> QImage:
        drawn.append(number)
        image = QImage(2000, 300, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        return image

    for number in [*range(MOST_PAGES + 2), 0, MOST_PAGES + 1]:
        sheets.spot(number, lambda number=number: make(number))
    assert drawn == [*range(MOST_PAGES + 2), 0]


def test_what_stood_at_another_scale_stays_until_all_of_the_new_one_is_known() -> None:
    board, near = LabelBoard(THEMES["night"]), replace(SEEN, metres_per_pixel=SEEN.metres_per_pixel / 2)
    board.place([street("Old Street", 0, 0), street("Other Street", 0, 80)], SEEN)
    for _ in range(2):
        board.begin_with_some([street("New Street", 4, 3)], near)
        assert board.go_on()
        assert [label.text for label in board.placed] == ["New Street", "Other Street"]
    board.begin([street("New Street", 4, 3)], near)
    assert board.go_on()
    assert [label.text for label in board.placed] == ["New Street"]

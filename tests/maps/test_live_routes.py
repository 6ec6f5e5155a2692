"""Ticks and numbers on routes are painted where the minutes are, in every lane, and guesses are marked."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps import symbols
from maps.layers import RouteMark
from maps.live_routes import RouteLayer
from maps.overlay import Overlay
from maps.style import NIGHT
from maps.view import View

VIEW = View(0.0, 0.0, 10.0, 600, 300)
LINE = np.array([[-2500.0, 0.0], [0.0, 0.0], [2500.0, 0.0]])


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []
    chip = symbols.chip

    def spy(text: str, *given: Any) -> QImage:
        written.append(text)
        return chip(text, *given)

    monkeypatch.setattr(symbols, "chip", spy)
    return written


def painted(*routes: RouteMark, view: View = VIEW) -> QImage:
    image = QImage(600, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(NIGHT.ground))
    overlay = Overlay()
    overlay.set_marks(routes=routes)
    painter = QPainter(image)
    overlay.paint(painter, view, NIGHT, 0.0)
    painter.end()
    return image


def rows_with(image: QImage, x: int, colour: str) -> int:
    return sum(image.pixelColor(x, y) == QColor(colour) for y in range(130, 171))


def test_a_tick_stands_at_every_full_minute(qapp: object, words: list[str]) -> None:
    route = RouteMark("E1", LINE, True, 240.0, "E1", "", np.array([0.0, 120.0, 240.0]))
    image = painted(route)
    # 500 px in 240 s: minutes 1, 2, 3 at 175, 300, 425; the line alone is 4.5 px high.
    for x in (175, 300, 425):
        assert rows_with(image, x, NIGHT.route) >= 11, x
    assert rows_with(image, 362, NIGHT.route) <= 6
    assert [word for word in words if word.isdigit()] == ["1", "2", "3"]


def test_a_guess_is_marked_as_one_and_an_unknown_time_has_no_minutes(qapp: object, words: list[str]) -> None:
    times_s = np.array([0.0, 120.0, 240.0])
    painted(RouteMark("E1", LINE, False, 240.0, "E1", "", times_s, True))
    assert [word for word in words if word.startswith("~")] == ["~1", "~2", "~3"]
    words.clear()
    painted(RouteMark("E1", LINE, False, 240.0, "E1"))
    assert words == ["E1  4:00"]


def test_lanes_keep_their_minutes_though_points_repeat(qapp: object, words: list[str]) -> None:
    doubled = LINE[[0, 1, 1, 2]]
    times_s = np.array([0.0, 120.0, 120.0, 240.0])
    painted(
        RouteMark("E1", LINE, True, 240.0, "E1", "fire", times_s[[0, 1, 3]]),
        RouteMark("P1", doubled, True, 240.0, "P1", "police", times_s),
    )
    assert sorted(word for word in words if word.isdigit()) == ["1", "1", "2", "2", "3", "3"]


def test_arrow_heads_only_when_near(qapp: object) -> None:
    near = View(0.0, 0.0, 1.0, 600, 300)
    route = RouteMark("E1", LINE, True)
    dark = [
        sum(image.pixelColor(x, y).lightness() < 70 for x in range(350, 540) for y in range(149, 152))
        for image in (painted(route, view=near), painted(route))
    ]
    assert dark[0] > dark[1] + 10


def test_short_and_empty_routes_do_no_harm(qapp: object) -> None:
    point = np.array([[0.0, 0.0], [0.0, 0.0]])
    painted(
        RouteMark("A", point, True, 60.0, "A", "", np.array([0.0, 600.0])),
        RouteMark("B", np.empty((0, 2)), True),
        RouteMark("C", LINE[:1], False, 60.0),
    )


def test_the_way_in_hand_is_wider_and_its_chip_full(qapp: object) -> None:
    def widest(image: QImage) -> int:
        return max(rows_with(image, x, NIGHT.route) for x in range(340, 400))

    plain = painted(RouteMark("E1", LINE, False))
    held = painted(RouteMark("E1", LINE, False, is_in_hand=True))
    assert widest(held) >= widest(plain) + 2


def test_the_way_in_hand_is_painted_over_the_others(qapp: object) -> None:
    layer = RouteLayer()
    held = RouteMark("E1", LINE, False, is_in_hand=True)
    layer.set_marks([held, RouteMark("A1", LINE, False), RouteMark("P1", LINE, True)])
    assert [mark.unit_id for mark in layer.marks] == ["A1", "P1", "E1"]

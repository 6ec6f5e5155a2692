"""Hot squares and rings over the city: filled the more the hotter, and where they are looked at with a bright edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QImage, QPainter

from maps.live_hot import HotLayer, HotMark, RingLayer, RingMark
from maps.overlay import Overlay
from maps.style import NIGHT
from maps.web_density import square
from tests.maps.village import view


def painted(hot: Sequence[HotMark] = (), rings: Sequence[RingMark] = ()) -> QImage:
    overlay = Overlay()
    overlay.add_layer("hot", HotLayer())
    overlay.add_layer("rings", RingLayer())
    overlay.set_marks(hot=hot, rings=rings)
    seen = view(0, 0, 1.0, 200, 200)
    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    overlay.paint(painter, seen, NIGHT, 0.0)
    painter.end()
    return image


def at(x: float, y: float) -> tuple[float, float]:
    seen = view(0, 0, 1.0, 200, 200)
    return seen.x + x, seen.y + y


def test_the_hotter_the_fuller(qapp: object) -> None:
    cool = painted([HotMark(square(at(-40, -40), 80), 0.0)]).pixelColor(100, 100)
    hot = painted([HotMark(square(at(-40, -40), 80), 1.0)]).pixelColor(100, 100)
    assert hot.red() > 2 * cool.red() > 0
    assert painted([HotMark(square(at(-40, -40), 80), 1.0)]).pixelColor(10, 10).red() == 0


def test_what_is_looked_at_has_a_bright_edge(qapp: object) -> None:
    plain = painted([HotMark(square(at(-40, -40), 80), 0.5)]).pixelColor(60, 100)
    selected = painted([HotMark(square(at(-40, -40), 80), 0.5, is_selected=True)]).pixelColor(60, 100)
    assert selected.lightness() > plain.lightness() + 40


def test_a_ring_goes_round_and_its_number_stands_in_its_middle(qapp: object) -> None:
    image = painted(rings=[RingMark(*at(0, 0), 30.0, "1 · 7")])
    edge = [image.pixelColor(100 + step, 100 - 30 + down).lightness() for step in (-2, 0, 2) for down in (-1, 0, 1)]
    assert max(edge) > 60
    assert any(image.pixelColor(x, 100).lightness() > 100 for x in range(85, 115))
    assert image.pixelColor(100, 180).lightness() == 0

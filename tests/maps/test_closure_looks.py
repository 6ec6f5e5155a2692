"""Kinds of closures are told apart by colour and, without it, by the shape of their sign."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.closure_looks import look_of
from maps.layers import ClosureMark
from maps.live_imagined import ImaginedMark
from maps.live_posts import PostMark
from maps.overlay import Overlay
from maps.style import DAY, NIGHT, YELLOW, Theme
from maps.view import View

VIEW = View(0.0, 0.0, 1.0, 300, 200)
LINE = np.array([[-100.0, 0.0], [100.0, 0.0]])


def painted(theme: Theme = NIGHT, **marks: object) -> QImage:
    image = QImage(300, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(theme.ground))
    overlay = Overlay()
    overlay.set_marks(**{name: [mark] for name, mark in marks.items()})
    painter = QPainter(image)
    overlay.paint(painter, VIEW, theme, 0.0)
    painter.end()
    return image


def grey(image: QImage) -> np.ndarray:
    """Take the middle of a picture, where the sign stands, without its colours."""
    return np.array([[image.pixelColor(x, y).lightness() > 110 for x in range(132, 168)] for y in range(82, 118)])


def has(image: QImage, colour: str) -> bool:
    return any(image.pixelColor(x, 100).name() == QColor(colour).name() for x in range(55, 130))


@pytest.mark.parametrize("theme", [NIGHT, DAY])
@pytest.mark.parametrize("kind", ["closed", "slow", "flooded"])
def test_every_kind_has_its_colour_on_the_line(qapp: object, theme: Theme, kind: str) -> None:
    image = painted(theme, closures=ClosureMark("c", "LineString", LINE, kind=kind, speed_factor=0.4))
    assert has(image, look_of(theme, kind).colour)


def test_signs_differ_without_their_colours(qapp: object) -> None:
    signs = [
        grey(painted(closures=ClosureMark("c", "Point", LINE[:1] * 0, kind=kind, speed_factor=factor)))
        for kind, factor in (("closed", 0.0), ("slow", 0.4), ("slow", 0.8), ("flooded", 0.0))
    ]
    for number, one in enumerate(signs):
        for other in signs[number + 1 :]:
            assert (one != other).sum() >= 8


def test_areas_are_hatched_otherwise(qapp: object) -> None:
    ring = np.array([[-120.0, -80.0], [120.0, -80.0], [120.0, 80.0], [-120.0, 80.0]])
    level = painted(closures=ClosureMark("c", "Polygon", ring, kind="flooded"))
    rows = {tuple(level.pixel(x, y) for x in range(40, 90, 7)) for y in range(30, 60)}
    assert all(len(set(row)) == 1 for row in rows) and len(rows) > 1  # level lines: each row is of one colour


def test_what_is_imagined_looks_like_nothing_that_is_so(qapp: object) -> None:
    image = painted(imagined=ImaginedMark("c", LINE, "what if"))
    assert has(image, YELLOW)
    assert not any(QColor(YELLOW).name() == QColor(look_of(NIGHT, kind).colour).name() for kind in ("slow", "flooded"))


def test_a_post_is_an_arrow_from_the_unit_to_its_station(qapp: object) -> None:
    sent = painted(posts=PostMark("E2", -100.0, 0.0, 100.0, 0.0, "", "fire"))
    proposed = painted(posts=PostMark("E2", -100.0, 0.0, 100.0, 0.0, "", "fire", is_proposed=True))
    fire = QColor(NIGHT.departments["fire"])

    def coloured(image: QImage) -> int:
        """Count what is of the fire service's hue, however faint the edges of a thin line are."""
        found = (image.pixelColor(x, y) for x in range(50, 240) for y in range(90, 110))
        return sum(one.red() > 100 and abs(one.hue() - fire.hue()) < 12 for one in found)

    assert coloured(sent) > 1.15 * coloured(proposed) > 100
    short = painted(posts=PostMark("E2", 0.0, 0.0, 5.0, 0.0, "", "fire"))
    assert coloured(short) == 0

"""What cameras see, painted over the city."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.live_sight import HOVERED, OTHER, SELECTED, SightMark
from maps.overlay import Overlay
from maps.style import THEMES
from maps.view import View

pytestmark = pytest.mark.usefixtures("qapp")
SEEN = View(0, 0, 1.0, 400, 300)
FIELD = np.array([(0.0, 0), (100, -50), (100, 50), (0, 0)])


def brightness(*marks: SightMark, theme: str = "night", view: View = SEEN) -> np.ndarray:
    """Paint on the theme's ground; answers how far each pixel differs from it, (height, width)."""
    ground = QColor(THEMES[theme].ground)
    image = QImage(view.width, view.height, QImage.Format.Format_RGB32)
    image.fill(ground)
    overlay = Overlay()
    overlay.set_marks(sight=marks)
    painter = QPainter(image)
    try:
        overlay.paint(painter, view, THEMES[theme], 0.0)
    finally:
        painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(view.height, view.width, 4)[..., :3].astype(int)
    return np.abs(pixels - (ground.blue(), ground.green(), ground.red())).sum(axis=2)


def mark(manner: str = SELECTED, *, is_sure: bool = True) -> SightMark:
    return SightMark("c", 0.0, 0.0, FIELD, 100.0, is_sure, manner)


@pytest.mark.parametrize("theme", ["night", "day"])
def test_light_lies_inside_the_outline_and_fades(theme: str) -> None:
    lit = brightness(mark(), theme=theme)
    assert lit[150, 150] == 0  # behind the camera
    assert lit[40, 290] == 0  # beside the field
    assert lit[150, 220] > lit[150, 285] > 10


def test_louder_for_the_camera_in_hand_and_quieter_where_unsure() -> None:
    selected, hovered, other = (brightness(mark(manner))[150, 240] for manner in (SELECTED, HOVERED, OTHER))
    assert selected > hovered > other > 0
    assert brightness(mark(is_sure=False))[150, 240] < selected


def test_all_fields_at_once_are_for_near_scales() -> None:
    far = View(0, 0, 10.0, 400, 300)
    assert brightness(mark(OTHER), view=far).max() == 0
    assert brightness(mark(), view=far).max() > 0


def test_what_is_not_in_view_or_sees_nothing_is_not_painted() -> None:
    assert brightness(SightMark("c", 0, 0, np.empty((0, 2)), 10.0)).max() == 0
    assert brightness(mark(), view=View(5000, 0, 1.0, 400, 300)).max() == 0


def test_fields_are_not_picked() -> None:
    overlay = Overlay()
    overlay.set_marks(sight=(mark(),))
    assert overlay.pick(SEEN, 250, 150) is None

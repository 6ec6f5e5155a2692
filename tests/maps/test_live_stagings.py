"""Staging areas as marks and as paint: those that are open, of major incidents that are declared."""

from __future__ import annotations

import immutables
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from dispatch.major import CheckedIn, MajorIncident, Staging
from dispatch.state import State
from maps.live_stagings import StagingMark, staging_marks
from maps.overlay import Overlay
from maps.style import THEMES
from maps.view import View
from tests.dispatch.town import at
from tests.maps.test_live_perimeters import Plane

pytestmark = pytest.mark.usefixtures("qapp")
VIEW = View(0.0, 0.0, 1.0, 400, 400)


def painted(overlay: Overlay, theme: str) -> QImage:
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(THEMES[theme].ground))
    painter = QPainter(image)
    overlay.paint(painter, VIEW, THEMES[theme], 0.0)
    painter.end()
    return image


def test_open_ones_of_declared_incidents_are_marked() -> None:
    here = Staging("s", "Market", 0.001, 0.002, units=(CheckedIn("E1", at(0)),))
    over = Staging("t", "Old", 0.0, 0.0, ended_at=at(1))
    first = MajorIncident(1, at(0), "anna", stagings=(here, over))
    second = MajorIncident(2, at(0), "anna", stagings=(here,), stood_down_at=at(5))
    state = State(majors=immutables.Map({1: first, 2: second}))
    (mark,) = staging_marks(state, Plane(), name=lambda one: f"{one.name} {len(one.units)}")
    assert mark == StagingMark("1:s", 100.0, 200.0, "Market 1")


@pytest.mark.parametrize("theme", ["night", "day"])
def test_it_is_a_square_that_is_picked_with_its_name_below(theme: str) -> None:
    overlay = Overlay()
    empty = painted(overlay, theme)
    overlay.set_marks(stagings=[StagingMark("1:s", 0.0, 0.0, "Market")])
    image = painted(overlay, theme)
    colour = QColor(THEMES[theme].perimeters["cordon"]).rgb()
    edge = {image.pixel(189 + dx, 200) for dx in range(-2, 3)}
    assert colour in edge
    assert any(image.pixel(200 + dx, 224) != empty.pixel(200 + dx, 224) for dx in range(-20, 20))
    assert overlay.pick(VIEW, 205, 205) == ("staging", "1:s")
    assert overlay.pick(VIEW, 300, 205) is None

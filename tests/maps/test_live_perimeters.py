"""Perimeters as marks and as paint: picked by their edge, told apart by it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from dispatch.incident import Perimeter, PerimeterKind
from dispatch.state import State
from maps.layers import PerimeterMark
from maps.live_perimeters import perimeter_marks
from maps.overlay import Overlay
from maps.style import THEMES, contrast
from maps.view import View

pytestmark = pytest.mark.usefixtures("qapp")
VIEW = View(0.0, 0.0, 1.0, 400, 400)


class Plane:
    """Degrees as metres times 100,000."""

    def to_metric(self, lon, lat):
        return np.asarray(lon) * 1e5, np.asarray(lat) * 1e5


def mark(kind: str = "hazard", label: str = "") -> PerimeterMark:
    xy = np.array([(-100, -100), (100, -100), (100, 100), (-100, 100), (-100, -100)], dtype=float)
    return PerimeterMark("p1", kind, xy, label)


def painted(overlay: Overlay, theme: str = "night") -> QImage:
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(THEMES[theme].ground))
    painter = QPainter(image)
    overlay.paint(painter, VIEW, THEMES[theme], 0.0)
    painter.end()
    return image


def test_circles_and_areas_become_closed_rings() -> None:
    state = State()
    area = Perimeter("b", PerimeterKind.CORDON, ((0.0, 0.0), (0.001, 0.0), (0.001, 0.001)))
    circle = Perimeter("a", PerimeterKind.HAZARD, ((0.0, 0.0),), 111.0)
    state = State(perimeters=state.perimeters.set("b", area).set("a", circle))
    first, second = perimeter_marks(state, Plane(), name=lambda one: one.id.upper())
    assert (first.perimeter_id, first.kind, first.label) == ("a", "hazard", "A")
    assert np.hypot(*first.xy.T) == pytest.approx(np.full(len(first.xy), 100.0), rel=0.01)
    assert second.xy.tolist() == [[0, 0], [100, 0], [100, 100], [0, 0]]


def test_only_the_edge_and_the_name_are_picked() -> None:
    overlay = Overlay()
    overlay.set_marks(perimeters=[mark(label="Gas")])
    assert overlay.pick(VIEW, 100, 200) == ("perimeter", "p1")  # the western edge
    assert overlay.pick(VIEW, 200, 200) is None
    assert overlay.pick(VIEW, 20, 200) is None


@pytest.mark.parametrize("theme", THEMES)
def test_kinds_differ_by_their_edge_and_stand_off_the_ground(theme: str) -> None:
    shares = {}
    for kind in PerimeterKind:
        overlay = Overlay()
        overlay.set_marks(perimeters=[mark(kind.value)])
        image = painted(overlay, theme)
        colour = QColor(THEMES[theme].perimeters[kind.value]).rgb()
        column = [image.pixel(100, y) == colour for y in range(120, 280)]
        shares[kind] = sum(column) / len(column)
        assert contrast(THEMES[theme].perimeters[kind.value], THEMES[theme].ground) >= 3
    assert shares[PerimeterKind.HAZARD] > 0.95  # whole
    assert 0.5 < shares[PerimeterKind.CORDON] < 0.8  # a tape
    assert 0.15 < shares[PerimeterKind.SEARCH] < 0.5  # dots


def test_one_out_of_view_costs_nothing_and_a_hidden_layer_is_not_picked() -> None:
    overlay = Overlay()
    empty = painted(overlay)
    far = PerimeterMark("far", "cordon", mark().xy + 5_000, "Far")
    overlay.set_marks(perimeters=[far])
    assert painted(overlay) == empty
    overlay.set_marks(perimeters=[mark()])
    overlay.set_shown("perimeters", False)
    assert overlay.pick(VIEW, 100, 200) is None and painted(overlay) == empty

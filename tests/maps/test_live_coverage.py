"""Cells are washed where they lie: covered ones faintly, lost ones clearly and hatched, bare ones in grey."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.live_coverage import CoverageMark
from maps.overlay import Overlay
from maps.style import DAY, NIGHT, Theme
from maps.view import View

VIEW = View(0.0, 0.0, 10.0, 600, 300)  # 6 km by 3 km
CORNERS = np.array([[-1500.0, 0.0], [-500.0, 0.0], [500.0, 0.0], [-500.0, -1000.0]])
NOW, AFTER = np.array([0.9, 0.7, 0.0, 0.3]), np.array([0.9, 0.0, 0.0, 0.3])
LIKELY, LOST, BARE, UNLIKELY = (200, 100), (300, 100), (400, 100), (300, 200)
NOWHERE = (400, 200)


def painted(*marks: CoverageMark, theme: Theme = NIGHT) -> QImage:
    image = QImage(600, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(theme.ground))
    overlay = Overlay()
    overlay.set_marks(coverage=marks)
    painter = QPainter(image)
    overlay.paint(painter, VIEW, theme, 0.0)
    painter.end()
    assert overlay.pick_all(VIEW, *LOST) == []
    return image


def mean(image: QImage, place: tuple[int, int]) -> np.ndarray:
    """Average the colour round a place, wide enough for a hatch."""
    around = [
        image.pixelColor(place[0] + dx, place[1] + dy).getRgb()[:3]
        for dx in range(-18, 19, 2)
        for dy in range(-18, 19, 2)
    ]
    return np.array(around, dtype=float).mean(axis=0)


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_what_is_lost_stands_out_and_the_rest_is_quiet(qapp: object, theme: Theme) -> None:
    image = painted(CoverageMark(CORNERS, 1000.0, NOW, AFTER), theme=theme)
    ground = mean(image, NOWHERE)
    likely, lost, bare, unlikely = (np.abs(mean(image, at) - ground).sum() for at in (LIKELY, LOST, BARE, UNLIKELY))
    assert np.abs(ground - QColor(theme.ground).getRgb()[:3]).max() < 1
    assert lost > 2 * likely > 2 * unlikely > 10
    assert bare > 5
    red, green, blue = mean(image, LOST)
    assert red > green > blue


def test_what_is_lost_is_hatched_so_that_colour_is_not_needed(qapp: object) -> None:
    image = painted(CoverageMark(CORNERS, 1000.0, NOW, AFTER))

    def varied(place: tuple[int, int]) -> int:
        return len({image.pixel(place[0] + dx, place[1]) for dx in range(-20, 21)})

    assert varied(LOST) > 3 and varied(LIKELY) == 1


def test_edges_part_what_is_covered_from_what_is_not(qapp: object) -> None:
    image = painted(CoverageMark(CORNERS[:1], 1000.0, NOW[:1], AFTER[:1]))
    inside = mean(image, LIKELY)
    for place in ((150, 100), (250, 100), (200, 50), (200, 150)):
        edge = max(
            np.abs(np.array(image.pixelColor(place[0] + dx, place[1] + dy).getRgb()[:3]) - inside).sum()
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        )
        assert edge > 60, place


def test_caption_and_legend_stand_there_and_nothing_is_shown_for_no_cells(qapp: object) -> None:
    plain = painted(CoverageMark(CORNERS, 1000.0, NOW, AFTER))
    told = painted(CoverageMark(CORNERS, 1000.0, NOW, AFTER, "North: no ambulance", ("In time", "Lost", "Bare")))
    differing = [(x, y) for x in range(0, 300, 2) for y in range(150, 300, 2) if plain.pixel(x, y) != told.pixel(x, y)]
    assert len({y for _, y in differing}) > 15
    empty = painted(CoverageMark(np.empty((0, 2)), 1000.0, np.empty(0), np.empty(0), "nothing"))
    assert empty == painted()

"""Symbols: told apart by shape, fill and letter, never by colour alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from maps.glyphs import glyph_of, glyph_path
from maps.incident_symbols import Look, incident_flag
from maps.place_symbols import camera_symbol
from maps.style import THEMES, Theme
from maps.symbols import STATUS_SIGNS, drawn, heading_place, heading_pointer, unit_symbol
from resources.status import Status
from resources.unit import DEPARTMENT_KINDS

pytestmark = pytest.mark.usefixtures("qapp")
LOOKS = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def shadow(image: QImage) -> NDArray[np.bool_]:
    """Reduce a picture to its outline."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), 3] > 128


def grey(image: QImage) -> NDArray[np.int16]:
    """Reduce a picture to its greys."""
    flat = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return pixels[:, : flat.width()].astype(np.int16)


@LOOKS
def test_departments_differ_in_outline(theme: Theme) -> None:
    outlines = {kind: shadow(unit_symbol(theme, kind, "en_route", 2.0)) for kind in DEPARTMENT_KINDS}
    for one, other in itertools.combinations(DEPARTMENT_KINDS, 2):
        assert (outlines[one] != outlines[other]).sum() > 60, (one, other)


@LOOKS
def test_statuses_differ_without_colour(theme: Theme) -> None:
    greys = {status: grey(unit_symbol(theme, "ambulance", status.value, 2.0)) for status in Status}
    for one, other in itertools.combinations(Status, 2):
        assert (abs(greys[one] - greys[other]) > 60).sum() > 15, (one, other)


def test_every_status_has_a_letter_of_its_own() -> None:
    assert set(STATUS_SIGNS) == {status.value for status in Status}
    letters = [letter for _, letter in STATUS_SIGNS.values()]
    assert len(set(letters)) == len(letters)


def test_an_unknown_status_or_department_is_drawn_all_the_same() -> None:
    assert shadow(unit_symbol(THEMES["night"], "balloonists", "floating", 1.0)).any()


@LOOKS
def test_priorities_differ_without_colour(theme: Theme) -> None:
    greys = [grey(incident_flag(theme, Look(14, "structure_fire", priority), 2.0)) for priority in (1, 2, 3, 4)]
    for one, other in itertools.combinations(greys, 2):
        assert (abs(one - other) > 30).sum() > 60


def test_an_overdue_incident_carries_a_clock() -> None:
    usual = incident_flag(THEMES["night"], Look(14, "structure_fire", 2), 1.0)
    late = incident_flag(THEMES["night"], Look(14, "structure_fire", 2, late_min=12), 1.0)
    assert usual.size() == late.size() and usual != late


def test_headings_turn_clockwise_from_north() -> None:
    def middle_of(heading: float) -> tuple[float, float]:
        image = shadow(heading_pointer(THEMES["night"], "fire", heading, 2.0))
        down, across = np.nonzero(image)
        at = 2.0 * heading_place(np.array([heading]))[0]
        return at[0] + across.mean() - image.shape[1] / 2, at[1] + down.mean() - image.shape[0] / 2

    north, east = middle_of(0), middle_of(90)
    assert north[1] < -15 and abs(north[0]) < 2
    assert east[0] > 15 and abs(east[1]) < 2


def test_ranked_cameras_are_larger() -> None:
    theme = THEMES["night"]
    assert shadow(camera_symbol(theme, 1, 1.0)).sum() > 2 * shadow(camera_symbol(theme, None, 1.0)).sum()
    assert camera_symbol(theme, 1, 1.0) != camera_symbol(theme, 2, 1.0)


@pytest.mark.parametrize(
    ("kind", "glyph"),
    [
        ("structure_fire", "flame"),
        ("cardiac_arrest", "cross"),
        ("traffic_collision", "car"),
        ("gas_leak", "hazard"),
        ("burst_water_main", "drop"),
        ("missing_manhole_cover", "cone"),
        ("missing_person", "person"),
        ("something_new", "mark"),
    ],
)
def test_kinds_have_glyphs(kind: str, glyph: str) -> None:
    assert glyph_of(kind) == glyph
    bounds = glyph_path(glyph).boundingRect()
    assert 3 < bounds.width() <= 16 and 10 <= bounds.height() <= 16


def test_pictures_have_even_sides() -> None:
    image = drawn(21.3, 10.1, 1.25, lambda painter: None)
    assert image.width() % 2 == 0 and image.height() % 2 == 0

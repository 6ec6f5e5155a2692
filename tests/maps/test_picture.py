"""Finished pictures without a widget."""

from __future__ import annotations

import pytest

from gis.city import City
from maps.layers import Marks, UnitMark
from maps.picture import render_picture
from maps.style import THEMES
from tests.maps.village import EAST, NORTH, colour_at, view

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("theme", ["night", "day"])
def test_a_picture_holds_city_names_and_marks(village: City, theme: str) -> None:
    seen = view(0, 0, 1.0, 800, 600)
    marks = Marks(units=(UnitMark("E1", "E1", "police", "en_route", EAST - 250, NORTH - 100),))
    bare, full = render_picture(village, seen, theme), render_picture(village, seen, theme, marks)
    assert colour_at(bare, seen, -300, 50) == THEMES[theme].water
    changed = [
        (x, y) for x in range(120, 190) for y in range(370, 430) if bare.pixelColor(x, y) != full.pixelColor(x, y)
    ]
    assert 200 < len(changed) < 2_500
    assert bare.pixelColor(790, 591) != bare.pixelColor(790, 560)  # the attribution's plate


def test_a_real_city_is_painted(helsinki) -> None:
    city = City.open(helsinki)
    x, y = city.to_metric(*city.center)
    seen = view(0, 0, 1.0, 640, 480).centred(x, y)
    image = render_picture(city, seen, "night")
    colours = {image.pixelColor(across, down).name() for across in range(0, 640, 7) for down in range(0, 480, 7)}
    assert {THEMES["night"].building, THEMES["night"].roads["street"]} <= colours
    assert len(colours) > 20

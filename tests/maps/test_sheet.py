"""A sheet for paper: at its true scale, with everything that a map on paper needs."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gis.city import City
from maps.layers import Marks
from maps.sheet import MM, Row, Sheet, map_frame, metres_per_pixel_of, paint_sheet, scale_number, sheet_view
from maps.style import DAY

WIDTH, HEIGHT = 210 * MM, 148 * MM


def painted(city: City, sheet: Sheet, scale: float = 0.5) -> tuple[QImage, float, float]:
    """Paint a sheet of the village's middle; answers it with the map's left and top edge."""
    view = sheet_view(WIDTH, HEIGHT, sheet, 500_000.0, 6_650_000.0, scale, 1.0)
    image = QImage(round(WIDTH), round(HEIGHT), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_sheet(painter, WIDTH, HEIGHT, city, view, DAY, sheet, Marks())
    painter.end()
    frame = map_frame(WIDTH, HEIGHT, sheet)
    return image, frame.center().x(), frame.center().y()


def test_a_metre_on_the_ground_is_as_long_on_paper_as_the_scale_says(qapp: object, village: City) -> None:
    scale = metres_per_pixel_of(2_000)
    assert scale_number(scale) == pytest.approx(2_000)
    image, middle_x, middle_y = painted(village, Sheet("Village"), scale)
    # The house reaches from 20 to 40 m east of the middle, and its middle lies 30 m to the north.
    row = round(middle_y - 30 / scale)
    house = [x for x in range(image.width()) if QColor(image.pixel(x, row)).name() == DAY.building]
    near = [x for x in house if x > middle_x]
    paper_mm = 20_000 / 2_000
    assert (max(near) - min(near)) / MM == pytest.approx(paper_mm, abs=0.9)
    assert (min(near) - middle_x) / MM == pytest.approx(paper_mm, abs=0.9)


def test_title_legend_and_banner_take_room_from_the_map(qapp: object) -> None:
    bare = map_frame(WIDTH, HEIGHT, Sheet(""))
    full = map_frame(WIDTH, HEIGHT, Sheet("Title", ("a line",), (Row("Fire", colour="#ff0000"),), "DRILL"))
    assert full.top() > bare.top() + 60
    assert full.right() < bare.right() - 150
    upright = map_frame(HEIGHT, WIDTH, Sheet("", legend=(Row("Fire", colour="#ff0000"),)))
    assert upright.width() == pytest.approx(map_frame(HEIGHT, WIDTH, Sheet("")).width())
    assert upright.bottom() < map_frame(HEIGHT, WIDTH, Sheet("")).bottom() - 20


def test_the_banner_is_red_and_the_legend_shows_its_colour(qapp: object, village: City) -> None:
    sheet = Sheet("Village", legend=(Row("Fire", colour="#12ab34"),), banner="DRILL")
    image, _, _ = painted(village, sheet)
    colours = {
        QColor(image.pixel(x, y)).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }
    assert DAY.distress in colours
    assert "#12ab34" in colours


def test_a_sheet_without_room_for_a_map_is_refused(qapp: object) -> None:
    with pytest.raises(ValueError, match="no room for the map"):
        map_frame(60 * MM, 50 * MM, Sheet("Title", legend=(Row("x"),)))


def test_the_grid_lies_at_round_metres_of_the_city_s_crs(qapp: object, village: City) -> None:
    image, middle_x, middle_y = painted(village, Sheet(""), 0.5)
    # 500 000 m east runs through the middle; a line darkens the ground there, beside it the ground is plain.
    row = round(middle_y + 81)
    on, beside = QColor(image.pixel(round(middle_x), row)), QColor(image.pixel(round(middle_x) + 9, row))
    assert on.lightness() < beside.lightness()

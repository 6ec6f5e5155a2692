"""Scale bar and attribution, as every map has them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from maps.furniture import MOST_LINES, attribution_lines, nice_length_m, paint_furniture
from maps.symbols import sign_font
from tests.maps.test_overlay import NIGHT, SEEN, colours

pytestmark = pytest.mark.usefixtures("qapp")


def test_lengths_are_round() -> None:
    assert [nice_length_m(value) for value in (1, 99, 100, 4_999, 730_000)] == [1, 50, 100, 2_000, 500_000]


def test_attribution_and_scale_bar_are_on_the_picture() -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor(NIGHT.ground))
    painter = QPainter(image)
    paint_furniture(painter, SEEN, NIGHT, "© somebody\n" * 200)
    painter.end()
    assert len(colours(image, 380, 292, 15)) > 3
    assert QColor(NIGHT.text).name() in colours(image, 60, 290, 60)
    assert colours(image, 40, 100, 30) == {NIGHT.ground}


def test_long_attributions_break_between_owners_and_say_how_many_found_no_room() -> None:
    metrics = QFontMetricsF(sign_font(10, bold=False))
    assert attribution_lines("© one · two", metrics, 500) == ["© one · two"]
    owners = [f"Office number {place} of the city" for place in range(9)]
    lines = attribution_lines(" · ".join(owners), metrics, 400)
    assert len(lines) == MOST_LINES and lines[0].startswith(owners[0]) and all("…" not in line for line in lines[:2])
    told = sum(line.count("Office number") for line in lines)
    assert lines[-1].endswith(f"+{9 - told}") and told >= 3
    assert all(metrics.horizontalAdvance(line) <= 400 for line in lines)
    (alone,) = attribution_lines("A very long owner\nindeed " * 30, metrics, 200)
    assert alone.startswith("A very") and "…" in alone and metrics.horizontalAdvance(alone) <= 200

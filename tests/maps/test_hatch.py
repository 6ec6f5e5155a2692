"""Hatches lean the way that is asked for, at every scale."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from maps.hatch import hatch


@pytest.mark.parametrize(("slant", "inked"), [("rising", (2, 9)), ("falling", (2, 2))])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_lines_rise_or_fall(
    qtbot: QtBot, slant: Literal["rising", "falling"], inked: tuple[int, int], scale: float
) -> None:
    tile = hatch(QColor("red").rgba(), scale, step_px=12.0, width_px=2.0, slant=slant)
    picture = tile.toImage()
    assert picture.width() == picture.height() == 12 * scale
    bare = (2, 11 - inked[1])
    seen = [picture.pixelColor(round((x + 0.5) * scale), round((y + 0.5) * scale)).alpha() for x, y in (inked, bare)]
    assert seen[0] > 200 and seen[1] < 50

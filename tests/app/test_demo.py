"""The opening drill plays to its end without a display, and every step of it is a picture worth looking at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.demo import play_offscreen

STEPS = [
    "desk",
    "four-incidents",
    "intake",
    "sent",
    "fire-recommended",
    "road-closed",
    "travelling",
    "on-scene",
    "distress",
    "command-line",
    "closed",
    "day",
    "restarted",
]


@pytest.mark.slow
def test_the_drill_plays_from_the_first_call_to_the_restart(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    said: list[str] = []
    pictures = play_offscreen(tmp_path / "pictures", city_folder=helsinki, report=said.append)
    assert [picture.stem[3:] for picture in pictures] == STEPS
    assert len(said) == len(STEPS)
    images = {picture.stem[3:]: QImage(str(picture)) for picture in pictures}
    for image in images.values():
        assert (image.width(), image.height()) == (1920, 1080)
        assert len({image.pixel(x, y) for x in range(0, 1920, 16) for y in range(0, 1080, 12)}) > 150, (
            "an empty picture"
        )
    night, day = (images[name].pixelColor(960, 1060).lightness() for name in ("desk", "day"))
    assert night < 80 < 170 < day
    red = [images["distress"].pixelColor(x, 110) for x in range(700, 1200, 10)]
    assert any(color.red() > 90 and color.green() < 40 for color in red), "the banner of a distress is missing"

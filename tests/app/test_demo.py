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
    "cases",
    "case-report",
    "ruling",
    "figures",
    "intake",
    "sent",
    "fire-recommended",
    "road-closed",
    "travelling",
    "on-scene",
    "major",
    "duties",
    "messages",
    "situation",
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
    for name, image in images.items():
        is_page = name == "figures"  # a window of its own, with words and bars alone
        if not is_page:
            assert (image.width(), image.height()) == (1920, 1080)
        colours = {image.pixel(x, y) for x in range(0, image.width(), 16) for y in range(0, image.height(), 12)}
        assert len(colours) > (60 if is_page else 150), f"an empty picture: {name}"
    night, day = (images[name].pixelColor(960, 1060).lightness() for name in ("desk", "day"))
    assert night < 80 < 170 < day
    red = [images["distress"].pixelColor(x, 110) for x in range(700, 1200, 10)]
    assert any(color.red() > 90 and color.green() < 40 for color in red), "the banner of a distress is missing"

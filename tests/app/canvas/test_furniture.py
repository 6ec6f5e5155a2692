"""The strip of scale bar and owners of the data: the same picture as painted anew."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from app.canvas.furniture import KeptFurniture
from maps.furniture import paint_furniture
from maps.style import THEMES
from tests.maps.village import view

pytestmark = pytest.mark.usefixtures("qapp")


def painted(kept: KeptFurniture | None, seen, theme: str = "night", text: str = "Somebody | Else", *, is_moving=False):
    image = QImage(int(seen.width), int(seen.height), QImage.Format.Format_RGB32)
    image.fill(0x336699)
    painter = QPainter(image)
    if kept is None:
        paint_furniture(painter, seen, THEMES[theme], text)
    else:
        kept.paint(painter, seen, THEMES[theme], text, is_moving=is_moving)
    painter.end()
    return image


def differs(one: QImage, other: QImage) -> int:
    return max(
        abs(getattr(one.pixelColor(x, y), part)() - getattr(other.pixelColor(x, y), part)())
        for x in range(0, one.width(), 3) for y in range(one.height()) for part in ("red", "green", "blue")
    )  # fmt: skip


def test_what_is_kept_looks_as_if_painted_anew() -> None:
    kept = KeptFurniture()
    for seen, theme, text in (
        (view(0, 0, 1.0), "night", "Somebody"), (view(90, 0, 1.0), "night", "Somebody"),
        (view(0, 0, 2.0), "night", "Somebody"), (view(0, 0, 2.0), "day", "Somebody"),
        (view(0, 0, 2.0), "day", "Somebody else"), (view(0, 0, 2.0, 240, 30), "day", "Somebody else"),
    ):  # fmt: skip
        assert differs(painted(kept, seen, theme, text), painted(None, seen, theme, text)) <= 3


def test_nothing_is_kept_while_the_scale_changes() -> None:
    kept = KeptFurniture()
    seen = view(0, 0, 1.3)
    assert painted(kept, seen, is_moving=True) == painted(None, seen)
    assert kept._strip.isNull()

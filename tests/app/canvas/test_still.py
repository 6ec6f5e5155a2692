"""The picture under a moving hand: what it shows is what a frame painted directly would show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from gis.city import City
from maps.layers import IncidentMark, UnitMark
from maps.view import View
from tests.maps.village import EAST, NORTH, build_village

SIZE = (420, 300)


def shown(qtbot: QtBot, city: City) -> MapCanvas:
    """Show the village with a few marks, one incident of them far beyond the screen."""
    canvas = MapCanvas(workers=0)
    canvas.animates = False
    qtbot.addWidget(canvas)
    canvas.resize(*SIZE)
    canvas.set_city(city)
    canvas.set_view(View(EAST, NORTH, 1.0, *SIZE))
    canvas.set_marks(
        units=[UnitMark(f"F{n}", f"F{n}", "fire", "en_route", EAST + 35 * n, NORTH + 20.0) for n in range(-9, 10)],
        incidents=[
            IncidentMark(1, "structure_fire", 1, EAST + 60, NORTH - 60, label="Fire"),
            IncidentMark(2, "structure_fire", 2, EAST + 5_000, NORTH, label="Fire"),
        ],
    )
    canvas.show()
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=10_000)
    return canvas


@pytest.fixture
def canvas(qtbot: QtBot, tmp_path: Path) -> Iterator[MapCanvas]:
    made = shown(qtbot, City.open(build_village(tmp_path / "village")))
    yield made
    made.close()


def pixels(canvas: MapCanvas) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), :3].astype(np.int16)


def drag(canvas: MapCanvas, qtbot: QtBot, *steps: tuple[int, int]) -> None:
    """Press in the middle and move the hand, which stays down."""
    at = QPoint(SIZE[0] // 2, SIZE[1] // 2)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    for x, y in steps:
        at += QPoint(x, y)
        QTest.mouseMove(canvas, at)
        qtbot.wait(40)


def copies(canvas: MapCanvas) -> list[bool]:
    """Note of every frame from now on whether it was a copy."""
    noted: list[bool] = []
    draw = canvas._still.draw

    def watched(*given: object) -> QRegion | None:
        empty = draw(*given)  # type: ignore[arg-type]
        noted.append(empty is not None)
        return empty

    canvas._still.draw = watched  # type: ignore[method-assign]
    return noted


def test_while_the_hand_moves_a_frame_is_a_copy_that_shows_the_same(canvas: MapCanvas, qtbot: QtBot) -> None:
    noted = copies(canvas)
    drag(canvas, qtbot, (-8, 3), (-8, 3), (-8, 3), (-8, 3), (-8, 3))
    qtbot.waitUntil(lambda: len(noted) > 0 and noted[-1], timeout=5_000)
    qtbot.waitUntil(lambda: not canvas._still._turn.isActive(), timeout=5_000)
    view, copied = canvas.view, pixels(canvas)
    assert noted[-1]
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(170, 165))
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=5_000)
    assert canvas.view == view
    direct = pixels(canvas)
    differs = (np.abs(copied - direct).max(axis=2) > 24).mean()
    assert differs < 0.01, f"{differs:.1%} of the pixels differ"
    qtbot.waitUntil(lambda: len(canvas._still._held) == 1 and canvas._still._spare is None, timeout=5_000)


def test_what_changes_under_the_hand_is_seen_while_it_moves(canvas: MapCanvas, qtbot: QtBot) -> None:
    noted = copies(canvas)
    drag(canvas, qtbot, (-8, 0), (-8, 0), (-8, 0), (-8, 0))
    qtbot.waitUntil(lambda: bool(noted) and noted[-1], timeout=5_000)
    qtbot.waitUntil(lambda: not canvas._still._turn.isActive(), timeout=5_000)
    before = pixels(canvas)
    canvas.set_marks(units=[])
    qtbot.waitUntil(lambda: (np.abs(pixels(canvas) - before).max(axis=2) > 60).sum() > 200, timeout=5_000)
    assert noted[-1]


def test_a_hand_that_goes_far_never_sees_a_border(canvas: MapCanvas, qtbot: QtBot) -> None:
    drag(canvas, qtbot, *[(-60, 0)] * 3)
    image = pixels(canvas)
    # High Street runs through the middle from the west of the screen to its east: no strip of it is missing.
    row = image[:, :, 0].max(axis=0)
    assert row.shape[0] == SIZE[0]
    assert (image.reshape(-1, 3).max(axis=1) > 0).mean() > 0.99


def test_another_look_lets_go_of_the_picture(canvas: MapCanvas, qtbot: QtBot) -> None:
    noted = copies(canvas)
    drag(canvas, qtbot, (-8, 0), (-8, 0), (-8, 0), (-8, 0))
    qtbot.waitUntil(lambda: bool(noted) and noted[-1], timeout=5_000)
    canvas.set_theme("day")
    assert not canvas._still._held
    assert pixels(canvas).mean() > 120

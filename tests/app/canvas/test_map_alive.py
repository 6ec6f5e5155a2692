"""The map under a user's hand with real worker processes, some of which are killed."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas import tile_pool
from app.canvas.canvas import MapCanvas
from gis.city import City
from maps.layers import CameraMark, UnitMark
from maps.style import THEMES
from tests.maps.village import EAST, NORTH, build_village

MIDDLE = QPoint(320, 240)
PATIENCE_MS = 30_000
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the tiles' memory lie in a folder of the test's own, so that what is left behind is seen."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(tile_pool, "_memory_folder", lambda: str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def canvas(qtbot: QtBot, village: City, memory: Path) -> Iterator[MapCanvas]:
    widget = MapCanvas(workers=2)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_city(village)
    widget.set_view(widget.view.centred(EAST, NORTH).zoomed(widget.view.metres_per_pixel))
    with qtbot.waitExposed(widget):
        widget.show()
    settle(qtbot, widget)
    yield widget
    widget.close()


def settle(qtbot: QtBot, canvas: MapCanvas) -> None:
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=PATIENCE_MS)


def shown(canvas: MapCanvas, x: float, y: float) -> str:
    across, down = canvas.view.to_screen(EAST + x, NORTH + y)
    return canvas.grab().toImage().pixelColor(int(float(across)), int(float(down))).name()


def drag(qtbot: QtBot, canvas: MapCanvas, way: QPoint) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE)
    for step in range(1, 6):
        qtbot.mouseMove(canvas, MIDDLE + way * step / 5)
        QApplication.processEvents()
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE + way)


def wheel(canvas: MapCanvas, turns: int) -> None:
    event = QWheelEvent(
        QPointF(MIDDLE), QPointF(canvas.mapToGlobal(MIDDLE)), QPoint(), QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def on_screen(canvas: MapCanvas, x: float, y: float) -> QPoint:
    return canvas.on_screen(EAST + x, NORTH + y).toPoint()


def wander(qtbot: QtBot, canvas: MapCanvas) -> None:
    """Look about without waiting for tiles, as an operator does, and come back."""
    for turns, way in ((2, QPoint(150, 60)), (1, QPoint(-90, 80)), (-2, QPoint(-60, -100)), (-1, QPoint(30, -40))):
        wheel(canvas, turns)
        drag(qtbot, canvas, way)
        qtbot.wait(60)
    canvas.set_view(canvas.view.centred(EAST, NORTH).zoomed(canvas.view.metres_per_pixel))


def kill(canvas: MapCanvas, count: int) -> set[int]:
    victims = canvas.tiles.pool.worker_ids[:count]
    assert len(victims) == count
    for process_id in victims:
        os.kill(process_id, signal.SIGKILL)
    return set(victims)


def assert_whole(qtbot: QtBot, canvas: MapCanvas, theme: str) -> None:
    settle(qtbot, canvas)
    look = THEMES[theme]
    assert shown(canvas, -300, 50) == look.water
    assert shown(canvas, -130, 120) == look.building
    assert shown(canvas, 0, 0) == look.roads["primary"]


def test_it_is_panned_zoomed_picked_and_drawn_on(qtbot: QtBot, canvas: MapCanvas, village: City) -> None:
    assert len(set(canvas.tiles.pool.worker_ids)) == 2
    wander(qtbot, canvas)
    assert_whole(qtbot, canvas, "night")

    canvas.set_marks(
        units=[UnitMark("E1", "E1", "fire", "en_route", EAST + 60, NORTH - 90, fix_age_s=5.0)],
        cameras=[CameraMark("c1", EAST - 60, NORTH - 90)],
    )
    qtbot.wait(50)
    for x, found in ((60, ["unit", "E1"]), (-60, ["camera", "c1"])):
        with qtbot.waitSignal(canvas.picked, timeout=5_000) as told:
            qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=on_screen(canvas, x, -90))
        assert told.args == found

    canvas.set_tool("polygon")
    corners = ((0, 20), (60, 20), (60, 80))
    for x, y in corners:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=on_screen(canvas, x, y))
    kill(canvas, 1)
    with qtbot.waitSignal(canvas.drawn, timeout=5_000) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    kind, drawn = told.args
    assert kind == "Polygon"
    scale = canvas.view.metres_per_pixel
    for (lon, lat), (x, y) in zip(drawn, corners, strict=True):
        assert village.to_metric(lon, lat) == pytest.approx((EAST + x, NORTH + y), abs=scale)
    assert_whole(qtbot, canvas, "night")


@pytest.mark.parametrize("count", [1, 2], ids=["one", "both"])
def test_it_goes_on_when_workers_are_killed_while_they_paint(qtbot: QtBot, canvas: MapCanvas, count: int) -> None:
    before = set(canvas.tiles.pool.worker_ids)
    canvas.set_theme("day")
    qtbot.waitUntil(lambda: any(worker.job is not None for worker in canvas.tiles.pool._workers), timeout=5_000)
    victims = kill(canvas, count)
    wander(qtbot, canvas)
    assert_whole(qtbot, canvas, "day")
    qtbot.waitUntil(lambda: len(canvas.tiles.pool.worker_ids) == 2, timeout=PATIENCE_MS)
    assert not victims & set(canvas.tiles.pool.worker_ids)
    assert len(before & set(canvas.tiles.pool.worker_ids)) == 2 - count


def test_an_idle_worker_that_is_killed_is_missed_by_nobody(qtbot: QtBot, canvas: MapCanvas) -> None:
    qtbot.waitUntil(lambda: canvas.tiles.pool.is_idle, timeout=PATIENCE_MS)
    kill(canvas, 2)
    wander(qtbot, canvas)
    assert_whole(qtbot, canvas, "night")


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_is_left_behind_after_kills(qtbot: QtBot, canvas: MapCanvas, memory: Path) -> None:
    def both() -> set[int]:
        """Return the two workers, once those that were killed are replaced."""
        qtbot.waitUntil(lambda: len(set(canvas.tiles.pool.worker_ids) - killed) == 2, timeout=PATIENCE_MS)
        return set(canvas.tiles.pool.worker_ids)

    killed: set[int] = set()
    every = both()
    killed |= kill(canvas, 1)
    canvas.set_theme("day")
    settle(qtbot, canvas)
    every |= both()
    killed |= kill(canvas, 2)
    canvas.set_theme("night")
    assert_whole(qtbot, canvas, "night")
    every |= both()
    assert len(every) == 5 and len(killed) == 3
    canvas.close()
    assert not [name for name in memory.iterdir() if name.name.startswith("opsroom-tile-")]
    qtbot.waitUntil(lambda: not any(map(is_there, every)), timeout=PATIENCE_MS)

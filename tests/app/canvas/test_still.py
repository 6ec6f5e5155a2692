"""The picture under a moving hand: what it shows is what a frame painted directly would show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.canvas.frames import FRAME_MS
from app.canvas.still import MARGIN_PX
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


def test_a_zoom_shows_stretched_copies_and_ends_sharp(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.animates = True
    for levels in (1, -1):
        canvas.repaint_soon()
        qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)
        noted, scale = copies(canvas), canvas.view.metres_per_pixel
        anew: list[float] = []
        canvas.zoom_by(levels)
        canvas.view_changed.connect(lambda view, anew=anew: anew.append(view.metres_per_pixel))
        qtbot.waitUntil(lambda: canvas._motion.zoom is None and canvas.is_settled, timeout=5_000)
        assert canvas.view.metres_per_pixel != scale and len(set(anew)) > 2, "it was seen on its way"
        assert all(noted)
        copied = pixels(canvas)
        canvas._still.drop()
        differs = (np.abs(copied - pixels(canvas)).max(axis=2) > 24).mean()
        assert differs < 0.01, f"{differs:.1%} of the pixels differ from a frame that is painted anew"


def truths(canvas: MapCanvas) -> list[bool]:
    """Note of every copy from now on whether it shows all that was told."""
    noted: list[bool] = []
    draw = canvas._still.draw

    def watched(*given: object) -> QRegion | None:
        noted.append(canvas._still.is_true(canvas.view))
        return draw(*given)  # type: ignore[arg-type]

    canvas._still.draw = watched  # type: ignore[method-assign]
    return noted


def come_to_rest(canvas: MapCanvas, qtbot: QtBot) -> None:
    """Wait until nothing is to be painted any more: names that come late are a change like any other."""

    def is_so() -> bool:
        is_due = canvas._rest.isActive() or canvas._frame.isActive() or canvas._is_served
        return canvas.is_settled and not is_due and canvas._still.is_true(canvas.view)

    qtbot.waitUntil(is_so)
    canvas.repaint()  # a frame that was asked for is painted before anything changes again


def test_a_frame_at_rest_waits_for_what_changed(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.repaint_soon()
    come_to_rest(canvas, qtbot)
    true = truths(canvas)
    direct: list[object] = []
    monkeypatch.setattr(canvas._ground, "paint", lambda *given, **_: direct.append(given) or True)
    for number in range(3):
        frames = len(true)
        canvas.set_marks(units=[UnitMark("F1", "F1", "fire", "en_route", EAST + 40 * number, NORTH)])
        qtbot.waitUntil(lambda before=frames: len(true) > before, timeout=5_000)
        come_to_rest(canvas, qtbot)
    assert true and all(true)
    assert not direct, "no frame paid for all that it shows"


def test_what_stands_over_the_map_changes_without_the_map_being_painted_for_it(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.repaint_soon()
    come_to_rest(canvas, qtbot)
    direct: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(canvas._ground, "paint", lambda *given, **_: direct.append(given) or True)
        canvas.set_marks(units=[])
        canvas.repaint(QRect(5, 5, 60, 40))
        assert not direct, "the whole screen still shows what was: so does this part of it"
        assert not canvas.is_settled
    come_to_rest(canvas, qtbot)
    canvas.repaint(QRect(5, 5, 60, 40))
    assert canvas._still.is_true(canvas.view)


def test_a_step_at_rest_is_seen_at_once_and_then_with_all_that_changed(canvas: MapCanvas, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)
    before, true = pixels(canvas), truths(canvas)
    qtbot.wait(2 * FRAME_MS)  # the next frame is due at once
    canvas._still._turn.blockSignals(True)  # the picture of what changed takes its time, on a quick machine too
    canvas.move_to(canvas.view.panned(9, 0))
    canvas.set_marks(units=[])
    grabbed = pixels(canvas)
    assert (np.abs(grabbed - before).max(axis=2) > 60).sum() > 200, "one who asks for a picture gets a true one"
    canvas._painted_view = None  # as if it had not been grabbed
    qtbot.waitUntil(lambda: bool(true), timeout=5_000)
    assert not true[0]
    canvas._still._turn.blockSignals(False)
    canvas._still._turn.start()
    qtbot.waitUntil(lambda: canvas.is_settled and true[-1], timeout=5_000)
    differs = (np.abs(pixels(canvas) - grabbed).max(axis=2) > 24).mean()
    assert differs < 0.01, f"{differs:.1%} of the pixels differ"


def test_nothing_is_stepped_over_ground_that_was_not_painted(canvas: MapCanvas, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)
    true = truths(canvas)
    qtbot.wait(2 * FRAME_MS)
    canvas.move_to(canvas.view.panned(MARGIN_PX + 20, 0))
    qtbot.waitUntil(lambda: canvas.is_settled and canvas._still.is_true(canvas.view), timeout=5_000)
    assert all(true)


def test_a_change_is_in_a_picture_that_is_asked_for_before_it_was_painted(canvas: MapCanvas) -> None:
    before = pixels(canvas)
    canvas.set_marks(units=[])
    assert (np.abs(pixels(canvas) - before).max(axis=2) > 60).sum() > 200


def test_what_pulses_goes_on_over_a_copy(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.set_marks(units=[], incidents=[IncidentMark(1, "noise", 3, EAST, NORTH, is_new=True)])
    qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)
    noted = copies(canvas)
    first = pixels(canvas)
    differs = np.zeros(first.shape[:2], bool)

    def has_pulsed() -> bool:
        differs[:] |= np.abs(pixels(canvas) - first).max(axis=2) > 24
        return any(noted) and bool(differs.any())

    qtbot.waitUntil(has_pulsed)
    rows, columns = np.nonzero(differs)
    assert abs(columns - SIZE[0] / 2).max() < 60 and abs(rows - SIZE[1] / 2).max() < 60


def test_nothing_pulses_while_a_frame_waits_for_its_picture(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.set_marks(units=[], incidents=[IncidentMark(1, "noise", 3, EAST, NORTH, is_new=True)])
    qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)
    asked: list[object] = []
    monkeypatch.setattr(canvas, "update", lambda *box: asked.append(box))
    canvas._beat()
    assert asked
    asked.clear()
    monkeypatch.setattr(canvas, "_is_awaited", True)
    canvas._beat()
    assert not asked


def test_a_layer_that_fails_between_frames_leaves_the_map_alive(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch, qtbot.captureExceptions() as found:
        patch.setattr(canvas.overlay, "paint_ground", fail)
        canvas.set_marks(units=[])
        qtbot.waitUntil(lambda: bool(found))
        qtbot.wait(150)
    assert len(found) < 6, "it does not try again for ever"
    canvas.repaint_soon()
    qtbot.waitUntil(lambda: canvas._still.is_true(canvas.view), timeout=5_000)

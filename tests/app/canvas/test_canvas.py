"""The map widget under mouse, wheel and keys, offscreen, without worker processes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from app import wording
from app.canvas import frames
from app.canvas.canvas import MapCanvas
from app.canvas.kept_view import read_view, write_view
from app.canvas.tools import Tool
from gis.city import City
from maps.layers import CameraMark, IncidentMark, UnitMark
from maps.style import THEMES
from maps.tiles import nearest_level, scale_of
from tests.maps.village import EAST, NORTH, build_village

MIDDLE = QPoint(320, 240)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def canvas(qtbot, village: City) -> Iterator[MapCanvas]:
    widget = MapCanvas(workers=0)
    widget.animates = False
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_city(village)
    widget.set_view(widget.view.centred(EAST, NORTH).zoomed(widget.view.metres_per_pixel))
    with qtbot.waitExposed(widget):
        widget.show()
    qtbot.waitUntil(lambda: widget.is_settled, timeout=10_000)
    yield widget


def picture(canvas: MapCanvas) -> QImage:
    return canvas.grab().toImage()


def shown(canvas: MapCanvas, x: float, y: float) -> str:
    across, down = canvas.view.to_screen(EAST + x, NORTH + y)
    return picture(canvas).pixelColor(int(float(across)), int(float(down))).name()


def unit(x: float = 0.0, y: float = 0.0) -> UnitMark:
    return UnitMark("E1", "E1", "fire", "en_route", EAST + x, NORTH + y, fix_age_s=5.0)


def wheel(canvas: MapCanvas, at: QPoint, turns: float) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(canvas.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * turns)),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drag(qtbot, canvas: MapCanvas, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(3, 3))
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def test_the_city_is_painted_from_tiles(canvas: MapCanvas) -> None:
    night = THEMES["night"]
    assert shown(canvas, -300, 50) == night.water
    assert shown(canvas, -130, 120) == night.building
    assert canvas.tiles.is_complete(canvas.view)


def test_the_first_picture_comes_before_any_tile(qtbot, village: City) -> None:
    widget = MapCanvas(workers=0)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_city(village)
    asked = []
    widget.tiles.ask = asked.append
    image = picture(widget)
    across, down = widget.view.to_screen(EAST - 300, NORTH + 50)
    assert image.pixelColor(int(float(across)), int(float(down))).name() == THEMES["night"].water
    assert asked and not widget.tiles.is_complete(widget.view)


def test_a_new_city_is_shown_whole_at_any_size(qtbot, village: City) -> None:
    widget = MapCanvas(workers=0)
    qtbot.addWidget(widget)
    widget.set_city(village)
    for width, height in ((900, 300), (300, 900)):
        widget.resize(width, height)
        QApplication.processEvents()
        picture(widget)
        west, south, east, north = widget.view.box
        assert west <= EAST - 399 and east >= EAST + 399 and south <= NORTH - 399 and north >= NORTH + 399


def test_dragging_takes_the_ground_along(qtbot, canvas: MapCanvas) -> None:
    with qtbot.waitSignal(canvas.view_changed):
        drag(qtbot, canvas, MIDDLE, MIDDLE + QPoint(50, -20))
    assert (canvas.view.x, canvas.view.y) == (EAST - 50, NORTH - 20)
    assert not canvas.is_dragging


def test_the_wheel_zooms_about_the_cursor(canvas: MapCanvas) -> None:
    at = QPoint(500, 100)
    before = canvas.view.to_ground(at.x(), at.y())
    wheel(canvas, at, 1)
    assert nearest_level(canvas.view.metres_per_pixel) == -1
    assert canvas.view.metres_per_pixel == pytest.approx(scale_of(-1))
    assert [float(v) for v in canvas.view.to_ground(at.x(), at.y())] == pytest.approx([float(v) for v in before])
    wheel(canvas, at, -0.5)
    assert nearest_level(canvas.view.metres_per_pixel) == -1
    wheel(canvas, at, -0.5)
    assert nearest_level(canvas.view.metres_per_pixel) == 0


def test_a_smooth_zoom_ends_on_a_level(qtbot, canvas: MapCanvas) -> None:
    canvas.animates = True
    scales = []
    canvas.view_changed.connect(lambda view: scales.append(view.metres_per_pixel))
    canvas.zoom_by(2)
    qtbot.waitUntil(lambda: canvas.is_settled and len(scales) > 1, timeout=5_000)
    assert scales == sorted(scales, reverse=True)
    assert canvas.view.metres_per_pixel == pytest.approx(0.5)


def test_keys_move_and_zoom(qtbot, canvas: MapCanvas) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.view.x > EAST
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.metres_per_pixel < 1
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    west, _, east, _ = canvas.view.box
    assert west <= EAST - 399 and east >= EAST + 399


def test_a_click_answers_lon_lat_and_what_lies_there(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_marks(units=[unit(20, 30)])
    at = MIDDLE + QPoint(20, -30)
    told: list[tuple] = []
    canvas.picked.connect(lambda *found: told.append(found))
    canvas.clicked.connect(lambda *place: told.append(place))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    picked, clicked = told
    assert picked == ("unit", "E1")
    lon, lat = village.to_lonlat(EAST + 20, NORTH + 30)
    assert clicked[:2] == pytest.approx((lon, lat), abs=1e-6)
    assert clicked[2] == Qt.KeyboardModifier.ControlModifier


def test_a_click_beside_everything_picks_nothing(qtbot, canvas: MapCanvas) -> None:
    with qtbot.assertNotEmitted(canvas.picked), qtbot.waitSignal(canvas.clicked):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE + QPoint(100, 100))


def test_nothing_but_its_user_moves_the_map(qtbot, canvas: MapCanvas) -> None:
    before = canvas.view
    with qtbot.assertNotEmitted(canvas.view_changed, wait=60):
        canvas.set_marks(incidents=[IncidentMark(1, "x", 1, EAST + 9_000, NORTH, is_new=True)], units=[unit(5_000)])
        canvas.set_theme("day")
    assert canvas.view == before


def test_marks_are_painted_and_repainted_when_they_change(qtbot, canvas: MapCanvas) -> None:
    empty = picture(canvas)
    canvas.set_marks(units=[unit()])
    with_unit = picture(canvas)
    assert with_unit != empty
    canvas.set_marks(units=[])
    assert picture(canvas) == empty


def test_the_place_tool_answers_one_click(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_marks(units=[unit()])
    canvas.set_tool("place")
    with qtbot.assertNotEmitted(canvas.picked), qtbot.waitSignal(canvas.placed) as told:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE)
    assert told.args == pytest.approx(list(village.to_lonlat(EAST, NORTH)), abs=1e-6)
    assert canvas.tool is Tool.PAN


def test_the_place_tool_works_by_keys_too(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("place")
    with qtbot.waitSignal(canvas.placed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args == pytest.approx(list(village.to_lonlat(EAST, NORTH)), abs=1e-6)


def test_a_new_incident_pulses_by_itself(qtbot, canvas: MapCanvas) -> None:
    canvas.set_marks(incidents=[IncidentMark(1, "x", 1, EAST, NORTH, is_new=True)])
    canvas.frame_times_s = []
    qtbot.waitUntil(lambda: len(canvas.frame_times_s or ()) > 4, timeout=3_000)
    canvas.set_marks(incidents=[])

    def rests() -> bool:
        before = len(canvas.frame_times_s or ())
        qtbot.wait(150)
        return len(canvas.frame_times_s or ()) == before

    qtbot.waitUntil(rests)


def test_escape_puts_a_tool_away(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool(Tool.PLACE)
    with qtbot.waitSignal(canvas.tool_changed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert told.args == ["pan"]


def clicks(qtbot, canvas: MapCanvas, *places: tuple[int, int]) -> None:
    for across, down in places:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE + QPoint(across, down))


def test_a_line_is_drawn_by_clicks_and_finished_by_enter(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("line")
    clicks(qtbot, canvas, (0, 0), (50, 0), (90, 90))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    clicks(qtbot, canvas, (50, -40))
    with qtbot.waitSignal(canvas.drawn) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    kind, corners = told.args
    expected = [village.to_lonlat(EAST + x, NORTH + y) for x, y in ((0, 0), (50, 0), (50, 40))]
    assert kind == "LineString"
    assert corners == [pytest.approx(corner, abs=1e-6) for corner in expected]
    assert canvas.tool is Tool.PAN


def test_an_area_closes_on_its_first_corner(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("polygon")
    clicks(qtbot, canvas, (0, 0), (80, 0), (80, 80))
    with qtbot.waitSignal(canvas.drawn) as told:
        clicks(qtbot, canvas, (3, 2))
    assert told.args[0] == "Polygon" and len(told.args[1]) == 3


def test_a_double_click_finishes_and_too_few_corners_do_not(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("polygon")
    clicks(qtbot, canvas, (0, 0), (80, 0))
    with qtbot.assertNotEmitted(canvas.drawn):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    clicks(qtbot, canvas, (80, 80))
    with qtbot.waitSignal(canvas.drawn):
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=MIDDLE + QPoint(80, 80))


def test_a_cancelled_sketch_leaves_nothing(qtbot, canvas: MapCanvas) -> None:
    before = picture(canvas)
    canvas.set_tool("polygon")
    clicks(qtbot, canvas, (0, 0), (80, 0), (80, 80))
    assert picture(canvas) != before
    with qtbot.assertNotEmitted(canvas.drawn):
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert picture(canvas) == before


def test_dragging_while_drawing_pans_and_adds_no_corner(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("line")
    clicks(qtbot, canvas, (0, 0))
    drag(qtbot, canvas, MIDDLE, MIDDLE + QPoint(60, 60))
    clicks(qtbot, canvas, (0, 0))
    with qtbot.waitSignal(canvas.drawn) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(told.args[1]) == 2


def test_a_card_tells_what_lies_under_the_cursor_as_plain_text(qtbot, canvas: MapCanvas) -> None:
    canvas.set_marks(cameras=[CameraMark("c1", EAST, NORTH)])
    canvas.set_description(lambda kind, identity: f"<b>{kind}</b> {identity}")
    with qtbot.waitSignal(canvas.hovered) as told:
        qtbot.mouseMove(canvas, MIDDLE)
    assert told.args == ["camera", "c1"]
    assert canvas._card.isVisible() and canvas._card.text() == "<b>camera</b> c1"
    assert canvas._card.textFormat() is Qt.TextFormat.PlainText
    with qtbot.waitSignal(canvas.hovered) as told:
        qtbot.mouseMove(canvas, MIDDLE + QPoint(100, 0))
    assert told.args == ["", ""] and not canvas._card.isVisible()


def test_day_and_night(qtbot, canvas: MapCanvas) -> None:
    canvas.set_theme("day")
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=10_000)
    assert shown(canvas, -300, 50) == THEMES["day"].water


class HandTimer:
    """Stand in for the timer of frames, by a clock that a test moves: what is due at which millisecond."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000.0
        self.due_ms: float | None = None

    def isActive(self) -> bool:
        return self.due_ms is not None

    def start(self, after_ms: int) -> None:
        self.due_ms = self.now_ms + after_ms

    def monotonic(self) -> float:
        return self.now_ms / 1000

    def perf_counter(self) -> float:
        return self.now_ms / 1000


def test_frames_are_throttled(canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = HandTimer()
    monkeypatch.setattr(frames, "time", hand)
    monkeypatch.setattr(canvas, "_frame", hand)
    canvas._painted_at = 0.0
    painted_at_ms: list[float] = []
    paint = canvas._paint
    monkeypatch.setattr(
        canvas, "_paint", lambda *given, **how: (painted_at_ms.append(hand.now_ms), paint(*given, **how))
    )
    for step in range(200):
        hand.now_ms += 1
        canvas.set_marks(units=[unit(step / 10)])
        QApplication.processEvents()  # whoever paints past the timer paints now
        if hand.due_ms is not None and hand.due_ms <= hand.now_ms:
            hand.due_ms = None
            canvas.repaint()
    assert len(painted_at_ms) == 200 // frames.FRAME_MS + 1
    assert {after - before for before, after in itertools.pairwise(painted_at_ms)} == {frames.FRAME_MS}


def test_an_edited_layer_keeps_its_old_tiles_until_the_new_ones_are_there(qtbot, canvas: MapCanvas) -> None:
    canvas.refresh_layers()
    assert not canvas.tiles.is_complete(canvas.view)
    assert shown(canvas, -300, 50) == THEMES["night"].water
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=10_000)


def test_farther_tiles_stand_in_for_nearer_ones(qtbot, canvas: MapCanvas) -> None:
    canvas.tiles.ask = lambda view: None
    canvas.zoom_by(4)
    across, down = canvas.view.to_screen(EAST, NORTH)
    assert not canvas.tiles.is_complete(canvas.view)
    assert picture(canvas).pixelColor(int(float(across)), int(float(down))).name() != THEMES["night"].ground


def test_go_to_and_fit(canvas: MapCanvas, village: City) -> None:
    lon, lat = village.to_lonlat(EAST + 100, NORTH - 50)
    canvas.go_to(lon, lat, 0.5)
    assert (canvas.view.x, canvas.view.y) == pytest.approx((EAST + 100, NORTH - 50), abs=0.01)
    assert canvas.view.metres_per_pixel == pytest.approx(0.5)
    canvas.go_to(float("inf"), 0.0)
    assert canvas.view.x == pytest.approx(EAST + 100, abs=0.01)
    canvas.fit((EAST - 50, NORTH - 50, EAST + 50, NORTH + 50))
    west, _, east, _ = canvas.view.box
    assert west <= EAST - 50 and east >= EAST + 50
    level = nearest_level(canvas.view.metres_per_pixel)
    assert canvas.view.metres_per_pixel == pytest.approx(scale_of(level))


def test_a_broken_layer_is_left_out_and_the_rest_is_painted(qtbot, tmp_path: Path, caplog) -> None:
    folder = build_village(tmp_path / "city")
    (folder / "layers" / "roads" / "coords.npy").write_bytes(b"nonsense")
    widget = MapCanvas(workers=0)
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_city(City.open(folder))
    with qtbot.waitExposed(widget):
        widget.show()
    qtbot.waitUntil(lambda: widget.is_settled, timeout=10_000)
    assert shown(widget, -300, 50) == THEMES["night"].water
    assert any("roads" in record.message for record in caplog.records)


def test_an_error_in_a_frame_does_not_take_the_window_with_it(canvas: MapCanvas, monkeypatch) -> None:
    def fail(painter: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="a bug"):
        patch.setattr(canvas, "paint_tools", fail)
        canvas.repaint()
    assert shown(canvas, -300, 50) == THEMES["night"].water


def test_the_widget_has_a_name_and_takes_the_keyboard(canvas: MapCanvas) -> None:
    assert canvas.accessibleName() == wording.text("map.name")
    assert canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_tiles_fit_together_at_every_scaling(qtbot, canvas: MapCanvas, monkeypatch) -> None:
    ratios: list[Callable[[], float]] = [lambda: 1.25, lambda: 2.0]
    for ratio in ratios:
        monkeypatch.setattr(canvas, "devicePixelRatioF", ratio)
        canvas.set_view(replace(canvas.view, x=EAST - 300, y=NORTH + 200))
        qtbot.waitUntil(lambda: canvas.tiles.is_complete(canvas.view), timeout=10_000)
        image = QImage(round(640 * ratio()), round(480 * ratio()), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio())
        canvas._ground._board.place([], canvas.view)
        from PySide6.QtGui import QPainter

        painter = QPainter(image)
        canvas.tiles.draw(painter, canvas.view, canvas.theme, is_moving=False)
        painter.end()
        row = {
            image.pixelColor(x, image.height() // 2).name()
            for x in range(image.width() * 2 // 5, image.width() * 3 // 5)
        }
        assert row == {THEMES["night"].water}


def test_the_view_of_each_city_is_kept(tmp_path: Path, village: City) -> None:
    file = tmp_path / "desk" / "views.json"
    assert read_view(file, village) is None
    lon, lat = village.center
    write_view(file, village, lon, lat, 1.25)
    assert read_view(file, village) == pytest.approx((lon, lat, 1.25))
    write_view(file, village, lon + 40, lat, 1.25)  # not in the city
    assert read_view(file, village) is None
    file.write_text('{"x": [1, 2', encoding="utf-8")
    assert read_view(file, village) is None
    write_view(None, village, lon, lat, 1.0)


def test_a_start_is_large_and_shows_what_it_must(qtbot, village: City) -> None:
    widget = MapCanvas(workers=0)
    qtbot.addWidget(widget)
    widget.resize(1400, 150)
    widget.set_city(village)
    widget.show_all()
    whole = widget.view.metres_per_pixel
    widget.show_start()
    assert widget.view.metres_per_pixel < whole
    corner = (float(widget._ground.edge[:, 0].max()) - 5, float(widget._ground.edge[:, 1].max()) - 5)
    widget.show_start([corner])
    west, south, east, north = widget.view.box
    assert west < corner[0] < east
    assert south < corner[1] < north
    widget.resize(500, 500)  # still so while its size changes
    assert widget.view.box[1] < corner[1] < widget.view.box[3]


def test_what_lies_beyond_the_data_is_washed(qtbot, canvas: MapCanvas) -> None:
    canvas.show_all()
    canvas.zoom_by(-4)
    qtbot.waitUntil(lambda: canvas.is_settled, timeout=5_000)
    image = picture(canvas)
    assert image.pixelColor(5, 60).name() != THEMES["night"].ground


def test_beside_windows_in_use_a_job_paints_the_first_picture(
    qtbot, village: City, canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    painters: list[threading.Thread] = []
    paint = frames.base_image

    def painted(*args, **options) -> QImage:
        painters.append(threading.current_thread())
        return paint(*args, **options)

    monkeypatch.setattr(frames, "base_image", painted)
    beside = MapCanvas(workers=0)
    beside.begins_beside = True
    taken: list[QImage] = []
    monkeypatch.setattr(beside.tiles, "set_first_picture", lambda view, image: taken.append(image))
    qtbot.addWidget(beside)
    beside.resize(640, 480)
    beside.set_city(village)
    beside.set_view(canvas.view)
    beside.show()
    qtbot.waitUntil(lambda: bool(taken) and beside.is_settled)
    assert painters[0] is not threading.main_thread() and len(taken) == 1
    assert shown(beside, 0, 0) == shown(canvas, 0, 0)  # and it comes to the same
    beside._take_first((village, beside.view, THEMES["day"], taken[0]))  # in colours that were put off meanwhile
    assert len(taken) == 1

"""The map's tools under a real mouse and real keys: what each draws, encloses and measures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from app.canvas.canvas import HANDS, MapCanvas
from app.canvas.tools import Drawing, Tool
from gis.city import City
from gis.measure import area_m2, distance_m
from maps.layers import CameraMark, IncidentMark, UnitMark
from maps.style import THEMES
from tests.maps.village import EAST, NORTH, build_village

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
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
    widget.setFocus()
    widget.set_marks(
        units=[unit("E1", 0), unit("E2", 60), unit("E3", 150)],
        incidents=[IncidentMark(7, "fire", 1, EAST + 30, NORTH + 30)],
        cameras=[CameraMark("c1", EAST - 60, NORTH)],
    )
    yield widget


def unit(name: str, x: float) -> UnitMark:
    return UnitMark(name, name, "fire", "en_route", EAST + x, NORTH)


def at(x: int, y: int) -> QPoint:
    """Return the point of the widget that shows the village's x, y; a pixel is a metre."""
    return MIDDLE + QPoint(x, -y)


def clicks(qtbot, canvas: MapCanvas, *places: tuple[int, int], modifiers: Qt.KeyboardModifier = NONE) -> None:
    for place in places:
        qtbot.mouseClick(canvas, LEFT, modifiers, at(*place))


def drag(qtbot, canvas: MapCanvas, *places: tuple[int, int], modifiers: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mousePress(canvas, LEFT, modifiers, at(*places[0]))
    qtbot.mouseMove(canvas, at(places[0][0] + 5, places[0][1]))
    for place in places[1:]:
        qtbot.mouseMove(canvas, at(*place))
    qtbot.mouseRelease(canvas, LEFT, modifiers, at(*places[-1]))


def picture(canvas: MapCanvas) -> QImage:
    return canvas.grab().toImage()


def test_every_tool_has_a_hand() -> None:
    assert set(HANDS) == set(Tool)


# Selecting

LOOP = ((-20, -40), (80, -40), (80, 80), (-20, 80))


@pytest.mark.parametrize(("modifiers", "taking"), [(NONE, "replace"), (SHIFT, "add"), (CONTROL, "remove")])
def test_a_lasso_encloses_what_lies_in_it_and_does_not_move_the_map(qtbot, canvas, modifiers, taking) -> None:
    before = canvas.view
    canvas.set_tool("lasso")
    with qtbot.waitSignal(canvas.enclosed) as told:
        drag(qtbot, canvas, *LOOP, modifiers=modifiers)
    assert told.args == [[("unit", "E1"), ("unit", "E2"), ("incident", "7")], taking]
    assert canvas.view == before and canvas.tool is Tool.LASSO


def test_a_rectangle_is_dragged_from_any_corner(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("rectangle")
    with qtbot.waitSignal(canvas.enclosed) as told:
        drag(qtbot, canvas, (170, 10), (-80, -10))
    assert told.args[0] == [("unit", "E1"), ("unit", "E2"), ("unit", "E3"), ("camera", "c1")]
    with qtbot.waitSignal(canvas.enclosed) as told:
        drag(qtbot, canvas, (200, 200), (220, 220))
    assert told.args == [[], "replace"]


def test_what_is_hidden_is_not_enclosed(qtbot, canvas: MapCanvas) -> None:
    canvas.overlay.set_shown("units", False)
    canvas.set_tool("rectangle")
    with qtbot.waitSignal(canvas.enclosed) as told:
        drag(qtbot, canvas, (-80, -10), (170, 10))
    assert told.args[0] == [("camera", "c1")]


def test_a_click_of_the_lasso_takes_one_thing(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("lasso")
    with qtbot.assertNotEmitted(canvas.picked), qtbot.waitSignal(canvas.enclosed) as told:
        clicks(qtbot, canvas, (150, 0), modifiers=SHIFT)
    assert told.args == [[("unit", "E3")], "add"]
    with qtbot.waitSignal(canvas.enclosed) as told:
        clicks(qtbot, canvas, (-200, -150))
    assert told.args == [[], "replace"]


def test_escape_gives_up_a_lasso_before_the_tool(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("lasso")
    qtbot.mousePress(canvas, LEFT, NONE, at(-20, -40))
    qtbot.mouseMove(canvas, at(0, -40))
    qtbot.mouseMove(canvas, at(80, 80))
    with qtbot.assertNotEmitted(canvas.enclosed):
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert canvas.tool is Tool.LASSO
        qtbot.mouseRelease(canvas, LEFT, NONE, at(80, 80))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool is Tool.PAN


def test_the_middle_button_drags_the_map_under_every_tool(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("lasso")
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, NONE, at(0, 0))
    qtbot.mouseMove(canvas, at(10, 0))
    qtbot.mouseMove(canvas, at(50, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, NONE, at(50, 0))
    assert canvas.view.x == EAST - 50


# Measuring


def test_a_distance_is_true_on_the_earth_not_on_the_plane(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("measure")
    clicks(qtbot, canvas, (-150, 0), (150, 0))
    with qtbot.waitSignal(canvas.measured) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    ends = [tuple(village.to_lonlat(EAST + x, NORTH)) for x in (-150, 150)]
    true_m = distance_m(*ends)
    assert true_m == pytest.approx(300 / 0.9996, abs=0.01)  # the scale of UTM on its middle meridian
    assert told.args == ["300 m"]
    assert canvas.tool is Tool.MEASURE


def test_corners_go_back_by_right_click_and_backspace(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("measure")
    clicks(qtbot, canvas, (0, 0), (100, 0), (100, 100), (0, 100))
    with qtbot.assertNotEmitted(canvas.menu_wanted):
        qtbot.mouseClick(canvas, RIGHT, NONE, at(0, 100))
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(canvas.measured) as told:
        qtbot.mouseDClick(canvas, LEFT, NONE, at(100, 0))
    assert told.args == ["100 m"]


def test_what_was_measured_stays_until_the_next_one_or_escape(qtbot, canvas: MapCanvas) -> None:
    qtbot.waitUntil(lambda: canvas.is_settled)  # tiles and names that come late are no measure
    empty = picture(canvas)
    canvas.set_tool("measure")
    clicks(qtbot, canvas, (-100, 100), (100, 100))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert picture(canvas) != empty
    clicks(qtbot, canvas, (0, -100))
    assert len(canvas.hand.corners) == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool is Tool.MEASURE and canvas.hand.corners == []
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool is Tool.PAN
    qtbot.waitUntil(lambda: picture(canvas) == empty)


def test_an_area_tells_its_size_and_its_edge(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("area")
    corners = ((-100, -100), (100, -100), (100, 100), (-100, 100))
    clicks(qtbot, canvas, *corners)
    with qtbot.waitSignal(canvas.measured) as told:
        clicks(qtbot, canvas, (-98, -99))  # on the first corner
    true_m2 = area_m2([tuple(village.to_lonlat(EAST + x, NORTH + y)) for x, y in corners])
    assert true_m2 == pytest.approx(40_000 / 0.9996**2, rel=1e-5)
    assert told.args == ["4 ha · 800 m"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_half_drawn_measure_writes_its_figures(qtbot, canvas: MapCanvas, theme: str) -> None:
    canvas.set_theme(theme)
    canvas.set_tool("measure")
    clicks(qtbot, canvas, (-200, 150), (0, 150))
    before = picture(canvas)
    qtbot.mouseMove(canvas, at(100, 0))  # a cursor that is there already tells nothing
    qtbot.mouseMove(canvas, at(180, 60))
    after = picture(canvas)
    text = THEMES[theme].text
    inked = sum(after.pixelColor(x, y).name() == text for x in range(465, 540) for y in range(145, 170))
    assert after != before and inked > 20  # the whole length, beside the cursor


# Buffers and perimeters


def test_a_buffer_of_a_line_selects_within_the_typed_distance(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("buffer")
    clicks(qtbot, canvas, (-60, 50), (60, 50))
    qtbot.keyClicks(canvas, "52")
    with qtbot.waitSignal(canvas.enclosed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args == [[("unit", "E1"), ("unit", "E2"), ("incident", "7"), ("camera", "c1")], "replace"]
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    qtbot.keyClicks(canvas, "21")
    with qtbot.waitSignal(canvas.enclosed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args[0] == [("incident", "7")]


def test_a_buffer_is_drawn_in_one_drag(qtbot, canvas: MapCanvas) -> None:
    before = canvas.view
    canvas.set_tool("buffer")
    with qtbot.waitSignal(canvas.enclosed) as told:
        drag(qtbot, canvas, (150, 0), (150, 80), (150, 100))
    assert told.args[0] == [("unit", "E2"), ("unit", "E3")]
    assert canvas.view == before and canvas.hand.radius_m == pytest.approx(100, abs=0.1)


def test_a_buffer_goes_round_what_is_selected(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.selected_places = lambda: [tuple(village.to_lonlat(EAST + x, NORTH)) for x in (-60, 150)]
    canvas.set_tool("buffer")
    qtbot.keyClicks(canvas, "s61")
    with qtbot.waitSignal(canvas.enclosed) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args[0] == [("unit", "E1"), ("unit", "E3"), ("camera", "c1")]


def test_a_perimeter_is_an_area_by_corners(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("perimeter")
    clicks(qtbot, canvas, (0, 0), (100, 0), (100, 100))
    with qtbot.assertNotEmitted(canvas.drawn), qtbot.waitSignal(canvas.finished) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    (drawing,) = told.args
    assert (drawing.tool, drawing.geometry_type, drawing.radius_m) == (Tool.PERIMETER, "Polygon", None)
    assert drawing.corners[1] == pytest.approx(village.to_lonlat(EAST + 100, NORTH), abs=1e-6)
    assert canvas.tool is Tool.PAN


def test_a_perimeter_is_a_circle_by_a_drag(qtbot, canvas: MapCanvas, village: City) -> None:
    canvas.set_tool("perimeter")
    with qtbot.waitSignal(canvas.finished) as told:
        drag(qtbot, canvas, (0, 0), (60, 0), (80, 0))
    assert told.args == [Drawing(Tool.PERIMETER, "Point", (canvas.lonlat(MIDDLE),), pytest.approx(80, abs=0.1))]


def test_metres_typed_make_a_circle_round_what_is_in_hand(qtbot, canvas: MapCanvas, village: City) -> None:
    place = canvas.lonlat(at(30, 30))
    canvas.set_tool("perimeter")
    qtbot.keyClicks(canvas, "250")
    with qtbot.assertNotEmitted(canvas.finished):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)  # nothing is in hand
    canvas.place_in_hand = lambda: place
    with qtbot.waitSignal(canvas.finished) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args == [Drawing(Tool.PERIMETER, "Point", (place,), 250.0)]


@pytest.mark.parametrize("text", ["0", "x", "١", "-"])
def test_only_digits_make_a_radius(qtbot, canvas: MapCanvas, text: str) -> None:
    canvas.set_tool("perimeter")
    assert not canvas.hand.write(text)
    for _ in range(9):
        canvas.hand.write("9")
    assert canvas.hand.radius_m == 100_000


# Menus and keys


def test_a_right_click_asks_for_a_menu_and_a_right_drag_does_not_move_the_map(qtbot, canvas: MapCanvas) -> None:
    before = canvas.view
    with qtbot.waitSignal(canvas.menu_wanted) as told:
        qtbot.mouseClick(canvas, RIGHT, NONE, at(20, 20))
    assert told.args[0] == at(20, 20) and told.args[1:] == pytest.approx(canvas.lonlat(at(20, 20)))
    qtbot.mousePress(canvas, RIGHT, NONE, at(0, 0))
    qtbot.mouseMove(canvas, at(90, 90))
    qtbot.mouseRelease(canvas, RIGHT, NONE, at(90, 90))
    assert canvas.view == before


def test_keys_work_while_the_map_has_the_focus_but_not_with_ctrl(qtbot, canvas: MapCanvas) -> None:
    pressed: list[str] = []
    canvas.set_key(Qt.Key.Key_M, lambda: pressed.append("m"))
    canvas.set_key(Qt.Key.Key_M, lambda: pressed.append("M"), shift=True)
    qtbot.keyClick(canvas, Qt.Key.Key_M)
    qtbot.keyClick(canvas, Qt.Key.Key_M, SHIFT)
    qtbot.keyClick(canvas, Qt.Key.Key_M, CONTROL)
    assert pressed == ["m", "M"]


def test_what_is_here_is_asked_once(qtbot, canvas: MapCanvas) -> None:
    canvas.set_tool("here")
    with qtbot.waitSignal(canvas.asked_here) as told:
        clicks(qtbot, canvas, (10, 10))
    assert told.args == pytest.approx(canvas.lonlat(at(10, 10)))
    assert canvas.tool is Tool.PAN


def test_without_a_city_nothing_is_drawn(qtbot) -> None:
    widget = MapCanvas(workers=0)
    qtbot.addWidget(widget)
    for tool in Tool:
        widget.set_tool(tool)
        drag(qtbot, widget, (0, 0), (50, 50))
        clicks(qtbot, widget, (0, 0))
        qtbot.mouseClick(widget, RIGHT, NONE, at(0, 0))
        for key in (Qt.Key.Key_Return, Qt.Key.Key_5, Qt.Key.Key_Backspace):
            qtbot.keyClick(widget, key)
        widget.grab()

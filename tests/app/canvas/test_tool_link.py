"""The tools tied to a desk: groups of units, perimeters in the log, the menu of a place, the card of what is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from app.canvas.canvas import MapCanvas
from app.canvas.tool_bar import ENTRIES
from app.canvas.tool_link import ToolLink
from app.canvas.tools import Tool
from app.desk import Selection
from app.panels.here import HerePanel, incidents_near
from dispatch.commands import CloseIncident, ReportIncident
from dispatch.events import PerimeterDrawn, PerimeterLifted, RoadClosed, UnitAssigned
from dispatch.incident import Location, PerimeterKind
from gis.city import City
from maps.layers import CameraMark, IncidentMark, UnitMark
from tests.app.panels.seat import Seat
from tests.maps.village import EAST, NORTH, build_village

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MIDDLE = QPoint(450, 350)


@dataclass
class Hands:
    """A map with its tools before somebody's desk."""

    qtbot: object
    seat: Seat
    canvas: MapCanvas
    link: ToolLink

    def at(self, x: int, y: int) -> QPoint:
        return MIDDLE + QPoint(x, -y)

    def drag(self, *places: tuple[int, int], modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mousePress(self.canvas, LEFT, modifiers, self.at(*places[0]))
        self.qtbot.mouseMove(self.canvas, self.at(places[0][0] + 6, places[0][1]))
        for place in places[1:]:
            self.qtbot.mouseMove(self.canvas, self.at(*place))
        self.qtbot.mouseRelease(self.canvas, LEFT, modifiers, self.at(*places[-1]))

    def report(self, x: float, y: float) -> int:
        lon, lat = self.canvas.lonlat_of(EAST + x, NORTH + y)
        self.seat.desk.send(ReportIncident("structure_fire", Location(lon, lat, "High Street 1")))
        return self.seat.state.next_incident - 1

    @property
    def units(self) -> set[str]:
        return set(self.seat.desk.selection.unit_ids)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def hands(qtbot, village: City) -> Iterator[Hands]:
    seat = Seat()
    seat.desk.state = seat.engine.state
    seat.desk.city = village
    canvas = MapCanvas(workers=0)
    canvas.animates = False
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    canvas.set_city(village)
    canvas.set_view(canvas.view.centred(EAST, NORTH).zoomed(canvas.view.metres_per_pixel))
    link = ToolLink(seat.desk, canvas, HerePanel(seat.desk))
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.setFocus()
    canvas.set_marks(
        units=[unit("E1", 0), unit("E2", 60), unit("A1", 150)],
        incidents=[IncidentMark(1, "fire", 1, EAST + 30, NORTH + 60)],
        cameras=[CameraMark("c1", EAST + 60, NORTH + 60), CameraMark("c2", EAST + 90, NORTH + 60)],
    )
    yield Hands(qtbot, seat, canvas, link)
    seat.bridge.close()


def unit(name: str, x: float) -> UnitMark:
    return UnitMark(name, name, "fire", "available", EAST + x, NORTH)


# Groups


def test_a_group_is_taken_widened_and_narrowed(hands: Hands) -> None:
    hands.qtbot.keyClick(hands.canvas, Qt.Key.Key_R)
    hands.drag((-20, -20), (80, 20))
    assert hands.units == {"E1", "E2"}
    assert hands.link.group.isVisible() and hands.link.group.units_said.text() == "2 units: E1 E2"
    hands.drag((130, -20), (170, 20), modifiers=SHIFT)
    assert hands.units == {"E1", "E2", "A1"}
    hands.drag((40, -20), (80, 20), modifiers=CONTROL)
    assert hands.units == {"E1", "A1"}
    hands.drag((200, 200), (220, 220))
    assert hands.units == set() and not hands.link.group.isVisible()


def test_one_unit_alone_is_the_unit_in_hand(hands: Hands) -> None:
    hands.canvas.set_tool("rectangle")
    hands.drag((-20, -20), (20, 20))
    assert hands.seat.desk.selection == Selection(unit_id="E1", unit_ids=frozenset({"E1"}))
    assert not hands.link.group.isVisible()


def test_incidents_and_cameras_are_listed_and_a_single_incident_is_taken_in_hand(hands: Hands) -> None:
    number = hands.report(30, 60)
    hands.canvas.set_tool("rectangle")
    hands.drag((-20, -20), (100, 80))
    assert hands.seat.desk.selection.incident_id == number == 1
    assert hands.link.group.incidents_said.text() == "Incidents: 1"
    assert hands.link.group.cameras_said.text() == "2 cameras"


def test_the_group_is_sent_to_the_incident_in_hand(hands: Hands) -> None:
    hands.canvas.set_tool("rectangle")
    hands.drag((-20, -20), (80, 20))
    assert not hands.link.group.send_button.isVisible()
    number = hands.report(30, 60)
    hands.seat.desk.select(incident_id=number)
    assert hands.units == {"E1", "E2"}, "a group stays while an incident is taken"
    assert hands.link.group.send_button.text() == f"Send the 2 free ones to incident {number}"
    hands.qtbot.mouseClick(hands.link.group.send_button, LEFT)
    assert {event.unit_id for event in hands.seat.bodies(UnitAssigned)} == {"E1", "E2"}
    assert not hands.link.group.send_button.isVisible(), "nobody is free any more"


def test_letting_go_keeps_the_incident(hands: Hands) -> None:
    number = hands.report(30, 60)
    hands.seat.desk.select(incident_id=number, unit_ids=("E1", "E2"))
    hands.qtbot.keyClick(hands.canvas, Qt.Key.Key_Escape)
    assert hands.seat.desk.selection == Selection(incident_id=number)


# Tools and keys


def test_every_tool_has_a_key_and_a_button_and_is_put_away_by_the_same(hands: Hands) -> None:
    wanted: list[str] = []
    hands.link.closure_wanted.connect(wanted.append)
    for entry in ENTRIES[1:]:
        hands.qtbot.keyClick(hands.canvas, entry.key, SHIFT if entry.shift else NONE)
        if entry.tool not in (Tool.LINE, Tool.POLYGON):
            assert hands.canvas.tool is entry.tool
            assert hands.link.bar.buttons[entry.tool].isChecked() and hands.link.hint.isVisible()
            hands.qtbot.mouseClick(hands.link.bar.buttons[entry.tool], LEFT)
        assert hands.canvas.tool is Tool.PAN and not hands.link.hint.isVisible()
    assert wanted == ["", "area"]
    assert len({(entry.key, entry.shift) for entry in ENTRIES}) == len(ENTRIES) == len(hands.link.keys())


def test_a_measure_is_said_in_the_status_line(hands: Hands) -> None:
    hands.canvas.set_tool("measure")
    for x in (-100, 100):
        hands.qtbot.mouseClick(hands.canvas, LEFT, NONE, hands.at(x, -100))
    hands.qtbot.keyClick(hands.canvas, Qt.Key.Key_Return)
    assert ("info", "Measured: 200 m") in hands.seat.said


# Perimeters


def test_a_perimeter_round_the_incident_in_hand_stands_in_the_log(hands: Hands) -> None:
    number = hands.report(30, 60)
    hands.seat.desk.select(incident_id=number)
    hands.qtbot.keyClick(hands.canvas, Qt.Key.Key_P)
    assert f"incident {number}" in hands.link.hint.said.text()
    hands.link.hint.kinds[PerimeterKind.CORDON].click()
    hands.link.hint.words.setText("Tape")
    hands.qtbot.keyClicks(hands.canvas, "150")
    hands.qtbot.keyClick(hands.canvas, Qt.Key.Key_Return)
    (event,) = hands.seat.bodies(PerimeterDrawn)
    one = event.perimeter
    assert (one.kind, one.radius_m, one.incident_id, one.label) == (PerimeterKind.CORDON, 150.0, number, "Tape")
    place = hands.seat.state.incidents[number].location
    assert one.coordinates == ((place.lon, place.lat),)
    (mark,) = hands.canvas.marks.perimeters
    assert (mark.kind, mark.label) == ("cordon", "Tape · 150 m")
    assert hands.link.perimeters.describe(one.id) == f"Cordon\nTape\nround incident {number}\nradius 150 m"
    assert hands.link.hint.words.text() == ""


def test_one_drawn_for_a_closed_incident_belongs_to_none(hands: Hands) -> None:
    number = hands.report(30, 60)
    hands.seat.desk.select(incident_id=number)
    hands.seat.desk.send(CloseIncident(number, "extinguished"))
    hands.canvas.set_tool("perimeter")
    hands.drag((0, 0), (60, 0), (80, 0))
    (event,) = hands.seat.bodies(PerimeterDrawn)
    assert event.perimeter.incident_id is None


def test_it_is_lifted_from_the_menu_of_its_edge(hands: Hands) -> None:
    hands.canvas.set_tool("perimeter")
    hands.drag((0, 0), (60, 0), (80, 0))
    edge, inside = hands.at(-80, 0), hands.at(-40, 0)
    assert not [one for one in words_of(hands, inside) if one.startswith("Lift")]
    menu = hands.link.menu_for(edge, *hands.canvas.lonlat(edge))
    next(action for action in menu.actions() if action.text().startswith("Lift: Hazard zone")).trigger()
    assert hands.seat.bodies(PerimeterLifted) and not hands.seat.state.perimeters
    assert not hands.canvas.marks.perimeters


# The menu and the card of a place


def words_of(hands: Hands, at: QPoint) -> list[str]:
    return [action.text() for action in hands.link.menu_for(at, *hands.canvas.lonlat(at)).actions() if action.text()]


def trigger(hands: Hands, at: QPoint, words: str) -> None:
    menu = hands.link.menu_for(at, *hands.canvas.lonlat(at))
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()


def test_the_menu_does_what_it_says(hands: Hands) -> None:
    at = hands.at(20, 0)
    lon, lat = hands.canvas.lonlat(at)
    with hands.qtbot.waitSignal(hands.link.call_here) as told:
        trigger(hands, at, "Take a call here")
    assert told.args == pytest.approx([lon, lat])
    trigger(hands, at, "Close the road here")
    (event,) = hands.seat.bodies(RoadClosed)
    assert event.closure.coordinates == ((pytest.approx(lon), pytest.approx(lat)),)
    trigger(hands, at, "Measure from here")
    assert hands.canvas.tool is Tool.MEASURE and len(hands.canvas.hand.corners) == 1
    trigger(hands, at, "Copy the coordinates")
    assert QGuiApplication.clipboard().text() == f"{lat:.6f}, {lon:.6f}"
    scale = hands.canvas.view.metres_per_pixel
    trigger(hands, at, "Go nearer")
    assert hands.canvas.view.metres_per_pixel < scale


def test_what_is_here_is_shown_as_plain_text_and_closed_by_escape(hands: Hands) -> None:
    number = hands.report(-100, 60)
    card, canvas = hands.link.here, hands.canvas
    canvas.set_tool("here")
    hands.qtbot.mouseClick(canvas, LEFT, NONE, hands.at(-100, 70))
    hands.qtbot.waitUntil(lambda: len(card.rows) > 3, timeout=10_000)
    shown = dict(card.rows)
    assert shown["Street"] == "High Street (70 m)" and "Town Hall" in shown["Lies in"]
    assert "yes" not in shown["Lies in"]  # a building that is nothing but a building
    assert shown["Incidents here"].startswith(f"{number} ")
    assert canvas.pin is not None and canvas.rect().contains(card.geometry())
    assert not card.geometry().contains(hands.at(-100, 70))
    card.copy()
    assert "Street: High Street (70 m)" in QGuiApplication.clipboard().text()
    assert canvas.hasFocus()
    hands.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not card.isVisible() and canvas.pin is None


def test_the_card_stays_by_its_place_and_within_the_map(hands: Hands) -> None:
    card, canvas = hands.link.here, hands.canvas
    hands.link.show_here(*canvas.lonlat(hands.at(400, 0)))
    hands.qtbot.waitUntil(lambda: len(card.rows) > 3, timeout=10_000)
    assert card.geometry().right() < hands.at(400, 0).x()
    before = card.x()
    canvas.move_to(canvas.view.panned(-100, 0))
    assert card.x() == before - 100
    card.dismiss()


def test_an_answer_to_an_earlier_question_is_dropped(hands: Hands) -> None:
    card, canvas = hands.link.here, hands.canvas
    hands.link.show_here(*canvas.lonlat(hands.at(-100, 70)))
    hands.link.show_here(*canvas.lonlat(hands.at(150, 120)))
    hands.qtbot.waitUntil(lambda: len(card.rows) > 3, timeout=10_000)
    hands.qtbot.wait(100)
    assert "Town Hall" not in dict(card.rows).get("Lies in", "")
    card.dismiss()


def test_incidents_near_are_the_latest_first_and_not_farther_than_they_may(hands: Hands) -> None:
    near, far, nearer = hands.report(0, 100), hands.report(0, 200), hands.report(0, 10)
    found = incidents_near(hands.seat.state, *hands.canvas.lonlat_of(EAST, NORTH))
    assert [number for number, _ in found] == [nearer, near]
    assert far not in dict(found) and dict(found)[near] == pytest.approx(100, rel=0.01)

"""The finder over a map: what is typed is found, and what is taken is gone to, taken in hand or marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.canvas import MapCanvas
from app.finder.box import FinderBox
from app.finder.finder import Finder
from app.finder.finder_link import LAYER, FinderLink
from app.finder.found import Everything, Found, Known
from dispatch.commands import ReportIncident
from dispatch.incident import Location
from gis.city import City
from maps.layers_file import write_layers
from maps.user_layers import LayerList, Look, UserLayer
from resources.position import Fix
from tests.app.panels.seat import Seat
from tests.gis.test_label_names import write_pumps
from tests.maps.village import EAST, NORTH, build_village

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Hands:
    """A map with the finder before somebody's desk; a city with streets, labels and a bookmark."""

    qtbot: object
    seat: Seat
    city: City
    canvas: MapCanvas
    finder: Finder
    link: FinderLink

    @property
    def box(self) -> FinderBox:
        return self.link.box

    def type(self, words: str) -> list[str]:
        self.link.open()
        self.box.entry.clear()
        answered: list[int] = []
        self.finder.found.connect(lambda ticket, found: answered.append(ticket))
        if words.isascii():
            QTest.keyClicks(self.box.entry, words)
        else:  # an input method commits whole words; QTest has no keys for them
            self.box.entry.setText(words)
            self.box.edited.emit(words)
        self.qtbot.waitUntil(lambda: answered[-1:] == [self.link.ticket], timeout=5_000)
        return [f"{one.kind} {one.title}" for one in self.box.found]

    def enter(self) -> None:
        QTest.keyClick(self.box.entry, Qt.Key.Key_Return)

    def middle(self) -> tuple[float, float]:
        view = self.canvas.view
        return view.x - EAST, view.y - NORTH


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from gis.places_build import Entry, Gazetteer

    folder = build_village(tmp_path_factory.mktemp("village"))
    city = City.open(folder)

    def at(x: float, y: float) -> tuple[float, float]:
        lon, lat = city.to_lonlat(EAST + x, NORTH + y)
        return float(lon), float(lat)

    places = Gazetteer()
    places.entries += [
        Entry("street", "High Street", *at(0, 0), "Village", weight=0.5),
        Entry("address", "High Street 5", *at(40, 5), "Village"),
        Entry("place", "Café Éclair", *at(-50, 60), "Village", weight=0.1),
        Entry("place", "中山公园", *at(-80, 90), "Village", weight=0.1),
        Entry("crossing", "Bridge Road / High Street", *at(100, 0), "Village"),
    ]
    places.write(folder / "places.sqlite")
    write_pumps(folder, ["Pumping Station", "Gate 7"])
    pumps = UserLayer("pumps", "Pumps of the <b>city</b>", "vector", look=Look(label_field="name"))
    write_layers(folder, LayerList((pumps,)))
    return folder


@pytest.fixture
def hands(qtbot, folder: Path, tmp_path: Path) -> Iterator[Hands]:
    seat = Seat()
    seat.desk.state = seat.engine.state
    seat.desk.city = city = City.open(folder)
    canvas = MapCanvas(workers=0)
    canvas.animates = False
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    canvas.set_city(city)
    finder = Finder(seat.desk, tmp_path / "bookmarks.json")
    link = FinderLink(seat.desk, canvas, finder)
    with qtbot.waitExposed(canvas):
        canvas.show()
    if not (folder / "labels.sqlite").exists():
        with qtbot.waitSignal(finder.labels_written, timeout=5_000):
            finder.warm_up()
    yield Hands(qtbot, seat, city, canvas, finder, link)
    finder.deleteLater()
    seat.bridge.close()


def test_everything_with_a_name_is_found(hands: Hands) -> None:
    assert hands.type("high str")[0] == "street High Street"
    assert hands.type("cafe ecl") == ["place Café Éclair"]
    assert hands.type("high x bridge")[0] == "crossing Bridge Road / High Street"
    assert hands.type("gate 7") == ["label Gate 7"]
    assert hands.type("中山") == ["place 中山公园"]
    assert hands.type("E1")[0] == "unit E1"
    lon, lat = hands.city.to_lonlat(EAST, NORTH)
    (row,) = hands.type(f"{lat:.5f}, {lon:.5f}")
    assert row.startswith("coordinates")
    assert hands.box.results.rows[1].detail == "near High Street 5"


def test_an_address_is_gone_to_and_marked_until_esc(hands: Hands) -> None:
    hands.type("high street 5")
    hands.enter()
    assert hands.middle() == pytest.approx((40, 5), abs=1.5)
    assert hands.canvas.view.metres_per_pixel <= 2.5
    assert not hands.box.isVisible()
    assert [mark.label for mark in hands.canvas.overlay.held()[LAYER]] == ["High Street 5"]
    QTest.keyClick(hands.canvas, Qt.Key.Key_Escape)
    assert hands.canvas.overlay.held()[LAYER] == ()


def test_the_mark_of_a_place_makes_way_for_the_incident_there(hands: Hands) -> None:
    hands.type("high street 5")
    hands.enter()
    desk = hands.seat.desk
    numbers = []
    for x in (400, 40):
        lon, lat = (float(value) for value in hands.city.to_lonlat(EAST + x, NORTH + 5))
        numbers.append(hands.seat.state.next_incident)
        desk.send(ReportIncident("structure_fire", Location(lon, lat, "High Street 5")))
    desk.select(incident_id=numbers[0])
    assert hands.canvas.overlay.held()[LAYER] != ()
    desk.select(incident_id=numbers[1])
    assert hands.canvas.overlay.held()[LAYER] == ()


def test_a_unit_is_found_where_it_is_and_taken_in_hand(hands: Hands) -> None:
    lon, lat = (float(value) for value in hands.city.to_lonlat(EAST + 200, NORTH + 50))
    hands.seat.desk.fixes = {"E1": Fix("E1", lon, lat, NOW, NOW)}
    hands.type("e 1")
    hands.enter()
    assert hands.seat.desk.selection.unit_id == "E1"
    assert hands.middle() == pytest.approx((200, 50), abs=1.5)
    assert hands.canvas.overlay.held()[LAYER] == ()


def test_an_incident_is_found_by_number_place_and_kind(hands: Hands) -> None:
    lon, lat = (float(value) for value in hands.city.to_lonlat(EAST + 30, NORTH))
    hands.seat.desk.send(ReportIncident("structure_fire", Location(lon, lat, "Mill Lane 3")))
    number = hands.seat.state.next_incident - 1
    for words in (str(number), f"#{number}", "mill la", "structure"):
        assert "incident Mill Lane 3" in hands.type(words), words
    hands.type(f"#{number}")
    hands.enter()
    assert hands.seat.desk.selection.incident_id == number


def test_a_bookmark_brings_its_scale_back(hands: Hands) -> None:
    lon, lat = (float(value) for value in hands.city.to_lonlat(EAST - 100, NORTH + 20))
    hands.finder.add_bookmark("The lake side", lon, lat, 4.0)
    assert hands.type("lake") == ["bookmark The lake side"]
    hands.enter()
    assert hands.middle() == pytest.approx((-100, 20), abs=1.0)
    assert hands.canvas.view.metres_per_pixel == pytest.approx(4.0)


def test_the_arrows_pass_over_headings_and_enter_takes_the_row(hands: Hands) -> None:
    hands.finder.add_bookmark("High view", *hands.city.center, 4.0)
    rows = hands.type("high")
    assert hands.box.results.rows[0].is_heading and len(rows) >= 3
    for _ in rows:
        QTest.keyClick(hands.box.entry, Qt.Key.Key_Down)
    assert hands.box.results.current_key == str(len(rows) - 1)
    taken: list[Found] = []
    hands.box.chosen.connect(taken.append)
    hands.enter()
    assert f"{taken[0].kind} {taken[0].title}" == rows[-1]


def test_enter_before_the_answer_takes_the_first_when_it_comes(hands: Hands) -> None:
    hands.link.open()
    with hands.qtbot.waitSignal(hands.box.chosen, timeout=5_000) as taken:
        QTest.keyClicks(hands.box.entry, "high street 5")
        hands.enter()
    assert taken.args[0].title == "High Street 5"


def test_esc_closes_and_gives_the_map_the_keys_back(hands: Hands) -> None:
    hands.canvas.setFocus()
    QTest.keyClick(hands.canvas, Qt.Key.Key_Slash)
    assert hands.box.isVisible() and hands.box.entry.hasFocus()
    view = hands.canvas.view
    QTest.keyClicks(hands.box.entry, "l+")  # keys of the map are letters here
    assert hands.canvas.view == view and hands.canvas.tool.value == "pan"
    QTest.keyClick(hands.box.entry, Qt.Key.Key_Escape)
    assert not hands.box.isVisible() and hands.canvas.hasFocus()


def test_nothing_found_is_said(hands: Hands) -> None:
    assert hands.type("qqqqqq") == []
    assert hands.box.said.text() == "Nothing is called so."


def test_hostile_words_stay_words(hands: Hands) -> None:
    hands.type("gate 7")
    assert hands.box.results.rows[1].detail == "Pumps of the <b>city</b>"
    for words in ("\"'*();--", "%_%", "\u202e\u0000x", "a" * 200):
        hands.box.entry.setText("")
        hands.box.entry.insert(words)
        hands.box.edited.emit(hands.box.entry.text())
    hands.qtbot.wait(50)
    assert hands.type("cafe") == ["place Café Éclair"]


def test_a_city_without_a_search_still_finds_units(hands: Hands, tmp_path: Path) -> None:
    city = City.open(build_village(tmp_path / "bare"))
    everything = Everything(city, lambda: Known(hands.seat.state))
    assert [one.title for one in everything.search("e1")][:1] == ["E1"]
    assert everything.reverse(24.9, 60.1) == ""

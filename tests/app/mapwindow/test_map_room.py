"""What stands round the maps: the small map, following, bookmarks, more windows over one state, the wall map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.canvas.canvas import MapCanvas
from app.canvas.map_link import MapLink
from app.mapwindow.extra_map import WALL, ExtraMap
from app.mapwindow.map_room import MapRoom
from app.mapwindow.mini_map import QuietCity
from app.mapwindow.wall_link import EVERY_S, WallLink
from app.window.sound import Sounds
from app.window.window import MainWindow, Panels
from dispatch.commands import RaiseSignal, ReportIncident
from dispatch.incident import Location
from gis.city import City
from maps.layers_file import write_layers
from maps.painter import base_image
from maps.style import THEMES
from maps.user_layers import LayerList, Look, UserLayer
from maps.view import View
from resources.position import Fix
from resources.status import Signal
from tests.app.panels.seat import Seat
from tests.gis.test_label_names import write_pumps
from tests.maps.village import EAST, NORTH, build_village

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEFT = Qt.MouseButton.LeftButton


class Room:
    """A whole window on the village, with everything round its map."""

    def __init__(self, qtbot, city: City, keep_in: Path) -> None:
        theme.put_on(QApplication.instance(), "night")
        self.qtbot, self.seat, self.city = qtbot, Seat(), city
        desk = self.seat.desk
        desk.state, desk.city = self.seat.engine.state, city
        self.canvas = MapCanvas(workers=0)
        self.window = MainWindow(desk, Panels({}, self.canvas), sounds=Sounds(is_silent=True), keep_in=keep_in)
        qtbot.addWidget(self.window)
        self.canvas.animates = False
        self.link = MapLink(desk, self.canvas)
        self.room = MapRoom(desk, self.window, self.link, keep_in=keep_in, workers=0)
        self.window.resize(1920, 1080)
        with qtbot.waitExposed(self.window):
            self.window.show()
        qtbot.wait(20)
        self.look(0, 0)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self.city.to_lonlat(EAST + x, NORTH + y)
        return float(lon), float(lat)

    def look(self, x: float, y: float, scale: float = 1.0) -> None:
        self.canvas.go_to(*self.lonlat(x, y), scale)

    def middle(self) -> tuple[float, float]:
        return self.canvas.view.x - EAST, self.canvas.view.y - NORTH

    def report(self, x: float, y: float) -> None:
        self.seat.desk.send(ReportIncident("structure_fire", Location(*self.lonlat(x, y), "High Street 1")))
        self.link.refresh()

    def drive(self, x: float, y: float) -> None:
        self.seat.desk.fixes = {"E1": Fix("E1", *self.lonlat(x, y), NOW, NOW)}
        self.seat.desk.fixes_changed.emit(self.seat.desk.fixes)

    def new_map(self) -> ExtraMap:
        made = self.room.windows.new_map()
        assert made is not None
        made.canvas.animates = False
        return made

    def close(self) -> None:
        self.window.close()
        self.seat.bridge.close()


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture
def here(qtbot, village: City, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, village, tmp_path)
    yield made
    made.close()


# The small map


def test_the_small_map_shows_the_view_and_moves_it(here: Room) -> None:
    mini = here.room.mini_map
    assert mini.isVisible()
    west, south, east, north = here.canvas.city_box()
    middle = QPoint(mini.width() // 2, mini.height() // 2)
    QTest.mouseClick(mini, LEFT, pos=middle)
    assert here.canvas.view.x == pytest.approx((west + east) / 2, abs=(east - west) / 50)
    assert here.canvas.view.y == pytest.approx((south + north) / 2, abs=(north - south) / 50)
    before = here.canvas.view.x
    QTest.mousePress(mini, LEFT, pos=middle)
    QTest.mouseMove(mini, middle + QPoint(20, 0))
    QTest.mouseRelease(mini, LEFT, pos=middle + QPoint(20, 0))
    assert here.canvas.view.x > before
    assert not here.canvas.is_dragging


def test_the_small_map_shows_open_incidents_in_their_colour(here: Room) -> None:
    mini = here.room.mini_map
    before = mini.grab().toImage()
    here.report(-150, 0)
    assert mini.grab().toImage() != before
    assert mini.dots and all(priority in range(1, 6) for _, _, priority in mini.dots)


def test_the_small_map_goes_by_its_key_and_where_there_is_no_room(here: Room) -> None:
    mini = here.room.mini_map
    here.canvas.setFocus()
    QTest.keyClick(here.canvas, Qt.Key.Key_N)
    assert not mini.isVisible() and mini.button.isVisible()
    QTest.mouseClick(mini.button, LEFT)
    assert mini.isVisible()
    here.window.resize(1100, 1000)
    here.qtbot.waitUntil(lambda: here.canvas.width() < 900)
    assert not mini.isVisible() and not mini.button.isVisible()


# Following


def test_a_unit_that_is_followed_stays_in_the_middle_until_the_map_is_moved(here: Room) -> None:
    here.drive(0, 0)
    here.seat.desk.select(unit_id="E1")
    here.canvas.setFocus()
    QTest.keyClick(here.canvas, Qt.Key.Key_F)
    follow = here.room.follow_link
    assert follow.pill.words.text() == "Following E1" and follow.pill.isVisible()
    here.drive(2_000, 0)
    x, y = here.middle()
    assert x > 1_700 and y == pytest.approx(0, abs=1)
    here.canvas.zoom_by(1)  # coming nearer is no reason to stop
    assert follow.unit_id == "E1"
    QTest.keyClick(here.canvas, Qt.Key.Key_Left)
    assert follow.unit_id == "" and not follow.pill.isVisible()
    held = here.middle()
    here.drive(4_000, 0)
    assert here.middle() == held


def test_esc_and_the_cross_end_following(here: Room) -> None:
    here.drive(0, 0)
    follow = here.room.follow_link
    follow.follow("E1")
    QTest.keyClick(here.canvas, Qt.Key.Key_Escape)
    assert follow.unit_id == ""
    follow.follow("E1")
    QTest.mouseClick(follow.pill.button, LEFT)
    assert follow.unit_id == ""
    here.seat.desk.select()
    follow.toggle()
    assert here.seat.said[-1][1].startswith("Select a unit")


def test_a_glide_arrives(here: Room) -> None:
    here.canvas.animates = True
    here.drive(500, 300)
    here.room.follow_link.follow("E1")
    here.qtbot.waitUntil(lambda: not here.room.follow_link.glide.is_moving, timeout=3_000)
    assert here.middle() == pytest.approx((500, 300), abs=0.5)
    assert here.room.follow_link.unit_id == "E1"


# Bookmarks


def test_a_view_is_kept_and_gone_back_to_by_its_key(here: Room, tmp_path: Path) -> None:
    here.look(-120, 40, 2.0)
    here.room.bookmarks.add()
    card = here.room.bookmarks.card(here.canvas)
    assert card.isVisible() and card.entry.hasFocus()
    card.entry.clear()
    QTest.keyClicks(card.entry, "The & lake")
    card.suggest("too late")
    QTest.keyClick(card.entry, Qt.Key.Key_Return)
    assert not card.isVisible()
    here.look(800, 800)
    here.room.bookmarks.go(1)
    assert here.middle() == pytest.approx((-120, 40), abs=1)
    assert here.canvas.view.metres_per_pixel == pytest.approx(2.0)
    words = [action.text() for action in here.room.bookmarks.menu.actions()]
    assert words[0] == "The && lake\tAlt+1"
    kept = json.loads((tmp_path / "bookmarks.json").read_text("utf-8"))
    assert [entry[0] for entries in kept.values() for entry in entries] == ["The & lake"]


def test_a_name_is_given_up_by_esc(here: Room) -> None:
    here.room.bookmarks.add()
    card = here.room.bookmarks.card(here.canvas)
    QTest.keyClick(card.entry, Qt.Key.Key_Escape)
    assert not card.isVisible() and here.room.finder.bookmarks.all == ()


# More windows


def test_further_maps_share_the_marks_and_have_their_own_view(here: Room) -> None:
    here.report(30, 0)
    other = here.new_map()
    assert other.canvas.overlay.held()["incidents"] is here.canvas.overlay.held()["incidents"]
    view = here.canvas.view
    other.canvas.go_to(*here.lonlat(300, 300), 4.0)
    assert here.canvas.view == view
    here.report(60, 0)
    here.qtbot.waitUntil(lambda: len(other.canvas.marks.incidents) == 2)
    other.hide_layers(["incidents"])
    assert other.canvas.marks.incidents == () and len(here.canvas.marks.incidents) == 2
    assert other.hidden_layers() == ["incidents"]


def test_a_click_in_a_further_map_selects_for_the_desk(here: Room) -> None:
    here.report(0, 0)
    other = here.new_map()
    other.canvas.go_to(*here.lonlat(0, 0), 1.0)
    middle = QPoint(other.canvas.width() // 2, other.canvas.height() // 2)
    QTest.mouseClick(other.canvas, LEFT, pos=middle)
    assert here.seat.desk.selection.incident_id == 1


def test_a_place_is_pointed_at_in_any_map(here: Room) -> None:
    other = here.new_map()
    told: list[tuple[float, float]] = []
    here.seat.desk.place_clicked.connect(lambda lon, lat: told.append((lon, lat)))
    here.seat.desk.place_wanted.emit(True)
    assert here.canvas.tool == other.canvas.tool == "place"
    QTest.mouseClick(other.canvas, LEFT, pos=QPoint(300, 300))
    here.qtbot.waitUntil(lambda: here.canvas.tool == "pan")
    assert len(told) == 1 and other.canvas.tool == "pan"


def test_frame_alarm_and_look_reach_every_window(here: Room) -> None:
    other = here.new_map()
    assert other.frame.kind == here.window.frame.kind != ""
    assert other in [banner.parentWidget() for banner in here.window.alarm.banners]
    here.seat.desk.send(RaiseSignal("E1", Signal.DISTRESS))
    banner = next(one for one in here.window.alarm.banners if one.parentWidget() is other)
    assert banner.isVisible()
    here.window.switch_theme("day")
    here.qtbot.waitUntil(lambda: other.canvas.theme.name == "day")
    here.window.switch_theme("night")


def test_closing_one_leaves_the_others_and_the_main_window_closes_all(here: Room) -> None:
    first, second = here.new_map(), here.new_map()
    first.close()
    assert here.room.windows.open_windows == [second] and second.isVisible() and here.window.isVisible()
    here.report(0, 0)
    here.window.close()
    assert here.room.windows.open_windows == []


def test_windows_come_back_as_they_were(here: Room, qtbot, village: City, tmp_path: Path) -> None:
    other = here.new_map()
    other.canvas.go_to(*here.lonlat(222, 111), 4.0)
    other.hide_layers(["cameras"])
    wall = here.room.windows.wall_map()
    assert wall is not None and here.room.windows.wall_map() is wall
    here.window.close()
    again = Room(qtbot, village, tmp_path)
    again.room.begin()
    assert [one.kind for one in again.room.windows.open_windows] == ["map", WALL]
    back = again.room.windows.open_windows[0]
    assert (back.canvas.view.x - EAST, back.canvas.view.y - NORTH) == pytest.approx((222, 111), abs=1)
    assert back.hidden_layers() == ["cameras"]
    again.close()


def test_a_layout_full_of_nonsense_opens_no_window_wrongly(here: Room) -> None:
    kept = [
        {"kind": "map", "geometry": "%%%", "view": ["a", 1, 2], "hidden": 3, "mini": "x"},
        {"view": [0, 0, float("nan")]},
        {"kind": WALL, "view": [1e9, 1e9, -1], "full": True, "screen": "gone"},
    ]
    here.room.windows.restore(kept)
    assert len(here.room.windows.open_windows) == 3
    assert not any(one.isFullScreen() for one in here.room.windows.open_windows)


def test_a_window_off_every_screen_comes_home(here: Room) -> None:
    other = here.new_map()
    other.move(30_000, 30_000)
    with here.qtbot.waitSignal(here.window.layouts.came_home, timeout=1_000):
        here.room.windows.bring_home()
    assert other.x() < 5_000


# The wall map


@pytest.fixture
def wall(here: Room) -> tuple[ExtraMap, list[float]]:
    here.report(0, 0)
    made = here.room.windows.wall_map()
    assert made is not None and made.wall is not None
    made.canvas.animates = False
    clock = [1_000.0]
    made.wall.deleteLater()
    made.wall = WallLink(here.seat.desk, made.canvas, clock=lambda: clock[0])
    return made, clock


def is_seen(window: ExtraMap, x: float, y: float) -> bool:
    across, down = (float(value) for value in window.canvas.view.to_screen(EAST + x, NORTH + y))
    return 0 < across < window.canvas.width() and 0 < down < window.canvas.height()


def test_the_wall_fits_the_incidents_but_not_at_once_again(here: Room, wall: tuple[ExtraMap, list[float]]) -> None:
    window, clock = wall
    assert is_seen(window, 0, 0)
    here.report(9_000, 0)
    assert not is_seen(window, 9_000, 0)  # it moved only just now
    clock[0] += EVERY_S + 0.1
    here.seat.desk.ticked.emit(here.seat.now)
    assert is_seen(window, 9_000, 0) and is_seen(window, 0, 0)


def test_the_wall_stays_put_once_touched_until_f(here: Room, wall: tuple[ExtraMap, list[float]]) -> None:
    window, clock = wall
    assert window.wall is not None
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    assert window.wall.is_touched and window.wall.pill.isVisible()
    view = window.canvas.view
    clock[0] += 60
    here.report(9_000, 0)
    assert window.canvas.view == view
    QTest.keyClick(window.canvas, Qt.Key.Key_F)
    assert is_seen(window, 9_000, 0) and not window.wall.pill.isVisible() and not window.wall.is_touched


def test_the_wall_shows_time_and_counts(here: Room, wall: tuple[ExtraMap, list[float]]) -> None:
    window, _ = wall
    assert window.wall is not None
    card = window.wall.card
    assert card.figures["wall.open"].text() == "1" and card.figures["wall.waiting"].text() == "1"
    before = card.clock.text()
    here.seat.pass_time(61)
    assert card.clock.text() != before


def test_the_small_map_leaves_out_what_was_laid_over_the_city(tmp_path: Path) -> None:
    city = City.open(build_village(tmp_path / "village"))
    view = View(EAST, NORTH, 10.0, 120, 120)
    bare = base_image(QuietCity(city), view, THEMES["night"])
    write_pumps(city.folder, ["Pumping Station"])
    write_layers(city.folder, LayerList((UserLayer("pumps", "Pumps", "vector", look=Look(size_px=16.0)),)))
    city = City.open(city.folder)
    assert base_image(city, view, THEMES["night"]) != bare
    assert base_image(QuietCity(city), view, THEMES["night"]) == bare

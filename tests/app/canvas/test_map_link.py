"""The map tied to the desk: what is drawn follows the state, what is clicked means something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from immutables import Map
from PySide6.QtCore import QPoint, Qt

from app.canvas.canvas import MapCanvas
from app.canvas.map_link import MapLink
from app.desk import Desk
from app.planning.planning import Planning
from app.sending.choosing import Choosing
from app.sending.ways import Ways
from app.wording import label
from dispatch.commands import Who
from dispatch.incident import Closure, Incident, Location, Stage
from dispatch.plan import Plan
from dispatch.recommendation import Chosen, Eta, Passed, Path, Reason, Recommendation
from dispatch.state import State, UnitState
from gis.city import City
from maps.layers import CameraMark, StationMark
from maps.trail_marks import WhoseTrails
from resources.position import Fix
from resources.status import Status
from resources.unit import Department, Unit
from tests.dispatch.town import at
from tests.maps.village import EAST, NORTH, build_village

MIDDLE = (320, 240)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("village")))


class Clock:
    """An instant that tests move on."""

    def __init__(self) -> None:
        self.at: datetime = at()

    def __call__(self) -> datetime:
        return self.at


class Seat:
    """A desk with its map, in one hand."""

    def __init__(self, qtbot, city: City) -> None:
        self.city, self.clock = city, Clock()
        self.desk = Desk(Who("Ann", "dispatcher"), clock=self.clock)
        self.desk.city = city
        self.canvas = MapCanvas(workers=0)
        self.canvas.animates = False
        qtbot.addWidget(self.canvas)
        self.canvas.resize(640, 480)
        self.link = MapLink(self.desk, self.canvas)
        self.look(1.0)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self.city.to_lonlat(EAST + x, NORTH + y)
        return float(lon), float(lat)

    def look(self, metres_per_pixel: float, x: float = 0.0, y: float = 0.0) -> None:
        view = self.canvas.view.centred(EAST + x, NORTH + y)
        self.canvas.set_view(view.zoomed(view.metres_per_pixel / metres_per_pixel))

    def unit(self, unit_id: str, x: float, y: float, status: Status = Status.AVAILABLE) -> UnitState:
        lon, lat = self.lonlat(x, y)
        return UnitState(Unit(unit_id, "fd", ("engine",), lon, lat), status, at())

    def show(self, *, units: tuple[UnitState, ...] = (), incidents: tuple[Incident, ...] = (), **more) -> None:
        self.desk.state = State(
            departments=Map({"fd": Department("fd", "Fire Department", "fire")}),
            units=Map({one.unit.id: one for one in units}),
            incidents=Map({one.id: one for one in incidents}),
            open_incidents=Map({one.id: None for one in incidents}),
            **more,
        )
        self.link.refresh()

    def incident(self, number: int, x: float, y: float, **changes) -> Incident:
        record = {
            "id": number, "kind": "gas_leak", "priority": 1, "alarm_level": 1,
            "location": Location(*self.lonlat(x, y)), "stage": Stage.WAITING, "received_at": at(),
            "reported_at": at(), "mode": "emergency",
        }  # fmt: skip
        return Incident(**{**record, **changes})

    def gathered(self) -> tuple[str, str]:
        """Return the one gathered symbol on the map."""
        (found,) = {
            hit
            for across in range(160, 480, 8)
            for down in range(80, 400, 8)
            for hit in self.canvas.overlay.pick_all(self.canvas.view, across, down)
            if hit[0] == "cluster"
        }
        return found

    def tell(self, unit_id: str, x: float, second: float) -> None:
        self.clock.at = at(second)
        lon, lat = self.lonlat(x, 0.0)
        self.desk.fixes = {**self.desk.fixes, unit_id: Fix(unit_id, lon, lat, at(second), at(second), 10.0, 90.0)}
        self.link.refresh()


@pytest.fixture
def seat(qtbot, village: City) -> Iterator[Seat]:
    yield Seat(qtbot, village)


def test_a_click_on_gathered_units_comes_near_until_they_stand_apart(qtbot, seat: Seat) -> None:
    seat.show(units=tuple(seat.unit(f"E{i}", 60.0 * i, 0.0) for i in range(6)))
    seat.look(16.0, 150.0)
    found = seat.gathered()
    seat.canvas.picked.emit(*found)
    view = seat.canvas.view
    assert view.metres_per_pixel <= 2.0
    placed = view.to_screen([EAST, EAST + 300], [NORTH, NORTH])
    assert all(0 < x < view.width for x in placed[0].tolist())
    assert all(seat.canvas.overlay.pick(view, float(x), float(y))[0] == "unit" for x, y in zip(*placed, strict=True))


def test_gathered_cameras_and_stations_are_told_by_kind_and_name(qtbot, seat: Seat) -> None:
    seat.look(8.0)
    seat.canvas.set_marks(
        cameras=[CameraMark(f"c{i}", EAST + 40 + 2 * i, NORTH + 40, None, "traffic") for i in range(3)], stations=[]
    )
    assert seat.link.words.describe(*seat.gathered()) == f"{label('camera_kind', 'traffic')}  3"
    seat.canvas.set_marks(
        cameras=[], stations=[StationMark(f"s{i}", f"Hall {i}", "fire", EAST + 40, NORTH + 40) for i in range(10)]
    )
    lines = seat.link.words.describe(*seat.gathered()).splitlines()
    assert lines == [*(f"Hall {i}" for i in range(8)), "+2"]


def test_a_click_on_a_sign_at_the_edge_goes_there(qtbot, seat: Seat) -> None:
    seat.show(incidents=(seat.incident(7, 5_000.0, 0.0), seat.incident(8, 10.0, 0.0)))
    qtbot.mouseClick(seat.canvas, Qt.MouseButton.LeftButton, pos=QPoint(seat.canvas.width() - 26, MIDDLE[1]))
    assert seat.desk.selection.incident_id == 7
    assert seat.canvas.view.x == pytest.approx(EAST + 5_000, abs=1)
    before = seat.canvas.view
    seat.canvas.picked.emit("incident", "7")
    assert seat.canvas.view == before, "what is in view moves nothing"


def test_trails_are_kept_for_all_and_shown_for_those_on_the_way(qtbot, seat: Seat) -> None:
    seat.show(units=(seat.unit("E1", 0, 0, Status.EN_ROUTE), seat.unit("E2", 0, 50)))
    for second in range(0, 40, 5):
        seat.tell("E1", 10.0 * second, second)
        seat.tell("E2", -10.0 * second, second)
    (trail,) = seat.canvas.marks.trails
    assert not trail.is_loud and trail.segments[-1, 2] == pytest.approx(EAST + 350, abs=1)
    assert trail.segments[:, 0].min() == pytest.approx(EAST, abs=1)
    seat.desk.select(unit_id="E2")
    seat.link.refresh()
    assert [mark.is_loud for mark in seat.canvas.marks.trails] == [False, True]
    seat.link.show_trails(WhoseTrails.NONE)
    assert seat.canvas.marks.trails == ()
    seat.desk.select()
    qtbot.keyClick(seat.canvas, Qt.Key.Key_T)
    qtbot.keyClick(seat.canvas, Qt.Key.Key_T)
    assert seat.canvas.marks.trails[0].segments[:, 0].min() < EAST


def test_incidents_show_how_far_they_have_come_and_how_late_they_are(seat: Seat) -> None:
    seat.show(incidents=(seat.incident(1, 0, 0, stage=Stage.WORKING, deadline_at=at(60)),))
    assert (seat.canvas.marks.incidents[0].stage, seat.canvas.marks.incidents[0].overdue_min) == ("working", None)
    seat.clock.at = at(60 + 200)
    seat.link.refresh()
    (mark,) = seat.canvas.marks.incidents
    assert mark.is_overdue and mark.overdue_min == 3


def test_closures_say_until_when_and_are_made_once(seat: Seat) -> None:
    ring = tuple(seat.lonlat(x, y) for x, y in ((-100, -100), (100, -100), (100, 100), (-100, 100)))
    hole = tuple(seat.lonlat(x, y) for x, y in ((-20, -20), (20, -20), (20, 20)))
    until = at() + timedelta(hours=2)
    closure = Closure("c", "Polygon", ring, reason="Flood", until=until, holes=(hole,))
    seat.show(closures=Map({"c": closure}))
    (mark,) = seat.canvas.marks.closures
    assert mark.label.startswith("Flood") and until.strftime("%H:%M") in mark.label
    assert [len(one) for one in mark.holes] == [3]
    seat.link.refresh()
    assert seat.canvas.marks.closures[0] is mark


def test_a_gathered_symbol_says_whose_and_how_many_are_free(seat: Seat) -> None:
    units = [seat.unit(f"E{i}", i, 0.0) for i in range(5)] + [seat.unit("E9", 2.0, 0.0, Status.ON_SCENE)]
    seat.show(units=tuple(units))
    seat.look(16.0, 100.0, 100.0)
    words = seat.link.words.describe(*seat.gathered())
    assert "6" in words and "5" in words and "Fire" in words


def test_when_a_road_is_drawn_the_words_that_told_how_are_taken_away(seat: Seat) -> None:
    said: list[str] = []
    sent: list[object] = []
    seat.desk.said.connect(lambda level, words: said.append(words))
    seat.desk.submit = sent.append
    seat.link.hand.draw_closure("burst pipe")
    assert "Click along the road" in said[-1]
    seat.canvas.drawn.emit("LineString", [seat.lonlat(0, 0), seat.lonlat(50, 0)])
    assert len(sent) == 1
    assert said[-1] == ""


def _answer(seat: Seat, number: int, unit_id: str, *, taken_from: int | None = None) -> Recommendation:
    way = Path(unit_id, (seat.lonlat(0.0, 0.0), seat.lonlat(300.0, 0.0)), (0.0, 60.0), (), 300.0)
    one = Chosen(unit_id, "n", "engine", "fd", Eta(0, 60), 300.0, Reason("only_suitable"), taken_from=taken_from)
    return Recommendation(number, "gas_leak", 1, 0, at(), (one,), (), (), (way,), hash=f"h{number}")


def test_the_plan_shows_the_ways_to_the_incident_in_hand_and_to_what_it_takes_from(qtbot, seat: Seat) -> None:
    seat.show(
        units=tuple(seat.unit(unit_id, 0.0, 0.0) for unit_id in ("E1", "E2", "E3")),
        incidents=tuple(seat.incident(number, 300.0, 0.0) for number in (1, 2, 3)),
    )
    planning = Planning.of(seat.desk)
    planning.turn(True)
    answers = (_answer(seat, 1, "E1", taken_from=2), _answer(seat, 2, "E2"), _answer(seat, 3, "E3"))
    planning.take(Plan(0, at(), answers, hash="p"))
    planning.hold(1, "E1")
    seat.link.refresh()
    assert [(mark.unit_id, mark.is_in_hand) for mark in seat.canvas.marks.routes] == [("E1", True), ("E2", False)]
    planning.hold(3)
    seat.link.refresh()
    assert [mark.unit_id for mark in seat.canvas.marks.routes] == ["E3"]
    planning.turn(False)
    seat.link.refresh()
    assert not seat.canvas.marks.routes


def test_who_was_swapped_in_has_a_ghost_and_who_was_swapped_out_has_none(qtbot, seat: Seat) -> None:
    seat.show(
        units=(seat.unit("E1", 0.0, 0.0), seat.unit("E2", 100.0, 100.0)), incidents=(seat.incident(1, 300.0, 0.0),)
    )
    seat.desk.select(incident_id=1)
    passed = Passed("E2", "fd", Reason("slower", (("unit", "E1"), ("by_s", 30.0))), Eta(0, 90), "n")
    seat.desk.recommendation = replace(_answer(seat, 1, "E1"), passed=(passed,))
    seat.desk.recommendation_changed.emit(seat.desk.recommendation)
    choosing = Choosing.of(seat.desk)
    choosing.point("E1")
    seat.link.refresh()
    assert [(mark.unit_id, mark.is_in_hand) for mark in seat.canvas.marks.routes] == [("E1", True)]
    choosing.put("E1", "E2")
    seat.link.refresh()
    (ghost,) = seat.canvas.marks.routes
    assert (ghost.unit_id, ghost.eta_s, ghost.is_approximate, len(ghost.xy)) == ("E2", 90.0, True, 2)
    corner, fire = seat.lonlat(100.0, 0.0), seat.lonlat(300.0, 0.0)
    way = Path("E2", (seat.lonlat(100.0, 100.0), corner, fire), (0.0, 20.0, 90.0), ("Street",), 300.0)
    Ways.of(seat.desk).take(seat.desk.state.incidents[1].location, [way])
    seat.link.refresh()
    (ghost,) = seat.canvas.marks.routes
    assert (ghost.unit_id, ghost.eta_s, ghost.is_approximate, len(ghost.xy)) == ("E2", 90.0, False, 3)


def test_the_paper_of_an_incident_shows_its_ground_wherever_the_screen_looks(qtbot, seat: Seat) -> None:
    seat.show(incidents=(seat.incident(1, 0.0, 0.0),))
    pictures = []
    for x in (0.0, 90_000.0):
        seat.look(1.0, x)
        paint = seat.link.paper(1)
        assert paint is not None
        pictures.append(paint())
    assert pictures[0] == pictures[1] and pictures[0].width() == 2 * 690
    assert seat.link.paper(99) is None
    of_screen = seat.link.paper()
    assert of_screen is not None and of_screen().width() == seat.canvas.view.width

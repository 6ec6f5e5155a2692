"""Reach, density and zones on the map follow the menus, what is in hand, and the closed roads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from immutables import Map
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.canvas.area_link import AreaLink
from app.canvas.canvas import MapCanvas
from app.desk import Desk, Draft
from dispatch.commands import Who
from dispatch.incident import Closure, Incident, Location, Stage
from dispatch.state import State, UnitState
from gis.city import City
from gis.column_writer import write_layer
from resources.position import Fix
from resources.status import Status
from resources.unit import Department, Station, Unit
from tests.dispatch.town import at

HERE = (24.9415, 60.1712)
THERE = (24.9560, 60.1650)


def incident(number: int, lon: float, lat: float, kind: str = "structure_fire") -> Incident:
    place = Location(lon, lat, "x")
    stage = Stage.CLOSED if number % 2 else Stage.WAITING
    return Incident(number, kind, 1, 1, place, stage, at(), at(), "emergency")


def state() -> State:
    unit = Unit("F1", "fire", ("engine",), *HERE, station="s1")
    return State(
        departments=Map({"fire": Department("fire", "Fire & Rescue", "fire")}),
        stations=Map({"s1": Station("s1", "Kallio", "fire", *HERE), "s2": Station("s2", "Quay", "fire", *THERE)}),
        units=Map({"F1": UnitState(unit, Status.AVAILABLE, at())}),
    )


@dataclass
class Seat:
    """A desk with its map and its areas."""

    desk: Desk
    canvas: MapCanvas
    link: AreaLink
    qtbot: QtBot
    said: list[tuple[str, str]] = field(default_factory=list)

    def settle(self) -> None:
        """Let due timers run and the work end."""
        for timer in (self.link._soon, self.link._later):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()
        self.link.finish()
        self.qtbot.wait(5)

    def area(self, limit_s: float = 240.0) -> float:
        """Return how much is reached within a limit, square kilometres."""
        [mark] = [one for one in self.canvas.marks.reach if one.limit_s == limit_s]
        rings = [shapely.LinearRing(ring) for ring in mark.rings]
        return sum(shapely.Polygon(ring).area * (1 if ring.is_ccw else -1) for ring in rings) / 1e6

    def tell(self, new: State) -> None:
        """Let the state be another one."""
        self.desk.state = new
        self.desk.state_changed.emit(None, new)


@pytest.fixture
def seat(qtbot: QtBot, helsinki: Path) -> Iterator[Seat]:
    desk = Desk(Who("op", seat="1"), clock=at)
    desk.city, desk.state = City.open(helsinki), state()
    canvas = MapCanvas(workers=0)
    qtbot.addWidget(canvas)
    canvas.set_city(desk.city)
    made = Seat(desk, canvas, AreaLink(desk, canvas), qtbot)
    desk.said.connect(lambda level, words: made.said.append((level, words)))
    yield made
    made.link.finish()


def words_of(menu: QMenu) -> dict[str, bool]:
    menu.aboutToShow.emit()
    return {action.text(): action.isChecked() for action in menu.actions() if not action.isSeparator()}


def test_the_reach_of_a_unit_follows_it_and_the_closures(seat: Seat) -> None:
    seat.link.show_reach("unit")
    assert seat.said[-1] == ("info", "Select a unit: its reach then shows")
    seat.desk.select(unit_id="F1")
    seat.settle()
    marks = seat.canvas.marks.reach
    assert [(one.limit_s, one.label) for one in marks] == [(240, "4 min"), (480, "8 min"), (720, "12 min")]
    assert "F1" in marks[0].caption
    before = seat.area()
    assert 0.5 < before < 40
    fix = Fix("F1", HERE[0] + 0.0003, HERE[1], at(), at(), heading_deg=None, speed_mps=None)
    seat.desk.fixes = {"F1": fix}
    seat.desk.fixes_changed.emit(seat.desk.fixes)
    seat.settle()
    assert seat.canvas.marks.reach[0] is marks[0]  # 17 m are not worth a new picture
    seat.desk.fixes = {"F1": Fix("F1", *THERE, at(), at(), heading_deg=None, speed_mps=None)}
    seat.desk.fixes_changed.emit(seat.desk.fixes)
    seat.settle()
    moved = seat.canvas.marks.reach
    assert moved[0] is not marks[0]
    moved_area = seat.area()
    ring = [
        (THERE[0] + dx, THERE[1] + dy)
        for dx, dy in ((-0.009, -0.004), (0.009, -0.004), (0.009, 0.004), (-0.009, 0.004))
    ]
    wall = Closure("c1", "LineString", (*ring, ring[0]), (), "flood", at())
    seat.tell(replace(seat.desk.state, closures=Map({"c1": wall})))
    seat.settle()
    assert seat.area() < 0.9 * moved_area
    seat.desk.select()
    seat.settle()
    assert seat.canvas.marks.reach == ()


def test_the_reach_to_a_place_and_of_stations(seat: Seat) -> None:
    seat.link.show_reach("place")
    assert "in hand" in seat.said[-1][1]
    seat.desk.set_draft(Draft(location=Location(*THERE), call_id="c"))
    seat.settle()
    to_place = seat.area()
    assert to_place > 0.5
    seat.link.show_reach("stations", "fire")
    seat.settle()
    assert "2 stations" in seat.canvas.marks.reach[0].caption
    assert seat.said[-1][1] == seat.canvas.marks.reach[0].caption
    assert seat.area() > 0
    seat.link.show_reach("")
    assert seat.canvas.marks.reach == ()


def test_a_newer_question_ends_an_older(seat: Seat) -> None:
    seat.desk.select(unit_id="F1")
    seat.link.show_reach("unit")
    seat.link.show_reach("stations", "fire")
    seat.link.show_reach("unit")
    seat.settle()
    assert "F1" in seat.canvas.marks.reach[0].caption
    seat.link.show_reach("stations", "fire")
    seat.link.show_reach("")
    seat.settle()
    assert seat.canvas.marks.reach == ()


def test_far_from_every_road_is_said(seat: Seat) -> None:
    seat.link.show_reach("place")
    seat.desk.set_draft(Draft(location=Location(20.0, 59.0), call_id="c"))
    seat.settle()
    assert seat.canvas.marks.reach == ()
    assert seat.said[-1] == ("warning", "No road is near: there is no reach to show")


def test_density_counts_closed_incidents_and_new_ones(seat: Seat) -> None:
    seat.link.show_density("")
    seat.settle()
    assert seat.canvas.marks.density == ()
    assert "No such incident" in seat.said[-1][1]
    found = {number: incident(number, *HERE) for number in range(1, 6)}
    found[6] = incident(6, *THERE, kind="flood")
    found[7] = incident(7, HERE[1], HERE[0])  # swapped: thousands of kilometres off
    seat.tell(replace(seat.desk.state, incidents=Map(found)))
    seat.settle()
    [mark] = seat.canvas.marks.density
    cell_km2 = (mark.box[2] - mark.box[0]) * (mark.box[3] - mark.box[1]) / mark.values.size / 1e6
    assert mark.values.sum(dtype=np.float64) * cell_km2 == pytest.approx(6, rel=1e-3)
    assert mark.caption == "All incidents: how many a km² (within 500 m)"
    seat.link.show_density("flood")
    seat.settle()
    [mark] = seat.canvas.marks.density
    assert mark.values.sum(dtype=np.float64) * cell_km2 == pytest.approx(1, rel=0.01)
    seat.link.show_density(None)
    assert seat.canvas.marks.density == ()


def test_the_menus_say_what_is_shown(seat: Seat) -> None:
    reach, density, zones = seat.link._menus
    assert [action.text() for action in seat.link.menus()] == [
        "Reach in 4, 8, 12 minutes",
        "Density of incidents",
        "Zones",
    ]
    assert words_of(reach)["No reach"]
    stations = next(one for one in reach.actions() if "stations" in one.text())
    assert stations.text() == "Of the stations of Fire && Rescue"
    stations.trigger()
    seat.settle()
    assert words_of(reach)["Of the stations of Fire && Rescue"]
    assert not words_of(reach)["No reach"]
    assert words_of(density) == {"No density": True, "All incidents": False}
    assert list(words_of(zones)) == ["No zones", "This city has no layer of areas"]


def test_zones_of_a_layer(seat: Seat, tmp_path: Path, qtbot: QtBot) -> None:
    assert seat.desk.city is not None
    x, y = seat.desk.city.to_metric(*HERE)
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_bytes((seat.desk.city.folder / "city.toml").read_bytes())
    shapes = np.array([shapely.box(x, y, x + 900, y + 500), shapely.box(x + 900, y, x + 1500, y + 500)], dtype=object)
    write_layer(
        folder / "layers" / "first_due", shapes, name="first_due", geometry="polygon", kinds=("feature",),
        kind_codes=np.zeros(2, np.uint16), crs=seat.desk.city.metric_crs, attributes={"name": ["<b>East</b>", None]},
    )  # fmt: skip
    seat.desk.city = City.open(folder)
    assert list(words_of(seat.link._menus[2])) == ["No zones", "first due"]
    seat.link._menus[2].actions()[1].trigger()
    seat.settle()
    assert sorted(one.name for one in seat.canvas.marks.zones) == ["2", "<b>East</b>"]
    assert words_of(seat.link._menus[2])["first due"]
    seat.link.show_zones("no_such_layer")
    seat.settle()
    assert seat.said[-1][0] == "warning"
    seat.link.show_zones("")
    assert seat.canvas.marks.zones == ()

"""The cameras that see the place in hand, or the nearest until that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.incident.seen_by import SeenBy
from app.panels import cameras as cameras_panel
from app.panels.cameras import CamerasPanel
from resources.camera import Camera
from resources.camera_sight import Seen, Sight
from resources.cameras import Cameras
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@dataclass
class _Fixed:
    cameras: Cameras

    def of_city(self, city: object) -> Cameras:
        return self.cameras


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> CamerasPanel:
    found = [
        Camera(f"node/{n}", "<b>Gate</b>" if n == 1 else "", "dome", 25.0 + n / 1000, 60.0, 45.0) for n in range(7)
    ]
    city = seat.desk.city
    assert city is not None
    xy = np.array([city.to_metric(camera.lon, camera.lat) for camera in found])
    monkeypatch.setattr(cameras_panel, "Cameras", _Fixed(Cameras(tuple(found), xy)))
    made = CamerasPanel(seat.desk)
    qtbot.addWidget(made)
    made.show()
    return made


def test_five_are_listed_by_distance_with_their_rank(seat: Seat, panel: CamerasPanel) -> None:
    told: list[tuple] = []
    panel.listed.connect(told.append)
    seat.desk.select(incident_id=seat.report("stray_dog", crossing(0, 0)))
    rows = panel.list.rows
    assert [row.key for row in rows] == [f"node/{n}" for n in range(5)]
    assert [row.mark for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[1].title == "<b>Gate</b>"
    assert "looks NE" in rows[1].detail and "E of the place" in rows[1].detail
    assert [one.camera.id for one in told[-1]] == [row.key for row in rows]


def test_the_place_of_a_call_comes_first(seat: Seat, panel: CamerasPanel) -> None:
    seat.desk.select(incident_id=seat.report("stray_dog", crossing(0, 0)))
    seat.desk.set_draft(Draft(location=crossing(2, 0), call_id="c"))
    assert panel.list.rows[0].key == "node/6"
    seat.desk.set_draft(None)
    assert panel.list.rows[0].key == "node/0"


def test_taking_one_keeps_the_incident_in_hand(seat: Seat, panel: CamerasPanel) -> None:
    number = seat.report("stray_dog", crossing(0, 0))
    seat.desk.select(incident_id=number)
    panel.list.chosen.emit("node/2")
    assert (seat.desk.selection.incident_id, seat.desk.selection.camera_id) == (number, "node/2")


def test_a_city_without_cameras_says_so(seat: Seat, qtbot: QtBot) -> None:
    made = CamerasPanel(seat.desk)
    qtbot.addWidget(made)
    seat.desk.select(incident_id=seat.report("stray_dog", crossing(0, 0)))
    assert made.said.text() == "No camera is known in this city"


def test_the_cameras_that_see_the_place_take_the_list_over(seat: Seat, panel: CamerasPanel) -> None:
    desk = seat.desk
    desk.select(incident_id=seat.report("stray_dog", crossing(0, 0)))
    place = desk.place_in_hand()
    assert place is not None
    cameras = [one.camera for one in panel.near]
    seen = (
        Seen(cameras[3], 30.0, 90.0, "sees", 12.0),
        Seen(cameras[0], 20.0, 180.0, "may_see"),
        Seen(cameras[1], 10.0, 0.0, "hidden"),
    )
    desk.set_sight(Sight(place, seen))
    rows = panel.list.rows
    assert [(row.key, row.mark) for row in rows] == [("node/3", "1"), ("node/0", "2"), ("node/1", "")]
    assert panel.said.text() == "Cameras that see this place: 2"
    assert rows[0].detail.startswith("sees it · E of the place · looks NE · 12° off")
    assert "hidden by a building" in rows[2].detail
    desk.set_sight(Sight((1.0, 2.0), seen))  # an answer for a place that is no longer in hand
    assert panel.list.rows[0].key == "node/0"
    desk.set_sight(Sight(place, seen[2:]))
    assert panel.said.text() == "No camera sees this place; the nearest are"


def test_the_incident_says_who_sees_it(seat: Seat, panel: CamerasPanel, qtbot: QtBot) -> None:
    desk = seat.desk
    line = SeenBy(desk)
    qtbot.addWidget(line)
    assert line.isHidden()
    desk.select(incident_id=seat.report("stray_dog", crossing(0, 0)))
    place = desk.place_in_hand()
    assert place is not None
    cameras = [one.camera for one in panel.near]
    desk.set_sight(Sight(place, (Seen(cameras[1], 30.0, 90.0, "sees", 0.0), Seen(cameras[0], 20.0, 0.0, "hidden"))))
    assert not line.isHidden()
    assert [made.isHidden() for made in line.buttons] == [False, True, True, True, True]
    assert not line.best.isHidden()
    assert line.best.text() == "Seen by camera at 30 m E · sees it"
    assert "<b>" not in line.buttons[0].toolTip()
    line.buttons[0].click()
    assert desk.selection.camera_id == "node/1"
    assert line.buttons[0].isChecked()
    desk.set_sight(None)
    assert line.isHidden()

"""The desk learns which cameras see the place in hand, and the map shows what one of them sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.canvas import MapCanvas
from app.canvas.sight_link import SightLink
from app.desk import Desk, Draft
from dispatch.commands import Who
from dispatch.incident import Location
from gis.city import City


@pytest.fixture
def joined(qtbot: QtBot, helsinki: Path) -> Iterator[tuple[Desk, MapCanvas, SightLink]]:
    desk = Desk(Who("op", seat="1"))
    desk.city = City.open(helsinki)
    canvas = MapCanvas(workers=0)
    qtbot.addWidget(canvas)
    canvas.set_city(desk.city)
    link = SightLink(desk, canvas)
    yield desk, canvas, link
    link.finish()


def take(desk: Desk, lon: float, lat: float) -> None:
    desk.set_draft(Draft(location=Location(lon, lat), call_id="c"))


def test_the_place_of_a_call_is_answered_and_forgotten(joined: tuple[Desk, MapCanvas, SightLink], qtbot: QtBot) -> None:
    desk, _, _ = joined
    with qtbot.waitSignal(desk.sight_changed, timeout=10_000):
        take(desk, 24.9522, 60.1653)
    assert desk.sight is not None
    assert desk.sight.place == (24.9522, 60.1653)
    ranks = desk.sight.ranks
    assert list(ranks.values()) == list(range(1, len(ranks) + 1))
    seeing = [one.camera.id for one in desk.sight.seen if one.is_seeing]
    assert list(ranks) == seeing[:5] != []
    desk.set_draft(None)
    assert desk.sight is None


def test_only_the_last_place_is_answered(joined: tuple[Desk, MapCanvas, SightLink], qtbot: QtBot) -> None:
    desk, _, link = joined
    told: list[object] = []
    desk.sight_changed.connect(told.append)
    take(desk, 24.9415, 60.1712)
    take(desk, 24.9522, 60.1653)
    qtbot.waitUntil(lambda: desk.sight is not None, timeout=10_000)
    link.finish()
    qtbot.wait(20)
    assert [one.place for one in told if one is not None] == [(24.9522, 60.1653)]  # type: ignore[attr-defined]


def test_the_field_of_the_camera_in_hand_and_under_the_cursor(
    joined: tuple[Desk, MapCanvas, SightLink], qtbot: QtBot
) -> None:
    desk, canvas, link = joined
    assert desk.city is not None
    first, second = (f"node/{number}" for number in desk.city.layer("cameras").attribute("osm_id")[:2])
    desk.select(camera_id=first)
    qtbot.waitUntil(lambda: len(canvas.marks.sight) == 1, timeout=10_000)
    canvas.hovered.emit("camera", second)
    qtbot.waitUntil(lambda: len(canvas.marks.sight) == 2, timeout=10_000)
    assert {(one.camera_id, one.manner) for one in canvas.marks.sight} == {(first, "selected"), (second, "hovered")}
    canvas.hovered.emit("", "")
    desk.select(camera_id="node/of another city")
    link.finish()
    qtbot.wait(20)
    assert canvas.marks.sight == ()


def test_all_fields_at_once(joined: tuple[Desk, MapCanvas, SightLink], qtbot: QtBot) -> None:
    desk, canvas, link = joined
    assert desk.city is not None
    link.show_all(True)
    qtbot.waitUntil(lambda: len(canvas.marks.sight) > 0, timeout=10_000)
    assert len(canvas.marks.sight) == desk.city.layer("cameras").count
    assert {one.manner for one in canvas.marks.sight} == {"other"}
    held = canvas.marks.sight
    link.refresh()
    assert all(one is other for one, other in zip(held, canvas.marks.sight, strict=True))
    link.show_all(False)
    assert canvas.marks.sight == ()

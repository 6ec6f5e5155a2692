"""Who is put in by hand gets a way by road: it is asked for once he is chosen, and held while it leads there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath

import pytest
from pytestqt.qtbot import QtBot

from app.panels.recommendation import RecommendationPanel
from app.planner.face import PlannerFace
from app.planner.inline import InlinePlanner
from app.planner.questions import WaysQuestion
from app.planner.ways_advice import WaysAdvice
from app.sending.choosing import Choosing
from app.sending.ways import Ways
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing
from tests.dispatch.town_roads import TownRoads


@pytest.fixture
def seat(qtbot: QtBot) -> Seat:
    return Seat()


@pytest.fixture
def roads() -> TownRoads:
    return TownRoads()


@pytest.fixture
def swap(qtbot: QtBot, seat: Seat, roads: TownRoads, tmp_path: FilePath) -> Callable[[], tuple[str, str]]:
    """Put the next best engine in the place of the first."""
    planner = InlinePlanner(seat.desk, ground=roads)
    WaysAdvice(seat.desk, planner)
    planner.start(tmp_path, seat.engine.state)
    panel = RecommendationPanel(seat.desk)
    qtbot.addWidget(panel)

    def put() -> tuple[str, str]:
        planner.start(tmp_path, seat.engine.state)
        choosing = Choosing.of(seat.desk)
        answer = choosing.recommendation
        assert answer is not None
        place = next(one.unit_id for one in answer.chosen if one.unit_id.startswith("E"))
        other = next(one.unit_id for one in answer.passed if one.unit_id.startswith("E"))
        choosing.put(place, other)
        return place, other

    return put


def test_the_way_of_who_was_swapped_in_is_by_road(
    qtbot: QtBot, seat: Seat, swap: Callable[[], tuple[str, str]], roads: TownRoads
) -> None:
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(1, 1)))
    ways, choosing = Ways.of(seat.desk), Choosing.of(seat.desk)
    place, other = swap()
    assert ways.unit_ids == (other,) and ways.paths() == {}
    qtbot.waitUntil(lambda: bool(ways.paths()), timeout=3_000)
    assert list(ways.paths()) == [other] and len(ways.paths()[other].lonlat) == 3
    assert roads.conditions is not None
    choosing.tick(other, False)
    assert ways.paths() == {}
    choosing.tick(other, True)
    assert list(ways.paths()) == [other]
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(0, 2)))
    assert ways.paths() == {}, "it led to another place"
    choosing.put(place, place)
    assert ways.unit_ids == ()


def test_who_cannot_come_has_none_and_a_planner_that_is_down_answers_nothing(
    qtbot: QtBot, seat: Seat, swap: Callable[[], tuple[str, str]], roads: TownRoads
) -> None:
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(1, 1)))
    roads.cut_off = {"E1", "E2", "E3"}
    swap()
    with qtbot.waitSignal(Ways.of(seat.desk).changed, timeout=3_000):
        pass
    assert Ways.of(seat.desk).paths() == {}
    face, found, unanswered = PlannerFace(), [], []
    face.ways_found.connect(lambda *_: found.append(1))
    face.unanswered.connect(lambda key, *_: unanswered.append(key))
    face._put(WaysQuestion("by hand", 1, seat.now, ("E1",), crossing(1, 1), "emergency"))
    assert (found, unanswered) == ([], ["by hand"])

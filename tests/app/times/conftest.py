"""A desk that looks at three fires and a cardiac arrest of the town."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.times.page import TimesPage
from dispatch.commands import ReportIncident, Who
from dispatch.incident import Location
from dispatch.state import State
from tests.dispatch.times.told import Times
from tests.dispatch.town import at, crossing

SUPERVISOR = Who("sup", "supervisor")
HOSTILE = "<img src=x onerror=alert(1)>\u202e=cmd|' /C calc'!A0"


@pytest.fixture(scope="session")
def told() -> Times:
    """Three fires, the last at a place with a hostile name and under way, and a cardiac arrest."""
    told = Times()
    for number, start in enumerate((0, 1500)):
        fire = told.call(start)
        told.send(fire, start + 30, "E1", "A1")
        told.tells("E1", go=start + 90, there=start + 300 + 100 * number, free=start + 900)
        told.tells("A1", go=start + 80, free=start + 400)
        told.close(fire, start + 1000)
    ill = told.call(3600, kind="cardiac_arrest")
    told.send(ill, 3630, "A1")
    told.tells("A1", go=3700, there=4500, free=5000)
    place = crossing(2, 2)
    number = told.state.next_incident
    told.do(ReportIncident("structure_fire", Location(place.lon, place.lat, HOSTILE)), at=at(6000))
    told.send(number, 6060, "E2")
    told.tells("E2", go=6100)
    return told


@pytest.fixture
def desk(qtbot: QtBot, told: Times) -> Desk:
    """A supervisor's desk soon after."""
    made = Desk(SUPERVISOR, clock=lambda: at(6200))
    made.state = told.state
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> TimesPage:
    """The page of that desk, with the day measured."""
    made = TimesPage(desk)
    qtbot.addWidget(made)
    made.resize(1300, 760)
    with qtbot.waitSignal(made.shown_anew, timeout=20_000):
        made.show()
    return made


@pytest.fixture
def state(told: Times) -> State:
    """What the log says."""
    return told.state

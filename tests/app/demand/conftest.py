"""A desk that looks at eight whole days of a village: fires at eight, falls on Mondays, a hostile name among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.demand.count import HowFar
from app.demand.page import DemandPage
from app.desk import Desk
from app.jobs import Job
from dispatch.commands import Who
from dispatch.demand.places import Answer, Question, answer
from dispatch.state import State
from gis.city import City
from tests.dispatch.demand.told import Told, state_with
from tests.maps.village import build_village

SUPERVISOR = Who("sup", "supervisor")
HOSTILE = "=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> ${1} </script>\u202e\n"
STEP = 0.0006  # degrees of longitude: some thirty metres


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Build the village; its folder is for reading only."""
    return City.open(build_village(tmp_path_factory.mktemp("village")))


@pytest.fixture(scope="session")
def told(village: City) -> State:
    """Eight whole days: a fire at 8 h and a fall near midnight on each, six falls at one place on Mondays at 20 h."""
    lon, lat = (float(each) for each in village.to_lonlat(500_000.0, 6_650_000.0))
    every = [Told(24 * day + 8.5, "fire", lon + (day - 4) * STEP, lat, priority=1, words=HOSTILE) for day in range(8)]
    every += [Told(24 * day + 23.9, "fall", lon, lat + 0.001, ("a",)) for day in range(8)]
    every += [Told(24 * day + 20 + 0.1 * number, "fall", lon, lat, ("a",)) for day in (0, 7) for number in range(6)]
    every += [Told(0.1, "fall", float("nan"), float("nan"), ())]
    return state_with(every)


@pytest.fixture
def bare(qtbot: QtBot, told: State, village: City) -> Desk:
    """A supervisor's desk at the end of it, without a page."""
    assert told.at is not None
    at = told.at
    made = Desk(SUPERVISOR, clock=lambda: at)
    made.state, made.city = told, village
    return made


@pytest.fixture
def desk(page: DemandPage) -> Desk:
    """The desk of the page."""
    return page._desk


def at_once(question: Question, job: Job) -> Answer:
    """Answer in the job's own thread: no child is needed to know what a page does with an answer."""
    return answer(question)


@pytest.fixture(scope="module")
def opened(qapp: object, told: State, village: City) -> Iterator[DemandPage]:
    """A page of a supervisor's desk, opened once for all tests of a module."""
    assert told.at is not None
    at = told.at
    desk = Desk(SUPERVISOR, clock=lambda: at)
    desk.state, desk.city = told, village
    made = DemandPage(desk, workers=0, ask=at_once)
    made.resize(1400, 820)
    yield made
    made.stop()
    made.close()
    made.deleteLater()


@pytest.fixture
def page(opened: DemandPage, told: State, qtbot: QtBot) -> DemandPage:
    """That page as it is when it was just opened: everything counted and found."""
    desk, bar, look = opened._desk, opened.bar, opened.look
    desk.state = told
    desk.submit = lambda command: None
    opened._again.setInterval(5_000)
    opened.hide()
    desk.set_who(SUPERVISOR)
    bar.way.setCurrentIndex(0)
    bar.key.hide()
    usual = HowFar()
    for box, value in ((look.rhythm, usual.rhythm), (look.side, usual.side_m), (look.within, usual.within_m)):
        box.setCurrentIndex(box.findData(value))
    bar._chosen, bar.how = (), usual
    opened.tabs.setCurrentIndex(0)
    is_known = opened.counted is not None and opened.found is not None and opened.counted.state is told
    if not is_known or opened._is_stale or opened._asked != bar.asked():
        opened._is_stale = True
        with qtbot.waitSignal(opened.found_anew, timeout=30_000):
            opened.show()
    opened.show()
    return opened


def shown(qtbot: QtBot, desk: Desk, ask: Callable[[Question, Job], Answer] = at_once) -> DemandPage:
    """Show a page of a desk and wait until all of it stands."""
    made = DemandPage(desk, workers=0, ask=ask)
    qtbot.addWidget(made, before_close_func=lambda each: each.stop())
    made.resize(1400, 820)
    with qtbot.waitSignal(made.found_anew, timeout=30_000):
        made.show()
    return made

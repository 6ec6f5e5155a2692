"""A planning page over Helsinki whose work is done in a thread of this process, one desk for all tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import immutables
import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app import jobs
from app.beside.child import Failed, NoAnswer
from app.city_files import roster_of
from app.desk import Desk
from app.siting.bench import Bench
from app.siting.child import answer_of
from app.siting.drafts import B
from app.siting.hands import CHOOSE
from app.siting.page import SitingPage
from app.siting.work import Work
from dispatch.commands import Command, Who
from dispatch.state import State
from gis.city import City

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>${alert(1)}\u202e"


class Here(Bench):
    """Answer in the one thread of its pool, which the ground belongs to; `slow` holds each answer up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._pool.setExpiryTimeout(-1)
        self._works: list[Work] = []
        self._knows = ""
        self.asked: list[Any] = []
        self.slow: Callable[[], object] = lambda: None

    def close(self) -> None:
        """Take the ground down in the thread that made it."""
        jobs.Job(lambda job: self._works.clear()).start(self._pool)
        self._pool.waitForDone()

    def _answer(self, job: jobs.Job, question: Any) -> Any:
        if not self._works:
            self._works.append(Work(self.folder))
        self.asked.append(question)
        self.slow()
        if self._taught is not None and self._knows != self._taught.key:
            answer_of(self._works[0], self._taught, job.report)
            self._knows = self._taught.key
        found = answer_of(self._works[0], question, job.report)
        if isinstance(found, Failed):
            raise NoAnswer(found.code, **found.parameters)
        return found.found


@pytest.fixture(scope="session")
def bench(helsinki: Path) -> Iterator[Here]:
    """The work of all tests, which opens the city once."""
    made = Here(helsinki)
    yield made
    made.close()


@pytest.fixture(scope="session")
def state(helsinki: Path) -> State:
    """A roster at rest; a station has a hostile name."""
    roster = roster_of(City.open(helsinki))[0]
    stations = tuple(
        replace(each, name=HOSTILE) if each.id == roster.stations[0].id else each for each in roster.stations
    )
    roster = replace(roster, stations=stations)
    return replace(
        State(), roster=roster, departments=immutables.Map({each.id: each for each in roster.departments}),
        stations=immutables.Map({each.id: each for each in stations}), time_zone="Europe/Helsinki",
    )  # fmt: skip


@pytest.fixture(scope="session")
def desk(qapp: object, helsinki: Path, state: State) -> Desk:
    """A supervisor's desk."""
    made = Desk(Who("sup", "supervisor"), clock=lambda: AT)
    made.state, made.city = state, City.open(helsinki)
    return made


@pytest.fixture(scope="session")
def opened(desk: Desk, bench: Here) -> Iterator[SitingPage]:
    """The page of that desk, opened once."""
    made = SitingPage(desk, bench, workers=0)
    made.resize(820, 560)
    for pause in (made.asking._soon, made.drawn._other):
        pause.setInterval(1)
    made.setUpdatesEnabled(False)  # a test that looks at it paints it: `painted`
    yield made
    made.asking.cancel()
    made.deleteLater()


@pytest.fixture(scope="session")
def settled(opened: SitingPage) -> Callable[[], None]:
    """Wait until everything that was asked is answered and drawn."""

    def wait() -> None:
        until = time.monotonic() + 60
        while opened.weighed is None or opened.asking.is_busy or opened.drawn.is_waiting:
            assert time.monotonic() < until, "no answer came"
            QTest.qWait(8)

    return wait


@pytest.fixture(scope="session")
def again(opened: SitingPage, desk: Desk, state: State, bench: Here, settled: Callable[[], None]) -> Callable[[], None]:
    """Let the page be as it is when it was just opened: both plans known, and alike."""

    def begin() -> None:
        sent: list[Command] = []
        desk.submit = sent.append
        opened.show()
        desk.state = state
        desk.set_who(Who("sup", "supervisor"))
        bench.slow = lambda: None
        settled()
        opened.hands.set_mode(CHOOSE)
        for box in (opened.bar.places, opened.bar.demand, opened.bar.drive, opened.bar.shows):
            box.setCurrentIndex(0)
        opened.side.aim.setCurrentIndex(0)
        opened.side.candidates.setCurrentIndex(0)
        opened.side.keep.setChecked(True)
        opened.side.units.setValue(1)
        opened.side.count.setValue(1)
        if opened.bar.department.currentIndex():
            opened.bar.department.setCurrentIndex(0)
            opened.bar.department.activated.emit(0)
        opened.bar.within.setValue(4.0)
        opened.asking.wipe_area()
        opened.drafts.take(B)
        opened.drafts.set_base(opened.drafts.base)
        opened.say("")
        opened.fit()
        settled()
        bench.asked.clear()

    return begin


@pytest.fixture
def page(opened: SitingPage, again: Callable[[], None]) -> Iterator[SitingPage]:
    """The page as it is when it was just opened; it lies over no window of another test."""
    again()
    yield opened
    opened.hide()


def painted(page: SitingPage) -> QImage:
    """Return the page with both maps, as they are now."""
    page.setUpdatesEnabled(True)
    page.repaint()
    found = page.grab().toImage()
    page.setUpdatesEnabled(False)
    return found


@pytest.fixture
def known(page: SitingPage, settled: Callable[[], None]) -> Callable[[], None]:
    """Wait until everything that was asked of the page as it was just opened is answered and drawn."""
    return settled
